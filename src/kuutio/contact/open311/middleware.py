"""What others refuse below the door of Open311 (too many calls, a bug), told as Open311 tells it."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kuutio.contact.open311.doors import open_to_all
from kuutio.contact.open311.errors import errors
from kuutio.contact.open311.writing import form_of

Handler = Callable[[HttpRequest], HttpResponse]
_BELOW = "/api/open311/"


def own_errors(get_response: Handler) -> Handler:
    """Turn `application/problem+json` into the standard's errors; headers such as `Retry-After` stay."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(_BELOW) or not response.get("Content-Type", "").startswith(
            "application/problem+json"
        ):
            return response
        answer = errors(form_of(request.path), response.status_code, [json.loads(response.content)["detail"]])
        for name, value in response.items():
            answer.setdefault(name, value)
        return open_to_all(answer)

    return middleware
