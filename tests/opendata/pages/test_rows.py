"""The table page: what a form asks for is what is shown, and the same rows can be had as a file by the same address."""

import csv
import html
import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import translation

from kuutio.ui import wording
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db
PAGE = "/fi/data/helsinki-things/table/"


@pytest.fixture(autouse=True)
def rows() -> list[dict[str, str]]:
    """The rows as they stand in the source."""
    samples.place()
    content = samples.counters()
    bring(content)
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def number(text: str) -> float:
    return float(text.replace(",", "."))


def iso(text: str) -> str:
    day, month, year = text.split(".")
    return f"{year}-{int(month):02}-{int(day):02}"


FILTERS: dict[str, tuple[dict[str, str], Any]] = {
    "a choice": ({"c.kaupunki": "Oulu"}, lambda row: row["kaupunki"] == "Oulu"),
    "a part of a text": ({"c.laskuri": "KURI 3"}, lambda row: "kuri 3" in row["laskuri"].lower()),
    "a pattern's letters are letters": ({"c.laskuri": "%"}, lambda row: "%" in row["laskuri"]),
    "a code": ({"c.koodi": "003"}, lambda row: row["koodi"] == "003"),
    "numbers from and to": (
        {"c.pyöräilijöitä.from": "120", "c.pyöräilijöitä.to": "305"},
        lambda row: 120 <= int(row["pyöräilijöitä"]) <= 305,
    ),
    "a decimal comma": ({"c.lämpötila.from": "3,5"}, lambda row: number(row["lämpötila"]) >= 3.5),
    "days": (
        {"c.päivä.from": "2026-01-05", "c.päivä.to": "2026-01-09"},
        lambda row: "2026-01-05" <= iso(row["päivä"]) <= "2026-01-09",
    ),
    "yes or no": ({"c.auki": "true"}, lambda row: row["auki"] == "kyllä"),
    "words": ({"q": "laskuri 4 turku"}, lambda row: row["kaupunki"] == "Turku"),
    "all at once": (
        {"c.kaupunki": "Espoo", "c.pyöräilijöitä.to": "520", "q": "laskuri", "sortby": "-pyöräilijöitä"},
        lambda row: row["kaupunki"] == "Espoo" and int(row["pyöräilijöitä"]) <= 520,
    ),
}


@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_shows_the_rows_it_means_here_and_in_every_file(
    client: Client, rows: list[dict[str, str]], name: str
) -> None:
    asked, fits = FILTERS[name]
    expected = [row for row in rows if fits(row)]
    page = client.get(PAGE, asked)
    assert page.context["matched"] == len(expected)
    links = {file["label"]: file["url"] for file in page.context["downloads"]}
    assert links.keys() >= {"CSV", "Excel", "GeoJSON", "API"}
    for label, count in (
        ("CSV", lambda answer: len(answer.getvalue().decode().splitlines()) - 1),
        ("JSON", lambda answer: len(_json(answer))),
        ("API", lambda answer: answer.json()["numberMatched"]),
    ):
        answer = client.get(links[label].replace("http://localhost:8000", "").replace("http://testserver", ""))
        assert answer.status_code == 200, links[label]
        assert count(answer) == len(expected), label


def _json(answer: Any) -> list[Any]:
    import json

    return list(json.loads(answer.getvalue()))


def test_the_links_of_the_page_lead_through_all_rows_in_their_order(client: Client, rows: list[dict[str, str]]) -> None:
    seen: list[int] = []
    address = f"{PAGE}?{urlencode({'sortby': '-pyöräilijöitä'})}"
    spans = []
    while address:
        page = client.get(address)
        seen += [int(row[4].shown.text) for row in page.context["rows"]]
        spans.append((page.context["first_row"], page.context["last_row"]))
        following = page.context["next"]
        address = f"{PAGE}{following}" if following else ""
    assert seen == sorted((int(row["pyöräilijöitä"]) for row in rows), reverse=True)
    assert spans[0] == (1, 50) and spans[1] == (51, 100) and spans[-1][1] == len(rows)


def test_headings_sort_up_then_down_then_not_at_all(client: Client) -> None:
    def heading(address: str) -> Any:
        return next(one for one in client.get(address).context["headings"] if one.label == "pyöräilijöitä")

    first = heading(PAGE)
    assert first.sorted == ""
    up = heading(PAGE + first.url)
    assert up.sorted == "asc"
    down = heading(PAGE + up.url)
    assert down.sorted == "desc"
    assert heading(PAGE + down.url).sorted == ""


def test_what_cannot_be_understood_is_said_beside_its_field_and_the_rest_holds(client: Client) -> None:
    page = client.get(PAGE, {"c.pyöräilijöitä.from": "monta", "c.kaupunki": "Oulu", "sortby": "nothing"})
    assert page.status_code == 200
    assert page.context["matched"] == 40
    (wrong,) = page.context["asked"].errors
    assert wrong.label == "pyöräilijöitä"
    content = page.content.decode()
    assert f'href="#{wrong.anchor}"' in content and f'id="{wrong.anchor}"' in content and "monta" in content


def test_each_filter_in_force_can_be_taken_out(client: Client) -> None:
    page = client.get(PAGE, {"c.kaupunki": "Oulu", "q": "laskuri"})
    assert len(page.context["chosen"]) == 2
    for one in page.context["chosen"]:
        rest = client.get(PAGE + one["url"])
        assert len(rest.context["chosen"]) == 1


def test_an_old_place_in_the_list_begins_the_list_anew(client: Client) -> None:
    following = client.get(PAGE).context["next"]
    bring(samples.counters(20))
    page = client.get(PAGE + following)
    assert page.status_code == 200 and page.context["first_row"] == 1


def test_codes_and_years_are_not_grouped_but_large_amounts_are(client: Client) -> None:
    lines = "".join(f"{1990 + n % 5};00{n % 3};{12000 + n % 4}\n" for n in range(20))
    bring("vuosi;koodi;asukkaita\n" + lines, what="numbers")
    page = html.unescape(client.get("/fi/data/helsinki-numbers/table/").content.decode())
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    with translation.override("fi"):
        assert "1990" in cells and "001" in cells and wording.number(12000) in cells


def test_rejected_rows_are_told_with_their_reason(client: Client) -> None:
    load = bring('{"type":"FeatureCollection","features":[' + ",".join(
        ['{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[25,60]}}'] * 3
        + ['{"type":"Feature","properties":{"n":2},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}']
    ) + "]}", "data.geojson", what="rejected")  # fmt: skip
    (table,) = load.result["tables"]
    assert table["rejects"] == 1
    page = client.get("/fi/data/helsinki-rejected/table/")
    (one,) = page.context["rejects"]
    assert one["row"] == 4 and one["reason"]
    file = client.get("/data/helsinki-rejected.rejects.csv")
    assert len(file.getvalue().decode().splitlines()) == 2  # type: ignore[attr-defined]
