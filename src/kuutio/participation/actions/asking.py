"""A survey's questions and the rules by which one follows another; once answers are in, they stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core import branching
from kuutio.core.problems import Conflict, Invalid
from kuutio.participation.actions.holding import changed, hold, keep_whole, wrong
from kuutio.participation.models import Answers, Choice, Question, QuestionJump, Stage
from kuutio.participation.problems import HasContributions
from kuutio.participation.texts import written

Texts = Mapping[str, str]
MOST_QUESTIONS, MOST_CHOICES = 100, 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an officer writes it; each choice is a text in its languages."""

    kind: str
    title: Texts
    hint: Texts
    choices: Sequence[Texts] = ()
    is_required: bool = False


def _hold(stage: Stage, *, by: Person | None) -> Stage:
    process = hold(stage.process, by=by)
    row = Stage.objects.get(pk=stage.pk, process=process)
    row.process = process
    if row.kind != "survey":
        raise Conflict(_("Only a survey has questions."))
    if Answers.objects.filter(stage=row).exists():
        raise HasContributions(_("People have answered already. The questions stay as they were asked."))
    return row


def _check(asked: Asked) -> None:
    errors = []
    if asked.kind not in Question.Kind.values:
        errors.append(wrong("/kind", _("Choose one of these.")))
    if not written(asked.title):
        errors.append(wrong("/title", _("Write the question.")))
    chosen = asked.kind in {Question.Kind.SINGLE, Question.Kind.MULTIPLE}
    if chosen and not 2 <= len(asked.choices) <= MOST_CHOICES:
        errors.append(wrong("/choices", _("Give at least two choices, one a line, and at most fifty.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


@transaction.atomic
def add_question(stage: Stage, asked: Asked, *, by: Person | None, at: datetime) -> Question:
    """Add a question at the end.

    Raises:
        NotAllowed, Conflict: as for a change of the process.
        HasContributions: somebody has answered already.
        Invalid: no text, or too few choices.
    """
    stage = _hold(stage, by=by)
    _check(asked)
    count = stage.questions.count()
    if count >= MOST_QUESTIONS:
        raise Invalid(_("A survey has at most a hundred questions."))
    row = Question.objects.create(
        stage=stage,
        position=count + 1,
        kind=asked.kind,
        title=written(asked.title),
        hint=written(asked.hint) or "",
        is_required=asked.is_required,
    )
    _put_choices(row, asked)
    keep_whole(stage.process)
    changed(stage.process, "add_question", by=by, at=at, stage=stage.slug)
    return row


@transaction.atomic
def change_question(question: Question, asked: Asked, *, by: Person | None, at: datetime) -> Question:
    """Change a question. Choices keep their place; those that are gone take their rules with them.

    Raises:
        NotAllowed, Conflict, HasContributions, Invalid: as for `add_question`.
    """
    stage = _hold(question.stage, by=by)
    _check(asked)
    row = stage.questions.get(pk=question.pk)
    row.kind, row.title, row.hint = asked.kind, written(asked.title), written(asked.hint) or ""
    row.is_required = asked.is_required
    row.save()
    _put_choices(row, asked)
    _demand_sound(stage)
    keep_whole(stage.process)
    changed(stage.process, "change_question", by=by, at=at, stage=stage.slug)
    return row


def _put_choices(row: Question, asked: Asked) -> None:
    texts = asked.choices if row.kind in {Question.Kind.SINGLE, Question.Kind.MULTIPLE} else ()
    known = list(row.choices.all())
    for position, text in enumerate(texts, 1):
        if position <= len(known):
            known[position - 1].title = written(text)
            known[position - 1].save(update_fields=["title"])
        else:
            Choice.objects.create(question=row, position=position, title=written(text))
    row.choices.filter(position__gt=len(texts)).delete()


@transaction.atomic
def remove_question(question: Question, *, by: Person | None, at: datetime) -> None:
    """Take a question away, with the rules that speak of it; those after it move up.

    Raises:
        NotAllowed, Conflict, HasContributions: as for `add_question`.
        Invalid: a question would no longer be reached.
    """
    stage = _hold(question.stage, by=by)
    QuestionJump.objects.filter(to=question).delete()
    stage.questions.filter(pk=question.pk).delete()
    for position, row in enumerate(stage.questions.all(), 1):
        stage.questions.filter(pk=row.pk).update(position=position)
    _demand_sound(stage)
    changed(stage.process, "remove_question", by=by, at=at, stage=stage.slug)


@transaction.atomic
def set_jumps(
    question: Question, jumps: Sequence[tuple[Choice | None, Question | None]], *, by: Person | None, at: datetime
) -> None:
    """Say what follows a question: for each choice, or for all others (None), a later question or the end (None).

    Raises:
        NotAllowed, Conflict, HasContributions: as for `add_question`.
        Invalid: a rule leads back, or a question would never be reached.
    """
    stage = _hold(question.stage, by=by)
    QuestionJump.objects.filter(question=question).delete()
    QuestionJump.objects.bulk_create(
        [QuestionJump(question=question, choice=choice, to=to) for choice, to in jumps],
    )
    _demand_sound(stage)
    changed(stage.process, "set_jumps", by=by, at=at, stage=stage.slug)


def _demand_sound(stage: Stage) -> None:
    rows = list(stage.questions.prefetch_related("choices"))
    names = {row.pk: row.position for row in rows}
    choices = {
        row.pk: frozenset(choice.pk for choice in row.choices.all())
        for row in rows
        if row.kind == Question.Kind.SINGLE and row.is_required
    }
    found = branching.faults([row.pk for row in rows], jumps_of(stage), choices)
    if not found:
        return
    words = {
        "unknown": _("Question %(number)s: the rule speaks of a question that isn’t in this survey."),
        "backwards": _(
            "Question %(number)s: a rule leads to a later question only, so that nobody goes round in circles."
        ),
        "twice": _("Question %(number)s: two rules for the same answer."),
        "unreachable": _("Question %(number)s would never be asked. Change the rules before it."),
    }
    errors = [wrong("/jumps", words[fault.why] % {"number": names.get(fault.question, "?")}) for fault in found]
    raise Invalid(_("Some things are missing."), errors=errors)


def jumps_of(stage: Stage) -> list[branching.Jump]:
    """The rules of a survey, those for one answer in the order of the answers."""
    rows = QuestionJump.objects.filter(question__stage=stage).order_by("question__position", "choice__position")
    return [branching.Jump(row.question_id, row.to_id or branching.END, row.choice_id) for row in rows]
