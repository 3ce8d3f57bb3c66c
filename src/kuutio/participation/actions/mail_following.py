"""Following by e-mail without an account: asked for, confirmed by the link that goes to the address, ended by a link of each letter.

What a page answers is the same whoever follows already: nobody learns from it whose address is here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.participation.actions.holding import wrong
from kuutio.participation.models import Contribution, MailFollow, Process, Proposal
from kuutio.ui.wording import localized

_CONFIRM, _LEAVE = "participation.mail-confirm", "participation.mail-leave"
CONFIRM_WITHIN = timedelta(days=7)
"""So long an address is kept that nobody confirms, and so long its link opens."""
BETWEEN = timedelta(hours=1)
"""Nobody gets a second letter that asks to confirm within so long, however often an address is written."""
AFTER_CLOSING = timedelta(days=30)
LONGEST = timedelta(days=3 * 365)
"""A proposal's followers are kept so long: what was chosen takes years to be built."""


@transaction.atomic
def ask_to_follow(thing: Process | Proposal, email: str, *, language: str, at: datetime) -> None:
    """Send a letter to an address with the link that begins the following; asked again within an hour, nothing more is sent.

    Raises:
        Invalid: it is no address.
        NotAllowed: not everybody may read it.
    """
    process = thing if isinstance(thing, Process) else thing.contribution.process
    if not process.is_public:
        raise NotAllowed(_("This process isn’t open to you."))
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(_("Some things are missing."), errors=[wrong("/email", _("Write an e-mail address."))]) from error
    about = {"process": thing} if isinstance(thing, Process) else {"contribution": thing.contribution}
    spoken = next((code for code in LANGUAGES if code == language), LANGUAGES[0])
    told: dict[str, Any] = {"language": spoken, "asked_at": at}
    row, is_new = MailFollow.objects.select_for_update(of=("self",)).get_or_create(
        **about, email=address, defaults=told
    )
    if not is_new:
        if row.confirmed_at is not None or at - row.asked_at < BETWEEN:
            return
        row.language, row.asked_at = spoken, at
        row.save(update_fields=["language", "asked_at"])
    from kuutio.participation import tasks  # tasks import the actions

    tasks.ask_to_confirm.defer(follow_id=row.pk)


@transaction.atomic
def confirm(follow: MailFollow, *, at: datetime) -> MailFollow:
    """Begin the following; confirmed again, it goes on."""
    row = MailFollow.objects.select_for_update(of=("self",)).get(pk=follow.pk)
    if row.confirmed_at is None:
        row.confirmed_at = at
        row.save(update_fields=["confirmed_at"])
        record("follow_by_mail", _thing_of(row), by=None, at=at)
    return row


@transaction.atomic
def end(follow: MailFollow, *, at: datetime) -> bool:
    """Stop the letters and remove the address; returns whether there was one."""
    thing = _thing_of(follow)
    gone, _each = MailFollow.objects.filter(pk=follow.pk).delete()
    if gone:
        record("unfollow_by_mail", thing, by=None, at=at)
    return bool(gone)


def _thing_of(row: MailFollow) -> str:
    if row.process is not None:
        return f"process:{row.process.slug}"
    return f"proposal:{row.contribution.uuid}" if row.contribution is not None else ""


def forget(*, at: datetime) -> int:
    """Remove the addresses whose time is over: not confirmed within a week, of a process that closed a month ago, three years old."""
    over = (
        Q(confirmed_at=None, asked_at__lt=at - CONFIRM_WITHIN)
        | Q(process__closed_at__lt=at - AFTER_CLOSING)
        | Q(confirmed_at__lt=at - LONGEST)
    )
    count, _each = MailFollow.objects.filter(over).delete()
    return count


def confirm_token(follow: MailFollow) -> str:
    """What stands in the first letter: it begins this following and does nothing else."""
    return signing.dumps([follow.pk, follow.email], salt=_CONFIRM)


def leave_token(follow: MailFollow) -> str:
    """What stands in each letter: it ends this following and does nothing else."""
    return signing.dumps([follow.pk, follow.email], salt=_LEAVE)


def to_confirm(token: str) -> MailFollow | None:
    """The following of a first letter; None when it is gone or the token is old or isn't ours."""
    return _of(token, _CONFIRM, CONFIRM_WITHIN)


def to_leave(token: str) -> MailFollow | None:
    """The following of a letter; None when it has ended or the token isn't ours."""
    return _of(token, _LEAVE, None)


def _of(token: str, salt: str, within: timedelta | None) -> MailFollow | None:
    try:
        pk, email = signing.loads(token, salt=salt, max_age=within)
    except signing.BadSignature:
        return None
    return MailFollow.objects.select_related("process", "contribution__process").filter(pk=pk, email=email).first()


def title_of(follow: MailFollow) -> str:
    """What is followed, in the reader's language."""
    if follow.process is not None:
        return localized(follow.process.title)[0]
    return follow.contribution.title if follow.contribution is not None else ""


def path_of(follow: MailFollow) -> str:
    """Its page, in the reader's language."""
    if follow.process is not None:
        return reverse("participation:process", args=[follow.process.slug])
    return reverse("participation:proposal", args=[follow.contribution.uuid]) if follow.contribution else ""


def write_to_confirm(follow_id: int) -> bool:
    """Send the letter with the link that begins the following; False when it is gone or was confirmed."""
    rows = MailFollow.objects.select_related("process", "contribution__process")
    follow = rows.filter(pk=follow_id, confirmed_at=None).first()
    if follow is None:
        return False
    with translation.override(follow.language):
        title = " ".join(title_of(follow).split())
        link = f"{settings.SITE_URL}{reverse('participation:confirm-follow', args=[confirm_token(follow)])}"
        subject = _("Confirm that you follow: %(title)s") % {"title": title}
        text = _(
            "Somebody, you we hope, asked for letters to this address on “%(title)s”. Open the link to begin:\n\n%(link)s\n\n"
            "If it wasn’t you, do nothing: the address is removed within a week."
        ) % {"title": title, "link": link}
    EmailMessage(subject[:200], text, to=[follow.email]).send()
    return True


def followers_of(contribution: Contribution | int) -> list[int]:
    """The keys of those who follow a proposal by e-mail and have confirmed it."""
    rows = MailFollow.objects.filter(contribution=contribution, confirmed_at__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def leaving(follow: MailFollow) -> tuple[str, dict[str, str]]:
    """The address that ends a following, and the headers by which a mail program does it with one press.

    Source: RFC 8058.
    """
    leave = f"{settings.SITE_URL}{reverse('participation:leave', args=[leave_token(follow)])}"
    return leave, {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
