"""How often a client may call the interfaces: by API key when there is one, else by address.

Each web process counts its own share; with N processes a client gets at most N times the limit, never less than it.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kuutio.config.problem_json import for_program, problem_response
from kuutio.core.problems import Problem
from kuutio.ui.clients import address_of

#: Pages that cost as much as an answer of an interface, by the names of their addresses.
COSTLY_PAGES = frozenset(
    f"opendata:{name}"
    for name in (
        *("sql", "dataset-sql", "dataset-compare", "chart-csv", "chart-json"),
        *("catalogue-csv", "catalogue-json", "catalogue-extents"),
    )
)
Handler = Callable[[HttpRequest], HttpResponse]
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Reading verbs that CKAN clients send as POST.
_READING = ("_show", "_list", "_search", "_autocomplete", "_search_sql", "_info", "_with_resources", "_for_user")
#: More clients than this in a minute, and the process forgets them all: memory is bounded, nobody is refused for it.
_CLIENTS = 200_000
#: So many keys of one address may call at full speed.
_KEYS = 10


class Window:
    """Calls in this minute by client; safe to share between threads."""

    def __init__(self) -> None:
        self._minute, self._calls, self._lock = 0, Counter[str](), Lock()

    def hit(self, client: str, most: int, now: float) -> bool:
        """Count a call; whether it is within the limit.

        Args:
            now: seconds since 1970.
        """
        with self._lock:
            minute = int(now // 60)
            if minute != self._minute or len(self._calls) > _CLIENTS:
                self._minute, self._calls = minute, Counter()
            self._calls[client] += 1
            return self._calls[client] <= most


_window = Window()


def client_of(request: HttpRequest) -> str:
    """Who calls: a hash of the API key, else the address."""
    key = request.META.get("HTTP_AUTHORIZATION") or request.META.get("HTTP_X_CKAN_API_KEY")
    return "key:" + hashlib.sha256(key.encode()).hexdigest()[:16] if key else address_of(request)


class TooManyRequests(Problem):
    """A reader asks for costly pages as a program does."""

    kind, status, again_s = "too-many-requests", 429, 60


def count_page(request: HttpRequest) -> None:
    """Count the asking for a costly page.

    Raises:
        TooManyRequests: it was one too many in this minute.
    """
    if not _window.hit("page " + address_of(request), settings.READS_PER_MINUTE, time.time()):
        raise TooManyRequests(_("Too many requests in a minute. Wait, then go on."))


def rate_limit(get_response: Handler) -> Handler:
    """Answer 429 with `Retry-After` to a client above its limit; of pages only costly ones are limited, in `problems`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not for_program(request) or request.path in {"/healthz", "/readyz"}:
            return get_response(request)
        reads = request.method in _SAFE or request.path.rstrip("/").endswith(_READING)
        most = settings.READS_PER_MINUTE if reads else settings.WRITES_PER_MINUTE
        now = time.time()
        client = client_of(request)
        request.client = client  # type: ignore[attr-defined]  # for doors that limit what they do for each
        kind = "read " if reads else "write "
        within = _window.hit(kind + client, most, now)
        if within and client.startswith("key:"):
            # Keys aren't looked up here; many keys, made up or not, of one address still have a bound together.
            within = _window.hit(f"{kind}of {address_of(request)}", most * _KEYS, now)
        if not within:
            seconds = 60 - int(now % 60)
            response = problem_response(
                "too-many-requests", 429, _("Too many requests in a minute. Wait, then go on."), retry_after=seconds
            )
            response["Retry-After"] = str(seconds)
            return response
        return get_response(request)

    return middleware
