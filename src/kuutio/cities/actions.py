"""What people do with their own accounts."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
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
    # One at a time: two administrators who leave at once must not both believe that the other stays.
    administrators = list(
        Person.objects.select_for_update()
        .filter(Q(is_superuser=True) | Q(pk__in=Role.objects.filter(role=Role.Name.ADMIN).values("person")))
        .filter(is_active=True)
        .order_by("pk")
    )
    if person.pk in {row.pk for row in administrators} and len(administrators) == 1:
        raise LastAdministrator(_("You are the last administrator. Give the role to somebody else first."))
    for part in personal:
        if part.erase:
            part.erase(person, at)
    record("erase_person", f"person:{person.pk}", by=None, at=at)
    Person.objects.get(pk=person.pk).delete()
