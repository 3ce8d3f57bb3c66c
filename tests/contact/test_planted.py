"""A thousand cases with personal data in every field that anybody writes: none of it is found in any public answer."""

import io
import json
import random
import re
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from kuutio.contact.files import keep_picture
from kuutio.contact.links import secret_of
from kuutio.contact.models import (
    Attachment,
    Case,
    Contact,
    Delivery,
    DiaryNumber,
    Event,
    Handover,
    Message,
    Participant,
    Rating,
)
from kuutio.contact.numbering import new_number
from kuutio.opendata.models import Distribution
from kuutio.opendata.storage import path_of
from tests.contact.pictures import jpeg
from tests.contact.publishing import publish

pytestmark = pytest.mark.django_db

CASES = 1000
PLANTED = (
    *("131052-308T", "010203A123N", "Matti Virtanen", "Aino Korhonen", "040 765 4321", "+358407654321"),
    *("matti.virtanen@example.org", "ABC-123", "auto XYZ-987", "FI21 1234 5600 0007 85"),
)
MARKS = re.compile("|".join(map(re.escape, (*PLANTED, "XYZ-987", "Virtanen", "7654321", "Kotikatu", "zyxsecret"))))
HARMLESS = "Paikattu ja siivottu."


def plant(group):
    """A thousand cases of Helsinki; of ten, five have a summary that came past the verb, each with something planted in it."""
    chance, now = random.Random(1000), timezone.now()
    helsinki, vantaa = group["helsinki"], group["vantaa"]
    unit = helsinki.city.units.get()
    cases = []
    for number in range(CASES):
        said, at = PLANTED[number % len(PLANTED)], now - timedelta(hours=3 + number % 2000)
        cases.append(
            Case(
                number=new_number(),
                salt=secrets.token_hex(16),
                responsible=helsinki,
                origin=helsinki,
                municipality_id="091",
                unit=unit,
                category_id=("pothole", "street-light", "other")[number % 3],
                language="fi",
                channel="web",
                title=f"zyxsecret {said}",
                answers={"danger": "no", "note": said},
                lon=24.9414 + chance.uniform(-0.02, 0.02),
                lat=60.1908 + chance.uniform(-0.01, 0.01),
                place_source="address",
                address=f"Kotikatu 7 B, {said}",
                public_text=f"Soitti {said} asiasta." if number % 2 else HARMLESS,
                opened_at=at,
                updated_at=at,
            )
        )
    Case.objects.bulk_create(cases)
    DiaryNumber.objects.bulk_create(
        DiaryNumber(case=case, organisation=helsinki, number=case.title[:60]) for case in cases
    )
    contacts = Contact.objects.bulk_create(
        Contact(
            name=PLANTED[number % len(PLANTED)],
            email="matti.virtanen@example.org",
            phone="+358407654321",
            postal_address="Kotikatu 7 B",
            language="fi",
            created_at=now,
        )
        for number in range(CASES)
    )
    Participant.objects.bulk_create(
        Participant(case=case, contact=contact, kind="reporter", joined_at=now)
        for case, contact in zip(cases, contacts, strict=True)
    )
    messages = []
    for number, case in enumerate(cases):
        said = f"zyxsecret {PLANTED[number % len(PLANTED)]}, Kotikatu"
        for direction, organisation in (("in", None), ("out", helsinki), ("note", helsinki)):
            messages.append(
                Message(
                    case=case,
                    direction=direction,
                    channel="web",
                    seen_by="group" if direction == "note" else "participants",
                    contact=contacts[number] if direction == "in" else None,
                    organisation=organisation,
                    language="fi",
                    text=said,
                    at=case.opened_at,
                )
            )
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(
        Delivery(message=messages[1], contact=contacts[0], channel="email", problem="zyxsecret", changed_at=now)
        for _one in [1]
    )
    Handover.objects.bulk_create(
        Handover(
            case=case,
            giver=helsinki,
            receiver=vantaa,
            reason="zyxsecret Virtanen",
            offered_at=case.opened_at,
            due_at=now,
            decision="returned",
            decision_reason="zyxsecret Korhonen",
            decided_at=now,
        )
        for case in cases[:100]
    )
    Event.objects.bulk_create(
        Event(case=case, kind=kind, at=case.opened_at, organisation=helsinki, is_public=True, facts=facts)
        for case in cases
        for kind, facts in (
            ("created", {"channel": "web"}),
            ("routed", {"to": "helsinki", "unit": "", "near_border": False}),
        )
    )
    Rating.objects.bulk_create(
        Rating(case=case, organisation=helsinki, stars=4, text="zyxsecret Virtanen", at=now) for case in cases[:50]
    )
    return cases, messages


def with_hidden_place():
    """A photo that knows where it was taken, by whom."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "zyxsecret", "Matti Virtanen"
    exif.get_ifd(0x8825).update({1: "N", 2: (60.0, 11.0, 27.0), 3: "E", 4: (24.0, 56.0, 29.0)})
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg())).save(out, "JPEG", exif=exif, comment=b"zyxsecret")
    return out.getvalue()


def test_nothing_planted_is_in_any_public_door(group, settings):
    settings.READS_PER_MINUTE = 1_000_000
    cases, messages = plant(group)
    raw = with_hidden_place()
    assert b"zyxsecret" in raw
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)
    kept = keep_picture(raw, "Matti Virtanen.jpg").file
    photo = Attachment.objects.create(
        message=messages[0],
        name=kept.name,
        type=kept.type,
        size=kept.size,
        sha256=kept.sha256,
        path=kept.path,
        width=kept.width,
        height=kept.height,
    )
    made = publish()
    assert made["helsinki-service-cases"].rows == CASES
    client, bodies = Client(), {}
    names = [*made]
    first, second = cases[0].number, cases[1].number
    item = client.get("/api/ogc/collections/helsinki-service-cases/items?limit=1").json()["features"][0]["id"]
    dataset = Distribution.objects.get(table="helsinki-service-cases").dataset_id
    for address in (
        *(f"/api/open311/v2/requests.{form}?extensions={yes}" for form in ("json", "xml") for yes in ("true", "false")),
        *(f"/api/open311/v2/requests/{number}.{form}" for number in (first, second) for form in ("json", "xml")),
        *(f"/api/open311/v2/{what}.json" for what in ("services", "discovery")),
        *(f"/api/ogc/collections/{name}/items?limit=1000" for name in names),
        *(f"/api/ogc/collections/{name}" for name in names),
        f"/api/ogc/collections/helsinki-service-cases/items/{item}",
        *(f"/data/helsinki-service-cases.{form}" for form in ("csv", "json", "geojson", "jsonl")),
        *(f"/data/{name}.csv" for name in names),
        f"/api/3/action/package_show?id={dataset}",
        "/api/3/action/datastore_search?resource_id="
        f"{Distribution.objects.get(table='helsinki-service-cases').pk}&limit=1000",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        "/sitemap-data-1.xml",
        "/feed.atom",
        "/dataset/helsinki-service-cases/feed.atom",
        "/catalog.ttl",
        *(f"/{lang}/service/statistics/{city}" for lang in ("fi", "sv") for city in ("", "helsinki/")),
        *(
            f"/fi/data/helsinki-service-cases/{page}"
            for page in ("", "table/", "quality/", "versions/", "use/", "map/")
        ),
        "/fi/data/?q=asiat",
        "/fi/search/?q=kuoppa",
        "/fi/search/?q=asiakaspalvelun",
        "/fi/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        bodies[address] = b"".join(answer) if answer.streaming else answer.content
    leaks = {address: sorted(set(MARKS.findall(body.decode()))) for address, body in bodies.items()}
    leaks = {address: found for address, found in leaks.items() if found}
    assert not leaks
    # The scan finds what is there: the numbers, and the summaries that tell of nobody.
    for address in ("/api/open311/v2/requests.json?extensions=true", "/data/helsinki-service-cases.csv"):
        told = bodies[address].decode()
        assert first in told
        assert told.count(HARMLESS) >= CASES // 4
    drawn = client.get("/data/helsinki-service-cases.geojson")
    features = json.loads(b"".join(drawn) if drawn.streaming else drawn.content)["features"]
    shown = {tuple(round(one, 5) for one in feature["geometry"]["coordinates"]) for feature in features}
    assert len(shown) > 100
    assert (
        len(shown & {(round(case.lon, 5), round(case.lat, 5)) for case in cases}) < 10
    )  # some lie in the middle anyhow
    # Nobody but the one with the secret gets the photo, and then without what it hid.
    case = messages[0].case
    assert client.get(f"/fi/cases/{case.number}/{'A' * 26}/files/{photo.uuid}").status_code == 404
    assert client.get(f"/fi/work/cases/{case.number}/files/{photo.uuid}").status_code == 302
    own = client.get(f"/fi/cases/{case.number}/{secret_of(case)}/files/{photo.uuid}")
    seen = b"".join(own) if own.streaming else own.content
    assert own.status_code == 200
    assert b"zyxsecret" not in seen
    assert not Image.open(io.BytesIO(seen)).getexif().get_ifd(0x8825)
    # What the data set was made from has nothing more in it than the data set.
    original = path_of(Distribution.objects.get(table="helsinki-service-cases").file).read_bytes()
    assert b"zyxsecret" not in original
