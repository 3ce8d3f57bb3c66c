"""Writing to a role: who it is, and then the form that everybody uses, with the unit chosen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kuutio.contact import addressed
from kuutio.contact.actions.drafting import begin_draft
from kuutio.contact.pages.steps import ONE_STEP


@ONE_STEP
@never_cache
def to_role(request: HttpRequest, key: str) -> HttpResponse:
    """Who answers, and a button that begins to write to them; looking begins nothing."""
    found, category = addressed.addressee(key), addressed.category_of()
    if found is None or category is None:
        raise Http404
    if request.method == "POST":
        fields = {"category": category.pk, "city": found.unit.city_id, "to": key}
        draft = begin_draft(fields, at=timezone.now())
        return redirect("contact:report-details", draft=draft.uuid)
    language = get_language() or "fi"
    context = {
        "found": found,
        "subject": addressed.subject_of(found, language),
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": _("Report or ask"), "url": reverse("contact:report")},
            {"title": _("Get in touch")},
        ],
    }
    return render(request, "contact/report/to_role.html", context)
