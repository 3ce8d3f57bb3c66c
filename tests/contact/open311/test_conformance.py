"""The statements of the standard: all hold of our own server, and each kind of fault that servers really have is found."""

import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from kuutio.config.commands import conformance as command
from kuutio.config.console import main
from kuutio.contact.models import Case
from kuutio.contact.open311.conformance import STATEMENTS, walk
from tests.contact.making import ESPOO, bring
from tests.contact.open311.asking import key

pytestmark = pytest.mark.django_db
SITE = "http://localhost/api/open311/v2"
Spoil = Callable[[httpx.Request, httpx.Response], httpx.Response]


@pytest.fixture(autouse=True)
def cases(group):
    """Some requests to look at, open and closed."""
    now = timezone.now()
    for hours in range(1, 9):
        case = bring(
            at=now - timedelta(hours=hours),
            category="pothole" if hours % 2 else "street-light",
            **({"place": ESPOO} if hours % 3 else {}),
        ).case
        if hours % 4 == 0:
            Case.objects.filter(pk=case.pk).update(state="resolved", settled_at=now)


class Spoiled(httpx.BaseTransport):
    """Our own server, with one thing wrong."""

    def __init__(self, spoil: Spoil) -> None:
        self._ours, self._spoil = Client(enforce_csrf_checks=True), spoil

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if not name.startswith("content-")}
        answer = self._ours.generic(
            request.method,
            request.url.path,
            request.read(),
            request.headers.get("content-type", ""),
            headers=headers,
            QUERY_STRING=request.url.query.decode(),
        )
        told = httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)
        return self._spoil(request, told)


def walked(spoil: Spoil, own: str = "") -> dict[str, set[str]]:
    """The clauses that hold, that fail, that can't be told."""
    told = walk(SITE, key=own, client=httpx.Client(transport=Spoiled(spoil)))
    found = {"True": set(), "False": set(), "None": set(), "why": [one for one in told["statements"] if not one["ok"]]}
    for one in told["statements"]:
        found[str(one["ok"])].add(one["clause"])
    assert told["passed"] + told["failed"] + told["untold"] == len(told["statements"]) == len(STATEMENTS)
    return found


def but(answer: httpx.Response, content: bytes | None = None, status: int = 0, **headers: str) -> httpx.Response:
    """The same answer with another body, status or header."""
    kept = {name: value for name, value in answer.headers.items() if name != "content-length"}
    for name, value in headers.items():
        kept[name.replace("_", "-")] = value
    return httpx.Response(
        status or answer.status_code, headers=kept, content=answer.content if content is None else content
    )


def test_every_clause_has_a_statement():
    assert {clause for clause, _says, _check in STATEMENTS} == {str(number) for number in range(1, 17)}


def test_all_of_it_holds_here():
    found = walked(lambda _request, answer: answer, key())
    assert not found["False"], found["why"]
    assert [one["says"] for one in found["why"]] == ["It is served over HTTPS."], "which can't be told of this machine"


def test_without_a_key_nothing_is_posted():
    before = Case.objects.count()
    found = walked(lambda _request, answer: answer)
    assert not found["False"], found["why"]
    assert Case.objects.count() == before


def _root_requests(request, answer):
    if request.url.path.endswith(".xml"):
        return but(answer, answer.content.replace(b"service_requests>", b"requests>"))
    return answer


def _failure_on_a_date(request, answer):
    return but(answer, b"<h1>Server Error</h1>", 500) if "garbage" in str(request.url) else answer


def _error_object(request, answer):
    if answer.status_code >= 400 and request.url.path.endswith(".json"):
        return but(answer, json.dumps(answer.json()[0]).encode())
    return answer


def _other_type(request, answer):
    return but(answer, content_type="application/xml") if request.url.path.endswith(".xml") else answer


def _no_charset(request, answer):
    return but(answer, content_type="application/json") if request.url.path.endswith(".json") else answer


def _any_jurisdiction(request, answer):
    return but(answer, b"[]", 200) if "jurisdiction_id" in str(request.url) else answer


def _no_discovery(request, answer):
    return but(answer, b"", 404) if "discovery" in request.url.path else answer


def _no_definition(request, answer):
    return but(answer, b"", 404) if "/services/" in request.url.path else answer


def _wrong_key_400(_request, answer):
    return but(answer, answer.content.replace(b"403", b"400"), 400) if answer.status_code == 403 else answer


def _oldest_first(request, answer):
    if request.url.path.endswith("/requests.json") and answer.status_code == 200:
        return but(answer, json.dumps(answer.json()[::-1]).encode())
    return answer


def _echo(request, answer):
    if request.method == "POST" and answer.status_code == 200 and request.url.path.endswith(".json"):
        return but(answer, json.dumps([answer.json()[0] | {"email": "conformance@example.org"}]).encode())
    return answer


def _object_for_one(request, answer):
    if "/requests/KU" in request.url.path and request.url.path.endswith(".json"):
        return but(answer, json.dumps(answer.json()[0]).encode())
    return answer


def _lon(request, answer):
    return but(answer, answer.content.replace(b'"long"', b'"lon"')) if answer.status_code == 200 else answer


def _no_zone(request, answer):
    return but(answer, answer.content.replace(b"+02:00", b"").replace(b"+03:00", b""))


def _cookie(_request, answer):
    return but(answer, set_cookie="sessionid=1")


def _closed_origin(_request, answer):
    return but(answer, access_control_allow_origin="https://ours.example")


def _no_tag(_request, answer):
    return but(answer, etag="")


def _broken_xml(request, answer):
    return but(answer, answer.content.replace(b"</", b"&\x01</", 1)) if request.url.path.endswith(".xml") else answer


@pytest.mark.parametrize(
    ("spoil", "clauses"),
    [
        (_root_requests, {"8", "11", "12"}),
        (_failure_on_a_date, {"2"}),
        (_error_object, {"2", "3", "6", "7", "9", "12", "13"}),
        (_other_type, {"1"}),
        (_no_charset, {"1"}),
        (_any_jurisdiction, {"3"}),
        (_no_discovery, {"14"}),
        (_no_definition, {"6"}),
        (_wrong_key_400, {"7"}),
        (_oldest_first, {"10"}),
        (_echo, {"8"}),
        (_object_for_one, {"12"}),
        (_lon, {"11"}),
        (_no_zone, {"2"}),
        (_cookie, {"16"}),
        (_closed_origin, {"16"}),
        (_no_tag, {"16"}),
        (_broken_xml, {"15"}),
    ],
)
def test_a_fault_is_found(spoil, clauses):
    found = walked(spoil, key())
    assert clauses <= found["False"], found["why"]
    assert found["True"], "the rest holds"


def test_the_command_answers_json_and_its_status_tells(monkeypatch, capsys):
    def with_server(spoil):
        real = walk
        monkeypatch.setattr(
            "kuutio.contact.open311.conformance.walk",
            lambda url, key: real(url, key=key, client=httpx.Client(transport=Spoiled(spoil))),
        )
        code = main(["conformance", "http://localhost", "--standard", "open311"])
        return code, json.loads(capsys.readouterr().out)

    code, told = with_server(lambda _request, answer: answer)
    assert code == 0
    assert (told["standard"], told["url"], told["failed"]) == ("open311", SITE, 0)
    assert set(told["statements"][0]) == {"clause", "says", "ok", "why"}
    code, told = with_server(_other_type)
    assert code == 1
    assert told["failed"] > 0
    assert command.NEEDS_DATABASE is False


def test_no_server_at_all_fails_everything_that_can_be_told():
    def refuses(_request):
        raise httpx.ConnectError("nobody there")

    told = walk("http://nowhere.example", client=httpx.Client(transport=httpx.MockTransport(refuses)))
    assert told["passed"] == 0
    assert told["failed"] > 30
