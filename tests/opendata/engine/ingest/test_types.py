"""Types of columns: the narrowest that holds each value, over every row."""

from datetime import UTC, date, datetime, time

import pytest

from kuutio.opendata.engine.refusals import WrongOptions


def column(load, *cells: str, **options):
    """The type and the values of a column with these cells."""
    quoted = (cell if cell.startswith("{") is False else '"' + cell.replace('"', '""') + '"' for cell in cells)
    table = load("arvo;n\n" + "".join(f"{cell};{n}\n" for n, cell in enumerate(quoted)), separator=";", **options)
    return table.types["arvo"], table.column("arvo")


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-20", "0"], "integer", [1, -20, 0]),
        (["1 234", "12\u00a0345", "1\u2009234\u2009567", "1\u202f234"], "integer", [1234, 12345, 1234567, 1234]),
        (["\u22125", "5"], "integer", [-5, 5]),
        (["1 234,5", "1\u00a0234,50", "-0,25", "7"], "number", [1234.5, 1234.5, -0.25, 7.0]),
        (["1.5", ".25", "-3"], "number", [1.5, 0.25, -3.0]),
        (["1.5e-05", "2,5"], "text", ["1.5e-05", "2,5"]),
        (["1.5e-05", "1e+20"], "number", [1.5e-05, 1e20]),
        (["12E3", "1"], "text", ["12E3", "1"]),
        (["091", "049"], "text", ["091", "049"]),
        (["00100", "33100"], "text", ["00100", "33100"]),
        (["0", "0,5"], "number", [0.0, 0.5]),
        (["0", "10"], "integer", [0, 10]),
        (["1", "0"], "integer", [1, 0]),
        (["12345678901234567", "1"], "text", ["12345678901234567", "1"]),
        (["99999999999999999999", "1"], "text", ["99999999999999999999", "1"]),
        (["9007199254740991", "1"], "integer", [9007199254740991, 1]),
        (["+358 40 123", "1"], "text", ["+358 40 123", "1"]),
        (["1,234.5", "1"], "text", ["1,234.5", "1"]),
        (["12 34", "1"], "text", ["12 34", "1"]),
        (["true", "False"], "boolean", [True, False]),
        (["kyllä", "Ei"], "boolean", [True, False]),
        (["ja", "nej"], "boolean", [True, False]),
        (["ei", "ei"], "text", ["ei", "ei"]),
        (["kyllä", "nej"], "text", ["kyllä", "nej"]),
        (["1.2.2024", "31.12.1999"], "date", [date(2024, 2, 1), date(1999, 12, 31)]),
        (["01.02.2024", "2024-02-29"], "date", [date(2024, 2, 1), date(2024, 2, 29)]),
        (["2023-02-29", "2024-01-01"], "text", ["2023-02-29", "2024-01-01"]),
        (["31.4.2024", "1.4.2024"], "text", ["31.4.2024", "1.4.2024"]),
        (["2024/1/2", "2024/12/31"], "date", [date(2024, 1, 2), date(2024, 12, 31)]),
        (["2024", "2023"], "integer", [2024, 2023]),
        (["8:15", "23:59:30"], "time", [time(8, 15), time(23, 59, 30)]),
        (["25:10:00", "08:00:00"], "text", ["25:10:00", "08:00:00"]),
        (
            ["1.2.2024 8.05", "31.12.2024 klo 23.15", "01.02.2024 08:05:30"],
            "datetime",
            [datetime(2024, 2, 1, 8, 5), datetime(2024, 12, 31, 23, 15), datetime(2024, 2, 1, 8, 5, 30)],  # noqa: DTZ001
        ),
        (["2024-01-01 10:00", "2024-01-01"], "text", ["2024-01-01 10:00", "2024-01-01"]),
        (
            ["2024-01-01T10:00:00Z", "2024-01-01T10:00:00+02:00", "2024-07-01 10:00:00.5+0300"],
            "datetime",
            [
                datetime(2024, 1, 1, 10, tzinfo=UTC),
                datetime(2024, 1, 1, 8, tzinfo=UTC),
                datetime(2024, 7, 1, 7, 0, 0, 500000, tzinfo=UTC),
            ],
        ),
        (["", "5", "NA", "-", "..", "–", "null", "N/A", "..."], "integer", [None, 5] + [None] * 7),
        (["-", "x", ".."], "text", ["-", "x", ".."]),
        (["-", ".."], "text", ["-", ".."]),
        (["", ""], "text", [None, None]),
        ([" 5 ", "6"], "integer", [5, 6]),
    ],
)
def test_narrowest_type(load, cells, kind, values):
    assert column(load, *cells) == (kind, values)


def test_datetimes_say_whether_the_zone_is_known(load):
    table = load("a;b\n2024-01-01T10:00:00;2024-01-01T10:00:00Z\n2024-01-01T11:00:00;2024-01-01T10:00:00Z\n")
    assert [column.zoned for column in table.loaded.columns] == [False, True]
    assert table.sql("SELECT typeof(a), typeof(b) FROM data LIMIT 1") == [("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")]


def test_a_type_that_changes_at_row_150_001(load):
    """A value far down makes the column text, and nothing is lost."""
    table = load("id;arvo\n" + "".join(f"{n};{n}\n" for n in range(150_000)) + "150000;0164A\n150001;7\n")
    assert table.types == {"id": "integer", "arvo": "text"}
    assert table.column("arvo")[-3:] == ["149999", "0164A", "7"]
    assert (table.loaded.rows, table.loaded.rejects) == (150_002, 0)


def test_an_integer_that_becomes_a_number_at_row_150_001(load):
    table = load("id;arvo\n" + "".join(f"{n};{n}\n" for n in range(150_000)) + "150000;0,5\n")
    assert table.types["arvo"] == "number"
    assert table.column("arvo")[-2:] == [149999.0, 0.5]


def test_a_declared_type_rejects_what_is_not_of_it(load):
    table = load("id;arvo\n1;10\n2;kymmenen\n3;-\n4;30\n", types={"arvo": "integer"})
    assert table.column("arvo") == [10, None, 30]
    assert table.rejects == [(2, "type: The value of arvo is not of the type integer.", "2;kymmenen")]


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("text", ["1", "2"], ["1", "2"]),
        ("integer", ["001", "010"], [1, 10]),
        ("number", ["1,5", "2"], [1.5, 2.0]),
        ("number", ["1.5", "2"], [1.5, 2.0]),
        ("boolean", ["1", "0"], [True, False]),
        ("boolean", ["ei", "ei"], [False, False]),
        ("datetime", ["2024-01-01", "2024-01-01 10:00"], [datetime(2024, 1, 1), datetime(2024, 1, 1, 10)]),  # noqa: DTZ001
        ("date", ["1.2.2024", "-"], [date(2024, 2, 1), None]),
        ("time", ["8:15", ""], [time(8, 15), None]),
    ],
)
def test_declared_types_are_read_generously(load, kind, cells, values):
    assert column(load, *cells, types={"arvo": kind}) == (kind, values)


def test_a_decimal_mark_by_hand(load):
    assert column(load, "1.234", "5.678", decimal=",") == ("text", ["1.234", "5.678"])


def test_corrections_name_columns_as_people_see_them(load):
    table = load("Tunnus;Nimi \n1;a\n2;b\n", names={"Tunnus": "id", "Nimi": "name"}, types={"id": "text"}, key=("id",))
    assert table.types == {"id": "text", "name": "text"}
    assert table.ids == ["1", "2"]
    assert [column.title for column in table.loaded.columns] == ["Tunnus", "Nimi"]


@pytest.mark.parametrize("options", [{"key": ("x",)}, {"types": {"x": "text"}}, {"names": {"x": "y"}}])
def test_corrections_of_columns_that_are_not_there(load, options):
    with pytest.raises(WrongOptions):
        load("id;nimi\n1;a\n", **options)


def test_profile(load):
    table = load("id;laji;arvo;pvm\n1;a;1,5;1.2.2024\n2;a;-;3.2.2024\n3;b;2,5;2.2.2024\n4;a;;2.2.2024\n")
    id_, laji, arvo, pvm = table.loaded.columns
    assert (id_.min, id_.max, id_.distinct, id_.nulls, id_.nullable) == (1, 4, 4, 0, False)
    assert (laji.distinct, laji.top) == (2, [["a", 3], ["b", 1]])
    assert (arvo.nulls, arvo.nullable, arvo.min, arvo.max) == (2, True, 1.5, 2.5)
    assert (pvm.min, pvm.max, pvm.top[0]) == ("2024-02-01", "2024-02-03", ["2024-02-02", 2])


def test_profile_survives_the_manifest(load):
    table = load("id;laji\n1;true\n2;false\n")
    assert table.manifest.columns == table.loaded.columns
