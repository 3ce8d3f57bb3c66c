"""Mail to residents: plain words in their language, threaded, and marked so that machines don't answer it.

Nothing personal stands in a subject, since subjects are seen on locked screens and in logs.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.contact.links import url_of
from kuutio.contact.models import Case, Contact, Delivery, Message


def words(kind: str, case: Case, contact: Contact, **facts: Any) -> str:
    """An automatic message in words, in the active language.

    Args:
        kind: the name of a template in `contact/said/`.
    """
    facts |= {"case": case, "contact": contact, "link": url_of(case, contact.language)}
    return render_to_string(f"contact/said/{kind}.txt", facts).strip()


def send(delivery: Delivery, message: Message, contact: Contact) -> None:
    """Send one message to one person.

    Raises:
        OSError: the mail server can't be reached, or refuses; the delivery is tried again.
    """
    case = message.case
    with translation.override(contact.language):
        subject = _("Your case %(number)s") % {"number": case.number}
        body = render_to_string(
            "contact/said/mail.txt", {"message": message, "case": case, "link": url_of(case, contact.language)}
        )
    mail = EmailMessage(
        subject=subject,
        body=body,
        to=[contact.email],
        headers={
            "Message-ID": message_id_of(delivery),
            "Auto-Submitted": "auto-replied" if message.is_automatic else "no",
            "X-Auto-Response-Suppress": "All",
        },
    )
    before = (
        Delivery.objects.filter(message__case=case, contact=contact, state=Delivery.State.SENT)
        .exclude(pk=delivery.pk)
        .order_by("pk")
        .last()
    )
    if before is not None:
        mail.extra_headers |= {"In-Reply-To": message_id_of(before), "References": message_id_of(before)}
    mail.send()


def message_id_of(delivery: Delivery) -> str:
    """The Message-ID of a delivery: answers name it, so that they find their case."""
    domain = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    return f"<{delivery.uuid}@{domain}>"
