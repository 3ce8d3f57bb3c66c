"""Mail that became no case: put aside as a machine's, or not readable. Who sees to it has it read after all."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.cities.models import Person
from kuutio.contact import permissions
from kuutio.contact.actions import mailing
from kuutio.contact.models import RawMail
from kuutio.contact.pages.work import crumbs
from kuutio.core.problems import NotAllowed

SHOWN = 100


def _keeper(request: HttpRequest) -> Person:
    """Who asks, when they see to the mail of the group.

    Raises:
        NotAllowed: they don't.
    """
    person = cast(Person, request.user)
    if not permissions.may_see_to_mail(person):
        raise NotAllowed(_("The joint desk and the programme office see to the group’s mail."))
    return person


@require_safe
@never_cache
@login_required
def kept_mail(request: HttpRequest) -> HttpResponse:
    """The mails that wait for somebody, the newest first: when they came and what is wrong, nothing of what is written in them."""
    _keeper(request)
    groups = [
        {
            "title": _("Could not be read"),
            "text": _("They are tried again four times a day. What nobody could read is removed after half a year."),
            "rows": _waiting(RawMail.State.FAILED),
            "act": "again",
            "go": _("Try again"),
        },
        {
            "title": _("Put aside"),
            "text": _("Spam, reports and answers of machines. They are removed after half a year."),
            "rows": _waiting(RawMail.State.QUARANTINED),
            "act": "take",
            "go": _("A person wrote it"),
        },
    ]
    return render(
        request, "contact/work/kept_mail.html", {"groups": groups, "crumbs": crumbs(_("Mail without a case"))}
    )


def _waiting(state: str) -> list[RawMail]:
    return list(RawMail.objects.filter(state=state).order_by("-received_at", "-pk")[:SHOWN])


@require_POST
@never_cache
@login_required
def read_mail(request: HttpRequest, mail: Any) -> HttpResponse:
    """Have one read after all."""
    person = _keeper(request)
    row = get_object_or_404(RawMail, uuid=mail)
    as_human = request.POST.get("act") == "take"
    case = mailing.read_after_all(row, as_human=as_human, by=person, at=timezone.now())
    if case is not None:
        messages.success(request, _("The mail is in the case %(number)s now.") % {"number": case.number})
    else:
        messages.error(request, _("The mail became no case. What is wrong stands beside it."))
    return redirect("contact:kept-mail")
