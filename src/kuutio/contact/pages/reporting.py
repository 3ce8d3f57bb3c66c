"""Reporting a matter in four short steps, one thing on a page: what, where, what has happened, how we answer.

Nothing is lost between the steps or after an error: what was written lies in a draft, known by its address alone.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities.models import City, Municipality
from kuutio.contact import chats, routing
from kuutio.contact.actions.drafting import begin_draft, forget_draft_file, keep_draft, keep_draft_photo
from kuutio.contact.actions.receiving import receive
from kuutio.contact.files import bytes_of
from kuutio.contact.incoming import File, Incoming, Place, Sender
from kuutio.contact.links import path_of
from kuutio.contact.models import Case, Category, CategoryGroup, Channel, Draft
from kuutio.contact.pages.forms import DetailsForm, ReachForm, WhereForm
from kuutio.contact.queries import cases_near
from kuutio.contact.suggesting import suggest
from kuutio.core.problems import Invalid, Problem

ONE_STEP = require_http_methods(["GET", "HEAD", "POST"])


def steps(number: int) -> list[dict[str, Any]]:
    """The four steps, and which of them a page is."""
    titles = (_("What it is about"), _("Where it is"), _("What has happened"), _("Sending"))
    return [{"title": title, "done": at < number, "current": at == number} for at, title in enumerate(titles, start=1)]


@ONE_STEP
@never_cache
def what(request: HttpRequest) -> HttpResponse:
    """The first step: choosing what it is about, by a word or from the list. Choosing begins a draft."""
    if request.method == "POST":
        category = Category.objects.filter(
            pk=request.POST.get("category", "").replace("\0", ""), is_active=True
        ).first()
        if category is not None:
            draft = begin_draft({"category": category.pk, "city": _city_of(request)}, at=timezone.now())
            step = "report-details" if category.place == Category.Place.NONE and _city_of(request) else "report-where"
            return redirect(f"contact:{step}", draft=draft.uuid)
    query = request.GET.get("q", "").strip()[:200]
    categories = list(Category.objects.filter(is_active=True).select_related("group"))
    groups = [
        {"group": group, "categories": [row for row in categories if row.group_id == group.pk]}
        for group in CategoryGroup.objects.all()
    ]
    found = suggest(query, categories) if query else []
    may_chat = chats.attended(timezone.now(), "other").exists()
    context = {"groups": groups, "query": query, "found": found, "may_chat": may_chat}
    crumbs = [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Report or ask")}]
    return render(request, "contact/report/what.html", context | _common(1) | {"crumbs": crumbs})


@ONE_STEP
@never_cache
def where(request: HttpRequest, draft: Any) -> HttpResponse:
    """The second step: the place. Near a border it asks; outside of the cities it says whose the matter is."""
    kept, category = _draft(draft)
    context: dict[str, Any] = {"draft": kept, "category": category, "municipalities": []}
    status = 200
    if request.method == "POST":
        form = WhereForm(request.POST, category=category)
        if form.is_valid():
            told = form.cleaned_data
            chosen = request.POST.get("chosen", "").replace("\0", "")[:30] or told["city"]
            beside = bool(request.POST.get("beside"))
            found = routing.route(
                category, lon=told["lon"], lat=told["lat"], at=timezone.now(), chosen=chosen, beside=beside
            )
            fields = {name: told[name] for name in ("city", "address", "lon", "lat", "source")}
            keep_draft(kept, fields | {"chosen": chosen, "beside": beside}, at=timezone.now())
            if found.found in {routing.Found.CITY, routing.Found.UNPLACED}:
                return redirect("contact:report-details", draft=kept.uuid)
            context |= _obstacle(found)
        status = 422
    else:
        form = WhereForm(initial=kept.fields, category=category)
    context |= {"form": form, "heading": _("Where is it?")}
    return render(request, "contact/report/where.html", context | _common(2), status=status)


def _obstacle(found: routing.Route) -> dict[str, Any]:
    """What stands between a place and a case: a question, or somebody else's matter."""
    return {
        "ask": found.choices if found.found is routing.Found.ASK else (),
        "outside": found if found.found is routing.Found.OUTSIDE else None,
        "external": found.body if found.found is routing.Found.EXTERNAL else None,
    }


@ONE_STEP
@never_cache
def details(request: HttpRequest, draft: Any) -> HttpResponse:
    """The third step: what has happened, the category's questions, photos; cases near by that may be the same."""
    kept, category = _draft(draft)
    questions = list(category.questions.all())
    status = 200
    if request.method == "POST" and request.POST.get("remove"):
        forget_draft_file(kept, request.POST["remove"], at=timezone.now())
        return redirect("contact:report-details", draft=kept.uuid)
    if request.method == "POST":
        form = DetailsForm(request.POST, request.FILES, questions=questions)
        if form.is_valid():
            keep_draft(kept, {"text": form.cleaned_data["text"], "answers": form.answers()}, at=timezone.now())
            try:
                if sent := form.cleaned_data["photo"]:
                    keep_draft_photo(
                        kept,
                        sent.read(),
                        sent.name or "",
                        description=form.cleaned_data["photo_text"],
                        at=timezone.now(),
                    )
                if request.POST.get("more"):
                    return redirect("contact:report-details", draft=kept.uuid)
                return redirect("contact:report-send", draft=kept.uuid)
            except Problem as problem:
                form.add_error("photo", str(problem.detail))
        status = 422
    else:
        answers = {f"q-{code}": value for code, value in kept.fields.get("answers", {}).items()}
        form = DetailsForm(initial={"text": kept.fields.get("text", "")} | answers, questions=questions)
    context = {
        "draft": kept,
        "category": category,
        "form": form,
        "heading": _("What has happened?"),
        "photos": list(kept.files.all()),
        "near": cases_near(category, kept.fields.get("lon"), kept.fields.get("lat"), at=timezone.now()),
    }
    return render(request, "contact/report/details.html", context | _common(3), status=status)


@ONE_STEP
@never_cache
def send(request: HttpRequest, draft: Any) -> HttpResponse:
    """The last step: how we answer, a look at the whole, and sending. Sent again, it shows the same case."""
    kept, category = _draft(draft)
    if not kept.fields.get("text"):
        return redirect("contact:report-details", draft=kept.uuid)
    status = 200
    person = request.user if request.user.is_authenticated else None
    if request.method == "POST":
        form = ReachForm(request.POST, allows_anonymous=category.allows_anonymous)
        if form.is_valid() and not form.cleaned_data["website"]:
            try:
                received = receive(_incoming(kept, category, form, person), at=timezone.now())
                return redirect(f"{path_of(received.case, get_language())}?sent=1")
            except Invalid as problem:
                form.add_error(None, str(problem.detail))
        status = 422
    else:
        known = {"name": getattr(person, "name", ""), "email": getattr(person, "email", "")} if person else {}
        form = ReachForm(initial=known, allows_anonymous=category.allows_anonymous)
    context = {
        "draft": kept,
        "category": category,
        "form": form,
        "heading": _("How do we answer you?"),
        "photos": list(kept.files.all()),
        "city": City.objects.filter(pk=kept.fields.get("city") or "").first(),
        "municipality": Municipality.objects.filter(pk=kept.fields.get("chosen") or "").first(),
    }
    return render(request, "contact/report/send.html", context | _common(4), status=status)


@require_safe
@never_cache
def photo(request: HttpRequest, draft: Any, photo: Any) -> HttpResponse:
    """A photo of a draft, for who writes it."""
    kept, _category = _draft(draft)
    row = get_object_or_404(kept.files, uuid=photo)
    try:
        return HttpResponse(bytes_of(row.path), content_type=row.type)
    except FileNotFoundError as error:
        raise Http404 from error


def _incoming(kept: Draft, category: Category, form: ReachForm, person: Any) -> Incoming:
    told, fields = form.cleaned_data, kept.fields
    language: Any = get_language() or "fi"
    return Incoming(
        channel=Channel.WEB,
        text=fields["text"],
        language=language,
        external_id=f"form:{kept.uuid}",
        category=category,
        answers=fields.get("answers", {}),
        sender=Sender(
            name=told["name"],
            email=told["email"],
            phone=told["phone"],
            postal_address=told["postal_address"],
            preference=told["preference"],
            person=person,
        ),
        place=Place(
            lon=fields.get("lon"),
            lat=fields.get("lat"),
            address=fields.get("address", ""),
            source=_source(fields),
        ),
        chosen=fields.get("chosen", "") or fields.get("city", ""),
        beside=bool(fields.get("beside")),
        can_ask=True,
        files=tuple(File(**{name: getattr(row, name) for name in _FILE_FIELDS}) for row in kept.files.all()),
    )


_FILE_FIELDS = tuple(asdict(File("", "", 0, "", "")))


def _source(fields: dict[str, Any]) -> str:
    if fields.get("lon") is not None:
        said = fields.get("source", "")
        return said if said in {"map", "position", "photo", "unit"} else Case.PlaceSource.MAP
    return Case.PlaceSource.ADDRESS if fields.get("address") else Case.PlaceSource.NONE


def _draft(uuid: Any) -> tuple[Draft, Category]:
    kept = get_object_or_404(Draft, uuid=uuid)
    return kept, get_object_or_404(Category.objects.select_related("group"), pk=kept.fields.get("category", ""))


def _city_of(request: HttpRequest) -> str:
    """The city that the reader has chosen for the whole site, "" when none."""
    return request.COOKIES.get("city", "") if City.objects.filter(pk=request.COOKIES.get("city", "")).exists() else ""


def _common(step: int) -> dict[str, Any]:
    return {"steps": steps(step)}
