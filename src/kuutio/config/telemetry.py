"""Traces for operators: a span for each request and each question to the database, sent by OTLP over HTTP.

On when `OTEL_EXPORTER_OTLP_ENDPOINT` is set; else the middleware takes itself out and nothing of OpenTelemetry is imported. The
SDK's own variables (`OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS` and so on) work as it documents them.

Spans hold no values of queries, no query strings and no person, and none is made at the doors of a vote; `kuutio.request_id` joins them with the log.

Source: OpenTelemetry semantic conventions for HTTP and database spans: https://opentelemetry.io/docs/specs/semconv/
"""

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest, HttpResponse

from kuutio.audit.context import request_id

Handler = Callable[[HttpRequest], HttpResponse]
_QUIET = ("/healthz", "/readyz", "/static/")
_VOTES = re.compile(r"/[a-z]{2}/participation/[^/]+/[^/]+/votes/")
"""Passes, ballots and receipts: the times of such spans, kept elsewhere, would tell whose ballot is whose."""


@lru_cache(maxsize=1)
def provider(endpoint: str) -> Any:
    """The process's tracer provider; made at its first request, so that each web process has a sender of its own."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME", "kuutio")
    made = TracerProvider(resource=Resource.create({"service.name": name, "service.version": settings.VERSION}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    return made


def traces(get_response: Handler) -> Handler:
    """A middleware: one span a request, child of the caller's when it sent a `traceparent`.

    Raises:
        MiddlewareNotUsed: no endpoint is set.
    """
    if not settings.OTLP_ENDPOINT:
        raise MiddlewareNotUsed
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind, StatusCode

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET) or _VOTES.match(request.path):
            return get_response(request)
        tracer = provider(settings.OTLP_ENDPOINT).get_tracer("kuutio.web", settings.VERSION)
        with (
            tracer.start_as_current_span(
                str(request.method), context=extract(request.headers), kind=SpanKind.SERVER, attributes=_asked(request)
            ) as span,
            connection.execute_wrapper(_asking(tracer)),
        ):
            response = get_response(request)
            route = f"/{request.resolver_match.route}" if request.resolver_match else ""
            if route:
                span.update_name(f"{request.method} {route}")
                span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                span.set_status(StatusCode.ERROR)
            return response

    return middleware


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "http.request.method": str(request.method),
        "url.path": request.path,
        "url.scheme": request.scheme or "",
        "server.address": request.get_host().split(":")[0],
        "user_agent.original": request.headers.get("User-Agent", "")[:200],
        "kuutio.request_id": request_id.get(),
    }


def _asking(tracer: Any) -> Callable[..., Any]:
    """Wraps each question to the database; its text has placeholders where the values go."""
    from opentelemetry.trace import SpanKind

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        verb = sql.split(None, 1)[0].upper() if sql else ""
        attributes = {"db.system.name": "postgresql", "db.operation.name": verb, "db.query.text": sql[:2000]}
        with tracer.start_as_current_span(verb, kind=SpanKind.CLIENT, attributes=attributes):
            return execute(sql, params, many, context)

    return wrapper
