"""Telling who booked an appointment: what was booked, what was cancelled, each once, by mail or else by text message."""

from __future__ import annotations

from email.utils import formataddr

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kuutio.contact import calendars, mailboxes
from kuutio.contact.actions import texting_out
from kuutio.contact.appointments import url_of
from kuutio.contact.channels.sending import Unreachable
from kuutio.contact.models import Appointment
from kuutio.contact.outgoing import Envelope
from kuutio.core.short_messages import plain
from kuutio.ui.wording import localized


@transaction.atomic
def tell(appointment_id: int) -> bool:
    """Send what its booker hasn't been told yet; False where there is nothing.

    Raises:
        OSError: the mail server or the provider can't be reached, or refuses; it is tried again.
    """
    # Held while it is sent: a second worker waits and then finds it told.
    held = Appointment.objects.select_for_update(of=("self",)).select_related("kind__unit__city").get(pk=appointment_id)
    cancelled = held.cancelled_at is not None
    mark = "told_cancelled_at" if cancelled else "told_at"
    if getattr(held, mark) is not None or not (held.email or texting_out.takes_texts(held.phone)):
        return False
    setattr(held, mark, timezone.now())
    held.save(update_fields=[mark])
    if held.email:
        mail_of(held).send()
        return True
    try:
        texting_out.text_number(held.phone, text_of(held), key=f"{held.uuid}:{mark}", language=held.language)
    except Unreachable:
        # Nobody has told them: a cancelled time waits among those whose bookers an officer calls.
        setattr(held, mark, None)
        held.save(update_fields=[mark])
        return False
    return True


def text_of(appointment: Appointment) -> str:
    """The text message: the time and the place, the link, and no name."""
    with translation.override(appointment.language):
        told = {"appointment": appointment, "unit": appointment.kind.unit, "link": url_of(appointment)}
        return plain(render_to_string("contact/said/appointment-text.txt", told).strip())


def mail_of(appointment: Appointment) -> Envelope:
    """The mail, in the language of the booking, with the time as a calendar file. Nothing personal stands in its subject."""
    unit, link = appointment.kind.unit, url_of(appointment)
    with translation.override(appointment.language):
        told = {"appointment": appointment, "unit": unit, "link": link}
        subject = _("Your appointment is cancelled") if appointment.cancelled_at else _("Your appointment")
        mail = Envelope(
            subject=subject,
            body=render_to_string("contact/said/appointment.txt", told).strip() + "\n",
            from_email=formataddr((localized(unit.city.name)[0], mailboxes.service_address())),
            to=[appointment.email],
            headers={
                "Message-ID": f"<{appointment.uuid}.{int(bool(appointment.cancelled_at))}@{_domain()}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "X-Loop": mailboxes.service_address(),
                "Content-Language": appointment.language,
            },
        )
        mail.attach("appointment.ics", calendars.of_appointment(appointment, link=link).decode(), "text/calendar")
    mail.envelope_sender = ""
    return mail


def _domain() -> str:
    return settings.SITE_URL.rpartition("/")[2].partition(":")[0]
