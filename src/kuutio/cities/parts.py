"""What accounts give to the joint pages."""

from typing import Any

from kuutio.cities.people import ApiKey, Person
from kuutio.core.parts import Parts, Personal


def _account_of(person: Person) -> dict[str, Any]:
    """The account with its addresses, ways to sign in, roles and keys; never a password or a key itself."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    return {
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "joined_at": person.joined_at.isoformat(),
        "last_sign_in_at": person.last_login.isoformat() if person.last_login else None,
        "addresses": list(
            EmailAddress.objects.filter(user=person).order_by("pk").values("email", "verified", "primary")
        ),
        "has_password": person.has_usable_password(),
        "authenticators": [
            {
                "type": row.type,
                "created_at": row.created_at.isoformat(),
                "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
            }
            for row in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "roles": [{"role": held.role, "organisation": held.organisation.slug} for held in person.held_roles],
        "api_keys": [_key(key) for key in person.api_keys.all()],
    }


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "created_at": key.created_at.isoformat(),
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }


PARTS = Parts(personal=(Personal(key="account", export=_account_of, order=0),))
