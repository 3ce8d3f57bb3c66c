"""What a person types finds what they mean."""

import pytest
from django.utils import timezone

from kuutio.search.actions import Words, forget, put
from kuutio.search.learning import learn
from kuutio.search.models import Entry
from kuutio.search.queries import find

pytestmark = pytest.mark.django_db


def _put(key, title, language="fi", body="", **more):
    put("dataset", key, {language: Words(title, f"/{language}/{key}/", body=body)}, at=timezone.now(), **more)


def _keys(text, language="fi", **more):
    return [row.key for row in find(text, language=language, **more).rows]


@pytest.mark.parametrize("typed", ["katuvalaistus", "katuvalot", "katuvalojen", "valaistus", "KATUVALAISTUKSEN"])
def test_every_form_and_relative_finds_the_compound(typed):
    _put("lights", "Katuvalaistus")
    _put("trees", "Puurekisteri")
    learn()
    put("other", "seen", {"fi": Words(typed, "/fi/other/")}, at=timezone.now())  # the query's own forms become known
    learn()
    assert "lights" in _keys(typed)
    assert "trees" not in _keys(typed)


def test_a_new_thing_is_found_before_its_words_are_learnt():
    _put("lights", "Katuvalaistus")
    assert _keys("katuvalaistus") == ["lights"]


def test_a_form_that_no_text_holds_is_found_once_the_worker_has_learnt_it_from_the_query():
    _put("lights", "Katuvalaistus")
    learn()
    _keys("katuvalojen")
    learn()
    assert _keys("katuvalojen") == ["lights"]


@pytest.mark.parametrize(
    ("text", "typed"), [("Leikkipuistot", "leikkipuisto"), ("Kirjastojen aukioloajat", "kirjasto")]
)
def test_the_base_form_of_a_word_is_known_though_no_text_holds_it(text, typed):
    _put("parks", text)
    learn()
    results = find(typed, language="fi")
    assert [row.key for row in results.rows] == ["parks"]
    assert not results.corrected


def test_what_somebody_mistyped_is_no_correction_for_others():
    _put("stops", "Raitiovaunupysäkit")
    learn()
    _keys("raitovaunupysäkitt")
    learn()
    assert find("raitovaunupysäkit", language="fi").corrected == (("raitovaunupysäkit", "raitiovaunupysäkit"),)


def test_a_slip_of_the_finger_is_corrected_and_said():
    _put("stops", "Raitiovaunupysäkit")
    learn()
    results = find("raitovaunupysäkit", language="fi")
    assert [row.key for row in results.rows] == ["stops"]
    assert results.corrected == (("raitovaunupysäkit", "raitiovaunupysäkit"),)


def test_all_words_must_be_found_and_a_title_comes_before_a_text():
    _put("in-text", "Muuta", body="leikkipuisto leikkipuisto")
    _put("in-title", "Leikkipuisto")
    _put("half", "Leikki")
    learn()
    assert _keys("leikkipuisto")[:2] == ["in-title", "in-text"]


def test_a_reader_sees_the_thing_once_and_in_their_language():
    put(
        "dataset",
        "park",
        {"fi": Words("Puisto park", "/fi/park/"), "sv": Words("Park", "/sv/park/"), "en": Words("Park", "/en/park/")},
        at=timezone.now(),
    )
    learn()
    results = find("park", language="sv")
    assert [(row.key, row.path) for row in results.rows] == [("park", "/sv/park/")]
    assert results.kinds == {"dataset": 1}


def test_what_others_may_not_see_is_not_found():
    _put("secret", "Luonnos", audience=["organisation:7"])
    learn()
    assert _keys("luonnos") == []
    assert _keys("luonnos", audience=["public", "organisation:7"]) == ["secret"]


def test_putting_again_replaces_and_forgetting_removes():
    _put("a", "Ensimmäinen")
    _put("a", "Toinen")
    assert Entry.objects.filter(key="a").count() == 1
    assert _keys("ensimmäinen") == []
    forget("dataset", "a")
    assert _keys("toinen") == []


@pytest.mark.parametrize("typed", ["", "   ", "'", "\\", "a' | 'b", "&|!()", "ja", "\x00", "x" * 5000, "🚲"])
def test_hostile_and_empty_queries_answer(typed):
    _put("a", "Jotakin")
    find(typed.replace("\x00", ""), language="fi")
