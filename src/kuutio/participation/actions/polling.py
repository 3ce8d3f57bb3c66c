"""Asking and answering the polls of a hearing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Invalid
from kuutio.participation import permissions
from kuutio.participation.actions.holding import changed, hold, keep_whole, wrong
from kuutio.participation.kinds import Verb
from kuutio.participation.models import Poll, PollAnswer, PollOption, Section, Stage
from kuutio.participation.problems import HasContributions, NotInStage
from kuutio.participation.texts import LONGEST_TITLE, written
from kuutio.participation.voices import Voice

Texts = Mapping[str, str]
FEWEST, MOST = 2, 30


@transaction.atomic
def ask(
    section: Section,
    *,
    question: Texts,
    options: Sequence[Texts],
    several: bool,
    by: Person | None,
    at: datetime,
    poll: Poll | None = None,
) -> Poll:
    """Ask something beside a section, or change the question while nobody has answered.

    Args:
        options: the answers to choose from, 2 to 30, in their order.

    Raises:
        NotAllowed, Conflict: as for every change of a process.
        Invalid: no question, or too few or too many options.
        HasContributions: somebody has answered: a changed question would put words in their mouths.
    """
    process = hold(section.process, by=by)
    errors = []
    if not written(question):
        errors.append(wrong("/question", _("Write the question in one language at least.")))
    texts = [written(option) for option in options]
    if not FEWEST <= len(texts) <= MOST or not all(texts):
        errors.append(wrong("/options", _("Give 2 to 30 answers to choose from.")))
    if any(len(text) > LONGEST_TITLE for option in texts for text in option.values()):
        errors.append(wrong("/options", _("This is too long: at most %(most)s characters.") % {"most": LONGEST_TITLE}))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    row = poll or Poll(section=section, position=(section.polls.aggregate(last=Max("position"))["last"] or 0) + 1)
    if row.pk and row.answers.exists():
        raise HasContributions(_("Somebody has answered this question already, so that it stays as it is."))
    row.question, row.several = written(question), several
    row.save()
    row.options.all().delete()
    PollOption.objects.bulk_create(
        PollOption(poll=row, text=text, position=position) for position, text in enumerate(texts, start=1)
    )
    keep_whole(process)
    changed(process, "ask_poll", by=by, at=at, poll=row.pk)
    return row


@transaction.atomic
def remove_poll(poll: Poll, *, by: Person | None, at: datetime) -> None:
    """Take a question away that nobody has answered.

    Raises:
        NotAllowed, Conflict: as for every change of a process.
        HasContributions: somebody has answered.
    """
    process, number = hold(poll.section.process, by=by), poll.pk
    if poll.answers.exists():
        raise HasContributions(_("Somebody has answered this question already, so that it stays as it is."))
    poll.delete()
    changed(process, "remove_poll", by=by, at=at, poll=number)


@transaction.atomic
def answer(poll: Poll, chosen: Sequence[PollOption], *, key: uuid.UUID, voice: Voice, at: datetime) -> PollAnswer:
    """Answer a poll: a person's last answer counts, a form that is sent twice counts once.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: nothing chosen, several where one is asked for, or another poll's option.
    """
    if poll.section.stage_id is None:
        raise NotInStage(_("This can’t be done in this stage."))
    stage = Stage.objects.select_related("process").get(pk=poll.section.stage_id)
    permissions.demand(voice, Verb.ANSWER, stage, at)
    # One after the other: what the same person or form sends twice at once is one answer.
    Poll.objects.select_for_update().get(pk=poll.pk)
    options = list({option.pk: option for option in chosen}.values())
    if not options or (len(options) > 1 and not poll.several) or any(one.poll_id != poll.pk for one in options):
        said = _("Choose one answer at least.") if poll.several else _("Choose one answer.")
        raise Invalid(_("Some things are missing."), errors=[wrong("/options", said)])
    known = {"person": voice.person} if voice.person else {"key": key, "person": None}
    row, made = PollAnswer.objects.get_or_create(poll=poll, **known, defaults={"key": key, "at": at})
    if voice.person or made:
        row.options.set(options)
    record("answer_poll", f"poll:{poll.pk}", by=voice.person, at=at, process=stage.process.slug)
    return row
