"""What a resident decides about their data in a case, by its secret link: how they are told, a copy, removal."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.contact.actions.claiming import claim_contacts
from kuutio.contact.actions.forgetting import ask_erasure, is_erasable
from kuutio.contact.actions.residents import change_reach
from kuutio.contact.exporting import exported, exported_case, kept_in_words
from kuutio.contact.incoming import Sender
from kuutio.contact.models import Participant
from kuutio.contact.pages.following import opened_case, page_of
from kuutio.contact.pages.forms import ChangeReachForm
from kuutio.core.problems import Problem


@require_POST
@never_cache
def reach(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Another way to be told."""
    case = opened_case(number, secret)
    form = ChangeReachForm(request.POST, allows_anonymous=case.category.allows_anonymous)
    if form.is_valid():
        language: Any = get_language() or "fi"
        try:
            change_reach(case, Sender(**form.cleaned_data), language=language, at=timezone.now())
        except Problem as problem:
            form.add_error(None, str(problem.detail))
        else:
            messages.success(request, _("From now on we tell you as you chose."))
            return redirect("contact:followed", number=case.number, secret=secret)
    return page_of(request, case, secret, reach_form=form, status=422)


@require_safe
@never_cache
def export(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """A copy of the case as its resident sees it, one JSON file."""
    case = opened_case(number, secret)
    row = case.participants.filter(kind=Participant.Kind.REPORTER).select_related("contact", "case").first()
    body: dict[str, Any] = {"exported_at": timezone.now().isoformat()}
    body |= exported(row) if row else exported_case(case)
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Removing what one wrote: first what that means for this very case, then the deed."""
    case = opened_case(number, secret)
    if request.method == "POST":
        if ask_erasure(case, at=timezone.now()):
            messages.success(request, _("What you wrote, your photos and your contact details have been removed."))
        else:
            case.refresh_from_db()
            messages.success(request, _("We have written down your wish. It is carried out by itself."))
        return redirect("contact:followed", number=case.number, secret=secret)
    context = {
        "case": case,
        "secret": secret,
        "at_once": is_erasable(case),
        "kept": "" if is_erasable(case) else kept_in_words(case),
    }
    return render(request, "contact/followed/erase.html", context)


@require_POST
@never_cache
@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """Bring the cases that were reported with one's own address to one's account."""
    count = claim_contacts(cast(Person, request.user), at=timezone.now())
    said = ngettext(
        "%(count)s case was brought to your account.", "%(count)s cases were brought to your account.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("web:mine")
