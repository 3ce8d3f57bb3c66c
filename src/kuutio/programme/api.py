"""The rules of joint projects for programs: the same questions as on the pages and at the command line, in the same JSON.

Nothing is stored: whoever has a consortium or a budget in a system of their own asks before anybody types it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from kuutio.core.grants import cases
from kuutio.core.grants.reading import Node, Unreadable, load
from kuutio.core.problems import Invalid
from kuutio.ui import findings

router = Router(tags=["programme"])
MOST_BYTES = 1_000_000
_CASE = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    }
}


@router.post(
    "/programme/eligibility", summary="Ask who may apply (E1 to E12)", openapi_extra=_CASE, response=dict[str, Any]
)
def post_eligibility(request: HttpRequest) -> HttpResponse:
    """Takes one case as `./kuutio programme eligibility` does; every rule that fails is told, with what to mend."""
    return _answered(request, cases.eligibility)


@router.post("/programme/budget", summary="Work out a budget (M1 to M8)", openapi_extra=_CASE, response=dict[str, Any])
def post_budget(request: HttpRequest) -> HttpResponse:
    """Takes one case as `./kuutio programme budget` does; amounts are texts such as "1234.50"."""
    return _answered(request, cases.budget)


def _answered(request: HttpRequest, rule: Callable[..., dict[str, Any]]) -> HttpResponse:
    if len(request.body) > MOST_BYTES:
        raise Invalid(_("The case is larger than a megabyte."))
    try:
        told = rule(Node(load(request.body.decode())), details=True)
    except Unreadable as error:
        errors = [{"pointer": error.pointer, "detail": error.detail}]
        raise Invalid(_("The case can’t be understood."), errors=errors) from error
    except ValueError as error:
        raise Invalid(_("The case is no JSON.")) from error
    for one in told["findings"]:
        one["detail"] = findings.words(cases.finding_of(one))
    return JsonResponse(told)
