"""Both OpenAPI documents are true: whatever they allow is answered as they say, and never with a 5xx."""

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kuutio.cities.keys import issue_api_key
from kuutio.opendata.models import Dataset
from tests.conftest import PLACES
from tests.factories import PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db(transaction=True)

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_PATIENT = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@pytest.fixture
def site(live_server, settings, transactional_db):
    """A server with a table of places and one without."""
    settings.SITE_URL = live_server.url
    settings.READS_PER_MINUTE = settings.WRITES_PER_MINUTE = 1_000_000
    bring(PLACES, "places.csv", what="places", options={"key": ["id"]})
    bring("code;label\n001;a\n002;b\n", "codes.csv", what="codes")
    publisher = PersonFactory(publisher_of=[Dataset.objects.first().publisher])
    _row, key = issue_api_key(publisher, name="t", scopes=["publish"], by=publisher, at=timezone.now())
    return live_server.url, {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("document", ["/api/ogc/openapi", "/api/v1/openapi.json"])
def test_every_operation_keeps_its_word(site, document):
    address, headers = site
    schema = schemathesis.openapi.from_url(address + document)
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @_PATIENT
        @given(case=operation.as_strategy())
        def keeps_its_word(case):
            base = address + ("/api/ogc" if "ogc" in document else "")
            case.call_and_validate(base_url=base, headers=headers, checks=_CHECKS)

        keeps_its_word()
        tried += 1
    assert tried >= 15
