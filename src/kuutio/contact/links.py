"""The secret link of a case: made of its number, its salt and the installation's key, so that no table holds it."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from kuutio.contact.models import Case, Contact
from kuutio.core.case_numbers import ALPHABET, MISREADINGS

SECRET_BYTES = 16
"""128 bits: nobody finds a case by trying."""


SPOKEN_LETTERS = 9


def made_secret(purpose: str, thing: str) -> str:
    """The secret of a thing for one purpose, 26 letters and digits in lower case: made with the installation's key, kept nowhere."""
    digest = salted_hmac(f"kuutio.contact.{purpose}", thing, algorithm="sha256").digest()
    return base64.b32encode(digest[:SECRET_BYTES]).decode().rstrip("=").lower()


def is_secret(said: str, right: str) -> bool:
    """Whether what was said is the secret, told in constant time; it may be typed in groups, as letters show it."""
    return hmac.compare_digest(right.encode(), "".join(said.split()).lower().encode())


def secret_of(case: Case) -> str:
    """The secret part of the link. A new salt makes the old link void."""
    return made_secret("link", f"{case.number}:{case.salt}")


def opens(case: Case, secret: str) -> bool:
    """Whether a secret is the case's own."""
    return is_secret(secret, secret_of(case))


def spoken_code_of(case: Case) -> str:
    """The code that a resident says at a desk or on the telephone: `7F3-K9Q-X9C`, 40.7 bits, from the letters of case numbers.

    It opens nothing on the web; officers try it, a few times an hour. A new salt makes it void with the link.
    """
    digest = salted_hmac("kuutio.contact.spoken", f"{case.number}:{case.salt}", algorithm="sha256").digest()
    rest, letters = int.from_bytes(digest), ""
    for _place in range(SPOKEN_LETTERS):
        rest, value = divmod(rest, len(ALPHABET))
        letters += ALPHABET[value]
    return "-".join(letters[at : at + 3] for at in range(0, SPOKEN_LETTERS, 3))


def speaks(case: Case, code: str) -> bool:
    """Whether a code that was said is the case's own, told in constant time; the usual mishearings are mended."""
    heard = "".join(one for one in code.upper() if one.isalnum()).translate(MISREADINGS)
    return hmac.compare_digest(spoken_code_of(case).replace("-", "").encode(), heard.encode("utf-8", "replace"))


def path_of(case: Case, language: str | None = None) -> str:
    """The path of the resident's page of a case, in a language (that of the case if none is named)."""
    with translation.override(language or case.language):
        return reverse("contact:followed", kwargs={"number": case.number, "secret": secret_of(case)})


def url_of(case: Case, language: str | None = None) -> str:
    """The whole address of the resident's page."""
    return f"{settings.SITE_URL}{path_of(case, language)}"


def follow_secret_of(contact: Contact) -> str:
    """The secret part of a follower's link, which shows what is public of the case, and ends the following."""
    return made_secret("follow", str(contact.uuid))


def opens_following(contact: Contact, secret: str) -> bool:
    """Whether a secret is the follower's own."""
    return is_secret(secret, follow_secret_of(contact))


def follow_path(contact: Contact, language: str | None = None) -> str:
    """The path of a follower's page, in a language (their own if none is named)."""
    with translation.override(language or contact.language):
        return reverse("contact:follower", kwargs={"contact": contact.uuid, "secret": follow_secret_of(contact)})


def follow_url(contact: Contact, language: str | None = None) -> str:
    """The whole address of a follower's page."""
    return f"{settings.SITE_URL}{follow_path(contact, language)}"


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal: what a file is known by."""
    return hashlib.sha256(data).hexdigest()
