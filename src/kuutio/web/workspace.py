"""The officers' workspace: what waits for whom, by the roles they hold."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.core.problems import NotAllowed
from kuutio.web import gathered
from kuutio.web.mine import person_of
from kuutio.web.roles import administers_some


def may_work(person: Any) -> bool:
    """Anybody who holds a role in some organisation."""
    return person.is_authenticated and (person.is_superuser or bool(person.held_roles))


@require_safe
@never_cache
@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """The parts that the domains declared for this person's roles, what waits longest on top of each."""
    if not may_work(request.user):
        raise NotAllowed(
            _("The workspace is for people who work for a city or for the programme. Ask your organisation for a role.")
        )
    context = {
        "parts": gathered.shown(gathered.parts().work, request),
        "roles": person_of(request).held_roles,
        "gives_roles": administers_some(person_of(request)),
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Workspace")}],
    }
    return render(request, "web/work.html", context)
