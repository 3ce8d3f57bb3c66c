"""The reading half of GeoReport v2, clause by clause, in both formats."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.contact.actions.handing import accept_case, offer_case
from kuutio.contact.actions.working import answer_case, join_case, take_case
from kuutio.contact.incoming import Place
from kuutio.contact.models import Case, Category
from tests.contact.making import ESPOO, HELSINKI, bring
from tests.contact.open311.asking import BASE, ask, plain, same, tree

pytestmark = pytest.mark.django_db
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}


def lately(hours=1, **words):
    """A case of this month, since a list spans the last 90 days."""
    return bring(at=timezone.now() - timedelta(hours=hours), **words).case


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("what", ["discovery", "services", "services/pothole", "requests", "requests/nothing"])
def test_types_are_literal_and_nothing_is_set(group, what, form):
    answer = ask(what, form)
    assert answer["Content-Type"] == TYPES[form]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    if form == "xml":
        assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
        assert b"xmlns" not in answer.content


@pytest.mark.parametrize("what", ["discovery", "services", "services/pothole", "requests", "requests/%s", "tokens/%s"])
def test_both_formats_say_the_same(group, what):
    case = lately()
    if "%s" in what:
        what %= case.number
    words = {"extensions": "true"}
    assert plain(ask(what, "json", **words).json()) == same(tree(ask(what, "xml", **words)))


def test_roots_and_parts_are_those_of_the_standard(group):
    case = lately()
    roots = {
        "services": "services/service",
        "services/pothole": "service_definition/attributes/attribute/values/value",
        "requests": "service_requests/request",
        f"requests/{case.number}": "service_requests/request",
        f"tokens/{case.number}": "service_requests/request",
        "discovery": "discovery/endpoints/endpoint/formats/format",
    }
    for what, path in roots.items():
        root = tree(ask(what, "xml"))
        first, _slash, rest = path.partition("/")
        assert root.tag == first
        assert root.find(rest) is not None, what


def test_json_lists_are_lists_and_a_definition_is_an_object(group):
    case = lately()
    assert isinstance(ask("services").json(), list)
    assert isinstance(ask("services/pothole").json()["attributes"], list)
    assert len(ask(f"requests/{case.number}").json()) == 1
    assert isinstance(ask("services").json()[0]["metadata"], bool)
    assert isinstance(ask(f"requests/{case.number}").json()[0]["lat"], float)


@pytest.mark.parametrize("name", ["discovery.xml", "v2/discovery.xml", "discovery.json"])
def test_discovery_tells_all_that_is_required(group, settings, name):
    answer = Client().get(f"/api/open311/{name}")
    assert answer.status_code == 200
    if name.endswith("json"):
        told = answer.json()
        assert {"changeset", "contact", "key_service", "endpoints"} <= set(told)
        (endpoint,) = told["endpoints"]
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"] == f"{settings.SITE_URL}/api/open311/v2"
        assert endpoint["type"] in {"production", "test"}


def test_a_service_has_the_fields_of_the_standard_in_three_languages(group):
    fields = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
    found = {}
    for locale in ("fi", "fi_FI", "sv", "en", "xx", ""):
        (hole,) = [row for row in ask("services", locale=locale).json() if row["service_code"] == "pothole"]
        assert list(hole) == fields
        assert hole["metadata"] is True
        found[locale] = hole["service_name"]
    assert found["fi"] == found["fi_FI"] == found[""] == found["xx"]
    assert len({found["fi"], found["sv"], found["en"]}) == 3
    names = {
        locale: ask("services/pothole", locale=locale).json()["attributes"][0]["values"][0]["name"]
        for locale in ("fi", "sv", "en")
    }
    assert len(set(names.values())) == 3


def test_only_what_the_city_of_a_place_offers(group):
    Category.objects.get(pk="pothole").rules.filter(city="espoo").delete()

    def codes(**words):
        return {row["service_code"] for row in ask("services", **words).json()}

    assert "pothole" in codes(lat="60.1708", long="24.9414")
    assert "pothole" not in codes(lat=ESPOO.lat, long=ESPOO.lon)
    assert "pothole" not in codes(jurisdiction_id="espoo")
    assert codes(lat="59.44", long="24.75") == set()
    assert ask("services", lat="60").status_code == 400


def test_a_definition_of_nothing_is_404(group):
    for form in ("xml", "json"):
        assert ask("services/nothing", form).status_code == 404
    Category.objects.filter(pk="pothole").update(is_active=False)
    assert ask("services/pothole").status_code == 404


def test_orders_are_whole_and_different(group):
    for row in ask("services").json():
        attributes = ask(f"services/{row['service_code']}").json()["attributes"]
        orders = [one["order"] for one in attributes]
        assert len(set(orders)) == len(orders)
        assert all(isinstance(order, int) and order > 0 for order in orders)
        assert bool(attributes) is row["metadata"]
        for one in attributes:
            assert isinstance(one["required"], bool)
            assert isinstance(one["variable"], bool)


def test_an_empty_parameter_is_an_absent_one(group):
    lately()
    names = "jurisdiction_id service_request_id service_code start_date end_date status lat long radius bbox page"
    names += " page_size updated_after updated_before extensions locale service_object_id service_object_type api_key"
    whole = {form: ask("requests", form).content for form in ("xml", "json")}
    for form in ("xml", "json"):
        for name in names.split():
            assert ask("requests", form, **{name: ""}).content == whole[form], name
        assert ask("requests", form, **dict.fromkeys(names.split(), " ")).content == whole[form]


@pytest.mark.parametrize("name", ["start_date", "end_date", "updated_after", "updated_before"])
@pytest.mark.parametrize("told", ["garbage", "2026-13-45", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_is_400(group, name, told):
    answer = ask("requests", **{name: told})
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == "400"
    assert name in answer.json()[0]["description"]


def test_times_without_a_zone_are_of_finland_and_a_lost_plus_is_found(group):
    case = lately(hours=48)
    local = timezone.localtime(case.opened_at, timezone.get_fixed_timezone(120))
    before, after = local - timedelta(minutes=1), local + timedelta(minutes=1)

    def found(start, end):
        return len(ask("requests", start_date=start, end_date=end).json())

    bare = "%Y-%m-%dT%H:%M:%S"
    assert found(f"{before:{bare}}+02:00", f"{after:{bare}}+02:00") == 1
    assert found(f"{before:{bare}} 02:00", f"{after:{bare}} 02:00") == 1
    utc = [moment - timedelta(hours=2) for moment in (before, after)]
    assert found(f"{utc[0]:{bare}}Z", f"{utc[1]:{bare}}Z") == 1
    assert found(f"{after:{bare}}+02:00", "") == 0


@pytest.mark.parametrize("what", ["services", "services/pothole", "requests", "requests/KU-2222-2222"])
def test_an_unknown_jurisdiction_is_404(group, what):
    for form in ("xml", "json"):
        answer = ask(what, form, jurisdiction_id="atlantis")
        assert answer.status_code == 404
    assert ask("requests", jurisdiction_id="x\0").status_code == 400


def test_a_jurisdiction_has_its_own_cases_and_none_has_all(group):
    ours, theirs = lately(), lately(place=ESPOO)
    both = [row["service_request_id"] for row in ask("requests").json()]
    assert set(both) == {ours.number, theirs.number}
    for name in ("espoo", "espoo.fi", "ESPOO", "049"):
        (row,) = ask("requests", jurisdiction_id=name).json()
        assert row["service_request_id"] == theirs.number
    assert ask(f"requests/{ours.number}", jurisdiction_id="espoo").status_code == 404


def test_who_brought_a_case_to_a_city_finds_it_when_another_has_taken_it_over(group, agents):
    case, now = lately(), timezone.now()
    offer = offer_case(case, to=group["vantaa"], reason="Teidän puolellanne.", by=agents["helsinki"], at=now)
    accept_case(offer, by=agents["vantaa"], at=now)
    for city in ("helsinki", "vantaa", ""):
        (row,) = ask(f"requests/{case.number}", jurisdiction_id=city, extensions="true").json()
        assert row["agency_responsible"].startswith(str(Organisation.objects.get(city="vantaa").name))
    assert ask(f"requests/{case.number}", jurisdiction_id="espoo").status_code == 404
    assert ask("requests", jurisdiction_id="helsinki").json() == []
    (row,) = ask("requests", jurisdiction_id="vantaa").json()
    assert row["service_request_id"] == case.number


def test_numbers_beat_every_other_filter_and_keep_the_order(group):
    old, new = lately(hours=24 * 200), lately()
    answer = ask(
        "requests", service_request_id=f"{old.number}, {new.number},nothing", status="closed", start_date="garbage"
    )
    assert [row["service_request_id"] for row in answer.json()] == [new.number, old.number]


def test_filters(group, agents):
    hole, lamp = lately(hours=3), lately(hours=2, category="street-light")
    take_case(lamp, by=agents["helsinki"], at=timezone.now() - timedelta(hours=1))
    answer_case(
        lamp, text="Mended.", by=agents["helsinki"], at=timezone.now() - timedelta(minutes=30), then=Case.State.RESOLVED
    )

    def found(**words):
        return [row["service_request_id"] for row in ask("requests", **words).json()]

    assert found() == [lamp.number, hole.number]
    assert found(service_code="pothole") == [hole.number]
    assert found(service_code="pothole,street-light") == [lamp.number, hole.number]
    assert found(service_code="nothing") == []
    assert found(status="open") == [hole.number]
    assert found(status="closed") == [lamp.number]
    assert found(status="open,closed") == [lamp.number, hole.number]
    assert ask("requests", status="nonsense").status_code == 400
    assert found(page="2", page_size="1") == [hole.number]
    assert found(page="9") == []
    for wrong in ("0", "-1", "x", "1.5", "9999999999999999999"):
        assert ask("requests", page=wrong).status_code == 400
    hour_ago = (timezone.now() - timedelta(minutes=45)).isoformat()
    assert found(updated_after=hour_ago) == [lamp.number]
    assert found(updated_before=hour_ago) == [hole.number]
    assert found(service_object_type="http://example.org", service_object_id="1") == []
    assert ask("requests", service_object_id="1").status_code == 400
    (row,) = ask(f"requests/{lamp.number}").json()
    assert row["status"] == "closed"
    lamp.refresh_from_db()
    assert row["updated_datetime"][:16] == timezone.localtime(lamp.settled_at).isoformat()[:16]


def test_places_are_found_by_what_is_shown_of_them(group):
    case = lately()
    (row,) = ask(f"requests/{case.number}").json()
    lat, long = row["lat"], row["long"]
    assert (lat, long) != (case.lat, case.lon)
    assert abs(lat - case.lat) * 111_320 <= 25.1
    assert abs(long - case.lon) * 111_320 / 2 <= 25.5

    def found(**words):
        return len(ask("requests", **words).json())

    assert found(lat=lat, long=long, radius=1) == 1
    assert found(lat=lat, long=long) == 1
    assert found(lat=lat + 0.01, long=long, radius=1000) == 0
    assert found(lat=lat + 0.01, long=long, radius=1200) == 1
    assert found(bbox=f"{long},{lat},{long},{lat}") == 1
    assert found(bbox=f"{long + 0.0001},{lat},{long + 1},{lat}") == 0
    # A box around the place itself, without the centre of its square, must not tell that it is there.
    tiny = 1e-5
    assert found(bbox=f"{case.lon - tiny},{case.lat - tiny},{case.lon + tiny},{case.lat + tiny}") == 0
    for wrong in ("1,2,3", "a,b,c,d", "25,61,24,60", "24,60,25,999", "nan,1,2,3"):
        assert ask("requests", bbox=wrong).status_code == 400
    assert ask("requests", lat="60").status_code == 400
    assert ask("requests", lat="x", long="y").status_code == 400
    assert ask("requests", lat="60", long="24", radius="-5").status_code == 400


def test_a_span_is_cut_to_its_newest_days_and_says_so(group):
    old, new = lately(hours=24 * 100), lately()
    start = (timezone.now() - timedelta(days=120)).isoformat()
    answer = ask("requests", start_date=start)
    assert [row["service_request_id"] for row in answer.json()] == [new.number]
    assert answer["X-Open311-Span"].count("/") == 1
    answer = ask("requests", start_date=start, end_date=(timezone.now() - timedelta(days=95)).isoformat())
    assert [row["service_request_id"] for row in answer.json()] == [old.number]
    assert "X-Open311-Span" not in answer
    assert [row["service_request_id"] for row in ask("requests").json()] == [new.number]


def test_fields_are_those_of_the_standard(group):
    case = Case.objects.get(pk=lately().pk)
    fields = (
        "service_request_id status status_notes service_name service_code description agency_responsible service_notice "
        "requested_datetime updated_datetime expected_datetime address address_id zipcode lat long media_url"
    )
    (row,) = ask("requests").json()
    assert list(row) == fields.split()
    assert [child.tag for child in tree(ask("requests", "xml"))[0]] == fields.split()
    assert row["status"] == "open"
    assert row["description"] == ""
    assert row["agency_responsible"] == f"{case.responsible.name}, {case.unit.name}"
    assert row["expected_datetime"]
    assert row["requested_datetime"][-6:] in {"+02:00", "+03:00"}
    assert row["status_notes"]
    assert row["service_request_id"] == case.number


def test_texts_are_texts_and_a_place_is_there_or_not_at_all(group):
    """As the schema of 6Aika's own validator has it."""
    lately()
    lately(category="other", place=Place())
    placed = []
    for row in ask("requests").json():
        texts = "service_request_id status status_notes service_name service_code description agency_responsible"
        for name in f"{texts} requested_datetime updated_datetime address address_id zipcode".split():
            assert isinstance(row[name], str), name
        placed.append("lat" in row)
        assert ("long" in row) is placed[-1]
    assert sorted(placed) == [False, True]


def test_a_time_that_was_told_finds_what_it_was_told_of(group):
    lately()
    (row,) = ask("requests").json()
    for name, told in (
        ("start_date", "requested_datetime"),
        ("end_date", "requested_datetime"),
        ("updated_after", "updated_datetime"),
        ("updated_before", "updated_datetime"),
    ):
        assert ask("requests", **{name: row[told]}).json() == [row], name


def test_extensions_come_when_they_are_asked_for(group, agents):
    case = lately(hours=5)
    (row,) = ask("requests", extensions="false").json()
    assert "extended_attributes" not in row
    take_case(case, by=agents["helsinki"], at=timezone.now() - timedelta(hours=1))
    (row,) = ask("requests", extensions="true").json()
    more = row["extended_attributes"]
    assert more["title"] is None
    assert more["media_urls"] == []
    assert more["detailed_status"] == "IN_PROCESS"
    assert more["handler"] == row["agency_responsible"]
    assert more["log"][0]["status"] == "allocated"
    (xml,) = tree(ask("requests", "xml", extensions="true"))
    assert xml.find("extended_attributes/media_urls") is not None
    assert xml.find("extended_attributes/log/entry/status").text == "allocated"


@pytest.mark.parametrize(
    ("state", "status", "detailed"),
    [
        ("new", "open", "RECEIVED"),
        ("open", "open", "IN_PROCESS"),
        ("waiting-resident", "open", "IN_PROCESS"),
        ("waiting-other", "open", "IN_PROCESS,PUBLIC_WORKS_IN_PROGRESS"),
        ("resolved", "closed", "PROCESSED"),
        ("rejected", "closed", "REJECTED"),
        ("closed", "closed", "PROCESSED"),
        ("duplicate", "closed", "PROCESSED"),
    ],
)
def test_states_have_their_words(group, state, status, detailed):
    case, other = lately(), lately()
    settled = timezone.now() if status == "closed" else None
    Case.objects.filter(pk=case.pk).update(
        state=state, settled_at=settled, duplicate_of=other if state == "duplicate" else None
    )
    (row,) = ask(f"requests/{case.number}", extensions="true").json()
    assert (row["status"], row["extended_attributes"]["detailed_status"]) == (status, detailed)
    Case.objects.filter(pk=case.pk).update(forgotten_at=timezone.now())
    (row,) = ask(f"requests/{case.number}", extensions="true").json()
    assert row["extended_attributes"]["detailed_status"] == "ARCHIVED"


def test_a_joined_case_names_the_other(group, agents):
    case, other = lately(), lately()
    join_case(case, to=other, by=agents["helsinki"], at=timezone.now())
    (row,) = ask(f"requests/{case.number}", locale="en", extensions="true").json()
    assert row["status"] == "closed"
    assert row["status_notes"] == f"Duplicate of {other.number}"
    assert [step["status"] for step in row["extended_attributes"]["log"]][-1] == "done"


def test_a_category_that_is_not_public_is_in_no_list(group):
    case = lately()
    Category.objects.filter(pk="pothole").update(is_public=False)
    Case.objects.filter(pk=case.pk).update(public_text="Published once.")
    assert ask("requests").json() == []
    assert ask("requests", service_request_id=case.number).json() == []
    for words in ({}, {"extensions": "true"}):
        (row,) = ask(f"requests/{case.number}", **words).json()
        told = {name: value for name, value in row.items() if value and name != "extended_attributes"}
        assert set(told) == {"service_request_id", "status", "requested_datetime", "updated_datetime"}
        assert not any((row.get("extended_attributes") or {}).values())


def test_errors_are_lists_in_the_format_that_was_asked_for(group):
    cases = [
        (404, Client().get(f"{BASE}requests/KU-2222-2222.json")),
        (404, Client().get(f"{BASE}requests/nothing.xml")),
        (404, Client().get(f"{BASE}tokens/nothing.json")),
        (404, Client().get(f"{BASE}nothing.json")),
        (404, Client().get(f"{BASE}nothing")),
        (404, Client().get("/api/open311/v1/services.json")),
        (404, Client().get(f"{BASE}services.html")),
        (405, Client().delete(f"{BASE}requests.json")),
        (405, Client().post(f"{BASE}services.xml")),
        (415, Client().post(f"{BASE}requests.json", "{}", content_type="application/json")),
        (415, Client().post(f"{BASE}requests.xml", "<a/>", content_type="text/xml")),
        (403, Client().post(f"{BASE}requests.json")),
        (400, Client().get(f"{BASE}requests.xml", {"start_date": "x"})),
    ]
    for status, answer in cases:
        assert answer.status_code == status, answer.content
        if answer.request["PATH_INFO"].endswith(".json"):
            assert answer["Content-Type"] == TYPES["json"]
            ((only),) = answer.json()
            assert set(only) == {"code", "description"}
            assert only["code"] == str(status)
        else:
            assert answer["Content-Type"] == TYPES["xml"]
            root = tree(answer)
            assert root.tag == "errors"
            assert root.find("error/code").text == str(status)
            assert root.find("error/description").text
    assert Client().delete(f"{BASE}requests.json")["Allow"] == "GET, HEAD, POST"


def test_a_bug_is_told_in_the_format_too(group, monkeypatch):
    monkeypatch.setattr("kuutio.contact.open311.doors.services", lambda **_words: 1 / 0)
    answer = Client(raise_request_exception=False).get(f"{BASE}services.json")
    assert answer.status_code == 500
    assert answer.json()[0]["code"] == "500"
    answer = Client(raise_request_exception=False).get(f"{BASE}services.xml", headers={"Accept": "text/html"})
    assert tree(answer).tag == "errors"


def test_too_many_calls_are_told_in_the_format_too(group, settings):
    settings.READS_PER_MINUTE = 0
    answer = ask("services")
    assert answer.status_code == 429
    assert answer.json()[0]["code"] == "429"
    assert answer["Retry-After"]


def test_what_is_known_is_not_sent_again(group):
    first = ask("services")
    assert first["ETag"]
    again = ask("services", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == first["ETag"]
    assert Client().head(f"{BASE}services.xml").status_code == 200


def test_browsers_may_ask_from_anywhere(group):
    answer = Client().options(f"{BASE}requests.json", headers={"Origin": "https://app.example"})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer["Access-Control-Allow-Methods"]


def test_xml_escapes_what_it_must_and_drops_what_it_cannot_say(group):
    text = "<b> & \"x\" 'y' \x01\x0b\ufffe emoji 🕳️ ]]> end"
    case = lately()
    Case.objects.filter(pk=case.pk).update(public_text=text)
    root = tree(ask("requests", "xml"))
    assert root.find("request/description").text == "<b> & \"x\" 'y'  emoji 🕳️ ]]> end"
    assert ask("requests").json()[0]["description"] == text


@pytest.mark.parametrize("words", [{}, {"extensions": "true"}])
def test_a_list_asks_the_database_as_often_for_a_hundred_as_for_ten(group, words):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = ask("requests", **words)
        return len(queries), len(answer.json())

    for _number in range(10):
        lately()
    few, ten = asked()
    for number in range(90):
        lately(place=ESPOO if number % 2 else HELSINKI)
    many, hundred = asked()
    assert (ten, hundred) == (10, 100)
    assert many == few <= 8
