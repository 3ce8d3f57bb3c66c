"""Bringing a case in by Open311: what is needed, what is answered, and that a retry doesn't act twice."""

import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from kuutio.audit.models import Entry
from kuutio.contact.models import Attachment, Case, Category
from tests.contact.making import ESPOO, KAUNIAINEN
from tests.contact.open311.asking import BASE, HOLE, ask, key, send, tree
from tests.races import at_once

pytestmark = pytest.mark.django_db


def described(answer):
    return " ".join(one["description"] for one in answer.json())


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_case_comes_in_and_its_number_is_all_that_is_told(group, form):
    answer = send(
        form,
        api_key=key(),
        description="Iso kuoppa.",
        email="aino@example.org",
        first_name="Aino",
        last_name="Virtanen",
        phone="040 123 4567",
        title="Kuoppa",
        account_id="a-1",
        device_id="d-1",
    )
    assert answer.status_code == 200, answer.content
    case = Case.objects.get()
    if form == "json":
        (told,) = answer.json()
        assert list(told) == ["service_request_id", "service_notice", "account_id"]
        assert told["service_request_id"] == case.number
    else:
        root = tree(answer)
        assert root.tag == "service_requests"
        assert [child.tag for child in root[0]] == ["service_request_id", "service_notice", "account_id"]
        assert root.find("request/service_request_id").text == case.number
    assert "Helsinki" in answer.content.decode()
    for secret in ("Aino", "Virtanen", "aino@", "4567", "kuoppa."):
        assert secret not in answer.content.decode()
    assert case.channel == "open311"
    assert case.responsible == group["helsinki"]
    assert case.answers == {"danger": "no"}
    contact = case.participants.get().contact
    assert (contact.name, contact.email, contact.phone) == ("Aino Virtanen", "aino@example.org", "+358401234567")
    assert case.messages.get(direction="in").text == "Iso kuoppa."
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_a_case_with_its_sender_and_their_receipt_is_opened_by_six_statements(group):
    shown = key()
    send(api_key=shown, email="aino@example.org")
    with CaptureQueriesContext(connection) as asked:
        assert send(api_key=shown, email="aino@example.org").status_code == 200
    # The key, the catalogue's version, the case with all that belongs to it; around them the transaction.
    assert len(asked) <= 6, [row["sql"][:80] for row in asked]
    case = Case.objects.first()
    assert [(event.kind, event.case_id) for event in case.events.all()] == [("created", case.pk), ("routed", case.pk)]
    assert Entry.objects.filter(verb="open_case", thing=f"case:{case.number}").count() == 1
    reporter = case.participants.get()
    assert (reporter.kind, reporter.contact.email, reporter.receipt_due_at) == (
        "reporter",
        "aino@example.org",
        case.opened_at,
    )
    assert case.messages.get().contact == reporter.contact


@pytest.mark.parametrize("how", ["body", "address", "x-api-key", "bearer"])
def test_a_key_may_be_shown_in_each_of_its_ways(group, how):
    own = key()
    words, headers, path = dict(HOLE), {}, f"{BASE}requests.json"
    if how == "body":
        words["api_key"] = own
    elif how == "address":
        path += f"?api_key={own}"
    else:
        headers = {"X-Api-Key": own} if how == "x-api-key" else {"Authorization": f"Bearer {own}"}
    assert Client().post(path, words, headers=headers).status_code == 200


def test_without_a_key_for_this_it_is_403(group):
    for wrong in (None, "", "kuutio_nonsense", key("read", "publish")):
        for form in ("xml", "json"):
            assert send(form, api_key=wrong).status_code == 403, wrong
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "status", "names"),
    [
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nothing"}, 404, "service_code"),
        ({"jurisdiction_id": "atlantis"}, 404, "jurisdiction_id"),
        ({"lat": None}, 400, "long"),
        ({"long": ""}, 400, "long"),
        ({"lat": None, "long": None}, 400, "address_string"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "24.9414", "long": "60.1708"}, 400, ""),
        ({"attribute[danger]": None}, 400, "danger"),
        ({"attribute[danger]": "perhaps"}, 400, "danger"),
        ({"email": "not an address"}, 400, "email"),
        ({"phone": "abc"}, 400, "phone"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ({"description": "x" * 20_001}, 400, ""),
    ],
)
def test_what_is_missing_or_wrong_is_said(group, words, status, names):
    answer = send(api_key=key(), **words)
    assert answer.status_code == status, answer.content
    assert names in described(answer)
    assert Case.objects.count() == 0


def test_a_place_elsewhere_is_refused_with_whose_it_is(group):
    from kuutio.cities.models import Municipality
    from kuutio.contact.models import ExternalBody

    ExternalBody.objects.create(
        slug="kauniainen",
        kind="municipality",
        name={"fi": "Kauniainen"},
        phone="+358950561",
        municipality=Municipality.objects.get(pk="235"),
    )
    answer = send(api_key=key(), lat=KAUNIAINEN.lat, long=KAUNIAINEN.lon)
    assert answer.status_code == 400
    assert "+358950561" in described(answer)


def test_an_address_alone_is_a_place_too(group):
    assert send(api_key=key(), lat=None, long=None, address_string="Hämeenkatu 1").status_code == 200
    assert Case.objects.get().responsible == group["desk"]
    answer = send(api_key=key(), lat=None, long=None, address_id="4711", jurisdiction_id="espoo")
    assert answer.status_code == 200
    assert Case.objects.order_by("-pk").first().responsible == group["espoo"]


def test_the_place_decides_and_a_named_city_where_a_border_is_near(group):
    assert send(api_key=key(), lat=ESPOO.lat, long=ESPOO.lon, jurisdiction_id="helsinki").status_code == 200
    assert Case.objects.get().responsible == group["espoo"]
    for step in range(60):
        send(api_key=key(), lat=60.2136, long=24.80 + step / 1000)
    near = Case.objects.filter(is_near_border=True).first()
    assert near, "the line between the cities is crossed somewhere"
    for city in ("espoo", "helsinki"):
        number = send(api_key=key(), lat=near.lat, long=near.lon, jurisdiction_id=city).json()[0]["service_request_id"]
        assert Case.objects.get(number=number).responsible == group[city]


def test_a_form_as_mysociety_sends_it(group):
    """What FixMyStreet adds (positions in another grid, its own ids, texts again) is taken without a word."""
    body = {
        "api_key": key(),
        "jurisdiction_id": "helsinki.fi",
        "service_code": "pothole",
        "lat": "60.1708",
        "long": "24.9414",
        "email": "report@fixmystreet.example",
        "first_name": "Aino",
        "last_name": "Virtanen",
        "description": "Kuoppa\n\ndetail: suojatien edessä\n\nurl: https://fixmystreet.example/report/1",
        "attribute[danger]": "some",
        "attribute[fixmystreet_id]": "1",
        "attribute[external_id]": "1",
        "attribute[title]": "Kuoppa",
        "attribute[description]": "suojatien edessä",
        "attribute[report_url]": "https://fixmystreet.example/report/1",
        "attribute[easting]": "385721",
        "attribute[northing]": "6672165",
        "media_url": "https://fixmystreet.example/photo/1.jpeg",
    }
    answer = Client(enforce_csrf_checks=True).post(
        f"{BASE}requests.xml",
        "&".join(f"{name.replace('[', '%5B').replace(']', '%5D')}={_quoted(value)}" for name, value in body.items()),
        content_type="application/x-www-form-urlencoded; charset=utf-8",
    )
    assert answer.status_code == 200, answer.content
    case = Case.objects.get(number=tree(answer).find("request/service_request_id").text)
    assert case.answers == {"danger": "some"}
    assert case.messages.get(direction="in").text.endswith("https://fixmystreet.example/photo/1.jpeg")


def test_a_report_that_fixmystreet_sends_again_is_the_same_case(group):
    own = key()

    def sent(**words):
        return send(api_key=own, **{"attribute[fixmystreet_id]": "4711"} | words).json()

    first = sent()
    assert sent(description="Sama uudelleen.") == first
    assert sent(service_code="litter") != first, "a report may go to several services"
    assert sent(**{"attribute[fixmystreet_id]": "4712"}) != first
    assert Case.objects.count() == 3


def _quoted(text):
    from urllib.parse import quote

    return quote(text, safe="")


def test_several_values_and_datatypes_are_read(group):
    hole = Category.objects.get(pk="pothole")
    words = {"fi": "Mitä?", "en": "What?"}
    hole.questions.create(
        code="what",
        kind="multivaluelist",
        text=words,
        position=50,
        values=[{"key": one, "name": {"fi": one}} for one in ("a", "b", "c")],
    )
    hole.questions.create(code="depth", kind="number", text=words, position=51)
    hole.questions.create(code="when", kind="datetime", text=words, position=52)
    answer = send(
        api_key=key(),
        **{"attribute[what][]": ["a", "c"], "attribute[depth]": "4.5", "attribute[when]": "2026-11-24T08:00:00+02:00"},
    )
    assert answer.status_code == 200, answer.content
    answers = Case.objects.get().answers
    assert answers["what"] == ["a", "c"]
    assert answers["depth"] == 4.5
    for wrong in ({"attribute[what][]": ["a", "d"]}, {"attribute[depth]": "deep"}, {"attribute[when]": "soon"}):
        assert send(api_key=key(), **wrong).status_code == 400


def test_a_retry_with_its_key_is_the_same_case(group):
    own = key()
    first = send(api_key=own, headers={"Idempotency-Key": "abc-1"}).json()
    assert send(api_key=own, headers={"Idempotency-Key": "abc-1"}).json() == first
    assert Case.objects.count() == 1
    assert send(api_key=own, headers={"Idempotency-Key": "abc-2"}).json() != first
    assert send(api_key=key(), headers={"Idempotency-Key": "abc-1"}).json() != first, "another program's own word"
    assert send(api_key=own).json() != send(api_key=own).json(), "two holes may look the same"
    assert send(api_key=own, headers={"Idempotency-Key": "ä" * 300}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_eight_retries_at_once_make_one_case(group):
    own = key()
    found = at_once(lambda: send(api_key=own, headers={"Idempotency-Key": "once"}).content, times=8)
    assert len(set(found)) == 1, found
    assert Case.objects.count() == 1


def test_pictures_come_without_what_is_hidden_in_them(group):
    def picture(name):
        data = io.BytesIO()
        image = Image.new("RGB", (40, 30), "red")
        exif = Image.Exif()
        exif[0x010E] = "secret words"
        image.save(data, "JPEG", exif=exif)
        data.seek(0)
        data.name = name
        return data

    own = key()
    words = HOLE | {"api_key": own, "media[]": [picture("a.jpg"), picture("b.jpg")]}
    answer = Client().post(f"{BASE}requests.json", words, headers={"Idempotency-Key": "p"})
    assert answer.status_code == 200, answer.content
    assert Attachment.objects.count() == 2
    from kuutio.contact.files import bytes_of, folder

    assert b"secret" not in bytes_of(Attachment.objects.first().path)
    (row,) = ask("requests", service_request_id=answer.json()[0]["service_request_id"], extensions="true").json()
    assert row["media_url"] is None
    assert row["extended_attributes"]["media_urls"] == []
    broken = io.BytesIO(b"no picture")
    broken.name = "x.jpg"
    assert Client().post(f"{BASE}requests.json", HOLE | {"api_key": own, "media[]": broken}).status_code == 400
    # Nothing is left on the disk of what was refused: for a picture beside it, or for its place.
    before = {path for path in folder().rglob("*") if path.is_file()}
    abroad = {"lat": str(KAUNIAINEN.lat), "long": str(KAUNIAINEN.lon)}
    broken.seek(0)
    for refused in ({"media[]": [picture("a.jpg"), broken]}, abroad | {"media[]": picture("a.jpg")}):
        assert Client().post(f"{BASE}requests.json", HOLE | {"api_key": own} | refused).status_code == 400
    assert {path for path in folder().rglob("*") if path.is_file()} == before


def test_what_is_too_large_is_413_in_the_format(group):
    answer = Client().post(
        f"{BASE}requests.json",
        b"description=" + b"x" * (9 * 2**20),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413
    assert answer.json()[0]["code"] == "413"
    answer = Client().post(
        f"{BASE}requests.xml", b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=str(2**40)
    )
    assert answer.status_code == 413
    assert tree(answer).tag == "errors"


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_bodies_that_cannot_be_read_are_400(group, accept):
    for kind, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data; boundary=" + "y" * 300, b"--y"),
        ("application/x-www-form-urlencoded; charset=latin-1", b"a=%e4"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
    ):
        client = Client(raise_request_exception=False)
        answer = client.post(f"{BASE}requests.json", body, content_type=kind, headers={"Accept": accept})
        assert answer.status_code in {400, 403}, (kind, answer.status_code)
        assert isinstance(json.loads(answer.content), list)


def test_a_posted_case_is_listed_at_once(group):
    number = send(api_key=key()).json()[0]["service_request_id"]
    assert [row["service_request_id"] for row in ask("requests").json()] == [number]
    (token,) = ask(f"tokens/{number.lower()}").json()
    assert token == {"service_request_id": number, "token": number}
