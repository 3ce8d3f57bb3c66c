"""Follow a data set, and stop: from its page, from one's own, from a letter."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kuutio.cities.models import Person
from kuutio.opendata.actions import following
from kuutio.opendata.pages.frame import framed
from kuutio.ui.wording import localized


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def follow(request: HttpRequest, name: str) -> HttpResponse:
    """Follow it (POST); GET comes from the sign-in and leads back to the data set."""
    dataset = framed(request, name).dataset
    if request.method == "POST":
        person = cast(Person, request.user)
        following.follow_dataset(dataset, by=person, at=timezone.now())
        messages.success(
            request,
            _("You follow this data set. A letter comes to %(address)s when its data change, at most one a day.")
            % {"address": person.email},
        )
    return redirect("opendata:dataset", name=name)


@require_POST
@login_required
def unfollow(request: HttpRequest, name: str) -> HttpResponse:
    """Stop following it."""
    dataset = framed(request, name).dataset
    following.unfollow_dataset(dataset, by=cast(Person, request.user), at=timezone.now())
    messages.success(request, _("You no longer follow this data set."))
    return redirect("opendata:dataset", name=name)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stop from a letter, without signing in: a page that asks, and the press of its button or of the mail program's own.

    No cookie takes part in it, so that another site gains nothing by posting here: the token is the right.
    """
    found = following.followed_by(token)
    if request.method == "POST" and found:
        following.unfollow_dataset(found.dataset, by=found.person, at=timezone.now())
    context = {
        "title": localized(found.dataset.title)[0] if found else "",
        "dataset": found.dataset if found else None,
        "left": request.method == "POST" or found is None,
    }
    return render(request, "opendata/unfollow.html", context)
