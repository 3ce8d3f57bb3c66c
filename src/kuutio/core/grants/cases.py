"""Cases of who may apply and of budgets as JSON: from plain data to the rules' own types, and their answers back."""

from __future__ import annotations

from typing import Any

from kuutio.core.grants.balances import balance
from kuutio.core.grants.budgets import (
    MODELS,
    Budget,
    Computed,
    CostModel,
    Figures,
    PartnerBudget,
    Source,
    compute,
)
from kuutio.core.grants.decided import Beside, Decided, beside
from kuutio.core.grants.eligibility import Actor, Joint, Kind, Terms, cities_lit, panel
from kuutio.core.grants.findings import Finding, codes
from kuutio.core.grants.reading import Node, unique
from kuutio.core.money import WHOLE_BP, plain

MOST_PARTNERS = 500
MOST_LINES = 100
MOST_MONTHS = 600
Told = dict[str, Any]


def told_finding(finding: Finding) -> Told:
    """A finding as JSON: the rule, the code, the key of its words, where, and its facts."""
    return {
        "rule": finding.rule,
        "code": finding.code,
        "key": finding.key,
        "where": finding.where,
        "facts": dict(finding.facts),
    }


def finding_of(told: Told) -> Finding:
    """A finding of its JSON."""
    return Finding(told["key"], told["where"], told["facts"])


# --- eligibility ------------------------------------------------------------------------------------------------------


def read_eligibility(node: Node) -> tuple[Joint, Terms]:
    """An application and its call's terms.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    call, partners = node.at("call"), node.at("partners").rows(MOST_PARTNERS)
    models = call.at("cost_models").rows(len(CostModel))
    terms = Terms(
        closes_at=call.at("closes_at").moment(),
        earliest_start=call.at("earliest_start").day(),
        latest_end=call.at("latest_end").day(),
        max_months=call.at("max_months").whole(1, MOST_MONTHS),
        max_support_bp=call.at("max_support_bp").whole(0, WHOLE_BP),
        cost_models=frozenset(model.choice(CostModel) for model in models),
        spearhead_months=call.at("spearhead_months").whole(1, MOST_MONTHS) if call.has("spearhead_months") else None,
    )
    application = Joint(
        kind=node.at("kind").choice(Kind),
        cost_model=node.at("cost_model").text(),
        start=node.at("start").day(),
        end=node.at("end").day(),
        submitted_at=node.at("submitted_at").moment() if node.at("submitted_at").value is not None else None,
        support_bp=node.at("support_bp").whole(0, 10 * WHOLE_BP),
        partners=tuple(_actor(partner, at) for at, partner in enumerate(partners, 1)),
    )
    return application, terms


def _actor(node: Node, at: int) -> Actor:
    known = next((key for key in ("id", "name") if node.has(key)), None)
    return Actor(
        id=node.at(known).text() if known else str(at),
        business_id=node.at("business_id").text(),
        type=node.at("type").text(),
        city=node.at("city").text() if node.has("city") else "",
        lead=node.at("lead").flag(),
        intent_signed=node.at("intent_signed").flag(),
    )


def eligibility(node: Node, *, details: bool = False) -> Told:
    """`{"eligible", "reasons"}`; with details the panel's rules and the member cities that light up too."""
    application, terms = read_eligibility(node)
    rules = panel(application, terms)
    found = [finding for checked in rules for finding in checked.findings]
    told: Told = {"eligible": not found, "reasons": codes(found)}
    if details:
        told["rules"] = {checked.rule: checked.holds for checked in rules}
        told["cities"] = sorted(cities_lit(application, terms))
        told["findings"] = [told_finding(finding) for finding in found]
    return told


# --- budgets ----------------------------------------------------------------------------------------------------------


def read_budget(node: Node) -> Budget:
    """A budget. Where only the support's whole share is told (`support_bp`), it stands as the EU's.

    Raises:
        Unreadable: a field is missing or doesn't fit.
    """
    if _is_split(node):
        eu_bp, state_bp = node.at("eu_bp").whole(0, WHOLE_BP), node.at("state_bp").whole(0, WHOLE_BP)
    else:
        eu_bp, state_bp = node.at("support_bp").whole(0, WHOLE_BP), 0
    partners = node.at("partners").rows(MOST_PARTNERS)
    unique(partners, "id")
    return Budget(
        cost_model=node.at("cost_model").choice(CostModel),
        eu_bp=eu_bp,
        state_bp=state_bp,
        partners=tuple(
            PartnerBudget(
                partner.at("id").name(),
                {category: cents.cents() for category, cents in partner.at("costs").items(MOST_LINES)},
                partner.at("income").cents() if partner.has("income") else 0,
            )
            for partner in partners
        ),
        lump_ceiling=node.at("lump_ceiling").cents() if node.has("lump_ceiling") else None,
        ceiling_on_gross=node.has("ceiling_on_gross") and node.at("ceiling_on_gross").flag(),
    )


def _is_split(node: Node) -> bool:
    return node.has("eu_bp") or node.has("state_bp") or not node.has("support_bp")


def budget(node: Node, *, details: bool = False) -> Told:
    """`{"partners", "project"}` with amounts like "1234.50", or `{"errors"}`; decided and entered funding are judged where given."""
    read = read_budget(node)
    computed = compute(read)
    found = list(computed.findings)
    rows: list[Beside] = []
    if not found:
        found += balance(computed, _entered(node.at("funding"))) if node.has("funding") else []
        rows, wrong = beside(computed, _decided(node.at("decided"))) if node.has("decided") else ([], [])
        found += wrong
    if found:
        told: Told = {"errors": [_error(finding) for finding in found]}
    elif _is_split(node):
        told = _told_budget(read, computed)
    else:
        told = {"project": _told_whole(computed.project)}
    if rows and not found:
        told["decided"] = [_told_beside(row) for row in rows]
    if details:
        told["findings"] = [told_finding(finding) for finding in found]
        told["lines"] = {category: plain(cents) for category, cents in computed.lines.items() if cents}
    return told


def _entered(node: Node) -> dict[str, dict[Source, int]]:
    return {
        partner: {Node(source, one.pointer).choice(Source): cents.cents() for source, cents in one.items(len(Source))}
        for partner, one in node.items(MOST_PARTNERS)
    }


def _decided(node: Node) -> list[Decided]:
    rows = node.rows(MOST_PARTNERS * len(Source))
    unique(rows, "partner", "source")
    return [
        Decided(
            row.at("partner").name(),
            row.at("source").choice(Source),
            row.at("amount").cents(),
            row.at("reason").text() if row.has("reason") else "",
        )
        for row in rows
    ]


def _told_beside(row: Beside) -> Told:
    return {
        "partner": row.partner,
        "source": row.source,
        "computed": plain(row.computed),
        "decided": plain(row.decided),
        "difference": plain(row.difference),
        "reason": row.reason,
    }


def _error(finding: Finding) -> Told:
    told: Told = {"partner": finding.where} if finding.where else {}
    told["error"] = finding.code
    for name, fact in finding.facts.items():
        if name in {"category", "line", "source"}:
            told[name] = fact
        elif name.endswith("_cents"):
            told[name.removesuffix("_cents")] = plain(int(fact))
    return told


def _told_figures(figures: Figures) -> Told:
    return {
        "direct": plain(figures.direct),
        "flat": plain(figures.flat),
        "gross": plain(figures.gross),
        "income": plain(figures.income),
        "net": plain(figures.net),
        "funding": {source: plain(figures.funding[source]) for source in Source},
    }


def _told_budget(read: Budget, computed: Computed) -> Told:
    told: Told = {
        "partners": {name: _told_figures(figures) for name, figures in computed.partners.items()},
        "project": {**_told_figures(computed.project), "support": plain(computed.project.support)},
    }
    if MODELS[read.cost_model].rate_bp:
        told["note_flat_if_computed_on_project_total"] = plain(computed.flat_on_total)
    return told


def _told_whole(project: Figures) -> Told:
    """Where the support isn't split between the EU and the state: the project's lines, as the authority's form has them."""
    return {
        "flat": plain(project.flat),
        "gross": plain(project.gross),
        "income": plain(project.income),
        "net": plain(project.net),
        "support": plain(project.support),
        Source.OWN_PUBLIC: plain(project.funding[Source.OWN_PUBLIC]),
    }
