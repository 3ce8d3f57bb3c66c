"""The front page, and the way to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from kuutio.web import front as front_page


@vary_on_headers("Accept-Language")
def to_language(request: HttpRequest) -> HttpResponse:
    """From `/` to the front page in the reader's language."""
    return redirect(f"/{translation.get_language()}/")


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """One question, then doors, then what is happening, then how well we serve."""
    return render(request, "web/front.html", front_page.context(request))
