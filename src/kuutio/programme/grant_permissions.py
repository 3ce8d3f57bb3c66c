"""Who may do what with grants and claims: the people of a partner, and those who work for the programme.

People of the programme office, and of an authority that decides on a fund, hold the role `office` in their organisation. They
see every grant, control claims and write down what the state's own system decided and paid: that system stays the legal one.
Whoever acts for a partner of a grant controls no claim of it, in whatever role.
"""

from __future__ import annotations

from collections.abc import Sequence

from kuutio.cities.models import Person
from kuutio.core.moves import Role
from kuutio.programme.call_permissions import is_office as is_office
from kuutio.programme.models import Claim, Grant, GrantPart, PartHolder


def may_watch(person: Person | None) -> bool:
    """Reading every grant and claim: the office, and auditors, who change nothing."""
    if is_office(person):
        return True
    return person is not None and person.is_authenticated and person.is_active and person.has_role("auditor")


def may_award(person: Person | None) -> bool:
    """Writing down what was decided: a grant, or a change of one."""
    return is_office(person)


def holds(person: Person | None, part: GrantPart) -> bool:
    """Somebody who acts for the partner, or for the one that leads: a lead sees to it that all claims are sent."""
    if person is None or not person.is_authenticated or not person.is_active:
        return False
    return any(
        held.person_id == person.pk and (held.part_id == part.pk or held.part.partner.is_lead)
        for held in _holders(part.grant)
    )


def is_of(person: Person | None, grant: Grant) -> bool:
    """Somebody who acts for any partner of the grant."""
    if person is None or not person.is_authenticated:
        return False
    return any(held.person_id == person.pk for held in _holders(grant))


def leads(person: Person | None, grant: Grant) -> bool:
    """Somebody who acts for the partner that leads."""
    if person is None or not person.is_authenticated or not person.is_active:
        return False
    return any(held.person_id == person.pk and held.part.partner.is_lead for held in _holders(grant))


def may_write(person: Person | None, claim: Claim) -> bool:
    """A claim is written by its own partner, or by the one that leads."""
    return holds(person, claim.part)


def may_control(person: Person | None, grant: Grant) -> bool:
    """The office, but nobody who acts for one of the grant's partners: nobody accepts their own costs."""
    return is_office(person) and not is_of(person, grant)


def may_read(person: Person | None, grant: Grant) -> bool:
    """Its partners' people, the office and auditors."""
    return may_watch(person) or is_of(person, grant)


def may_read_claim(person: Person | None, claim: Claim) -> bool:
    """A partner's costs are its own: read by it and by the one that leads; by the office and auditors once it was sent."""
    if holds(person, claim.part):
        return True
    return may_watch(person) and claim.sent_at is not None


def roles_with(person: Person | None, grant: Grant, part: GrantPart | None = None) -> frozenset[Role]:
    """In which roles somebody acts on a grant, or on a claim of one part."""
    found = set()
    if (part is not None and holds(person, part)) or (part is None and leads(person, grant)):
        found.add(Role.PARTNER)
    if may_control(person, grant):
        found |= {Role.OFFICE, Role.CONTROL, Role.AUTHORITY}
    return frozenset(found)


def read_holders(grants: Sequence[Grant]) -> None:
    """Read at once who acts for the partners of many grants: these predicates then ask the database nothing more of them."""
    found: dict[int, list[PartHolder]] = {grant.pk: [] for grant in grants}
    for held in PartHolder.objects.filter(part__grant__in=grants).select_related("part__partner"):
        found[held.part.grant_id].append(held)
    for grant in grants:
        grant.__dict__["_holders"] = found[grant.pk]


def _holders(grant: Grant) -> list[PartHolder]:
    """Who acts for the grant's partners, read once for each grant that is in hand."""
    known: list[PartHolder] | None = grant.__dict__.get("_holders")
    if known is None:
        known = list(PartHolder.objects.filter(part__grant=grant).select_related("part__partner"))
        grant.__dict__["_holders"] = known
    return known
