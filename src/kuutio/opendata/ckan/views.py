"""The door of the Action API: who asks, what for, and the envelope that the answer goes in."""

import json
import re
from contextlib import nullcontext
from hashlib import blake2b
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from kuutio.cities.keys import key_of
from kuutio.cities.models import ApiKey
from kuutio.core.problems import Problem
from kuutio.opendata.ckan import (  # importing them names their actions
    about,
    datastore,
    groups,
    organizations,
    packages,
    resources,
    rows,
    search,
)
from kuutio.opendata.ckan.errors import BadRequest, Refusal, refusal_of
from kuutio.opendata.ckan.inputs import inputs_of
from kuutio.opendata.ckan.registry import ACTIONS, Call, Known, help_address
from kuutio.ui.clients import address_of

SUBJECTS = (about, datastore, groups, organizations, packages, resources, rows, search)

_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,99}(\.[A-Za-z_$][\w$]{0,99}){0,5}")
_JSON = "application/json; charset=utf-8"
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-CKAN-API-Key, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, X-Request-Id",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt  # only a key in a header gives rights here, which no page of another site can send unseen
def action(request: HttpRequest, name: str, version: str = "3") -> HttpResponse:
    """Run an action and answer in CKAN's envelope."""
    if request.method == "OPTIONS":
        return _opened(HttpResponse(status=204))
    if request.method not in {"GET", "HEAD", "POST", "PUT"}:
        response = HttpResponse(status=405)
        response["Allow"] = "GET, HEAD, POST, OPTIONS"
        return _opened(response)
    known = ACTIONS.get(name)
    if known is None:
        return _bare(f"Bad request: Action name not known: {name}")
    callback = request.GET.get("callback", "") if request.method in {"GET", "HEAD"} else ""
    if callback and not _CALLBACK.fullmatch(callback):
        return _bare("Bad request: The callback is no name of a function.")
    try:
        key = None if callback else _key(request)  # a script of any site may call so: it sees what everybody sees
        # A program that names no language reads CKAN's own words.
        asked = request.headers.get("Accept-Language") or request.GET.get("lang")
        with nullcontext() if asked else translation.override("en"):
            response = _answered(request, name, known, key)
    except BadRequest as bad:
        return _bare(f"Bad request: {bad}" if not str(bad).startswith("Bad request") else str(bad))
    if response.status_code == 200 and callback:
        response.content = f"{callback}({response.content.decode()});".encode()
        response["Content-Type"] = "application/javascript; charset=utf-8"
    if response.status_code == 200 and request.method in {"GET", "HEAD"} and key is None:
        return _conditional(request, response)
    response["Cache-Control"] = "no-store"
    return _opened(response)


def root(request: HttpRequest, version: str = "3") -> HttpResponse:
    """Which version of the API this is."""
    return _opened(HttpResponse(json.dumps({"version": 3}), content_type=_JSON))


def actions(request: HttpRequest, version: str = "3") -> HttpResponse:
    """The names of the actions: where the interface begins, for who follows its address out of a catalogue."""
    envelope = {"help": help_address("help_show"), "success": True, "result": sorted(ACTIONS)}
    return _conditional(request, HttpResponse(_encoded(envelope), content_type=_JSON))


def _answered(request: HttpRequest, name: str, known: Known, key: ApiKey | None) -> HttpResponse:
    envelope: dict[str, Any] = {"help": help_address(name)}
    again_s = 0
    try:
        call = Call(
            data=inputs_of(request, reads=known.reads),
            person=key.person if key else None,
            scopes=frozenset(key.scopes) if key else frozenset(),
            at=timezone.now(),
            caller=f"key:{key.pk}" if key else address_of(request),
            language=request.LANGUAGE_CODE or "",
        )
        envelope |= {"success": True, "result": known.run(call)}
        status = 200
    except Problem as problem:
        refusal = refusal_of(problem)
        status, error, again_s = refusal.status, refusal.error, problem.again_s
        envelope |= {"success": False, "error": error}
    except Refusal as refusal:
        status = refusal.status
        envelope |= {"success": False, "error": refusal.error}
    response = HttpResponse(_encoded(envelope), status=status, content_type=_JSON)
    if again_s:
        response["Retry-After"] = str(again_s)
    return response


def _encoded(envelope: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(envelope, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return orjson.dumps(_within_64_bits(envelope), default=str, option=orjson.OPT_NON_STR_KEYS)


def _within_64_bits(value: Any) -> Any:
    """The same with numbers that are too long for most readers as floats; PostgreSQL keeps 1e20 as a whole number."""
    if isinstance(value, dict):
        return {name: _within_64_bits(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_within_64_bits(part) for part in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float(value)
    return value


def _key(request: HttpRequest) -> ApiKey | None:
    """The key that was shown in either of CKAN's headers; one that isn't valid is none."""
    shown = request.headers.get("Authorization") or request.headers.get("X-CKAN-API-Key") or ""
    return key_of(shown.removeprefix("Bearer "), at=timezone.now()) if len(shown) < 500 and "\0" not in shown else None


def _bare(message: str) -> HttpResponse:
    response = HttpResponse(json.dumps(message, ensure_ascii=False), status=400, content_type=_JSON)
    response["Cache-Control"] = "no-store"
    return _opened(response)


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A public answer with its tag, or 304 to who has it already."""
    etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response["ETag"], response["Cache-Control"] = etag, "public, max-age=0, must-revalidate"
    answer = get_conditional_response(request, etag=etag, response=response) or response
    return _opened(answer)


def _opened(response: HttpResponse) -> HttpResponse:
    for header, value in _OPEN.items():
        response[header] = value
    return response
