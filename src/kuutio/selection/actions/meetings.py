"""Meetings: an agenda, who was there, who stood aside item by item, minutes that somebody confirms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing.conflicts import Case, Ground
from kuutio.core.moves import Need, Role
from kuutio.core.moves.selecting import MEETING
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.selection import permissions
from kuutio.selection.actions.holding import after, held_round, office_of
from kuutio.selection.models import Affiliation, Candidate, Item, Meeting, Member, Recusal, Round
from kuutio.selection.reading import cases, organisation_key
from kuutio.selection.texts import LONGEST_TEXT, plain_text


@transaction.atomic
def plan_meeting(
    round_: Round,
    *,
    held_at: datetime,
    by: Person | None,
    at: datetime,
    place: str = "",
    candidates: Iterable[Candidate] | None = None,
) -> Meeting:
    """Plan a meeting with its agenda.

    Args:
        candidates: one item each, in this order; None: all that wait for this body's decision, best first.

    Raises:
        NotAllowed: the person is not of the round's office.
        Conflict: there is no ranking yet, or all is decided.
    """
    round_ = office_of(round_, by)
    if round_.state != Round.State.RANKED:
        raise Clash(_("A meeting decides after the ranking is made and before all is decided."))
    there = round_.meetings.filter(held_at=held_at, state=Meeting.State.PLANNED).first()
    if there is not None:  # asked twice, planned once
        return there
    rows = list(candidates) if candidates is not None else _waiting(round_)
    meeting = Meeting.objects.create(round=round_, held_at=held_at, place=plain_text(place)[:300], state_since=at)
    Item.objects.bulk_create(Item(meeting=meeting, position=place, candidate=one) for place, one in enumerate(rows, 1))
    record("plan_meeting", thing_of(meeting), by=by, at=at, round=round_.key, items=len(rows))
    return meeting


def _waiting(round_: Round) -> list[Candidate]:
    order = {row["candidate"]: place for place, row in enumerate(round_.ranking.table["rows"])}
    rows = round_.candidates.filter(state__in=[Candidate.State.REVIEWED, Candidate.State.AT_LINE])
    return sorted(rows, key=lambda one: order.get(str(one.number), len(order)))


@transaction.atomic
def add_item(meeting: Meeting, *, title: str, by: Person | None, at: datetime) -> Item:
    """Add another matter to an agenda.

    Raises:
        NotAllowed: the person is not of the round's office.
        Conflict: the meeting is over.
        Invalid: no title.
    """
    meeting = _worked(meeting, by)
    title = plain_text(title)[:300]
    if not title:
        raise Invalid(_("Give the item a name."))
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.GOING):
        raise Clash(_("The meeting is over."))
    there = meeting.items.filter(title=title, candidate=None, is_done=False).first()
    if there is not None:  # asked twice, there once
        return there
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = Item.objects.create(meeting=meeting, position=last + 1, title=title)
    record("add_item", thing_of(meeting), by=by, at=at, position=item.position)
    return item


@transaction.atomic
def begin_meeting(meeting: Meeting, *, present: Sequence[Member], by: Person | None, at: datetime) -> Meeting:
    """Begin a meeting: who is there is written down.

    Raises:
        NotAllowed, IllegalMove: it isn't the office, it began already, or has no item.
        Invalid: nobody is there, or somebody who isn't a member.
    """
    meeting = _worked(meeting, by)
    if not present or any(one.round_id != meeting.round_id for one in present):
        raise Invalid(_("Say which of the members are there."))
    holds = {Need.ITEMS} if meeting.items.exists() else set()
    _move(meeting, "begin", Role.OFFICE, by=by, at=at, holds=holds, present=len(present))
    meeting.present.set(present)
    return meeting


@transaction.atomic
def stand_aside(item: Item, member: Member, *, ground: str, by: Person | None, at: datetime, why: str = "") -> Recusal:
    """A member stands aside for one item; said by themselves or noted by the office. Said twice, it is once.

    Raises:
        NotAllowed: it is another's to say.
        Conflict: the item is decided, or the meeting is over.
        Invalid: there is no such ground, or the member is of another round.
    """
    round_ = held_round(item.meeting.round)
    item = Item.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=item.pk)
    if not permissions.is_office(by, round_) and (by is None or member.person_id != by.pk):
        raise NotAllowed(_("A member stands aside themselves, or the office notes it."))
    if member.round_id != round_.pk or ground not in list(Ground):
        raise Invalid(_("Choose a member and a ground."))
    there = Recusal.objects.filter(item=item, member=member).first()
    if there is not None:
        return there
    if item.is_done or item.meeting.state not in (Meeting.State.PLANNED, Meeting.State.GOING):
        raise Clash(_("The item is decided: who stood aside stays as it was."))
    made = Recusal.objects.create(item=item, member=member, ground=ground, why=plain_text(why)[:600], at=at)
    record("stand_aside", thing_of(item.meeting), by=by, at=at, position=item.position, member=member.pk, ground=ground)
    return made


@transaction.atomic
def note_item(item: Item, *, minutes: str, by: Person | None, at: datetime) -> Item:
    """Write what was said of an item; one about another matter is done with it.

    Raises:
        NotAllowed: the person is not of the office.
        Conflict: the meeting doesn't go on, or its minutes are confirmed.
        Invalid: no text, or too long a one.
    """
    meeting = _worked(item.meeting, by)
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.candidate_id and permissions.is_barred(by, Candidate.objects.get(pk=item.candidate_id)):
        raise NotAllowed(_("Who stood aside, or wasn’t there, takes no part in this item."))
    text = plain_text(minutes)
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(_("Write what was said, in at most 20,000 letters."))
    if meeting.state not in (Meeting.State.GOING, Meeting.State.ENDED):
        raise Clash(_("The meeting doesn’t go on now."))
    item.minutes = text
    item.is_done = item.is_done or item.candidate_id is None
    item.save(update_fields=["minutes", "is_done"])
    record("note_item", thing_of(meeting), by=by, at=at, position=item.position)
    return item


@transaction.atomic
def end_meeting(meeting: Meeting, *, by: Person | None, at: datetime) -> Meeting:
    """End a meeting; items that weren't decided are left for another one.

    Raises:
        NotAllowed, IllegalMove: it isn't the office, the meeting doesn't go on, or nothing at all was done.
    """
    meeting = _worked(meeting, by)
    holds = {Need.ITEMS_DONE} if meeting.items.filter(is_done=True).exists() else set()
    return _move(meeting, "end", Role.OFFICE, by=by, at=at, holds=holds)


@transaction.atomic
def confirm_minutes(meeting: Meeting, *, by: Person, at: datetime) -> Meeting:
    """Confirm the minutes; somebody who was there does. From here on they stay as they are.

    Raises:
        NotAllowed: the person wasn't there.
        IllegalMove: the meeting hasn't ended, or they are confirmed.
    """
    round_ = held_round(meeting.round)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    member = permissions.member_of(by, round_)
    if member is None or not meeting.present.filter(pk=member.pk).exists():
        raise NotAllowed(_("Minutes are confirmed by somebody who was there."))
    meeting.confirmed_by = member
    return _move(meeting, "confirm", Role.STEERING, by=by, at=at)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Person | None, at: datetime) -> Meeting:
    """Give up a meeting that hasn't begun.

    Raises:
        NotAllowed, IllegalMove: it isn't the office, it began, or there is no reason.
    """
    meeting = _worked(meeting, by)
    meeting.note = plain_text(reason)[:600]
    return _move(meeting, "cancel", Role.OFFICE, by=by, at=at, holds={Need.REASON} if meeting.note else ())


def suggested_recusals(round_: Round, items: Sequence[Item]) -> dict[int, list[tuple[Member, Ground]]]:
    """Who should stand aside for which item, as the data sees it: their own organisation takes part, or one near it, or they are
    named. The members say themselves; this reminds them."""
    members = list(round_.members.select_related("organisation"))
    about = [item.candidate for item in items if item.candidate is not None]
    seen = cases(about)
    near: dict[int, set[str]] = {}
    for one in Affiliation.objects.select_related("owner", "organisation"):
        near.setdefault(one.owner_id, set()).add(organisation_key(one.organisation))
        near.setdefault(one.organisation_id, set()).add(organisation_key(one.owner))
    found: dict[int, list[tuple[Member, Ground]]] = {}
    for item in items:
        if item.candidate_id is None:
            continue
        case = seen[item.candidate_id]
        grounds = ((member, _ground(member, case, near.get(member.organisation_id, set()))) for member in members)
        found[item.pk] = [(member, ground) for member, ground in grounds if ground is not None]
    return found


def _ground(member: Member, case: Case, near: set[str]) -> Ground | None:
    if f"person:{member.person_id}" in case.named:
        return Ground.NAMED
    own = organisation_key(member.organisation)
    if any(party.organisation == own for party in case.parties):
        return Ground.PARTNER_ORGANISATION
    return Ground.RELATED_ORGANISATION if any(party.organisation in near for party in case.parties) else None


def _worked(meeting: Meeting, by: Person | None) -> Meeting:
    round_ = office_of(meeting.round, by)
    held = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    held.round = round_
    return held


def _move(
    meeting: Meeting, act: str, role: Role, *, by: Person | None, at: datetime, holds: Iterable[Need] = (), **facts: int
) -> Meeting:
    before = meeting.state
    meeting.state = after(MEETING, before, act, role, holds)
    meeting.state_since = at
    meeting.save()
    record(f"{act}_meeting", thing_of(meeting), by=by, at=at, before=before, after=meeting.state, **facts)
    return meeting


def thing_of(meeting: Meeting) -> str:
    """What the audit calls a meeting."""
    return f"meeting:{meeting.uuid}"
