"""Splitting a case: what a resident wrote about another matter gets a case of its own, and comes back if that was a mistake."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person
from kuutio.contact import routing
from kuutio.contact.actions.events import audit, tell, touch
from kuutio.contact.actions.holding import hold_for
from kuutio.contact.actions.joining import hold_together, take_along
from kuutio.contact.actions.receipts import owe_receipt
from kuutio.contact.actions.receiving import short_title
from kuutio.contact.actions.states import set_state
from kuutio.contact.models import Case, Category, Event, Message, Participant, Split
from kuutio.contact.numbering import save_numbered
from kuutio.contact.problems import WrongMove
from kuutio.contact.promises import promise
from kuutio.core.problems import Invalid

MOST = 50


@transaction.atomic
def split_case(case: Case, messages: Collection[UUID], *, category: Category, by: Person, at: datetime) -> Case:
    """Take chosen messages of a resident, with their files, into a new case of the same city, person and place.

    The new case is as old as its first message: its promises run from there. Who wrote it gets its number and link.

    Raises:
        NotAllowed: another city has the case.
        Invalid: no message is chosen, all that were written are, or one isn't a resident's message of this case.
    """
    case, organisation = hold_for(case, by, at)
    written = list(case.messages.filter(direction=Message.Direction.IN).order_by("at", "pk"))
    chosen = [message for message in written if message.uuid in set(messages)]
    if not chosen or len(chosen) != len(set(messages)) or len(chosen) > MOST:
        raise Invalid(_("Choose the messages of the resident that are about another matter."))
    if len(chosen) == len(written):
        raise Invalid(_("At least one message stays: correct the category if all of it is about another matter."))
    rule = routing.rule_for(case.responsible.city, category.pk, lon=case.lon, lat=case.lat, at=at)
    new = Case(
        salt=secrets.token_hex(16),
        responsible=case.responsible,
        origin=case.responsible,
        municipality=case.municipality,
        unit=rule.unit if rule else None,
        category=category,
        language=case.language,
        channel=chosen[0].channel,
        title=short_title(chosen[0].text),
        lon=case.lon,
        lat=case.lat,
        place_source=case.place_source,
        address=case.address,
        is_near_border=case.is_near_border,
        opened_at=chosen[0].at,
        updated_at=at,
    )
    promise(new, rule)
    people = _people(case, chosen)
    if people and not case.participants.filter(contact__in=people).exclude(kind=Participant.Kind.WRITER).exists():
        # Another's words alone: the place was told by who reported the first matter, and is nothing for the new case's link.
        new.lon = new.lat = None
        new.address, new.place_source, new.is_near_border = "", Case.PlaceSource.NONE, False
    save_numbered(new)
    Participant.objects.bulk_create(
        Participant(case=new, contact_id=contact, kind=kind, joined_at=at) for contact, kind in people.items()
    )
    split = Split.objects.create(case=new, origin=case, at=at)
    split.messages.set(chosen)
    Message.objects.filter(pk__in=[row.pk for row in chosen]).update(case=new)
    tell(
        new, Event.Kind.CREATED, by=by, at=at, organisation=organisation, is_public=True, facts={"channel": new.channel}
    )
    for one, facts in ((case, {"to": new.number}), (new, {"from": case.number})):
        tell(one, Event.Kind.SPLIT, by=by, at=at, organisation=organisation, facts={**facts, "messages": len(chosen)})
    touch(case, at)
    audit("split_case", case, by=by, at=at, to=new.number)
    owe_receipt(new, at)
    return new


def _people(case: Case, chosen: Sequence[Message]) -> dict[int, str]:
    """Who takes part in the new case, by contact, with one of them as its reporter: else nobody had its number and link.

    Who reported the old case is that where they, or somebody for them, wrote; else who wrote first.
    """
    wrote = [row.contact_id for row in chosen if row.contact_id is not None]
    kinds = dict(case.participants.filter(contact__in=wrote).values_list("contact", "kind"))
    found = {contact: kinds[contact] for contact in dict.fromkeys(wrote) if contact in kinds}
    reporter, proxy, writer = Participant.Kind.REPORTER, Participant.Kind.PROXY, Participant.Kind.WRITER
    if reporter not in found.values() and proxy in found.values():
        own = case.participants.filter(kind=reporter).values_list("contact", flat=True).first()
        return {own: reporter, **found} if own is not None else found
    if found and reporter not in found.values():
        first = next(contact for contact, kind in found.items() if kind == writer)
        found[first] = reporter
    return found


@transaction.atomic
def undo_split(case: Case, *, by: Person, at: datetime) -> Case:
    """Put the messages of a split back where they were. The new case is joined to the old one, since its number has been told.

    What was written in the new case since then stays there.

    Args:
        case: the new one.

    Returns:
        The old one.

    Raises:
        NotAllowed: another city has one of them.
        WrongMove: the case didn't come of a split, or the old one is itself joined to another.
    """
    split = Split.objects.filter(case=case, undone_at__isnull=True).first()
    if split is None:
        raise WrongMove(_("There is no split to undo."), case=case.number)
    hold_together(split.origin_id, split.case_id)
    origin, organisation = hold_for(Case(pk=split.origin_id), by, at)
    new, _same = hold_for(Case(pk=split.case_id), by, at)
    split = Split.objects.select_for_update().get(pk=split.pk)
    if split.undone_at is not None:
        raise WrongMove(_("There is no split to undo."), case=case.number)
    if origin.state == Case.State.DUPLICATE:
        raise WrongMove(_("That case is joined to another itself."), case=origin.number)
    if new.state == Case.State.DUPLICATE and new.duplicate_of_id != origin.pk:
        raise WrongMove(_("The case is joined to another. Undo that first."), case=new.number, state=new.state)
    back = list(split.messages.filter(case=new).values_list("pk", flat=True))
    Message.objects.filter(pk__in=back).update(case=origin)
    fields = []
    if new.state != Case.State.DUPLICATE:
        along = take_along(new, origin, by=by, at=at, organisation=organisation)
        new.duplicate_of = origin
        fields = set_state(new, Case.State.DUPLICATE, by=by, at=at, organisation=organisation)
        joined = {"to": origin.number} | ({"along": along} if along else {})
        tell(new, Event.Kind.JOINED, by=by, at=at, organisation=organisation, is_public=True, facts=joined)
    for one, facts in ((origin, {"from": new.number}), (new, {"to": origin.number})):
        tell(one, Event.Kind.REJOINED, by=by, at=at, organisation=organisation, facts={**facts, "messages": len(back)})
    split.undone_at = at
    split.save(update_fields=["undone_at"])
    touch(new, at, *fields)
    touch(origin, at)
    audit("undo_split", origin, by=by, at=at, back_from=new.number)
    return origin
