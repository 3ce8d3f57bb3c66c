"""Who may receive the programme's grant, by the very rule that applications are judged by."""

from __future__ import annotations

from kuutio.cities.models import Organisation
from kuutio.core.grants.eligibility import MAY_RECEIVE, ActorType

ACTORS = {
    Organisation.Kind.COMPANY: ActorType.COMPANY,
    Organisation.Kind.RESEARCH: ActorType.UNIVERSITY,
    Organisation.Kind.THIRD_SECTOR: ActorType.ASSOCIATION,
    Organisation.Kind.CITY: ActorType.MUNICIPALITY,
    Organisation.Kind.PUBLIC: ActorType.STATE_AGENCY,
}
"""As what the rule of grants (E4) takes each kind of organisation."""


def may_receive(kind: str) -> bool:
    """Whether a kind of organisation may receive the programme's grant, by the rule that applications are judged by."""
    return ACTORS[Organisation.Kind(kind)] in MAY_RECEIVE
