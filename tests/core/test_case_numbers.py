import contextlib
import re
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.case_numbers import (
    ALPHABET,
    RANDOM_BYTES,
    WORDS,
    NotANumber,
    WrongCheck,
    found_in,
    make,
    parse,
    spoken,
)

numbers = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES).map(make)


def plain(number: str) -> str:
    return number[3:].replace("-", "")


@given(numbers)
def test_a_number_is_read_as_it_was_made(number):
    assert re.fullmatch(rf"KU-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", number)
    assert parse(number) == number


def test_a_number_never_changes_for_the_same_randomness():
    assert make(bytes(range(8))) == "KU-5LQ6-P24Q"
    assert make(bytes(8)) == "KU-2222-2222"
    with pytest.raises(ValueError, match="random bytes"):
        make(bytes(7))


def test_a_hundred_thousand_numbers_differ():
    made = {make((number * 0x9E3779B97F4A7C15 % 2**64).to_bytes(8, "big")) for number in range(100_000)}
    assert len(made) > 99_990
    assert {character for number in made for character in plain(number)} == set(ALPHABET)


@given(numbers)
def test_every_single_wrong_character_is_found(number):
    right = plain(number)
    for place, other in product(range(8), ALPHABET):
        if other != right[place]:
            with pytest.raises(WrongCheck):
                parse(right[:place] + other + right[place + 1 :])


def test_every_swap_of_any_two_characters_is_found():
    """All pairs of places and of characters; what stands elsewhere adds the same to both sums."""
    for first, second in combinations(range(8), 2):
        for one, other in combinations(ALPHABET, 2):
            for filler in ALPHABET:
                written = [filler] * 8
                written[first], written[second] = one, other
                swapped = [*written]
                swapped[first], swapped[second] = other, one
                assert not (is_right("".join(written)) and is_right("".join(swapped)))


def is_right(text: str) -> bool:
    try:
        return bool(parse(text))
    except WrongCheck:
        return False


@given(numbers, st.sampled_from([0, 1, 2, 3, 4, 5, 6]))
def test_every_pair_of_equal_neighbours_read_as_another_pair_is_found(number, place):
    written = plain(number)
    if written[place] == written[place + 1]:
        for other in set(ALPHABET) - {written[place]}:
            with pytest.raises(WrongCheck):
                parse(written[:place] + other * 2 + written[place + 2 :])


def test_people_write_it_in_their_own_way():
    number = "KU-8V5L-362N"
    for written in [
        "ku-8v5l-362n",
        "KU8V5L362N",
        " 8v5l 362n ",
        "KU – 8V5L – 362N",
        "ku.8v5l.362n",
        "KU-8W51-362N",  # heard and misread
        "KU-BVSI-3GZN",
        "ＫＵ－８Ｖ５Ｌ－３６２Ｎ",
        "8 V 5 L 3 6 2 N",
    ]:
        assert parse(written) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KU",
        "KU-8V5L-362",
        "KU-8V5L-362NJ",
        "KU-8V5L-3620",
        "KU-OV5L-362N",
        "KU-8V5L-362Ä",
        "KU-KU8V5L36",
        "٢٢٢٢٢٢٢٢",
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotANumber) as refused:
        parse(text)
    assert not isinstance(refused.value, WrongCheck)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text):
    with contextlib.suppress(NotANumber):
        assert parse(parse(text)) == parse(text)


def test_numbers_are_found_in_a_subject():
    subject = "VS: [KU-8V5L-362N] ja ku 2222 2222, ei KU-8V5L-362P eikä TAKU-8V5L-362N, KU-8V5L-362N uudelleen"
    assert found_in(subject) == ["KU-8V5L-362N", "KU-2222-2222"]
    assert found_in("8V5L-362N ilman etuliitettä") == []


def test_numbers_are_said_in_three_languages():
    number = "KU-7F3K-9QX9"
    assert spoken(number, "fi") == "Kalle Urho, seitsemän Faarao kolme Kalle, yhdeksän Kuu Äksä yhdeksän"
    assert spoken(number, "sv") == "Kalle Urban, sju Filip tre Kalle, nio Quintus Xerxes nio"
    assert spoken(number, "en") == "Kilo Uniform, seven Foxtrot three Kilo, nine Quebec X-ray nine"


def test_each_letter_is_said_by_a_word_of_its_own():
    for language, words in WORDS.items():
        assert set(words) == {*ALPHABET, "U"} and len(set(words.values())) == len(words)
        odd = {"fi": {"Q", "X"}, "sv": set(), "en": set()}[language]
        assert all(word[0] == letter for letter, word in words.items() if letter.isalpha() and letter not in odd)


def test_no_number_makes_a_word():
    assert not set("AEIOUY") & set(ALPHABET)
