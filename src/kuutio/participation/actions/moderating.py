"""Moderation: reporting, hiding with a reason from the list, publishing what waited, and appeals that another person decides."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, letters, permissions, tasks
from kuutio.participation.actions.holding import wrong
from kuutio.participation.models import (
    Appeal,
    Contribution,
    Ground,
    Held,
    Moderation,
    ModerationRule,
    Photo,
    Report,
    Sealed,
    Version,
)
from kuutio.participation.problems import DecidedByAnother
from kuutio.participation.texts import plain_text
from kuutio.participation.voices import Voice

State = Contribution.State
LONGEST = 2000
MOST_OPEN = 30
"""More reports of one contribution than this tell a moderator nothing new."""


@transaction.atomic
def report(contribution: Contribution, ground: str, text: str, *, key: uuid.UUID, voice: Voice, at: datetime) -> Report:
    """Say that a contribution should not be there. Anybody can; the same form sent twice is one report.

    Raises:
        Invalid: no reason of the list, too long, or the contribution isn't shown.
    """
    if (known := Report.objects.filter(key=key).first()) is not None:
        return known
    errors = _ground_errors(ground)
    if len(text) > LONGEST:
        errors.append(wrong("/text", _("This is too long: at most %(most)s characters.") % {"most": LONGEST}))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    if contribution.state != State.PUBLISHED:
        raise Invalid(_("This contribution isn’t shown any more."))
    if (
        enough := Report.objects.filter(contribution=contribution, settled_at=None)[MOST_OPEN - 1 :].first()
    ) is not None:
        return enough
    made = Report.objects.create(
        key=key, contribution=contribution, ground=ground, text=plain_text(text), by=voice.person, at=at
    )
    record("report_contribution", f"contribution:{contribution.uuid}", by=voice.person, at=at, ground=ground)
    return made


def _ground_errors(ground: str) -> list[dict[str, str]]:
    return [] if ground in Ground.values else [wrong("/ground", _("Choose a reason from the list."))]


@transaction.atomic
def hide(contribution: Contribution, ground: str, facts: str, *, by: Person | None, at: datetime) -> Moderation:
    """Hide a contribution. Its words are sealed; its author is told the reason, the facts and how to appeal.

    Raises:
        NotAllowed: the person is no officer of the process's cities, or wrote it.
        Invalid: no reason of the list, or no facts.
        Conflict: it isn't shown and doesn't wait.

    Source: Regulation (EU) 2022/2065, Articles 17 and 20(1): a statement of reasons; six months to complain.
    """
    row = _held_row(contribution, by=by)
    facts = plain_text(facts)
    errors = _ground_errors(ground)
    if not facts or len(facts) > LONGEST:
        errors.append(wrong("/facts", _("Say what in it breaks the rule: its author is told these words.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    if row.state not in {State.PUBLISHED, State.HELD}:
        raise Conflict(_("It isn’t shown already."))
    made = Moderation.objects.create(contribution=row, act="hide", ground=ground, facts=facts, by=by, at=at)
    Sealed.objects.create(
        moderation=made,
        title=row.title,
        text=row.text,
        place=row.place,
        signature=row.signature,
        geometry=row.geometry,
        until=at + timedelta(days=settings.PARTICIPATION_SEALED_DAYS),
    )
    row.state, row.title, row.text, row.place, row.signature, row.geometry = State.HIDDEN, "", "", "", "", None
    _decided(row, made, by=by, at=at)
    return made


@transaction.atomic
def publish(contribution: Contribution, *, by: Person | None, at: datetime) -> Moderation:
    """Show what waited for a moderator, or leave what was reported: its reports are settled.

    Raises:
        NotAllowed: the person is no officer of the process's cities, or wrote it.
        Conflict: it is hidden or withdrawn.
    """
    row = _held_row(contribution, by=by)
    if row.state not in {State.HELD, State.PUBLISHED}:
        raise Conflict(_("It isn’t shown already."))
    made = Moderation.objects.create(contribution=row, act="publish", by=by, at=at)
    waited, row.state = row.state == State.HELD, State.PUBLISHED
    _decided(row, made, by=by, at=at, is_told=waited)
    return made


@transaction.atomic
def restore(contribution: Contribution, *, by: Person | None, at: datetime) -> Contribution:
    """Show again what was hidden by mistake, while its words are kept; its author is told.

    Raises:
        NotAllowed: the person is no officer of the process's cities, or wrote it.
        Conflict: it isn't hidden, its words are gone, or its author has appealed: then the appeal is decided.
    """
    row = _held_row(contribution, by=by)
    last = Moderation.objects.filter(contribution=row, act="hide").first()
    if row.state != State.HIDDEN or not (row.text or Sealed.objects.filter(moderation=last).exists()):
        raise Conflict(_("It isn’t hidden, or its words aren’t kept any more."))
    if Appeal.objects.filter(moderation=last, outcome="").exists():
        raise Conflict(_("Its author has appealed. Another person than who hid it decides the appeal."))
    made = _restore(row, last, by=by, at=at)
    record("moderate", f"contribution:{row.uuid}", by=by, at=at, act="restore", ground="")
    letters.send_later("moderated", made.pk)
    return row


def _held_row(contribution: Contribution, *, by: Person | None) -> Contribution:
    row = Contribution.objects.select_for_update(of=("self",)).select_related("process").get(pk=contribution.pk)
    if not permissions.may_moderate(by, row):
        raise NotAllowed(_("A contribution is moderated by an officer of the process’s cities who didn’t write it."))
    return row


def _decided(row: Contribution, made: Moderation, *, by: Person | None, at: datetime, is_told: bool = True) -> None:
    row.changed_at = max(at, row.made_at)
    row.save(
        update_fields=["state", "title", "text", "place", "signature", "geometry", "changed_at"],
    )
    Held.objects.filter(contribution=row).delete()
    Report.objects.filter(contribution=row, settled_at=None).update(settled_at=at)
    record("moderate", f"contribution:{row.uuid}", by=by, at=at, act=made.act, ground=made.ground)
    findable.refresh_contribution(row, at=at)
    if made.act == Moderation.Act.HIDE and row.kind == Contribution.Kind.STATEMENT:
        tasks.make_opinion_map.defer(stage_id=row.stage_id)  # its words are in the map's files
    if is_told:
        letters.send_later("moderated", made.pk)


@transaction.atomic
def appeal(moderation: Moderation, text: str, *, by: Person, at: datetime) -> Appeal:
    """Ask that another person looks at it: the author's right while the words are kept.

    Raises:
        NotAllowed: somebody else wrote it.
        Conflict: there is an appeal already, or the time is over.
        Invalid: no text, or too long.
    """
    row = Moderation.objects.select_for_update(of=("self",)).select_related("contribution").get(pk=moderation.pk)
    if row.contribution.author_id is None or row.contribution.author_id != by.pk:
        raise NotAllowed(_("Only its author can appeal."))
    text = plain_text(text)
    if not text or len(text) > LONGEST:
        told = _("Say in at most %(most)s characters why it should be shown.") % {"most": LONGEST}
        raise Invalid(told, errors=[wrong("/text", told)])
    if Appeal.objects.filter(moderation=row).exists():
        raise Conflict(_("You have appealed already. You get a letter when it is decided."))
    if not Sealed.objects.filter(moderation=row, until__gt=at).exists():
        raise Conflict(_("The time for an appeal is over: the words aren’t kept any more."))
    made = Appeal.objects.create(moderation=row, moderator=row.by, text=text, at=at)
    record("appeal", f"contribution:{row.contribution.uuid}", by=by, at=at)
    return made


@transaction.atomic
def decide_appeal(told: Appeal, overturn: bool, answer: str, *, by: Person, at: datetime) -> Appeal:
    """Decide an appeal, as another person than who hid it. Overturned, the words come back as they were.

    Raises:
        NotAllowed: the person is no officer of the process's cities.
        DecidedByAnother: they made the decision themselves, or wrote the words.
        Conflict: it was decided already.
        Invalid: no answer.
    """
    held = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("moderation__contribution__process")
        .get(pk=told.pk)
    )
    contribution = held.moderation.contribution
    if not permissions.may_edit(by, contribution.process):
        raise NotAllowed(_("Only officers of the cities that take part can change a process."))
    if by.pk in {held.moderator_id, contribution.author_id}:
        raise DecidedByAnother(
            _("An appeal is decided by another person than who hid the contribution. Ask a colleague.")
        )
    if held.outcome:
        raise Conflict(_("The appeal was decided already."))
    answer = plain_text(answer)
    if not answer or len(answer) > LONGEST:
        raise Invalid(_("Some things are missing."), errors=[wrong("/answer", _("Say why: the author is told."))])
    held.outcome = Appeal.Outcome.OVERTURNED if overturn else Appeal.Outcome.UPHELD
    held.answer, held.decided_by, held.decided_at = answer, by, at
    held.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    if overturn:
        row = Contribution.objects.select_for_update().get(pk=contribution.pk)
        # Else it was withdrawn by its author meanwhile: there is nothing to show.
        if row.state == State.HIDDEN and Sealed.objects.filter(moderation=held.moderation).exists():
            _restore(row, held.moderation, by=by, at=at)
    record("decide_appeal", f"contribution:{contribution.uuid}", by=by, at=at, outcome=held.outcome)
    letters.send_later("appeal_decided", held.pk)
    return held


def _restore(row: Contribution, hidden: Moderation | None, *, by: Person | None, at: datetime) -> Moderation:
    """Put the sealed words back; what was hidden before words were sealed has them still."""
    sealed = Sealed.objects.filter(moderation=hidden).first()
    if sealed is not None:
        row.title, row.text, row.place = sealed.title, sealed.text, sealed.place
        row.signature, row.geometry = sealed.signature, sealed.geometry
        sealed.delete()
    row.state, row.changed_at = State.PUBLISHED, max(at, row.made_at)
    row.save()
    findable.refresh_contribution(row, at=at)
    return Moderation.objects.create(contribution=row, act="restore", by=by, at=at)


@transaction.atomic
def forget_sealed(*, at: datetime) -> int:
    """Forget the words of what was hidden, when the time to appeal is over; those with an open appeal wait for it."""
    over = Sealed.objects.filter(until__lte=at).exclude(moderation__appeal__outcome="")
    hidden = list(over.values_list("moderation__contribution", flat=True))
    Version.objects.filter(contribution__in=hidden, contribution__state=State.HIDDEN).delete()
    Photo.objects.filter(contribution__in=hidden, contribution__state=State.HIDDEN).delete()
    gone, _each = over.delete()
    return gone


@transaction.atomic
def set_rule(
    city: City, *, first_held: int, links_held_days: int, per_hour: int, by: Person, at: datetime
) -> ModerationRule:
    """How careful a city is with new accounts in the processes that it owns.

    Raises:
        NotAllowed: the person is no officer of the city.
        Invalid: a number out of bounds.
    """
    if city not in permissions.cities_of(by):
        raise NotAllowed(_("A city’s rules are set by its own officers."))
    bounds = {
        "first_held": (first_held, 0, 50),
        "links_held_days": (links_held_days, 0, 365),
        "per_hour": (per_hour, 1, 500),
    }
    errors = [
        wrong(f"/{name}", _("From %(least)s to %(most)s.") % {"least": least, "most": most})
        for name, (value, least, most) in bounds.items()
        if not least <= value <= most
    ]
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    values = {name: value for name, (value, _least, _most) in bounds.items()}
    rule, _created = ModerationRule.objects.update_or_create(city=city, defaults=values)
    record("set_moderation_rule", f"city:{city.pk}", by=by, at=at, **values)
    return rule
