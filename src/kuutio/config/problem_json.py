"""How a refusal is told to programs: `application/problem+json`."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kuutio.core.problems import Problem
from kuutio.opendata.answers import open_to_all

#: Addresses below which a caller is a program.
PROGRAMS = ("/api/", "/data/", "/catalog.", "/datastore/", "/healthz", "/readyz")


def for_program(request: HttpRequest) -> bool:
    """Whether the answer goes to a program rather than to a person."""
    return request.path.startswith(PROGRAMS)


def problem_response(
    kind: str, status: int, detail: str, *, errors: list[dict[str, object]] | None = None, **facts: object
) -> HttpResponse:
    """A problem as RFC 9457 shapes it; `type` is an address of our documentation."""
    body = {
        "type": f"{settings.SITE_URL}/problems#{kind}",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": detail,
        **facts,
    }
    if errors:
        body["errors"] = errors
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return open_to_all(response)  # a page of another origin must be able to read why it was refused


def of(problem: Problem) -> HttpResponse:
    """The answer for a problem raised by a verb or a query."""
    said = problem_response(problem.kind, problem.status, str(problem.detail), errors=problem.errors, **problem.facts)
    if problem.again_s:
        said["Retry-After"] = str(problem.again_s)
    return said
