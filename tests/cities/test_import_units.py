"""Registers' files become units, hours and services: again and again with the same result, bad rows told."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kuutio.cities.directory import MayUse, may_use, metres
from kuutio.cities.importing.saving import import_units
from kuutio.cities.models import City, CityService, Service, Unit, UnitId
from kuutio.cities.openings import hours_of
from kuutio.core.opening import State
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.core.when import here
from tests.factories import CityFactory, PersonFactory

DATA = Path(__file__).parents[1] / "data" / "cities"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def read(*names: str):
    rows = [json.loads((DATA / name).read_text()) for name in names]
    return rows[0] if len(rows) == 1 else [row for one in rows for row in one]


def bring(source: str, *names: str, city: str = "helsinki", **words):
    return import_units(read(*names), source, CityFactory(code=city), by=None, at=NOW, **words)


def opening(unit: Unit, day: date) -> list[str]:
    return [
        f"{here(one.starts_at):%H:%M}-{here(one.ends_at):%H:%M} {one.state}"
        for one in hours_of([Unit.objects.get(pk=unit.pk)])[unit.pk].between(day, day)
    ]


def test_the_service_map_s_units_and_the_libraries_own_hours_meet_in_one_unit():
    first = bring("tpr", "tpr_units.json", "tpr_connections.json")
    assert (first.made, first.rejected) == (2, [])
    kallio = Unit.objects.get(external_ids__source="tpr", external_ids__value="8215")
    assert kallio.slug == "helsinki-kallion-kirjasto"
    assert kallio.name.localize("sv") == "Berghälls bibliotek"
    assert kallio.address.localize("sv") == "Femte linjen 11, 00530 Helsingfors"
    assert kallio.phone == "+358931085053"
    assert "ma-to 08-20" in kallio.hours_text.localize("fi")
    assert not Unit.objects.filter(text__contains="Kalle Kallio").exists()  # persons of the connections stay out
    again = bring("tpr", "tpr_units.json", "tpr_connections.json")
    assert (again.made, again.changed, again.same) == (0, 0, 2)

    # The library's own register knows it by another number, which the service map had told.
    library = bring("kirjastot", "kirjastot_pattern.json")
    assert (library.made, library.changed, library.rejected) == (0, 1, [])
    assert Unit.objects.count() == 2
    assert opening(kallio, date(2020, 6, 15)) == ["08:00-10:00 self-service", "10:00-20:00 open"]
    assert opening(kallio, date(2020, 6, 18)) == ["08:00-10:00 self-service", "10:00-18:00 open"]
    assert opening(kallio, date(2020, 6, 19)) == []  # midsummer eve
    assert bring("kirjastot", "kirjastot_pattern.json").same == 1
    # A later file takes the place of an earlier one's hours.
    assert bring("kirjastot", "kirjastot_simple.json").changed == 1
    assert opening(kallio, date(2020, 6, 18)) == []
    assert opening(kallio, date(2020, 6, 27)) == ["10:00-16:00 open"]


def test_hours_of_hauki_with_rules_for_units_that_are_here():
    bring("tpr", "tpr_units.json")
    outcome = bring("hauki", "hauki.json")
    assert outcome.changed == 1
    assert [row["row"] for row in outcome.rejected] == ["hauki:77", "hauki:2"]
    assert "bring in the units first" in outcome.rejected[0]["why"]
    assert "ends before it begins" in outcome.rejected[1]["why"]
    kallio = Unit.objects.get(external_ids__source="hauki", external_ids__value="1")
    assert opening(kallio, date(2026, 11, 30)) == ["07:00-08:00 self-service", "08:00-20:00 open"]
    assert opening(kallio, date(2026, 11, 27)) == ["22:00-02:00 open"]  # Friday of week 48
    assert opening(kallio, date(2026, 12, 4)) == []  # Friday of week 49
    assert opening(kallio, date(2026, 12, 6)) == []
    hours = hours_of([kallio])[kallio.pk]
    assert hours.name_of(date(2026, 12, 6)) == "Itsenäisyyspäivä"
    night = hours.now(datetime(2026, 11, 27, 23, 30, tzinfo=UTC))
    assert (night.state, night.until) == (State.OPEN, datetime(2026, 11, 28, 0, tzinfo=UTC))
    assert bring("hauki", "hauki.json").same == 1


def test_services_of_the_finnish_service_catalogue():
    outcome = bring("ptv", "ptv.json", city="espoo")
    assert (outcome.made, outcome.services, outcome.rejected_count) == (1, 1, 3)
    unit = Unit.objects.get()
    assert unit.text.localize("fi") == "Neuvontaa & apua."
    assert metres(24.797, 60.168, unit.lon, unit.lat) < 1500
    assert unit.phone == "+358981622000"
    assert opening(unit, date(2026, 11, 30)) == ["08:00-15:45 open"]
    assert opening(unit, date(2026, 12, 25)) == []
    own = CityService.objects.get()
    assert [channel.kind for channel in own.channels.all()] == ["service-location", "e-service"]
    assert [str(may_use(own, code)) for code in ("049", "235", "091")] == ["yes", "yes", "no"]
    assert own.service.keywords.localize("fi") == "päiväkoti, hoitopaikka"
    assert bring("ptv", "ptv.json", city="espoo").same == 1
    # Another city's service of the same general description is the group's same service.
    other = {
        "services": [read("ptv.json")["services"][0] | {"id": "77777777-7777-4777-8777-777777777777", "areas": []}]
    }
    import_units(other, "ptv", CityFactory(code="vantaa"), by=None, at=NOW)
    assert Service.objects.get().in_cities.count() == 2
    vantaa = CityService.objects.get(city="vantaa")
    assert may_use(vantaa, "091") is MayUse.YES
    vantaa.open_to = "residents"
    assert may_use(vantaa, "091") is MayUse.NO


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": 1}, "no name"),
        ({"name_fi": "Nimi"}, "no id"),
        ({"id": 1, "name_fi": "Nimi", "longitude": 60.17, "latitude": 24.94}, "not in Finland"),
        ({"id": 1, "name_fi": "Nimi", "longitude": "x", "latitude": 24.94}, "position is none"),
        ({"id": 1, "name_fi": "Nimi", "email": "a@b@c"}, "mail"),
        ({"id": 1, "name_fi": {"a": 1}}, "no name"),
        ({"id": "9" * 200, "name_fi": "Nimi"}, "too long"),
    ],
)
def test_a_bad_row_is_told_and_the_others_come_in(row, why):
    good = {"id": "2", "name_fi": "Hyvä\0", "phone": "ei ole", "sources": [{"source": "kirkanta", "id": "3"}, None]}
    outcome = import_units([row, good], "tpr", CityFactory(), by=None, at=NOW)
    assert outcome.made == 1
    assert outcome.rejected_count == 1
    assert why in outcome.rejected[0]["why"]
    assert Unit.objects.get().name.localize("fi") == "Hyvä"


def test_what_a_whole_register_lacks_is_no_longer_shown_and_comes_back():
    bring("tpr", "tpr_units.json")
    rows = read("tpr_units.json")
    outcome = import_units(rows[:1], "tpr", City.objects.get(), by=None, at=NOW, whole=True)
    assert (outcome.closed, Unit.objects.filter(is_active=True).count()) == (1, 1)
    assert bring("tpr", "tpr_units.json").changed == 1
    assert Unit.objects.filter(is_active=True).count() == 2
    stolen = bring("tpr", "tpr_units.json", city="espoo")
    assert stolen.rejected_count == 2
    assert "another city's" in stolen.rejected[0]["why"]
    assert UnitId.objects.filter(source="tpr").count() == 2
    for wrong in ([1, 2], "text", None, 7):
        with pytest.raises(Invalid):
            import_units(wrong, "tpr", City.objects.get(pk="espoo"), by=None, at=NOW)
    with pytest.raises(NotAllowed):
        import_units(rows, "tpr", City.objects.get(pk="espoo"), by=PersonFactory(), at=NOW)
