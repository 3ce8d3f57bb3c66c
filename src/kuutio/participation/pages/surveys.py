"""Surveys' pages: answering one question after the other, the results, and the officers' questions and downloads."""

from __future__ import annotations

import tempfile
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from i18nfield.forms import I18nFormField
from i18nfield.strings import LazyI18nString

from kuutio.core.problems import NotAllowed, Problem
from kuutio.participation import permissions
from kuutio.participation import survey_results as results
from kuutio.participation.actions import answering, asking
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Choice, Question, Stage, Turn
from kuutio.participation.pages.processes import head
from kuutio.participation.pages.shared import crumbs, person_of, seen, seen_stage, show, work_crumbs, worked
from kuutio.participation.pages.work import FORM, form_page
from kuutio.participation.texts import written
from kuutio.participation.voices import Voice, voice_of
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized

CHOSEN = {Question.Kind.SINGLE, Question.Kind.MULTIPLE}


def context(request: HttpRequest, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """How many questions there are, and whether this person has answered."""
    turn = Turn.objects.filter(stage=stage, person=voice.person).first() if voice.person else None
    return {
        "questions": stage.questions.count(),
        "answered": turn is not None and turn.sent_at is not None,
        "begun": turn is not None and bool(turn.draft),
        "shows_results": _shows_results(request, stage, at),
    }


def _shows_results(request: HttpRequest, stage: Stage, at: datetime) -> bool:
    person = person_of(request)
    if person is not None and permissions.may_edit(person, stage.process):
        return True
    when = STAGES["survey"].option(stage, "results")
    return when == "always" or (when == "after" and at >= stage.closes_at)


def _survey(request: HttpRequest, slug: str, stage: str) -> Stage:
    row = seen_stage(seen(request, slug), stage)
    if row.kind != "survey":
        raise Http404
    return row


@require_POST
@never_cache
def begin(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Begin to answer, or go on."""
    turn = answering.begin(_survey(request, slug, stage), voice=voice_of(request), at=timezone.now())
    return redirect("participation:survey-turn", number=turn.uuid)


class AnswerForm(forms.Form):
    """The answer to one question."""

    def __init__(self, *args: Any, question: Question, kept: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = localized(question.title)[0]
        words: dict[str, Any] = {
            "label": title,
            "help_text": localized(question.hint)[0],
            "required": question.is_required,
        }
        choices = [(str(choice.pk), localized(choice.title)[0]) for choice in question.choices.all()]
        match question.kind:
            case Question.Kind.SINGLE:
                words["initial"] = str(kept[0]) if kept else None
                field: forms.Field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
            case Question.Kind.MULTIPLE:
                words["initial"] = [str(one) for one in kept or []]
                field = forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
            case Question.Kind.SCALE:
                words["initial"] = str(kept or "")
                ends = {1: _("1: not at all"), 5: _("5: very much")}
                numbers = [(str(number), ends.get(number, str(number))) for number in range(1, 6)]
                field = forms.ChoiceField(choices=numbers, widget=forms.RadioSelect, **words)
            case _:
                words["initial"] = kept or ""
                field = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **words)
        self.fields["value"] = field


@FORM
@never_cache
def turn(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """One question of a turn: what is filled in is kept at each step; the address alone leads back to it."""
    row = get_object_or_404(Turn.objects.select_related("stage__process", "person"), uuid=number)
    voice, at = voice_of(request), timezone.now()
    if row.person_id is not None and row.person_id != request.user.pk:
        raise Http404
    stage = row.stage
    if row.sent_at is not None:
        return redirect("participation:stage", slug=stage.process.slug, stage=stage.slug)
    survey = answering.survey_of(stage)
    path = survey.walk(row.draft)
    asked = request.GET.get("question", "")
    known = next((one for one in path if str(one) == asked), None)
    key = known or (path[0] if path else 0)
    if not key:
        raise Http404
    question = survey.questions[key]
    posted = request.method == "POST"
    form = AnswerForm(request.POST if posted else None, question=question, kept=row.draft.get(str(key)))
    if form.is_valid():
        try:
            row = answering.keep(row, question, form.cleaned_data["value"], voice=voice, at=at)
            path = survey.walk(row.draft)
            place = path.index(key) + 1
            if place < len(path):
                return redirect(f"{request.path}?question={path[place]}")
            answering.send(row, language(), voice=voice, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Thank you. Your answers are in, apart from who you are."))
            return redirect("participation:stage", slug=stage.process.slug, stage=stage.slug)
    place = path.index(key)
    facts = {
        **head(request, stage.process),
        "stage": stage,
        "form": form,
        "number": place + 1,
        "before": path[place - 1] if place else None,
        # What follows a choice is known only when it is made.
        "is_last": key == survey.order()[-1] or (place + 1 == len(path) and question.kind not in CHOSEN),
        "crumbs": crumbs(stage.process, localized(stage.title)[0]),
    }
    return render(request, "participation/surveys/question.html", facts, status=422 if form.is_bound else 200)


@require_safe
def result(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The results, when they may be seen."""
    row = _survey(request, slug, stage)
    if not _shows_results(request, row, timezone.now()):
        raise Http404
    found, total = results.results(row)
    facts = {
        **head(request, row.process),
        "stage": row,
        "results": found,
        "total": total,
        "crumbs": crumbs(row.process, _("Results")),
    }
    return render(request, "participation/surveys/results.html", facts)


def _worked_survey(request: HttpRequest, slug: str, stage: str) -> tuple[Any, Stage]:
    person, process = worked(request, slug)
    row = seen_stage(process, stage)
    if row.kind != "survey":
        raise Http404
    return person, row


@require_safe
@never_cache
@login_required
def questions(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """A survey's questions and rules."""
    _person, row = _worked_survey(request, slug, stage)
    facts = {
        "process": row.process,
        "stage": row,
        "questions": row.questions.prefetch_related("choices", "jumps__choice", "jumps__to"),
        "answers": row.answers.count(),
        "crumbs": work_crumbs(row.process, _("Questions")),
    }
    return render(request, "participation/surveys/work.html", facts)


class QuestionForm(forms.Form):
    """A question with its choices, one a line, the same number in each language."""

    title = I18nFormField(label=gettext_lazy("Question"), widget=LanguagesTextInput)
    hint = I18nFormField(label=gettext_lazy("Hint"), widget=LanguagesTextInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of answer"), choices=Question.Kind.choices, widget=forms.RadioSelect
    )
    choices = I18nFormField(label=gettext_lazy("Choices, one a line"), widget=LanguagesTextarea, required=False)
    is_required = forms.BooleanField(label=gettext_lazy("It must be answered"), required=False)

    def asked(self) -> asking.Asked:
        """What the verb takes."""
        told = self.cleaned_data
        lines = {code: text.split("\n") for code, text in written(told["choices"]).items()}
        longest = max((len(texts) for texts in lines.values()), default=0)
        rows = [{code: texts[at].strip() for code, texts in lines.items() if at < len(texts)} for at in range(longest)]
        choices = [row for row in rows if any(row.values())]
        return asking.Asked(
            told["kind"], written(told["title"]), written(told["hint"]), choices, is_required=told["is_required"]
        )


@FORM
@never_cache
@login_required
def question(request: HttpRequest, slug: str, stage: str, question: int = 0) -> HttpResponse:
    """Add or change a question."""
    person, row = _worked_survey(request, slug, stage)
    known = get_object_or_404(row.questions, pk=question) if question else None
    initial: dict[str, Any] = {"kind": Question.Kind.SINGLE}
    if known is not None:
        texts = [written(choice.title) for choice in known.choices.all()]
        codes = {code for text in texts for code in text}
        initial = {
            "title": known.title,
            "hint": known.hint,
            "kind": known.kind,
            "is_required": known.is_required,
            "choices": {code: "\n".join(text.get(code, "") for text in texts) for code in codes},
        }
        initial["choices"] = LazyI18nString(initial["choices"])
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        at = timezone.now()
        try:
            if known is None:
                asking.add_question(row, form.asked(), by=person, at=at)
            else:
                asking.change_question(known, form.asked(), by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("participation:survey-questions", slug=slug, stage=stage)
    return form_page(request, form, _("Question"), work_crumbs(row.process, _("Question")))


@require_POST
@never_cache
@login_required
def remove_question(request: HttpRequest, slug: str, stage: str, question: int) -> HttpResponse:
    """Take a question away."""
    person, row = _worked_survey(request, slug, stage)
    try:
        asking.remove_question(get_object_or_404(row.questions, pk=question), by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    return redirect("participation:survey-questions", slug=slug, stage=stage)


class RulesForm(forms.Form):
    """What follows a question: for each of its choices, or for every answer."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: dict[str, Choice | None] = {"all": None}
        if question.kind in CHOSEN:
            self.choices = {**{str(choice.pk): choice for choice in question.choices.all()}, "all": None}
        self.later = {str(row.pk): row for row in question.stage.questions.filter(position__gt=question.position)}
        targets = [
            ("", _("The next question")),
            *((key, f"{row.position}. {localized(row.title)[0]}") for key, row in self.later.items()),
            ("end", _("The survey ends")),
        ]
        kept = {str(jump.choice_id or "all"): str(jump.to_id or "end") for jump in question.jumps.all()}
        for key, choice in self.choices.items():
            label = localized(choice.title)[0] if choice else _("After every other answer")
            self.fields[f"to_{key}"] = forms.ChoiceField(
                label=label, choices=targets, required=False, initial=kept.get(key, "")
            )

    def jumps(self) -> list[tuple[Choice | None, Question | None]]:
        """What the verb takes."""
        told = {key: self.cleaned_data[f"to_{key}"] for key in self.choices}
        return [(self.choices[key], self.later.get(to)) for key, to in told.items() if to]


@FORM
@never_cache
@login_required
def rules(request: HttpRequest, slug: str, stage: str, question: int) -> HttpResponse:
    """Say what follows a question."""
    person, row = _worked_survey(request, slug, stage)
    known = get_object_or_404(row.questions, pk=question)
    form = RulesForm(request.POST if request.method == "POST" else None, question=known)
    if form.is_valid():
        try:
            asking.set_jumps(known, form.jumps(), by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Problem as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, _("Saved."))
            return redirect("participation:survey-questions", slug=slug, stage=stage)
    title = _("What comes after this question?")
    return form_page(request, form, title, work_crumbs(row.process, title), lead=localized(known.title)[0])


@require_safe
@never_cache
@login_required
def export(request: HttpRequest, slug: str, stage: str, form: str) -> Any:
    """All answers: CSV as it is read, a workbook as a file that is written row by row."""
    _person, row = _worked_survey(request, slug, stage)
    name = f"{slug}-{stage}-answers.{form}"
    if form == "csv":
        answer = StreamingHttpResponse(results.csv_lines(row), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if form != "xlsx":
        raise Http404
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "answers.xlsx"
    results.write_workbook(row, path)
    # Opened, the file stays readable after its folder is gone.
    file = path.open("rb")
    folder.cleanup()
    return FileResponse(file, as_attachment=True, filename=name)
