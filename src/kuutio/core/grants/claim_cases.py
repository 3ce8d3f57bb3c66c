"""Cases of claims as JSON: from plain data to the rules' own types, and their answers back."""

from __future__ import annotations

from collections.abc import Mapping

from kuutio.core.grants.cases import MOST_LINES, Told, told_finding
from kuutio.core.grants.claims import (
    Advance,
    Claim,
    Closing,
    Correction,
    Grant,
    Happened,
    Ledger,
    Line,
    Period,
    settle,
)
from kuutio.core.grants.reading import Node
from kuutio.core.money import WHOLE_BP, plain

MOST_EVENTS = 1000


def read_claims(node: Node) -> tuple[Grant, list[Happened]]:
    """A grant and what happened to it.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    granted = node.at("granted_support")
    if granted.cents() < 0:
        raise granted.wrong("must not be negative.")
    grant = Grant(
        granted.cents(),
        node.at("support_bp").whole(0, WHOLE_BP),
        _period(node.at("period")) if node.has("period") else None,
    )
    return grant, [_event(event, str(at)) for at, event in enumerate(node.at("events").rows(MOST_EVENTS), 1)]


def _event(node: Node, at: str) -> Happened:
    name = node.at("id").name() if node.has("id") else at
    match node.at("type").value:
        case "ADVANCE":
            return Advance(node.at("amount").cents(), name)
        case "CLAIM":
            return _claim(node, name)
        case "CORRECTION":
            return Correction(node.at("amount").cents(), node.at("claim").name() if node.has("claim") else "")
        case "CLOSING":
            return Closing()
    raise node.at("type").wrong("must be ADVANCE, CLAIM, CORRECTION or CLOSING.")


def _claim(node: Node, name: str) -> Claim:
    if node.has("lines"):
        lines = {
            category: Line(line.at("claimed").cents(), line.at("accepted").cents())
            for category, line in node.at("lines").items(MOST_LINES)
        }
    else:
        lines = {"NET": Line(node.at("claimed_net").cents(), node.at("accepted_net").cents())}
    return Claim(
        lines,
        name,
        node.at("partner").name() if node.has("partner") else "",
        _period(node.at("period")) if node.has("period") else None,
        _period(node.at("report")) if node.has("report") else None,
    )


def _period(node: Node) -> Period:
    days = node.rows(2)
    if len(days) != 2:
        raise node.wrong("must be [first day, last day].")
    return Period(days[0].day(), days[1].day())


def claims(node: Node, *, details: bool = False) -> Told:
    """`{"steps", "left_of_grant"}`, or `{"error"}` with the code of the first rule that refuses an event."""
    grant, events = read_claims(node)
    ledger = settle(grant, events)
    told: Told
    if ledger.findings:
        told = {"error": ledger.findings[0].code}
    else:
        told = {"steps": _steps(ledger, events), "left_of_grant": plain(ledger.left)}
    if details:
        told["findings"] = [told_finding(finding) for finding in ledger.findings]
        told["ahead"] = [plain(step.ahead) for step in ledger.steps]
    return told


def _steps(ledger: Ledger, events: list[Happened]) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = []
    for step, event in zip(ledger.steps, events, strict=True):
        row = {} if isinstance(event, Advance) else {"cumulative_accepted": plain(step.accepted)}
        row |= {"pay": plain(step.pay), "cumulative_paid": plain(step.paid)}
        rows.append(row | {"back": plain(step.back)} if isinstance(event, Closing) else row)
    return rows
