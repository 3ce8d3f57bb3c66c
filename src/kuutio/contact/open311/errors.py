"""Refusals as Open311 tells them: a list of codes and descriptions, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from kuutio.contact.open311.writing import Form, written
from kuutio.core.problems import Problem, Text

KEPT = frozenset({403, 404, 405, 413, 415, 429})
"""What else a client got wrong is a 400: GeoReport knows no other."""


class Refused(Exception):
    """A request that the standard's door can't answer.

    Attributes:
        status: of HTTP.
        descriptions: sentences for the end user, one for each thing to mend.
    """

    def __init__(self, status: int, *descriptions: Text, allow: str = "") -> None:
        super().__init__(status)
        self.status, self.descriptions, self.allow = status, descriptions, allow


def answer_of(form: Form, refused: Refused | Problem) -> HttpResponse:
    """The answer to a refused request, whether the door or a verb of the domain refused it."""
    if isinstance(refused, Refused):
        response = errors(form, refused.status, refused.descriptions)
        if refused.allow:
            response["Allow"] = refused.allow
        return response
    said = [error["detail"] for error in refused.errors] or [refused.detail]
    return errors(form, refused.status, said)


def errors(form: Form, status: int, descriptions: Iterable[Text]) -> HttpResponse:
    """Errors in a format, each with the answer's own status as its code."""
    status = status if status in KEPT or status >= 500 else 400
    body = [{"code": str(status), "description": str(said)} for said in descriptions]
    response = written("errors", body, form, status=status)
    response["Cache-Control"] = "no-store"
    return response
