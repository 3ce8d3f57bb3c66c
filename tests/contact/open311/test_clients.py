"""Programs that others wrote, unmodified, against a running server."""

import json
from datetime import timedelta

import pytest
import requests
from django.db import connection
from django.utils import timezone
from georeport import GeoReport

from kuutio.config.console import main
from tests.contact.making import ESPOO, bring
from tests.contact.open311.asking import HOLE, key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings, transactional_db, group):
    """The address of a running server."""
    settings.SITE_URL = live_server.url
    yield live_server.url
    connection.close()


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("jurisdiction", [None, "espoo"])
def test_georeport_reads_everything(site, form, jurisdiction):
    case = bring(place=ESPOO, at=timezone.now() - timedelta(hours=1)).case
    bring(place=ESPOO, at=timezone.now() - timedelta(hours=2))
    client = GeoReport(f"{site}/api/open311/v2/", jurisdiction=jurisdiction, output_format=form)
    services = client.get_service_list()
    assert "pothole" in [row["service_code"] for row in services]
    definition = client.get_service_definition("pothole")
    assert definition["service_code"] == "pothole"
    found = client.get_service_requests()
    assert found[0]["service_request_id"] == case.number
    one = client.get_service_request(case.number)
    one = one[0] if isinstance(one, list) else one
    assert one["service_request_id"] == case.number
    assert one["status"] == "open"


def test_a_program_posts_and_asks_by_plain_http(site):
    answer = requests.post(f"{site}/api/open311/v2/requests.json", data=HOLE | {"api_key": key()}, timeout=30)
    assert answer.status_code == 200, answer.text
    assert not answer.cookies
    number = answer.json()[0]["service_request_id"]
    listed = requests.get(f"{site}/api/open311/v2/requests.json", timeout=30)
    assert [row["service_request_id"] for row in listed.json()] == [number]
    assert not listed.cookies


def test_the_conformance_command_finds_nothing_wrong_with_a_running_server(site, capsys):
    now = timezone.now()
    for hours in range(1, 6):
        bring(place=ESPOO, at=now - timedelta(hours=hours))
    code = main(["conformance", site, "--standard", "open311", "--api-key", key()])
    told = json.loads(capsys.readouterr().out)
    assert (code, told["failed"]) == (0, 0), [one for one in told["statements"] if one["ok"] is False]
    assert told["url"] == f"{site}/api/open311/v2"
    assert told["passed"] == len(told["statements"]) - 1, "all but HTTPS, which a server on this machine needn't have"
