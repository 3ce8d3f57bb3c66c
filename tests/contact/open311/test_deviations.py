"""What the cities' old reference server does otherwise than the standard: each is found there, and none of it is met here."""

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from kuutio.contact.open311.conformance import STATEMENTS, walk
from tests.contact.making import ESPOO, bring
from tests.contact.open311 import reference
from tests.contact.open311.asking import key
from tests.contact.open311.test_conformance import SITE, Spoiled

pytestmark = pytest.mark.django_db

DEVIATIONS = {
    "XML has the type application/xml": "XML answers have the type text/xml; charset=utf-8, errors too.",
    "the list's root is requests": "requests.xml is service_requests > request, with the same fields and ids as JSON.",
    "JSON has no charset": "JSON answers have the type application/json; charset=utf-8, errors too.",
    "an error in JSON is no list": "Errors in JSON are a list of code and description.",
    "an unknown jurisdiction is an empty list": "An unknown jurisdiction_id is a 404.",
    "a start_date that is no time breaks it": "A time that can't be read is a 400 with an error in the format.",
    "no discovery": "discovery.json has all that is required.",
    "no discovery in XML": "discovery.xml has all that is required.",
    "no definitions": "A definition in JSON is an object with a list of attributes, their orders whole and different.",
    "without a key it posts, a wrong one is a 400": "Posting without a key, or with a wrong one, is a 403.",
    "what was posted is told again": (
        "A posted request is answered with its id or a token, and nothing of what was sent."
    ),
    "the order is the key's": "A list has at most 1,000 requests, the newest first.",
}


def test_all_of_it_is_found_where_it_is_and_none_of_it_is_here(group):
    sentences = {sentence for _clause, sentence, _check in STATEMENTS}
    assert set(DEVIATIONS.values()) <= sentences
    transport = httpx.MockTransport(reference.answer)
    theirs = walk("http://old.example/open311", key=reference.KEY, client=httpx.Client(transport=transport))
    wrong = {one["says"]: one["why"] for one in theirs["statements"] if one["ok"] is False}
    unfound = {what for what, sentence in DEVIATIONS.items() if sentence not in wrong}
    assert not unfound, wrong
    assert theirs["passed"] > 10, "what it does right is not called wrong"
    now = timezone.now()
    for hours in range(1, 4):
        bring(place=ESPOO, at=now - timedelta(hours=hours))
    ours = walk(SITE, key=key(), client=httpx.Client(transport=Spoiled(lambda _request, answer: answer)))
    assert {one["says"] for one in ours["statements"] if one["ok"]} >= set(DEVIATIONS.values())


def test_the_echo_is_found_of_a_server_that_says_what_it_asks(group):
    def answer(request):
        if "/services/" in request.url.path:
            return httpx.Response(200, json={"service_code": "171", "attributes": []})
        return reference.answer(request)

    told = walk(
        "http://old.example/open311", key=reference.KEY, client=httpx.Client(transport=httpx.MockTransport(answer))
    )
    wrong = {one["says"]: one["why"] for one in told["statements"] if one["ok"] is False}
    assert wrong[DEVIATIONS["what was posted is told again"]] == "what was sent is told again"
