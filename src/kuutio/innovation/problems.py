"""The refusals of innovation."""

from kuutio.core.problems import Problem


class TooLate(Problem):
    """The challenge doesn't take answers any more, by the server's clock."""

    kind, status = "answer-too-late", 409


class TimeTaken(Problem):
    """The testbed's time can't be booked any more, or never could."""

    kind, status = "slot-taken", 409
