"""What officers do with a case: take it, answer, note, move, categorise, join it to another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person, Unit
from kuutio.contact import permissions, routing, tasks
from kuutio.contact.actions import joining
from kuutio.contact.actions.events import audit, tell, touch
from kuutio.contact.actions.holding import hold_for, hold_to_note
from kuutio.contact.actions.states import CLOCKS, forget_time_of, set_state
from kuutio.contact.helps import PLACEHOLDERS
from kuutio.contact.models import Case, Category, Channel, Event, Message
from kuutio.contact.moves import may_move
from kuutio.contact.problems import WrongMove
from kuutio.contact.promises import set_clocks, set_own_promise
from kuutio.core.placeholders import placeholders
from kuutio.core.problems import Invalid, NotAllowed

State = Case.State

WITH_WORDS = frozenset({State.WAITING_RESIDENT, State.REJECTED})
"""A clock stands for an answer to something that was asked, and nobody is turned away without a reason."""


@transaction.atomic
def take_case(case: Case, *, by: Person, at: datetime, to: Person | None = None) -> Case:
    """Give a case to an officer of the city that has it, to oneself if nobody is named. A new case is now being handled.

    Raises:
        NotAllowed: another city has the case, or the one named doesn't serve there.
    """
    case, organisation = hold_for(case, by, at)
    officer = to or by
    if not permissions.may_write(officer, case, at):
        raise NotAllowed(_("That person doesn't serve where the case is."), case=case.number)
    fields = ["assignee"]
    if case.state == State.NEW:
        fields += set_state(case, State.OPEN, by=by, at=at, organisation=organisation)
    case.assignee = officer
    tell(case, Event.Kind.ASSIGNED, by=by, at=at, organisation=organisation, facts={"to_self": officer.pk == by.pk})
    touch(case, at, *fields)
    audit("take_case", case, by=by, at=at)
    return case


def check_answer(text: str) -> None:
    """Refuse what is no answer.

    Raises:
        Invalid: nothing is written, or a template's place isn't filled.
    """
    if not text.strip():
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/text", "detail": str(_("Write something first."))}]
        )
    if open_places := [name for name in placeholders(text) if name in PLACEHOLDERS]:
        said = _("Fill in what a template left open: %(places)s.") % {
            "places": ", ".join(f"{{{name}}}" for name in open_places)
        }
        raise Invalid(said, errors=[{"pointer": "/text", "detail": said}])


@transaction.atomic
def answer_case(
    case: Case,
    *,
    text: str,
    by: Person,
    at: datetime,
    then: str = "",
    channel: str = Channel.EMAIL,
    draft_key: str = "",
) -> Message:
    """Answer the resident; they are told by the channel they chose. The clock of the first answer stops.

    Args:
        text: plain text, in the language of the case.
        then: the state that the case goes to with the answer, "" to leave it (a new case is being handled from now on).
        channel: by which the officer answered, where it was said aloud; else it's told by the resident's choice.
        draft_key: of the page that sends it; the same again is the same answer.

    Raises:
        NotAllowed: another city has the case.
        Invalid: nothing is written, or a template's place isn't filled.
        WrongMove: the case can't go to `then`.
    """
    check_answer(text)
    case, organisation = hold_for(case, by, at)
    key = f"answer:{draft_key}" if draft_key else ""
    if key and (known := Message.objects.filter(channel=channel, external_id=key).first()):
        return known
    message = Message.objects.create(
        case=case,
        direction=Message.Direction.OUT,
        channel=channel,
        author=by,
        organisation=organisation,
        language=case.language,
        text=text.strip(),
        external_id=key,
        at=at,
    )
    tell(case, Event.Kind.ANSWERED, by=by, at=at, organisation=organisation, is_public=True)
    fields = ["first_answer_at", *CLOCKS]
    if case.first_answer_at is None:
        case.first_answer_at = at
    target = then or (State.OPEN if case.state == State.NEW else "")
    if target and target != case.state:
        fields += set_state(case, target, by=by, at=at, organisation=organisation, is_told=True)
    else:
        set_clocks(case)
    touch(case, at, *fields)
    audit("answer_case", case, by=by, at=at, then=target)
    tasks.deliver.defer(message_id=message.pk)
    return message


@transaction.atomic
def note_case(case: Case, *, text: str, by: Person, at: datetime, for_all: bool = False) -> Message:
    """Write a note that the resident doesn't see: for one's own city, or for all the cities that handle the case.

    Raises:
        NotAllowed: another city has the case.
        Invalid: nothing is written.
    """
    if not text.strip():
        raise Invalid(
            _("Some things are missing."), errors=[{"pointer": "/text", "detail": str(_("Write something first."))}]
        )
    case, organisation = hold_to_note(case, by, at)
    message = Message.objects.create(
        case=case,
        direction=Message.Direction.NOTE,
        channel=Channel.DESK,
        seen_by=Message.Seen.GROUP if for_all else Message.Seen.ORGANISATION,
        author=by,
        organisation=organisation,
        language=case.language,
        text=text.strip(),
        at=at,
    )
    tell(case, Event.Kind.NOTED, by=by, at=at, organisation=organisation)
    touch(case, at)
    audit("note_case", case, by=by, at=at)
    return message


@transaction.atomic
def move_case(case: Case, state: str, *, by: Person, at: datetime, text: str = "") -> Case:
    """Put a case into another state. Its people are told of one that is done.

    Args:
        text: an answer that goes out with it; "" for none.

    Raises:
        NotAllowed: another city has the case.
        Invalid: the resident is asked nothing that the case could wait for, or isn't told why it isn't for the city.
        WrongMove: the table of moves doesn't know the way; a case is joined to another by `join_case` alone, and leaves it by
            `part_case`.
    """
    case, organisation = hold_for(case, by, at)
    if state == State.DUPLICATE:
        raise Invalid(_("Name the case that it is joined to."))
    if case.state == State.DUPLICATE:
        raise WrongMove(_("The case is joined to another. Undo that first."), case=case.number, state=case.state)
    if text.strip() and may_move(case.state, state):
        answer_case(case, text=text, then=state, by=by, at=at)
        return Case.objects.get(pk=case.pk)
    if state in WITH_WORDS and may_move(case.state, state):
        said = _("Write to the resident what you ask them, or why the case isn’t for the city.")
        raise Invalid(said, errors=[{"pointer": "/text", "detail": said}])
    touch(case, at, *set_state(case, state, by=by, at=at, organisation=organisation))
    audit("move_case", case, by=by, at=at, to=state)
    return case


@transaction.atomic
def direct_case(
    case: Case,
    *,
    by: Person,
    at: datetime,
    category: Category | None = None,
    unit: Unit | None = None,
    joint_queue: bool = False,
) -> Case:
    """Correct what a case is about, or whose queue in the city it is in.

    Another category brings the case to the unit that takes care of it, and sets the city's own clock; what the resident was
    promised stays.

    Args:
        unit: whose queue it comes to; None: the one of the new category's rule, or where it is.
        joint_queue: it comes to no unit's queue, but to the city's joint one.

    Raises:
        NotAllowed: another city has the case.
        Invalid: the unit is another city's.
    """
    case, organisation = hold_for(case, by, at)
    fields = ["city_minutes", *CLOCKS]
    to = None if joint_queue else unit or case.unit
    if unit is not None and unit.city_id != case.responsible.city_id:
        raise Invalid(_("The unit belongs to another city: hand the case over instead."))
    if category is not None and category.pk != case.category_id:
        tell(
            case,
            Event.Kind.CATEGORISED,
            by=by,
            at=at,
            organisation=organisation,
            facts={"from": case.category_id, "to": category.pk},
        )
        case.category = category
        case.forget_at = forget_time_of(case)
        fields += ["category", "forget_at"]
        rule = routing.rule_of(case, at)
        if rule is not None and unit is None and not joint_queue:
            to = rule.unit
        set_own_promise(case, rule)
    slug = to.slug if to else ""
    if (to.pk if to else None) != case.unit_id:
        facts = {"to": case.responsible.slug, "unit": slug}
        tell(case, Event.Kind.ROUTED, by=by, at=at, organisation=organisation, facts=facts)
        case.unit = to
        fields.append("unit")
    set_clocks(case)
    touch(case, at, *fields)
    audit("direct_case", case, by=by, at=at, category=case.category_id, unit=slug)
    return case


@transaction.atomic
def join_case(case: Case, to: Case, *, by: Person, at: datetime) -> Case:
    """Join a case to another about the same thing. It keeps its number and link; its people hear what the other brings.

    What is joined to it already comes along.

    Raises:
        NotAllowed: another city has one of the cases.
        Invalid: a case can't be joined to itself, nor to one that is itself joined to another.
    """
    if case.pk == to.pk:
        raise Invalid(_("A case can't be joined to itself."))
    joining.hold_together(case.pk, to.pk)
    case, organisation = hold_for(case, by, at)
    to, _same = hold_for(to, by, at)
    if to.state == State.DUPLICATE:
        raise Invalid(_("That case is joined to another itself."), case=to.number)
    along = joining.take_along(case, to, by=by, at=at, organisation=organisation)
    case.duplicate_of = to
    fields = set_state(case, State.DUPLICATE, by=by, at=at, organisation=organisation)
    facts = {"to": to.number} | ({"along": along} if along else {})
    tell(case, Event.Kind.JOINED, by=by, at=at, organisation=organisation, is_public=True, facts=facts)
    tell(to, Event.Kind.JOINED, by=by, at=at, organisation=organisation, facts={"from": case.number})
    touch(case, at, *fields)
    touch(to, at)
    audit("join_case", case, by=by, at=at, to=to.number)
    return case


@transaction.atomic
def part_case(case: Case, *, by: Person, at: datetime) -> Case:
    """Undo a joining: the case stands alone again, is what it was before, and has those back that came along with it.

    Raises:
        NotAllowed: another city has the case.
        WrongMove: it isn't joined to another.
    """
    main = Case.objects.filter(duplicates=case).values_list("pk", flat=True).first()
    joining.hold_together(case.pk, *([main] if main else []))
    case, organisation = hold_for(case, by, at)
    if case.duplicate_of is None:
        raise WrongMove(_("The case isn't joined to another."), case=case.number, state=case.state)
    other = case.duplicate_of.number
    joining.give_back(case, by=by, at=at, organisation=organisation)
    before = joining.state_before(case)
    touch(case, at, *set_state(case, before, by=by, at=at, organisation=organisation, parts=True))
    tell(case, Event.Kind.PARTED, by=by, at=at, organisation=organisation, is_public=True, facts={"from": other})
    audit("part_case", case, by=by, at=at)
    return case
