"""Refusals that a caller can act on, in the words of RFC 9457 (problem details for HTTP APIs)."""

from typing import Any, ClassVar, Protocol


class Text(Protocol):
    """A string now, or one that is translated when it is shown."""

    def __str__(self) -> str: ...


class Problem(Exception):
    """A refusal with a reason and a way out; every door shows it in its own form.

    Attributes:
        kind: the last part of the problem's `type` address; stable, documented in `docs/reference/problems.md`.
        status: the HTTP status.
        again_s: seconds after which the same may be asked again (`Retry-After`); 0 where waiting alone mends nothing.
        detail: a sentence that says what to do next; no personal data in it.
        facts: further members of the problem, JSON values only.
        errors: one `{pointer, detail}` for each part of the input that must be mended.

    Source: RFC 9457, sections 3.1 and 3.2.
    """

    kind: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    again_s: ClassVar[int] = 0

    def __init__(self, detail: Text, *, errors: list[dict[str, Any]] | None = None, **facts: Any) -> None:
        super().__init__(str(detail))
        self.detail = detail
        self.errors = errors or []
        self.facts = facts

    @property
    def words(self) -> str:
        """What must be mended as one text, else the sentence; for a door that has no place beside each part."""
        return " ".join(str(error["detail"]) for error in self.errors) or str(self.detail)


class NotAllowed(Problem):
    """The person lacks the role that the act needs."""

    kind, status = "not-allowed", 403


class NotFound(Problem):
    """There is no such thing, or the person may not know of it."""

    kind, status = "not-found", 404


class Invalid(Problem):
    """The input doesn't fit; `errors` say where."""

    kind, status = "invalid", 422


class Conflict(Problem):
    """Somebody was faster, or the thing exists already."""

    kind, status = "conflict", 409


class IllegalMove(Conflict):
    """The table of moves has no such act from this state, or something that it needs isn't there yet.

    Facts: `state`, `act`, and `can` (what could be done instead) or `missing` (what would have to hold first).
    """

    kind, status = "illegal-move", 409


class BadQuery(Problem):
    """The query can't be understood: an unknown parameter, a malformed value."""

    kind, status = "bad-query", 400


class OnlyRead(Problem):
    """A method that would change something, at an address that is only read."""

    kind, status = "method-not-allowed", 405
