"""OGC API – Features as GDAL's own driver and OWSLib read it, over HTTP."""

from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import pytest
import shapely
from django.core.handlers.wsgi import WSGIHandler

from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 200_000


@pytest.fixture
def site(live_server, settings, transactional_db):
    """A server with `helsinki-grid`: 200,000 points."""
    settings.SITE_URL = live_server.url
    random = np.random.default_rng(6)
    lons, lats = random.uniform(24, 26, ROWS).round(6), random.uniform(60, 61, ROWS).round(6)
    kinds = random.choice(["tree", "lamp", "bench"], ROWS)
    lines = [
        "id,kind,lon,lat",
        *(f"{n},{k},{x},{y}" for n, k, x, y in zip(range(ROWS), kinds, lons, lats, strict=True)),
    ]
    load = bring("\n".join(lines), "grid.csv", what="grid", options={"key": ["id"]})
    assert load.state == "served", load.problem
    return live_server.url, lons, lats, kinds


@contextmanager
def _counting(monkeypatch):
    """Every request that arrives at the site, in order."""
    seen = []
    original = WSGIHandler.get_response

    def spy(handler, request):
        seen.append(request.get_full_path())
        return original(handler, request)

    monkeypatch.setattr(WSGIHandler, "get_response", spy)
    yield seen
    monkeypatch.setattr(WSGIHandler, "get_response", original)


def _read(url, **more) -> pa.Table:
    # The driver's own options: pages of a thousand, and no other cache than ours.
    _meta, table = pyogrio.read_arrow(f"OAPIF:{url}/api/ogc", layer="helsinki-grid", PAGE_SIZE=1000, **more)
    return table


def _numbers(table: pa.Table) -> list[int]:
    return sorted(map(int, table["id"].to_pylist()))


def test_gdal_reads_200_000_features_whole_by_box_and_by_filter(site, monkeypatch):
    """All features in pages of a thousand; then boxes in three systems and a filter, as a direct answer gives them."""
    url, lons, lats, kinds = site
    with _counting(monkeypatch) as seen:
        info = pyogrio.read_info(f"OAPIF:{url}/api/ogc", layer="helsinki-grid")
        assert info["features"] == ROWS
        assert len(seen) <= 6

    with _counting(monkeypatch) as seen:
        table = _read(url)
        assert len(seen) <= ROWS / 1000 + 6
    assert _numbers(table) == list(range(ROWS))
    ids = np.array(list(map(int, table["id"].to_pylist())))
    points = shapely.from_wkb(table.column(table.num_columns - 1).to_pylist())
    assert np.allclose(shapely.get_x(points), lons[ids], atol=1e-9)
    assert np.allclose(shapely.get_y(points), lats[ids], atol=1e-9)

    box = (24.5, 60.2, 24.9, 60.4)
    for code in (None, 3067, 3857):
        system = f"EPSG:{code}" if code else "OGC:CRS84"
        turn = pyproj.Transformer.from_crs("OGC:CRS84", system, always_xy=True)
        x0, y0, x1, y1 = turn.transform_bounds(*box)
        xs, ys = turn.transform(lons, lats)
        inside = np.flatnonzero((xs >= x0) & (xs <= x1) & (ys >= y0) & (ys <= y1))
        asked = {"CRS": system} if code else {}
        assert _numbers(_read(url, bbox=(x0, y0, x1, y1), **asked)) == inside.tolist(), system

    with _counting(monkeypatch) as seen:
        table = _read(url, where="kind = 'lamp'")
        assert _numbers(table) == np.flatnonzero(kinds == "lamp").tolist()
        assert any("lamp" in address for address in seen)  # the filter is ours to answer

    # A filter goes together with another system than the standard's own: Finland's, and that of maps on the web.
    lamps = np.flatnonzero(kinds == "lamp")
    for code in (3067, 3857):
        with _counting(monkeypatch) as seen:
            table = _read(url, where="kind = 'lamp'", CRS=f"EPSG:{code}")
            assert _numbers(table) == lamps.tolist()
            assert any("lamp" in address and str(code) in address for address in seen)
        ids = np.array(list(map(int, table["id"].to_pylist())))
        xs, ys = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform(
            lons[ids], lats[ids]
        )
        points = shapely.from_wkb(table.column(table.num_columns - 1).to_pylist())
        assert np.allclose(shapely.get_x(points), xs, atol=1e-3), code
        assert np.allclose(shapely.get_y(points), ys, atol=1e-3), code


def test_owslib_finds_features_and_records(site):
    from owslib.ogcapi.features import Features
    from owslib.ogcapi.records import Records

    url, *_rest = site
    features = Features(f"{url}/api/ogc/")
    assert "helsinki-grid" in features.feature_collections()
    assert features.collection_items("helsinki-grid", limit=7)["numberMatched"] == ROWS
    assert "kind" in features.collection_queryables("helsinki-grid")["properties"]
    records = Records(f"{url}/api/ogc/")
    assert "catalogue" in records.records()
    assert records.collection_items("catalogue", q="grid")["numberMatched"] == 1
