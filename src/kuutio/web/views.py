"""The joint pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.vary import vary_on_headers


@vary_on_headers("Accept-Language")
def to_language(request: HttpRequest) -> HttpResponse:
    """From `/` to the front page in the reader's language."""
    return redirect(f"/{translation.get_language()}/")


def front(request: HttpRequest) -> HttpResponse:
    """One question, then doors, then what is happening, then how well we serve."""
    return render(request, "web/front.html")


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What a person has done and waits for, over all the domains."""
    return render(request, "web/mine.html")
