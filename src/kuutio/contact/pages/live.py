"""What changes on a case's screen while it is open: who else is there, an answer on its way, a draft that is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kuutio.contact.actions.answering import keep_answer
from kuutio.contact.actions.presence import note_presence
from kuutio.contact.attending import live_parts
from kuutio.contact.pages.polling import polled
from kuutio.contact.pages.work import seen_case
from kuutio.core.problems import NotAllowed, Problem


@require_safe
def live(request: HttpRequest, number: str) -> HttpResponse:
    """The part of a case's screen that asks again every few seconds; 304 while nothing has changed.

    Whoever isn't signed in any more is refused here and not led to the sign-in, which a part of a page can't show.
    """
    person, case, view = seen_case(request, number)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."))
    now = timezone.now()
    note_presence(case, by=person, at=now)
    parts = live_parts(case, person, now)
    since = request.GET.get("since", "")
    is_old = since != parts["stamp"]
    held = parts["held"]
    facts = [parts["others"], held and [held.pk, held.send_at], parts["stamp"], since]
    return polled(request, "contact/work/live.html", {"case": case, **parts, "stamp": since, "is_old": is_old}, facts)


@require_POST
@never_cache
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what has been written so far; says so in a few words."""
    person, case, _view = seen_case(request, number)
    now = timezone.now()
    said = {name: request.POST.get(name, "").replace("\0", "") for name in ("text", "then", "key")}
    try:
        kept = keep_answer(case, **said, by=person, at=now)
    except NotAllowed:
        raise
    except Problem as problem:
        return render(request, "contact/work/kept.html", {"problem": problem.detail}, status=422)
    return render(request, "contact/work/kept.html", {"kept": kept, "now": now})
