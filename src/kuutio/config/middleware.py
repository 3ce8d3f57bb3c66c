"""Small middlewares: a request's id, its language, and refusals in the form that its caller reads."""

import logging
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from kuutio.audit.context import request_id as current_request_id
from kuutio.config.limits import COSTLY_PAGES, count_page
from kuutio.config.problem_json import for_program, of, problem_response
from kuutio.core.problems import Invalid, Problem
from kuutio.web import errors

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,40}$")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def request_id(get_response: Handler) -> Handler:
    """Give each request an id (the caller's own when it is a plain one), in the logs and in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.META.get(
            "HTTP_X_REQUEST_ID", ""
        )  # not `headers`, which are made of the process's environment too
        token = current_request_id.set(given if _SAFE_ID.match(given) else secrets.token_hex(8))
        try:
            response = get_response(request)
            response["X-Request-Id"] = current_request_id.get()
            return response
        finally:
            current_request_id.reset(token)

    return middleware


def steady_database(get_response: Handler) -> Handler:
    """Ask again, once, when a reading request met a connection that died with the database server.

    It is cheaper than asking the server before each request whether it is still there.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "lost_database", False) and request.method in {"GET", "HEAD"}:
            request.lost_database = False  # type: ignore[attr-defined]
            connection.close()
            response = get_response(request)
        return response

    return middleware


def unexpected_errors(get_response: Handler) -> Handler:
    """A bug under an interface: whole in the log, without its insides in the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in {400, 403, 404, 405, 500} and for_program(request):
            is_page = response.get("Content-Type", "").startswith("text/html")
            if is_page and not getattr(request, "answered_as_page", False):
                return _plain(response)
        return response

    return middleware


def _plain(response: HttpResponse) -> HttpResponse:
    """Django's own error page as a problem, keeping what its headers say."""
    kinds = {
        400: ("bad-request", _("The request can't be understood.")),
        403: ("not-allowed", _("You may not do this.")),
        404: ("not-found", _("There is nothing at this address.")),
        405: ("method-not-allowed", _("This address doesn't take that method.")),
        500: ("internal-error", _("Something broke on our side. It is in our log; try again later.")),
    }
    kind, detail = kinds[response.status_code]
    answer = problem_response(kind, response.status_code, detail)
    if allow := response.get("Allow"):
        answer["Allow"] = allow
    return answer


def language(get_response: Handler) -> Handler:
    """The language of the address (`/fi/`, `/sv/`, `/en/`); elsewhere `?lang=`, `Accept-Language`, else Finnish."""

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request.path[1:3]
        in_address = request.path[:1] == "/" and code in LANGUAGES and request.path[3:4] in {"/", ""}
        if not in_address:
            asked = request.GET.get("lang", "")
            code = asked if asked in LANGUAGES else translation.get_language_from_request(request)
        translation.activate(code)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
        response = get_response(request)
        if not in_address:
            patch_vary_headers(response, ("Accept-Language",))
        response.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


class problems:  # noqa: N801  # a middleware is named like a function in settings
    """Turns a refusal that a view lets through into problem+json for programs and a page for people."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], arguments: list[object], named: dict[str, object]
    ) -> HttpResponse | None:
        """A page that costs much is given so many times a minute to one reader."""
        if request.resolver_match is None or request.resolver_match.view_name not in COSTLY_PAGES:
            return None
        try:
            count_page(request)
        except Problem as problem:
            return refusal(request, problem)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer for a refusal; anything else is a bug and goes on."""
        return refusal(request, exception)


def refusal(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The answer for a `Problem` or a missing thing, in its reader's form; None for a bug."""
    if isinstance(exception, DataError) and "NUL" in str(exception):
        exception = Invalid(_("A NUL character can't be kept. Take it out of the text."))
    if isinstance(exception, OperationalError | InterfaceError):
        request.lost_database = not connection.is_usable()  # type: ignore[attr-defined]
    if isinstance(exception, Problem):
        return of(exception) if for_program(request) else errors.problem_page(request, exception)
    if isinstance(exception, Http404) and for_program(request):
        return problem_response("not-found", 404, _("There is nothing at this address."))
    return None
