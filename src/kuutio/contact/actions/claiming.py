"""Bringing one's cases in all the cities to one's account: those that were reported with the account's own address."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.contact.models import Contact, Participant


def claimable(person: Person) -> QuerySet[Contact]:
    """The contacts that are nobody's account's yet and have an address that the person has confirmed as their own.

    Only where that address has opened the case already: it was told of the case by mail, or has said so by the link of its
    mail. An address that stands there beside a telephone, perhaps misspelt, is no proof whose the case is.
    """
    own = [
        row.lower() for row in EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    ]
    told = Q(preference=Contact.Preference.EMAIL) | Q(verified_at__isnull=False)
    unconfirmed = Participant.objects.filter(kind=Participant.Kind.FOLLOWER, contact__verified_at=None)
    rows = Contact.objects.filter(told, person=None, email__in=own, failing_since=None, participations__isnull=False)
    return rows.exclude(pk__in=unconfirmed.values("contact")).distinct()


@transaction.atomic
def claim_contacts(person: Person, *, at: datetime) -> int:
    """Make them the person's, who has asked for it: they are then in the copy of their data, and go with the account.

    Returns:
        How many there were.
    """
    found = list(claimable(person).values_list("pk", flat=True))
    count = Contact.objects.filter(pk__in=found, person=None).update(person=person, verified_at=at)
    if count:
        record("claim_contacts", f"person:{person.pk}", by=person, at=at, count=count)
    return count
