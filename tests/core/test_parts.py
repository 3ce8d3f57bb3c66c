from dataclasses import FrozenInstanceError

import pytest

from kuutio.core.parts import Card, Door, Face, Figure, Menu, Parts, SearchSource


def card(key: str, order: int = 100) -> Card:
    return Card(key, f"{key}.html", lambda request: {}, order)


def test_sum_has_the_parts_of_both_in_order():
    data = Parts(
        cards=(card("opendata-new", 20), card("opendata-old", 5)),
        doors=(Door("data", "Find data", "Open.", "Open the catalogue", "opendata:catalogue", Face.DATA),),
        menu=(Menu("data", "Data", "opendata:catalogue", 2),),
    )
    programme = Parts(
        cards=(card("programme-call", 10),),
        searches=(SearchSource("call", "Call", "Calls", Face.PROGRAMME),),
        figures=(Figure("programme-open", "Open calls", lambda: None),),
        menu=(Menu("programme", "Programme", "programme:front", 1),),
    )
    both = data + programme
    assert [part.key for part in both.cards] == ["opendata-old", "programme-call", "opendata-new"]
    assert [part.key for part in both.menu] == ["programme", "data"]
    assert both == programme + data
    assert (both.doors, both.searches, both.figures) == (data.doors, programme.searches, programme.figures)


def test_equal_order_is_settled_by_key_so_that_pages_do_not_move():
    assert [part.key for part in Parts(cards=(card("b"), card("a"))).cards] == ["a", "b"]


def test_one_key_twice_is_refused():
    with pytest.raises(ValueError, match="cards"):
        Parts(cards=(card("a"),)) + Parts(cards=(card("a"),))


def test_parts_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Parts().cards = (card("a"),)
