"""The officers' queue: views, filters, a search, pages by a key, and one act upon many cases."""

from __future__ import annotations

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

from kuutio.cities.models import Organisation, Person, Unit
from kuutio.contact import permissions
from kuutio.contact.actions import bulk, habits
from kuutio.contact.filters import Filters
from kuutio.contact.given import rows_as_seen
from kuutio.contact.models import Case, Category, Channel, SavedView
from kuutio.contact.pages.work import agent, crumbs, officer, officers_of, uses_keys
from kuutio.contact.queue import SOON, Look, cases_in, counts_of, order_of, page_of
from kuutio.core.problems import Problem
from kuutio.ui import wording


def common_views() -> list[tuple[str, str]]:
    """The views that everybody has, with their names."""
    return [
        ("open", _("Open")),
        ("mine", _("Mine")),
        ("new", _("New cases")),
        ("late", _("Due soon or late")),
        ("offered", _("Offered to us")),
        ("hand", _("To be told by hand")),
        ("given", _("Handed over by us")),
        ("done", _("Settled")),
        ("chats", _("Chats")),
    ]


@require_safe
@never_cache
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; saved views, filters, a search, pages by a key."""
    person = officer(request)
    now = timezone.now()
    look = Look.of(person, now)
    filters = Filters.read(request.GET.dict())
    page = page_of(
        cases_in(filters, look),
        order_of(filters),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    saved = views_of(person)
    categories = list(Category.objects.only("code", "name", "is_active"))
    desks = look.desks
    context = {
        "cases": rows_as_seen(page.cases, look),
        "next": f"?{filters.query}&after={page.after}" if page.after else "",
        "previous": f"?{filters.query}&before={page.before}" if page.before else "",
        "filters": filters,
        "fields": _fields(filters, person, categories),
        "views": _tabs(filters, saved, look),
        "saved": [view for view in saved if Filters.read(view.filters) == filters],
        "desks": list(desks.values()),
        "now": now,
        "soon": now + SOON,
        "crumbs": crumbs(),
        "disputed": _disputed() if permissions.is_duty_officer(person) else [],
        "uses_keys": uses_keys(person),
        "officers": officers_of(list(desks.values())) if page.cases else [],
        "categories": [row for row in categories if row.is_active],
        "states": [(str(state), state.label) for state in Case.State if state != Case.State.DUPLICATE],
    }
    return render(request, "contact/work/queue.html", context)


def views_of(person: Person) -> list[SavedView]:
    """The saved views of a person: their own, then those that their organisations share."""
    mine = SavedView.objects.filter(person=person)
    shared = SavedView.objects.filter(organisation__in=list(permissions.desks_of(person)))
    return [*mine, *shared.select_related("organisation")]


def _tabs(filters: Filters, saved: list[SavedView], look: Look) -> list[dict[str, Any]]:
    """The views as tabs, each with how many wait in it."""
    lists = [(name, Filters(view=key)) for key, name in common_views()]
    lists += [(view.name, Filters.read(view.filters)) for view in saved]
    counts = counts_of([one for _name, one in lists], look)
    return [
        {
            "title": name if count is None else f"{name} ({wording.number(count)})",
            "url": f"{reverse('contact:queue')}?{one.query}",
            "current": one == filters,
        }
        for (name, one), count in zip(lists, counts, strict=True)
    ]


def _fields(filters: Filters, person: Person, categories: list[Category]) -> list[dict[str, Any]]:
    """The filters as fields of a form."""
    cities = permissions.boards_of(person, timezone.localdate())
    units = Unit.objects.filter(city__in=[row.city_id for row in cities.values() if row.city_id], is_active=True)
    fields: list[tuple[str, str, list[tuple[str, object]]]] = [
        ("state", _("State"), list(Case.State.choices)),
        ("category", _("What it is about"), [(row.pk, row.name) for row in categories]),
        ("unit", _("Service unit"), [(row.slug, row.name) for row in units.order_by("city__position", "slug")[:500]]),
        ("language", _("Language of service"), [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]),
        ("channel", _("Channel"), list(Channel.choices)),
        ("due", _("Promise"), [("late", _("Late")), ("soon", _("Due within a day, or late"))]),
        ("officer", _("Case officer"), [("me", _("Me")), ("nobody", _("Nobody yet"))]),
        (
            "sort",
            _("Order"),
            [
                ("due", _("The most urgent first")),
                ("newest", _("The newest first")),
                ("oldest", _("The oldest first")),
                ("changed", _("The latest changed first")),
            ],
        ),
    ]
    if len(cities) > 1:
        fields.insert(2, ("city", _("City"), [(row.slug, row.name) for row in cities.values()]))
    return [
        {
            "name": name,
            "label": label,
            "is_used": bool(getattr(filters, name)),
            "options": [
                {"value": "", "label": _("As the view has it") if name == "sort" else _("All")},
                *(
                    {"value": value, "label": str(words), "checked": value == getattr(filters, name)}
                    for value, words in choices
                ),
            ],
        }
        for name, label, choices in fields
    ]


def _disputed() -> list[Case]:
    returned = Case.objects.filter(handovers__decision="returned", settled_at__isnull=True).distinct()
    return [case for case in returned if permissions.is_disputed(case)]


@require_POST
@never_cache
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name, for oneself or for one's organisation."""
    person = agent(request)
    filters = Filters.read(request.POST.dict())
    shared = request.POST.get("shared_by", "")
    desk = next((desk for desk in permissions.desks_of(person).values() if desk.slug == shared), None)
    try:
        habits.save_view(request.POST.get("name", ""), filters, by=person, at=timezone.now(), organisation=desk)
    except Problem as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("The view is saved."))
    return redirect(f"{reverse('contact:queue')}?{filters.query}")


@require_POST
@never_cache
@login_required
def remove_view(request: HttpRequest, view: Any) -> HttpResponse:
    """Remove a saved view; somebody else's is not found."""
    person = agent(request)
    row = get_object_or_404(SavedView, uuid=view)
    if not permissions.may_use_view(person, row):
        row = get_object_or_404(SavedView.objects.none())
    habits.remove_view(row, by=person, at=timezone.now())
    messages.success(request, _("The view is removed."))
    return redirect("contact:queue")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that do things, and the switch that turns them off."""
    person = officer(request)
    if request.method == "POST":
        habits.use_keys(request.POST.get("uses") == "1", by=person)
        messages.success(request, _("Your choice is saved."))
        return redirect("contact:keys")
    context = {"uses_keys": uses_keys(person), "crumbs": crumbs(_("Keys"))}
    return render(request, "contact/work/keys.html", context)


@require_POST
@never_cache
@login_required
def many(request: HttpRequest) -> HttpResponse:
    """One act upon the chosen cases; what became of each is told."""
    person = agent(request)
    said = {name: value.replace("\0", "") for name, value in request.POST.items() if isinstance(value, str)}
    back = Filters.read(said)
    try:
        chosen = [number.replace("\0", "")[:20] for number in request.POST.getlist("case")]
        results = bulk.act_on_many(chosen, _act_of(said, person), by=person, at=timezone.now())
    except Problem as problem:
        messages.error(request, str(problem.detail))
        return redirect(f"{reverse('contact:queue')}?{back.query}")
    context = {
        "results": results,
        "done": sum(result.outcome is bulk.Outcome.DONE for result in results),
        "back": f"{reverse('contact:queue')}?{back.query}",
        "crumbs": crumbs(_("What became of the cases")),
    }
    return render(request, "contact/work/many.html", context)


def _act_of(said: dict[str, str], person: Person) -> bulk.Act:
    value = said.get("value", "")
    kind, _dash, which = value.partition(":")
    match kind:
        case "officer" if which.isascii() and which.isdecimal() and len(which) < 18:
            desks: list[Organisation] = list(permissions.desks_of(person).values())
            return bulk.Act(assignee=officers_of(desks).filter(pk=which).first())
        case "category":
            return bulk.Act(category=Category.objects.filter(pk=which, is_active=True).first())
        case "state" if which in Case.State.values:
            return bulk.Act(state=which, text=said.get("text", "")[:20_000])
    return bulk.Act()
