"""Where a city's administrator says who takes care of what in it, and what a joint desk does for it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities.models import City, Person
from kuutio.contact.actions.mandating import end_mandate, grant_mandate
from kuutio.contact.actions.ruling import Told, end_rule, set_rule
from kuutio.contact.models import Category, CategoryRule, Mandate
from kuutio.contact.pages.ruling_forms import MandateForm, RuleForm
from kuutio.contact.permissions import cities_ruled_by
from kuutio.core.problems import NotAllowed, Problem
from kuutio.ui import wording

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _ruled(request: HttpRequest) -> tuple[Person, list[City]]:
    """Who asks, and the cities that they set the rules of.

    Raises:
        NotAllowed: they administer no city.
    """
    person = cast(Person, request.user)
    cities = cities_ruled_by(person)
    if not cities:
        raise NotAllowed(_("Only the city’s own administrator sets its rules and mandates."))
    return person, cities


@require_safe
@never_cache
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """To the rules of one's own city."""
    _person, cities = _ruled(request)
    return redirect("contact:rules-city", city=cities[0].pk)


@PAGE
@never_cache
@login_required
def city_rules(request: HttpRequest, city: str) -> HttpResponse:
    """The rules of a city that hold or will, the categories that have none, and the form that sets one."""
    person, cities = _ruled(request)
    own = next((row for row in cities if row.pk == city), None)
    if own is None:
        raise Http404
    today = timezone.localdate()
    known = CategoryRule.objects.filter(city=own).filter(Q(valid_to=None) | Q(valid_to__gte=today))
    form = RuleForm(city=own, initial={"valid_from": today})
    if request.method == "POST" and "end" in request.POST:
        rule = get_object_or_404(known, pk=_number(request.POST["end"]))
        end_rule(rule, last_day=max(today, rule.valid_from or today), by=person, at=timezone.now())
        messages.success(request, _("The rule holds for the last time today."))
        return redirect("contact:rules-city", city=own.pk)
    if request.method == "POST":
        form = RuleForm(request.POST, city=own)
        if form.is_valid() and _is_set(form, own, person):
            messages.success(request, _("The rule is set."))
            return redirect("contact:rules-city", city=own.pk)
    rows = list(known.select_related("category__group", "unit").order_by("category", "area_name", "valid_from"))
    ruled = {row.category_id for row in rows}
    context = {
        "city": own,
        "rows": [
            {"rule": row, "answer": _hours(row.answer_minutes), "resolve": _hours(row.resolve_minutes)} for row in rows
        ],
        "without": Category.objects.filter(is_active=True).exclude(pk__in=ruled),
        "cities": [
            {
                "title": wording.localized(one.name)[0],
                "url": reverse("contact:rules-city", kwargs={"city": one.pk}),
                "current": one == own,
            }
            for one in cities
        ],
        "form": form,
        "today": today,
        "crumbs": _crumbs(_("Who takes care of what")),
    }
    return render(request, "contact/ruling/rules.html", context, status=422 if form.is_bound else 200)


def _is_set(form: RuleForm, city: City, person: Person) -> bool:
    told = form.cleaned_data
    said = Told(told["unit"], told["answer_hours"] * 60, told["resolve_hours"] * 60)
    try:
        set_rule(
            city,
            told["category"],
            said,
            valid_from=told["valid_from"],
            valid_to=told["valid_to"],
            by=person,
            at=timezone.now(),
        )
    except Problem as problem:
        form.add_error(None, problem.words)
        return False
    return True


@PAGE
@never_cache
@login_required
def mandates(request: HttpRequest) -> HttpResponse:
    """What the cities let a joint desk do for them, and the form that grants it."""
    person, cities = _ruled(request)
    today = timezone.localdate()
    known = Mandate.objects.filter(giver__city__in=cities).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    form = MandateForm(cities=cities, initial={"starts_on": today, "may_answer": True})
    if request.method == "POST" and "end" in request.POST:
        mandate = get_object_or_404(known, pk=_number(request.POST["end"]))
        end_mandate(mandate, last_day=max(today, mandate.starts_on), by=person, at=timezone.now())
        messages.success(request, _("The mandate holds for the last time today."))
        return redirect("contact:mandates")
    if request.method == "POST":
        form = MandateForm(request.POST, cities=cities)
        if form.is_valid() and _is_granted(form, person):
            messages.success(request, _("The mandate is given."))
            return redirect("contact:mandates")
    names = {row.pk: wording.localized(row.name)[0] for row in Category.objects.all()}
    every = set(Category.objects.filter(is_active=True).values_list("pk", flat=True))
    rows = known.select_related("desk__organisation", "giver").order_by("giver__city__position", "starts_on")
    context = {
        "rows": [
            {
                "mandate": row,
                "categories": [names.get(code, code) for code in row.categories] if every - set(row.categories) else [],
            }
            for row in rows
        ],
        "form": form,
        "crumbs": _crumbs(_("Mandates of the joint customer service")),
    }
    return render(request, "contact/ruling/mandates.html", context, status=422 if form.is_bound else 200)


def _is_granted(form: Form, person: Person) -> bool:
    told = form.cleaned_data
    codes = [category.pk for category in told.pop("categories")]
    try:
        grant_mandate(told.pop("desk"), told.pop("giver"), categories=codes, **told, by=person, at=timezone.now())
    except Problem as problem:
        form.add_error(None, problem.words)
        return False
    return True


def _number(said: str) -> int:
    """The id of a row that a button names.

    Raises:
        Http404: it is none.
    """
    if not (said.isascii() and said.isdecimal() and len(said) < 18):
        raise Http404
    return int(said)


def _hours(minutes: int) -> Any:
    return wording.number(minutes / 60, 0 if minutes % 60 == 0 else 1)


def _crumbs(title: str) -> list[dict[str, str]]:
    """The way here; an administrator need not be an officer, so that it doesn't lead through the queue."""
    return [{"title": _("Workspace"), "url": reverse("web:workspace")}, {"title": title}]
