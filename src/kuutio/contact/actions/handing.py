"""Hand-over: one city offers, the other takes the case or returns it. Number, link, thread and files stay what they are.

So it goes from unit to unit of one city, too; who is responsible stays the same then, and nobody's rights change.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation, Person, Unit
from kuutio.contact import permissions, routing, tasks
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.actions.states import CLOCKS, set_state
from kuutio.contact.given import kept_of
from kuutio.contact.models import Case, Event, Handover
from kuutio.contact.problems import AlreadyDecided, AlreadyOffered, TooManyReturns, WrongMove
from kuutio.contact.promises import set_clocks, set_own_promise
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.core.working_time import OFFICE, due

DECIDE_MINUTES = 480
"""One working day: an offer that nobody has decided by then goes back."""


@transaction.atomic
def offer_case(
    case: Case, *, to: Organisation, reason: str, by: Person, at: datetime, unit: Unit | None = None
) -> Handover:
    """Offer a case to another city, or to another unit of the same one. Nothing of the case changes before they decide.

    Args:
        unit: of the city that it is offered to; None: the one of that city's rule.

    Raises:
        NotAllowed: another city has the case.
        Invalid: no reason, an organisation that isn't a city, another city's unit, or where the case is already.
        WrongMove: the case is settled.
        AlreadyOffered: it waits for a decision already.
        TooManyReturns: three cities have said no: the duty officer decides.
    """
    case = hold(case.pk)
    view = permissions.view_of(by, case, at)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    _check_offer(case, to, reason, unit)
    if permissions.is_disputed(case):
        raise TooManyReturns(_("Cities have returned this case three times. The duty officer decides."))
    handover = Handover.objects.create(
        case=case,
        giver=case.responsible,
        giver_unit=case.unit,
        receiver=to,
        unit=unit,
        reason=reason.strip(),
        offered_by=by,
        offered_at=at,
        due_at=due(at, DECIDE_MINUTES, OFFICE) or at,
    )
    tell(
        case,
        Event.Kind.UNIT_OFFERED if handover.is_within else Event.Kind.OFFERED,
        by=by,
        at=at,
        organisation=case.responsible,
        facts={"from": case.responsible.slug, "to": to.slug, "unit": unit.slug if unit else ""},
    )
    touch(case, at)
    audit("offer_case", case, by=by, at=at, to=to.slug)
    return handover


def _check_offer(case: Case, to: Organisation, reason: str, unit: Unit | None) -> None:
    errors = []
    if not reason.strip():
        errors.append({"pointer": "/reason", "detail": str(_("Tell why the case belongs to the other city."))})
    if to.pk == case.responsible_id and unit is not None and unit.city_id == to.city_id:
        if unit.pk == case.unit_id:
            errors.append({"pointer": "/unit", "detail": str(_("The case is in that unit’s queue already."))})
    elif to.pk == case.responsible_id or to.kind != Organisation.Kind.CITY:
        errors.append({"pointer": "/to", "detail": str(_("Choose another city."))})
    if unit is not None and unit.city_id != to.city_id:
        errors.append({"pointer": "/unit", "detail": str(_("The unit belongs to another city."))})
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    if case.is_settled:
        raise WrongMove(_("A case that is settled isn't handed over: reopen it first."), state=case.state)
    if case.handovers.filter(decision="").exists():
        raise AlreadyOffered(_("The case waits for another city's decision already."), case=case.number)


def _locked_offer(handover: Handover) -> tuple[Handover, Case]:
    case = hold(handover.case_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if handover.decision:
        raise AlreadyDecided(_("The offer has a decision already."), case=case.number, decision=handover.decision)
    return handover, case


@transaction.atomic
def accept_case(handover: Handover, *, by: Person, at: datetime) -> Case:
    """Take a case that is offered: from now on one's own city, or unit, answers. The resident is told once, in their language.

    Raises:
        NotAllowed: the offer is to another city.
        AlreadyDecided: somebody was faster.
        WrongMove: the case is settled.
    """
    handover, case = _locked_offer(handover)
    if not permissions.may_decide(by, handover):
        raise NotAllowed(_("Only the city that the case is offered to can decide."), case=case.number)
    if case.is_settled:
        raise WrongMove(_("A case that is settled isn't handed over: reopen it first."), state=case.state)
    handover.kept = kept_of(case)
    _decide(handover, Handover.Decision.ACCEPTED, by, at)
    if handover.is_within:
        return _take_within(case, handover, by, at)
    fields = _move_to(case, handover.receiver, handover.unit, at)
    tell(
        case,
        Event.Kind.ACCEPTED,
        by=by,
        at=at,
        organisation=handover.receiver,
        is_public=True,
        facts={"from": handover.giver.slug, "to": handover.receiver.slug},
    )
    if case.state == Case.State.WAITING_OTHER:
        fields += set_state(case, Case.State.OPEN, by=by, at=at, organisation=handover.receiver)
    touch(case, at, *fields)
    audit("accept_case", case, by=by, at=at, giver=handover.giver.slug)
    tasks.tell_of_handover.defer(handover_id=handover.pk)
    return case


def _take_within(case: Case, handover: Handover, by: Person, at: datetime) -> Case:
    """Bring a case into the queue of another unit of its city; the clocks go on as they were."""
    case.unit, case.assignee = handover.unit, None
    slugs = {
        "from": handover.giver_unit.slug if handover.giver_unit else "",
        "to": handover.unit.slug if handover.unit else "",
    }
    city = handover.receiver
    tell(case, Event.Kind.UNIT_TAKEN, by=by, at=at, organisation=city, is_public=True, facts=slugs)
    set_clocks(case)
    touch(case, at, "unit", "assignee", *CLOCKS)
    audit("accept_case", case, by=by, at=at, **{"from": slugs["from"], "unit": slugs["to"]})
    tasks.tell_of_handover.defer(handover_id=handover.pk)
    return case


@transaction.atomic
def return_case(handover: Handover, *, reason: str, by: Person | None, at: datetime) -> Case:
    """Return a case that is offered, with a reason: it stays where it was. The third return brings it to the duty officer.

    Args:
        by: None where nobody decided in time.

    Raises:
        NotAllowed: the offer is to another city.
        Invalid: no reason.
        AlreadyDecided: somebody was faster.
    """
    if not reason.strip():
        raise Invalid(
            _("Some things are missing."),
            errors=[{"pointer": "/reason", "detail": str(_("Tell why the case doesn't belong to you."))}],
        )
    handover, case = _locked_offer(handover)
    if by is not None and not permissions.may_decide(by, handover):
        raise NotAllowed(_("Only the city that the case is offered to can decide."), case=case.number)
    _decide(handover, Handover.Decision.RETURNED, by, at, reason.strip())
    facts = {"from": handover.receiver.slug, "to": handover.giver.slug, "in_time": by is not None}
    kind = Event.Kind.UNIT_RETURNED if handover.is_within else Event.Kind.RETURNED
    tell(case, kind, by=by, at=at, organisation=handover.receiver, facts=facts)
    if permissions.is_disputed(case):
        tell(case, Event.Kind.ESCALATED, by=None, at=at)
    touch(case, at)
    audit("return_case", case, by=by, at=at, receiver=handover.receiver.slug)
    return case


@transaction.atomic
def withdraw_offer(handover: Handover, *, by: Person, at: datetime) -> Case:
    """Take an offer back before it is decided.

    Raises:
        NotAllowed: another city offered it.
        AlreadyDecided: it is decided.
    """
    handover, case = _locked_offer(handover)
    if not permissions.may_withdraw(by, handover):
        raise NotAllowed(_("Only the city that offered the case can take the offer back."), case=case.number)
    _decide(handover, Handover.Decision.WITHDRAWN, by, at)
    tell(case, Event.Kind.WITHDRAWN, by=by, at=at, organisation=handover.giver, facts={"to": handover.receiver.slug})
    touch(case, at)
    audit("withdraw_offer", case, by=by, at=at)
    return case


@transaction.atomic
def settle_dispute(
    case: Case, *, to: Organisation, reason: str, by: Person, at: datetime, unit: Unit | None = None
) -> Case:
    """Decide, as the duty officer, whose a case is that cities or units have returned three times.

    Args:
        unit: of that city; None: the one of its rule, or where the case is if it stays in its city.

    Raises:
        NotAllowed: the person is no duty officer.
        Invalid: no reason, an organisation that isn't a city, or another city's unit.
        WrongMove: the cities don't disagree about it.
    """
    case = hold(case.pk)
    if not permissions.is_duty_officer(by):
        raise NotAllowed(_("Only the duty officer decides this."), case=case.number)
    if not permissions.is_disputed(case):
        raise WrongMove(_("The cities don't disagree about this case."), state=case.state)
    if not reason.strip() or to.kind != Organisation.Kind.CITY or (unit and unit.city_id != to.city_id):
        raise Invalid(_("Choose a city and tell why."))
    giver, fields = case.responsible, list[str]()
    if to.pk == giver.pk:
        tell(case, Event.Kind.DECIDED, by=by, at=at, facts={"to": to.slug, "unit": unit.slug if unit else ""})
        if unit is not None and unit.pk != case.unit_id:
            case.unit, case.assignee = unit, None
            set_clocks(case)
            fields = ["unit", "assignee", *CLOCKS]
    else:
        handover = Handover.objects.create(
            case=case,
            giver=giver,
            receiver=to,
            reason=reason.strip(),
            offered_by=by,
            offered_at=at,
            due_at=at,
            decision=Handover.Decision.ACCEPTED,
            decision_reason=reason.strip(),
            decided_by=by,
            decided_at=at,
            kept=kept_of(case),
        )
        fields = _move_to(case, to, unit, at)
        tell(
            case,
            Event.Kind.ACCEPTED,
            by=by,
            at=at,
            organisation=to,
            is_public=True,
            facts={"from": giver.slug, "to": to.slug, "by_duty_officer": True},
        )
        tasks.tell_of_handover.defer(handover_id=handover.pk)
    touch(case, at, *fields)
    audit("settle_dispute", case, by=by, at=at, to=to.slug)
    return case


def _move_to(case: Case, city: Organisation, unit: Unit | None, at: datetime) -> list[str]:
    """Make a city responsible for a case: it comes to the unit that is named, else to that of the city's own rule.

    The city's clock begins; the resident's goes on as it was told. Returns the fields to save.
    """
    case.responsible, case.assignee = city, None
    rule = routing.rule_of(case, at)
    case.unit = unit or (rule.unit if rule else None)
    set_own_promise(case, rule)
    return ["responsible", "unit", "assignee", "city_minutes", *CLOCKS]


def return_late_offers(at: datetime) -> int:
    """Return the offers that nobody has decided in time; tells how many."""
    late = Handover.objects.filter(decision="", due_at__lt=at)
    done = 0
    for handover in late:
        try:
            return_case(handover, reason=str(_("Nobody decided within a working day.")), by=None, at=at)
        except AlreadyDecided:
            continue
        done += 1
    return done


def _decide(handover: Handover, decision: str, by: Person | None, at: datetime, reason: str = "") -> None:
    handover.decision, handover.decided_by, handover.decided_at = decision, by, at
    handover.decision_reason = reason
    handover.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "kept"])
