"""The directory at its doors: finding what is near and open, who may use it, its interface; hostile questions."""

import json
from argparse import Namespace
from datetime import UTC, date, datetime

import icalendar
import pytest
from django.db import transaction

from kuutio.cities import demo as cities_demo
from kuutio.cities.directory import near, place_named, units_shown
from kuutio.cities.models import City, CityService, DatePeriod, Organisation, Unit
from kuutio.cities.openings import hours_of
from kuutio.config.commands import import_units, load_area
from kuutio.contact import demo as contact_demo
from kuutio.contact import demo_directory
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.files import bytes_of
from kuutio.contact.models import Case, Draft, ServiceForm
from kuutio.core.problems import Problem
from kuutio.search.models import Entry
from tests.cities.test_import_units import DATA
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
"""A Monday, half past ten in Finland."""
NIGHT = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The demonstration's directory, made once for all the tests here, each of which takes back what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        cities_demo.load_cities()
        contact_demo._units(load_catalogue())
        assert demo_directory.load(MONDAY)
        assert not demo_directory.load(MONDAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def six(built, db):
    """The six cities with their services and units."""


@pytest.fixture
def clock(monkeypatch):
    """Sets the moment of the pages."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr("kuutio.contact.pages.directory.timezone.now", lambda: moment)

    return at


def test_a_resident_finds_what_is_near_and_open(six, client, clock, django_assert_max_num_queries):
    clock(MONDAY)
    page = client.get("/fi/services/").content.decode()
    assert "Uimahalli" in page
    assert "Rakennusneuvonta" in page
    with django_assert_max_num_queries(25):
        page = client.get("/fi/services/?near=Exempelgatan+1&city=helsinki&open=1").content.decode()
    assert page.index("Esimerkkikirjasto, Helsinki") < page.index("Esimerkkiuimahalli, Helsinki")
    assert "Kallion kirjasto" not in page  # its hours aren't known
    assert "Espoo<" not in page.partition("<main")[2].partition('id="found"')[2]
    # At night nothing is open, and the page says when it opens.
    clock(NIGHT)
    assert "Mikään" in client.get("/fi/services/?city=helsinki&open=1").content.decode()
    unit = client.get("/en/units/helsinki-library/").content.decode()
    assert "Closed, opens 7 am" in unit
    assert "8 am–8 pm" in unit
    assert "7 am–8 am (self-service)" in unit
    assert "6.12." in unit
    assert "A lift goes to every floor." in unit
    assert "Example library, Espoo" in unit  # the same in the other cities
    # Words are found in another language and another form; what nobody knows is said.
    assert "/sv/services/library/" in client.get("/sv/services/?q=kirjasto").content.decode()
    assert "Kallion kirjasto" in client.get("/fi/services/?q=Kallio").content.decode()
    assert "Emme tunne tätä paikkaa" in client.get("/fi/services/?near=Jokin+muu+katu+1").content.decode()
    assert client.get("/fi/search/?q=uimahalli").content.decode().count("/fi/services/swimming-hall/") >= 1


def test_may_i_use_this_as_a_resident_of(six, client):
    page = client.get("/en/services/adult-education/?home=235").content.decode()
    assert page.count("You may use it") == 3  # the capital region
    assert page.count("Not for residents of your municipality") == 3
    assert "For residents of: Espoo, Helsinki, Vantaa, Kauniainen." in page
    assert "None of these cities" in client.get("/en/services/day-care/?home=444").content.decode()
    assert "For everyone, wherever they live." in client.get("/en/services/library/?home=444").content.decode()
    told = client.get("/api/v1/services/adult-education?municipality=235").json()
    assert {row["city"]: row["may_use"] for row in told["in_cities"]} == {
        **dict.fromkeys(("helsinki", "espoo", "vantaa"), "yes"),
        **dict.fromkeys(("tampere", "turku", "oulu"), "no"),
    }


def test_the_interface(six, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        told = client.get("/api/v1/units?lon=24.94&lat=60.17&limit=5&service=library").json()
    assert [row["city"] for row in told["units"]][:3] == ["helsinki"] * 3
    assert told["units"][0]["distance_m"] < told["units"][1]["distance_m"]
    assert told["next"].endswith("offset=5")
    everything = client.get("/api/v1/units?limit=100").json()
    assert everything["matched"] == len(everything["units"]) == Unit.objects.count()
    hours = client.get("/api/v1/units/helsinki-advice/hours?from=2026-12-23&to=2026-12-31").json()
    assert [(row["start"][5:16], row["end"][11:16]) for row in hours["times"]] == [
        ("12-23T08:00", "16:00"),
        ("12-28T08:00", "16:00"),
        ("12-29T08:00", "16:00"),
        ("12-30T08:00", "16:00"),
        ("12-31T08:00", "13:00"),
    ]
    calendar = icalendar.Calendar.from_ical(client.get("/api/v1/units/helsinki-advice/hours.ics").content)
    assert len(calendar.walk("VEVENT")) > 30
    assert calendar.walk("VEVENT")[0]["GEO"] is not None
    places = client.get("/api/v1/units.geojson?city=turku").json()
    assert len(places["features"]) == Unit.objects.filter(city="turku").count()
    assert client.get("/api/v1/units/helsinki-pool/place.geojson").json()["features"][0]["properties"]["name"]
    assert client.get("/api/v1/services?city=oulu&limit=2").json()["next"].endswith("offset=2")
    answer = client.get("/api/v1/units/helsinki-pool", HTTP_ORIGIN="https://example.org")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json()["services"] == ["swimming-hall"]


HOSTILE = [
    ("/api/v1/units?lon=1", 400),
    ("/api/v1/units?lon=nan&lat=nan", 422),
    ("/api/v1/units?city=x", 400),
    ("/api/v1/units?limit=0", 422),
    ("/api/v1/units?q=%00&near=%00&service=%00", 200),
    ("/api/v1/units?near=" + "a" * 201, 422),
    ("/api/v1/units/%00", 404),
    ("/api/v1/units/helsinki-advice/hours?from=0001-01-01", 400),
    ("/api/v1/units/helsinki-advice/hours?from=2026-01-01&to=9999-12-31", 400),
    ("/api/v1/units/helsinki-advice/hours?from=x", 422),
    ("/api/v1/services/library?municipality=xyz", 400),
    ("/api/v1/services/nothing", 404),
    ("/fi/services/?q=%00&near=%00&lon=1e999&lat=x&start=999999999&city=%00", 200),
    ("/fi/services/?q=" + "a%20" * 300, 200),
    ("/fi/services/?near=((((&open=1&start=99999", 200),
    ("/fi/services/library/?home=%00%00", 200),
    ("/fi/services/nothing/", 404),
    ("/fi/units/nothing/", 404),
    ("/fi/book/helsinki-advice/?start=-1", 200),
    ("/fi/book/helsinki-advice/2026-13-99T0000Z/", 404),
]


def test_hostile_questions_have_plain_answers(six, client):
    assert {address: client.get(address).status_code for address, _status in HOSTILE} == dict(HOSTILE)


def test_near_among_thousands_is_quick_and_exact(six, django_assert_max_num_queries):
    city = City.objects.get(pk="oulu")
    Unit.objects.bulk_create(
        Unit(slug=f"oulu-{n}", city=city, name={"fi": f"Paikka {n}"}, lon=25 + n / 10_000, lat=65.0)
        for n in range(2000)
    )
    with django_assert_max_num_queries(8):
        found = near(units_shown(), 25.10001, 65.0, at=MONDAY, open_now=False, most=3)
    assert [one.unit.slug for one in found] == ["oulu-1000", "oulu-1001", "oulu-999"]
    assert round(found[1].metres, 1) == round(111_320 * 0.00009 * 0.42262, 1)
    assert place_named("Esimerkkikatu 1", "turku") == place_named("exempelgatan", "turku")
    assert place_named("ka") is None


def test_the_command_imports_and_makes_findable(six, capsys, tmp_path):
    parser = __import__("argparse").ArgumentParser()
    import_units.arguments(parser)
    bad = tmp_path / "bad.json"
    rows = json.loads((DATA / "tpr_units.json").read_text())
    bad.write_text(json.dumps([rows[0] | {"id": 99999, "name_fi": "Uusi paikka"}, {"id": 5}]))
    options = parser.parse_args([str(bad), "--source", "tpr", "--city", "091"])
    assert import_units.run(options) == 1
    told = json.loads(capsys.readouterr().out)
    # The same library by another number of the service map: its number at kirjastot.fi gives it away.
    assert (told["made"], told["rejected_count"]) == (0, 1)
    assert told["rejected"] == [{"row": "tpr:5", "why": "it has no name"}]
    assert Entry.objects.filter(kind="unit", key="helsinki-kallion-kirjasto", title="Uusi paikka").exists()
    Unit.objects.filter(city="helsinki").update(is_active=False)
    bad.write_text("[]")
    assert import_units.run(options) == 0
    assert not Entry.objects.filter(kind="unit", city="helsinki").exists()


def test_a_form_opens_a_case_once_for_who_may_use_it(six, client, mailoutbox):
    begun = client.post("/sv/services/resident-parking/helsinki/form/", {"home": "049"})
    address = begun["Location"]
    filled = {
        "home": "049",
        "q-area": "Kronohagen",
        "q-length": "year",
        "text": "Två bilar",
        "preference": "email",
        "email": "aino@example.org",
        "name": "Aino",
    }
    assert client.post(address, filled | {"text": "NUL\0"}).status_code == 422
    refused = client.post(address, filled)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "/sv/services/resident-parking/#city-espoo" in page  # where they may
    assert "Kronohagen" in page  # nothing is lost
    assert not Case.objects.exists()
    nothing = client.post(address, {"home": "091"})
    assert nothing.status_code == 422
    filled["home"] = "091"
    from django.core.files.uploadedfile import SimpleUploadedFile

    wrong = client.post(address, filled | {"file": SimpleUploadedFile("ohje.exe", b"MZ\x90")})
    assert wrong.status_code == 422
    paper = SimpleUploadedFile("intyg.pdf", b"%PDF-1.7 ...")
    sent = client.post(address, filled | {"file": paper})
    again = client.post(address, filled)
    case = Case.objects.get()
    assert sent["Location"] == again["Location"]
    assert (case.responsible.city_id, case.category_id, case.language) == ("helsinki", "parking-permit", "sv")
    assert case.answers == {
        "service": "resident-parking",
        "home_municipality": "091",
        "area": "Kronohagen",
        "length": "year",
    }
    message = case.messages.get()
    assert "Hur lång tid?: Ett år" in message.text.replace("För hur", "Hur")
    assert "Helsingfors" in message.text
    assert [file.name for file in message.attachments.all()] == ["intyg.pdf"]
    # The case holds it alone from then on: the form shows nothing more of it, and takes nothing from it.
    draft = Draft.objects.get()
    assert "Kronohagen" not in str(draft.fields)
    assert not draft.files.exists()
    attached = message.attachments.get()
    assert client.get(address)["Location"] == sent["Location"]
    assert client.post(address, {"remove": str(attached.uuid)})["Location"] == sent["Location"]
    assert bytes_of(attached.path) == b"%PDF-1.7 ..."
    # A form that needs identification isn't sent without it.
    address = client.post("/fi/services/day-care/espoo/form/")["Location"]
    assert "tunnist" in client.get(address).content.decode()
    answer = client.post(
        address,
        {"home": "049", "q-from": "1.1.", "q-hours": "full", "preference": "email", "email": "a@example.org"},
    )
    assert answer.status_code == 403
    assert Case.objects.count() == 1
    assert client.get("/fi/services/day-care/espoo/form/").status_code == 405
    assert client.post("/fi/services/library/espoo/form/").status_code == 404
    ServiceForm.objects.update(is_active=False)
    assert client.get(address).status_code == 404


def test_who_lives_in_a_services_own_area_is_told_by_their_address(six, client, tmp_path, capsys):
    own = CityService.objects.get(city="helsinki", service__code="swimming-hall")
    own.open_to, desk = CityService.OpenTo.RESIDENTS, Unit.objects.get(slug="helsinki-library")
    own.save()
    own.areas.all().delete()
    ring = [[desk.lon + x, desk.lat + y] for x, y in ((-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, -0.01))]
    ring = [[desk.lon - 0.01, desk.lat - 0.01], *ring[1:3], [desk.lon - 0.01, desk.lat + 0.01], ring[0]]
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "east.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    words = {"service": "swimming-hall", "city": "helsinki", "name": "Itä|Öster|East", "layer": "", "crs": ""}
    for _twice in range(2):
        load_area.run(Namespace(file=file, **words))
    assert json.loads(capsys.readouterr().out.split("}\n{")[0] + "}")["parts"] == 1
    assert own.areas.count() == 1
    for wrong in ({"name": "Itä"}, {"service": "nothing"}, {"file": tmp_path / "none.geojson"}):
        with pytest.raises(Problem):
            load_area.run(Namespace(**({"file": file, **words} | wrong)))
    page = "/fi/services/swimming-hall/"

    def helsinki(query: str) -> str:
        return (
            client.get(f"{page}?{query}").content.decode().partition('id="city-helsinki"')[2].partition("</section>")[0]
        )

    assert "Osoitteesi ratkaisee" in helsinki("home=091")
    assert "Voit käyttää" in helsinki(f"lon={desk.lon}&lat={desk.lat}")
    assert "Voit käyttää" not in helsinki(f"lon={desk.lon + 0.05}&lat={desk.lat}")
    address = str(desk.address.localize("fi")).partition(",")[0]
    assert "Voit käyttää" in helsinki(f"address={address}")
    assert "Emme tunne tätä osoitetta" in client.get(f"{page}?address=Jokin+muu+katu+1").content.decode()
    for hostile in ("lon=x&lat=60", "lon=&lat=", "address=%00", "lon=nan&lat=nan", "lon=999&lat=999"):
        assert client.get(f"{page}?{hostile}").status_code == 200


def test_a_table_brings_hours_as_openstreetmap_writes_them(six, capsys, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text(
        "id;name_fi;name_sv;longitude;latitude;opening_hours\n"
        "1;Uusi piste;Nya stället;24,94;60,17;Mo-Fr 08:00-16:00; PH off\n".replace("16:00; PH", "16:00, PH")
        + "2;Toinen;;24,95;60,18;every day\n",
        encoding="utf-8",
    )
    options = Namespace(files=[str(file)], source="tpr", city="helsinki", whole=False)
    assert import_units.run(options) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["made"], [row["row"] for row in told["rejected"]]) == (1, ["tpr:2"])
    unit = Unit.objects.get(external_ids__source="tpr", external_ids__value="1", city="helsinki")
    assert unit.osm_hours.startswith("Mo-Fr 08:00-16:00")
    assert hours_of([unit])[unit.pk].now(MONDAY).admits


def test_a_citys_people_put_in_other_hours_and_the_usual_ones_stay(six, client, clock):
    unit = Unit.objects.get(slug="helsinki-library")
    unit.periods.all().delete()
    Unit.objects.filter(pk=unit.pk).update(osm_hours="Mo-Fr 08:00-16:00")
    page = f"/fi/work/units/{unit.slug}/hours/"
    agent, stranger = (
        PersonFactory(agent_of=[Organisation.objects.get(city_id=code)]) for code in ("helsinki", "oulu")
    )
    client.force_login(stranger)
    assert client.get(page).status_code == 403
    client.force_login(agent)
    days = {
        "first": "2099-11-30",
        "last": "2099-12-01",
        "name_fi": "Inventaario",
        "name_sv": "Inventering",
        "name_en": "Stock",
    }
    for wrong in ({"last": "2099-11-01"}, {"opens": "10:00"}, {"opens": "10:00", "closes": "09:00"}, {"name_sv": ""}):
        assert client.post(page, days | wrong).status_code == 422
    for _twice in range(2):
        assert client.post(page, days | {"opens": "10:00", "closes": "12:00"}).status_code == 302
    row = DatePeriod.objects.get(unit=unit)
    assert "Inventaario" in client.get(page).content.decode()
    assert "/hours/" in client.get(f"/fi/units/{unit.slug}/").content.decode()
    unit = Unit.objects.get(pk=unit.pk)
    hours = hours_of([unit])[unit.pk]
    first, after = date(2099, 11, 30), date(2099, 12, 2)
    assert [(one.starts_at.hour, one.ends_at.hour) for one in hours.between(first, after)] == [
        (8, 10),
        (8, 10),
        (6, 14),
    ]
    assert hours.calendar.hours(first) != hours.calendar.hours(after)
    client.post(page, {"remove": str(row.pk)})
    assert not DatePeriod.objects.filter(unit=unit).exists()
