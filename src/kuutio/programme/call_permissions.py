"""Who may do what with calls and applications."""

from __future__ import annotations

from kuutio.cities.joint import joint_offices_of, works_for_all
from kuutio.cities.models import Organisation, Person, Role
from kuutio.programme.models import Application, ApplicationPartner, Authority, Call, Idea
from kuutio.selection.queries import barred_references

ACTING_ROLES = ("office", "admin", "publisher")
"""Who may bind an organisation that Kuutio knows: its programme people, administrators, and those who publish in its name."""


def is_office(person: Person | None) -> bool:
    """Somebody of the programme's office, or of an authority; `None` is the system itself. A single city's office is neither."""
    return person is None or (person.is_active and person.is_superuser) or works_for_all(person)


def office_of(person: Person | None) -> Organisation | None:
    """Whose office a person works in; an administrator of the whole has none of its own and gets the only one there is."""
    if person is not None and (own := joint_offices_of(person)):
        return own[0]
    authorities = Authority.objects.values_list("organisation", flat=True)
    held = Role.objects.filter(role="office", organisation__kind=Organisation.Kind.PUBLIC)
    held = held.exclude(organisation__in=authorities).select_related("organisation")
    found = {row.organisation_id: row.organisation for row in held}
    return next(iter(found.values())) if len(found) == 1 else None


def authorities_of(call: Call) -> list[int]:
    """The organisations that decide on the call's fund."""
    rows = Authority.objects.filter(funding_source__programme=call.programme_id, funding_source__key=call.fund)
    return list(rows.values_list("organisation", flat=True))


def is_authority(person: Person | None, call: Call) -> bool:
    """Somebody of the authority of the call's fund.

    The office acts for an authority that nobody acts for here: it writes down what was decided there, as it does by file.
    """
    if person is None or person.is_superuser:
        return True
    own = authorities_of(call)
    if any(person.has_role("office", organisation_id=each) for each in own):
        return True
    acted_for = Role.objects.filter(organisation__in=own, role="office", person__is_active=True).exists()
    return is_office(person) and not acted_for


def may_decide(person: Person | None, application: Application) -> bool:
    """The authority, but nobody of the consortium, nor whom a hard conflict bars: nobody decides on their own application.

    An administrator of the whole may decide on one of their own consortium, not on one that they are barred from.
    """
    if not is_authority(person, application.call) or f"application:{application.uuid}" in barred_references(person):
        return False
    return person is None or person.is_superuser or not belongs(person, application)


def belongs(person: Person, application: Application) -> bool:
    """Who writes, or wrote, for any partner: a partner that has left is still no judge of what it made."""
    return any(one.pk == person.pk for row in application.partners.all() for one in row.members.all())


def may_bind(person: Person, organisation: Organisation) -> bool:
    """Somebody who may apply in an organisation's name."""
    return any(person.has_role(role, organisation_id=organisation.pk) for role in ACTING_ROLES)


def is_claimed(organisation: Organisation | None) -> bool:
    """The organisation has people of its own here, through whom alone it acts."""
    if organisation is None:
        return False
    return Role.objects.filter(organisation=organisation, role__in=ACTING_ROLES, person__is_active=True).exists()


def may_write_part(person: Person | None, partner: ApplicationPartner) -> bool:
    """Who joined in the partner's name."""
    if person is None:
        return True
    return partner.state == ApplicationPartner.State.JOINED and any(
        one.pk == person.pk for one in partner.members.all()
    )


def is_lead(person: Person | None, application: Application) -> bool:
    """Who writes for the lead partner."""
    return person is None or any(may_write_part(person, row) for row in application.partners.all() if row.is_lead)


def is_in_consortium(person: Person | None, application: Application) -> bool:
    """Who writes for any partner."""
    return person is None or any(may_write_part(person, row) for row in application.partners.all())


def may_read(person: Person | None, application: Application) -> bool:
    """Its consortium always; the office once it was sent. A draft is nobody else's business."""
    if is_in_consortium(person, application):
        return True
    return bool(application.number) and (is_office(person) or is_authority(person, application.call))


def may_read_idea(person: Person | None, idea: Idea) -> bool:
    """Who wrote it; the office once it was sent."""
    own = person is None or (idea.actor_id is not None and idea.actor_id == person.pk)
    return own or (idea.submitted_at is not None and is_office(person))
