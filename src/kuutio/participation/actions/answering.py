"""Answering a survey: one question after the other, kept between them, sent once; who answered and what lie apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.core import branching
from kuutio.core.problems import Invalid
from kuutio.core.when import here
from kuutio.participation import permissions
from kuutio.participation.actions.asking import jumps_of
from kuutio.participation.actions.holding import wrong
from kuutio.participation.kinds import Verb
from kuutio.participation.models import Answers, Question, Stage, Turn
from kuutio.participation.problems import AlreadyAnswered
from kuutio.participation.texts import plain_text
from kuutio.participation.voices import Voice

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Survey:
    """The questions of a stage with their choices and rules, read once."""

    questions: dict[int, Question]
    jumps: list[branching.Jump]

    def order(self) -> list[int]:
        """The questions' keys in their order."""
        return list(self.questions)

    def walk(self, draft: dict[str, Any]) -> list[int]:
        """The questions that these answers lead through."""
        chosen = {
            key: frozenset(draft.get(str(key)) or [])
            for key, row in self.questions.items()
            if row.kind in {Question.Kind.SINGLE, Question.Kind.MULTIPLE}
        }
        return branching.walk(self.order(), self.jumps, chosen)


def survey_of(stage: Stage) -> Survey:
    """A stage's survey."""
    rows = stage.questions.prefetch_related("choices")
    return Survey({row.pk: row for row in rows}, jumps_of(stage))


@transaction.atomic
def begin(stage: Stage, *, voice: Voice, at: datetime) -> Turn:
    """Begin to answer, or go on where one stopped.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        AlreadyAnswered: they have answered.
    """
    stage = Stage.objects.select_related("process").get(pk=stage.pk)
    permissions.demand(voice, Verb.ANSWER, stage, at)
    if voice.person is None:
        return Turn.objects.create(stage=stage, begun_at=at)
    row, _created = Turn.objects.get_or_create(stage=stage, person=voice.person, defaults={"begun_at": at})
    if row.sent_at is not None:
        raise AlreadyAnswered(_("You have answered this survey. Thank you: each person answers once."))
    return row


@transaction.atomic
def keep(turn: Turn, question: Question, value: Any, *, voice: Voice, at: datetime) -> Turn:
    """Keep the answer to one question.

    Args:
        value: keys of choices, a number from 1 to 5, or a text; None takes the answer back.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        AlreadyAnswered: it was sent.
        Invalid: an answer that the question doesn't take, or none to one that must be answered.
    """
    row = _own(turn, voice=voice, at=at)
    read = read_answer(question, value)
    if read is None and question.is_required:
        raise Invalid(
            _("This question needs an answer."), errors=[wrong("/value", _("This question needs an answer."))]
        )
    draft = {key: kept for key, kept in row.draft.items() if key != str(question.pk)}
    row.draft = draft if read is None else draft | {str(question.pk): read}
    row.save(update_fields=["draft"])
    return row


def _own(turn: Turn, *, voice: Voice, at: datetime) -> Turn:
    row = Turn.objects.select_for_update(of=("self",)).select_related("stage__process").get(pk=turn.pk)
    permissions.demand(voice, Verb.ANSWER, row.stage, at)
    if row.sent_at is not None:
        raise AlreadyAnswered(_("You have answered this survey. Thank you: each person answers once."))
    return row


def read_answer(question: Question, value: Any) -> list[int] | int | str | None:
    """An answer as it is kept; None for none.

    Raises:
        Invalid: the question takes no such answer.
    """
    refused = Invalid(_("Choose one of the answers."), errors=[wrong("/value", _("Choose one of the answers."))])
    match question.kind:
        case Question.Kind.TEXT:
            text = plain_text(str(value or ""))
            if len(text) > LONGEST:
                over = _("The text is %(over)s characters too long. Shorten it.") % {"over": len(text) - LONGEST}
                raise Invalid(over, errors=[wrong("/value", over)])
            return text or None
        case Question.Kind.SCALE:
            if value in (None, ""):
                return None
            if str(value) not in {"1", "2", "3", "4", "5"}:
                raise refused
            return int(value)
    given = value if isinstance(value, list) else [value] if value not in (None, "") else []
    known = {str(choice.pk): choice.pk for choice in question.choices.all()}
    if any(str(one) not in known for one in given):
        raise refused
    keys = sorted({known[str(one)] for one in given})
    if question.kind == Question.Kind.SINGLE and len(keys) > 1:
        raise refused
    return keys or None


@transaction.atomic
def send(turn: Turn, language: str, *, voice: Voice, at: datetime) -> None:
    """Send a whole answer. What was filled in on ways not taken is left out; the turn keeps only that it was sent.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible, AlreadyAnswered: as for `keep`.
        Invalid: a question on the way needs an answer still; or nothing was answered.
    """
    row = _own(turn, voice=voice, at=at)
    survey = survey_of(row.stage)
    path = survey.walk(row.draft)
    for key in path:
        if survey.questions[key].is_required and str(key) not in row.draft:
            raise Invalid(
                _("This question needs an answer."), errors=[wrong(f"/{key}", _("This question needs an answer."))]
            )
    values = {str(key): row.draft[str(key)] for key in path if str(key) in row.draft}
    if not values:
        raise Invalid(_("Answer at least one question."))
    Answers.objects.create(stage=row.stage, language=language, sent_on=here(at).date(), values=values)
    row.sent_at, row.draft = at, {}
    row.save(update_fields=["sent_at", "draft"])
