"""One way of writing for both formats: plain lists and dictionaries become JSON as they are, and XML by the names of their parts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape

from django.http import HttpResponse

Form: TypeAlias = Literal["xml", "json"]

TYPES: Mapping[Form, str] = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}

PARTS: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "media_urls": "media_url",
    "log": "entry",
}
"""What the elements of a list are called in XML. The list's own element stays when it holds one or none."""

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTES = {'"': "&quot;", "'": "&apos;", "\r": "&#13;"}


def written(root: str, body: Any, form: Form, *, status: int = 200) -> HttpResponse:
    """An answer.

    Args:
        root: the root element's name in XML; JSON has none.
        body: dictionaries, lists, texts, numbers, truths and None.
    """
    text = _HEAD + _element(root, body) if form == "xml" else json.dumps(body, ensure_ascii=False, default=str)
    data = text.encode("utf-8", "replace")
    return HttpResponse(data, status=status, headers={"Content-Type": TYPES[form]})


def form_of(path: str) -> Form:
    """The format that an address asks for; XML, the one that every server must speak, where it asks for none."""
    return "json" if path.endswith(".json") else "xml"


def _element(name: str, value: Any) -> str:
    inside = _inside(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "".join([_element(key, part) for key, part in value.items()])
    if isinstance(value, list | tuple):
        part = PARTS[name]
        return "".join([_element(part, one) for one in value])
    return escape(_NOT_XML.sub("", str(value)), _QUOTES)
