"""Splitting a case: what a resident wrote about another matter gets a case of its own, and comes back if that was a mistake."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person
from kuutio.contact import routing
from kuutio.contact.actions.events import audit, tell, touch
from kuutio.contact.actions.holding import hold_for
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

    The new case is as old as its first message: its promises run from there. Its resident gets its number and link.

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
    save_numbered(new)
    people = case.participants.filter(contact__in=[row.contact_id for row in chosen if row.contact_id])
    Participant.objects.bulk_create(
        Participant(case=new, contact_id=row.contact_id, kind=row.kind, joined_at=at) for row in people
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
    if any(row.kind == Participant.Kind.REPORTER for row in people):
        owe_receipt(new, at)
    return new


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
    # In the order of their keys, as in joining: nobody waits for the other for ever.
    held = {pk: hold_for(Case(pk=pk), by, at) for pk in sorted((split.origin_id, split.case_id))}
    (origin, organisation), (new, _same) = held[split.origin_id], held[split.case_id]
    split = Split.objects.select_for_update().get(pk=split.pk)
    if split.undone_at is not None:
        raise WrongMove(_("There is no split to undo."), case=case.number)
    if origin.state == Case.State.DUPLICATE:
        raise WrongMove(_("That case is joined to another itself."), case=origin.number)
    back = list(split.messages.filter(case=new).values_list("pk", flat=True))
    Message.objects.filter(pk__in=back).update(case=origin)
    new.duplicate_of = origin
    fields = set_state(new, Case.State.DUPLICATE, by=by, at=at, organisation=organisation)
    for one, facts in ((origin, {"from": new.number}), (new, {"to": origin.number})):
        tell(one, Event.Kind.REJOINED, by=by, at=at, organisation=organisation, facts={**facts, "messages": len(back)})
    split.undone_at = at
    split.save(update_fields=["undone_at"])
    touch(new, at, *fields)
    touch(origin, at)
    audit("undo_split", origin, by=by, at=at, back_from=new.number)
    return origin
