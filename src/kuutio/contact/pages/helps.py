"""Where officers read and write templates and articles, and where an answer takes one in."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import City, Person
from kuutio.contact import permissions
from kuutio.contact.actions import helping
from kuutio.contact.actions.reading import note_reading
from kuutio.contact.helps import for_answer, group_version, languages_of, said, with_current
from kuutio.contact.models import Category, Help, HelpVersion
from kuutio.contact.pages.forms import AnswerForm
from kuutio.contact.pages.help_forms import GroupForm, NewForm, OwnForm
from kuutio.contact.pages.work import officer, page_of_case, seen_case
from kuutio.core.language import fold, sort_key
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.ui.wording import localized

PAGE = 50
VERSIONS = 20
LONGEST = 20_000


@require_safe
@never_cache
@login_required
def helps(request: HttpRequest) -> HttpResponse:
    """All templates, or all articles, with where each has what."""
    person = officer(request)
    kind = Help.Kind.ARTICLE if request.GET.get("kind") == "article" else Help.Kind.TEMPLATE
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    told = request.GET.get("from", "")
    start = int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else 0
    versions = HelpVersion.objects.filter(help__kind=kind, is_current=True, city=None).select_related("help")
    rows = [row for row in versions if fold(query) in fold(" ".join([row.help.slug, *row.title.values()]))]
    rows.sort(key=lambda row: (sort_key(localized(row.title)[0]), row.help.slug))
    shown = rows[start : start + PAGE]
    owns = HelpVersion.objects.filter(help__in=[row.help_id for row in shown], is_current=True, city__isnull=False)
    cities: dict[int, list[str]] = {}
    for own in owns.exclude(way=HelpVersion.Way.NONE).select_related("city").order_by("city__position"):
        cities.setdefault(own.help_id, []).append(localized(own.city.name)[0] if own.city else "")
    address = reverse("contact:helps", query={"kind": kind, "q": query})
    context = {
        "rows": [
            {"version": row, "languages": languages_of(row.text), "cities": cities.get(row.help_id, [])}
            for row in shown
        ],
        "kinds": [
            {"title": title, "url": reverse("contact:helps", query={"kind": value}), "current": value == kind}
            for value, title in ((Help.Kind.TEMPLATE, _("Answer templates")), (Help.Kind.ARTICLE, _("Articles")))
        ],
        "kind": kind,
        "query": query,
        "next": f"{address}&from={start + PAGE}" if start + PAGE < len(rows) else "",
        "previous": f"{address}&from={max(start - PAGE, 0)}" if start else "",
        "may_begin": permissions.may_edit_group(person),
        "crumbs": [*_crumbs()[:-1], {"title": _("Templates and articles")}],
    }
    return render(request, "contact/helps/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a template or an article."""
    person = officer(request)
    if not permissions.may_edit_group(person):
        raise NotAllowed(_("The common texts are written by the programme office and the joint customer service."))
    form = NewForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": request.GET.get("kind", Help.Kind.TEMPLATE)},
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = helping.begin_help(
                told["kind"],
                told["slug"],
                title=form.texts("title"),
                text=form.texts("text"),
                categories=form.codes(),
                by=person,
                at=timezone.now(),
            )
        except (Invalid, Conflict) as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("The text is saved."))
            return redirect("contact:help", slug=row.slug)
    context = {"form": form, "crumbs": [*_crumbs(), {"title": _("New template or article")}]}
    return render(request, "contact/helps/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def one_help(request: HttpRequest, slug: str) -> HttpResponse:
    """One text: the common one, one's own city's, and who wrote what when."""
    person = officer(request)
    row = get_object_or_404(with_current(Help.objects.all()), slug=slug)
    city = next((city for city in permissions.cities_of(person) if f"{city.code}-city" in request.POST), None)
    bound: dict[str, Any] = {}
    if request.method == "POST":
        refused = _write_own(request, person, row, city) if city else _write_group(request, person, row)
        if refused is None:
            messages.success(request, _("The text is saved."))
            return redirect("contact:help", slug=row.slug)
        bound = {city.code if city else "": refused}
    context = {
        "row": row,
        "title": localized(getattr(group_version(row), "title", {}))[0] or row.slug,
        "group": group_version(row),
        "group_form": bound.get("") or (_group_form(row) if permissions.may_edit_group(person) else None),
        "own_forms": [
            bound.get(city.code) or OwnForm(of=city, version=_newest(row, city))
            for city in permissions.cities_of(person)
        ],
        "categories": Category.objects.filter(pk__in=row.categories),
        "versions": row.versions.select_related("by", "city").order_by("-at", "-pk")[:VERSIONS],
        "crumbs": [*_crumbs(), {"title": row.slug}],
    }
    return render(request, "contact/helps/help.html", context, status=422 if bound else 200)


def _group_form(row: Help, data: Any = None) -> GroupForm:
    initial = {"categories": row.categories, "is_active": row.is_active}
    return GroupForm(data, version=group_version(row), initial=initial)


def _newest(row: Help, city: City) -> HelpVersion | None:
    """A city's newest version, one that took the text back included."""
    return row.versions.filter(city=city, is_current=True).first()


def _write_group(request: HttpRequest, person: Person, row: Help) -> GroupForm | None:
    """Save the common text; the form when it needs another look."""
    if not permissions.may_edit_group(person):
        raise NotAllowed(_("The common texts are written by the programme office and the joint customer service."))
    form = _group_form(row, request.POST)
    if not form.is_valid():
        return form
    told = form.cleaned_data
    try:
        helping.write_group(
            row,
            title=form.texts("title"),
            text=form.texts("text"),
            categories=form.codes(),
            is_active=told["is_active"],
            seen=told["seen"],
            by=person,
            at=timezone.now(),
        )
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return form
    return None


def _write_own(request: HttpRequest, person: Person, row: Help, city: City) -> OwnForm | None:
    """Save a city's own text; the form when it needs another look."""
    form = OwnForm(request.POST, of=city, version=_newest(row, city))
    if not form.is_valid():
        return form
    told = form.cleaned_data
    try:
        helping.write_own(
            row,
            city,
            way=told["way"],
            title=form.texts("title"),
            text=form.texts("text"),
            seen=told["seen"],
            by=person,
            at=timezone.now(),
        )
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return form
    return None


@require_POST
@never_cache
@login_required
def for_case(request: HttpRequest, number: str) -> HttpResponse:
    """The case's screen with other helps, or with one taken into the answer; what was written there stays.

    It changes nothing: the answer is sent by its own button.
    """
    person, case, view = seen_case(request, number)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    if request.headers.get("HX-Request"):
        note_reading(case, view, by=person, at=timezone.now())
        return render(request, "contact/work/helps.html", {"case": case, "view": view})
    text = request.POST.get("text", "").replace("\0", "")[:LONGEST]
    if slug := request.POST.get("insert", "").replace("\0", ""):
        row = get_object_or_404(with_current(Help.objects.filter(is_active=True)), slug=slug)
        told = said(row, city=case.responsible.city_id or "", language=case.language)
        if told is not None:
            added, _lacking = for_answer(told, case)
            text = f"{text.rstrip()}\n\n{added}" if text.strip() else added
    form = AnswerForm(
        initial={
            "text": text,
            "then": request.POST.get("then", ""),
            "key": request.POST.get("key", "").replace("\0", "")[:40] or secrets.token_urlsafe(12),
        }
    )
    return page_of_case(request, person, case, view, answer_form=form)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": _("Cases"), "url": reverse("contact:queue")},
        {"title": _("Templates and articles"), "url": reverse("contact:helps")},
    ]
