"""The pages of an application: begun, written by its partners, watched by the rules as it grows."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Organisation, Person
from kuutio.core.numbers import share
from kuutio.core.problems import NotAllowed, Problem
from kuutio.programme import call_permissions as permissions
from kuutio.programme import call_queries as queries
from kuutio.programme import figures, questions
from kuutio.programme.actions import applying, drafting, submitting
from kuutio.programme.core_form import CORE
from kuutio.programme.handing import letter_for
from kuutio.programme.models import Application, ApplicationPartner, Idea
from kuutio.programme.models.applications import CATEGORIES
from kuutio.programme.pages.application_forms import BeginForm, CommonForm, InviteForm, PartForm, begins_with
from kuutio.programme.pages.call_shared import (
    application_crumbs,
    application_of,
    attempt,
    call_of,
    crumbs,
    named,
    now,
    part_of,
)
from kuutio.programme.pages.shared import form_page, show, signed_in
from kuutio.programme.problems import ChangedMeanwhile
from kuutio.ui import findings
from kuutio.ui.wording import language, localized, money

FORM = require_http_methods(["GET", "HEAD", "POST"])
AUTOSAVE = "X-Autosave"


@require_safe
@never_cache
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """What a person writes in, and the invitations that wait for them."""
    person, at = signed_in(request), now()
    rows = [(row, queries.held(row, at)) for row in queries.own_of(person)]
    context = {
        "rows": rows,
        "invitations": [(one, applying.token_of(one)) for one in queries.invitations_of(person)],
        "ideas": list(Idea.objects.filter(actor=person).select_related("call").order_by("-state_since")),
        "crumbs": [{"title": _("My page"), "url": reverse("web:mine")}, {"title": _("Applications")}],
    }
    return render(request, "programme/applications/list.html", context)


@FORM
@never_cache
@login_required
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an application as the lead of a consortium."""
    at, call, person = now(), call_of(request, slug), signed_in(request)
    ideas = Idea.objects.filter(call=call, actor=person, state=Idea.State.GREEN).order_by("-state_since")
    wanted = _uuid(request.GET.get("idea", ""))
    idea = (ideas.filter(uuid=wanted).first() if wanted else None) or ideas.first()
    bound = queries.binds(person)
    initial = begins_with(bound[0] if bound else None) | ({"title": {person.language: idea.title}} if idea else {})
    form = BeginForm(
        request.POST if request.method == "POST" else None, cities=queries.member_cities(call), initial=initial
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            row = applying.begin_application(
                call, lead=form.body(), title=told["title"], idea=idea, key=told["key"], by=person, at=at
            )
        except NotAllowed as problem:
            form.add_error(None, str(problem.detail))
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(
                request,
                _("The application is begun. Invite partners, and write at your own pace: what you write is kept."),
            )
            return redirect("programme:application", number=row.uuid)
    lead = _("You begin it as the lead. Everything can be changed until it is sent.")
    return form_page(
        request, form, _("New application"), crumbs(call, _("New application")), lead=lead, button=_("Begin")
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# --- the whole --------------------------------------------------------------------------------------------------------


@require_safe
@never_cache
@login_required
def application(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """An application: where it stands, who is in, its parts, and what the rules say of it."""
    at = now()
    person, row = application_of(request, number)
    return page_of(request, person, row, at)


def page_of(
    request: HttpRequest, person: Person, row: Application, at: Any, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of an application, also as it comes back with an invitation's errors."""
    lead = permissions.is_lead(person, row)
    who = " ".join(request.GET.get("who", "").split())[:80]
    asked = request.GET.get("organisation", "").replace("\0", "")[:80]
    picked = Organisation.objects.filter(slug=asked).first() if lead and asked else None
    context = {
        "row": row,
        "name": named(row),
        "held": queries.held(row, at),
        "is_lead": lead,
        "is_editable": row.is_editable,
        "may_decide": permissions.may_decide(person, row),
        "partners": [
            {"partner": one, "may_write": permissions.may_write_part(person, one) and row.is_editable, "figures": told}
            for one, told in _with_figures(row)
        ],
        "gone": [one for one in row.partners.all() if not one.is_in],
        "invite_form": InviteForm(cities=queries.member_cities(row.call), initial=begins_with(picked)),
        "who": who,
        "found": queries.organisations_like(who) if lead and row.is_editable else [],
        "picked": picked,
        "versions": list(row.versions.order_by("-number")),
        "changes": list(row.change_requests.all()),
        "texts": [(one, row.texts.get(one.key, "")) for one in CORE if row.texts.get(one.key)],
        "answers": [
            (localized(one["text"])[0], questions.said(one, answer))
            for one in row.call.questions
            if (answer := row.answers.get(one["key"]))
        ],
        "decided": any(one.decided.all() for one in row.partners.all()),
        "crumbs": application_crumbs(row),
        "letter": letter_for(person, row),
        **panel_of(row),
        **more,
    }
    return render(request, "programme/applications/application.html", context, status=status)


def _with_figures(row: Application) -> list[tuple[ApplicationPartner, Any]]:
    computed = figures.computed(row)
    return [(one, computed.partners[str(one.pk)]) for one in figures.partners_of(row)]


def panel_of(row: Application) -> dict[str, Any]:
    """What the live panel shows: cities that light up, each rule with what to mend, whether the budget balances."""
    lit, rules, computed = figures.lit_of(row), figures.panel_of(row), figures.computed(row)

    def name(pk: str) -> str:
        return submitting.name_of(row, pk)

    words = [(one, [findings.words(each, name) for each in one.findings]) for one in rules if one.holds is not None]
    lacks = submitting.lacks_of(row) if row.is_editable else []
    return {
        "cities": [(city, str(city.name.localize("fi")) in lit) for city in queries.member_cities(row.call)],
        "lit": len(lit),
        "least": figures.terms_of(row.call).least_cities,
        "rules": words,
        "failing": sum(one.holds is False for one in rules),
        "budget_words": [findings.words(one, name) for one in computed.findings],
        "project": computed.project,
        "share": share(Decimal(row.support_bp) / 10_000, language(), decimals=2 if row.support_bp % 100 else 0),
        "lacks": lacks,
        "is_ready": figures.holds(rules) and not computed.findings and not lacks,
    }


@require_safe
@never_cache
@login_required
def panel(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """The live panel alone, for the page that is being written."""
    _person, row = application_of(request, number)
    return render(request, "programme/applications/panel.html", {"row": row, **panel_of(row)})


# --- writing ----------------------------------------------------------------------------------------------------------


@FORM
@never_cache
@login_required
def common(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Write the common part; by script it saves itself."""
    at = now()
    person, row = application_of(request, number)
    applying.demand_lead(row, person)
    form = CommonForm(request.POST if request.method == "POST" else None, application=row)
    if form.is_valid():
        told = form.cleaned_data
        try:
            row = drafting.write_common(row, revision=told["revision"], by=person, at=at, **form.values())
        except ChangedMeanwhile as problem:
            return _meanwhile(request, row, form, problem, _common_page)
        except Problem as problem:
            show_text(problem, form)
        else:
            return _saved(request, row, row.revision)
    if request.headers.get(AUTOSAVE) and form.is_bound:
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    return _common_page(request, row, form)


def show_text(problem: Problem, form: Any) -> None:
    """A refusal beside its field, whose name in the form has a prefix."""
    for error in problem.errors:
        key = error["pointer"].strip("/")
        name = next((one for one in (key, f"text_{key}", f"answer_{key}", f"cost_{key}") if one in form.fields), None)
        form.add_error(name, str(error["detail"]))
    if not problem.errors:
        form.add_error(None, str(problem.detail))


def _common_page(request: HttpRequest, row: Application, form: Any, **more: Any) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "title": _("Common part"),
        "crumbs": application_crumbs(row, _("Common part")),
        "save_url": reverse("programme:application-text", args=[row.uuid]),
        **panel_of(row),
        **more,
    }
    status = more.get("status") or (422 if form.is_bound else 200)
    return render(request, "programme/applications/write.html", context, status=status)


def _saved(request: HttpRequest, row: Application, revision: int) -> HttpResponse:
    if request.headers.get(AUTOSAVE):
        return JsonResponse({"revision": revision})
    messages.success(request, _("Saved."))
    return redirect("programme:application", number=row.uuid)


def _meanwhile(
    request: HttpRequest, row: Application, form: Any, problem: ChangedMeanwhile, page: Any, **more: Any
) -> HttpResponse:
    """Both texts: the writer's own in the form, the saved one below, so that nothing is lost and the writer chooses."""
    if request.headers.get(AUTOSAVE):
        return JsonResponse({"revision": problem.facts["revision"], "detail": str(problem.detail)}, status=409)
    form.data = form.data.copy()
    form.data["revision"] = problem.facts["revision"]
    both = list(_side_by_side(form, problem.facts["theirs"], problem.facts["yours"]))
    return page(request, row, form, status=409, problem=problem, both=both, **more)  # type: ignore[no-any-return]


def _side_by_side(form: Any, theirs: dict[str, Any], yours: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for name, saved in theirs.items():
        own = yours[name]
        if isinstance(saved, dict) or isinstance(own, dict):
            saved, own = saved or {}, own or {}
            found += [
                (_label(form, name, key), _shown(name, saved.get(key)), _shown(name, own.get(key)))
                for key in sorted({*saved, *own})
                if saved.get(key) != own.get(key)
            ]
        else:
            found.append((_label(form, name, ""), _shown(name, saved), _shown(name, own)))
    return found


def _shown(name: str, value: Any) -> str:
    if isinstance(value, int) and name in ("costs", "income_cents"):
        return money(value)
    return "" if value is None else str(value)


def _label(form: Any, name: str, key: str) -> str:
    for field in (f"text_{key}", f"answer_{key}", f"cost_{key}", name, {"income_cents": "income"}.get(name, "")):
        if field in form.fields:
            label = str(form.fields[field].label)
            return f"{label} ({key})" if field == name and key else label
    return name


@FORM
@never_cache
@login_required
def part(request: HttpRequest, number: uuid.UUID, position: int) -> HttpResponse:
    """A partner's own part: read by the consortium, written by the partner."""
    at = now()
    person, row = application_of(request, number)
    partner = part_of(row, position)
    if not permissions.may_write_part(person, partner) or not row.is_editable:
        if request.method == "POST":
            raise NotAllowed(_("Each partner writes its own part."))
        return _part_read(request, person, row, partner)
    form = PartForm(
        request.POST if request.method == "POST" else None,
        partner=partner,
        application=row,
        cities=queries.member_cities(row.call),
    )
    if form.is_valid():
        try:
            saved = drafting.write_part(
                partner, revision=form.cleaned_data["revision"], by=person, at=at, **form.values()
            )
        except ChangedMeanwhile as problem:
            return _meanwhile(request, row, form, problem, _part_page, partner=partner)
        except Problem as problem:
            show_text(problem, form)
        else:
            if request.headers.get(AUTOSAVE):
                return JsonResponse({"revision": saved.revision})
            messages.success(request, _("Saved."))
            return redirect("programme:application-part", number=number, position=position)
    if request.headers.get(AUTOSAVE) and form.is_bound:
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    return _part_page(request, row, form, partner=partner)


def _part_page(
    request: HttpRequest, row: Application, form: Any, *, partner: ApplicationPartner, **more: Any
) -> HttpResponse:
    context = {
        "row": row,
        "partner": partner,
        "form": form,
        "title": partner.name,
        "crumbs": application_crumbs(row, partner.name),
        "save_url": reverse("programme:application-part", args=[row.uuid, partner.position]),
        "figures": figures.computed(row).partners.get(str(partner.pk)),
        **panel_of(row),
        **more,
    }
    status = more.get("status") or (422 if form.is_bound else 200)
    return render(request, "programme/applications/write.html", context, status=status)


def _part_read(request: HttpRequest, person: Person, row: Application, partner: ApplicationPartner) -> HttpResponse:
    names = dict(CATEGORIES)
    context = {
        "row": row,
        "partner": partner,
        "costs": [(names[code], cents) for code, cents in figures.costs_of(partner).items()],
        "figures": figures.computed(row).partners.get(str(partner.pk)),
        "is_lead": permissions.is_lead(person, row),
        "crumbs": application_crumbs(row, partner.name),
    }
    return render(request, "programme/applications/part.html", context)


@require_POST
@never_cache
@login_required
def sign(request: HttpRequest, number: uuid.UUID, position: int) -> HttpResponse:
    """Sign a partner's part, as it was read."""
    at = now()
    person, row = application_of(request, number)
    partner = part_of(row, position)
    told = request.POST.get("revision", "")
    revision = int(told) if told.isdecimal() and len(told) < 10 else 0
    done = _("The part is signed. The signature falls if the part, or the terms of the money, change.")
    attempt(request, lambda: drafting.sign_part(partner, revision=revision, by=person, at=at), done)
    return redirect("programme:application-part", number=number, position=position)


# --- partners ---------------------------------------------------------------------------------------------------------


@require_POST
@never_cache
@login_required
def invite(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Invite an organisation."""
    at = now()
    person, row = application_of(request, number)
    form = InviteForm(request.POST, cities=queries.member_cities(row.call))
    if form.is_valid():
        try:
            applying.invite_partner(row, form.body(), email=form.cleaned_data["email"], by=person, at=at)
        except NotAllowed:
            raise
        except Problem as problem:
            show(problem, form)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect(f"{reverse('programme:application', args=[number])}#partners")
    return page_of(request, person, row, at, status=422, invite_form=form)


@require_POST
@never_cache
@login_required
def remove(request: HttpRequest, number: uuid.UUID, position: int) -> HttpResponse:
    """Leave a partner out."""
    at = now()
    person, row = application_of(request, number)
    attempt(
        request,
        lambda: applying.remove_partner(part_of(row, position), by=person, at=at),
        _("The partner is left out."),
    )
    return redirect("programme:application", number=number)


@require_POST
@never_cache
@login_required
def remind(request: HttpRequest, number: uuid.UUID, position: int) -> HttpResponse:
    """Send an invitation, or the wish for a signature, once more."""
    at = now()
    person, row = application_of(request, number)
    attempt(
        request,
        lambda: applying.remind_partner(part_of(row, position), by=person, at=at),
        _("The letter is on its way."),
    )
    return redirect("programme:application", number=number)


@FORM
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation as its link shows it: who asks, for what; accept or decline once signed in."""
    at, partner = now(), applying.invited_by(token)
    if partner is None:
        return render(
            request, "programme/applications/no_invitation.html", {"crumbs": crumbs(last=_("Invitation"))}, status=404
        )
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return _answered(request, partner, at)
    person = request.user if request.user.is_authenticated else None
    lead = next((one.name for one in partner.application.partners.all() if one.is_lead), "")
    context = {
        "partner": partner,
        "row": partner.application,
        "name": named(partner.application),
        "lead": lead,
        "closes": partner.application.call.closes_at,
        "is_claimed": permissions.is_claimed(partner.organisation),
        "may_join": person is not None
        and (
            partner.organisation is None
            or not permissions.is_claimed(partner.organisation)
            or permissions.may_bind(person, partner.organisation)
        ),
        "login": f"{reverse('account_login')}?next={request.path}",
        "crumbs": crumbs(last=_("Invitation")),
    }
    return render(request, "programme/applications/invitation.html", context)


def _answered(request: HttpRequest, partner: ApplicationPartner, at: Any) -> HttpResponse:
    person = signed_in(request)
    if request.POST.get("answer") == "decline":
        attempt(request, lambda: applying.decline(partner, by=person, at=at), _("You have declined. The lead is told."))
        return redirect("programme:applications")
    if attempt(
        request,
        lambda: applying.join(partner, by=person, at=at),
        _("You have joined. Write your own part, then sign it."),
    ):
        return redirect("programme:application-part", number=partner.application.uuid, position=partner.position)
    return redirect("programme:applications")
