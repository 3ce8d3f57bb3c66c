"""Where one domain needs another: a typed call in the same transaction, one receiver."""

from __future__ import annotations

from kuutio.contact.addressed import Addressee
from kuutio.participation.handing import Won
from kuutio.programme.contact_roles import role_of
from kuutio.programme.models import PromisedProject
from kuutio.programme.promises import take_promise


def winner_becomes_project(won: Won) -> PromisedProject:
    """A project that won a vote becomes one that the cities owe, with its money and its promise."""
    return take_promise(
        won.reference,
        origin=PromisedProject.Origin.PARTICIPATORY_BUDGET,
        name=won.name,
        promise=won.promise,
        amount_cents=won.amount_cents,
        cities=won.cities,
        address=won.address,
        at=won.at,
    )


def role_is_written_to(key: str) -> Addressee | None:
    """A contact role of a spearhead, for somebody who writes to it: the case comes to its unit."""
    role = role_of(key)
    return Addressee(unit=role.unit, role=role.title, about=role.about, page=role.page) if role else None
