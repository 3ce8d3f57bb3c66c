"""The refusals of participation."""

from kuutio.core.problems import Problem


class StageClosed(Problem):
    """The stage isn't open now; `opens_at` and `closes_at` say when it was or will be."""

    kind, status = "stage-closed", 409


class NotInStage(Problem):
    """The kind of the stage doesn't allow this."""

    kind, status = "not-in-stage", 409


class IdentificationNeeded(Problem):
    """The stage is for people who are identified more surely."""

    kind, status = "identification-needed", 403


class NotEligible(Problem):
    """The stage is for others: an age, a municipality."""

    kind, status = "not-eligible", 403


class NotReady(Problem):
    """A process lacks something that it needs before it is published or closed; `errors` say what."""

    kind, status = "process-not-ready", 422


class HasContributions(Problem):
    """What people have written in can't be taken away."""

    kind, status = "has-contributions", 409


class TooMuch(Problem):
    """More than a person writes."""

    kind, status = "too-many-requests", 429


class Frozen(Problem):
    """The vote was opened: its rule, its projects and its times stay as they are."""

    kind, status = "vote-frozen", 409


class HasVoted(Problem):
    """The person has a pass of this vote already, from whatever door."""

    kind, status = "has-voted", 409


class PassSpent(Problem):
    """The pass, or the code that replaces a ballot, was used for another ballot already."""

    kind, status = "pass-spent", 409


class BadPass(Problem):
    """The pass isn't signed by this vote's key, or the code belongs to no ballot of it."""

    kind, status = "bad-pass", 403


class BadBallot(Problem):
    """The ballot doesn't say what this vote asks for."""

    kind, status = "bad-ballot", 422


class TooManyContributions(Problem):
    """Somebody wrote more within an hour than the city lets."""

    kind, status = "too-many-contributions", 429


class ProposalMerged(Problem):
    """The proposal was joined to another one; `into` says to which."""

    kind, status = "proposal-merged", 409


class DecidedByAnother(Problem):
    """An appeal is decided by somebody else than who made the decision, and not by its author."""

    kind, status = "decided-by-another", 403


class AlreadyAnswered(Problem):
    """One answer a person: this one is in."""

    kind, status = "survey-answered", 409
