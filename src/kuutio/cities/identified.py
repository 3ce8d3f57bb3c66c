"""What strong identification tells of a resident, kept for one session and no longer: never in a person's row.

The identity code itself is not kept at all: only a keyed hash, from which it can't be had back without this installation's secret.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kuutio.core.identity_codes import NoIdentityCode, read_code

CLAIMS: Mapping[str, str] = {
    "code": "urn:oid:1.2.246.21",
    "municipality": "urn:oid:1.2.246.517.2002.2.18",
    "postal_code": "urn:oid:1.2.246.517.2002.2.6",
    "born_on": "birthdate",
}
"""Where a service of identities tells what; a provider's own `claims` in KUUTIO_OIDC go before these.

Source: Suomi.fi e-Identification, attributes of the Population Information System; OpenID Connect Core 1.0, section 5.1 (birthdate).
"""

_KEPT = "identified"


@dataclass(frozen=True, slots=True)
class Facts:
    """A resident as a register knows them.

    Attributes:
        person: hex of a keyed hash of the identity code: the same at every service and at the desk.
        municipality: of residence, three digits; "" where it isn't told.
        postal_code: of the home, five digits; "" where it isn't told.
    """

    person: str
    municipality: str = ""
    postal_code: str = ""
    born_on: date | None = None
    is_demo: bool = False


def person_of(code: str) -> str:
    """The keyed hash that stands for a person's identity code."""
    return hmac.new(settings.SECRET_KEY.encode(), b"identity-code\n" + code.encode(), sha256).hexdigest()


def facts_of(claims: Mapping[str, Any], names: Mapping[str, str] | None = None) -> Facts | None:
    """The facts in what a service of identities told; None where it told no identity code."""
    places = {**CLAIMS, **(names or {})}
    try:
        code, born_on = read_code(_told(claims, places["code"]))
    except NoIdentityCode:
        return None
    return Facts(
        person_of(code),
        _digits(_told(claims, places["municipality"]), 3),
        _digits(_told(claims, places["postal_code"]), 5),
        born_on,
    )


def remember(request: HttpRequest, facts: Facts | None) -> None:
    """Keep the facts for this session; None forgets those of before."""
    if facts is None:
        request.session.pop(_KEPT, None)
        return
    kept = asdict(facts) | {"born_on": facts.born_on.isoformat() if facts.born_on else ""}
    request.session[_KEPT] = kept


def identified(request: HttpRequest) -> Facts | None:
    """The facts of who identified themselves in this session."""
    kept = request.session.get(_KEPT)
    if not kept or (kept["is_demo"] and not settings.DEMO):
        return None
    return Facts(**(kept | {"born_on": date.fromisoformat(kept["born_on"]) if kept["born_on"] else None}))


def _told(claims: Mapping[str, Any], name: str) -> str:
    """A claim as text; `address.postal_code` looks into an object."""
    found: Any = claims.get(name)
    if found is None and "." in name and not name.startswith("urn:"):
        outer, _dot, inner = name.partition(".")
        within = claims.get(outer)
        found = within.get(inner) if isinstance(within, Mapping) else None
    if isinstance(found, list):
        found = found[0] if found else None
    return str(found or "")


def _digits(text: str, length: int) -> str:
    return text if re.fullmatch(rf"[0-9]{{{length}}}", text) else ""
