"""Why a source could not be read, in words for the one who named its address."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
from django.utils.translation import gettext_lazy as _

from kuutio.core.internet import Forbidden
from kuutio.core.problems import Problem
from kuutio.federation.fetching.guard import TooLate


class FetchProblem(Problem):
    """The source could not be read; the subclass says why."""

    kind, status = "source-failed", 502


class AddressRefused(FetchProblem):
    """An address that Kuutio doesn't go to: not HTTP, with a password in it, or not on the public internet."""

    kind, status = "address-refused", 422


class TooLarge(FetchProblem):
    kind = "source-too-large"


class TooSlow(FetchProblem):
    kind, status = "source-too-slow", 504


class TooManyRedirects(FetchProblem):
    kind = "source-redirects-in-circles"


class Unreachable(FetchProblem):
    kind = "source-unreachable"


class BadAnswer(FetchProblem):
    """The source answered, but not with what was asked for; the fact `answered` is its HTTP status where that is the reason."""

    kind = "source-answered-badly"


@contextmanager
def told(host: str) -> Iterator[None]:
    """What went wrong on the line, in words for the one who named the address."""
    try:
        yield
    except Forbidden as error:
        detail = _("This address is inside a private network. Kuutio fetches from the public internet only.")
        raise AddressRefused(detail, host=host) from error
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unreachable(_("The source can't be reached. Check the address, or try later."), host=host) from error
    except (TooLate, httpcore.TimeoutException) as error:
        raise TooSlow(_("The source didn't answer in time."), host=host) from error
    except zlib.error as error:
        raise BadAnswer(_("The source's answer is damaged."), host=host) from error


def too_large(host: str, max_bytes: int) -> TooLarge:
    return TooLarge(_("The source is larger than allowed."), host=host, max_bytes=max_bytes)
