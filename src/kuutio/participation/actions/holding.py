"""What every verb upon a process begins and ends with: the row held, the audit's line, the index kept up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, permissions
from kuutio.participation.models import Process
from kuutio.participation.readiness import missing_of


def hold(process: Process, *, by: Person | None) -> Process:
    """The process as it is now, held until the transaction ends, for one of its officers.

    Raises:
        NotAllowed: the person works for none of its cities.
        Conflict: the process is closed: what led to the decision stays as it was.
    """
    held = Process.objects.select_for_update().get(pk=process.pk)
    if not permissions.may_edit(by, held):
        raise NotAllowed(_("Only officers of the cities that take part can change a process."))
    if held.state == Process.State.CLOSED:
        raise Conflict(_("The process is closed. What led to its decision stays as it was."))
    return held


def keep_whole(process: Process) -> None:
    """Refuse a change by which a published process would lack what it needs.

    Raises:
        Invalid: something would be missing; `errors` say what.
    """
    if process.is_public and (missing := missing_of(process)):
        raise Invalid(_("A published process needs these all the time."), errors=missing)


def changed(process: Process, verb: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    """Note that a process has changed: its row, the audit, the search."""
    process.changed_at = at
    process.save(update_fields=["changed_at"])
    record(verb, f"process:{process.slug}", by=by, at=at, **facts)
    findable.refresh(process, at=at)


def wrong(pointer: str, detail: object) -> dict[str, str]:
    """One part of the input that must be mended."""
    return {"pointer": pointer, "detail": str(detail)}
