"""Parts of a page that ask again every few seconds: nothing is sent where nothing has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language


def polled(request: HttpRequest, template: str, context: Mapping[str, Any], facts: object) -> HttpResponse:
    """A part of a page, or 304 when the asker has it already.

    Args:
        facts: what the part shows, as JSON values, times and names: the same facts in the same language for the same person are the same part.
    """
    told = json.dumps([facts, get_language(), request.user.pk], sort_keys=True, default=str)
    etag = f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    wanted = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    response = HttpResponseNotModified() if etag in wanted else render(request, template, context)
    response["ETag"] = etag
    # Kept by the asker's own browser, and never shown without asking: what comes of an unchanged part is a 304.
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
