"""Letters to the people of a proposal, a moderation or a meeting: each in its reader's language, sent after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.participation.actions import mail_following
from kuutio.participation.models import (
    Appeal,
    CoAuthor,
    Contribution,
    Handover,
    Initiative,
    MailFollow,
    Meeting,
    Moderation,
    Proposal,
    ProposalFollow,
    ProposalMilestone,
    Registration,
    Spending,
    StatusChange,
)
from kuutio.ui.wording import day, localized, moment, money, number

Letter = tuple[str, str, str]
"""Subject, text, path of the page to read on."""


def send_later(kind: str, pk: int) -> None:
    """Queue the letters of a kind about a row; its readers are found when they are written."""
    from kuutio.participation import tasks  # tasks import the letters

    tasks.write_letters.defer(kind=kind, pk=pk)


def readers_of(kind: str, pk: int) -> list[int | None]:
    """Who gets the letters: keys of people, None for an address that stands in the row itself."""
    model, _write, readers = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    return list(dict.fromkeys(readers(row))) if row is not None else []


def write(kind: str, pk: int, person_id: int | None) -> bool:
    """Send one letter; False when its reader or what it is about is gone."""
    model, made, _readers = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    person = Person.objects.filter(pk=person_id, is_active=True).first() if person_id else None
    if row is None or (person_id and person is None):
        return False
    address, language = (person.email, person.language) if person else (row.email, row.contribution.language)
    if not address:
        return False
    with translation.override(language):
        subject, text, path = made(row)
        text += "\n\n" + _("Read more: %(page)s") % {"page": f"{settings.SITE_URL}{path}"}
        if kind in TO_FOLLOWERS:
            text += "\n" + _("You get this letter because you follow the proposal. You can stop on its page.")
    EmailMessage(" ".join(subject.split())[:200], text, to=[address]).send()
    return True


def addresses_of(kind: str, pk: int) -> list[int]:
    """Who without an account gets the letters: the keys of what they follow."""
    row = LETTERS[kind][0].objects.filter(pk=pk).first() if kind in TO_FOLLOWERS else None
    return mail_following.followers_of(row.proposal.contribution_id) if row is not None else []


def write_to_address(kind: str, pk: int, follow_id: int) -> bool:
    """Send one letter to somebody without an account; False when they have left meanwhile, or what it is about is gone."""
    model, made, _readers = LETTERS[kind]
    row = model.objects.filter(pk=pk).first()
    follow = MailFollow.objects.filter(pk=follow_id, confirmed_at__isnull=False).first()
    if row is None or follow is None:
        return False
    with translation.override(follow.language):
        subject, text, path = made(row)
        leave, headers = mail_following.leaving(follow)
        text += "\n\n" + _(
            "Read more: %(page)s\n\nYou get this letter because you follow the proposal. Stop following: %(leave)s"
        ) % {"page": f"{settings.SITE_URL}{path}", "leave": leave}
    EmailMessage(" ".join(subject.split())[:200], text, to=[follow.email], headers=headers).send()
    return True


def _people(people: Iterable[int | None]) -> list[int | None]:
    return [person for person in people if person is not None]


def _followers(proposal: Proposal) -> list[int | None]:
    return list(ProposalFollow.objects.filter(contribution=proposal.contribution_id).values_list("person", flat=True))


def _authors(row: Contribution) -> list[int | None]:
    return _people([row.author_id, *row.co_authors.values_list("person", flat=True)])


def _page(row: Contribution) -> str:
    return reverse("participation:proposal", args=[row.uuid])


def _status(row: StatusChange) -> Letter:
    said = row.proposal.contribution
    subject = _("%(status)s: %(title)s") % {"status": row.get_status_display(), "title": said.title}
    return subject, localized(row.words)[0] or subject, _page(said)


def _milestone(row: ProposalMilestone) -> Letter:
    said = row.proposal.contribution
    when = (
        _("Happened on %(day)s.") % {"day": day(row.reached_on)}
        if row.reached_on
        else _("Planned for %(day)s.") % {"day": day(row.planned_on)}
    )
    subject = _("News of the proposal: %(title)s") % {"title": said.title}
    return subject, f"{localized(row.title)[0]}. {when}", _page(said)


def _spending(row: Spending) -> Letter:
    said = row.proposal.contribution
    subject = _("News of the proposal: %(title)s") % {"title": said.title}
    return subject, f"{localized(row.what)[0]}: {money(row.amount_cents)}", _page(said)


def _merged(row: Proposal) -> Letter:
    stays = row.merged_into.contribution if row.merged_into else row.contribution
    subject = _("Joined to another proposal: %(title)s") % {"title": row.contribution.title}
    text = _(
        "The proposal “%(title)s” means the same as “%(other)s”, so that they were joined. Everybody who supported either "
        "supports the one that stays, once. The words of both can still be read."
    ) % {"title": row.contribution.title, "other": stays.title}
    return subject, text, _page(stays)


def _handed_over(row: Handover) -> Letter:
    said = row.proposal.contribution
    facts = {"title": said.title, "city": localized(row.after.name)[0]}
    subject = _("%(city)s takes over: %(title)s") % facts
    text = _("The matter of “%(title)s” belongs to %(city)s, which has your proposal now.") % facts
    return subject, f"{text}\n\n{row.reason}".strip(), _page(said)


def _co_author(row: CoAuthor) -> Letter:
    facts = {"title": row.contribution.title}
    subject = _("Write a proposal together: %(title)s") % facts
    text = _(
        "You were asked to be an author of the proposal “%(title)s”. Sign in with this e-mail address and accept on its "
        "page. If you do nothing, nothing happens."
    )
    return subject, text % facts, _page(row.contribution)


def _handed_in(row: Initiative) -> Letter:
    said = row.proposal.contribution
    name = row.municipality.name_here
    subject = _("Handed in: %(title)s") % {"title": said.title}
    text = _("The initiative was handed in to %(name)s with %(count)s counted supporters.") % {
        "name": name,
        "count": number(row.counted),
    }
    if row.due_on:
        text += " " + _("The municipality must take it up by %(day)s.") % {"day": day(row.due_on)}
    return subject, text, _page(said)


def _moderated(row: Moderation) -> Letter:
    if row.act == Moderation.Act.HIDE:
        subject = _("What you wrote was hidden")
        text = _(
            "A moderator has hidden what you wrote. The reason: %(ground)s. %(facts)s\n\nA person decided this, no program. If "
            "you think that it is wrong, appeal on the page below: another person looks at it."
        ) % {"ground": row.get_ground_display(), "facts": row.facts}
    else:
        subject = _("What you wrote is shown now")
        text = _("A moderator has looked at what you wrote. Everybody can read it now.")
    return subject, text, reverse("participation:moderation-of", args=[row.uuid])


def _appeal_decided(row: Appeal) -> Letter:
    subject = _("Your appeal was decided")
    return (
        subject,
        f"{row.get_outcome_display()}.\n\n{row.answer}",
        reverse("participation:moderation-of", args=[row.moderation.uuid]),
    )


def _seat(row: Registration) -> Letter:
    meeting = row.meeting
    facts = {"title": localized(meeting.title)[0], "time": moment(meeting.starts_at)}
    subject = _("You have a seat: %(title)s") % facts
    text = (
        _("A seat became free for you at “%(title)s”, %(time)s. If you can’t come, give it back on its page.") % facts
    )
    return subject, text, reverse("participation:meeting", args=[meeting.uuid])


def _meeting(row: Meeting) -> Letter:
    facts = {"title": localized(row.title)[0], "time": moment(row.starts_at)}
    facts["place"] = ", ".join(part for part in (localized(row.place)[0], row.link) if part)
    if row.is_cancelled:
        subject = _("Cancelled: %(title)s") % facts
        text = _("“%(title)s”, for which you registered, is cancelled. It was to be on %(time)s.") % facts
    else:
        subject = _("Changed: %(title)s") % facts
        text = (
            _("The time or place of “%(title)s”, for which you registered, has changed: %(time)s, %(place)s.") % facts
        )
        text += " " + _("If you can’t come, give your seat back on its page.")
    return subject, text, reverse("participation:meeting", args=[row.uuid])


LETTERS: dict[str, tuple[Any, Callable[[Any], Letter], Callable[[Any], list[int | None]]]] = {
    "status": (StatusChange, _status, lambda row: _followers(row.proposal)),
    "milestone": (ProposalMilestone, _milestone, lambda row: _followers(row.proposal)),
    "spending": (Spending, _spending, lambda row: _followers(row.proposal)),
    "merged": (Proposal, _merged, lambda row: _authors(row.contribution) + _followers(row)),
    "handed_over": (Handover, _handed_over, lambda row: _authors(row.proposal.contribution)),
    "handed_in": (Initiative, _handed_in, lambda row: _followers(row.proposal)),
    "co_author": (CoAuthor, _co_author, lambda row: [None]),
    "moderated": (Moderation, _moderated, lambda row: _authors(row.contribution)),
    "appeal_decided": (Appeal, _appeal_decided, lambda row: _authors(row.moderation.contribution)),
    "meeting": (Meeting, _meeting, lambda row: list(row.registrations.values_list("person", flat=True))),
    "seat": (Registration, _seat, lambda row: [row.person_id]),
}
TO_FOLLOWERS = frozenset({"merged", "status", "milestone", "spending", "handed_in"})
