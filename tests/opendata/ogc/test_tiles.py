"""Tiles of a collection as a map asks for them."""

import gzip

import pytest

from kuutio.opendata.actions.afterwards import make_tiles
from kuutio.opendata.models import Snapshot

pytestmark = pytest.mark.django_db
TILES = "/api/ogc/collections/helsinki-places/tiles"


def test_tiles_are_described_and_found_by_row_and_column(client, places):
    assert client.get(TILES).status_code == 404  # they are made after the rows are served
    assert make_tiles(Snapshot.objects.get(content=places["snapshot"]).pk)
    (brief,) = client.get(TILES).json()["tilesets"]
    told = client.get(brief["links"][0]["href"].removeprefix("http://localhost:8000")).json()
    (layer,) = told["layers"]
    assert {"_id", "name", "height"} <= set(layer["propertiesSchema"]["properties"])
    template = next(link["href"] for link in told["links"] if link["rel"] == "item").removeprefix(
        "http://localhost:8000"
    )

    def tile(zoom: int, row: int, column: int):
        return client.get(template.format(tileMatrix=zoom, tileRow=row, tileCol=column))

    answer = tile(0, 0, 0)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert b"Koivu" in gzip.decompress(answer.content)
    # Helsinki lies in the north-east of the world: rows are counted from the north.
    assert [tile(1, row, column).status_code for row in (0, 1) for column in (0, 1)] == [204, 200, 204, 204]
    assert (
        client.get(template.format(tileMatrix=0, tileRow=0, tileCol=0), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code
        == 304
    )
    for beyond in ((1, 0, 2), (25, 0, 0), (0, 1, 0)):
        assert tile(*beyond).status_code == 404
