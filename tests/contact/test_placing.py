"""Where it is: by words that name a city, by a service point, by a position; never guessed, and never a failure of ours."""

import json

import pytest
from django.test import Client

from kuutio.cities.models import Municipality, Unit
from kuutio.contact.models import Case, Draft
from kuutio.contact.nearby import municipality_named
from tests.contact.pictures import jpeg

pytestmark = pytest.mark.django_db

HELSINKI = (24.9414, 60.1708)


def begun(client: Client, category: str = "pothole") -> str:
    """The address of the second step of a new notice."""
    return client.post("/en/report/", {"category": category}).url


def said(client: Client, where: str, **fields: object):
    """The answer to a place."""
    return client.post(where, {"city": "", "address": "", "lon": "", "lat": "", "source": "", **fields})


def kept(where: str) -> dict:
    return Draft.objects.get(uuid=where.split("/")[3]).fields


def test_a_street_without_its_city_is_asked_about_and_no_home_city_is_taken(group, client):
    client.cookies["city"] = "espoo"
    where = begun(client)
    assert b'value="espoo" selected' not in client.get(where).content
    answer = said(client, where, address="Hämeenkatu 5")
    assert answer.status_code == 422
    assert b"The same street may be in several cities" in answer.content
    assert said(client, where, city="vantaa", address="Hämeenkatu 5").status_code == 302
    assert kept(where)["city"] == "vantaa"


def test_an_address_may_name_its_city_and_is_asked_about_when_the_choice_says_another(group, client):
    where = begun(client)
    assert said(client, where, address="Mannerheimintie 5, 00100 Helsingfors").status_code == 302
    assert kept(where)["city"] == "helsinki"
    assert b"says Helsinki" in said(client, where, city="espoo", address="Mannerheimintie 5, Helsinki").content
    outside = said(client, where, address="Kauppalantie 1, Kauniainen")
    assert outside.status_code == 422
    assert b"The place is in Kauniainen" in outside.content


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Aurakatu 1, Turku", "Turku"),
        ("Aurakatu 1, 20100 Åbo", "Turku"),
        ("Aurakatu 1 20100 TURKU.", "Turku"),
        ("Turku", None),
        ("Turuntie 5", None),
        ("Espoo, the street beside the church", None),
        (",", None),
        ("\0, \0", None),
        ("12345", None),
    ],
)
def test_a_city_is_named_only_at_an_addresss_end(db, address, name):
    assert getattr(municipality_named(address), "name_fi", None) == name


def test_service_points_are_found_by_words_and_near_a_position_and_give_the_place(group, client):
    unit = Unit.objects.create(
        slug="h-library", city_id="helsinki", name={"fi": "Töölön kirjasto", "en": "Library"}, lon=24.9420, lat=60.1710
    )
    Unit.objects.create(
        slug="h-old", city_id="helsinki", name={"fi": "Kirjasto"}, lon=24.94, lat=60.17, is_active=False
    )
    where = begun(client)
    page = said(client, where, look="1", city="helsinki", address="töölön KIRJASTO")
    assert (page.status_code, page.content.count(b'name="unit"')) == (200, 2)
    assert b"h-library" in page.content
    assert b"Choose the city first" in said(client, where, look="1").content
    near = said(client, where, look="1", lon=HELSINKI[0], lat=HELSINKI[1])
    assert b"40 m away" in near.content
    assert said(client, where, unit="h-library", address="behind it").status_code == 302
    fields = kept(where)
    assert (fields["lon"], fields["lat"], fields["source"], fields["city"]) == (unit.lon, unit.lat, "unit", "helsinki")
    assert fields["address"] == "Library (behind it)"
    assert said(client, where, unit="h-old").status_code == 422


def test_a_position_in_one_city_and_the_choice_of_another_are_asked_about(group, client):
    where, place = begun(client), {"lon": HELSINKI[0], "lat": HELSINKI[1], "source": "position"}
    asked = said(client, where, city="espoo", address="Kotikatu 1", **place)
    assert asked.status_code == 422
    assert b"The position is in Helsinki, but you chose Espoo" in asked.content
    assert kept(where).get("lon") is None, "nothing is kept of what is unclear"
    assert said(client, where, city="espoo", address="Kotikatu 1", keep="position", **place).status_code == 302
    assert (kept(where)["city"], kept(where)["source"]) == ("helsinki", "position")
    assert b"Remove the position" in client.get(where).content
    assert said(client, where, city="espoo", address="Kotikatu 1", keep="address", **place).status_code == 302
    assert (kept(where)["city"], kept(where)["lon"]) == ("espoo", None)
    said(client, where, city="helsinki", **place)
    client.post(where, {"forget": "1"})
    assert kept(where)["lon"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {"lon": "nan", "lat": "inf"},
        {"lon": "1e400", "lat": "60"},
        {"lon": "24.9", "lat": ""},
        {"unit": "\0"},
        {"unit": "x" * 500},
        {"address": "\0", "city": "helsinki"},
        {"city": "nowhere", "address": "x"},
        {"address": "a" * 5000, "city": "helsinki"},
        {"keep": "address", "lon": "24.94", "lat": "60.17", "city": "\0"},
    ],
)
def test_what_is_no_place_is_asked_about_again(group, client, fields):
    where = begun(client)
    assert said(client, where, **fields).status_code == 422
    assert said(client, where, look="1", **fields).status_code == 200


# --- the door that says what is here


def test_the_door_tells_municipality_certainty_and_service_points(group, client):
    Unit.objects.create(slug="h", city_id="helsinki", name={"fi": "Neuvonta"}, lon=HELSINKI[0], lat=HELSINKI[1])
    answer = client.get("/api/place?lon=24.9414&lat=60.1708&lang=sv")
    told = json.loads(answer.content)
    assert told["municipality"] == {"code": "091", "name": "Helsingfors", "city": "helsinki"}
    assert (told["certainty"], told["units"][0]["id"], told["units"][0]["metres"]) == ("certain", "h", 0)
    assert answer["Access-Control-Allow-Origin"] == "*"
    same = client.get("/api/place?lon=24.9414&lat=60.1708&lang=sv", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304
    assert json.loads(client.get("/api/place?lon=24.7285&lat=60.2125").content)["municipality"]["city"] is None
    assert json.loads(client.get("/api/place?lon=18.07&lat=59.33").content)["municipality"] is None


@pytest.mark.parametrize("query", ["", "lon=1", "lon=a&lat=b", "lon=60.17&lat=24.94", "lon=nan&lat=1", "lon=%00&lat=1"])
def test_the_door_refuses_what_is_no_position(client, query):
    answer = client.get(f"/api/place?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_at_a_border_the_door_names_both_sides(group, client, django_assert_max_num_queries):
    border = Municipality.objects.get(pk="091")
    # The western end of Helsinki lies at Espoo's border.
    from shapely import from_wkb

    points = from_wkb(bytes(border.border)).boundary
    line = points.geoms[0] if points.geom_type == "MultiLineString" else points
    lon, lat = next(c for c in line.coords if 60.20 < c[1] < 60.23 and c[0] < 24.87)
    with django_assert_max_num_queries(6):
        told = json.loads(client.get(f"/api/place?lon={lon}&lat={lat}").content)
    assert told["certainty"] == "near_border"
    assert len(told["choices"]) >= 2


# --- a photo's position


def details(client: Client, where: str, **fields: object):
    data = {"text": "Hole.", "q-danger": "no", **fields}
    return client.post(where.replace("/where/", "/details/"), data)


def photo(at: tuple[float, float] | None):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("hole.jpg", jpeg(at=at), "image/jpeg")


def test_a_photos_position_is_offered_and_used_only_by_a_yes(group, client):
    where = begun(client)
    said(client, where, city="espoo", address="Kotikatu 1")
    assert details(client, where, photo=photo(HELSINKI)).url.endswith("/send/")
    send = where.replace("/where/", "/send/")
    page = client.get(send)
    assert b"taken in Helsinki (60.17080, 24.94140)" in page.content
    assert kept(where)["lon"] is None, "an offer is no place yet"
    reach = {"preference": "email", "email": "aino@example.org"}
    again = client.post(send, reach | {"photo_place": "use"})
    assert (again.status_code, b'value="aino@example.org"' in again.content) == (200, True)
    fields = kept(where)
    assert (fields["source"], fields["city"], fields["address"]) == ("photo", "helsinki", "Kotikatu 1")
    assert (round(fields["lon"], 4), round(fields["lat"], 4)) == HELSINKI
    assert client.post(send, reach).status_code == 302
    case = Case.objects.get()
    assert (case.place_source, case.responsible.slug) == ("photo", "helsinki")
    again = client.post(send, reach)
    assert case.number in again.url
    assert Case.objects.count() == 1, "sent twice it is there once"
    assert b"Hole" not in str(kept(where)).encode(), "what was sent is the case's alone"


def test_a_photos_position_that_nobody_wants_is_gone(group, client):
    where = begun(client)
    said(client, where, lon=HELSINKI[0], lat=HELSINKI[1] + 0.01, source="map")
    details(client, where, photo=photo(HELSINKI), more="1")
    draft = Draft.objects.get()
    assert b"m from the place that you gave" in client.get(where.replace("/where/", "/details/")).content
    assert details(client, where, photo_place="no", text="Hole, a large one.").status_code == 302
    assert (draft.files.get().taken_lon, draft.files.get().taken_lat) == (None, None)
    draft.refresh_from_db()
    assert draft.fields["lat"] == HELSINKI[1] + 0.01
    assert draft.fields["text"] == "Hole, a large one.", "no button loses what was written"
    details(client, where, photo=photo(HELSINKI), more="1")
    details(client, where, photo=photo((24.0, 59.5)), more="1")
    client.post(where.replace("/where/", "/send/"), {"preference": "none"})
    assert Case.objects.get().place_source == "map"
    assert not draft.files.exists(), "what was sent is the case's alone"


def test_a_photos_position_in_no_city_here_or_at_the_very_place_is_not_offered(group, client):
    where = begun(client)
    said(client, where, lon=HELSINKI[0], lat=HELSINKI[1], source="position")
    details(client, where, photo=photo((HELSINKI[0] + 0.0001, HELSINKI[1])), more="1")
    details(client, where, photo=photo((24.7285, 60.2125)), more="1")
    details(client, where, photo=photo((2.35, 48.85)), more="1")
    assert b"photo_place" not in client.get(where.replace("/where/", "/details/")).content
