"""The library of learnings: the search, one learning with its trial and data, writing and publishing one; its permanent address."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.cities.places import cities
from kuutio.core.problems import NotAllowed, Problem
from kuutio.core.texts import written
from kuutio.innovation import learnings, permissions
from kuutio.innovation.actions import learnings as actions
from kuutio.innovation.actions.learnings import Told
from kuutio.innovation.findable_learnings import KIND
from kuutio.innovation.models import Learning, Technology, Theme, Trial
from kuutio.innovation.pages.feeds import Entry, atom, json_feed
from kuutio.innovation.pages.fields import needed
from kuutio.innovation.pages.shared import (
    FORM,
    crumbs,
    form_page,
    officer,
    pages_of,
    person_of,
    show,
    start_of,
    word_of,
)
from kuutio.innovation.queries import PAGE
from kuutio.innovation.said import labels
from kuutio.opendata import addresses
from kuutio.opendata.queries import public_datasets
from kuutio.search.queries import find
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized

_MOST_FOUND = 500


class LearningForm(forms.Form):
    """What was learnt."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = needed(
        label=gettext_lazy("What was learnt, in one sentence?"),
        widget=LanguagesTextInput,
        help_text=gettext_lazy("Such as: “Sensors under benches tell of use only in summer”."),
    )
    tried = needed(label=gettext_lazy("What was tried, where, with whom?"), widget=LanguagesTextarea)
    happened = needed(
        label=gettext_lazy("What happened?"), widget=LanguagesTextarea, help_text=gettext_lazy("With figures.")
    )
    lesson = needed(label=gettext_lazy("What should the next one know?"), widget=LanguagesTextarea)
    again = forms.ChoiceField(
        label=gettext_lazy("Would you do it again?"), choices=Learning.Again.choices, widget=forms.RadioSelect
    )
    authors = forms.CharField(
        label=gettext_lazy("Which organisations learnt it?"),
        max_length=300,
        help_text=gettext_lazy("As they are to be cited, such as: City of Oulu; Example Oy."),
    )
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("In which cities?"), queryset=City.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple
    )
    technologies = forms.MultipleChoiceField(
        label=gettext_lazy("Technologies"),
        choices=Technology.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    datasets = forms.CharField(
        label=gettext_lazy("Data that it rests on"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Names of data sets in the catalogue, one a line. Those of the trial come by themselves."
        ),
    )
    spearhead = forms.CharField(
        label=gettext_lazy("Code of the spearhead project"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as A70202, if it belongs to one."),
    )

    def __init__(self, *args: Any, learning: Learning | None = None, trial: Trial | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(learning, trial)
        super().__init__(*args, **kwargs)
        if learning is not None:
            del self.fields["cities"], self.fields["key"]

    def told(self) -> Told:
        """What was told, as the verb takes it."""
        data = self.cleaned_data
        return Told(
            **{name: written(data[name]) for name in ("title", "tried", "happened", "lesson")},
            again=data["again"],
            authors=data["authors"],
            themes=data["themes"],
            technologies=data["technologies"],
            datasets=data["datasets"].split(),
            spearhead=data["spearhead"],
        )


def _initial(learning: Learning | None, trial: Trial | None) -> dict[str, Any]:
    if learning is not None:
        names = ("title", "tried", "happened", "lesson", "again", "authors", "themes", "technologies", "spearhead")
        datasets = learning.evidence.values_list("dataset__name", flat=True)
        return {name: getattr(learning, name) for name in names} | {"datasets": "\n".join(datasets)}
    key = {"key": uuid.uuid4()}
    if trial is not None:
        where = [part.city for part in trial.parts.select_related("city")]
        authors = "; ".join([*(str(city.name) for city in where), localized(trial.organisation.name)[0]])
        return key | {
            "cities": where,
            "themes": trial.themes,
            "technologies": trial.technologies,
            "spearhead": trial.spearhead,
            "authors": authors,
        }
    return key


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The library: by words in any form, theme, city, technology and spearhead; the words in the reader's language first."""
    asked, order, rows = _asked(request)
    start, total = start_of(request.GET), rows.count()
    shown = _in_order(rows, order, start)
    spearheads = learnings.published().exclude(spearhead="").values_list("spearhead", flat=True)
    context = {
        "rows": [_line(row) for row in shown],
        "total": total,
        "asked": asked,
        "themes": Theme.choices,
        "technologies": Technology.choices,
        "spearheads": sorted(set(spearheads)),
        "cities": cities(),
        "feed_query": request.GET.urlencode(),
        "crumbs": crumbs((_("What trials taught"), "")),
        "may_write": permissions.is_officer(person_of(request)),
        **pages_of(request.GET, start, total),
    }
    return render(request, "innovation/learnings/list.html", context)


def _asked(request: HttpRequest) -> tuple[dict[str, str], dict[str, int], Any]:
    """What the address asks, the places of what a search found, and the learnings that fit."""
    members = [city.code for city in cities()]
    asked = {
        "q": word_of(request.GET, "q"),
        "theme": word_of(request.GET, "theme", Theme.values),
        "technology": word_of(request.GET, "technology", Technology.values),
        "city": word_of(request.GET, "city", members),
        "spearhead": word_of(request.GET, "spearhead")[:40],
    }
    rows = learnings.published()
    order: dict[str, int] = {}
    if asked["q"]:
        found = find(asked["q"], language=language(), kind=KIND, limit=_MOST_FOUND)
        order = {row.key: place for place, row in enumerate(found.rows)}
        rows = rows.filter(slug__in=order)
    if asked["theme"]:
        rows = rows.filter(themes__contains=[asked["theme"]])
    if asked["technology"]:
        rows = rows.filter(technologies__contains=[asked["technology"]])
    if asked["city"]:
        rows = rows.filter(parts__city=asked["city"])
    if asked["spearhead"]:
        rows = rows.filter(spearhead=asked["spearhead"])
    return asked, order, rows


def _in_order(rows: Any, order: dict[str, int], start: int, most: int = PAGE) -> list[Learning]:
    if not order:
        return list(learnings.whole(rows)[start : start + most])
    slugs = sorted(rows.values_list("slug", flat=True), key=order.__getitem__)[start : start + most]
    found = {row.slug: row for row in learnings.whole(rows.filter(slug__in=slugs))}
    return [found[slug] for slug in slugs]


def _line(row: Learning) -> dict[str, Any]:
    return {
        "learning": row,
        "cities": [part.city for part in row.parts.all()],
        "themes": labels(row.themes, Theme),
        "technologies": labels(row.technologies, Technology),
    }


@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The same list for programs: `atom` or `json`."""
    _words, order, rows = _asked(request)
    entries = [
        Entry(
            f"urn:uuid:{row.uuid}",
            localized(row.title)[0],
            reverse("innovation:learning", args=[row.slug]),
            localized(row.lesson)[0],
            row.authors,
            cast(Any, row.published_at),
            (*row.themes, *row.technologies),
        )
        for row in _in_order(rows, order, 0, 50)
    ]
    make = {"atom": atom, "json": json_feed}[form]
    return make(request, _("What was learnt in the cities’ trials"), reverse("innovation:learnings"), entries)


@require_safe
def learning(request: HttpRequest, slug: str) -> HttpResponse:
    """One learning: what was tried, what happened, what the next one should know; its trial, its data, others who tried this."""
    person = person_of(request)
    row = get_object_or_404(learnings.whole(learnings.seen_by(person)), slug=slug)
    datasets = public_datasets().filter(learnings=row).order_by("name")
    context = {
        **_line(row),
        "row": row,
        "texts": [
            (_("What was tried"), localized(row.tried)),
            (_("What happened"), localized(row.happened)),
            (_("What the next one should know"), localized(row.lesson)),
        ],
        "trial": row.trial if row.trial is not None and row.trial.is_public else None,
        "datasets": list(datasets),
        "others": [_line(one) for one in learnings.others_who_tried(row)] if row.is_public else [],
        "reuses": list(row.reuses.select_related("city")),
        "citation": learnings.citation_of(row),
        "address": learnings.address_of(row),
        "licence_url": learnings.LICENCE_URL,
        "may_change": person is not None and actions.may_change(person, row),
        "may_publish": person is not None and actions.may_publish(person, row),
        "may_reuse": row.is_public and permissions.is_officer(person),
        "crumbs": crumbs((_("What trials taught"), reverse("innovation:learnings")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/learnings/learning.html", context)


@require_safe
def permanent(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The permanent address: a program that asks for JSON gets it, a browser is sent to the page in its language."""
    row = get_object_or_404(learnings.published(), uuid=number)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        answer: HttpResponse = as_json(request, number)
    else:
        with translation.override(translation.get_language_from_request(request)):
            answer = redirect("innovation:learning", slug=row.slug)
    patch_vary_headers(answer, ["Accept", "Accept-Language"])
    return answer


@require_safe
def as_json(request: HttpRequest, number: uuid.UUID) -> JsonResponse:
    """A learning as JSON, in all its languages."""
    row = get_object_or_404(learnings.whole(learnings.published()), uuid=number)
    trial = row.trial if row.trial is not None and row.trial.is_public else None
    found = {
        "id": learnings.address_of(row),
        "title": written(row.title),
        "tried": written(row.tried),
        "happened": written(row.happened),
        "lesson": written(row.lesson),
        "again": row.again,
        "themes": row.themes,
        "technologies": row.technologies,
        "cities": [part.city_id for part in row.parts.all()],
        "spearhead": row.spearhead or None,
        "authors": row.authors,
        "published_at": cast(Any, row.published_at).isoformat(),
        "licence": learnings.LICENCE_URL,
        "citation": learnings.citation_of(row),
        "page": f"{settings.SITE_URL}{reverse('innovation:learning', args=[row.slug])}",
        "trial": f"{settings.SITE_URL}{reverse('innovation:trial', args=[trial.slug])}" if trial else None,
        "datasets": [addresses.dataset_uri(one) for one in public_datasets().filter(learnings=row).order_by("name")],
        "reused_by": list(row.reuses.values_list("city_id", flat=True)),
        "made_for_demonstration": row.is_made,
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a learning; `?trial=` names the trial that taught it."""
    person = cast(Person, request.user)
    slug = request.GET.get("trial", "").replace("\0", "")
    trial = get_object_or_404(Trial.objects.select_related("organisation"), slug=slug) if slug else None
    where = [part.city for part in trial.parts.select_related("city")] if trial else list(permissions.cities_of(person))
    if not actions.may_write(person, trial, where):
        raise NotAllowed(_("A learning is written by those who ran the trial, or by an officer of its city."))
    form = LearningForm(request.POST if request.method == "POST" else None, trial=trial)
    if form.is_valid():
        try:
            row = actions.write_learning(
                form.told(),
                key=form.cleaned_data["key"],
                trial=trial,
                cities=list(form.cleaned_data["cities"]),
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The draft is saved. An officer of the city publishes it."))
            return redirect("innovation:learning", slug=row.slug)
    title = _("Write what was learnt")
    steps = crumbs((_("What trials taught"), reverse("innovation:learnings")), (title, ""))
    return form_page(
        request, form, title, steps, lead=_("It is published under CC BY 4.0, for good. No personal data.")
    )


@FORM
@never_cache
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a draft."""
    person = cast(Person, request.user)
    row = get_object_or_404(learnings.seen_by(person), slug=slug)
    if not actions.may_change(person, row):
        raise NotAllowed(_("What is published stays as it is. Write another learning instead."))
    form = LearningForm(request.POST if request.method == "POST" else None, learning=row)
    if form.is_valid():
        try:
            actions.change_learning(row, form.told(), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("innovation:learning", slug=slug)
    return _part_form(request, row, form, _("Change the draft"))


@require_POST
@never_cache
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish it."""
    person = cast(Person, request.user)
    row = get_object_or_404(learnings.seen_by(person), slug=slug)
    try:
        actions.publish_learning(row, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    else:
        messages.success(request, _("Published: everybody can find it, and its address stays."))
    return redirect("innovation:learning", slug=slug)


class ReuseForm(forms.Form):
    """What another city did with it."""

    city = forms.ModelChoiceField(label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None)
    text = needed(label=gettext_lazy("What did you do with it?"), widget=LanguagesTextarea)

    def __init__(self, *args: Any, own: list[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["city"]
        field.queryset = City.objects.filter(pk__in=[city.pk for city in own])


@FORM
@never_cache
@login_required
def reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell that a city has built on it."""
    person = officer(request)
    row = get_object_or_404(learnings.published(), slug=slug)
    form = ReuseForm(request.POST if request.method == "POST" else None, own=permissions.cities_of(person))
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.reuse_learning(row, city=told["city"], text=written(told["text"]), by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Told: it shows that the learning travels."))
            return redirect("innovation:learning", slug=slug)
    return _part_form(request, row, form, _("We built on this"))


def _part_form(request: HttpRequest, row: Learning, form: Any, title: str) -> HttpResponse:
    steps = crumbs(
        (_("What trials taught"), reverse("innovation:learnings")),
        (localized(row.title)[0], reverse("innovation:learning", args=[row.slug])),
        (title, ""),
    )
    return form_page(request, form, title, steps)
