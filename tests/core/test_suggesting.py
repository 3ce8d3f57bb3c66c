"""What a text is about, learnt from others: the same from the same, and nothing of any one person."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kuutio.core.stems import stems
from kuutio.core.suggesting import SEEN_BY, Told, from_json, learn, to_json

TOLD = [Told("light", "Katuvalo on pimeä", f"a{who}") for who in range(SEEN_BY)] + [
    Told("snow", "Lumi auraamatta", f"b{who}") for who in range(SEEN_BY)
]


def test_the_order_of_texts_does_not_count_and_what_is_written_is_read():
    learnt = learn(TOLD)
    assert to_json(learn(reversed(TOLD)), {}) == to_json(learnt, {})
    again = from_json(to_json(learnt, {"made_on": "2026-11-28"}))
    assert again.rank("valot pimeänä katuvalossa") == learnt.rank("valot pimeänä katuvalossa")
    assert learnt.rank("Katuvalot pimeinä")[0][0] == "light"
    assert learnt.rank("") == learnt.rank("12 345") == learnt.rank("tuntematonta") == []


def test_what_fewer_than_five_people_said_is_not_kept_however_often_they_said_it():
    told = [*TOLD, *(Told("light", "Virtanen Mannerheimintie", f"few{n % (SEEN_BY - 1)}") for n in range(50))]
    told += [Told("light", "010190-123A 0401234567 ABC-123", f"n{who}") for who in range(20)]
    kept = json.loads(to_json(learn(told), {}))["stems"]
    assert "katuvalo" in kept
    assert not any(word.startswith(("virta", "manner")) or any(char.isdigit() for char in word) for word in kept)


@given(st.text(max_size=200))
@example("katuvalo² ½kuoppa ²²²")
def test_any_text_has_stems_of_letters_alone(text):
    assert all(word and word.isalpha() for word in stems(text))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"texts": [], "stems": {}}', '{"texts": {"a": 1}, "stems": {"b": "x"}}']
)
def test_what_is_no_learnt_file_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        from_json(text)
