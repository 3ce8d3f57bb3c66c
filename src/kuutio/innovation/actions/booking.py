"""The verbs of a testbed's calendar: to ask for a time, to confirm or refuse it, to give it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import BOOKING
from kuutio.core.problems import IllegalMove, NotAllowed
from kuutio.innovation import checking, letters, permissions
from kuutio.innovation.actions.moving import advance
from kuutio.innovation.availability import HOLDS, following, free_slots
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import Booking, Testbed
from kuutio.innovation.problems import TimeTaken
from kuutio.innovation.texts import plain_text

MOST_AHEAD = 5
"""How many times one person may hold ahead in one testbed: nobody takes all of them."""
MOST_SLOTS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """A time and what for.

    Attributes:
        key: of the form: sent again, it is the same booking.
        starts_at: the beginning of a slot that is free.
        slots: so many of them after each other.
    """

    key: uuid.UUID
    starts_at: datetime
    organisation: str
    purpose: str
    slots: int = 1


def book(testbed: Testbed, wish: Wish, *, by: Person, at: datetime) -> Booking:
    """Ask for a time. It is held from now on: nobody else gets it unless it is refused or given back.

    Raises:
        TimeTaken: it isn't free any more, or never was a slot.
        Invalid: nothing is said of who and what for, or too many times are held already.
    """
    errors = []
    organisation, purpose = plain_text(wish.organisation), plain_text(wish.purpose)
    if not organisation or len(organisation) > 300:
        errors.append(wrong("/organisation", _("Tell which firm or group it is for.")))
    if not purpose or len(purpose) > 1000:
        errors.append(wrong("/purpose", _("Tell in at most 1,000 characters what is to be tried.")))
    if not 1 <= wish.slots <= MOST_SLOTS:
        errors.append(wrong("/slots", _("From one slot to %(most)s.") % {"most": MOST_SLOTS}))
    checking.refuse(errors)
    with transaction.atomic():
        # One at a time: the constraint alone would make the slower of two fail, or both wait for each other.
        held = Testbed.objects.select_for_update(of=("self",)).get(pk=testbed.pk)
        if before := Booking.objects.filter(key=wish.key).first():
            if before.person_id != by.pk:
                raise NotAllowed(_("This form belongs to somebody else. Open the page again."))
            return before
        ahead = Booking.objects.filter(testbed=held, person=by, state__in=HOLDS, starts_at__gt=at).count()
        if ahead >= MOST_AHEAD:
            checking.refuse([wrong("/starts_at", _("You hold five times here already. Give one back first."))])
        found = following(free_slots(held, at=at), wish.starts_at, wish.slots)
        if not found:
            raise TimeTaken(_("This time can’t be booked any more. Choose another one."))
        try:
            with transaction.atomic():
                row = Booking.objects.create(
                    key=wish.key,
                    testbed=held,
                    organisation_name=organisation,
                    purpose=purpose,
                    person=by,
                    starts_at=found[0].starts_at,
                    ends_at=found[-1].ends_at,
                    asked_at=at,
                )
        except IntegrityError as error:
            raise TimeTaken(_("This time can’t be booked any more. Choose another one.")) from error
        record("ask_for_testbed", f"booking:{row.uuid}", by=by, at=at, testbed=held.slug)
        return row


def _held(booking: Booking) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("testbed__owner").get(pk=booking.pk)


@transaction.atomic
def answer_booking(booking: Booking, *, confirmed: bool, answer: str = "", by: Person | None, at: datetime) -> Booking:
    """Confirm a time or refuse it; a refusal says why. Who asked gets a letter.

    Raises:
        NotAllowed: the person doesn't keep the testbed.
        IllegalMove: it was answered or given back before, or a refusal has no words.
    """
    row = _held(booking)
    if not permissions.may_keep(by, row.testbed):
        raise NotAllowed(_("Bookings are answered by those who keep the testbed."))
    row.answer, row.answered_at = plain_text(answer)[:1000], at
    row.sequence += 1
    holds = {Need.REASON} if row.answer else set()
    act = "confirm" if confirmed else "decline"
    fields = ("answer", "answered_at", "sequence")
    advance(row, BOOKING, act, role=Role.CITY, holds=holds, by=by, at=at, fields=fields, testbed=row.testbed.slug)
    letters.send_later("booking", row.pk)
    return row


@transaction.atomic
def cancel_booking(booking: Booking, *, by: Person | None, at: datetime) -> Booking:
    """Give a time back, as who booked it or as the testbed's keeper; given back again, it stays as it is.

    Raises:
        NotAllowed: the person neither booked it nor keeps the testbed.
        IllegalMove: it was refused before, or its time has begun.
    """
    row = _held(booking)
    is_own = permissions.is_own(by, row)
    if not is_own and not permissions.may_keep(by, row.testbed):
        raise NotAllowed(_("A time is given back by who booked it."))
    if row.state == Booking.State.CANCELLED:
        return row
    if row.starts_at <= at:
        raise IllegalMove(_("The time has begun already: it can’t be given back any more."))
    row.answered_at, row.sequence = at, row.sequence + 1
    role = Role.LEAD if is_own else Role.CITY
    advance(row, BOOKING, "cancel", role=role, by=by, at=at, fields=("answered_at", "sequence"))
    if not is_own:
        letters.send_later("booking", row.pk)
    return row
