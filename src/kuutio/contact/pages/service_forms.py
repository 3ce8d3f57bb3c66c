"""A service's form: begun, filled in, sent; what was written and attached stays through every error."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kuutio.cities.directory import MayUse, may_use, offered
from kuutio.cities.models import Municipality
from kuutio.contact.actions.applying import Application, apply
from kuutio.contact.actions.drafting import begin_draft, forget_draft_file, keep_draft, keep_draft_file
from kuutio.contact.incoming import File
from kuutio.contact.links import path_of
from kuutio.contact.models import Draft, ServiceForm
from kuutio.contact.pages.forms import sender_of
from kuutio.contact.pages.service_form_fields import ApplicationForm
from kuutio.contact.pages.steps import ended
from kuutio.core.problems import NotAllowed, Problem

LONGEST_VALUE = 15_000
_FILE_FIELDS = tuple(asdict(File("", "", 0, "", "")))


@require_POST
@never_cache
def begin(request: HttpRequest, code: str, city: str) -> HttpResponse:
    """Begin to fill in a form: what is written from now on is kept for a week."""
    form = get_object_or_404(_shown(), city_service__service__code=code, city_service__city=city)
    home = request.POST.get("home", "").replace("\0", "")[:3]
    draft = begin_draft({"service_form": form.pk, "home": home}, at=timezone.now())
    return redirect("contact:service-form", draft=draft.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def fill_in(request: HttpRequest, draft: Any) -> HttpResponse:
    """The form itself. Sent, it is a case; sent again, it shows the same case."""
    kept = get_object_or_404(Draft, uuid=draft)
    row = get_object_or_404(_shown(), pk=kept.fields.get("service_form"))
    if (leads := ended(kept)) is not None:
        return leads
    if request.method == "POST" and request.POST.get("remove"):
        forget_draft_file(kept, request.POST["remove"].replace("\0", ""), at=timezone.now())
        return redirect("contact:service-form", draft=kept.uuid)
    person = request.user if request.user.is_authenticated else None
    refused: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form = ApplicationForm(request.POST, request.FILES, service_form=row)
        valid = form.is_valid()
        keep_draft(
            kept, {"home": str(form.cleaned_data.get("home", "")), "values": _plain_values(form)}, at=timezone.now()
        )
        if sent := _kept_file(kept, form):
            form.add_error("file", sent)
        if valid and form.is_valid() and not form.cleaned_data["website"]:
            if request.POST.get("more"):
                return redirect("contact:service-form", draft=kept.uuid)
            try:
                received = apply(row, _application(request, kept, form, person), kept, at=timezone.now())
                return redirect(f"{path_of(received.case, get_language())}?sent=1")
            except NotAllowed:
                raise
            except Problem as problem:
                form.add_error(None, str(problem.detail))
                refused = problem.facts
        status = 422
    else:
        known = {"name": getattr(person, "name", ""), "email": getattr(person, "email", "")} if person else {}
        initial = known | kept.fields.get("values", {}) | {"home": kept.fields.get("home", "")}
        form = ApplicationForm(initial=initial, service_form=row)
    own = row.city_service
    context = {
        "draft": kept,
        "row": row,
        "own": own,
        "form": form,
        "files": list(kept.files.all()),
        "must_identify": row.needs_identity and not is_identified(request),
        "equivalents": _equivalents(row, str(refused["municipality"])) if "municipality" in refused else [],
        "crumbs": [
            {"title": _("Services and places"), "url": reverse("contact:services")},
            {"title": str(own.service.name), "url": reverse("contact:service", kwargs={"code": own.service.code})},
            {"title": str(row.name)},
        ],
    }
    return render(request, "contact/directory/form.html", context, status=status)


def is_identified(request: HttpRequest) -> bool:
    """Whether the reader signed in, in this session, by a service of strong identities (OpenID Connect)."""
    return request.user.is_authenticated and any(
        record.get("method") == "socialaccount" for record in get_authentication_records(request)
    )


def _shown() -> Any:
    return (
        ServiceForm.objects.filter(is_active=True, city_service__is_active=True, city_service__service__is_active=True)
        .select_related("city_service__service", "city_service__city", "category")
        .prefetch_related("questions", "city_service__areas")
    )


def _plain_values(form: ApplicationForm) -> dict[str, Any]:
    """What was written, as the fields took it: also what doesn't fit yet."""
    values: dict[str, Any] = {}
    for name, field in form.fields.items():
        if name in {"file", "website", "home"}:
            continue
        told = [str(one).replace("\0", "")[:LONGEST_VALUE] for one in form.data.getlist(name)[:50]]  # type: ignore[attr-defined]
        values[name] = told if getattr(field.widget, "allow_multiple_selected", False) else next(iter(told), "")
    return values


def _kept_file(kept: Draft, form: ApplicationForm) -> str:
    """Keep an attached file with the draft; what is wrong with it, "" for nothing."""
    sent = form.cleaned_data.get("file")
    if not sent:
        return ""
    try:
        keep_draft_file(kept, sent.read(), sent.name or "", at=timezone.now())
    except Problem as problem:
        return str(problem.detail)
    return ""


def _application(request: HttpRequest, kept: Draft, form: ApplicationForm, person: Any) -> Application:
    told = form.cleaned_data
    language: Any = get_language() or "fi"
    return Application(
        key=str(kept.uuid),
        home=Municipality.objects.get(pk=told["home"]),
        language=language,
        text=told["text"],
        answers=form.answers(),
        files=tuple(File(**{name: getattr(one, name) for name in _FILE_FIELDS}) for one in kept.files.all()),
        sender=sender_of(told, person),
        is_identified=is_identified(request),
    )


def _equivalents(row: ServiceForm, home: str) -> list[Any]:
    """The same service where the resident may use it."""
    rows = offered().filter(service=row.city_service.service_id).exclude(pk=row.city_service_id)
    return [one for one in rows.order_by("city__position") if may_use(one, home) is not MayUse.NO]
