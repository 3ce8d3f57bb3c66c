"""The verbs of who applies: to begin, invite, join, write the common part and each partner's own, and to sign it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.grants.budgets import Category
from kuutio.core.grants.eligibility import ActorType
from kuutio.core.identifiers import business_id as in_form
from kuutio.core.identifiers import is_business_id
from kuutio.core.problems import Conflict, IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters, figures
from kuutio.programme import call_permissions as permissions
from kuutio.programme.core_form import CORE, KEYS
from kuutio.programme.models import Application, ApplicationPartner, BudgetLine, Call, Idea
from kuutio.programme.problems import ChangedMeanwhile
from kuutio.programme.written import digest_of, plain_text, written

_SALT = "programme.invitation"
MOST_PARTNERS = 40
MOST_CENTS = 100_000_000_000
LONGEST = 8000
COMMON = frozenset(
    {
        "title",
        "summary",
        "texts",
        "answers",
        "cost_model",
        "starts_on",
        "ends_on",
        "eu_bp",
        "state_bp",
        "spearhead",
        "language",
    }
)
OWN = frozenset({"unit", "tasks", "costs", "income_cents", "city", "place", "actor_type"})


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as somebody names it.

    Attributes:
        city: the member city that it counts for; None: none of them.
    """

    name: str
    business_id: str
    actor_type: str
    city: City | None = None
    place: str = ""
    unit: str = ""


def known(business_id: str) -> Organisation | None:
    """The organisation of a Business ID, where Kuutio knows it."""
    return Organisation.objects.filter(business_id=business_id).first() if business_id else None


def checked(body: Body) -> Body:
    """An organisation as it is kept.

    Raises:
        Invalid: its name, Business ID or kind isn't told as it should be.
    """
    errors = []
    if not plain_text(body.name) or len(body.name) > 200:
        errors.append({"pointer": "/name", "detail": _("Give the organisation’s name, at most 200 characters.")})
    if not is_business_id(body.business_id.strip()):
        errors.append(
            {
                "pointer": "/business_id",
                "detail": _("This is no Finnish Business ID. Check the digits, such as 0201256-6."),
            }
        )
    if body.actor_type not in set(ActorType):
        errors.append({"pointer": "/actor_type", "detail": _("Choose what kind of organisation it is.")})
    if errors:
        raise Invalid(_("The organisation isn’t told as it should be."), errors=errors)
    return Body(
        plain_text(body.name), in_form(body.business_id), body.actor_type, body.city, plain_text(body.place)[:80],
        plain_text(body.unit)[:200],
    )  # fmt: skip


@transaction.atomic
def begin_application(
    call: Call, *, lead: Body, title: Any, idea: Idea | None = None, key: UUID, by: Person, at: datetime
) -> Application:
    """Begin an application as the lead of a consortium; the same key again gives the same one.

    Raises:
        IllegalMove: the call doesn't take applications now, or asks for an idea first.
        NotAllowed: the organisation acts through other people here.
        Invalid: the organisation isn't told as it should be, or is a company.
    """
    if found := Application.objects.filter(began_by=by, key=key).first():
        return found
    if not call.takes(at):
        raise IllegalMove(_("The call doesn’t take applications now. Its page shows when it does."), state=call.now(at))
    if call.shape == Call.Shape.TWO_STAGES and (
        idea is None or idea.call_id != call.pk or idea.state != Idea.State.GREEN or not _owns(by, idea)
    ):
        raise IllegalMove(
            _("This call asks for an idea first: only one that may go on becomes an application."),
            missing=["idea_green"],
        )
    if idea is not None and (made := Application.objects.filter(idea=idea).first()):
        return made
    body = checked(lead)
    if body.actor_type == ActorType.COMPANY:
        raise Invalid(
            _("A company can’t receive the grant."),
            errors=[
                {
                    "pointer": "/actor_type",
                    "detail": _("A company can’t receive the grant. See what it can do instead."),
                }
            ],
        )
    organisation = known(body.business_id)
    _demand_may_act(by, organisation)
    try:
        with transaction.atomic():
            row = Application.objects.create(
                call=call,
                idea=idea,
                key=key,
                state_since=at,
                kind=call.kind,
                language=by.language,
                title=written(title),
                cost_model=call.cost_models[0],
                eu_bp=call.eu_bp,
                state_bp=call.state_bp,
                began_at=at,
                began_by=by,
            )
    except IntegrityError:
        return Application.objects.get(began_by=by, key=key)
    partner = _add(row, body, organisation, is_lead=True, position=1)
    partner.members.add(by)
    record("begin_application", f"application:{row.uuid}", by=by, at=at, call=call.slug)
    return row


def _owns(person: Person, idea: Idea) -> bool:
    return idea.actor_id == person.pk


def _demand_may_act(person: Person, organisation: Organisation | None) -> None:
    if (
        organisation is not None
        and permissions.is_claimed(organisation)
        and not permissions.may_bind(person, organisation)
    ):
        raise NotAllowed(_("This organisation acts here through people who have a role in it. Ask one of them."))


def _add(
    row: Application,
    body: Body,
    organisation: Organisation | None,
    *,
    position: int,
    is_lead: bool = False,
    email: str = "",
) -> ApplicationPartner:
    return ApplicationPartner.objects.create(
        application=row,
        position=position,
        state=ApplicationPartner.State.JOINED if is_lead else ApplicationPartner.State.INVITED,
        is_lead=is_lead,
        organisation=organisation,
        name=body.name,
        business_id=body.business_id,
        actor_type=body.actor_type,
        city=body.city,
        place="" if body.city else body.place,
        unit=body.unit,
        invited_email=email,
    )


def writable(application: Application) -> Application:
    """The application, locked, as long as its writers may change it.

    Raises:
        IllegalMove: it was sent.
    """
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not row.is_editable:
        raise IllegalMove(_("The application was sent: nothing in it changes now."), state=row.state)
    return row


def demand_lead(application: Application, by: Person | None) -> None:
    """Refuse whoever doesn't write for the lead.

    Raises:
        NotAllowed: `by` doesn't.
    """
    if not permissions.is_lead(by, application):
        raise NotAllowed(_("The lead of the consortium does this."))


# --- partners ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_partner(application: Application, body: Body, *, email: str, by: Person, at: datetime) -> ApplicationPartner:
    """Invite an organisation; whoever acts for it there gets a link by mail. The same one again sends the link again.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent.
        Invalid: the organisation isn't told as it should be.
        Conflict: it is in already, or there are too many.
    """
    demand_lead(application, by)
    row = writable(application)
    body = checked(body)
    for partner in row.partners.all():
        if partner.is_in and partner.business_id == body.business_id and partner.unit == body.unit:
            raise Conflict(_("This organisation is in the consortium already."))
    if sum(partner.is_in for partner in row.partners.all()) >= MOST_PARTNERS:
        raise Conflict(_("A consortium has at most %(most)s partners.") % {"most": MOST_PARTNERS})
    highest = row.partners.aggregate(highest=Max("position"))["highest"] or 0
    made = _add(row, body, known(body.business_id), position=highest + 1, email=email.strip().lower())
    record("invite_partner", f"application:{row.uuid}", by=by, at=at, business_id=body.business_id)
    call_letters.tell("invited", made.pk)
    return made


@transaction.atomic
def remind_partner(partner: ApplicationPartner, *, by: Person, at: datetime) -> None:
    """Send the link of an invitation, or the wish for a signature, once more.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
    """
    demand_lead(partner.application, by)
    record("remind_partner", f"application:{partner.application.uuid}", by=by, at=at, partner=partner.pk)
    call_letters.tell("invited" if partner.state == ApplicationPartner.State.INVITED else "sign", partner.pk)


def token_of(partner: ApplicationPartner) -> str:
    """What stands in the link of an invitation."""
    return signing.dumps([partner.pk, partner.position], salt=_SALT)


def invited_by(token: str) -> ApplicationPartner | None:
    """The partner of an invitation's link; None when the link isn't ours, or the partner is gone."""
    try:
        pk, position = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = ApplicationPartner.objects.select_related("application__call", "organisation", "city")
    return rows.filter(pk=pk, position=position).first()


@transaction.atomic
def join(partner: ApplicationPartner, *, by: Person, at: datetime) -> ApplicationPartner:
    """Accept an invitation in the organisation's name: by somebody with a role in it, or, where nobody has one, by whom the link reached.

    Raises:
        NotAllowed: the organisation acts through others here.
        IllegalMove: the invitation was declined or taken back.
    """
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    _demand_may_act(by, partner.organisation)
    if not partner.is_in:
        raise IllegalMove(_("This invitation isn’t open any more. Ask the lead for a new one."), state=partner.state)
    if partner.members.filter(pk=by.pk).exists():
        return partner
    if partner.state == ApplicationPartner.State.JOINED and not permissions.is_claimed(partner.organisation):
        raise NotAllowed(_("Somebody else has joined with this link already. Ask them, or the lead."))
    partner.members.add(by)
    if partner.state == ApplicationPartner.State.INVITED:
        partner.state = ApplicationPartner.State.JOINED
        partner.save(update_fields=["state"])
        call_letters.tell("joined", partner.pk)
    record("join_consortium", f"application:{partner.application.uuid}", by=by, at=at, partner=partner.pk)
    return partner


@transaction.atomic
def decline(partner: ApplicationPartner, *, by: Person, at: datetime) -> None:
    """Say no to an invitation.

    Raises:
        NotAllowed: the organisation acts through others here.
        IllegalMove: it isn't open.
    """
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    _demand_may_act(by, partner.organisation)
    if partner.state != ApplicationPartner.State.INVITED:
        raise IllegalMove(_("This invitation isn’t open any more. Ask the lead for a new one."), state=partner.state)
    partner.state = ApplicationPartner.State.DECLINED
    partner.save(update_fields=["state"])
    record("decline_invitation", f"application:{partner.application.uuid}", by=by, at=at, partner=partner.pk)
    call_letters.tell("declined", partner.pk)


@transaction.atomic
def remove_partner(partner: ApplicationPartner, *, by: Person, at: datetime) -> None:
    """Leave a partner out; what it wrote is kept and counts for nothing.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent, or it is the lead itself.
    """
    demand_lead(partner.application, by)
    writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    if partner.is_lead:
        raise IllegalMove(_("The lead stays: withdraw the application instead."))
    partner.state = ApplicationPartner.State.REMOVED
    partner.signed_at, partner.signed_by, partner.signed_digest = None, None, ""
    partner.save(update_fields=["state", "signed_at", "signed_by", "signed_digest"])
    record("remove_partner", f"application:{partner.application.uuid}", by=by, at=at, partner=partner.pk)


# --- writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_common(
    application: Application, *, revision: int, by: Person | None, at: datetime, **fields: Any
) -> Application:
    """Save the common part, all of it or some fields.

    Args:
        revision: the one that the writer read; None of what others wrote since is lost.
        fields: any of `COMMON`.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent.
        ChangedMeanwhile: it was saved by somebody else after it was read; what differs stands in the facts.
        Invalid: a field doesn't fit.
    """
    demand_lead(application, by)
    row = writable(application)
    kept = _common(row, fields)
    changed = {name: value for name, value in kept.items() if _now(row, name) != value}
    if not changed:
        return row
    if revision != row.revision:
        raise _meanwhile(row, row.revision, {name: _now(row, name) for name in changed}, changed)
    for name, value in changed.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    record("write_application", f"application:{row.uuid}", by=by, at=at, fields=sorted(changed), revision=row.revision)
    let_signatures_fall(row, at=at)
    return row


def _now(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return written(value) if name in ("title", "summary") else value


def _common(row: Application, fields: Mapping[str, Any]) -> dict[str, Any]:
    if strangers := sorted(set(fields) - COMMON):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    kept, errors = dict(fields), []
    for name in {"title", "summary"} & set(kept):
        kept[name] = written(kept[name])
        if any(len(text) > (200 if name == "title" else 2000) for text in kept[name].values()):
            errors.append(
                {"pointer": f"/{name}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
            )
    if "texts" in kept:
        kept["texts"] = {
            **row.texts,
            **{key: plain_text(str(text)) for key, text in kept["texts"].items() if key in KEYS},
        }
        for one in CORE:
            if (over := len(kept["texts"].get(one.key, "")) - one.longest) > 0:
                errors.append(
                    {
                        "pointer": f"/{one.key}",
                        "detail": _("The text is %(over)s characters too long. Shorten it: nothing has been lost.")
                        % {"over": over},
                    }
                )
    if "answers" in kept:
        questions = {one["key"]: one for one in row.call.questions}
        told = {key: value for key, value in kept["answers"].items() if key in questions}
        for key, value in told.items():
            if isinstance(value, str) and len(value) > questions[key].get("longest", 1000):
                errors.append(
                    {"pointer": f"/{key}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
                )
        kept["answers"] = {**row.answers, **told}
    if errors:
        raise Invalid(_("Some parts don’t fit."), errors=errors)
    return kept


def _meanwhile(row: Any, newest: int, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _("Somebody saved this part after you opened it. Both texts are below: choose, and save again."),
        revision=newest,
        theirs={name: _told(value) for name, value in theirs.items()},
        yours={name: _told(value) for name, value in yours.items()},
    )


def _told(value: Any) -> Any:
    if isinstance(value, str | int | dict | list) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def write_part(
    partner: ApplicationPartner, *, revision: int, by: Person | None, at: datetime, **fields: Any
) -> ApplicationPartner:
    """Save a partner's own part: what it does, what it costs.

    Args:
        revision: of this part; another partner's writing doesn't touch it.
        fields: any of `OWN`; `costs` are cents by category, and what it doesn't name is none.

    Raises:
        NotAllowed: `by` doesn't write for this partner.
        IllegalMove: the application was sent.
        ChangedMeanwhile: somebody saved it after it was read.
        Invalid: a field doesn't fit.
    """
    if not permissions.may_write_part(by, partner):
        raise NotAllowed(_("Each partner writes its own part."))
    row = writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).prefetch_related("lines").get(pk=partner.pk)
    if strangers := sorted(set(fields) - OWN):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    kept = dict(fields)
    costs = {name: cents for name, cents in kept.pop("costs", figures.costs_of(partner)).items() if cents}
    _check_money(costs, kept.get("income_cents", 0))
    for name, longest in (("tasks", LONGEST), ("unit", 200), ("place", 80)):
        if name in kept:
            kept[name] = plain_text(kept[name])
            if len(kept[name]) > longest:
                raise Invalid(
                    _("Some parts don’t fit."),
                    errors=[
                        {"pointer": f"/{name}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
                    ],
                )
    changed = {name: value for name, value in kept.items() if getattr(partner, name) != value}
    moves_money = costs != figures.costs_of(partner)
    if not changed and not moves_money:
        return partner
    if revision != partner.revision:
        theirs = {name: getattr(partner, name) for name in changed}
        yours: dict[str, Any] = dict(changed)
        if moves_money:
            theirs["costs"], yours["costs"] = figures.costs_of(partner), costs
        raise _meanwhile(partner, partner.revision, theirs, yours)
    for name, value in changed.items():
        setattr(partner, name, value)
    partner.revision += 1
    partner.save()
    if moves_money:
        set_costs(partner, costs)
    record("write_part", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, revision=partner.revision)
    let_signatures_fall(row, at=at)
    return partner


@transaction.atomic
def bring_costs(
    application: Application,
    costs: Mapping[str, Mapping[str, int]],
    revisions: Mapping[str, int],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Take the costs of a sheet into the partners' parts, all of them or none; each changed part waits for its signature again.

    Args:
        costs: by a partner's key as text: cents by category, and `INCOME`.
        revisions: of all parts, as they were when the sheet was read.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent.
        ChangedMeanwhile: a part was saved after the sheet was read.
        Invalid: an amount doesn't fit.
    """
    demand_lead(application, by)
    row = writable(application)
    there = {str(one.pk): one for one in row.partners.select_for_update().prefetch_related("lines") if one.is_in}
    for key, own in costs.items():
        partner = there.get(key)
        if partner is None or partner.revision != revisions.get(key):
            raise ChangedMeanwhile(_("A part was changed after the sheet was read. Bring the sheet again."))
        told = dict(own)
        income = told.pop("INCOME", 0)
        _check_money(told, income)
        partner.income_cents = income
        partner.revision += 1
        partner.save(update_fields=["income_cents", "revision"])
        set_costs(partner, told)
        record("bring_costs", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, revision=partner.revision)
    let_signatures_fall(row, at=at)


def _check_money(costs: Mapping[str, int], income: int) -> None:
    errors = [
        {"pointer": f"/{name}", "detail": _("The amount is from 0 to a thousand million euros.")}
        for name, cents in [*costs.items(), ("income_cents", income)]
        if not 0 <= cents <= MOST_CENTS
    ]
    errors += [{"pointer": f"/{name}", "detail": "unknown"} for name in costs if name not in set(Category)]
    if errors:
        raise Invalid(_("Some amounts don’t fit."), errors=errors)


def set_costs(partner: ApplicationPartner, costs: Mapping[str, int]) -> None:
    """Make these the partner's costs."""
    partner.lines.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(partner=partner, category=name, cents=cents) for name, cents in sorted(costs.items()) if cents
    )


# --- signatures -------------------------------------------------------------------------------------------------------


def part_digest(partner: ApplicationPartner, application: Application) -> str:
    """SHA-256 of what a signature stands for: the partner's own part, and the terms on which its money is worked out."""
    return digest_of(
        {
            "name": partner.name,
            "business_id": partner.business_id,
            "actor_type": partner.actor_type,
            "city": partner.city_id or partner.place,
            "unit": partner.unit,
            "tasks": partner.tasks,
            "costs": {name: cents for name, cents in sorted(figures.costs_of(partner).items()) if cents},
            "income": partner.income_cents,
            "cost_model": application.cost_model,
            "eu_bp": application.eu_bp,
            "state_bp": application.state_bp,
        }
    )


@transaction.atomic
def sign_part(partner: ApplicationPartner, *, revision: int, by: Person, at: datetime) -> ApplicationPartner:
    """Sign a partner's part: it takes part, does this, and pays its own share.

    Raises:
        NotAllowed: `by` doesn't write for this partner.
        IllegalMove: the application was sent.
        ChangedMeanwhile: the part isn't the one that was read.
    """
    if not permissions.may_write_part(by, partner):
        raise NotAllowed(_("Each partner signs its own part."))
    row = writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).prefetch_related("lines").get(pk=partner.pk)
    if revision != partner.revision:
        raise ChangedMeanwhile(
            _("The part was changed after you opened it. Read it again before you sign."), revision=partner.revision
        )
    digest = part_digest(partner, row)
    if partner.signed_digest == digest:
        return partner
    partner.signed_at, partner.signed_by, partner.signed_digest = at, by, digest
    partner.save(update_fields=["signed_at", "signed_by", "signed_digest"])
    record("sign_part", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, digest=digest)
    return partner


def let_signatures_fall(application: Application, *, at: datetime) -> None:
    """Take away each signature under something that isn't what it was; its organisation gets a letter."""
    rows = application.partners.exclude(signed_digest="").select_related("city").prefetch_related("lines")
    for partner in rows:
        if partner.signed_digest == part_digest(partner, application):
            continue
        partner.signed_at, partner.signed_by, partner.signed_digest = None, None, ""
        partner.save(update_fields=["signed_at", "signed_by", "signed_digest"])
        record("signature_falls", f"application:{application.uuid}", by=None, at=at, partner=partner.pk)
        call_letters.tell("sign", partner.pk)


def next_number(call: Call) -> str:
    """The next application's number in a call; given once, in the order of submission."""
    Call.objects.filter(pk=call.pk).update(numbered=F("numbered") + 1)
    counted = Call.objects.values_list("numbered", flat=True).get(pk=call.pk)
    return f"{call.slug}-{counted:03}"
