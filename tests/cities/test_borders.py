"""Finer borders take the place of those that are there."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from kuutio.cities import borders
from kuutio.cities.models import Municipality


@pytest.mark.django_db
def test_a_new_border_stands_over_the_old_one_and_the_last_of_two_over_the_first(tmp_path):
    before = Municipality.objects.count()
    rows = [
        {"code": "091", "name_fi": "Helsinki", "name_sv": "Helsingfors", "geometry": shapely.to_wkb(shapely.box(*box))}
        for box in ((24, 60, 25, 61), (24.5, 60, 25.5, 61))
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "finer.parquet")
    assert borders.load(tmp_path / "finer.parquet") == 1
    assert Municipality.objects.count() == before > 300
    helsinki = Municipality.objects.get(code="091")
    assert (helsinki.west, helsinki.south, helsinki.east, helsinki.north) == (24.5, 60, 25.5, 61)
