"""Where one domain needs another: a typed call in the same transaction, one receiver."""

from __future__ import annotations

from kuutio.participation.handing import Taken, Won
from kuutio.programme.models import PromisedProject
from kuutio.programme.promises import take_promise, withdraw_promise


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


def winner_is_taken_back(taken: Taken) -> None:
    """What can't be carried out after all stays among the promises, with why it isn't kept."""
    withdraw_promise(taken.reference, taken.why, at=taken.at)
