"""Decisions as they reach an application: the moves of the selection followed, figures decided by hand, the authority's file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.budgets import Source
from kuutio.core.grants.decided import Decided, beside
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import APPLICATION
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters, figures
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.moving import advance
from kuutio.programme.actions.submitting import told
from kuutio.programme.models import Application, DecidedFigure

FOLLOWED = frozenset(
    {
        "review", "end_review", "propose_yes", "propose_no", "put_at_line", "approve", "approve_with_conditions", "reject",
    }
)  # fmt: skip
"""What is decided in the selection; an application follows it, act by act."""

DECIDED = ("approved", "approved_with_conditions", "contracted", "in_change", "closed")
"""The states in which the figures are what the decision told."""


@transaction.atomic
def follow(
    application: Application, act: str, *, reason: str = "", by: Person | None, at: datetime, **facts: Any
) -> Application:
    """Make the move that the selection has made, which has looked at what must hold; in its transaction, so that both stand or fall.

    Raises:
        IllegalMove: the application isn't where the selection thinks: neither moves then.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    wanted = APPLICATION.row(row.state, act)
    role = min(wanted.by) if wanted else Role.OFFICE
    holds = wanted.needs if wanted else frozenset()
    advance(row, APPLICATION, act, role=role, holds=holds, by=by, at=at, **facts)
    if reason:
        row.note = reason[:8000]
        row.save(update_fields=["note"])
    if act in ("approve", "approve_with_conditions"):
        row.first_ends_on = row.first_ends_on or row.ends_on
        row.save(update_fields=["first_ends_on"])
    return row


@transaction.atomic
def decide_figures(application: Application, rows: Iterable[Decided], *, by: Person | None, at: datetime) -> int:
    """Set the figures that the authority decided otherwise than the rules compute, all of them at once; gives how many differ.

    Args:
        rows: partners by their keys as text. A figure that is the computed one isn't kept.

    Raises:
        NotAllowed: `by` isn't of the authority.
        IllegalMove: it isn't proposed yet, or is decided on: the decision told its sum, and what differs then is a change.
        Invalid: a partner's sources don't add up to its net costs (M6), or a differing figure has no reason (M8).
    """
    if not permissions.may_decide(by, application):
        raise NotAllowed(_("The authority of the call’s fund decides the figures."))
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    lines, found = beside(figures.computed(row), list(rows))
    differing = [line for line in lines if line.difference]
    kept = DecidedFigure.objects.filter(partner__application=row)
    before = {(str(one.partner_id), one.source, one.cents, one.reason) for one in kept}
    same = not found and before == {(one.partner, str(one.source), one.decided, one.reason) for one in differing}
    if same and row.state in DECIDED:
        return len(differing)  # told again, as by a file that is brought in twice
    if row.state != Application.State.PROPOSED_YES:
        raise IllegalMove(
            _("Figures are decided once the application is proposed to be funded, before it is decided on."),
            state=row.state,
        )
    if found:
        raise Invalid(_("The decided figures don’t add up."), errors=told(row, found))
    there = {str(one.pk): one for one in figures.partners_of(row)}
    kept.delete()
    DecidedFigure.objects.bulk_create(
        DecidedFigure(partner=there[line.partner], source=line.source, cents=line.decided, reason=line.reason)
        for line in differing
    )
    record(
        "decide_figures", f"application:{row.uuid}", by=by, at=at,
        differing={f"{line.partner} {line.source}": line.difference for line in differing},
    )  # fmt: skip
    return len(differing)


@transaction.atomic
def contract(application: Application, *, conditions_met: bool = False, by: Person | None, at: datetime) -> Application:
    """Write down that the grant is made: called in the transaction that makes it.

    Raises:
        NotAllowed: `by` isn't of the authority.
        IllegalMove: it isn't approved, or its conditions aren't met.
    """
    if not permissions.may_decide(by, application):
        raise NotAllowed(_("The authority of the call’s fund makes grants."))
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    holds = {Need.GRANTS_MADE} | ({Need.CONDITIONS_MET} if conditions_met else set())
    advance(row, APPLICATION, "contract", role=Role.AUTHORITY, holds=holds, by=by, at=at)
    row.first_ends_on = row.first_ends_on or row.ends_on
    row.save(update_fields=["first_ends_on"])
    call_letters.tell("moved", row.pk)
    return row


def decided_of(application: Application, business_id: str, cents: dict[Source, int], reason: str) -> list[Decided]:
    """One partner's figures of a file, by its Business ID.

    Raises:
        KeyError: no partner has it.
    """
    partner = next((row for row in figures.partners_of(application) if row.business_id == business_id), None)
    if partner is None:
        raise KeyError(business_id)
    return [Decided(str(partner.pk), source, amount, reason) for source, amount in cents.items()]
