"""The office writes a call's own questions in a form, without a script; an organisation is picked from those that are known."""

import re

import pytest
from django.test import Client

from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.programme.actions import call_questions
from kuutio.programme.models import Call
from tests.factories import PersonFactory
from tests.programme.calls import made

pytestmark = pytest.mark.django_db
ASKED = {"text_0": "Mitä ostetaan?", "text_2": "What is bought?", "kind": "text", "needed": "on", "longest": "500"}


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def questions():
    return Call.objects.get().questions


def test_questions_are_added_changed_ordered_and_removed_by_forms():
    call, client = made.call(publish=False), signed_in(made.office())
    here = f"/fi/work/calls/{call.slug}/questions/"
    assert here in client.get(f"/fi/work/calls/{call.slug}/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', client.get(here).content.decode())[1]
    for _press in range(2):  # pressed twice, it asks once
        assert client.post(here, {**ASKED, "key": key}).status_code == 302
    text = {"fi": "Mitä ostetaan?", "en": "What is bought?"}
    assert questions() == [{"key": key, "kind": "text", "text": text, "needed": True, "longest": 500}]
    choice = {
        "text_0": "Mille väelle?", "text_2": "For whom?", "kind": "choice", "key": "q0123abcd",
        "choices": "Asukkaille | Invånare | Residents\nYrityksille | Företag | Companies",
    }  # fmt: skip
    assert client.post(here, choice).status_code == 302
    assert client.post(here, {**choice, "key": "q0123abce", "choices": "Yksi | En | One"}).status_code == 422
    assert [one["text"]["sv"] for one in questions()[1]["choices"]] == ["Invånare", "Företag"]
    page = client.get(f"{here}q0123abcd/").content.decode()
    assert "Yrityksille | Företag | Companies" in page
    assert client.post(f"{here}q0123abcd/", {**choice, "text_0": "Kenelle?"}).status_code == 302
    client.post(f"{here}q0123abcd/move/", {"act": "up"})
    assert [one["text"]["fi"] for one in questions()] == ["Kenelle?", "Mitä ostetaan?"]
    client.post(f"{here}{key}/move/", {"act": "remove"})
    assert [one["key"] for one in questions()] == ["q0123abcd"]
    assert client.post(f"/fi/work/calls/{call.slug}/write/", {}).status_code == 422
    assert len(questions()) == 1, "the call's own form leaves them as they are"


def test_once_a_call_is_public_its_questions_stay():
    call, office = made.call(), made.office()
    question = {"key": "q0", "kind": "text", "text": made.BOTH}
    with pytest.raises(IllegalMove):
        call_questions.put_question(call, question, by=office, at=made.NOW)
    assert signed_in(office).get(f"/fi/work/calls/{call.slug}/questions/").status_code == 404


def test_a_question_without_words_or_a_stranger_asks_nothing():
    call = made.call(publish=False)
    with pytest.raises(NotAllowed):
        call_questions.put_question(
            call, {"key": "q0", "kind": "text", "text": made.BOTH}, by=PersonFactory(), at=made.NOW
        )
    with pytest.raises(Invalid):
        call_questions.put_question(call, {"key": "q0", "kind": "text", "text": {}}, by=made.office(), at=made.NOW)
    assert questions() == []


def test_the_lead_picks_an_organisation_by_its_name_or_business_id():
    row, people = made.consortium(made.call(), partners=())
    client, here = signed_in(people["turku"]), f"/fi/applications/{row.uuid}/"
    for words in ("tampereen", made.TAMPERE[:5]):
        found = client.get(here, {"who": words}).content.decode()
        assert "?organisation=tampere#invite" in found and "?organisation=oulu#invite" not in found, words
    assert "?organisation=" not in client.get(here, {"who": "ei tällaista"}).content.decode()
    page = client.get(here, {"organisation": "tampere"}).content.decode()
    assert f'value="{made.TAMPERE}"' in page and 'value="Tampereen kaupunki"' in page
    assert client.get(here, {"organisation": "\0", "who": "\0\0"}).status_code == 200
