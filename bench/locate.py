"""How fast a point finds its municipality, and how sure that is: in bulk, alone, and against shapely's STRtree asked in the plain way.

    python bench/locate.py [--points 1000000]

Points lie evenly over the box around Finland. JSON on stdout; times are the best of three.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from kuutio.cities.layer import ACCURACY_M
from kuutio.core.borderlines import Borderlines
from kuutio.core.places import Locator

BORDERS = Path(__file__).parent.parent / "src/kuutio/cities/data/municipalities.parquet"


def best(work: Callable[[], object], times: int = 3) -> float:
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return min(spans)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--points", type=int, default=1_000_000)
    points = arguments.parse_args().points

    table = pq.read_table(BORDERS, columns=["code", "geometry"])
    borders = list(zip(table["code"].to_pylist(), table["geometry"].to_pylist(), strict=True))
    locator = Locator(borders)
    shapes = shapely.from_wkb([wkb for _, wkb in borders])
    west, south, east, north = shapely.total_bounds(shapes)
    rng = np.random.default_rng(6)
    lons, lats = rng.uniform(west, east, points), rng.uniform(south, north, points)
    few = list(zip(lons[:20_000].tolist(), lats[:20_000].tolist(), strict=True))
    # Points on the borders themselves: none of them is answered by the grid alone.
    hard = shapely.get_coordinates(shapes)[:: max(len(few) // 200, 1)].tolist()

    bulk = best(lambda: locator.locate_many(lons, lats))
    one = best(lambda: [locator.locate(lon, lat) for lon, lat in few]) / len(few)
    one_hard = best(lambda: [locator.locate(lon, lat) for lon, lat in hard]) / len(hard)

    lines = Borderlines(borders, within_m=ACCURACY_M)
    areas = locator.locate_many(lons, lats)
    sure_bulk = best(lambda: lines.distances(lons, lats, areas))
    few_areas, hard_areas = areas[: len(few)].tolist(), locator.locate_many(*np.array(hard).T).tolist()
    sure_one = best(lambda: [lines.distance(*at, area) for at, area in zip(few, few_areas, strict=True)]) / len(few)
    sure_hard = best(lambda: [lines.distance(*at, area) for at, area in zip(hard, hard_areas, strict=True)]) / len(hard)

    sample = min(points, 50_000)
    tree = shapely.STRtree(shapes)
    started = time.perf_counter()
    at, area = tree.query(shapely.points(lons[:sample], lats[:sample]), predicate="intersects")
    plain = (time.perf_counter() - started) / sample
    expected = np.full(sample, len(borders))
    np.minimum.at(expected, at, area)
    expected[expected == len(borders)] = -1
    wrong = int((expected != locator.locate_many(lons[:sample], lats[:sample])).sum())

    figures = {
        "points": points,
        "build_s": round(best(lambda: Locator(borders), 1), 3),
        "bulk_points_per_s": round(points / bulk),
        "one_us": round(one * 1e6, 2),
        "one_on_a_border_us": round(one_hard * 1e6, 2),
        "certainty_build_s": round(best(lambda: Borderlines(borders, within_m=ACCURACY_M), 1), 3),
        "certainty_bulk_points_per_s": round(points / sure_bulk),
        "certainty_one_us": round(sure_one * 1e6, 2),
        "certainty_one_on_a_border_us": round(sure_hard * 1e6, 2),
        "strtree_points_per_s": round(1 / plain),
        "different_from_strtree": wrong,
        "aims": {"bulk_points_per_s": 1_000_000, "one_us": 30},
    }
    json.dump(figures, sys.stdout, indent=2)
    return 0 if wrong == 0 and points / bulk >= 1_000_000 and one <= 30e-6 else 1


if __name__ == "__main__":
    sys.exit(main())
