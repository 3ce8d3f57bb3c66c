"""Traces reach a collector that speaks OTLP over HTTP, say enough for an operator and nothing of a person."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from kuutio.config import telemetry
from tests.factories import PersonFactory
from tests.web.test_http import Urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector(settings):
    """A collector on this machine: the spans that came, each with its attributes."""
    spans = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path == "/v1/traces"
            body = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            for resource in body.resource_spans:
                about = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
                spans.extend((span, about) for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.OTLP_ENDPOINT = f"http://127.0.0.1:{server.server_port}"
    telemetry.provider.cache_clear()
    yield spans
    telemetry.provider(settings.OTLP_ENDPOINT).shutdown()
    telemetry.provider.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


def sent(settings):
    assert telemetry.provider(settings.OTLP_ENDPOINT).force_flush(5000)


def attributes(span):
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}


def test_a_request_and_its_questions_become_spans_of_one_trace(settings, collector):
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "x-request-id": "joins-the-log"}
    Client().get("/fi/strategy/?secret=1", headers=headers)
    sent(settings)
    (request,) = [span for span, _about in collector if span.kind == span.SPAN_KIND_SERVER]
    questions = [span for span, _about in collector if span.kind == span.SPAN_KIND_CLIENT]
    assert request.name == "GET /fi/strategy/"
    assert request.trace_id.hex() == trace
    assert request.parent_span_id.hex() == "b7ad6b7169203331"
    told = attributes(request)
    assert told["http.route"] == "/fi/strategy/"
    assert told["http.response.status_code"] == 200
    assert told["kuutio.request_id"] == "joins-the-log"
    assert questions
    assert all(span.parent_span_id == request.span_id for span in questions)
    assert {attributes(span)["db.operation.name"] for span in questions} == {"SELECT"}
    assert collector[0][1]["service.name"] == "kuutio"
    assert "secret" not in str(collector)


def test_spans_hold_no_values_of_questions(settings, collector):
    person = PersonFactory(email="hidden.person@example.org")
    client = Client()
    client.force_login(person)
    client.get("/fi/me/")
    sent(settings)
    assert any("cities_person" in str(attributes(span)) for span, _about in collector)
    assert "hidden.person" not in str(collector)


def test_a_bug_marks_its_span(settings, collector):
    settings.ROOT_URLCONF = Urls
    Client(raise_request_exception=False).get("/api/test/breaks")
    sent(settings)
    (request,) = [span for span, _about in collector if span.kind == span.SPAN_KIND_SERVER]
    assert request.status.code == request.status.STATUS_CODE_ERROR


def test_health_checks_leave_no_spans(settings, collector):
    Client().get("/healthz")
    sent(settings)
    assert collector == []


def test_the_doors_of_a_vote_leave_no_spans(settings, collector):
    vote = "/fi/participation/raha/vote/votes/helsinki/"
    for door in ("", "pass/", "cast/", f"receipts/{'0' * 64}/"):
        Client().post(f"{vote}{door}")
        Client().get(f"{vote}{door}")
    sent(settings)
    assert collector == []


def test_a_collector_that_is_away_hinders_nobody(settings):
    settings.OTLP_ENDPOINT = "http://127.0.0.1:9"
    telemetry.provider.cache_clear()
    try:
        assert Client().get("/en/problems/nothing").status_code == 404
    finally:
        telemetry.provider(settings.OTLP_ENDPOINT).shutdown()
        telemetry.provider.cache_clear()


def test_without_the_setting_the_middleware_takes_itself_out(settings):
    settings.OTLP_ENDPOINT = ""
    with pytest.raises(MiddlewareNotUsed):
        telemetry.traces(lambda request: None)
