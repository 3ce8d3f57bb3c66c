"""What happens by itself when time has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kuutio.contact.actions.answering import look_at_the_answers
from kuutio.contact.actions.booking import forget_appointments
from kuutio.contact.actions.chatting import end_what_was_left
from kuutio.contact.actions.events import audit, hold, touch
from kuutio.contact.actions.forgetting import forget_due
from kuutio.contact.actions.handing import return_late_offers
from kuutio.contact.actions.presence import sweep_presence
from kuutio.contact.actions.receipts import send_receipts
from kuutio.contact.actions.residents import forget_unconfirmed
from kuutio.contact.actions.sending_again import send_what_waits
from kuutio.contact.actions.states import set_state
from kuutio.contact.files import forget_files
from kuutio.contact.models import Attachment, Case, Draft, DraftFile
from kuutio.contact.moves import REOPEN_DAYS

DRAFTS_KEPT_DAYS = 7
AT_ONCE = 500


def look_at_the_clock(at: datetime | None = None) -> None:
    """Do all that is due at a moment, now if none is named."""
    at = at or timezone.now()
    return_late_offers(at)
    close_settled(at)
    sweep_drafts(at)
    look_at_the_answers(at)
    sweep_presence(at)
    forget_due(at)
    send_receipts()
    send_what_waits(at)
    end_what_was_left(at)
    forget_appointments(at)
    forget_unconfirmed(at)


def close_settled(at: datetime) -> int:
    """Close what was settled so long ago that the resident can't reopen it by themselves; tells how many."""
    late = Case.objects.filter(
        state__in=[Case.State.RESOLVED, Case.State.REJECTED], settled_at__lt=at - timedelta(days=REOPEN_DAYS)
    ).values_list("pk", flat=True)[:AT_ONCE]
    for pk in list(late):
        with transaction.atomic():
            case = hold(pk)
            if case.state not in {Case.State.RESOLVED, Case.State.REJECTED}:
                continue
            touch(case, at, *set_state(case, Case.State.CLOSED, by=None, at=at))
            audit("close_case", case, by=None, at=at)
    return len(late)


def sweep_drafts(at: datetime) -> int:
    """Remove what was begun and never sent, with its files; tells how many.

    A file that a case has by now is the case's.
    """
    old = Draft.objects.filter(changed_at__lt=at - timedelta(days=DRAFTS_KEPT_DAYS))
    paths = set(DraftFile.objects.filter(draft__in=old).values_list("path", flat=True))
    paths -= set(Attachment.objects.filter(path__in=paths).values_list("path", flat=True))
    count = len(old)
    old.delete()
    forget_files(paths)
    return count
