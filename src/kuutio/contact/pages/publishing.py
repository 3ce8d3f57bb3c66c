"""What the public sees of a case, and the officer's summary: looked at first, then published, taken back when need be."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kuutio.contact.actions.reading import note_reading
from kuutio.contact.actions.summaries import doubts, faults, publish_summary
from kuutio.contact.open311.places import shown
from kuutio.contact.pages.forms import SummaryForm
from kuutio.contact.pages.work import seen_case
from kuutio.core.problems import NotAllowed, Problem


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """Preview, publish and take back.

    Raises:
        Http404: the one who asks doesn't see the case.
        NotAllowed: they see it, but another city has it.
    """
    person, case, view = seen_case(request, number)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    note_reading(case, view, by=person, at=timezone.now())
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = SummaryForm(request.POST if act in {"preview", "publish"} else None, initial={"text": case.public_text})
    preview, status = case.summary, 200
    if act == "withdraw":
        publish_summary(case, text="", by=person, at=timezone.now())
        messages.success(request, _("The summary has been taken back."))
        return redirect("contact:summary", number=case.number)
    if act and act not in {"preview", "publish"}:
        raise Http404
    if act and form.is_valid():
        text, has_looked = form.cleaned_data["text"].strip(), form.cleaned_data["has_looked"]
        wrong = faults(case, text, has_looked=has_looked)
        if act == "publish" and not wrong:
            try:
                publish_summary(case, text=text, by=person, at=timezone.now(), has_looked=has_looked)
            except NotAllowed:
                raise
            except Problem as problem:
                wrong = [str(problem.detail)]
            else:
                messages.success(request, _("The summary is public now."))
                return redirect("contact:summary", number=case.number)
        for one in wrong:
            form.add_error("text", one)
        preview = text if not wrong else case.summary
    if form.errors:
        status = 422
    lat, lon = shown(case.lon, case.lat)[::-1]
    context = {
        "case": case,
        "form": form,
        "preview": preview,
        "is_preview": act == "preview" and not form.errors,
        "asks_to_look": bool(form.is_bound and doubts(form.data.get("text", ""))),
        "lat": lat,
        "lon": lon,
        "crumbs": [
            {"title": _("Workspace"), "url": reverse("web:workspace")},
            {"title": _("Cases"), "url": reverse("contact:queue")},
            {"title": case.number, "url": reverse("contact:case", args=[case.number])},
            {"title": _("What the public sees")},
        ],
    }
    return render(request, "contact/work/public.html", context, status=status)
