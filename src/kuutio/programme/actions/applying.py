"""The verbs of who applies: to begin, invite, remind, join, decline, and to leave a partner out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.grants.eligibility import ActorType
from kuutio.core.identifiers import business_id as in_form
from kuutio.core.identifiers import is_business_id
from kuutio.core.problems import Conflict, IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters
from kuutio.programme import call_permissions as permissions
from kuutio.programme.models import Application, ApplicationPartner, Call, Idea
from kuutio.programme.written import plain_text, written

_SALT = "programme.invitation"
MOST_PARTNERS = 40
BETWEEN_REMINDERS = timedelta(days=1)


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
    """Begin an application as the lead of a consortium; the same key again, or the same idea, gives the same one.

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
        idea is None or idea.call_id != call.pk or idea.state != Idea.State.GREEN or idea.actor_id != by.pk
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
    except IntegrityError:  # pressed twice, or begun from the same idea in two windows: the first one stands
        same = Q(began_by=by, key=key) | (Q(idea=idea) if idea is not None else Q())
        return Application.objects.filter(same).earliest("began_at")
    partner = _add(row, body, organisation, is_lead=True, position=1)
    partner.members.add(by)
    record("begin_application", f"application:{row.uuid}", by=by, at=at, call=call.slug)
    return row


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
    """Invite an organisation; whoever acts for it there gets a link by mail. To send it once more: `remind_partner`.

    An organisation takes part once, whichever of its units work: a grant has one part for each Business ID.

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
        if partner.is_in and partner.business_id == body.business_id:
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
    """Send the link of an invitation, or the wish for a signature, once more; at most once a day.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent, or the partner isn't in it or has signed: nothing is asked of it.
        Conflict: it was reminded within a day.
    """
    demand_lead(partner.application, by)
    writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    if not partner.is_in or partner.signed_at is not None:
        raise IllegalMove(_("Nothing is asked of this partner now."), state=partner.state)
    if partner.reminded_at is not None and at < partner.reminded_at + BETWEEN_REMINDERS:
        raise Conflict(_("The partner was reminded within a day already. Give it time to answer."))
    partner.reminded_at = at
    partner.save(update_fields=["reminded_at"])
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
