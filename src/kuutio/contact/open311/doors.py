"""The addresses of Open311: each reads, calls, and writes in the format of its address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from kuutio.contact.files import MOST_BYTES
from kuutio.contact.known import settled
from kuutio.contact.models import Case
from kuutio.contact.open311 import listing, reading
from kuutio.contact.open311 import requests as facts
from kuutio.contact.open311.errors import Refused, answer_of, errors
from kuutio.contact.open311.posting import post
from kuutio.contact.open311.reading import Words
from kuutio.contact.open311.services import definition, services
from kuutio.contact.open311.writing import Form, form_of, written
from kuutio.core.language import Language
from kuutio.core.problems import Problem
from kuutio.core.when import day

log = logging.getLogger(__name__)

CHANGED = datetime.fromisoformat("2026-11-28T08:00:00+02:00")
"""When the addresses, fields or parameters of this door last changed: the changeset of its discovery document."""

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CUT = "X-Open311-Span"
_BODIES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", ""})
_WITH_FORM = 1024 * 1024
"""What a form takes beside its pictures, bytes."""

View = Callable[..., HttpResponse]


def door(*methods: str) -> Callable[[View], View]:
    """A view that takes some methods, has no cookie and no form of a page, and tells what is wrong as Open311 does."""

    def decorated(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, form: Form | None = None, **named: Any) -> HttpResponse:
            form = form or form_of(request.path)
            if request.method == "OPTIONS":
                return open_to_all(_preflight(methods))
            try:
                if request.method not in methods:
                    raise Refused(405, _("This address doesn't take that method."), allow=", ".join(methods))
                _check_body(request)
                words = Words.of(request)
                with translation.override(reading.language(words) or translation.get_language()):
                    response = view(request, words=words, form=form, **named)
                    response["Content-Language"] = translation.get_language() or "fi"
            except (Refused, Problem) as refused:
                response = answer_of(form, refused)
            except RequestDataTooBig:
                response = errors(form, 413, [_("The request is too large.")])
            except (SuspiciousOperation, BadRequest, MultiPartParserError):
                response = errors(form, 400, [_("The request can't be understood.")])
            except (OperationalError, InterfaceError):
                raise  # The database went away: asked again, once, by a middleware.
            except Exception:
                # A bug, whole in the log; the client gets its own format all the same.
                log.exception("Open311 %s %s", request.method, request.path)
                response = errors(form, 500, [_("Something broke on our side. It is in our log; try again later.")])
            return open_to_all(response)

        return answer

    return decorated


def _check_body(request: HttpRequest) -> None:
    if request.method != "POST":
        return
    if request.content_type not in _BODIES:
        raise Refused(415, _("Send application/x-www-form-urlencoded or multipart/form-data."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > MOST_BYTES + _WITH_FORM:
        raise Refused(413, _("The request is too large."))


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let pages of any origin read the answer; no cookie takes part in it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = f"ETag, {CUT}, X-Request-Id"
    return response


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
    response["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match, Idempotency-Key, X-Api-Key, Authorization"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _read(request: HttpRequest, root: str, body: Any, form: Form) -> HttpResponse:
    """An answer that may be kept: with a tag of its own bytes, and none where the client has them already."""
    response = written(root, body, form)
    tag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in known or f"W/{tag}" in known or "*" in known:
        response = HttpResponseNotModified()
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


@door("GET", "HEAD")
def discovery(request: HttpRequest, *, words: Words, form: Form) -> HttpResponse:
    """What this endpoint is, who keeps it, and where a key is had."""
    changed = CHANGED.isoformat()
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{settings.SITE_URL}{reverse('open311:root').rstrip('/')}",
        "changeset": changed,
        "type": "test" if settings.DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    body = {
        "changeset": changed,
        "contact": settings.CONTACT or settings.SITE_URL,
        "key_service": f"{settings.SITE_URL}{reverse('web:mine')}",
        "endpoints": [endpoint],
    }
    return _read(request, "discovery", body, form)


@door("GET", "HEAD")
def service_list(request: HttpRequest, *, words: Words, form: Form) -> HttpResponse:
    """What can be reported: everywhere, in a city, or at a place."""
    city, place = reading.jurisdiction(words), reading.position(words)
    return _read(request, "services", services(city=city, place=place, at=timezone.now()), form)


@door("GET", "HEAD")
def service_definition(request: HttpRequest, *, words: Words, form: Form, code: str) -> HttpResponse:
    """What a service asks."""
    reading.jurisdiction(words)
    found = definition(code)
    if found is None:
        raise Refused(404, _("There is no such service_code."))
    return _read(request, "service_definition", found, form)


@door("GET", "HEAD", "POST")
def request_list(request: HttpRequest, *, words: Words, form: Form) -> HttpResponse:
    """The requests that fit; by POST, a new one."""
    now = timezone.now()
    if request.method == "POST":
        received = post(request, words, at=now)
        told = {
            "service_request_id": received.case.number,
            "service_notice": _promise(received.case),
            "account_id": None,
        }
        response = written("service_requests", [told], form)
        response["Cache-Control"] = "no-store"
        return response
    with settled():
        found = listing.listed(words, now=now)
        body = facts.requests(found.cases, extended=words.truth("extensions"))
    response = _read(request, "service_requests", body, form)
    if found.cut is not None:
        response[CUT] = "/".join(end.isoformat(timespec="seconds") for end in found.cut)
    return response


@door("GET", "HEAD")
def one_request(request: HttpRequest, *, words: Words, form: Form, number: str) -> HttpResponse:
    """One request, as a list of one."""
    with settled():
        city = reading.jurisdiction(words)
        case = listing.by_number(number)
        if case is None or (city is not None and not listing.concerns(case, city)):
            raise Refused(404, _("There is no request of this service_request_id."))
        body = facts.requests([case], extended=words.truth("extensions"))
    return _read(request, "service_requests", body, form)


@door("GET", "HEAD")
def token(request: HttpRequest, *, words: Words, form: Form, token: str) -> HttpResponse:
    """The number of a request by its token. A case has its number at once here, so that the number is its token, too."""
    reading.jurisdiction(words)
    case = listing.by_number(token)
    if case is None:
        raise Refused(404, _("There is no request of this token."))
    told = {"service_request_id": case.number, "token": case.number}
    return _read(request, "service_requests", [told], form)


@door("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
def missing(request: HttpRequest, *, words: Words, form: Form, rest: str = "") -> HttpResponse:
    """Every other address."""
    raise Refused(404, _("There is nothing at this address."))


def _promise(case: Case) -> str | None:
    """By when somebody answers."""
    if case.answer_due_at is None:
        return None
    language: Language = translation.get_language() or "fi"  # type: ignore[assignment]
    return _("%(who)s answers by %(day)s.") % {
        "who": case.responsible.name,
        "day": day(case.answer_due_at, language),
    }
