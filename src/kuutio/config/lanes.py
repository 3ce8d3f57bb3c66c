"""The short way of programs: what a page needs (session, forms, sign-in, content policy) is not done for an interface.

The interfaces know their callers by API key alone, so nothing of it would be used, and it is a third of a small answer's time.
"""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, get_urlconf, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from kuutio.config.middleware import LANGUAGES, refusal
from kuutio.config.problem_json import for_program
from kuutio.opendata.answers import CURRENT, etag_of, open_to_all, preflight

Handler = Callable[[HttpRequest], HttpResponse]


def reads_a_page(request: HttpRequest) -> bool:
    """Whether a person looks at an interface with a browser, and gets a page."""
    return request.GET.get("f") == "html" or "text/html" in request.META.get("HTTP_ACCEPT", "")


def programs(get_response: Handler) -> Handler:
    """Answer programs here; pages go on to the rest of the middlewares."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not for_program(request) or reads_a_page(request):
            return get_response(request)
        asked = request.GET.get("lang", "")
        translation.activate(asked if asked in LANGUAGES else translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        response = _preflight(request) or _tagged(request, _answer(request))
        if "Access-Control-Allow-Origin" not in response:
            open_to_all(response)  # no cookie takes part in an answer here
        patch_vary_headers(response, ("Accept-Language", "Accept"))
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        response.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return middleware


#: Kuutio's own interface, which is written with keys too: from pages of any origin.
_OWN = "/api/v1/"
_METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS"


def _preflight(request: HttpRequest) -> HttpResponse | None:
    """The answer to a browser that asks whether it may call our own interface; the standards' doors have their own."""
    if request.method != "OPTIONS" or not (request.path.startswith(_OWN) or request.path == "/api/"):
        return None
    response = preflight(request)
    response["Allow"] = response["Access-Control-Allow-Methods"] = _METHODS
    response["Access-Control-Allow-Headers"] += ", Idempotency-Key"
    return response


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer of our own interface with its strong tag, or 304 to who has it already.

    Where an operation knows the version of what it tells, it has done so without the work; here the tag is of the words.
    """
    reads = request.method in {"GET", "HEAD"} and (request.path.startswith(_OWN) or request.path == "/api/")
    if not reads or response.status_code != 200 or response.streaming:
        return response
    if "HTTP_AUTHORIZATION" in request.META and not response.has_header("ETag"):
        response["Cache-Control"] = "no-store"
        return response
    response.setdefault("Cache-Control", CURRENT)
    if response.has_header("ETag"):
        return response
    etag = etag_of(response.content.decode("utf-8", "surrogateescape"), request.LANGUAGE_CODE or "")
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


#: Longer addresses aren't remembered: what strangers make up must not fill a process.
_REMEMBERED_LETTERS = 300


@lru_cache(maxsize=1024)
def _match(path: str, _urls: str) -> ResolverMatch:
    """The door of an address, remembered: no language is in it. A missing address raises, and isn't remembered."""
    return resolve(path)


def _answer(request: HttpRequest) -> HttpResponse:
    try:
        path = request.path_info
        short = len(path) <= _REMEMBERED_LETTERS
        match = _match(path, get_urlconf() or settings.ROOT_URLCONF) if short else resolve(path)
    except Resolver404 as missing:
        return refusal(request, missing)  # type: ignore[return-value]  # a missing address always has an answer
    request.resolver_match = match
    try:
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Exception as exception:
        answer = refusal(request, exception)
        if answer is None:
            raise
        return answer
    return response.render() if hasattr(response, "render") and callable(response.render) else response
