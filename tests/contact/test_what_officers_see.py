"""What tells an officer whose a case is, and whether it is there already."""

import pytest
import shapely
from django.urls import reverse

from kuutio.contact.files import keep_picture
from kuutio.contact.models import BodyLayer, ExternalBody
from tests.contact.conftest import MONDAY
from tests.contact.making import HELSINKI, bring
from tests.contact.making import case as made
from tests.contact.pictures import jpeg

pytestmark = pytest.mark.django_db


def shown(client, agents, case, city="helsinki") -> str:
    client.force_login(agents[city])
    return client.get(reverse("contact:case", args=[case.number])).content.decode()


def test_what_lies_on_somebody_elses_road_says_so_to_the_officer(group, agents, client):
    body = ExternalBody.objects.create(
        slug="state-roads",
        kind="state-road",
        name={"fi": "Valtion tiet", "en": "State roads"},
        text={"fi": "Soita sinne.", "en": "Call."},
        phone="0295 020 600",
        categories=["pothole"],
    )
    line = shapely.LineString([(HELSINKI.lon - 0.01, HELSINKI.lat), (HELSINKI.lon + 0.01, HELSINKI.lat)])
    BodyLayer.objects.create(
        body=body, valid_from="2026-01-01", buffer_m=15, shape=shapely.to_wkb(shapely.GeometryCollection([line]))
    )
    # Mail, Open311 and the desk can't ask: the case comes in.
    case = made(channel="email")
    page = shown(client, agents, case)
    assert "Valtion tiet" in page
    assert "0295 020 600" in page
    assert "Valtion tiet" not in shown(client, agents, made(channel="email", category="street-light"))
    far = type(HELSINKI)(lon=HELSINKI.lon, lat=HELSINKI.lat + 0.01, source="map")
    assert "Valtion tiet" not in shown(client, agents, made(channel="email", place=far))


def test_cases_near_by_show_text_photo_and_age(group, agents, client):
    near = bring("Syvä kuoppa suojatien edessä.", at=MONDAY, files=(keep_picture(jpeg(), "kuoppa.jpg").file,))
    case = made("Kuoppa tiessä.", at=MONDAY)
    page = shown(client, agents, case)
    photo = near.message.attachments.get()
    beside = page.split("Lähistöllä")[1]
    assert "Syvä kuoppa suojatien edessä." in beside
    assert reverse("contact:case-file", args=[near.case.number, photo.uuid]) in beside
    assert "23.11." in beside
