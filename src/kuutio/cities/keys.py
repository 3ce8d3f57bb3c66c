"""API keys: given once, kept as hashes, revoked at will."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.people import ApiKey, Person
from kuutio.core.problems import Invalid, NotAllowed

#: What a key may be allowed, and in which words the page says it.
SCOPES = {
    "read": _("Read what its owner may read"),
    "publish": _("Publish and change data sets"),
    "open311": _("Bring in cases by Open311"),
}
_SEEN_AT_MOST_EVERY = timedelta(minutes=1)
_VALID = """
SELECT shown.* FROM cities_apikey AS shown JOIN cities_person AS person ON person.id = shown.person_id
WHERE shown.digest = %s AND shown.revoked_at IS NULL AND person.is_active
"""


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def issue_api_key(person: Person, *, name: str, scopes: list[str], by: Person, at: datetime) -> tuple[ApiKey, str]:
    """Give a person a key for their programs.

    Returns:
        the kept row and the key itself, which nobody can read again.

    Raises:
        NotAllowed: one person asks for another's key.
        Invalid: a scope is unknown, or there is none, or the key has no name.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("A key is made by the person it belongs to."))
    if not name.strip() or not scopes or set(scopes) - set(SCOPES):
        raise Invalid(_("Name the key and choose at least one thing it may do."))
    key = f"kuutio_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        person=person,
        name=name.strip()[:80],
        prefix=key[:12],
        digest=_digest(key),
        scopes=sorted(set(scopes)),
        created_at=at,
    )
    record("issue_api_key", f"api-key:{row.pk}", by=by, at=at, scopes=row.scopes)
    return row, key


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: Person, at: datetime) -> None:
    """Make a key useless from now on; doing it twice changes nothing.

    Raises:
        NotAllowed: `by` is not its owner.
    """
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.person_id != by.pk:
        raise NotAllowed(_("A key is revoked by the person it belongs to."))
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record("revoke_api_key", f"api-key:{key.pk}", by=by, at=at)


def key_of(text: str, *, at: datetime) -> ApiKey | None:
    """The valid key that a program showed; its use is noted once a minute at most."""
    if not text:
        return None
    # Asked with each request of a program: the statement as it is takes a fifth of the time that putting it together takes.
    key = next(iter(ApiKey.objects.raw(_VALID, [_digest(text.strip())])), None)
    if key and (key.last_used_at is None or at - key.last_used_at > _SEEN_AT_MOST_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key
