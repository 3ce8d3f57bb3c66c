"""An application as a case of `./kuutio programme` and of the interface: the same question in JSON."""

from __future__ import annotations

from typing import Any

from kuutio.core.money import plain
from kuutio.programme.figures import budget_of, joint_of, terms_of
from kuutio.programme.models import Application


def case_of(application: Application) -> dict[str, Any]:
    """The consortium as a case of `./kuutio programme eligibility` and of the interface: the same question in JSON."""
    joint, terms = joint_of(application), terms_of(application.call)
    return {
        "id": application.number or str(application.uuid),
        "call": {
            "closes_at": terms.closes_at.isoformat(),
            "earliest_start": terms.earliest_start.isoformat(),
            "latest_end": terms.latest_end.isoformat(),
            "max_months": terms.max_months,
            "max_support_bp": terms.max_support_bp,
            "cost_models": sorted(terms.cost_models),
            **({"spearhead_months": terms.spearhead_months} if terms.spearhead_months else {}),
        },
        "kind": joint.kind,
        "cost_model": joint.cost_model,
        "start": joint.start.isoformat(),
        "end": joint.end.isoformat(),
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else None,
        "support_bp": joint.support_bp,
        "partners": [
            {
                "id": one.id,
                "business_id": one.business_id,
                "type": one.type,
                "city": one.city,
                "lead": one.lead,
                "intent_signed": one.intent_signed,
            }
            for one in joint.partners
        ],
    }


def budget_case_of(application: Application) -> dict[str, Any]:
    """The budget as a case of `./kuutio programme budget` and of the interface."""
    budget = budget_of(application)
    case: dict[str, Any] = {
        "id": application.number or str(application.uuid),
        "cost_model": budget.cost_model,
        "eu_bp": budget.eu_bp,
        "state_bp": budget.state_bp,
        "partners": [
            {
                "id": one.id,
                "costs": {name: plain(cents) for name, cents in one.costs.items()},
                "income": plain(one.income),
            }
            for one in budget.partners
        ],
    }
    if budget.lump_ceiling is not None:
        case |= {"lump_ceiling": plain(budget.lump_ceiling), "ceiling_on_gross": budget.ceiling_on_gross}
    return case
