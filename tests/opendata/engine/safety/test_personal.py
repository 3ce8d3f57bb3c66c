"""Personal data is found in every row, and codes aren't taken for it."""

import datetime
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kuutio.opendata.engine.detectors import Kind, Level, Sign, candidates, hints_of, masked, names, signs
from kuutio.opendata.engine.personal import must_wait, scan
from tests.opendata.engine.safety.snapshots import Maker

S, W = Level.STRONG, Level.WEAK
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def code(day: datetime.date, mark: str, number: int) -> str:
    digits = f"{day:%d%m%y}{number:03d}"
    return f"{day:%d%m%y}{mark}{number:03d}{CHECK[int(digits) % 31]}"


def found(text: str, column: str = "kuvaus") -> list[tuple[str, str]]:
    return [(str(sign.kind), str(sign.level)) for sign in signs(text, hints_of(column))]


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("131052-308T", "a", [("identity-code", "strong")]),
        ("Hakija 131052–308T, vaimo 131052a308t", "a", [("identity-code", "strong")] * 2),
        ("131052Y308T", "a", [("identity-code", "strong")]),
        ("010190-999K"[:10] + "X", "a", []),
        ("131052-308U", "a", []),
        ("310252-308Y", "a", []),
        ("A131052-308T5", "a", []),
        ("matti.virtanen@hel.fi", "a", [("email", "strong")]),
        ("kysy: maija@example.org.", "a", [("email", "strong")]),
        ("info@hel.fi; kirjaamo@tampere.fi", "a", [("email", "weak")] * 2),
        ("kirjasto.kallio@hel.fi", "a", [("email", "weak")]),
        ("käyttäjä@ ja @some", "a", []),
        ("+358 40 123 4567", "a", [("phone", "strong")]),
        ("+358 (0)40 1234567", "a", [("phone", "strong")]),
        ("00358401234567", "a", [("phone", "strong")]),
        ("+358 9 310 1691", "a", [("phone", "weak")]),
        ("+46 70 123 45 67", "a", [("phone", "strong")]),
        ("+1 212 555 0142", "a", [("phone", "strong")]),
        ("001724397", "a", []),
        ("040 123 4567", "a", [("phone", "strong")]),
        ("soita 0401234567 illalla", "a", [("phone", "strong")]),
        ("0401234567", "puhelin", [("phone", "strong")]),
        ("401234567", "puhelinnumero", [("phone", "strong")]),
        ("358401234567", "Phone number", [("phone", "strong")]),
        ("0401234567", "tunnus", []),
        ("09 310 1691", "puh", [("phone", "weak")]),
        ("09 310 1691", "tunnus", []),
        ("puh. 09 310 1691", "kuvaus", [("phone", "weak")]),
        ("0800 123 456", "puhelin", [("phone", "weak")]),
        ("049-010-0001-0002", "kiinteisto", []),
        ("091-409-0001-0002", "kiinteisto", []),
        ("00100 Helsinki", "osoite", []),
        ("2024-01-01 04:05:06", "aika", []),
        ("turku-001-2022-01-01", "id", []),  # a key of a counter and a day
        ("60.1699, 24.9384", "sijainti", []),
        ("040120", "nro", []),
        ("ABC-123", "rekisteritunnus", [("plate", "strong")]),
        ("harmaa pakettiauto, rek.nro ÄBC-12", "kuvaus", [("plate", "strong")]),
        ("HEL-123", "koodi", [("plate", "weak")]),
        ("FI21 1234 5600 0007 85", "a", [("iban", "strong")]),
        ("tilille FI2112345600000785 viitteellä", "a", [("iban", "strong")]),
        ("FI21 1234 5600 0007 86", "a", []),
        ("Tontin vuokraaja on Matti Virtanen.", "a", [("name", "strong")]),
        ("Virtanen, Matti", "a", [("name", "strong")]),
        ("VIRTANEN MATTI", "a", [("name", "strong")]),
        ("lupa Anna-Liisa Korhoselle myönnetty", "a", [("name", "strong")]),
        ("lupa Pekka Laineelta ja Maija Salolle", "a", [("name", "strong")]),
        ("Tmi Matti Virtanen", "a", [("name", "weak")]),
        ("Matti Virtanen Oy", "a", [("name", "weak")]),
        ("Matti Virtasen katu 5", "a", []),
        ("Eino Leinon puisto", "a", []),
        ("Aino", "nimi", []),
        ("Aino", "etunimi", [("name", "strong")]),
        ("Virtanen", "Sukunimi", [("name", "strong")]),
        ("Satu laine oli korkea", "a", []),
        ("Kallio Niemi Koski", "paikka", []),
        ("Kauppatorin valaisin on rikki, Mannerheimintie 12", "a", []),
    ],
)
def test_each_kind_is_known_by_its_rules(text: str, column: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, column) == expected


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(1999, 12, 31)),
    st.sampled_from("-YXWVU"),
    st.integers(2, 999),
    st.text(alphabet=" .,:;()äöABC\n", max_size=10),
)
def test_every_real_identity_code_is_found_in_any_text(day: datetime.date, mark: str, number: int, around: str) -> None:
    written = code(day, mark, number)
    text = f"{around} {written} {around}"
    assert [sign.text for sign in signs(text) if sign.kind is Kind.IDENTITY_CODE] == [written]


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2026, 1, 1)), st.sampled_from("ABCDEF"), st.integers(2, 999))
def test_a_wrong_check_character_is_no_identity_code(day: datetime.date, mark: str, number: int) -> None:
    written = code(day, mark, number)
    for other in CHECK.replace(written[-1], ""):
        assert not [s for s in signs(written[:-1] + other) if s.kind is Kind.IDENTITY_CODE]


@given(st.from_regex(r"\A[0-9]{4,9}\Z"))
@example("001724397")
def test_digits_alone_are_never_a_phone_where_nothing_says_so(digits: str) -> None:
    assert found(digits, "tunnus") == []


@given(
    st.sampled_from(
        [
            "131052-308T",
            "131052–308t",
            "m.v@hel.fi",
            "+358 40 123 4567",
            "0401234567 puh",
            "(09) 310 1691",
            "ABC-123",
            "FI2112345600000785",
            "Matti Virtanen",
            "VIRTANEN MATTI",
            "Virtanen, Matti",
        ]
    ),
    st.text(max_size=5),
)
def test_whatever_the_rules_find_the_fast_expression_lets_through(text: str, around: str) -> None:
    whole = f"{around}{text}"
    if list(signs(whole)):
        sql = "SELECT regexp_matches(?, ?)"
        assert duckdb.execute(sql, [whole, candidates(frozenset())]).fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        (Sign(Kind.IDENTITY_CODE, S, "131052-308T"), "••••••-••••"),
        (Sign(Kind.EMAIL, S, "matti.virtanen@hel.fi"), "m••••.••••••••@hel.fi"),
        (Sign(Kind.PHONE, S, "040 123 4567"), "040 ••• ••••"),
        (Sign(Kind.PLATE, S, "ABC-123"), "A••-•••"),
        (Sign(Kind.NAME, S, "Matti Virtanen"), "M•••• V•••••••"),
        (Sign(Kind.IBAN, S, "FI21 1234 5600 0007 85"), "FI•• •••• •••• •••• ••"),
    ],
)
def test_examples_are_masked(sign: Sign, shown: str) -> None:
    assert masked(sign) == shown


def test_a_snapshot_is_looked_through_whole(snapshot: Maker) -> None:
    rows = [[f"valaisin {n}", f"04{n:06d}", "HEL-1", 60.1] for n in range(5000)]
    rows[4321][0] = "soita Matti Virtanen 040 123 4567"
    rows[17][0] = "info@hel.fi"
    rows[4999][0] = "131052-308T"
    directory = snapshot({"kuvaus": "text", "tunnus": "text", "koodi": "text", "lat": "number"}, rows)
    findings = {(finding.column, finding.kind, finding.level): finding for finding in scan(directory)}
    assert set(findings) == {
        ("kuvaus", Kind.NAME, S),
        ("kuvaus", Kind.PHONE, S),
        ("kuvaus", Kind.IDENTITY_CODE, S),
        ("kuvaus", Kind.EMAIL, W),
    }
    phone = findings["kuvaus", Kind.PHONE, S]
    assert (phone.count, phone.rows, phone.examples) == (1, [4321], ["040 ••• ••••"])
    assert findings["kuvaus", Kind.IDENTITY_CODE, S].rows == [4999]
    assert must_wait(list(findings.values()))
    assert not must_wait([findings["kuvaus", Kind.EMAIL, W]])


def test_counts_are_of_rows_and_samples_are_few(snapshot: Maker) -> None:
    rows = [["a.b@hel.fi a.c@hel.fi" if n % 2 else f"x{n}.y@hel.fi", 358401000000 + n] for n in range(100)]
    findings = scan(snapshot({"yhteys": "text", "puhelin": "integer"}, rows))
    assert [(f.column, f.kind, f.count, f.rows, len(f.examples)) for f in findings] == [
        ("yhteys", Kind.EMAIL, 100, [0, 1, 2, 3, 4], 3),
        ("puhelin", Kind.PHONE, 100, [0, 1, 2, 3, 4], 1),
    ]


def test_a_column_of_plates_is_told_from_a_column_of_codes(snapshot: Maker) -> None:
    letters = "ABCDEFGHIJ"
    plates = [[f"{letters[n % 10]}{letters[n // 10 % 10]}X-{n % 900 + 1}", f"HEL-{n}"] for n in range(200)]
    findings = scan(snapshot({"auto": "text", "koodi": "text"}, plates))
    assert [(f.column, f.kind, f.level, f.count) for f in findings] == [("auto", Kind.PLATE, W, 200)]


def test_rejected_rows_are_looked_through_too(snapshot: Maker) -> None:
    directory = snapshot({"a": "text"}, [["x"]])
    raw = pa.table({"row": pa.array([7, 9]), "reason": ["bad", "bad"], "raw": ["x", "131052-308T;y"]})
    pq.write_table(raw, directory / "rejects.parquet")
    (finding,) = scan(directory)
    assert (finding.column, finding.kind, finding.rows, finding.rejected) == ("raw", Kind.IDENTITY_CODE, [9], True)


def test_a_million_rows_are_looked_through_in_seconds(snapshot: Maker, tmp_path: Path) -> None:
    directory = snapshot({"teksti": "text", "koodi": "text"}, [["a", "b"]])
    duckdb.sql(
        "SELECT range::VARCHAR AS _id, 'Valaisin ' || range || ' rikki, Mannerheimintie ' || range % 200 AS teksti, "
        "lpad((range * 7)::VARCHAR, 10, '0') AS koodi FROM range(1000000) "
        "UNION ALL SELECT 'x', 'Virtanen Matti', '1'"
    ).write_parquet(str(directory / "data.parquet"))
    started = time.monotonic()
    findings = scan(directory)
    assert time.monotonic() - started < 15
    assert [(f.column, f.kind, f.count, f.rows) for f in findings] == [("teksti", Kind.NAME, 1, [1_000_000])]


def test_the_list_of_names_is_large_and_clean() -> None:
    assert len(names("first")) > 700
    assert len(names("last")) > 700
    assert all(name == name.strip() and " " not in name for name in names("first") | names("last"))
