"""The refusals of choosing."""

from kuutio.core.problems import Conflict, Invalid, Problem


class NoAssignment(Problem):
    """The reviews can't be handed out under the limits and conflicts; `errors` say in figures why."""

    kind, status = "no-assignment", 422


class ReviewIncomplete(Invalid):
    """A score is missing or outside the scale, or an extreme one has no reason; `errors` say which (V1, V12)."""

    kind, status = "review-incomplete", 422


class SavedElsewhere(Conflict):
    """The review was saved in another window since this one was opened; `revision` is what is kept now."""

    kind, status = "saved-elsewhere", 409


class StoodAside(Problem):
    """The person stood aside for this item, or was not there."""

    kind, status = "stood-aside", 403
