"""The live board: how a city's or a desk's service stands at this moment."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.board import AGES_DAYS, board_of
from kuutio.contact.models import Case
from kuutio.contact.pages.polling import polled
from kuutio.contact.pages.work import crumbs, officer
from kuutio.ui import wording


def _followed(request: HttpRequest, slug: str) -> tuple[Person, Organisation, list[Organisation]]:
    """Who asks, the organisation whose board it is (their first one if none is named), and all those they follow."""
    person = officer(request)
    followed = list(permissions.boards_of(person, timezone.localdate()).values())
    chosen = next((one for one in followed if one.slug == slug or not slug), None)
    if chosen is None:
        raise Http404
    return person, chosen, followed


@require_safe
@never_cache
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """The page; its figures ask again by themselves."""
    person, chosen, followed = _followed(request, request.GET.get("of", ""))
    context = {
        **_shown(person, chosen),
        "boards": [
            {
                "title": wording.localized(one.name)[0],
                "url": f"{reverse('contact:board')}?of={one.slug}",
                "current": one.pk == chosen.pk,
            }
            for one in followed
        ],
        "crumbs": crumbs(_("Board")),
    }
    return render(request, "contact/work/board.html", context)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures alone; 304 while none of them has changed."""
    person, chosen, _followed_ones = _followed(request, request.GET.get("of", ""))
    shown = _shown(person, chosen)
    return polled(request, "contact/work/board_figures.html", shown, [chosen.slug, asdict(shown["board"])])


def _shown(person: Person, organisation: Organisation) -> dict[str, Any]:
    found = board_of(organisation, person, timezone.now())
    first, *others = AGES_DAYS
    ages = [ngettext("Under %(count)s day", "Under %(count)s days", first) % {"count": first}]
    ages += [
        _("%(from)s to %(to)s days") % {"from": young, "to": old} for young, old in zip(AGES_DAYS, others, strict=False)
    ]
    ages.append(ngettext("Over %(count)s day", "Over %(count)s days", AGES_DAYS[-1]) % {"count": AGES_DAYS[-1]})
    return {
        "organisation": organisation,
        "board": found,
        "ages": list(zip(ages, found.ages, strict=True)),
        "states": [(Case.State(state).label, count) for state, count in found.states.items()],
        "is_own": permissions.follows_people(person, organisation),
    }
