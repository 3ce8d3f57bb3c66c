"""The office says what is counted; a count of few people is told by no length, share or neighbour."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import measures
from kuutio.programme.actions import indicating, reaching
from kuutio.programme.actions.indicating import Counted
from kuutio.programme.models import Indicator, IndicatorTarget
from kuutio.programme.pages.indicators import chart_of
from tests.factories import PersonFactory
from tests.programme.money.granted import AT, office, programme_of

pytestmark = pytest.mark.django_db
NAME = {"fi": "Uudet yritykset", "sv": "Nya företag", "en": "New companies"}
WHAT = {"fi": "Perustetut yritykset.", "sv": "Grundade företag.", "en": "Companies that were founded."}


def counted(**changes):
    told = {"name": NAME, "definition": WHAT, "unit": {"fi": "kpl", "sv": "st", "en": "pcs"}, "kind": "output"}
    return Counted(**{**told, **changes})


def written(indicator=None, **changes):
    return indicating.write_indicator(indicator, counted(**changes), programme=programme_of(), by=office(), at=AT)


def told(row, value, month):
    actual = reaching.Actual(date(2027, month, 1), date(2027, month, 28), Decimal(value), evidence="Luettelo.")
    return reaching.tell_actual(row, None, actual, by=office(), at=AT)


def test_the_office_makes_and_changes_an_indicator_on_its_page():
    programme_of()
    client = Client()
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    form = {
        **{f"name_{at}": NAME[code] for at, code in enumerate(("fi", "sv", "en"))},
        **{f"definition_{at}": WHAT[code] for at, code in enumerate(("fi", "sv", "en"))},
        "unit_0": "kpl", "kind": "output", "adds": "sum", "decimals": "0", "target": "120", "by_on": "2030-12-31",
    }  # fmt: skip
    here = "/fi/work/indicators/"
    assert client.post(f"{here}new/", {**form, "by_on": ""}).status_code == 422
    assert client.post(f"{here}new/", form).status_code == 302
    assert client.post(f"{here}new/", form).status_code == 422, "the same name once more is a second press"
    row = Indicator.objects.get()
    assert (row.key, row.targets.get().value, row.targets.get().by_on) == ("new-companies", 120, date(2030, 12, 31))
    page = client.get(f"{here}new-companies/").content.decode()
    assert 'value="Nya företag"' in page and 'value="2030-12-31"' in page
    assert client.post(f"{here}new-companies/", {**form, "unit_0": "yritystä", "target": "150"}).status_code == 302
    row.refresh_from_db()
    assert (str(row.unit.localize("fi")), IndicatorTarget.objects.get().value) == ("yritystä", 150)
    assert "Uudet yritykset" in client.get(here).content.decode()
    assert "Uudet yritykset" in Client().get("/fi/strategy/indicators/").content.decode()
    assert Entry.objects.filter(verb="write_indicator", thing="indicator:new-companies").count() == 2


def test_how_something_is_counted_stays_once_figures_were_told():
    row = written(decimals=1)
    told(row, "7.5", 1)
    for changes in ({"adds": "last"}, {"decimals": 0}):
        with pytest.raises(Invalid):
            written(row, **{"decimals": 1, **changes})
    row = written(row, decimals=1, counts_people=True, unit={"fi": "henkilöä"})
    with pytest.raises(Invalid):
        written(row, decimals=1, counts_people=False)


def test_what_is_not_told_in_three_languages_or_stands_already_is_refused():
    written()
    with pytest.raises(Invalid) as refused:
        written(name={"fi": "Toinen"}, definition={"en": "x" * 2001})
    assert {error["pointer"] for error in refused.value.errors} == {"/name", "/definition"}
    with pytest.raises(Conflict):
        written(name={**NAME, "en": "Others"})
    with pytest.raises(NotAllowed):
        indicating.write_indicator(None, counted(), programme=programme_of(), by=PersonFactory(), at=AT)


def test_a_target_that_moves_to_an_earlier_day_takes_the_later_one_back():
    row = written(target=(Decimal(10), date(2030, 1, 1)))
    written(row, target=(Decimal(8), date(2029, 1, 1)))
    assert measures.measures_of(programme_of())[0].target == 8


def test_a_count_of_few_people_is_told_by_nothing():
    row = written(counts_people=True, target=(Decimal(10), date(2030, 1, 1)))
    told(row, "3", 1)
    measure = measures.measures_of(programme_of())[0]
    assert (measure.percent, chart_of(measure)) == (None, None)
    page = Client().get("/fi/strategy/indicators/new-companies/").content.decode()
    assert "30 %" not in page and '<svg class="measure-chart"' not in page
    assert "30 %" not in Client().get("/fi/strategy/indicators/").content.decode()
    told(row, "7", 2)
    told(row, "4", 3)
    told(row, "9", 4)
    measure = measures.measures_of(programme_of())[0]
    assert measure.percent == 230
    assert [column.said for column in chart_of(measure).columns] == ["10", "23"], "no two neighbours differ by few"
