"""A person's own pages: what they did and wait for, their profile, keys and data."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities import actions, keys
from kuutio.cities.people import ApiKey, Person
from kuutio.core.problems import Problem
from kuutio.web import gathered
from kuutio.web.forms import EraseForm, KeyForm, ProfileForm


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; for views behind `login_required`."""
    return cast(Person, request.user)


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What a person has done and waits for, over all the domains; their roles; the way to their settings."""
    person = person_of(request)
    context = {
        "parts": gathered.shown(gathered.parts().mine, request),
        "roles": person.held_roles,
        "key_count": person.api_keys.filter(revoked_at=None).count(),
        "crumbs": _crumbs(),
    }
    return render(request, "web/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The person's name and language; after a change the page speaks the new language."""
    person = person_of(request)
    form = ProfileForm(_sent(request), initial={"name": person.name, "language": person.language})
    if form.is_valid():
        changed = actions.change_profile(person, **form.cleaned_data, by=person, at=timezone.now())
        with translation.override(changed.language):
            messages.success(request, _("Your profile is saved."))
            return redirect("web:mine")
    return _form_page(request, "web/mine/profile.html", form, _("Name and language"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def api_keys(request: HttpRequest) -> HttpResponse:
    """The person's keys, and a new one; the key itself is in this one answer and nowhere else."""
    person = person_of(request)
    form = KeyForm(_sent(request))
    made = None
    if form.is_valid():
        try:
            row, key = keys.issue_api_key(
                person, name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], by=person, at=timezone.now()
            )
            made, form = {"row": row, "key": key}, KeyForm()
        except Problem as problem:
            form.add_error(None, str(problem.detail))
    own = list(person.api_keys.all())
    context = {"keys": [_shown(key) for key in own if key.revoked_at is None], "made": made}
    context["revoked"] = [_shown(key) for key in own if key.revoked_at is not None]
    return _form_page(request, "web/mine/keys.html", form, _("API keys"), **context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def revoke_key(request: HttpRequest, key: int) -> HttpResponse:
    """Ask once, then make the key useless; another's key is not found."""
    row = get_object_or_404(ApiKey, pk=key, person=person_of(request))
    if request.method == "POST":
        keys.revoke_api_key(row, by=person_of(request), at=timezone.now())
        messages.success(request, _("The key “%(name)s” no longer works.") % {"name": row.name})
        return redirect("web:keys")
    crumbs = [*_crumbs(_("API keys"))[:-1], {"title": _("API keys"), "url": reverse("web:keys")}, {"title": row.name}]
    return render(request, "web/mine/revoke.html", {"key": row, "crumbs": crumbs})


@require_safe
@never_cache
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """What we keep about the person, and their rights."""
    return render(request, "web/mine/data.html", {"crumbs": _crumbs(_("My data"))})


@require_safe
@never_cache
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """All that the domains keep about the person, as one JSON file."""
    person = person_of(request)
    body = {part.key: part.export(person) for part in gathered.parts().personal}
    response = JsonResponse(
        {"exported_at": timezone.now().isoformat(), **body}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="kuutio-my-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account, after the person has shown who they are and said that they are sure."""
    form = EraseForm(_sent(request))
    if form.is_valid():
        try:
            actions.erase_person(
                person_of(request), gathered.parts().personal, by=person_of(request), at=timezone.now()
            )
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            logout(request)
            messages.success(request, _("Your account is erased. You can go on using Kuutio without one."))
            return redirect("web:front")
    kept = [line for part in gathered.parts().personal if part.kept for line in part.kept(person_of(request))]
    return _form_page(request, "web/mine/erase.html", form, _("Erase my account"), kept=kept)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent; None while nothing was, so that an empty form isn't full of errors."""
    return request.POST if request.method == "POST" else None


def _form_page(request: HttpRequest, template: str, form: Form, title: str, **more: Any) -> HttpResponse:
    context = {"form": form, "crumbs": _crumbs(title), **more}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _crumbs(last: str = "") -> list[dict[str, str]]:
    page = {"title": _("My page"), "url": reverse("web:mine") if last else ""}
    return [{"title": _("Front page"), "url": reverse("web:front")}, page, *([{"title": last}] if last else [])]


def _shown(key: ApiKey) -> dict[str, Any]:
    return {"row": key, "scopes": [str(keys.SCOPES.get(scope, scope)) for scope in key.scopes]}
