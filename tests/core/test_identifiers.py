import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuutio.core.identifiers import business_id, dataset_name, is_business_id, slug, table_id, table_uuid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leikkipaikat", "leikkipaikat"),
        ("Öljy & Åbo – Äänekoski", "oljy-abo-aanekoski"),
        ("Café  Müller (2026).csv", "cafe-muller-2026-csv"),
        ("  --  ", ""),
        ("Ελλάδα", ""),
        ("a_b", "a-b"),
    ],
)
def test_slug_writes_finnish_in_ascii(text, expected):
    assert slug(text) == expected


def test_long_slug_is_cut_between_words():
    assert slug("sana " * 30) == "-".join(["sana"] * 16)
    assert slug("x" * 200) == "x" * 80
    assert slug("yksi kaksi", longest=4) == "yksi"


@given(st.text(max_size=200))
def test_any_slug_is_clean_and_a_slug_of_a_slug_is_itself(text):
    made = slug(text)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", made) and len(made) <= 80
    assert slug(made) == made


def test_id_of_a_table_names_city_data_set_and_table():
    assert table_id(dataset_name("turku", "Pyörälaskurit")) == "turku-pyoralaskurit"
    assert table_id("tampere-gtfs", "stop times") == "tampere-gtfs-stop-times"
    assert dataset_name("oulu", "Oulu päätökset") == "oulu-paatokset"
    assert dataset_name("", "6Aika") == "6aika"


def test_uuid_of_a_table_never_changes():
    assert table_uuid("turku-pyoralaskurit") == UUID("73550ca1-dab1-5f6a-987c-6b5e49621a37")
    assert table_uuid("a") != table_uuid("b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0201256-6", "0201256-6"), (" 02012566 ", "0201256-6"), ("201256-6", "0201256-6"), ("0204819-8", "0204819-8")],
)
def test_business_id_gets_its_written_form(text, expected):
    assert business_id(text) == expected
    assert is_business_id(text) == (text == expected)


@pytest.mark.parametrize("text", ["0201256-5", "", "FI02012566", "0201256-66", "٠201256-6", "201256", "2077474-1"])
def test_what_is_no_business_id_is_refused(text):
    with pytest.raises(ValueError, match=r"Business ID|check digit"):
        business_id(text)
    assert not is_business_id(text)
