"""Where one domain needs another: a typed call in the same transaction, one receiver."""

from __future__ import annotations

from kuutio.participation.handing import Won
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
