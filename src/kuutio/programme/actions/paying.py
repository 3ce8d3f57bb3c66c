"""Payments are recorded here, not made: the state's own system pays, and tells it by file or by hand. And the acts on a grant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.claims import MOST_ADVANCE_BP
from kuutio.core.grants.findings import Finding
from kuutio.core.money import floor_share
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import APPLICATION
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import call_letters, grant_moves, grant_permissions, settling
from kuutio.programme.actions.holding_claims import locked_part
from kuutio.programme.actions.moving import advance
from kuutio.programme.models import Application, Claim, Grant, GrantPart, Payment, ProgressReport
from kuutio.programme.problems import wrong
from kuutio.ui import findings, wording

MOST_REASON = 5000


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the state's system tells it."""

    reference: str
    cents: int
    paid_on: date


@transaction.atomic
def record_claim_payment(claim: Claim, paid: Paid, *, by: Person | None, at: datetime) -> Payment:
    """Record that what a claim's decision ordered was paid. The same payment again changes nothing.

    Raises:
        NotAllowed: not the authority's side of this grant.
        Conflict: the claim isn't decided or is paid, or the reference has another content.
        Invalid: another amount than the decision ordered, or no reference.
    """
    part = locked_part(claim.part_id)
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    claim.part = part
    _pays(part, by)
    known = _known(paid, part, Payment.Kind.CLAIM, claim)
    if known is not None:
        return known
    roles = grant_permissions.roles_with(by, part.grant, part)
    if claim.state in (Claim.State.ACCEPTED, Claim.State.PARTLY_ACCEPTED) and paid.cents != claim.pay_cents:
        words = _("The decision orders %(ordered)s to be paid, not %(told)s.") % {
            "ordered": wording.money(claim.pay_cents),
            "told": wording.money(paid.cents),
        }
        raise Invalid(words, errors=[wrong("/cents", words)])
    grant_moves.make(
        claim,
        "pay",
        roles=roles,
        holds=frozenset({Need.PAYMENT_RECORDED}),
        by=by,
        at=at,
        reference=paid.reference,
        cents=paid.cents,
    )
    made = _record(part, Payment.Kind.CLAIM, paid, at, claim)
    call_letters.tell("claim_paid", claim.pk)
    return made


@transaction.atomic
def record_advance(part: GrantPart, paid: Paid, *, by: Person | None, at: datetime) -> Payment:
    """Record an advance: together at most 30 % of the granted support (C1), and never more than was granted (C4).

    Raises:
        NotAllowed: not the authority's side of this grant.
        Conflict: the grant isn't running, or the reference has another content.
        Invalid: it is too much, or nothing.
    """
    part = locked_part(part.pk)
    _pays(part, by)
    known = _known(paid, part, Payment.Kind.ADVANCE, None)
    if known is not None:
        return known
    if part.grant.state == Grant.State.CLOSED:
        raise Conflict(findings.words(Finding("c7-closed")), state=part.grant.state)
    if part.grant.state != Grant.State.RUNNING:
        raise Conflict(_("Advances are paid while the grant is running."), state=part.grant.state)
    standing = _standing(part)
    found = []
    most = floor_share(standing.granted, MOST_ADVANCE_BP)
    if standing.advances + paid.cents > most:
        facts: dict[str, str | int] = {"most_cents": most, "over_cents": standing.advances + paid.cents - most}
        found.append(Finding("c1-advance", facts=facts))
    if (over := standing.paid + standing.ordered + paid.cents - standing.granted) > 0:
        found.append(Finding("c4-over-granted", facts={"over_cents": over}))
    if paid.cents <= 0:
        found.append(Finding("c2-negative", facts={"line": "ADVANCE"}))
    if found:
        errors = [wrong("/cents", findings.words(one)) | {"rule": one.code} for one in found]
        raise Invalid(_("The advance can’t be paid."), errors=errors)
    made = _record(part, Payment.Kind.ADVANCE, paid, at)
    record("record_advance", f"grant:{part.grant.uuid}", by=by, at=at, reference=paid.reference, cents=paid.cents)
    return made


@transaction.atomic
def record_payback(part: GrantPart, paid: Paid, *, by: Person | None, at: datetime) -> Payment:
    """Record that a partner paid back what it had got ahead of accepted costs.

    Raises:
        NotAllowed: not the authority's side of this grant.
        Conflict: the grant is closed, or the reference has another content.
        Invalid: more than it has ahead, or nothing.
    """
    part = locked_part(part.pk)
    _pays(part, by)
    known = _known(paid, part, Payment.Kind.BACK, None)
    if known is not None:
        return known
    if part.grant.state == Grant.State.CLOSED:
        raise Conflict(findings.words(Finding("c7-closed")), state=part.grant.state)
    ahead = _standing(part).ahead
    if not 0 < paid.cents <= ahead:
        words = _("At most %(most)s can be paid back.") % {"most": wording.money(ahead)}
        raise Invalid(words, errors=[wrong("/cents", words)])
    made = _record(part, Payment.Kind.BACK, paid, at)
    record("record_payback", f"grant:{part.grant.uuid}", by=by, at=at, reference=paid.reference, cents=paid.cents)
    return made


@transaction.atomic
def move_grant(grant: Grant, act: str, reason: str = "", *, by: Person | None, at: datetime) -> Grant:
    """Accept, turn down, start, suspend, go on with, cancel or close a grant.

    A grant is closed when each partner's last report was accepted, no claim is open, and nothing is left to be paid or to come back;
    the application that it was granted to closes with it.

    Raises:
        NotAllowed, Conflict, Invalid: not theirs to do; not from this state, or not ready; no reason.
        IllegalMove: a change of the application waits for its decision.
    """
    application = _application(grant) if act == "close" else None  # locked first: a change locks it before its grant
    grant = Grant.objects.select_for_update().select_related("project").get(pk=grant.pk)
    holds = {Need.REASON} if reason.strip() else set()
    if act == "close":
        holds |= _closing(grant)
    roles = grant_permissions.roles_with(by, grant)
    facts: dict[str, Any] = {"reason": reason.strip()[:MOST_REASON]} if reason.strip() else {}
    grant_moves.make(grant, act, roles=roles, holds=frozenset(holds), by=by, at=at, **facts)
    if application is not None:
        advance(application, APPLICATION, "close", role=Role.AUTHORITY, holds=holds, by=by, at=at)
        call_letters.tell("moved", application.pk)
    return grant


def _application(grant: Grant) -> Application | None:
    """The application that a grant was made of, locked; None where it came another way, such as from a list."""
    try:
        number = UUID(grant.application or "")
    except ValueError:
        return None
    return Application.objects.select_for_update(of=("self",)).filter(uuid=number).first()


def _closing(grant: Grant) -> set[Need]:
    found = set()
    parts = settling.standings(grant)
    final = set(
        ProgressReport.objects.filter(
            claim__part__grant=grant,
            is_final=True,
            claim__state__in=[Claim.State.PAID, Claim.State.ACCEPTED, Claim.State.PARTLY_ACCEPTED],
        ).values_list("claim__part", flat=True)
    )
    if all(one.part.pk in final for one in parts if one.granted):
        found.add(Need.FINAL_REPORT)
    open_claims = Claim.objects.filter(part__grant=grant).exclude(state__in=[Claim.State.PAID, Claim.State.REJECTED])
    if not open_claims.exists() and not any(one.ahead or one.ordered for one in parts):
        found.add(Need.ALL_SETTLED)
    return found


def _standing(part: GrantPart) -> settling.Standing:
    return next(one for one in settling.standings(part.grant) if one.part.pk == part.pk)


def _pays(part: GrantPart, by: Person | None) -> None:
    if not grant_permissions.may_control(by, part.grant):
        raise NotAllowed(_("Payments are recorded by the programme office, never by the project’s own people."))


def _known(paid: Paid, part: GrantPart, kind: str, claim: Claim | None) -> Payment | None:
    if not paid.reference.strip() or len(paid.reference) > 100:
        raise Invalid(
            _("Give the payment’s reference."), errors=[wrong("/reference", _("Give the payment’s reference."))]
        )
    known = Payment.objects.filter(reference=paid.reference.strip()).first()
    if known is None:
        return None
    same = (known.part_id, known.kind, known.claim_id, known.cents, known.paid_on) == (
        part.pk,
        kind,
        claim.pk if claim else None,
        paid.cents,
        paid.paid_on,
    )
    if not same:
        raise Conflict(_("Another payment has this reference already."), reference=paid.reference)
    return known


def _record(part: GrantPart, kind: str, paid: Paid, at: datetime, claim: Claim | None = None) -> Payment:
    return Payment.objects.create(
        part=part,
        kind=kind,
        claim=claim,
        round=claim.round if claim else 1,
        cents=paid.cents,
        paid_on=paid.paid_on,
        reference=paid.reference.strip(),
        recorded_at=at,
    )
