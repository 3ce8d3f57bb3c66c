"""What every answer carries, and how refusals and bugs are told: headers, limits, ids, problem+json."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings as real
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django.asserts import assertContains

from kuutio.config import limits, middleware
from kuutio.core.problems import Conflict, Invalid

pytestmark = pytest.mark.django_db
PAGES = ("/fi/", "/sv/strategy/", "/en/privacy/", "/en/status/", "/fi/account/login/", "/problems", "/en/nothing-here/")


class Taken(Conflict):
    kind = "test-taken"


def refuses(request):
    raise Taken("Somebody was faster.", number=7)


def doubts(request):
    raise Invalid("Two things need mending.", errors=[{"pointer": "/name", "detail": "It is empty."}])


def misses(request):
    raise Http404("secret reason")


def breaks(request):
    raise RuntimeError("secret detail")


class Urls:
    """A few views that go wrong, below the programs' addresses and the people's."""

    from kuutio.config.urls import handler400, handler403, handler404, handler500
    from kuutio.config.urls import urlpatterns as house

    urlpatterns = [
        *[path(f"api/test/{view.__name__}", view) for view in (refuses, doubts, misses, breaks)],
        *[path(f"en/test/{view.__name__}", view) for view in (refuses, doubts, misses, breaks)],
        *house,
    ]


@pytest.fixture
def going_wrong(settings):
    settings.ROOT_URLCONF = Urls
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_carries_the_security_headers(client, six, address):
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    for directive in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Request-Id"]
    text = response.content.decode()
    assert "style=" not in text
    assert "<script>" not in text
    assert " onclick" not in text


def test_a_request_keeps_its_callers_id_when_it_is_a_plain_one(client):
    assert client.get("/healthz", headers={"x-request-id": "trace-12345678"})["X-Request-Id"] == "trace-12345678"
    for bad in ("short", "x" * 60, "spaces are bad!", 'quote"1234567'):
        given = client.get("/healthz", headers={"x-request-id": bad})["X-Request-Id"]
        assert given != bad
        assert len(given) == 16


def test_log_lines_are_json_with_the_request_s_id(going_wrong):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured = logging.config.DictConfigurator(real.LOGGING)
    handler.setFormatter(configured.configure_formatter(dict(real.LOGGING["formatters"]["json"])))
    handler.addFilter(configured.configure_filter(dict(real.LOGGING["filters"]["request"])))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        going_wrong.get("/api/test/breaks", headers={"x-request-id": "trace-abcdefgh"})
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue().splitlines()[0])
    assert line["request_id"] == "trace-abcdefgh"
    assert line["level"] == "ERROR"
    assert line["logger"] == "django.request"
    assert "RuntimeError: secret detail" in line["exc_info"]


def test_a_refusal_is_a_problem_for_programs_and_a_page_for_people(going_wrong):
    response = going_wrong.get("/api/test/refuses")
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    body = response.json()
    assert body["type"].endswith("/problems#test-taken")
    assert (body["status"], body["detail"], body["number"]) == (409, "Somebody was faster.", 7)
    page = going_wrong.get("/en/test/refuses")
    assert page.status_code == 409
    assertContains(page, "Somebody was faster.", status_code=409)
    assertContains(page, "To the front page", status_code=409)


def test_what_must_be_mended_is_pointed_at(going_wrong):
    body = going_wrong.get("/api/test/doubts").json()
    assert body["errors"] == [{"pointer": "/name", "detail": "It is empty."}]


@pytest.mark.parametrize(("view", "status", "kind"), [("misses", 404, "not-found"), ("breaks", 500, "internal-error")])
def test_missing_things_and_bugs_keep_their_insides(going_wrong, view, status, kind):
    response = going_wrong.get(f"/api/test/{view}")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["type"].endswith(f"#{kind}")
    assert b"secret" not in response.content
    page = going_wrong.get(f"/en/test/{view}")
    assert page.status_code == status
    assert b"secret" not in page.content
    assertContains(page, "<h1>", status_code=status)


def test_an_unknown_address_under_the_interfaces_is_a_problem(client):
    response = client.get("/api/nothing-here")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_wrong_method_says_which_ones_fit(client):
    response = client.post("/fi/strategy/")
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_a_form_without_its_token_gets_a_page_with_a_way_out(six):
    response = Client(enforce_csrf_checks=True).post("/en/account/login/", {"login": "x@example.org"})
    assert response.status_code == 403
    assertContains(response, "<h1>", status_code=403)


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "Etusivulle"), ("sv", "Till startsidan"), ("en", "To the front page")]
)
def test_a_page_that_is_not_there_speaks_the_reader_s_language(client, six, language, words):
    assertContains(client.get(f"/{language}/nothing-here/"), words, status_code=404)


@pytest.fixture
def clock(monkeypatch):
    """A minute of our own, in which nobody has called yet."""
    monkeypatch.setattr(limits, "_window", limits.Window())
    monkeypatch.setattr(limits.time, "time", lambda: 6_000_000_012.0)


def test_reads_above_the_limit_are_told_when_to_go_on(client, settings, clock):
    settings.READS_PER_MINUTE = 3
    assert [client.get("/api/nothing").status_code for _ in range(3)] == [404] * 3
    response = client.get("/api/nothing")
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert response["Retry-After"] == "48"
    assert response.json()["type"].endswith("#too-many-requests")
    assert client.get("/healthz").status_code == 200
    assert client.get("/fi/account/login/").status_code == 200


def test_each_key_and_each_address_has_its_own_share(client, settings, clock):
    settings.READS_PER_MINUTE = 1
    assert client.get("/api/nothing").status_code == 404
    assert client.get("/api/nothing").status_code == 429
    assert client.get("/api/nothing", headers={"authorization": "key-one"}).status_code == 404
    assert client.get("/api/nothing", headers={"authorization": "key-one"}).status_code == 429
    assert client.get("/api/nothing", headers={"authorization": "key-two"}).status_code == 404
    assert client.get("/api/nothing", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_writes_are_counted_apart_from_reads(client, settings, clock):
    settings.READS_PER_MINUTE, settings.WRITES_PER_MINUTE = 100, 1
    assert client.post("/api/nothing").status_code == 404
    assert client.post("/api/nothing").status_code == 429
    assert client.get("/api/nothing").status_code == 404
    assert client.post("/api/action/package_search").status_code != 429


def test_reads_are_never_limited_below_600_a_minute(monkeypatch):
    from kuutio.config import environment

    monkeypatch.setenv("KUUTIO_READS_PER_MINUTE", "5")
    assert environment.read("KUUTIO_READS_PER_MINUTE") == 5
    assert real.READS_PER_MINUTE >= 600
    source = (environment.ROOT / "src/kuutio/config/settings.py").read_text()
    assert 'READS_PER_MINUTE: int = max(600, read("KUUTIO_READS_PER_MINUTE"))' in source


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "203.0.113.9", "address:192.0.2.1"),
        (1, "203.0.113.9", "address:203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "address:203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.1", "address:203.0.113.9"),
        (2, "203.0.113.9", "address:192.0.2.1"),
    ],
)
def test_a_caller_s_address_is_the_one_that_trusted_proxies_report(settings, proxies, forwarded, client):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/api/x", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert limits.client_of(request) == client


@pytest.mark.parametrize(
    ("address", "accept", "language"),
    [("/sv/", "fi", "sv"), ("/problems?lang=en", "sv", "en"), ("/problems", "sv", "sv"), ("/problems", "de", "fi")],
)
def test_the_address_decides_the_language_then_the_reader(client, six, address, accept, language):
    response = client.get(address, headers={"accept-language": accept})
    assert response["Content-Language"] == language
    assertContains(response, f'<html lang="{language}">')
    assert ("Accept-Language" in response.get("Vary", "")) is address.startswith("/problems")


def test_unexpected_errors_middleware_leaves_answers_of_pages_alone(client, six):
    assert middleware.for_program(RequestFactory().get("/fi/")) is False
    assert client.get("/fi/nothing/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ["/en/data/sql/", "/en/data/list.csv", "/en/data/list.json"])
def test_costly_pages_have_a_limit_of_their_own(client, six, settings, clock, address):
    settings.READS_PER_MINUTE = 2
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 429]
    refused = client.get(address)
    assert refused["Content-Type"].startswith("text/html")
    assert int(refused["Retry-After"]) > 0
    assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get("/en/data/").status_code == 200
