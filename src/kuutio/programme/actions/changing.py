"""Change requests: dates, money between lines, partners; each signed by its partners, decided by itself, kept as a version.

The end that was decided first stays beside the later one (E12): an extension is never an overwriting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.grants.balances import Moved, moved
from kuutio.core.grants.budgets import Budget, CostModel, PartnerBudget, compute
from kuutio.core.grants.eligibility import Actor, Joint, Kind, panel
from kuutio.core.grants.findings import Finding
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import APPLICATION, CHANGE_REQUEST
from kuutio.core.problems import Conflict, IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters, figures, handing
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.applying import Body, checked, demand_lead, known
from kuutio.programme.actions.drafting import set_costs, wrong_days
from kuutio.programme.actions.moving import advance
from kuutio.programme.actions.submitting import freeze, told
from kuutio.programme.models import Application, ApplicationPartner, ChangeRequest, ChangeSignature
from kuutio.programme.models.applications import MOST_CENTS
from kuutio.programme.problems import ChangedMeanwhile, RulesNotMet
from kuutio.programme.written import digest_of, plain_text


@dataclass(frozen=True, slots=True)
class Wish:
    """What a change request asks for.

    Attributes:
        costs: by a partner's key as text: all of its costs in cents by category, and `INCOME`; partners that aren't in it keep theirs.
        leaving: keys of partners that leave.
        joining: organisations that join, each with its tasks and costs.
    """

    reason: str
    starts_on: date
    ends_on: date
    costs: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    leaving: Sequence[str] = ()
    joining: Sequence[tuple[Body, str, Mapping[str, int]]] = ()


@transaction.atomic
def ask_change(application: Application, wish: Wish, *, by: Person | None, at: datetime) -> ChangeRequest:
    """Begin a change request; one at a time, so that each is decided on what stands.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the project isn't running.
        Conflict: another one is open, or an organisation would join that is in already.
        Invalid: there is no reason, or something in it can't be.
    """
    demand_lead(application, by)
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if row.state != Application.State.CONTRACTED:
        raise IllegalMove(_("Changes are asked for while the project runs."), state=row.state)
    if row.change_requests.filter(state__in=["draft", "submitted", "returned"]).exists():
        raise Conflict(_("A change request is open already. Finish it first: each is decided on what stands."))
    number = (row.change_requests.aggregate(highest=Max("number"))["highest"] or 0) + 1
    change = ChangeRequest(application=row, number=number, state_since=at, made_at=at, base_version=row.versions_sent)
    return _put(change, wish, "begin_change", by=by, at=at)


@transaction.atomic
def write_change(change: ChangeRequest, wish: Wish, *, by: Person | None, at: datetime) -> ChangeRequest:
    """Change a request that wasn't sent, or was returned; all its signatures fall.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: it was sent.
        Conflict: an organisation would join that is in already.
        Invalid: something in it can't be.
    """
    demand_lead(change.application, by)
    change = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.state not in (ChangeRequest.State.DRAFT, ChangeRequest.State.RETURNED):
        raise IllegalMove(_("The request was sent: nothing in it changes now."), state=change.state)
    change.signatures.all().delete()
    return _put(change, wish, "write_change", by=by, at=at)


def _put(change: ChangeRequest, wish: Wish, verb: str, *, by: Person | None, at: datetime) -> ChangeRequest:
    there = {str(row.pk): row for row in figures.partners_of(change.application)}
    errors = []
    if not plain_text(wish.reason):
        errors.append({"pointer": "/reason", "detail": _("Say why: it is decided on by this.")})
    if wish.ends_on <= wish.starts_on:
        errors.append({"pointer": "/ends_on", "detail": _("The project ends after it starts.")})
    for key in [*wish.costs, *wish.leaving]:
        if key not in there:
            errors.append({"pointer": f"/partners/{key}", "detail": _("There is no such partner.")})
        elif key in wish.leaving and there[key].is_lead:
            errors.append(
                {"pointer": f"/partners/{key}", "detail": _("The lead can’t leave: ask the authority for a new lead.")}
            )
    errors += wrong_days({"starts_on": wish.starts_on, "ends_on": wish.ends_on})
    asked = [(f"/partners/{key}", costs) for key, costs in wish.costs.items()]
    asked += [("/joining", costs) for _body, _tasks, costs in wish.joining]
    errors += [
        {"pointer": pointer, "detail": _("The amount is from 0 to a thousand million euros.")}
        for pointer, costs in asked
        if not all(0 <= cents <= MOST_CENTS for cents in costs.values())
    ]
    if errors:
        raise Invalid(_("The request isn’t told as it should be."), errors=errors)
    bodies = [(checked(body), plain_text(tasks), costs) for body, tasks, costs in wish.joining]
    staying = {row.business_id for key, row in there.items() if key not in wish.leaving}
    for body, _tasks, _costs in bodies:
        if body.business_id in staying:
            raise Conflict(_("This organisation is in the consortium already."))
        staying.add(body.business_id)
    change.reason, change.starts_on, change.ends_on = plain_text(wish.reason)[:8000], wish.starts_on, wish.ends_on
    change.costs = {
        key: {name: cents for name, cents in costs.items() if cents}
        for key, costs in wish.costs.items()
        if key not in wish.leaving
    }
    change.leaving = list(wish.leaving)
    change.joining = [
        {
            "name": body.name,
            "business_id": body.business_id,
            "actor_type": body.actor_type,
            "city": body.city.pk if body.city else "",
            "place": body.place,
            "tasks": tasks,
            "costs": {name: cents for name, cents in costs.items() if cents},
        }
        for body, tasks, costs in bodies
    ]
    if not _differs(change):
        raise Invalid(
            _("The request changes nothing."), errors=[{"pointer": "", "detail": _("The request changes nothing.")}]
        )
    change.save()
    record(verb, f"change_request:{change.application.uuid}/{change.number}", by=by, at=at)
    return change


def _differs(change: ChangeRequest) -> bool:
    row = change.application
    dates = (change.starts_on, change.ends_on) != (row.starts_on, row.ends_on)
    return dates or bool(change.leaving or change.joining or moves_of(change))


def budgets_of(change: ChangeRequest) -> tuple[list[PartnerBudget], list[PartnerBudget]]:
    """The partners' costs before and after."""
    before = list(figures.budget_of(change.application).partners)
    after = []
    for one in before:
        if one.id in change.leaving:
            continue
        costs = dict(change.costs.get(one.id, {**one.costs, "INCOME": one.income}))
        income = costs.pop("INCOME", 0)
        after.append(PartnerBudget(one.id, costs, income))
    for at, body in enumerate(change.joining, 1):
        costs = dict(body["costs"])
        income = costs.pop("INCOME", 0)
        after.append(PartnerBudget(f"new-{at}", costs, income))
    return before, after


def moves_of(change: ChangeRequest) -> list[Moved]:
    """Each line that the change moves, to the cent; when all their differences sum to nothing, money only moves."""
    before, after = budgets_of(change)
    return [one for one in moved(before, after) if one.partner not in change.leaving]


def findings_of(change: ChangeRequest) -> list[Finding]:
    """What the rules say of the project as it would be: but for the plan's length (E12, E9's last day), which is what is asked for."""
    row = change.application
    partners = [one for one in figures.joint_of(row).partners if one.id not in change.leaving]
    names = {city.pk: str(city.name.localize("fi")) for city in City.objects.all()}
    partners += [
        Actor(
            f"new-{at}",
            body["business_id"],
            body["actor_type"],
            names.get(body["city"], body["place"]),
            intent_signed=True,
        )
        for at, body in enumerate(change.joining, 1)
    ]
    joint = Joint(
        Kind(row.kind.upper()), row.cost_model, change.starts_on, change.ends_on, None, row.support_bp, tuple(partners)
    )
    asked = {"e12-spearhead-length", "e9-ends-too-late", "e9-too-long", "e7-not-signed"}
    found = [
        one for checked in panel(joint, figures.terms_of(row.call)) for one in checked.findings if one.key not in asked
    ]
    computed = compute(
        Budget(
            CostModel(row.cost_model),
            row.eu_bp,
            row.state_bp,
            tuple(budgets_of(change)[1]),
            row.call.lump_ceiling_cents,
            row.call.ceiling_on_gross,
        )
    )
    return [*found, *computed.findings]


def digest_of_change(change: ChangeRequest) -> str:
    """SHA-256 of what a signature stands for: all that the request asks, and the version that it would change."""
    return digest_of(
        {
            "base_version": change.base_version,
            "reason": change.reason,
            "starts_on": change.starts_on.isoformat(),
            "ends_on": change.ends_on.isoformat(),
            "costs": change.costs,
            "leaving": change.leaving,
            "joining": change.joining,
        }
    )


@transaction.atomic
def sign_change(
    change: ChangeRequest, partner: ApplicationPartner, *, digest: str, by: Person, at: datetime
) -> ChangeSignature:
    """A partner agrees to a change, also one that leaves.

    Args:
        digest: of the request that was read (`digest_of_change`): nobody agrees to what they haven't seen.

    Raises:
        NotAllowed: `by` doesn't write for the partner.
        IllegalMove: the request was sent.
        ChangedMeanwhile: the request isn't the one that was read.
    """
    if not permissions.may_write_part(by, partner):
        raise NotAllowed(_("Each partner signs for itself."))
    change = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.state not in (ChangeRequest.State.DRAFT, ChangeRequest.State.RETURNED):
        raise IllegalMove(_("The request was sent: nothing in it changes now."), state=change.state)
    if digest != digest_of_change(change):
        raise ChangedMeanwhile(_("The request was changed after you opened it. Read it again before you sign."))
    signature, made = ChangeSignature.objects.get_or_create(
        change=change, partner=partner, defaults={"signed_at": at, "signed_by": by, "digest": digest}
    )
    if made:
        thing = f"change_request:{change.application.uuid}/{change.number}"
        record("sign_change", thing, by=by, at=at, partner=partner.pk, digest=digest)
    return signature


def unsigned(change: ChangeRequest) -> list[ApplicationPartner]:
    """The partners, but for the lead, that haven't agreed yet to what the request asks now."""
    done = set(change.signatures.filter(digest=digest_of_change(change)).values_list("partner", flat=True))
    return [row for row in figures.partners_of(change.application) if not row.is_lead and row.pk not in done]


@transaction.atomic
def move_change(change: ChangeRequest, act: str, *, note: str = "", by: Person | None, at: datetime) -> ChangeRequest:
    """`submit` and `withdraw` by the lead; `return`, `accept` and `reject` by the authority. An accepted one is a new version.

    Raises:
        NotAllowed: the step is another's.
        IllegalMove: not from this state, or something must hold first.
        RulesNotMet: the project as it would be breaks a rule.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=change.application_id)
    change = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=change.pk)
    change.application = row
    note = plain_text(note)[:8000]
    own = act in ("submit", "withdraw")
    if own:
        demand_lead(row, by)
    elif not permissions.may_decide(by, row):
        raise NotAllowed(
            _("Nobody decides on their own request.")
            if by is not None and permissions.belongs(by, row)
            else _("The authority of the call’s fund decides on changes.")
        )
    holds = set()
    if change.reason if own else note:
        holds.add(Need.REASON)
    if act == "submit":
        if not unsigned(change):
            holds.add(Need.INTENTS_SIGNED)
        if wrong := findings_of(change):
            raise RulesNotMet(_("The project as it would be breaks a rule."), errors=told(row, wrong))
    before = change.state
    advance(
        change,
        CHANGE_REQUEST,
        act,
        role=Role.LEAD if own else Role.AUTHORITY,
        holds=holds,
        by=by,
        at=at,
        application=str(row.uuid),
    )
    if act == "submit" and before == ChangeRequest.State.DRAFT:
        advance(row, APPLICATION, "ask_change", role=Role.LEAD, by=by, at=at, change=change.number)
    if act in ("accept", "reject"):
        change.decided_at, change.note = at, note
        if act == "accept":
            _apply(change, row, at=at)
            handing.change_grant(change, by=by, at=at)
    elif act == "return":
        change.note = note
    change.save()
    if row.state == Application.State.IN_CHANGE and act in ("accept", "reject", "withdraw"):
        advance(row, APPLICATION, "end_change", role=Role.AUTHORITY, by=by, at=at, change=change.number, outcome=act)
    if not own:
        call_letters.tell("change", change.pk)
    return change


def _apply(change: ChangeRequest, row: Application, *, at: datetime) -> None:
    there = {str(one.pk): one for one in figures.partners_of(row)}
    row.starts_on, row.ends_on = change.starts_on, change.ends_on
    row.save(update_fields=["starts_on", "ends_on"])
    for key in change.leaving:
        there[key].state = ApplicationPartner.State.REMOVED
        there[key].save(update_fields=["state"])
    for key, costs in change.costs.items():
        there[key].income_cents = costs.get("INCOME", 0)
        there[key].save(update_fields=["income_cents"])
        there[key].decided.all().delete()  # they stood beside costs that are no more; the rules compute the new ones
        set_costs(there[key], {name: cents for name, cents in costs.items() if name != "INCOME"})
    highest = row.partners.aggregate(highest=Max("position"))["highest"] or 0
    for position, body in enumerate(change.joining, highest + 1):
        made = ApplicationPartner.objects.create(
            application=row,
            position=position,
            state=ApplicationPartner.State.JOINED,
            organisation=known(body["business_id"]),
            name=body["name"],
            business_id=body["business_id"],
            actor_type=body["actor_type"],
            city=City.objects.filter(pk=body["city"]).first(),
            place=body["place"],
            tasks=body["tasks"],
            income_cents=body["costs"].get("INCOME", 0),
        )
        set_costs(made, {name: cents for name, cents in body["costs"].items() if name != "INCOME"})
    row = Application.objects.prefetch_related("partners__lines").select_related("call").get(pk=row.pk)
    freeze(row, key=f"change-{change.number}", at=at)
