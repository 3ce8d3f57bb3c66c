"""Charts: the one that a table gets, the ones that readers ask for, their figures against the rows, and how others embed them."""

import csv
import io
from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from kuutio.opendata.models import Distribution
from kuutio.opendata.pages import charts, choosing
from kuutio.opendata.tables import current_table
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db
AT = "/fi/data/helsinki-things/"


@pytest.fixture(autouse=True)
def _cities() -> None:
    samples.place()


def usual(content: str) -> Any:
    bring(content)
    return choosing.suggested(current_table(Distribution.objects.select_related("current").get()))


def spec(client: Client, **asked: str) -> dict[str, Any]:
    chart = client.get(AT, asked).context["chart"]
    return dict(chart.spec) | {"title": chart.title, "note": chart.note, "rows": chart.rows}


def test_counts_over_time_become_a_line_for_each_city() -> None:
    choice = usual(samples.counters(200))
    assert (choice.kind, choice.x, str(choice.part), choice.y, str(choice.aggregate), choice.color) == (
        "line", "päivä", "month", "pyöräilijöitä", "sum", "kaupunki",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("laji;korkeus\n" + "".join(f"{'koivu' if n % 3 else 'mänty'};{n},5\n" for n in range(40)), ("bar", "laji", "korkeus")),
        ("laji\n" + "".join(f"{'koivu' if n % 3 else 'mänty'}\n" for n in range(40)), ("bar", "laji", None)),
        ("a;b\n" + "".join(f"{n / 3:.2f};{n * n / 7:.2f}\n".replace(".", ",") for n in range(50)), ("dot", "a", "b")),
        ("a\n" + "".join(f"{n * n / 7:.2f}\n" for n in range(50)), ("histogram", "a", None)),
        ("nimi;määrä\nA;1\nB;5\nC;3\n", ("bar", "nimi", "määrä")),
        ("nimi;postinumero\nA;00100\nB;00200\n", None),
    ],
)  # fmt: skip
def test_the_types_and_the_profile_choose(content: str, expected: tuple[str, str, str | None] | None) -> None:
    choice = usual(content)
    assert (choice and (choice.kind, choice.x, choice.y)) == expected


def test_coordinates_codes_and_years_are_no_amounts() -> None:
    lines = "".join(f"{2000 + n};{n};6{n % 9},5;{n % 7}\n" for n in range(40))
    choice = usual("vuosi;tunnus_id;lat;määrä\n" + lines)
    assert choice.x == "määrä" or choice.y == "määrä"


def test_hours_and_columns_that_are_mostly_empty_are_drawn_last() -> None:
    lines = "".join(f"{1 + n % 28}.{1 + n // 28}.2026;{n % 24};{n % 9 if n % 3 else ''};{n % 40}\n" for n in range(100))
    choice = usual("päivä;Tunti;harva;määrä\n" + lines)
    assert (choice.kind, choice.y) == ("line", "määrä")


def test_the_figures_are_those_of_the_rows(client: Client) -> None:
    content = samples.counters(60)
    bring(content)
    found = spec(client, x="päivä", part="month", y="pyöräilijöitä", agg="sum", color="kaupunki", kind="line")
    expected: dict[tuple[str, str], int] = defaultdict(int)
    for row in csv.DictReader(io.StringIO(content), delimiter=";"):
        _day, month, year = row["päivä"].split(".")
        expected[(f"{year}-{int(month):02}", row["kaupunki"])] += int(row["pyöräilijöitä"])
    assert {(one["x"], one["color"]): one["y"] for one in found["data"]} == expected
    # The cities' colours are always in the cities' own order.
    assert found["order"] == samples.NAMES
    file = client.get(AT + "chart.csv", {"x": "päivä", "part": "month", "y": "pyöräilijöitä", "color": "kaupunki"})
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert {(row[0], row[1]): int(row[2]) for row in rows[1:]} == expected


def test_a_chart_is_of_the_filtered_rows(client: Client) -> None:
    bring(samples.counters(10))
    found = spec(client, x="kaupunki", y="pyöräilijöitä", agg="max", **{"c.kaupunki": "Oulu"})
    assert [(one["x"], one["y"]) for one in found["data"]] == [("Oulu", 104)]


def test_a_chart_that_is_swapped_in_fetches_the_same_figures(client: Client) -> None:
    bring(samples.counters(10))
    asked = {"x": "kaupunki", "y": "pyöräilijöitä", "agg": "sum", "c.auki": "true"}
    swapped = client.get(AT, asked, headers={"HX-Request": "true"})
    assert "HX-Request" in swapped["Vary"] and "application/json" not in swapped.content.decode().split("<main")[1]
    figures = client.get(swapped.context["links"]["spec"]).json()
    assert figures["data"] == client.get(AT, asked).context["chart"].spec["data"]


def test_bars_of_cities_have_the_cities_names_and_colours(client: Client) -> None:
    bring("city;n\n" + "".join(f"{samples.CITIES[n % 6]};{n}\n" for n in range(60)))
    found = spec(client, x="city")
    assert found["color"] == "x" and found["order"] == samples.NAMES
    assert sorted(one["x"] for one in found["data"]) == sorted(samples.NAMES)
    assert sorted(row[0] for row in found["rows"]) == sorted(samples.NAMES)


def test_more_bars_than_fit_are_the_largest_and_it_says_so(client: Client) -> None:
    bring("nimi;määrä\n" + "".join(f"N{n % 50};{n}\n" for n in range(500)))
    found = spec(client, x="nimi", y="määrä", agg="sum")
    assert len(found["data"]) == charts.BARS and "50" in found["note"]
    values = [one["y"] for one in found["data"]]
    assert values == sorted(values, reverse=True)


def test_more_colours_than_six_are_the_commonest_and_it_says_so(client: Client) -> None:
    bring("vuosi;luokka\n" + "".join(f"{2000 + n % 5};L{n % (n % 9 + 1)}\n" for n in range(900)))
    found = spec(client, x="vuosi", color="luokka", kind="bar")
    assert len(found["order"]) == 6 and found["note"]
    assert {one["color"] for one in found["data"]} <= set(found["order"])


def test_a_histogram_counts_every_value_once(client: Client) -> None:
    bring("a\n" + "".join(f"{n * n / 7:.2f}\n" for n in range(500)))
    found = spec(client, x="a", kind="histogram")
    assert sum(one["count"] for one in found["data"]) == 500
    assert 3 <= len(found["data"]) <= charts.BINS + 1


def test_many_dots_are_an_even_sample_that_stays_the_same(client: Client) -> None:
    bring("a;b\n" + "".join(f"{n}.5;{n * 2}.25\n" for n in range(5000)))
    first, again = (spec(client, x="a", y="b", kind="dot") for _time in range(2))
    assert first["data"] == again["data"]
    assert charts.DOTS / 2 < len(first["data"]) <= charts.DOTS and "3" in first["note"]


@pytest.mark.parametrize(
    "asked",
    [
        {"x": "nothing"},
        {"x": "geometry"},
        {"x": "päivä", "part": "hour", "agg": "median", "y": "laskuri"},
        {"x": "laskuri", "kind": "dot", "y": "lämpötila", "agg": "bad", "color": "laskuri"},
        {"x": "lämpötila", "kind": "histogram", "color": "kaupunki", "part": "year"},
        {"x": "lämpötila", "kind": "line", "y": "pyöräilijöitä", "agg": "mean"},
        {"x": "auki", "color": "koodi", "agg": "sum", "y": "lat"},
        {"x": "päivä", "part": "weekday"},
        {"x": "päivä", "kind": "bar", "part": "quarter", "color": "auki"},
        {"x": "pyöräilijöitä", "kind": "bar", "c.pyöräilijöitä.from": "monta"},
    ],
)
def test_whatever_is_asked_something_is_drawn(client: Client, asked: dict[str, str]) -> None:
    bring(samples.counters(12))
    for address in (AT, "/en/embed/helsinki-things/chart", AT + "chart.csv", AT + "chart.json"):
        assert client.get(address, asked).status_code == 200
    chart = client.get(AT, asked).context["chart"]
    assert chart.spec["data"] and len(chart.rows) == len(chart.spec["data"]) and chart.title


def test_others_may_frame_the_chart_and_nothing_else(client: Client) -> None:
    bring(samples.counters(3))
    embedded = client.get("/en/embed/helsinki-things/chart")
    assert "frame-ancestors *" in embedded["Content-Security-Policy"] and "X-Frame-Options" not in embedded
    page = client.get(AT)
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"
    assert "/fi/embed/helsinki-things/chart?x=" in page.content.decode()


def test_steps_are_round() -> None:
    from kuutio.opendata.engine.types import Column, ColumnType

    def step(least: float, greatest: float, kind: ColumnType = ColumnType.NUMBER) -> float:
        return charts.nice_step(Column("a", kind, min=least, max=greatest), 24)

    assert step(0, 100) == 5 and step(0, 1) == 0.05 and step(-15.7, 26.4) == 2
    assert step(0, 7, ColumnType.INTEGER) == 1 and step(3, 3) == 1
