"""The doors of providers: a message comes in, or a report of one of ours. Signed, or not believed."""

from __future__ import annotations

import time

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kuutio.contact.actions import texting
from kuutio.contact.channels.contract import read_message, read_report
from kuutio.contact.channels.providers import Provider, providers
from kuutio.contact.channels.signing import is_signed
from kuutio.contact.problems import BadSignature, TooLarge
from kuutio.core.problems import NotFound


@csrf_exempt
@require_POST
def come_in(request: HttpRequest, name: str) -> HttpResponse:
    """A message of a provider; 200 only when it is kept for good. Sent again, it changes nothing."""
    provider, body = _signed(request, name)
    taken = texting.take_in(provider, read_message(body, kind=provider.kind), at=timezone.now())
    return _answer({"outcome": taken.outcome, "message": str(taken.message.uuid) if taken.message else None})


@csrf_exempt
@require_POST
def report(request: HttpRequest, name: str) -> HttpResponse:
    """How a message of ours fared."""
    provider, body = _signed(request, name)
    if not texting.note_report(read_report(body), provider, at=timezone.now()):
        raise NotFound(_("No message of this id was sent by this channel."))
    return _answer({"outcome": "noted"})


def _signed(request: HttpRequest, name: str) -> tuple[Provider, bytes]:
    """The provider of an address, and the body that it surely sent.

    Raises:
        NotFound: there is no such provider.
        TooLarge: the body is larger than what is read.
        BadSignature: anybody could have sent it.
    """
    provider = providers().get(name)
    if provider is None:
        raise NotFound(_("There is nothing at this address."))
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise TooLarge(_("The message is too large: at most 8 MiB with its files.")) from error
    timestamp, said = request.headers.get("X-Kuutio-Timestamp", ""), request.headers.get("X-Kuutio-Signature", "")
    if not is_signed(timestamp, body, said, provider.secrets, now=time.time()):
        raise BadSignature(_("The signature doesn’t fit the body, the time or the secret. Sign anew and send again."))
    return provider, body


def _answer(told: dict[str, str | None]) -> HttpResponse:
    response = JsonResponse(told)
    response["Cache-Control"] = "no-store"
    return response
