"""Service concepts: the list, one of them with its versions and tests, writing together, taking into use."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.core.differences import compared
from kuutio.core.problems import NotAllowed, Problem
from kuutio.core.texts import written
from kuutio.innovation import permissions
from kuutio.innovation.actions import concepts, test_users
from kuutio.innovation.actions.concepts import Written
from kuutio.innovation.models import Concept, ConceptVersion, Developer, Technology, TestRound, Theme
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
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized

PARTS = (
    ("users", gettext_lazy("For whom, and what do they need?")),
    ("service", gettext_lazy("What does the service do?")),
    ("data", gettext_lazy("Data and interfaces")),
    ("open_questions", gettext_lazy("What isn’t known yet?")),
)


class BeginForm(forms.Form):
    """A new concept."""

    city = forms.ModelChoiceField(label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None)
    title = needed(label=gettext_lazy("Name of the service"), widget=LanguagesTextInput)
    summary = needed(label=gettext_lazy("What is it about, in a few sentences?"), widget=LanguagesTextarea)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple
    )
    technologies = forms.MultipleChoiceField(
        label=gettext_lazy("Technologies"),
        choices=Technology.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, own: list[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["city"]
        field.queryset = City.objects.filter(pk__in=[city.pk for city in own])


class VersionForm(forms.Form):
    """The next version: begun with the words of the newest one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    users = forms.CharField(label=PARTS[0][1], widget=forms.Textarea(attrs={"rows": 5}))
    service = forms.CharField(label=PARTS[1][1], widget=forms.Textarea(attrs={"rows": 8}))
    data = forms.CharField(label=PARTS[2][1], widget=forms.Textarea(attrs={"rows": 4}), required=False)  # type: ignore[assignment]
    open_questions = forms.CharField(label=PARTS[3][1], widget=forms.Textarea(attrs={"rows": 4}), required=False)
    what_changed = forms.CharField(label=gettext_lazy("What did you change, and why?"), max_length=500, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, newest: ConceptVersion | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"key": uuid.uuid4(), "based_on": newest.number if newest else 0}
        initial["language"] = newest.language if newest else language()
        if newest is not None:
            initial |= {name: getattr(newest, name) for name, _label in PARTS}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if newest is None:
            del self.fields["what_changed"]


class DeveloperForm(forms.Form):
    """Somebody to develop it with."""

    role = forms.ChoiceField(label=gettext_lazy("As whom?"), choices=Developer.Role.choices, widget=forms.RadioSelect)
    organisation = forms.CharField(
        label=gettext_lazy("Firm, school or unit"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Everybody sees it. Of a user of the service it is left empty: nobody sees who they are."
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254, help_text=gettext_lazy("It is never shown.")
    )


class AdoptForm(forms.Form):
    """What it took to take it into use."""

    city = forms.ModelChoiceField(label=gettext_lazy("City"), queryset=City.objects.none(), empty_label=None)
    version = forms.ModelChoiceField(
        label=gettext_lazy("Which version?"), queryset=ConceptVersion.objects.none(), empty_label=None
    )
    adopted_on = forms.DateField(label=gettext_lazy("Taken into use on"), widget=DateInput)
    what_it_took = needed(
        label=gettext_lazy("What did it take?"),
        widget=LanguagesTextarea,
        help_text=gettext_lazy("What was changed, agreed, bought, learnt: what the next city should know."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Working days of the city’s own people"), required=False, min_value=0, max_value=10_000
    )
    cost = forms.DecimalField(
        label=gettext_lazy("Bought work and devices, euros without VAT"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
    )

    def __init__(self, *args: Any, own: list[City], concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["city"].queryset = City.objects.filter(pk__in=[city.pk for city in own])
        fields["version"].queryset = concept.versions.order_by("-number")
        fields["version"].label_from_instance = lambda version: _("Version %(number)s") % {"number": version.number}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All concepts, the one that was worked on last first."""
    theme, start = word_of(request.GET, "theme", Theme.values), start_of(request.GET)
    rows = Concept.objects.select_related("city").prefetch_related("adoptions__city").order_by("-changed_at", "-pk")
    if theme:
        rows = rows.filter(themes__contains=[theme])
    total = rows.count()
    context = {
        "rows": [{"concept": row, "themes": labels(row.themes, Theme)} for row in rows[start : start + PAGE]],
        "total": total,
        "theme": theme,
        "themes": Theme.choices,
        "may_begin": permissions.is_officer(person_of(request)),
        "crumbs": crumbs((_("Service concepts"), "")),
        **pages_of(request.GET, start, total),
    }
    return render(request, "innovation/concepts/list.html", context)


@require_safe
def concept(request: HttpRequest, slug: str) -> HttpResponse:
    """One concept: the newest version, who develops it, what test users said, where it is in use."""
    row = get_object_or_404(Concept.objects.select_related("city"), slug=slug)
    person = person_of(request)
    versions = list(row.versions.order_by("-number"))
    newest = versions[0] if versions else None
    is_invited = person is not None and row.developers.filter(email=person.email, person=None).exists()
    own = permissions.cities_of(person)
    reads = concepts.may_read_words(person, row)
    developers = list(row.developers.exclude(joined_at=None))
    rounds = TestRound.objects.filter(concept_version__concept=row).select_related("concept_version")
    context = {
        "row": row,
        "newest": newest,
        "parts": [(label, getattr(newest, name)) for name, label in PARTS if newest and getattr(newest, name)],
        "versions": versions,
        "organisations": _organisations(developers),
        "users": test_users.at_least(sum(one.role == Developer.Role.USER for one in developers)),
        "tests": [{"row": one, "heard": test_users.summary(one, with_words=reads)} for one in rounds],
        "adoptions": list(row.adoptions.select_related("city", "version")),
        "themes": labels(row.themes, Theme),
        "technologies": labels(row.technologies, Technology),
        "is_invited": is_invited,
        "may_write": concepts.may_write(person, row),
        "may_lead": row.city in own and row.ended_at is None,
        "may_test": newest is not None and any(test_users.may_invite(person, newest, city) for city in own),
        "may_adopt": bool(own) and newest is not None,
        "crumbs": crumbs((_("Service concepts"), reverse("innovation:concepts")), (localized(row.title)[0], "")),
    }
    return render(request, "innovation/concepts/concept.html", context)


def _organisations(developers: list[Developer]) -> list[dict[str, str]]:
    """The organisations that develop it, each once; no person."""
    found = {one.organisation: str(one.get_role_display()) for one in developers if one.organisation}
    return [{"name": name, "role": role} for name, role in sorted(found.items())]


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """All versions, and what changed between two of them."""
    row = get_object_or_404(Concept, slug=slug)
    found = list(row.versions.order_by("number"))
    numbers = {str(one.number): one for one in found}
    new_one = numbers.get(request.GET.get("new", ""), found[-1] if found else None)
    before = numbers.get(request.GET.get("old", ""), found[-2] if len(found) > 1 else None)
    if new_one is None:
        raise Http404
    changes = [
        {"name": label, "parts": compared(getattr(before, name) if before else "", getattr(new_one, name))}
        for name, label in PARTS
        if getattr(new_one, name) or (before and getattr(before, name))
    ]
    context = {
        "row": row,
        "versions": found,
        "old": before,
        "new": new_one,
        "changes": changes,
        "crumbs": crumbs(
            (_("Service concepts"), reverse("innovation:concepts")),
            (localized(row.title)[0], reverse("innovation:concept", args=[slug])),
            (_("Versions"), ""),
        ),
    }
    return render(request, "innovation/concepts/versions.html", context)


@FORM
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a concept."""
    person = officer(request)
    form = BeginForm(request.POST if request.method == "POST" else None, own=permissions.cities_of(person))
    if form.is_valid():
        told = form.cleaned_data
        try:
            row = concepts.begin_concept(
                told["city"],
                title=written(told["title"]),
                summary=written(told["summary"]),
                themes=told["themes"],
                technologies=told["technologies"],
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            return redirect("innovation:concept", slug=row.slug)
    title = _("New service concept")
    return form_page(request, form, title, crumbs((_("Service concepts"), reverse("innovation:concepts")), (title, "")))


@FORM
@never_cache
@login_required
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version."""
    row = get_object_or_404(Concept.objects.select_related("city"), slug=slug)
    person = cast(Person, request.user)
    if not concepts.may_write(person, row):
        raise NotAllowed(_("Versions are written by those who develop the concept."))
    newest = row.versions.order_by("-number").first()
    form = VersionForm(request.POST if request.method == "POST" else None, newest=newest)
    if form.is_valid():
        told = form.cleaned_data
        words = Written(
            told["users"], told["service"], told["data"], told["open_questions"], told.get("what_changed", "")
        )
        try:
            concepts.write_version(
                row,
                words,
                language=told["language"],
                based_on=told["based_on"],
                key=told["key"],
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The version is saved: everybody can compare it with the earlier ones."))
            return redirect("innovation:concept", slug=slug)
    return _part_form(request, row, form, _("Write a new version"))


@FORM
@never_cache
@login_required
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite somebody to develop it."""
    row = get_object_or_404(Concept.objects.select_related("city"), slug=slug)
    person = officer(request)
    if row.city not in permissions.cities_of(person):
        raise NotAllowed(_("People are invited by an officer of the city that owns the concept."))
    form = DeveloperForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            concepts.invite_developer(row, **form.cleaned_data, by=person, at=timezone.now())
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("innovation:concept", slug=slug)
    return _part_form(request, row, form, _("Invite somebody to develop it"))


@require_POST
@never_cache
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Accept an invitation."""
    concepts.join_concept(get_object_or_404(Concept, slug=slug), by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("You develop it together with the others now."))
    return redirect("innovation:concept", slug=slug)


@require_POST
@never_cache
@login_required
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """End the development."""
    try:
        concepts.end_concept(get_object_or_404(Concept, slug=slug), by=officer(request), at=timezone.now())
    except NotAllowed:
        raise
    except Problem as problem:
        messages.error(request, problem.words)
    return redirect("innovation:concept", slug=slug)


@FORM
@never_cache
@login_required
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell that a city has taken it into use."""
    row = get_object_or_404(Concept.objects.select_related("city"), slug=slug)
    person = officer(request)
    own = permissions.cities_of(person)
    form = AdoptForm(request.POST if request.method == "POST" else None, own=own, concept=row)
    if form.is_valid():
        told = form.cleaned_data
        try:
            concepts.adopt_concept(
                row,
                told["version"],
                city=told["city"],
                adopted_on=told["adopted_on"],
                what_it_took=written(told["what_it_took"]),
                days=told["days"],
                cost_cents=None if told["cost"] is None else int(told["cost"] * 100),
                by=person,
                at=timezone.now(),
            )
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("Told. The next city sees what it took."))
            return redirect("innovation:concept", slug=slug)
    return _part_form(request, row, form, _("Taken into use"))


def _part_form(request: HttpRequest, row: Concept, form: Any, title: str) -> HttpResponse:
    steps = crumbs(
        (_("Service concepts"), reverse("innovation:concepts")),
        (localized(row.title)[0], reverse("innovation:concept", args=[row.slug])),
        (title, ""),
    )
    return form_page(request, form, title, steps)
