"""Reminders to reviewers whose reviews wait: before the day for which they are asked, and after it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict
from kuutio.core.when import here
from kuutio.selection.actions.holding import office_of, round_thing
from kuutio.selection.models import Review, Reviewer, Round
from kuutio.selection.queries import candidates_seen_by, reviews_of
from kuutio.selection.reading import OPEN_REVIEWS
from kuutio.ui.wording import localized, moment

DAYS_BEFORE = (7, 1)
EACH_DAYS_AFTER = 3
"""A week and a day before the reviews are asked for, the day after, and each third day from then on."""


def mark_of(due: datetime, at: datetime) -> date | None:
    """The newest day, of those that have come, on which a reminder falls; None before the first one."""
    today, last = here(at).date(), here(due).date()
    late = (today - last).days
    if late > 0:
        return last + timedelta(days=1 + (late - 1) // EACH_DAYS_AFTER * EACH_DAYS_AFTER)
    return max((day for n in DAYS_BEFORE if (day := last - timedelta(days=n)) <= today), default=None)


@transaction.atomic
def remind_reviewer(reviewer: Reviewer, *, by: Person | None, at: datetime) -> Reviewer:
    """Remind a reviewer of the reviews that they haven't sent, in their own language; once a day at most.

    Raises:
        NotAllowed: `by` is not of the round's office.
        Conflict: nothing waits for them that `by` may know of, or they were reminded today.
    """
    from kuutio.selection import tasks  # tasks import the actions

    round_ = office_of(reviewer.round, by)
    held = Reviewer.objects.select_for_update(of=("self",)).select_related("person").get(pk=reviewer.pk)
    held.round = round_
    seen = set(candidates_seen_by(by, round_).values_list("pk", flat=True))
    if held.left_at is not None or not any(one.candidate_id in seen for one in waiting_of(held)):
        raise Conflict(_("No review waits for them."))
    if held.reminded_at is not None and here(held.reminded_at).date() >= here(at).date():
        raise Conflict(_("They were reminded today already. Once a day is enough."))
    held.reminded_at = at
    held.save(update_fields=["reminded_at"])
    record("remind_reviewer", round_thing(round_), by=by, at=at, reviewer=held.alias)
    tasks.send_reminder.defer(reviewer_id=held.pk)
    return held


def remind_all(*, at: datetime) -> int:
    """Remind those whose day for it has come, in all the rounds that go on; gives how many."""
    rows = Reviewer.objects.filter(
        left_at__isnull=True,
        person__is_active=True,
        round__state=Round.State.REVIEWING,
        round__review_by__isnull=False,
        reviews__state__in=OPEN_REVIEWS,
    )
    count = 0
    for one in rows.select_related("round").distinct():
        if _is_due(one, at):
            with suppress(Conflict):  # the office was faster, or the last review came in
                remind_reviewer(one, by=None, at=at)
                count += 1
    return count


def _is_due(reviewer: Reviewer, at: datetime) -> bool:
    mark = mark_of(reviewer.round.review_by, at) if reviewer.round.review_by else None
    if mark is None or (reviewer.reminded_at is not None and here(reviewer.reminded_at).date() >= mark):
        return False
    # Who got it or wrote at it today needs no word.
    return any(here(one.state_since).date() < here(at).date() for one in waiting_of(reviewer))


def waiting_of(reviewer: Reviewer) -> list[Review]:
    """The reviews that wait for a reviewer, of candidates that exist for them."""
    if reviewer.round.state != Round.State.REVIEWING:
        return []
    return [one for one in reviews_of(reviewer) if one.state in OPEN_REVIEWS]


def send_reminder(reviewer: Reviewer, *, at: datetime) -> bool:
    """Send the letter; False where nothing waits any more, or nobody is there to read it. It names no candidate."""
    person, round_ = reviewer.person, reviewer.round
    count = len(waiting_of(reviewer))
    if person is None or not person.is_active or reviewer.left_at is not None or not count:
        return False
    with translation.override(person.language):
        title = localized(round_.title)[0]
        lines = [
            ngettext("%(count)s review waits for you: %(round)s.", "%(count)s reviews wait for you: %(round)s.", count)
            % {"count": count, "round": title}
        ]
        if round_.review_by is not None:
            words = (
                _("They were asked for by %(time)s.") if round_.review_by < at else _("They are asked for by %(time)s.")
            )
            lines.append(words % {"time": moment(round_.review_by)})
        lines.append(_("Can’t you review? Decline on the review’s page, and the office asks somebody else."))
        lines.append(_("Read more: %(page)s") % {"page": f"{settings.SITE_URL}{reverse('selection:mine')}"})
        subject = _("Reviews wait for you: %(round)s") % {"round": title}
    EmailMessage(" ".join(subject.split())[:200], "\n\n".join(lines), to=[person.email]).send()
    return True
