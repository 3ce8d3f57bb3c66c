"""Refusals of customer service, each with a way out."""

from kuutio.core.problems import Conflict, Invalid, Problem


class WrongMove(Conflict):
    """The case is in a state from which it can't go where it was sent."""

    kind, status = "wrong-move", 409


class AlreadyOffered(Conflict):
    """The case waits for another city's decision already."""

    kind, status = "already-offered", 409


class AlreadyDecided(Conflict):
    """Somebody was faster: the offer has a decision, which stands."""

    kind, status = "already-decided", 409


class NotOurs(Invalid):
    """The place is outside the cities; the facts say whose it is and how to reach them."""

    kind, status = "not-ours", 422


class WhichCity(Invalid):
    """The place is so near a border that the cities can't be told apart; the facts name those to choose from."""

    kind, status = "which-city", 422


class TooManyReturns(Conflict):
    """Cities have returned the case three times: the duty officer decides whose it is."""

    kind, status = "too-many-returns", 409


class BadSignature(Problem):
    """A provider's call that isn't signed with its secret, or was signed long ago."""

    kind, status = "bad-signature", 401


class TooLarge(Problem):
    """A message with more bytes than are read."""

    kind, status = "too-large", 413


class TooManyTries(Problem):
    """So many wrong codes were tried that somebody is guessing."""

    kind, status = "too-many-tries", 429


class AlreadySent(Conflict):
    """The answer has left: it can't be taken back any more."""

    kind, status = "already-sent", 409


class TooManyViews(Conflict):
    """There are as many saved views as a list of them can show."""

    kind, status = "too-many-views", 409


class SlotTaken(Conflict):
    """Somebody was faster, or the time was never one that can be booked."""

    kind, status = "slot-taken", 409


class NotEntitled(Invalid):
    """The service is for people who live elsewhere than the one who asks; the facts name where it is offered to them."""

    kind, status = "not-entitled", 422
