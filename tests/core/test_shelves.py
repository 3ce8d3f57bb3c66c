"""The shelves against lists that are looked through: whatever is put and dropped, counts and pages are the same."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.shelves import Part, Shelves, Thing

FACETS, ORDERS = ("colour", "size"), ("value", "name")
_values = st.fixed_dictionaries(
    {"colour": st.lists(st.sampled_from("abc"), max_size=3), "size": st.lists(st.sampled_from("xy"), max_size=1)}
)


@st.composite
def things(draw: Any) -> Thing:
    key = draw(st.integers(0, 40).map(str))
    sorts = {"value": draw(st.integers(-3, 3)), "name": key[::-1]}
    return Thing(
        key, f"n{key}", draw(_values), sorts, {"word": tuple(draw(st.lists(st.sampled_from("pqr"), max_size=3)))}
    )


_steps = st.lists(st.one_of(things(), st.integers(0, 40)), max_size=30)
_choices = st.fixed_dictionaries(
    {}, optional={"colour": st.sets(st.sampled_from("abcz")), "size": st.sets(st.sampled_from("xy"))}
)


def _fits(thing: Thing, choices: dict[str, set[str]]) -> bool:
    return all(not wanted or wanted & set(thing.values[facet]) for facet, wanted in choices.items())


@given(
    start=st.lists(things(), max_size=8, unique_by=lambda thing: thing.key),
    steps=_steps,
    choices=_choices,
    order=st.sampled_from(ORDERS),
    limit=st.integers(1, 7),
)
def test_counts_and_pages_are_those_of_a_list(
    start: list[Thing], steps: list[Any], choices: dict[str, set[str]], order: str, limit: int
) -> None:
    shelf, plain = Shelves(FACETS, ORDERS, ("word",)), {thing.key: thing for thing in start}
    shelf.fill(start)
    for step in steps:
        if isinstance(step, Thing):
            shelf.put(step)
            plain[step.key] = step
        else:
            shelf.drop(str(step))
            plain.pop(str(step), None)
    assert len(shelf) == len(plain)
    assert all(key in shelf for key in plain)
    found = [thing for thing in plain.values() if _fits(thing, choices)]
    bits = shelf.chosen(choices, shelf.all)
    assert sorted(shelf.keys(bits)) == sorted(thing.key for thing in found)
    assert bits == shelf.among(thing.key for thing in found)
    for facet, counts in shelf.counts(choices, shelf.all).items():
        others = {name: wanted for name, wanted in choices.items() if name != facet}
        left = [thing for thing in plain.values() if _fits(thing, others)]
        expected = {value: sum(value in thing.values[facet] for thing in left) for value in "abcxyz"}
        assert counts == {value: count for value, count in expected.items() if count}
    wanted = [thing.key for thing in sorted(found, key=lambda thing: (thing.sorts[order], thing.name))]
    assert [key for n in range(0, len(plain), limit) for key in shelf.slice(bits, order, n, limit)] == wanted
    assert shelf.slice(bits, order, 1, limit, backwards=True) == wanted[::-1][1 : limit + 1]
    words = Counter(word for thing in found for word in thing.labels["word"])
    assert shelf.count_labels("word", bits) == words
    assert shelf.count_labels("word", shelf.all & ~bits) == (
        Counter(word for thing in plain.values() for word in thing.labels["word"]) - words
    )
    assert sorted(shelf.keys(shelf.with_label("word", "p"))) == sorted(
        thing.key for thing in plain.values() if "p" in thing.labels["word"]
    )
    assert shelf.with_value("colour", {"a", "c", "z"}.__contains__) == shelf.chosen({"colour": "ac"}, shelf.all)
    assert shelf.counts({}, bits, ("size",)) == {"size": shelf.counts({}, bits)["size"]}
    assert _forward(shelf, bits, order, limit) == wanted
    assert _backward(shelf, bits, order, limit) == wanted


def _forward(shelf: Shelves, bits: int, order: str, limit: int) -> list[str]:
    keys, part = [], shelf.part(bits, order, limit)
    while True:
        keys += part.keys
        if not part.more:
            return keys
        part = shelf.part(bits, order, limit, after=part.last)


def _backward(shelf: Shelves, bits: int, order: str, limit: int) -> list[str]:
    keys: list[str] = []
    part: Part = shelf.part(bits, order, limit, before=(999, "~") if order == "value" else ("~", "~"))
    while True:
        keys = part.keys + keys
        if not part.more:
            return keys
        part = shelf.part(bits, order, limit, before=part.first)


@pytest.mark.parametrize("one_by_one", [True, False])
def test_few_of_many_are_found_as_many_are(one_by_one: bool) -> None:
    shelf = Shelves(("f",), ("o",))
    made = [Thing(str(n), str(n), {"f": ["rare"] if n % 100 == 0 else ["usual"]}, {"o": -n}) for n in range(2000)]
    if one_by_one:
        for thing in made:
            shelf.put(thing)
    else:
        shelf.fill(made)
    rare = shelf.chosen({"f": ["rare"]}, shelf.all)
    assert rare.bit_count() == 20
    for few in (rare, shelf.all & ~rare):
        line = [str(n) for n in range(1999, -1, -1) if (few == rare) == (n % 100 == 0)]
        assert shelf.slice(few, "o", 3, 4) == line[3:7]
        assert shelf.slice(few, "o", 3, 4, backwards=True) == line[::-1][3:7]
        assert shelf.slice(few, "o", 1990, 9) == line[1990:1999]
    first = shelf.part(rare, "o", 3)
    assert first.keys == ["1900", "1800", "1700"] and first.more
    assert shelf.part(rare, "o", 2, before=(-1500, "1500")).keys == ["1700", "1600"]
    assert shelf.part(rare, "o", 2, after=(-100, "100")) == Part(["0"], (0, "0"), (0, "0"), False)


@given(
    start=st.lists(things(), max_size=8, unique_by=lambda thing: thing.key),
    steps=st.lists(
        st.one_of(things(), st.integers(0, 40), st.tuples(st.integers(0, 40), st.integers(0, 60))), max_size=40
    ),
    asked=st.sets(st.integers(0, 60), max_size=12),
)
def test_a_ticket_is_its_things_until_that_is_put_again_or_dropped(
    start: list[Thing], steps: list[Any], asked: set[int]
) -> None:
    shelf, there = Shelves(FACETS, ORDERS), {thing.key for thing in start}
    shelf.fill(start)
    holds: dict[int, str] = {}
    for step in steps:
        if isinstance(step, tuple):
            key, ticket = str(step[0]), step[1]
            if key in there and ticket not in holds:  # two things never have the same
                holds = {other: holder for other, holder in holds.items() if holder != key} | {ticket: key}
                shelf.ticket(key, ticket)
            elif key not in there:
                shelf.ticket(key, ticket)
            continue
        key = step.key if isinstance(step, Thing) else str(step)
        holds = {ticket: holder for ticket, holder in holds.items() if holder != key}
        if isinstance(step, Thing):
            shelf.put(step)
            there.add(key)
        else:
            shelf.drop(key)
            there.discard(key)
    known = sorted(asked & set(holds))
    assert shelf.with_tickets(known) == shelf.among(holds[ticket] for ticket in known)
    assert sorted(shelf.without_thing(asked)) == sorted(asked - set(holds))
    if len(known) < len(asked):
        with pytest.raises(LookupError):
            shelf.with_tickets(asked)
