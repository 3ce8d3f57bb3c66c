"""Meetings: called, changed and cancelled by officers; seats taken and given back by people, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, Invalid
from kuutio.participation import letters
from kuutio.participation.actions.holding import changed, hold, keep_whole, wrong
from kuutio.participation.models import Meeting, Process, Registration
from kuutio.participation.texts import written

Texts = Mapping[str, str]
State = Registration.State


@dataclass(frozen=True, slots=True)
class Call:
    """What an officer says of a meeting."""

    title: Texts
    starts_at: datetime
    ends_at: datetime
    text: Texts
    place: Texts
    link: str = ""
    capacity: int | None = None
    is_cancelled: bool = False


def _check(call: Call) -> None:
    errors = []
    if not written(call.title):
        errors.append(wrong("/title", _("Write a title.")))
    if call.ends_at <= call.starts_at:
        errors.append(wrong("/ends_at", _("It ends after it begins.")))
    if not written(call.place) and not call.link:
        errors.append(wrong("/place", _("Tell the place, or give the address on the web.")))
    if call.link and urlsplit(call.link).scheme not in {"http", "https"}:
        errors.append(wrong("/link", _("Give an address that begins with https://.")))
    if call.capacity is not None and call.capacity < 1:
        errors.append(wrong("/capacity", _("At least one seat, or leave it empty.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _fields(call: Call) -> dict[str, object]:
    return {
        "title": written(call.title),
        "text": written(call.text) or "",
        "place": written(call.place) or "",
        "link": call.link,
        "starts_at": call.starts_at,
        "ends_at": call.ends_at,
        "capacity": call.capacity,
        "is_cancelled": call.is_cancelled,
    }


@transaction.atomic
def call_meeting(process: Process, call: Call, *, by: Person | None, at: datetime) -> Meeting:
    """Call a meeting of a process.

    Raises:
        NotAllowed, Conflict: as for a change of the process.
        Invalid: no title, no place, or an end before its beginning.
    """
    process = hold(process, by=by)
    _check(call)
    row = Meeting.objects.create(process=process, changed_at=at, **_fields(call))
    keep_whole(process)
    changed(process, "call_meeting", by=by, at=at)
    return row


@transaction.atomic
def change_meeting(meeting: Meeting, call: Call, *, by: Person | None, at: datetime) -> Meeting:
    """Change or cancel a meeting that is to come: with more seats those who wait get them, and whoever has registered gets a letter
    when it is cancelled, held after all, or held at another time or place.

    Raises:
        NotAllowed, Conflict, Invalid: as for `call_meeting`.
    """
    process = hold(meeting.process, by=by)
    _check(call)
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    before = _where(row)
    for name, value in _fields(call).items():
        setattr(row, name, value)
    row.sequence, row.changed_at = row.sequence + 1, at
    row.save()
    if at < row.starts_at:
        if not row.is_cancelled:
            _fill(row)
        if _where(row) != before and row.registrations.exists():
            letters.send_later("meeting", row.pk)
    keep_whole(process)
    changed(process, "change_meeting", by=by, at=at, cancelled=row.is_cancelled)
    return row


@transaction.atomic
def write_minutes(meeting: Meeting, minutes: Texts, *, by: Person | None, at: datetime) -> Meeting:
    """Publish what was said, when the meeting has begun.

    Raises:
        NotAllowed, Conflict: as for a change of the process.
        Conflict: it is to come still.
    """
    process = hold(meeting.process, by=by)
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if at < row.starts_at:
        raise Conflict(_("The meeting is to come. Its minutes are written afterwards."))
    row.minutes, row.changed_at = written(minutes) or "", at
    row.save(update_fields=["minutes", "changed_at"])
    changed(process, "write_minutes", by=by, at=at)
    return row


@transaction.atomic
def register(meeting: Meeting, *, by: Person, at: datetime) -> Registration:
    """Take a seat, or a place in the waiting list when all are taken; twice is once.

    Raises:
        Conflict: it has begun, or was cancelled.
    """
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if row.is_cancelled or at >= row.starts_at:
        raise Conflict(_("Nobody can register for this meeting any more."))
    known = Registration.objects.filter(meeting=row, person=by).first()
    if known is not None:
        return known
    taken = row.registrations.filter(state=State.GOING).count()
    state = State.GOING if row.capacity is None or taken < row.capacity else State.WAITING
    made = Registration.objects.create(meeting=row, person=by, state=state, at=at)
    record("register_for_meeting", f"meeting:{row.uuid}", by=by, at=at, state=state)
    return made


@transaction.atomic
def give_back(meeting: Meeting, *, by: Person, at: datetime) -> bool:
    """Give one's seat back: who has waited longest gets it and a letter. Returns whether there was one."""
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    gone, _each = Registration.objects.filter(meeting=row, person=by).delete()
    if gone:
        record("leave_meeting", f"meeting:{row.uuid}", by=by, at=at)
        if at < row.starts_at and not row.is_cancelled:
            _fill(row)
    return bool(gone)


def _where(row: Meeting) -> tuple[object, ...]:
    """What who comes has to know."""
    return row.is_cancelled, row.starts_at, row.ends_at, written(row.place), row.link


def _fill(row: Meeting) -> None:
    waiting = list(row.registrations.filter(state=State.WAITING).order_by("at", "pk"))
    if row.capacity is not None:
        free = max(row.capacity - row.registrations.filter(state=State.GOING).count(), 0)
        waiting = waiting[:free]
    for one in waiting:
        one.state = State.GOING
        one.save(update_fields=["state"])
        letters.send_later("seat", one.pk)
