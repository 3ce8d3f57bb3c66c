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
from django.views.decorators.http import require_safe

from kuutio.cities.models import City, Municipality
from kuutio.contact import addressed, chats
from kuutio.contact.actions.drafting import begin_draft, forget_draft_file, keep_draft, keep_draft_photo, send_draft
from kuutio.contact.files import bytes_of
from kuutio.contact.incoming import File, Incoming, Place
from kuutio.contact.links import path_of
from kuutio.contact.models import Case, Category, CategoryGroup, Channel, Draft
from kuutio.contact.nearby import public_cases_near
from kuutio.contact.pages.forms import DetailsForm, ReachForm, sender_of
from kuutio.contact.pages.photo_place import answer_offer, photo_offer
from kuutio.contact.pages.steps import ONE_STEP, ended, opened, steps
from kuutio.contact.suggesting import suggest
from kuutio.core.problems import Invalid, Problem


@ONE_STEP
@never_cache
def what(request: HttpRequest) -> HttpResponse:
    """The first step: choosing what it is about, by a word or from the list. Choosing begins a draft."""
    if request.method == "POST":
        category = Category.objects.filter(
            pk=request.POST.get("category", "").replace("\0", ""), is_active=True
        ).first()
        if category is not None:
            # A place is asked for anew: whoever lives in one city may write of another.
            city = _city_of(request) if category.place == Category.Place.NONE else ""
            draft = begin_draft({"category": category.pk, "city": city}, at=timezone.now())
            step = "report-details" if city else "report-where"
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
    return render(request, "contact/report/what.html", context | {"steps": steps(1), "crumbs": crumbs})


@ONE_STEP
@never_cache
def details(request: HttpRequest, draft: Any) -> HttpResponse:
    """The third step: what has happened, the category's questions, photos; cases near by that may be the same."""
    kept, category = opened(draft)
    if (leads := ended(kept)) is not None:
        return leads
    questions = list(category.questions.all())
    status = 200
    if request.method == "POST":
        form = DetailsForm(request.POST, request.FILES, questions=questions)
        is_whole = form.is_valid()
        _keep_words(kept, form)
        if request.POST.get("remove"):
            forget_draft_file(kept, request.POST["remove"], at=timezone.now())
            return redirect("contact:report-details", draft=kept.uuid)
        if request.POST.get("photo_place"):
            return answer_offer(request, kept, category) or redirect("contact:report-details", draft=kept.uuid)
        if is_whole:
            try:
                if sent := form.cleaned_data["photo"]:
                    keep_draft_photo(
                        kept,
                        sent.read(),
                        sent.name or "",
                        description=form.cleaned_data["photo_text"],
                        at=timezone.now(),
                    )
                step = "report-details" if request.POST.get("more") else "report-send"
                return redirect(f"contact:{step}", draft=kept.uuid)
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
        "heading": _("What do you want to ask or tell?") if kept.fields.get("to") else _("What has happened?"),
        "photos": list(kept.files.all()),
        "near": public_cases_near(category, kept.fields.get("lon"), kept.fields.get("lat"), at=timezone.now()),
        "offer": photo_offer(kept, category),
        "to": addressed.addressee(kept.fields.get("to", "")),
        "steps": steps(3),
    }
    return render(request, "contact/report/details.html", context, status=status)


def _keep_words(kept: Draft, form: DetailsForm) -> None:
    """What is right of the form is kept whatever button was pressed, so that nothing is written twice."""
    words: dict[str, Any] = {"answers": form.answers()}
    if "text" in form.cleaned_data:
        words["text"] = form.cleaned_data["text"]
    keep_draft(kept, words, at=timezone.now())


@ONE_STEP
@never_cache
def send(request: HttpRequest, draft: Any) -> HttpResponse:
    """The last step: how we answer, a look at the whole, and sending. Sent again, it shows the same case."""
    kept, category = opened(draft)
    if (leads := ended(kept)) is not None:
        return leads
    if not kept.fields.get("text"):
        return redirect("contact:report-details", draft=kept.uuid)
    status = 200
    person = request.user if request.user.is_authenticated else None
    if request.method == "POST" and request.POST.get("photo_place"):
        if (leads := answer_offer(request, kept, category)) is not None:
            return leads
        form = ReachForm(initial=request.POST.dict(), allows_anonymous=category.allows_anonymous)
    elif request.method == "POST":
        form = ReachForm(request.POST, allows_anonymous=category.allows_anonymous)
        if form.is_valid() and not form.cleaned_data["website"]:
            try:
                received = send_draft(kept, _incoming(kept, category, form, person), at=timezone.now())
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
        "source": dict(Case.PlaceSource.choices).get(_source(kept.fields)),
        "to": addressed.addressee(kept.fields.get("to", "")),
        "offer": photo_offer(kept, category),
        "steps": steps(4),
    }
    return render(request, "contact/report/send.html", context, status=status)


@require_safe
@never_cache
def photo(request: HttpRequest, draft: Any, photo: Any) -> HttpResponse:
    """A photo of a draft, for who writes it."""
    kept, _category = opened(draft)
    row = get_object_or_404(kept.files, uuid=photo)
    try:
        return HttpResponse(bytes_of(row.path), content_type=row.type)
    except FileNotFoundError as error:
        raise Http404 from error


def _incoming(kept: Draft, category: Category, form: ReachForm, person: Any) -> Incoming:
    told, fields = form.cleaned_data, kept.fields
    language: Any = get_language() or "fi"
    to = addressed.addressee(fields.get("to", ""))
    return Incoming(
        channel=Channel.WEB,
        text=fields["text"],
        language=language,
        external_id=f"form:{kept.uuid}",
        category=category,
        title=addressed.subject_of(to, language) if to else "",
        unit=to.unit if to else None,
        answers=fields.get("answers", {}),
        sender=sender_of(told, person),
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


def _city_of(request: HttpRequest) -> str:
    """The city that the reader has chosen for the whole site, "" when none."""
    return request.COOKIES.get("city", "") if City.objects.filter(pk=request.COOKIES.get("city", "")).exists() else ""
