"""Our own addresses: where residents write, where replies and bounces come, and what each of them tells.

`palvelu@` is everybody's, `helsinki@` is a city's, `vastaus+NUMBER.CODE@` one person's in one case, `palautus+...` its bounces'.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from kuutio.cities.models import City
from kuutio.contact.mail import tokens
from kuutio.contact.models import Case, Contact

SERVICE, REPLY, BOUNCE = "palvelu", "vastaus", "palautus"


def domain() -> str:
    """The domain of the mail that comes in, in lower case; nobody else has an address there."""
    return str(settings.MAIL_DOMAIN)


def is_ours(address: str) -> bool:
    """Whether mail to an address comes to us: its domain alone says so."""
    local, _at, where = address.strip().strip("<>").rpartition("@")
    return bool(local) and where.lower() == domain()


def service_address() -> str:
    """Where everybody writes."""
    return f"{SERVICE}@{domain()}"


def reply_address(case: Case, contact: Contact) -> str:
    """Where the replies of one person in one case come."""
    return _address(case, contact, REPLY)


def bounce_address(case: Case, contact: Contact) -> str:
    """Where mail to one person in one case comes back."""
    return _address(case, contact, BOUNCE)


def _address(case: Case, contact: Contact, local: str) -> str:
    return tokens.address_for(case.number, str(contact.uuid), domain=domain(), keys=_keys(local), local=local)


def reader_of(recipients: Iterable[str], local: str = REPLY) -> tuple[Case, Contact] | None:
    """The case and the person that one of the addresses was made for; None when none of them is an address of ours."""

    def contacts(number: str) -> list[str]:
        found = Contact.objects.filter(participations__case__number=number).values_list("uuid", flat=True)
        return [str(one) for one in found]

    token = tokens.read(recipients, contacts=contacts, keys=_keys(local), domain=domain(), local=local)
    if token is None:
        return None
    return Case.objects.get(number=token.case), Contact.objects.get(uuid=token.contact)


def city_of(recipients: Iterable[str]) -> str:
    """The code of the city whose own address is among those written to; "" when it's nobody's."""
    locals_ = [one.strip("<> ").rpartition("@")[0].partition("+")[0].lower() for one in recipients if is_ours(one)]
    known = set(City.objects.filter(pk__in=locals_).values_list("pk", flat=True)) if locals_ else set()
    return next((one for one in locals_ if one in known), "")


def _keys(local: str) -> list[bytes]:
    """Keys of an address's own kind, so that a bounce's code (seen by mail servers) opens no reply's address."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(f"kuutio.contact.{local}", "", secret=one, algorithm="sha256").digest() for one in secrets]
