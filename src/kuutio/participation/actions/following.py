"""Following a process, and the letters that say that a stage has opened or that it was decided."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed
from kuutio.participation import permissions
from kuutio.participation.actions import mail_following
from kuutio.participation.models import Follow, MailFollow, Process, Stage
from kuutio.participation.timeline import closing
from kuutio.ui.wording import localized

_SALT = "participation.unfollow"
STALE = timedelta(days=2)
"""A stage that opened longer ago isn't news: nobody gets a late letter after a pause of the worker."""


@transaction.atomic
def follow_process(process: Process, *, by: Person, at: datetime) -> Follow:
    """Have a person told what happens in a process; following twice is following once.

    Raises:
        NotAllowed: the person may not read it.
    """
    if not permissions.may_read(by, process):
        raise NotAllowed(_("This process isn’t open to you."))
    follow, created = Follow.objects.get_or_create(process=process, person=by, defaults={"created_at": at})
    if created:
        record("follow_process", f"process:{process.slug}", by=by, at=at)
    return follow


@transaction.atomic
def unfollow_process(process: Process, *, by: Person, at: datetime) -> bool:
    """Stop telling a person; returns whether they followed."""
    gone, _each = Follow.objects.filter(process=process, person=by).delete()
    if gone:
        record("unfollow_process", f"process:{process.slug}", by=by, at=at)
    return bool(gone)


def token_of(follow: Follow) -> str:
    """What stands in a letter: it lets whoever has it end this one subscription and do nothing else."""
    return signing.dumps([follow.pk, follow.person_id], salt=_SALT)


def followed_by(token: str) -> Follow | None:
    """The subscription of a letter; None when it has ended or the token isn't ours."""
    try:
        pk, person = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Follow.objects.select_related("process", "person").filter(pk=pk, person_id=person).first()


def tell_of_openings(*, at: datetime) -> int:
    """Tell followers of the stages that have opened, once each; gives how many letters were queued."""
    told = 0
    opened = Stage.objects.filter(
        process__state=Process.State.PUBLISHED, told_opening_at=None, opens_at__lte=at, closes_at__gt=at
    )
    for pk in list(opened.values_list("pk", flat=True)):
        with transaction.atomic():
            stage = Stage.objects.select_for_update(skip_locked=True).filter(pk=pk, told_opening_at=None).first()
            if stage is None:
                continue
            stage.told_opening_at = at
            stage.save(update_fields=["told_opening_at"])
            if at - stage.opens_at < STALE:
                told += _queue(stage.process_id, "opening", stage.pk)
    return told


def tell_of_outcome(process_id: int) -> int:
    """Tell followers what was decided; gives how many letters were queued."""
    with transaction.atomic():
        return _queue(process_id, "outcome", None)


def _queue(process_id: int, kind: str, stage_id: int | None) -> int:
    """A letter each, in the same transaction as the note that they were told: both happen, or neither."""
    from kuutio.participation import tasks  # tasks import the actions

    follows = list(Follow.objects.filter(process=process_id, person__is_active=True).values_list("pk", flat=True))
    for pk in follows:
        tasks.write_to_follower.defer(follow_id=pk, kind=kind, stage_id=stage_id)
    by_mail = MailFollow.objects.filter(process=process_id, confirmed_at__isnull=False)
    addresses = list(by_mail.order_by("pk").values_list("pk", flat=True))
    for pk in addresses:
        tasks.write_to_address.defer(follow_id=pk, kind=kind, stage_id=stage_id)
    return len(follows) + len(addresses)


def write_to_follower(follow_id: int, kind: str, stage_id: int | None) -> bool:
    """Send one letter; False when its reader has left meanwhile."""
    follow = Follow.objects.select_related("person", "process__outcome").filter(pk=follow_id).first()
    stage = Stage.objects.filter(pk=stage_id).first() if stage_id else None
    if follow is None or not follow.person.is_active or (kind == "opening" and stage is None):
        return False
    with translation.override(follow.person.language):
        leave = f"{settings.SITE_URL}{reverse('participation:leave', args=[token_of(follow)])}"
        headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        _letter(follow.process, stage, follow.person.email, (leave, headers)).send()
    return True


def write_to_address(follow_id: int, kind: str, stage_id: int | None) -> bool:
    """Send one letter to somebody without an account; False when they have left meanwhile."""
    follow = MailFollow.objects.select_related("process__outcome").filter(pk=follow_id).first()
    stage = Stage.objects.filter(pk=stage_id).first() if stage_id else None
    if follow is None or follow.process is None or (kind == "opening" and stage is None):
        return False
    with translation.override(follow.language):
        _letter(follow.process, stage, follow.email, mail_following.leaving(follow)).send()
    return True


def _letter(process: Process, stage: Stage | None, to: str, leaving: tuple[str, dict[str, str]]) -> EmailMessage:
    """In the language that is set, with a way to stop that takes one press.

    Args:
        stage: the one that has opened; None: the process was decided.
        leaving: the address that ends the following, and the letter's headers.

    Source: RFC 8058.
    """
    leave, headers = leaving
    title = " ".join(localized(process.title)[0].split())
    page = reverse("participation:process", args=[process.slug])
    if stage is not None:
        subject = _("Now you can take part: %(title)s") % {"title": title}
        text = _("“%(stage)s” of “%(title)s” is open until %(until)s.") % {
            "stage": localized(stage.title)[0],
            "title": title,
            "until": closing(stage.closes_at),
        }
    else:
        subject = _("Decided: %(title)s") % {"title": title}
        outcome = process.outcome
        text = f"{localized(outcome.decided)[0]}\n\n{localized(outcome.why)[0]}" if outcome else title
    text += "\n\n" + _(
        "Read more: %(page)s\n\nYou get this letter because you follow the process. Stop following: %(leave)s"
    ) % {"page": f"{settings.SITE_URL}{page}", "leave": leave}
    return EmailMessage(subject, text, to=[to], headers=headers)
