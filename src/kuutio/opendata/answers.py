"""Answers that are a pure function of (version, question): a strong ETag, 304 without work, open to every origin."""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import http_date, parse_etags
from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import BadQuery, OnlyRead

#: An answer of the current version: keep it, but ask whether it still holds.
CURRENT = "public, max-age=0, must-revalidate"
#: An answer of one named version never changes.
FOREVER = "public, max-age=31536000, immutable"
#: Answers kept ready in a process: bytes of one, and of all.
_ONE_READY, _ALL_READY = 512 * 1024, 16 * 1024 * 1024
#: Questions whose first asking is remembered.
_ASKED_ONCE = 8192


class Ready:
    """The answers that were asked for last, by their tags. Pages for people are made anew: they also tell who is signed in.

    An answer is kept when it is asked for again: who reads a table through, page by page, pushes nothing out.
    """

    def __init__(self, most: int = _ALL_READY) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[str, tuple[bytes, dict[str, str]]] = OrderedDict()
        self._once: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def answer(self, tag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
        """The kept answer, else a new one, which is kept when it is whole, small, for programs, and was asked for before."""
        with self._lock:
            found = self._kept.get(tag)
            if found:
                self._kept.move_to_end(tag)
            again = tag in self._once
            self._once[tag] = None
            if len(self._once) > _ASKED_ONCE:
                self._once.popitem(last=False)
        if found:
            return HttpResponse(found[0], headers=found[1])
        response = make()
        kind = response.headers.get("Content-Type", "")
        if again and response.status_code == 200 and not response.streaming and not kind.startswith("text/html"):
            self._keep(tag, response.content, dict(response.headers))
        return response

    def _keep(self, tag: str, body: bytes, headers: dict[str, str]) -> None:
        if len(body) > _ONE_READY:
            return
        with self._lock:
            if tag not in self._kept:
                self._bytes += len(body)
            self._kept[tag] = body, headers
            while self._bytes > self._most:
                _oldest, (gone, _headers) = self._kept.popitem(last=False)
                self._bytes -= len(gone)


_ready = Ready()


def etag_of(version: str, *question: str) -> str:
    """The strong tag of an answer; no part of a question may hold a line's end."""
    whole = "\n".join((version, *question))
    return f'"{blake2b(whole.encode(), digest_size=12).hexdigest()}"'


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let pages of any origin read the answer; no cookie takes part in it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Link, ETag, Content-Crs, OGC-NumberMatched, X-Request-Id"
    return response


def answered(
    request: HttpRequest,
    version: str,
    make: Callable[[], HttpResponse],
    *,
    forever: bool = False,
    changed_at: float | None = None,
    keep: bool = False,
) -> HttpResponse:
    """The answer, or 304 when the caller has it already.

    Args:
        version: of everything that the answer depends on, beside the address and its language.
        make: makes the answer; called only when it is needed.
        forever: the address names a version, so the answer never changes.
        changed_at: seconds since 1970, for `Last-Modified`.
        keep: the version tells the moment of the last change too, and many ask the same: give the same answer again.
    """
    asked = (request.path, request.META.get("QUERY_STRING", ""), request.META.get("HTTP_ACCEPT", ""))
    tag = etag_of(version, *asked, request.LANGUAGE_CODE or "")
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known and (tag in (tags := parse_etags(known)) or "W/" + tag in tags or "*" in tags):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _ready.answer(tag, make) if keep else make()
    response["ETag"] = tag
    response["Cache-Control"] = FOREVER if forever else CURRENT
    if changed_at is not None:
        response["Last-Modified"] = _http_date(int(changed_at))
    return open_to_all(response)


_http_date = lru_cache(maxsize=1024)(http_date)


def preflight(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The answer to a browser that asks whether it may call."""
    response = open_to_all(HttpResponse(status=204))
    response["Allow"] = response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Accept, Content-Type, Authorization, If-None-Match, Range"
    response["Access-Control-Max-Age"] = "86400"
    return response


def reading(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A door that is only read: browsers of any origin may ask first (OPTIONS), other methods are refused with 405."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return preflight(request)
        raise OnlyRead(_("This address is only read."))

    return door


def only(request: HttpRequest, *allowed: str) -> None:
    """Refuse parameters that the address doesn't know, and ones given twice.

    Raises:
        BadQuery: with one error for each.

    Source: OGC API - Features Part 1 (17-069r4), 7.15.1: an unknown parameter is answered with 400.
    """
    errors = [
        {"pointer": f"/{name}", "detail": f"There is no parameter {name!r} here."}
        for name in request.GET
        if name not in allowed
    ]
    errors += [
        {"pointer": f"/{name}", "detail": "Give this parameter once."}
        for name in request.GET
        if name in allowed and len(request.GET.getlist(name)) > 1
    ]
    if errors:
        raise BadQuery("Some parameters of the address can't be used.", errors=errors)
