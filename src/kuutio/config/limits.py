"""How often a client may call the interfaces: by API key when there is one, else by address.

Each web process counts its own share; with N processes a client gets at most N times the limit, never less than it.
"""

import hashlib
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from kuutio.config.problem_json import for_program, problem_response

Handler = Callable[[HttpRequest], HttpResponse]
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Reading verbs that CKAN clients send as POST.
_READING = ("_show", "_list", "_search", "_autocomplete", "_search_sql", "_info", "help_show")
_limiter = FixedWindowRateLimiter(MemoryStorage())


def client_of(request: HttpRequest) -> str:
    """Who calls: a hash of the API key, else the address that the trusted proxies report."""
    key = request.headers.get("Authorization") or request.headers.get("X-CKAN-API-Key")
    if key:
        return "key:" + hashlib.sha256(key.encode()).hexdigest()[:16]
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(chain) >= settings.TRUSTED_PROXIES:
            address = chain[-settings.TRUSTED_PROXIES]
    return "address:" + address


def rate_limit(get_response: Handler) -> Handler:
    """Answer 429 with `Retry-After` to a client above its limit; pages are not limited here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not for_program(request) or request.path in {"/healthz", "/readyz"}:
            return get_response(request)
        reads = request.method in _SAFE or request.path.rstrip("/").endswith(_READING)
        item = RateLimitItemPerMinute(settings.READS_PER_MINUTE if reads else settings.WRITES_PER_MINUTE)
        client = client_of(request)
        if not _limiter.hit(item, client, "read" if reads else "write"):
            seconds = max(
                1, int(_limiter.get_window_stats(item, client, "read" if reads else "write").reset_time - time.time())
            )
            response = problem_response(
                "too-many-requests", 429, _("Too many requests in a minute. Wait, then go on."), retry_after=seconds
            )
            response["Retry-After"] = str(seconds)
            return response
        return get_response(request)

    return middleware
