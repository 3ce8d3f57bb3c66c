"""Deliveries whose job died or gave up: tried again, and after a day told by hand, so that nobody waits for a message for ever."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from kuutio.contact.actions import telling
from kuutio.contact.models import Channel, Delivery

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=15)
BY_HAND_AFTER = timedelta(hours=24)
AT_ONCE = 100


def send_what_waits(at: datetime) -> int:
    """Try the deliveries that have waited too long; tells how many there were."""
    late = Delivery.objects.filter(state=Delivery.State.WAITING, changed_at__lt=at - AGAIN_AFTER).select_related(
        "contact"
    )
    rows = list(late.order_by("changed_at")[:AT_ONCE])
    for row in rows:
        try:
            telling.send_again(row.pk)
        except OSError as error:
            log.warning("a message waits since %s: %s", row.changed_at.isoformat(), error)
            if row.changed_at < at - BY_HAND_AFTER:
                _leave_to_officer(row, at)
    return len(rows)


def _leave_to_officer(row: Delivery, at: datetime) -> None:
    with transaction.atomic():
        held = Delivery.objects.select_for_update().get(pk=row.pk)
        if held.state == Delivery.State.WAITING:
            held.state, held.problem, held.changed_at = Delivery.State.BY_HAND, "unsent", at
            held.channel = Channel.PHONE if row.contact.phone else Channel.LETTER
            held.save(update_fields=["state", "problem", "changed_at", "channel"])
