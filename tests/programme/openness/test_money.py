"""Where the money went: to the cent, ESF apart, each figure with its rows."""

import csv
import io
import re

import pytest

from kuutio.programme import granted, queries, spending
from kuutio.programme.flow_view import flow_view, millions
from kuutio.programme.models import Grant, ListedProject, Partner, Project
from kuutio.programme.spending import MoneySource
from tests.programme.money.granted import AwardedPartner, awards, decision
from tests.programme.openness.words import text_of

PLANNED, GRANTED, ESF = 3_742_361_700, 1_336_748_400, 123_205_900


def award(code="A71103", **changes):
    """Support for Tampere and Turku in a real project: 67 % of 150,000.01 euros with 40 % on top of salaries."""
    told = {
        "partners": [
            AwardedPartner("0155668-4", "Tampereen Yliopisto", {"STAFF": 100_000_01}, is_lead=True, city="tampere"),
            AwardedPartner("0204819-8", "Turun kaupunki", {"STAFF": 50_000_00}, city="turku"),
        ],
        **changes,
    }
    made = decision(Project.objects.get(code=code), **told)
    return awards.award(made, by=None, at=awards_at())


def awards_at():
    from tests.programme.money.granted import AT

    return AT


def test_the_sums_are_those_of_the_official_list_to_the_cent(strategy):
    rows = spending.projects_of(strategy)
    plan, esf = spending.of_the_plan(rows), spending.on_top(rows)
    assert (len(plan), len(esf)) == (13, 2)
    sums = spending.sums_of(plan)
    assert (sums.planned_cents, sums.granted_cents) == (PLANNED, GRANTED)
    assert sums.planned_cents + spending.sums_of(esf).planned_cents == 38_655_676_00, (
        "all fifteen, as the list has them"
    )
    flows = spending.flows_of(plan)
    assert sum(flow.cents for flow in flows) == PLANNED
    assert sum(flow.cents for flow in flows if flow.source == MoneySource.GRANTED) == GRANTED
    assert {flow.city for flow in flows} == {"helsinki", "espoo", "tampere", "turku", "oulu"}
    assert "" in {flow.area for flow in flows}, "what our sources don't tell stays untold"


def test_drawing_and_table_tell_the_same(strategy):
    plan = spending.of_the_plan(spending.projects_of(strategy))
    names = {str(MoneySource.GRANTED): "a", str(MoneySource.OTHER): "b"}
    areas, cities = list(strategy.focus_areas.all()), queries.cities_of(strategy)
    view = flow_view(spending.flows_of(plan), spending.counts_of(plan), names, areas, cities)
    assert sum(cell.total_cents for cell in view.cells) == view.total_cents == sum(view.sums) == PLANNED
    for column in range(3):
        assert sum(node.amount for node in view.drawing.nodes if node.column == column) == PLANNED
    assert sum(cell.projects for cell in view.cells) == view.projects == 13


def test_the_page_keeps_esf_apart_and_says_so(client, strategy):
    text = text_of(client.get("/en/strategy/money/"))
    assert "€37,423,617 public money planned, without ESF" in re.sub(
        r"public money planned, without ESF €37,423,617", "€37,423,617 public money planned, without ESF", text
    )
    assert "It is in no sum above." in text
    assert "ESF in all, apart from the rest €1,232,059" in text
    assert "€38,655,676" not in text, "never one sum of both"
    assert "In all 13 €13,367,484 €24,056,133 €37,423,617" in text
    assert "autumn 2016" in text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_has_its_words_and_its_drawing(client, strategy, language):
    response = client.get(f"/{language}/strategy/money/")
    text = text_of(response)
    assert {"fi": "ESR-raha tulee muun päälle", "sv": "ESF-pengar kommer därtill"}[language] in text
    html = response.content.decode()
    assert html.count('class="flow-band') >= 12
    assert not re.search(r'(?:y|height)="\d+,', html), "an SVG knows no decimal comma"
    assert "/api/strategy-money.csv" in html


def test_the_rows_behind_the_figures_add_up_to_them(client, strategy):
    rows = list(csv.DictReader(io.StringIO(client.get("/api/strategy-money.csv").content.decode())))
    assert sum(int(row["cents"]) for row in rows if row["fund"] == "ERDF") == PLANNED
    assert sum(int(row["cents"]) for row in rows if row["fund"] == "ESF") == ESF


def test_a_projects_page_tells_its_first_end_its_partners_and_its_money(client, strategy):
    text = text_of(client.get("/en/strategy/projects/A70202/"))
    assert "1 February 2015 – 31 July 2018 Extended: the first end was 31 January 2018." in text
    assert "Public money planned €12,441,418" in text
    alone = text_of(client.get("/en/strategy/projects/S20501/"))
    assert "None: the register says that it has one applicant only." in alone
    assert "ESF money is in no sum of the strategy." in alone
    told = text_of(client.get("/en/strategy/projects/A71103/"))
    assert "Open data and interfaces (its own application says so)" in told
    assert client.get("/en/strategy/projects/A99999/").status_code == 404


def test_the_list_filters_by_city_and_shows_what_supports_what(client, strategy):
    text = text_of(client.get("/en/strategy/projects/"))
    assert "15 projects" in text
    assert "Our sources name no pilot projects here" in text, "none is known for participation"
    assert "4 projects" in text_of(client.get("/en/strategy/projects/?city=espoo"))
    assert "15 projects" in text_of(client.get("/en/strategy/projects/?city=lahti"))


def test_the_map_counts_the_projects_of_each_city(client, strategy):
    told = client.get("/api/strategy-projects.geojson?lang=sv").json()
    counts = {one["id"]: one["properties"]["projects"] for one in told["features"]}
    assert counts == {"helsinki": 8, "espoo": 4, "vantaa": 3, "tampere": 6, "turku": 7, "oulu": 6}
    helsinki = told["features"][0]["properties"]
    assert helsinki["name"] == "Helsingfors: 8 projekt"
    assert helsinki["href"] == "/sv/strategy/projects/?city=helsinki#list"
    assert all(19 < one["geometry"]["coordinates"][0] < 32 for one in told["features"])


def test_a_project_that_the_list_grants_more_than_planned_loses_no_cent(strategy):
    ListedProject.objects.filter(code="A70965").update(planned_cents=1, granted_cents=5)
    row = next(row for row in spending.projects_of(strategy) if row.project.code == "A70965")
    assert (row.planned_cents, row.granted_cents, row.other_cents) == (5, 5, 0)
    ListedProject.objects.filter(code="A70965").update(planned_cents=None, granted_cents=None)
    row = next(row for row in spending.projects_of(strategy) if row.project.code == "A70965")
    assert (row.planned_cents, row.other_cents) == (0, 0)


def test_what_was_granted_here_stands_by_partner_and_city_and_apart_from_the_list(client, strategy):
    award()
    award("S20516", reference="DEC/2/2027", fund="esf")
    flows, counts, made_up = granted.flows(on_top=False)
    assert sum(flow.cents for flow in flows) == 210_000_01, "salaries and 40 % of them, floored partner by partner"
    assert {flow.city for flow in flows} == {"tampere", "turku"}
    assert (counts, made_up) == (
        {("open-data-and-interfaces", "tampere"): 1, ("open-data-and-interfaces", "turku"): 1},
        False,
    )
    text = text_of(client.get("/en/strategy/money/"))
    assert "Granted here: ESF, apart from the rest" in text
    assert "In all 13 €13,367,484 €24,056,133 €37,423,617" in text, "the list's own sums stay"
    page = text_of(client.get("/en/strategy/projects/A71103/"))
    assert "Tampereen Yliopisto Tampere" in page
    assert "Decision DEC/1/2027" in page
    Grant.objects.update(state=Grant.State.CANCELLED)
    assert granted.flows(on_top=False)[0] == []


def test_a_partner_without_an_office_counts_for_the_city_of_its_grant(strategy):
    award()
    Partner.objects.filter(project__code="A71103", business_id="0204819-8").update(city=None)
    row = next(row for row in spending.projects_of(strategy) if row.project.code == "A71103")
    assert "turku" in [city.pk for city in row.cities]


def test_amounts_of_a_drawing_are_short():
    assert [millions(cents) for cents in (30_022_600, 1_336_748_400)] == ["300\u00a0226\u00a0€", "13,4 milj. €"]
