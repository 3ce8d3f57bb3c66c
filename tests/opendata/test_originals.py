"""A file that is no table is served as it was brought."""

import pytest
from django.conf import settings

from kuutio.opendata import addresses, storage
from kuutio.opendata.models import Dataset
from tests.factories import DistributionFactory

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture
def kept():
    made = storage.keep([CONTENT], "Ohje äidille.pdf")
    return DistributionFactory(
        kind="file", url="", file=made.path, file_name=made.name, size=made.size, sha256=made.sha256, format="PDF",
        media_type="application/pdf",
    )  # fmt: skip


def path_of(distribution) -> str:
    return addresses.original(distribution).removeprefix(settings.SITE_URL)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_file_is_the_same_bytes_and_is_saved_under_its_name(client, kept):
    response = client.get(path_of(kept))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert body(response) == CONTENT
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Ohje%20%C3%A4idille.pdf"
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(path_of(kept), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_range_is_enough_for_those_who_ask_for_one(client, kept):
    response = client.get(path_of(kept), headers={"Range": "bytes=5-7"})
    assert (response.status_code, body(response)) == (206, b"1.7")


@pytest.mark.parametrize("changes", [{"state": "draft"}, {"state": "deleted"}, {"access": "NON_PUBLIC"}])
def test_what_is_not_public_is_not_served(client, kept, changes):
    Dataset.objects.update(**changes)
    assert client.get(path_of(kept)).status_code == 404


def test_the_original_of_a_table_is_not_served(client, kept):
    table = DistributionFactory(
        kind="table", table="helsinki-t", url="", file=kept.file, file_name=kept.file_name, dataset=kept.dataset
    )
    assert client.get(path_of(table)).status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_there(client, kept):
    storage.path_of(kept.file).unlink()
    assert client.get(path_of(kept)).status_code == 404


def test_a_type_that_could_break_a_header_is_none(client, kept):
    kept.media_type = "nonsense"
    kept.save()
    response = client.get(path_of(kept))
    assert body(response) == CONTENT
    assert response["Content-Type"] == "application/octet-stream"
