"""OGC API – Features as GDAL's own driver and OWSLib read it, over HTTP."""

from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import pytest
import shapely

from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 20_000


@pytest.fixture
def site(live_server, settings, transactional_db):
    """A server with `helsinki-grid`: 20,000 points, and borders loaded."""
    from kuutio.cities import borders

    borders.load()
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
    """The requests that arrive at our own views, in order."""
    from kuutio.opendata.ogc import items

    seen = []
    original = items.answered

    def spy(request, *args, **more):
        seen.append(request.get_full_path())
        return original(request, *args, **more)

    monkeypatch.setattr(items, "answered", spy)
    yield seen
    monkeypatch.setattr(items, "answered", original)


def _read(url, **more) -> pa.Table:
    # The driver's own options: pages of a thousand, and no other cache than ours.
    _meta, table = pyogrio.read_arrow(f"OAPIF:{url}/api/ogc", layer="helsinki-grid", PAGE_SIZE=1000, **more)
    return table


def test_gdal_reads_every_feature_once(site, monkeypatch):
    url, lons, lats, _kinds = site
    with _counting(monkeypatch) as seen:
        table = _read(url)
    assert sorted(table["id"].to_pylist()) == sorted(map(str, range(ROWS))) or sorted(
        map(int, table["id"].to_pylist())
    ) == list(range(ROWS))
    points = shapely.from_wkb(
        table["wkb_geometry"].to_pylist()
        if "wkb_geometry" in table.column_names
        else table.column(table.num_columns - 1).to_pylist()
    )
    assert np.allclose(np.sort(shapely.get_x(points)), np.sort(lons), atol=1e-9)
    assert np.allclose(np.sort(shapely.get_y(points)), np.sort(lats), atol=1e-9)
    assert len(seen) <= ROWS / 1000 + 6


def test_gdal_needs_few_requests_for_a_summary(site, monkeypatch):
    url, *_rest = site
    with _counting(monkeypatch) as seen:
        info = pyogrio.read_info(f"OAPIF:{url}/api/ogc", layer="helsinki-grid")
    assert info["features"] == ROWS
    assert len(seen) <= 6


@pytest.mark.parametrize("code", [None, 3067, 3857])
def test_gdals_box_is_the_same_rows_as_a_direct_answer(site, code):
    url, lons, lats, _kinds = site
    box = (24.5, 60.2, 24.9, 60.4)
    inside = ((lons >= box[0]) & (lons <= box[2]) & (lats >= box[1]) & (lats <= box[3])).sum()
    if code is None:
        assert _read(url, bbox=box).num_rows == inside
        return
    x0, y0, x1, y1 = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform_bounds(*box)
    xs, ys = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True).transform(lons, lats)
    expected = ((xs >= x0) & (xs <= x1) & (ys >= y0) & (ys <= y1)).sum()
    table = _read(url, bbox=(x0, y0, x1, y1), CRS=f"EPSG:{code}")
    assert table.num_rows == expected


def test_gdal_hands_an_attribute_filter_to_us(site, monkeypatch):
    url, _lons, _lats, kinds = site
    with _counting(monkeypatch) as seen:
        table = _read(url, where="kind = 'lamp'")
    assert table.num_rows == (kinds == "lamp").sum()
    assert any("lamp" in address for address in seen)


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
