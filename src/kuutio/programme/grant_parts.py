"""What grants give to *my page* and to the workspace."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kuutio.core.moves import Role
from kuutio.core.parts import Request
from kuutio.programme import money_queries, settling

_SHOWN = 5


def mine(request: Request) -> dict[str, Any] | None:
    """The grants in which a person acts for a partner, with what is left."""
    rows = list(money_queries.grants_of(request.user))
    if not rows:
        return None
    standing = settling.standings_of(rows)
    return {"lines": [(grant, money_queries.sums(standing[grant.pk]).left) for grant in rows]}


def to_do(request: Request) -> dict[str, Any] | None:
    """What waits for control or for a payment, what waits longest on top."""
    rows = [one for one in money_queries.on_tables(timezone.now()) if one.held.role in (Role.CONTROL, Role.AUTHORITY)]
    return {"rows": rows[:_SHOWN], "total": len(rows)}
