"""Refusals of the programme's own kinds."""

from __future__ import annotations

from kuutio.core.problems import Problem


class RulesNotMet(Problem):
    """The call's rules don't hold yet; each error names one and says what to mend."""

    kind, status = "rules-not-met", 422


class ChangedMeanwhile(Problem):
    """Somebody saved this part after it was read; both texts stand in the facts, and neither is lost."""

    kind, status = "changed-meanwhile", 409


class CallNotReady(Problem):
    """The call lacks something before it can be published; each error says what."""

    kind, status = "call-not-ready", 422


def wrong(pointer: str, detail: str) -> dict[str, str]:
    """An error of a refusal: where it is, and what is to be mended there."""
    return {"pointer": pointer, "detail": detail}
