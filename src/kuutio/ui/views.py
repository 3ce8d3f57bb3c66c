"""A city's stylesheet and the reader's choice of a city."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from kuutio.cities.places import City, cities
from kuutio.ui import theming

CITY_COOKIE = "city"
_YEAR = 365 * 24 * 3600


@require_safe
def theme(request: HttpRequest, city: str, fingerprint: str) -> HttpResponse:
    """A city's brand tokens. The address names the content, so it may be kept for ever; an old address is gone."""
    row = get_object_or_404(City, pk=city)
    if not row.theme or theming.fingerprint(row.theme) != fingerprint:
        raise Http404
    response = HttpResponse(theming.stylesheet(row.theme), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


@require_safe
def choose_city(request: HttpRequest) -> HttpResponse:
    """Remember the city that a reader looks at Kuutio from, and go back to where they were.

    A plain link: it changes nothing but the look of the reader's own pages. Without `city` the choice is forgotten.
    """
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    code = request.GET.get("city", "")
    if any(city.pk == code for city in cities()):
        response.set_cookie(
            CITY_COOKIE, code, max_age=_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(CITY_COOKIE, samesite="Lax")
    response["Cache-Control"] = "no-store"
    return response
