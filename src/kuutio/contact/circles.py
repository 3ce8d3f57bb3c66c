"""Automatic messages that answer each other: how many of a case went to one person lately."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kuutio.contact.models import Contact, Delivery, Message


def goes_round(message: Message, contact: Contact, channel: str, *, most: int) -> bool:
    """Whether so many automatic messages of one case went to one person within the hour that another would only feed a machine.

    Args:
        most: how many of a channel are sent in an hour.
    """
    if not message.is_automatic:
        return False
    sent = Delivery.objects.filter(
        message__case=message.case_id,
        message__is_automatic=True,
        contact=contact,
        channel=channel,
        changed_at__gt=timezone.now() - timedelta(hours=1),
    )
    return sent.exclude(message=message).count() >= most
