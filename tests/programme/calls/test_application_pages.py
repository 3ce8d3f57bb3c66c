"""An application from its beginning to its receipt, at the doors that people use."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.programme.actions import applying
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application
from tests.programme.calls import made

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def call():
    now = timezone.now()
    return made.call(
        now, now + timedelta(days=3), earliest_start=(now + timedelta(days=30)).date(), latest_end=(now + timedelta(days=1800)).date(),
        questions=[{"key": "users", "kind": "text", "text": {"fi": "Ketkä käyttävät?", "en": "Who uses it?"}, "needed": True}],
    )  # fmt: skip


def test_a_consortium_of_two_cities_applies_page_by_page(call):
    turku, oulu = made.acting("turku"), made.acting("oulu")
    lead, partner = signed_in(turku), signed_in(oulu)
    page = lead.get(f"/fi/calls/{call.slug}/apply/")
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    told = {"title_0": "Joki kuulee", "title_2": "The river listens", "name": "Turun kaupunki", "business_id": made.TURKU, "actor_type": "MUNICIPALITY", "city": "turku", "key": key}
    begun = lead.post(f"/fi/calls/{call.slug}/apply/", told)
    assert lead.post(f"/fi/calls/{call.slug}/apply/", told).url == begun.url, "the same press twice begins one"
    row = Application.objects.get()
    here = f"/fi/applications/{row.uuid}/"
    assert begun.url == here
    page = lead.get(here).content.decode()
    assert "Jäsenkaupunkeja: 1" in page or "Member cities: 1" in page
    assert partner.get(here).status_code == 404
    body = {"name": "Oulun kaupunki", "business_id": made.OULU, "actor_type": "MUNICIPALITY", "city": "oulu", "email": oulu.email}
    assert lead.post(f"{here}partners/", {**body, "business_id": "0187690-2"}).status_code == 422
    assert lead.post(f"{here}partners/", body).status_code == 302
    invited = row.partners.get(city="oulu")
    link = f"/fi/applications/invitation/{applying.token_of(invited)}/"
    assert Client().get(link).status_code == 200
    assert signed_in(made.acting("espoo")).post(link, {"answer": "join"}).status_code == 403
    assert partner.post(link, {"answer": "join"}).url == f"{here}partners/2/"
    common = {
        "revision": 1, "title_0": "Joki kuulee", "title_2": "The river listens", "summary_0": "Tiivistelmä.", "summary_2": "Summary.",
        "language": "fi", "starts_on": str(call.earliest_start), "ends_on": str(call.earliest_start + timedelta(days=700)), "cost_model": "FLAT_40",
        "eu_bp": "50", "state_bp": "17", "answer_users": "Kaikki.", **{f"text_{one.key}": "Tekstiä." for one in CORE},
    }  # fmt: skip
    assert lead.post(f"{here}text/", common).status_code == 302
    for client, position in ((lead, 1), (partner, 2)):
        part = f"{here}partners/{position}/"
        told = {"revision": 1, "actor_type": "MUNICIPALITY", "city": "turku" if position == 1 else "oulu", "tasks": "Tekee.", "cost_STAFF": "100 000,01", "income": ""}
        assert client.get(part).status_code == 200
        assert client.post(part, told, headers={"X-Autosave": "1"}).json() == {"revision": 2}
    refused = lead.post(f"{here}send/", {"key": "version-1"})
    assert refused.status_code == 422 and "E7" in refused.content.decode()
    assert partner.post(f"{here}partners/2/sign/", {"revision": 2}).status_code == 302
    for path in ("", "panel/", "text/", "budget/", "budget.xlsx", "eura/", "eura/?format=json", "send/", "partners/2/"):
        assert lead.get(f"{here}{path}").status_code == 200, path
    sent = lead.post(f"{here}send/", {"key": "version-1"})
    assert sent.url == f"{here}receipts/1/"
    assert lead.post(f"{here}send/", {"key": "version-1"}).url == sent.url, "sent again, it is the same receipt"
    row.refresh_from_db()
    receipt = partner.get(sent.url).content.decode()
    assert row.number in receipt and row.versions.get().digest in receipt
    assert partner.get(f"{here}receipts/1/version.json").status_code == 200
    assert lead.get(f"{here}versions/").status_code == 200
    assert lead.get("/fi/applications/").status_code == 200
    office = signed_in(made.office())
    for path in ("", "new/", f"{call.slug}/", f"{call.slug}/write/", "decisions/"):
        assert office.get(f"/fi/work/calls/{path}").status_code == 200, path
    assert office.post(f"/fi/work/calls/applications/{row.uuid}/return/", {"reason": ""}).status_code == 422
    assert office.post(f"/fi/work/calls/applications/{row.uuid}/return/", {"reason": "Selvennä tavoitteet."}).status_code == 302
    assert lead.post(f"{here}send/", {"key": "version-2"}).status_code == 409, "a returned one comes as a new version"
    assert lead.post(f"{here}text/", {**common, "revision": 2, "text_aims": "Selvemmät tavoitteet."}).status_code == 302
    assert lead.post(f"{here}send/", {"key": "version-2"}).url == f"{here}receipts/2/"
    assert "Selvemmät" in lead.get(f"{here}versions/").content.decode()
    assert office.post(f"/fi/work/calls/applications/{row.uuid}/find_eligible/", {}).status_code == 302
    assert office.get(here).status_code == 200
