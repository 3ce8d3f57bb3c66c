"""The states of grants and claims: one door to the table of moves, and who holds a thing now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.moves import Need, Refusal, Role, Table, Why, legal, move
from kuutio.core.moves.tables import CLAIM, GRANT
from kuutio.core.problems import Conflict, Invalid, NotAllowed, Text
from kuutio.core.when import days_since
from kuutio.programme.models import Claim, Grant

ACTS: dict[str, Text] = {
    "accept": pgettext_lazy("act", "Accept"),
    "refuse": gettext_lazy("Turn down"),
    "start": gettext_lazy("Start"),
    "suspend": gettext_lazy("Suspend"),
    "resume": gettext_lazy("Go on"),
    "cancel": gettext_lazy("Cancel"),
    "close": pgettext_lazy("act", "Close"),
    "submit": pgettext_lazy("act", "Send"),
    "return": gettext_lazy("Return to be mended"),
    "control": gettext_lazy("Take into control"),
    "accept_partly": gettext_lazy("Accept in part"),
    "reject": pgettext_lazy("act", "Reject"),
    "pay": gettext_lazy("Record the payment"),
    "reopen": gettext_lazy("Open the numbers again"),
    "reopen_text": gettext_lazy("Open the text again"),
}
"""What a button of an act says."""

NEEDS: dict[Need, Text] = {
    Need.REASON: gettext_lazy("Give the reason."),
    Need.REPORT: gettext_lazy("The report of the same period is missing."),
    Need.LINES_ACCEPTED: gettext_lazy("Not every line is accepted whole."),
    Need.LINES_PARTLY: gettext_lazy("Some lines still wait for control."),
    Need.LINES_REJECTED: gettext_lazy("Some lines still wait for control."),
    Need.NO_LATER_CLAIM: gettext_lazy(
        "A later claim was sent already, so only the text can be opened again. Correct the numbers by a correction."
    ),
    Need.PAYMENT_RECORDED: gettext_lazy("Record the payment first."),
    Need.FINAL_REPORT: gettext_lazy("The final report is missing."),
    Need.ALL_SETTLED: gettext_lazy("Some claims or payments are still open."),
}
"""What must hold first, in words."""


def make(
    thing: Grant | Claim,
    act: str,
    *,
    roles: frozenset[Role],
    holds: frozenset[Need] = frozenset(),
    also: Mapping[str, Any] | None = None,
    by: Person | None,
    at: datetime,
    **facts: str | int,
) -> str:
    """Make a move of a locked thing, with its audit line.

    Args:
        holds: what is known to hold now.
        also: what else of the thing changes with it.

    Returns:
        the state before.

    Raises:
        Conflict: the table has no such move, or something that it needs doesn't hold.
        NotAllowed: the move is somebody else's.
    """
    table: Table = GRANT if isinstance(thing, Grant) else CLAIM
    row = table.row(thing.state, act)
    role = next((one for one in roles if row and one in row.by), None)
    if row is not None and role is None:
        raise NotAllowed(
            _("This is for somebody else to do: %(who)s.") % {"who": ", ".join(sorted(said(one) for one in row.by))}
        )
    reached = move(table, thing.state, act, by=role, holds=holds)
    if isinstance(reached, Refusal):
        if reached.why == Why.NOT_IN_TABLE:
            raise Conflict(
                _("This can’t be done while the state is “%(state)s”.") % {"state": thing.get_state_display()},
                state=thing.state,
                act=act,
                can=list(dict.fromkeys(reached.can)),
            )
        missing = [str(NEEDS.get(need, need)) for need in reached.missing]
        if reached.missing == (Need.REASON,):
            raise Invalid(missing[0], errors=[{"pointer": "/reason", "detail": missing[0]}])
        raise Conflict(" ".join(missing), state=thing.state, act=act, missing=[str(need) for need in reached.missing])
    before, thing.state, thing.state_since = thing.state, reached, at
    for name, value in (also or {}).items():
        setattr(thing, name, value)
    thing.save(update_fields=["state", "state_since", *(also or {})])
    kind = "grant" if isinstance(thing, Grant) else "claim"
    record(f"move_{kind}", f"{kind}:{thing.uuid}", by=by, at=at, act=act, before=before, after=reached, **facts)
    return before


def open_acts(thing: Grant | Claim, roles: frozenset[Role]) -> list[str]:
    """The acts that somebody has on a thing now, ready or not."""
    table = GRANT if isinstance(thing, Grant) else CLAIM
    found = [one.act for role in sorted(roles) for one in legal(table, thing.state, role)]
    return list(dict.fromkeys(found))


_SAID: dict[Role, Text] = {
    Role.PARTNER: gettext_lazy("the partner"),
    Role.LEAD: gettext_lazy("the lead partner"),
    Role.CONTROL: gettext_lazy("control"),
    Role.AUTHORITY: gettext_lazy("the authority"),
    Role.OFFICE: gettext_lazy("the programme office"),
}


def said(role: Role) -> str:
    """A role in words."""
    return str(_SAID.get(role, role))


_HOLDERS: dict[str, Role | None] = {
    Grant.State.OFFERED: Role.LEAD,
    Grant.State.ACCEPTED: Role.AUTHORITY,
    Grant.State.SUSPENDED: Role.AUTHORITY,
    Claim.State.DRAFT: Role.PARTNER,
    Claim.State.RETURNED: Role.PARTNER,
    Claim.State.REOPENED: Role.PARTNER,
    Claim.State.REOPENED_LIMITED: Role.PARTNER,
    Claim.State.SUBMITTED: Role.CONTROL,
    Claim.State.IN_CONTROL: Role.CONTROL,
    Claim.State.PARTLY_ACCEPTED: Role.AUTHORITY,
}


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a thing on their table, and for how many days."""

    role: Role | None
    days: int

    @property
    def who(self) -> str:
        """In words; "" when it is settled."""
        return said(self.role) if self.role else ""


def held(thing: Grant | Claim, at: datetime) -> Held:
    """Who holds a grant or a claim now, and for how many days, counted by the calendar in Finland.

    A running grant lies on nobody's table: its claims do.
    """
    days = days_since(thing.state_since, at)
    if isinstance(thing, Claim) and thing.state == Claim.State.ACCEPTED:
        return Held(Role.AUTHORITY, days)
    return Held(_HOLDERS.get(thing.state), days)
