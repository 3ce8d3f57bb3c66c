"""A file that is no table is served as it was brought."""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from kuutio.opendata import addresses, storage
from kuutio.opendata.actions.afterwards import sweep_originals
from kuutio.opendata.models import Dataset, Load
from tests.factories import DistributionFactory
from tests.opendata.bringing import bring

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


def _aged(kept: str, days: float) -> Path:
    path = storage.path_of(kept)
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))
    return path


def test_a_file_that_was_looked_at_and_never_brought_in_is_removed_after_two_days(kept):
    bring("a;b\n1;2\n")
    used = [_aged(kept.file, 30), _aged(Load.objects.get().file, 30)]
    left, half = storage.keep([b"a;b\n3;4\n"], "left.csv"), Path(settings.UPLOADS) / ".part-1"
    half.write_bytes(b"x")
    waits = storage.keep([b"a;b\n5;6\n"], "waits.csv")
    assert sweep_originals() == 0
    gone = [_aged(left.path, 3), _aged(".part-1", 3)]
    assert sweep_originals() == 2
    assert not any(path.exists() for path in gone)
    assert not gone[0].parent.exists()
    assert all(path.is_file() for path in [*used, storage.path_of(waits.path)])


def test_a_file_that_is_brought_again_meanwhile_stays():
    left = storage.keep([b"a;b\n7;8\n"], "left.csv")
    assert not storage.forget(left.path, older_than_s=60), "it was written a moment ago"
    assert storage.path_of(left.path).read_bytes() == b"a;b\n7;8\n"
    assert not storage.forget("00/nothing/here.csv", older_than_s=60)
