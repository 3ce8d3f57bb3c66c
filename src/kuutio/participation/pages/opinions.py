"""The pages of a stage of statements: one card at a time, one's own answers, the map."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.core.problems import Invalid
from kuutio.participation import permissions
from kuutio.participation.actions import opinions
from kuutio.participation.actions.contributing import Said
from kuutio.participation.actions.opinion_maps import FILES
from kuutio.participation.conversations import answers_of, next_of, statements_of
from kuutio.participation.kinds import STAGES, Verb
from kuutio.participation.models import Contribution, OpinionMap, OpinionVoter, Stage
from kuutio.participation.opinion_view import shown
from kuutio.participation.pages.acts import hold_back
from kuutio.participation.pages.forms import SaidField, WordsForm
from kuutio.participation.pages.processes import head, page_of_stage
from kuutio.participation.pages.shared import crumbs, person_of, seen, seen_stage, show
from kuutio.participation.voices import Voice, voice_of
from kuutio.ui.wording import language, localized, number

VALUES = {"agree": 1, "disagree": -1, "pass": 0}
NAMES = {value: name for name, value in VALUES.items()}
_KEYS = "opinion_keys"


class StatementForm(WordsForm):
    """A statement that others can agree or disagree with."""

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["signature"]
        self.fields["text"] = SaidField(
            longest=longest,
            label=_("Your statement"),
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_(
                "One idea that others can agree or disagree with, at most %(most)s characters. It is shown without your name."
            )
            % {"most": longest},
        )
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]  # a ChoiceField
        self.order_fields(["text", "language", "key", "website"])


def context(request: HttpRequest, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """The next card and how far one is; what was found so far; the form of a new statement."""
    kind = STAGES[stage.kind]
    rows = list(statements_of(stage).only("pk", "uuid", "text", "language", "author"))
    # Of the map only what a card needs: everybody's places would be read again for each answer.
    found = OpinionMap.objects.filter(stage=stage).values("people", "votes", "made_at", "told__priorities").first()
    there = {row.pk for row in rows}
    given = {pk for pk in answers_of(stage, voice.person) if pk in there} if voice.person else set()
    mine = Contribution.objects.filter(stage=stage, kind="statement", author=voice.person) if voice.person else None
    weights = found["told__priorities"] if found else {}
    card = next_of(stage, rows, frozenset(given), str(voice.person.pk) if voice.person else "", weights)
    voter = OpinionVoter.objects.filter(stage=stage, person=voice.person).first() if voice.person else None
    return {
        "card": card,
        "progress": {"done": len(given), "all": len(rows), "left": len(rows) - len(given)},
        "progress_words": progress(len(given), len(rows)),
        "may_answer": voice.person is not None and permissions.may(voice, Verb.SUPPORT, stage, at),
        "may_write": bool(kind.option(stage, "writing")) and permissions.may(voice, Verb.PROPOSE, stage, at),
        "is_moderated": bool(kind.option(stage, "moderated")),
        "form": form_of(stage),
        "waiting": mine.filter(state=Contribution.State.HELD).count() if mine is not None else 0,
        "keys": keys_on(request),
        "map": found,
        "cities_asked": [
            {
                "value": city.pk,
                "label": localized(city.name)[0],
                "checked": voter is not None and voter.city_id == city.pk,
            }
            for city in (part.city for part in stage.process.parts.all())
        ]
        if kind.option(stage, "by_city")
        else [],
        "own_city": voter.city_id if voter else None,
    }


def progress(done: int, total: int) -> str:
    """How far one is, in words."""
    if not total:
        return _now("There are no statements yet.")
    if done == total:
        return ngettext(
            "You have answered the only statement.", "You have answered all %(count)s statements.", total
        ) % {"count": number(total)}
    return ngettext(
        "You have answered %(done)s of %(count)s statement.",
        "You have answered %(done)s of %(count)s statements.",
        total,
    ) % {"done": number(done), "count": number(total)}


def form_of(stage: Stage, data: Any = None) -> StatementForm:
    """The form of a statement, empty or as it was sent."""
    longest = int(str(STAGES[stage.kind].option(stage, "longest", default=opinions.LONGEST)))
    return StatementForm(data, longest=longest, initial={"key": uuid.uuid4(), "language": language()})


def keys_on(request: HttpRequest) -> bool:
    """Whether single keys answer, for this visitor; they can be switched off (WCAG 2.2, 2.1.4)."""
    return bool(request.session.get(_KEYS, True))


def opinion_stage(request: HttpRequest, slug: str, stage: str) -> Stage:
    """A stage of statements that this reader sees.

    Raises:
        Http404: there is none, or it is of another kind.
    """
    found = seen_stage(seen(request, slug), stage)
    if found.kind != "opinions":
        raise Http404
    return found


@never_cache
def answers(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """GET: one's own answers, to be changed or taken back. POST: an answer."""
    row = opinion_stage(request, slug, stage)
    if request.method == "POST":
        return _answer(request, row)
    return own_answers(request, row)


@login_required
@require_safe
def own_answers(request: HttpRequest, stage: Stage) -> HttpResponse:
    """What one has answered and written in a stage."""
    person = cast(Person, request.user)
    given = answers_of(stage, person)
    context = {
        **head(request, stage.process),
        "stage": stage,
        "lines": [{"statement": row, "value": NAMES[given[row.pk]]} for row in statements_of(stage) if row.pk in given],
        "written": list(
            Contribution.objects.filter(stage=stage, kind="statement", author=person)
            .exclude(state="withdrawn")
            .prefetch_related("moderations")
        ),
        "may_answer": permissions.may(voice_of(request), Verb.SUPPORT, stage, timezone.now()),
        "crumbs": _crumbs(stage, _now("Your answers")),
    }
    return render(request, "participation/opinions/answers.html", context)


def _answer(request: HttpRequest, stage: Stage) -> HttpResponse:
    told = forms.UUIDField(required=True)
    try:
        key = told.clean(request.POST.get("statement", ""))
    except forms.ValidationError as error:
        raise Invalid(_now("Choose one of the answers.")) from error
    statement = get_object_or_404(statements_of(stage), uuid=key)
    value = request.POST.get("value", "")
    if value and value not in VALUES:
        raise Invalid(_now("Choose one of the answers."))
    opinions.answer(statement, VALUES.get(value), voice=voice_of(request), at=timezone.now())
    if request.POST.get("from") == "answers":
        messages.success(request, _now("Your answer is changed.") if value else _now("Your answer is taken back."))
        return redirect("participation:opinion-answers", stage.process.slug, stage.slug)
    return redirect(f"{_address(stage)}#card")


@require_POST
@never_cache
def write(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Write a statement."""
    row, voice = opinion_stage(request, slug, stage), voice_of(request)
    permissions.demand(voice, Verb.PROPOSE, row, timezone.now())
    hold_back(request, voice)
    form = form_of(row, request.POST)
    if form.is_valid():
        told = form.cleaned_data
        said = Said(text=told["text"], language=told["language"], key=told["key"])
        try:
            made = opinions.write_statement(row, said, voice=voice, at=timezone.now())
        except Invalid as problem:
            show(problem, form)
        else:
            if made.state == Contribution.State.HELD:
                words = _now("Thank you. An officer reads your statement, and then others can answer it.")
            else:
                words = _now("Thank you. Others can answer your statement now.")
            messages.success(request, words)
            return redirect(f"{_address(row)}#card")
    return page_of_stage(request, row, {"form": form}, status=422)


@require_POST
@never_cache
def city(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Say in which city one lives, or nothing."""
    row = opinion_stage(request, slug, stage)
    code = request.POST.get("city", "")
    chosen = get_object_or_404(City, pk=code) if code else None
    try:
        opinions.tell_city(row, chosen, voice=voice_of(request), at=timezone.now())
    except Invalid as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _now("Saved."))
    return redirect(f"{_address(row)}#card")


@require_POST
@never_cache
def keys(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Switch the single keys off, or on again."""
    row = opinion_stage(request, slug, stage)
    request.session[_KEYS] = request.POST.get("keys") == "on"
    return redirect(f"{_address(row)}#card")


@require_safe
def opinion_map(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """The map: what unites first, then the groups where they are to be believed."""
    row = opinion_stage(request, slug, stage)
    found = OpinionMap.objects.filter(stage=row).defer("files").first()
    person = person_of(request)
    voter = OpinionVoter.objects.filter(stage=row, person=person).first() if person and found else None
    languages = dict(statements_of(row).values_list("pk", "language"))
    context = {
        **head(request, row.process),
        "stage": row,
        "map": found,
        "shown": shown(found, languages, own=str(voter.number) if voter else "") if found else None,
        "crumbs": _crumbs(row, _now("Map of opinions")),
    }
    return render(request, "participation/opinions/map.html", context)


@require_safe
def download(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """What the map was made from, as Polis exports it."""
    row = opinion_stage(request, slug, stage)
    found = get_object_or_404(OpinionMap, stage=row)
    answer = HttpResponse(bytes(found.files), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.process.slug}-{FILES}"'
    return answer


def _address(stage: Stage) -> str:
    return reverse("participation:stage", args=[stage.process.slug, stage.slug])


def _crumbs(stage: Stage, last: str) -> list[dict[str, str]]:
    found = crumbs(stage.process, last)
    return [*found[:-1], {"title": localized(stage.title)[0], "url": _address(stage)}, found[-1]]
