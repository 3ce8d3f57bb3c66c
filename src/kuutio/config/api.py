"""The root of Kuutio's own interface, `/api/v1/`: one OpenAPI document, refusals as problem+json."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kuutio.config.problem_json import of, problem_response
from kuutio.contact.directory_api import router as directory
from kuutio.core.problems import Problem
from kuutio.opendata.api import router as opendata
from kuutio.programme.api import router as programme

_PROBLEM = {
    "description": "A refusal that says what to do next (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}


class Api(NinjaAPI):
    """The interface, whose document tells that every operation may refuse."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """The OpenAPI document."""
        document = super().get_openapi_schema(**more)
        for methods in document["paths"].values():
            for operation in methods.values():
                operation["responses"]["default"] = _PROBLEM
        return document


api = Api(
    title="Kuutio",
    version=settings.VERSION,
    description=(
        "The cities' open data, read by everybody and written with an API key of the scope `publish`"
        " (`Authorization: Bearer KEY`). Standard interfaces stand beside it: OGC API at `/api/ogc/`, CKAN at"
        " `/api/action/`, DCAT-AP at `/catalog.ttl`."
    ),
    docs_url=None,
    urls_namespace="v1",
    openapi_url="openapi.json",
)
api.add_router("", opendata)
api.add_router("", directory)
api.add_router("", programme)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    return of(problem)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"][1:]), "detail": one["msg"]} for one in error.errors
    ]
    return problem_response("invalid", 422, "Some parts of the request can't be understood.", errors=errors)


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, error: Any) -> HttpResponse:
    response = problem_response("key-needed", 401, "Send a valid API key: Authorization: Bearer KEY.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response("not-found", 404, _("There is nothing at this address."))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response("bad-request", error.status_code, str(error))
