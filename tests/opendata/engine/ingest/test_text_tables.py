"""Text tables as Finnish cities write them."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FINNISH = "nimi;määrä\nÄänekoski;1\nÖljymäki;2\nÅbo;3\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp850", "cp850"),
        ("mac-roman", "mac-roman"),
    ],
)
def test_encoding_is_found(load, encoding, found):
    table = load(FINNISH.encode(encoding))
    assert table.names == ["nimi", "määrä"]
    assert table.column("nimi") == ["Äänekoski", "Öljymäki", "Åbo"]
    assert table.manifest.source.encoding == found


def test_windows_letters_are_told_from_latin_1(load):
    table = load("nimi;hinta\nÄÄ;5 €\nÖÖ;7 €\nÅÅ;–\n".encode("cp1252"))
    assert table.column("hinta") == ["5 €", "7 €", "–"]
    assert table.manifest.source.encoding == "cp1252"


@pytest.mark.parametrize(
    ("encoding", "cells"),
    [
        ("cp1252", ["5,50 €", "7 €", "–"]),
        ("cp1252", ["12\xa0345,50 €", "Kyllä", "Ö"]),
        ("cp1252", ["5 °C", "±2 m²", "½"]),
        ("cp1252", ["Lauttasaari – etelä", "”Kulma”", "5–6 §"]),
        ("iso8859-15", ["Žalgiris", "Šakki", "50 €"]),
        ("cp850", ["käyttö", "Grön väg", "Ängö"]),
        ("mac-roman", ["Järvenpää", "Öljymäki", "12 €"]),
        ("cp1251", ["Хельсинки улица", "дом и улица", "Хельсинки"]),
    ],
)
def test_signs_and_letters_are_told_apart_by_what_they_stand_beside(load, encoding, cells):
    data = "id;arvo\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells * 20))
    assert load(data.encode(encoding)).column("arvo") == cells * 20


def test_a_number_with_a_no_break_space_is_one_in_a_windows_file_full_of_euros(load):
    data = "koodi;hinta;huom\n" + "".join(f"{n:03d};1\xa0234,5;{n} € sis. alv\n" for n in range(30))
    table = load(data.encode("cp1252"))
    assert table.types == {"koodi": "text", "hinta": "number", "huom": "text"}
    assert table.column("hinta") == [1234.5] * 30


def test_a_byte_that_is_wrong_costs_its_row_only(load):
    rows = ["nimi;arvo", *(f"Ääkkönen {n};{n}" for n in range(50))]
    data = "\n".join(rows).encode()
    data = data.replace("Ääkkönen 7;".encode(), b"\xe4\xe4kk\xf6nen 7;")
    table = load(data)
    assert table.rejected == [(8, "encoding")]
    assert table.rejects[0][2].endswith("\t7")
    assert table.column("arvo") == [n for n in range(50) if n != 7]


def test_nul_characters_cost_their_rows(load):
    table = load("a;b\n1;x\n2;y\0z\n3;ä\n")
    assert table.rejected == [(2, "nul")]
    assert table.column("a") == [1, 3]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_and_line_ends(load, separator, end):
    lines = [separator.join(row) for row in [("id", "nimi", "arvo"), ("1", "a b", "2.5"), ("2", "c", "3")]]
    table = load(end.join(lines) + end)
    assert table.rows == [(1, "a b", 2.5), (2, "c", 3.0)]
    assert table.manifest.source.separator == separator


def test_separator_beyond_ascii_by_hand(load):
    table = load("id§nimi\n1§a\n2§b\n", separator="§")
    assert table.rows == [(1, "a"), (2, "b")]


def test_comma_in_text_and_as_decimal_mark_is_no_separator(load):
    table = load("id;osoite;pituus\n1;Katu 1, 00100 Helsinki, Finland;1,5\n2;Tie 2, 00200 Helsinki, Finland;2,25\n")
    assert table.types == {"id": "integer", "osoite": "text", "pituus": "number"}
    assert table.column("pituus") == [1.5, 2.25]
    assert table.manifest.source.decimal == ","


@pytest.mark.parametrize(
    "above",
    [
        "Väestö kunnittain 2020\n\n",
        "Lähde: Tilastokeskus, Helsinki\nPäivitetty 1.2.2020\n\n",
        "Väestö;;\n;;\n",
        "# kommentti\n",
    ],
)
def test_lines_above_the_table_are_passed_over(load, above):
    table = load(above + "kunta;nimi;väkiluku\n091;Helsinki;656920\n049;Espoo;289731\n837;Tampere;241009\n")
    assert table.types == {"kunta": "text", "nimi": "text", "väkiluku": "integer"}
    assert table.column("kunta") == ["091", "049", "837"]
    assert table.loaded.rows_in == 3


def test_lines_above_by_hand(load):
    table = load("a;b\nx;y\nid;nimi\n1;z\n", skip_rows=2)
    assert table.names == ["id", "nimi"]
    assert table.rows == [(1, "z")]


def test_no_header(load):
    table = load("00,Hallinto\n01,Henkilöstö\n02,Talous\n03,Lait\n")
    assert table.names == ["column_1", "column_2"]
    assert table.column("column_1") == ["00", "01", "02", "03"]


def test_years_are_names(load):
    table = load("kunta;2019;2020\nOulu;205489;207327\nTurku;192962;194391\n")
    assert table.names == ["kunta", "2019", "2020"]
    assert table.types["2020"] == "integer"


def test_header_by_hand(load):
    assert load("a;b\nc;d\n", header=False).rows == [("a", "b"), ("c", "d")]
    assert load("1;2\n3;4\n", header=True).names == ["1", "2"]


def test_names_are_unique_and_never_empty(load):
    table = load("nimi;Nimi;;nimi;_id; nimi ;nimi_2\n1;2;3;4;5;6;7\n")
    assert table.names == ["nimi", "Nimi_3", "column_3", "nimi_4", "_id_2", "nimi_5", "nimi_2"]
    assert table.rows == [(1, 2, 3, 4, 5, 6, 7)]
    assert [column.title for column in table.loaded.columns][1] == "Nimi"


def test_rows_of_another_width_are_rejected(load):
    table = load("a;b;c\n1;2;3\n4;5\n6;7;8;9\n\n10;11;12\n")
    assert table.rows == [(1, 2, 3), (10, 11, 12)]
    assert [(row, code) for row, code in table.rejected] == [(2, "fields"), (3, "fields")]
    assert [raw for _, _, raw in table.rejects] == ["4;5", "6;7;8;9"]


def test_a_separator_at_the_end_of_each_row_but_the_header(load):
    table = load("id;nimi;arvo\n1;x;10;\n2;y;20;\n3;z;30;\n")
    assert table.names == ["id", "nimi", "arvo", "column_4"]
    assert table.column("arvo") == [10, 20, 30]


def test_quotes(load):
    table = load('id,teksti\n1,"a, ""b"""\n2,"kaksi\nriviä"\n3,"viisi "" tuumaa"\n')
    assert table.column("teksti") == ['a, "b"', "kaksi\nriviä", 'viisi " tuumaa']


def test_single_quotes(load):
    table = load("id,teksti\n1,'a, b'\n2,'c'\n3,'d, e'\n4,'f'\n")
    assert table.column("teksti") == ["a, b", "c", "d, e", "f"]


def test_space_before_a_quote(load):
    table = load('id, nimi, osoite\n1, "Aalto, Aino", "Katu 1"\n2, "Berg, Bo", "Tie 2"\n')
    assert table.column("nimi") == ["Aalto, Aino", "Berg, Bo"]


def test_a_quote_that_is_not_closed_costs_one_line(load):
    lines = [
        "id;nimi",
        *(f"{n};nimi {n}" for n in range(1000)),
        '1000;"auki',
        *(f'{n};"n{n}"' for n in range(1001, 2000)),
    ]
    table = load("\n".join(lines))
    assert table.loaded.rows == 1999
    assert table.rejects == [
        (1001, "quote: A quote is not closed, or there is text after a closing quote.", '1000;"auki')
    ]


def test_text_after_a_closing_quote_costs_one_line(load):
    table = load('id;nimi\n1;"Ravintola "Kulma""\n2;"Kahvila ""Nurkka"""\n3;5" putki\n')
    assert table.rejected == [(1, "quote")]
    assert table.column("nimi") == ['Kahvila "Nurkka"', '5" putki']


def test_rows_over_many_lines_beside_a_broken_quote(load):
    table = load('id;nimi\n1;"a\nb\nc"\n2;"auki\n3;"d\ne"\n4;f\n')
    assert table.column("nimi") == ["a\nb\nc", "d\ne", "f"]
    assert table.rejected == [(2, "quote")]


def test_rows_longer_than_a_block(load):
    table = load(f'id;teksti;n\n1;"{"x" * 3_000_000}";1\n2;y\n3;z;3\n')
    assert [len(text) for text in table.column("teksti")] == [3_000_000, 1]
    assert table.rejected == [(2, "fields")]


def test_only_a_header(load):
    table = load("id;nimi\n")
    assert (table.loaded.rows_in, table.names, table.types) == (0, ["id", "nimi"], {"id": "text", "nimi": "text"})


def test_one_column(load):
    assert load("koodi\nA1\nA2\n").column("koodi") == ["A1", "A2"]


def test_rows_keep_the_order_of_the_file(load):
    numbers = [n * 7919 % 100_003 for n in range(60_000)]
    assert load("n;teksti\n" + "".join(f"{n};x{n}\n" for n in numbers)).column("n") == numbers


# Control characters make a file that isn't text; lines within cells do not.
CELLS = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\n\r\t", exclude_characters="\ufdd0\ufdd1\ufeff"
    ),
    max_size=8,
)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def written(rows: Sequence[Sequence[str]], separator: str, end: str, quoting: int) -> str:
    file = io.StringIO()
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a bare carriage return without quotes
    writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows(rows)
    return file.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=TABLES,
    separator=st.sampled_from(";,\t|:"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(load, rows, separator, end, quoting, encoding):
    """Every cell of any table in any dialect comes back. What may differ: empty is no value, and types."""
    names = [f"sarake {n}" for n in range(len(rows[0]))]
    data = written([names, *rows], separator, end, quoting).encode(encoding)
    table = load(data, separator=separator, quote='"', header=True, skip_rows=0, types=dict.fromkeys(names, "text"))
    assert table.loaded.rejects == 0
    assert table.loaded.rows == len(rows)
    assert [[cell or "" for cell in row] for row in table.rows] == rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(st.sampled_from('ab";\\ 1,ä'), min_size=1, max_size=12), min_size=1, max_size=12))
def test_no_row_of_a_broken_file_is_lost(load, lines):
    """Whatever the quotes do: the rows that come out and the rejected ones are the rows that went in."""
    table = load("id;nimi\n" + "\n".join(lines) + "\n", separator=";", quote='"', header=True, skip_rows=0)
    seen = [row for row, _, _ in table.rejects]
    assert seen == sorted(set(seen))
    assert not seen or seen[-1] <= table.loaded.rows_in
    assert 0 < table.loaded.rows_in <= len(lines)
