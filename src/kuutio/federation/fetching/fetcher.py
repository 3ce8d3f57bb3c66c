"""The fetcher: one polite visitor, with its connections, its limits and its memory of whom it has just asked."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.core.internet import Network, networks
from kuutio.federation.fetching.answers import STEP, Fetched, at_most, number, unpacked, wait_asked
from kuutio.federation.fetching.guard import Deadline, Guard, Resolve, look_up
from kuutio.federation.fetching.problems import (
    AddressRefused,
    BadAnswer,
    TooManyRedirects,
    Unreachable,
    told,
    too_large,
)

BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
PASSING = BUSY | {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost. Times in seconds.

    Attributes:
        total_s: for one attempt, redirects included; pauses between attempts come on top.
        max_bytes: of the body as it is used, unpacked.
        retries: attempts after the first, when the source is busy or can't be reached.
        longest_wait_s: a source that asks for more than this is left for another day.
        delay_s: between two requests to one host.
    """

    connect_s: float = 10
    read_s: float = 30
    total_s: float = 300
    max_bytes: int = 50 * 2**20
    redirects: int = 5
    retries: int = 3
    longest_wait_s: float = 60
    delay_s: float = 0.5


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer, its body not read yet; to be closed."""

    url: httpx.URL
    status: int
    headers: dict[str, str]
    response: httpcore.Response


class Fetcher:
    """Fetches for one task at a time; keeps its connections, and its manners towards each host.

    Args:
        agent: how Kuutio names itself: `Kuutio/VERSION (+URL)`.
        allow: networks that may be visited although they are not public; none by default.
        resolve: name and port -> addresses; the system's by default.
    """

    def __init__(
        self,
        *,
        agent: str,
        allow: Sequence[Network] = (),
        limits: Limits | None = None,
        resolve: Resolve = look_up,
        sleep: Callable[[float], None] = time.sleep,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._agent, self._limits, self._sleep = agent, limits or Limits(), sleep
        self._deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=4,
            keepalive_expiry=15,
            network_backend=Guard(self._deadline, allow, resolve),
        )
        self._not_before: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        since: str = "",
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Fetched:
        """Fetch a body into memory.

        Args:
            etag, since: `etag` and `modified` of an earlier answer: the same again is answered by `unchanged`.
            headers: further ones, such as a key; they stay with the host and are not carried over a redirect to another.
            max_bytes: instead of the limit of the fetcher.

        Raises:
            FetchProblem: it can't be had.
        """
        body = bytearray()
        wanted = _headers(self._agent, accept, etag, since, headers)
        fetched = self._fetch(url, wanted, max_bytes or self._limits.max_bytes, body.clear, body.extend)
        return replace(fetched, body=bytes(body))

    def download(
        self,
        url: str,
        into: Path,
        *,
        etag: str = "",
        since: str = "",
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Fetched:
        """Fetch a body into a file, in constant memory; arguments as in `get`. After a failure there is no file.

        Raises:
            FetchProblem: it can't be had.
        """
        wanted = _headers(self._agent, accept, etag, since, headers)
        try:
            with into.open("wb") as file:

                def start_again() -> None:
                    file.seek(0)
                    file.truncate()

                fetched = self._fetch(url, wanted, max_bytes or self._limits.max_bytes, start_again, file.write)
        except BaseException:
            into.unlink(missing_ok=True)
            raise
        if fetched.unchanged:
            into.unlink()
        return fetched

    def _fetch(
        self,
        text: str,
        headers: dict[str, str],
        max_bytes: int,
        start: Callable[[], object],
        write: Callable[[bytes], object],
    ) -> Fetched:
        """Try, and try again while the source is busy or away; each attempt starts the body anew."""
        for attempt in range(self._limits.retries + 1):
            last = attempt == self._limits.retries
            pause = 2.0**attempt * random.uniform(0.5, 1.0)  # noqa: S311  no secret: it only keeps crowds apart
            start()
            self._deadline.at = time.monotonic() + self._limits.total_s
            try:
                answer = self._follow(_checked(text), headers)
                try:
                    wait = wait_asked(answer.headers) or pause
                    if answer.status not in PASSING or last or wait > self._limits.longest_wait_s:
                        return self._taken(answer, max_bytes, write)
                finally:
                    answer.response.close()
            except Unreachable:
                if last:
                    raise
                wait = pause
            finally:
                self._deadline.at = float("inf")
            self._sleep(wait)
        raise AssertionError("The last attempt returns or raises.")

    def _taken(self, answer: _Answer, max_bytes: int, write: Callable[[bytes], object]) -> Fetched:
        """The body of an answer, written out as it comes.

        Raises:
            BadAnswer, TooLarge, TooSlow, Unreachable: as these say.
        """
        host = answer.url.host
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Fetched(str(answer.url), answer.status, answer.headers)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise BadAnswer(
                _("The source answered with an error. Try later, or tell its keeper."),
                host=host,
                answered=answer.status,
            )
        if number(answer.headers.get("content-length", "")) > max_bytes:
            raise too_large(host, max_bytes)
        encoding = answer.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise BadAnswer(_("The source packs its answer in a way that wasn't asked for."), host=host)
        with told(host):
            packed = at_most(answer.response.iter_stream(), max_bytes + STEP, host)
            body = at_most(unpacked(packed) if "gzip" in encoding else packed, max_bytes, host)
            size = 0
            for chunk in body:
                size += len(chunk)
                write(chunk)
        return Fetched(str(answer.url), answer.status, answer.headers, size=size)

    def _follow(self, url: httpx.URL, headers: dict[str, str]) -> _Answer:
        """The first answer that is no redirect. Every address on the way is judged like the first."""
        origin = _origin(url)
        for _hop in range(self._limits.redirects + 1):
            mine = headers if _origin(url) == origin else {name: headers[name] for name in headers if name in OWN}
            answer = self._ask(url, mine)
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or target is None:
                return answer
            answer.response.close()
            url = _checked(target, base=url)
        raise TooManyRedirects(_("The source sends from one address to the next without end."), host=url.host)

    def _ask(self, url: httpx.URL, headers: dict[str, str]) -> _Answer:
        self._wait_for_turn(url.host)
        limits = self._limits
        request = httpcore.Request(
            "GET",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[("host", url.netloc.decode("ascii")), *headers.items()],
            extensions={
                "timeout": {
                    "connect": limits.connect_s,
                    "read": limits.read_s,
                    "write": limits.read_s,
                    "pool": limits.read_s,
                }
            },
        )
        with told(url.host):
            response = self._pool.handle_request(request)
        answered = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return _Answer(url, response.status, answered, response)

    def _wait_for_turn(self, host: str) -> None:
        wait = self._not_before.get(host, 0.0) - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        self._not_before[host] = time.monotonic() + self._limits.delay_s


OWN = {"user-agent", "accept", "accept-encoding", "if-none-match", "if-modified-since"}
"""The headers that may go to another host than the one that was named."""


def _headers(agent: str, accept: str, etag: str, since: str, more: Mapping[str, str] | None) -> dict[str, str]:
    known = {"if-none-match": etag, "if-modified-since": since}
    return {
        "user-agent": agent,
        "accept": accept,
        "accept-encoding": "gzip",
        **{name: value for name, value in known.items() if value},
        **{name.lower(): value for name, value in (more or {}).items()},
    }


def _checked(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """The address, once it is one that may be asked at all; where its host lies is judged when it's connected to.

    Raises:
        AddressRefused: it is not.
    """
    try:
        url = base.join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AddressRefused(_("This is no address that could be fetched.")) from error
    if "%" in url.host:  # what no host name can have, escaped by the parser
        raise AddressRefused(_("This is no address that could be fetched."))
    if url.scheme not in ("http", "https") or not url.host:
        raise AddressRefused(_("Only addresses that begin with http:// or https:// are fetched."))
    if url.userinfo:
        raise AddressRefused(_("An address must not have a name or a password in it."), host=url.host)
    return url.copy_with(fragment=None)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def fetcher(limits: Limits | None = None) -> Fetcher:
    """A fetcher with the manners and the allowances of this installation."""
    return Fetcher(
        agent=f"Kuutio/{settings.VERSION} (+{settings.SITE_URL})",
        allow=networks(settings.FETCH_ALLOW),
        limits=limits,
    )
