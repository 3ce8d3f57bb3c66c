"""What people do with their own accounts, and who gives them roles."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.organisations import Organisation
from kuutio.cities.people import Person, Role
from kuutio.core.parts import Personal
from kuutio.core.problems import Conflict, Invalid, NotAllowed


class LastAdministrator(Conflict):
    """Nobody would be left to run this Kuutio."""

    kind, status = "last-administrator", 409


@transaction.atomic
def change_profile(person: Person, *, name: str, language: str, by: Person, at: datetime) -> Person:
    """Set how a person is called and in which language Kuutio writes to them.

    Raises:
        NotAllowed: one person changes another's profile.
        Invalid: the language is none of ours, or the name is too long.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("A profile is changed by the person it belongs to."))
    if language not in dict(settings.LANGUAGES) or len(name.strip()) > 150:
        raise Invalid(_("Choose one of the languages and a name of at most 150 letters."))
    person = Person.objects.select_for_update().get(pk=person.pk)
    person.name, person.language = name.strip(), language
    person.save(update_fields=["name", "language"])
    record("change_profile", f"person:{person.pk}", by=by, at=at)
    return person


@transaction.atomic
def erase_person(person: Person, personal: Iterable[Personal], *, by: Person, at: datetime) -> None:
    """Remove an account and what belongs to it, for good. Audit lines stay, without the name of who acted.

    Args:
        personal: what each domain does with its own data about the person.

    Raises:
        NotAllowed: one person erases another.
        LastAdministrator: somebody else must get the role first.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("An account is erased by the person it belongs to."))
    if _administrators() == {person.pk}:
        raise LastAdministrator(_("You are the last administrator. Give the role to somebody else first."))
    for part in personal:
        if part.erase:
            part.erase(person, at)
    record("erase_person", f"person:{person.pk}", by=None, at=at)
    Person.objects.get(pk=person.pk).delete()


#: Roles that reach over all organisations: only an operator gives them.
_EVERYWHERE = frozenset({Role.Name.OFFICE, Role.Name.AUDITOR})


def may_give(person: Person | None, organisation: Organisation, role: str | None = None) -> bool:
    """An operator, or the system itself; of its own roles an organisation's administrator.

    A customer service agent sees the cases of a city: only a city's own administrators make one. Roles that reach over all
    organisations are an operator's to give.

    Args:
        role: None asks whether there is some role that the person may give there.
    """
    if person is None or (person.is_active and person.is_superuser):
        return True
    if not (person.is_active and person.has_role(Role.Name.ADMIN, organisation.pk)) or role in _EVERYWHERE:
        return False
    return role != Role.Name.AGENT or organisation.kind == Organisation.Kind.CITY


@transaction.atomic
def give_role(person: Person, organisation: Organisation, role: str, *, by: Person | None, at: datetime) -> Role:
    """Give a person a role in an organisation; given twice, it is held once.

    Raises:
        Invalid: there is no such role, or the account is closed.
        NotAllowed: `by` may not give it.
    """
    if role not in Role.Name.values or not person.is_active:
        raise Invalid(_("Choose one of the roles, and a person whose account is open."))
    if not may_give(by, organisation, role):
        raise NotAllowed(_("Only an administrator of the organisation gives its roles."))
    held, new = Role.objects.get_or_create(person=person, organisation=organisation, role=role)
    if new:
        record("give_role", f"person:{person.pk}", by=by, at=at, organisation=organisation.slug, role=role)
    return held


@transaction.atomic
def take_role(person: Person, organisation: Organisation, role: str, *, by: Person | None, at: datetime) -> bool:
    """Take a role from a person; False when they don't hold it.

    Raises:
        NotAllowed: `by` may not take it.
        LastAdministrator: somebody else must get the role first.
    """
    if not may_give(by, organisation, role):
        raise NotAllowed(_("Only an administrator of the organisation gives its roles."))
    held = Role.objects.filter(person=person, organisation=organisation, role=role)
    if role == Role.Name.ADMIN and held.exists() and _administrators() == {person.pk} and not person.is_superuser:
        raise LastAdministrator(_("This is the last administrator. Give the role to somebody else first."))
    if not held.delete()[0]:
        return False
    record("take_role", f"person:{person.pk}", by=by, at=at, organisation=organisation.slug, role=role)
    return True


def _administrators() -> set[int]:
    """Who can run this Kuutio. Read one at a time: two who leave at once must not both believe that the other stays."""
    return {
        row.pk
        for row in Person.objects.select_for_update()
        .filter(Q(is_superuser=True) | Q(pk__in=Role.objects.filter(role=Role.Name.ADMIN).values("person")))
        .filter(is_active=True)
        .order_by("pk")
    }
