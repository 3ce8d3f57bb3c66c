"""Error pages with a way out, in the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kuutio.core.problems import Problem


def _page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    return render(request, f"ui/errors/{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; asks nothing of the database."""
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: usually an old page; the way out is to open it again."""
    return render(request, "ui/errors/csrf.html", {}, status=403)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A refusal that no form could show."""
    known = problem.status if problem.status in {400, 403, 404, 429} else 400
    page = render(request, f"ui/errors/{known}.html", {"problem": problem}, status=problem.status)
    if problem.again_s:
        page["Retry-After"] = str(problem.again_s)
    return page
