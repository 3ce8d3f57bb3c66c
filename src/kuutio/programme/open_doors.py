"""The programme's open data at addresses of its own: the same rows as in the catalogue, as they are this moment.

What is small is made whole and told by its own content; the official lists are long, and stream.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from kuutio.core.published import Row
from kuutio.core.spreadsheets import csv_line
from kuutio.opendata.answers import CURRENT, etag_of, only, open_to_all
from kuutio.programme import granted, public_fields, public_rows
from kuutio.programme.models import ListedProject
from kuutio.programme.project_map import features

Fields = tuple[Any, ...]


def whole(request: HttpRequest, body: bytes, kind: str, name: str = "") -> HttpResponseBase:
    """An answer that is told by its content: a caller who has it already gets 304."""
    tag = etag_of(body.hex() if len(body) < 64 else str(hash_of(body)), kind)
    response = get_conditional_response(request, etag=tag) or HttpResponse(body, content_type=kind)
    return _headed(response, tag, name)


def _headed(response: HttpResponseBase, tag: str, name: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Cache-Control"] = CURRENT
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return open_to_all(response)  # type: ignore[arg-type, return-value]  # only headers are set
