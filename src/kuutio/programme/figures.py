"""An application as the rules see it: the same functions of `core.grants` answer the form, the interface and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kuutio.core.grants.budgets import Budget, Computed, CostModel, PartnerBudget, Source, compute
from kuutio.core.grants.decided import Beside, Decided, beside
from kuutio.core.grants.eligibility import Actor, Checked, Joint, Kind, Terms, cities_lit, panel
from kuutio.core.grants.findings import Finding
from kuutio.programme.models import Application, ApplicationPartner, Call, Spearhead

_UNKNOWN = date(1970, 1, 1)
"""Stands for a day that isn't written yet: E9 then says what is asked."""


def spearheads_of(call: Call) -> list[Spearhead]:
    """The spearheads that a call's projects may support: its own, or all of the strategy where it names none."""
    own = list(call.spearheads.select_related("focus_area"))
    return own or list(Spearhead.objects.filter(focus_area__programme=call.programme_id).select_related("focus_area"))


def spearhead_of(application: Application) -> Spearhead | None:
    """The one that an application supports: as its writers chose, or the only one that there is."""
    if application.spearhead is not None:
        return application.spearhead
    there = spearheads_of(application.call)
    return there[0] if len(there) == 1 else None


def partners_of(application: Application) -> list[ApplicationPartner]:
    """Who is in, the lead first; with the lines of their budgets already read."""
    rows = [row for row in application.partners.all() if row.is_in]
    return sorted(rows, key=lambda row: (not row.is_lead, row.position))


def costs_of(partner: ApplicationPartner) -> dict[str, int]:
    """A partner's costs in cents by category."""
    return {line.category: line.cents for line in partner.lines.all()}


def terms_of(call: Call) -> Terms:
    """What the call asks, as the rules take it. Only a published call has all its terms.

    Raises:
        ValueError: the call's times aren't set.
    """
    if call.closes_at is None or call.earliest_start is None or call.latest_end is None:
        raise ValueError("The call's times aren't set.")
    return Terms(
        closes_at=call.closes_at.replace(microsecond=0),
        earliest_start=call.earliest_start,
        latest_end=call.latest_end,
        max_months=call.max_months,
        max_support_bp=call.max_support_bp,
        cost_models=frozenset(CostModel(one) for one in call.cost_models),
        spearhead_months=call.spearhead_months,
    )


def joint_of(application: Application, submitted_at: datetime | None = None) -> Joint:
    """The consortium as the rules take it; a member city is told by its Finnish name."""
    return Joint(
        kind=Kind(application.kind.upper()),
        cost_model=application.cost_model,
        start=application.starts_on or _UNKNOWN,
        end=application.ends_on or _UNKNOWN,
        submitted_at=submitted_at,
        support_bp=application.support_bp,
        partners=tuple(actor_of(row) for row in partners_of(application)),
    )


def actor_of(partner: ApplicationPartner) -> Actor:
    """A partner as the rules take it."""
    city = str(partner.city.name.localize("fi")) if partner.city else partner.place
    return Actor(
        id=str(partner.pk),
        business_id=partner.business_id,
        type=partner.actor_type,
        city=city,
        lead=partner.is_lead,
        intent_signed=partner.signed_at is not None,
    )


def panel_of(application: Application, submitted_at: datetime | None = None) -> list[Checked]:
    """Each rule with whether it holds, and what to mend; of days that aren't written yet no rule of days says anything."""
    told = panel(joint_of(application, submitted_at), terms_of(application.call))
    if application.starts_on is not None and application.ends_on is not None:
        return told
    return [Checked(one.rule, None) if one.rule in ("E9", "E12") else one for one in told]


def lit_of(application: Application) -> frozenset[str]:
    """The Finnish names of the member cities that the consortium counts for."""
    return cities_lit(joint_of(application), terms_of(application.call))


def budget_of(application: Application) -> Budget:
    """The whole budget, partners by their keys as text."""
    return Budget(
        cost_model=CostModel(application.cost_model),
        eu_bp=application.eu_bp,
        state_bp=application.state_bp,
        partners=tuple(PartnerBudget(str(row.pk), costs_of(row), row.income_cents) for row in partners_of(application)),
        lump_ceiling=application.call.lump_ceiling_cents,
        ceiling_on_gross=application.call.ceiling_on_gross,
    )


def computed(application: Application) -> Computed:
    """Everything that follows from the budget (M2 to M5, M7)."""
    return compute(budget_of(application))


def beside_of(application: Application) -> tuple[list[Beside], list[Finding]]:
    """Each partner's figure of each source, computed and decided: what a grant is made of (M8)."""
    decided = [
        Decided(str(row.pk), Source(one.source), one.cents, one.reason)
        for row in partners_of(application)
        for one in row.decided.all()
    ]
    return beside(computed(application), decided)


def holds(rules: Sequence[Checked]) -> bool:
    """Whether no rule fails."""
    return all(one.holds is not False for one in rules)
