"""The refusals of innovation."""

from kuutio.core.problems import Problem


class StageRefused(Problem):
    """The thing isn't at the stage in which this can be done, or something must hold first; nothing was changed."""

    kind, status = "not-at-this-stage", 409


class TooLate(Problem):
    """The challenge doesn't take answers any more, by the server's clock."""

    kind, status = "answer-too-late", 409


class TimeTaken(Problem):
    """The testbed's time can't be booked any more, or never could."""

    kind, status = "slot-taken", 409
