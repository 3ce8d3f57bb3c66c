"""Make the committed borders of Finland's municipalities from the file of the National Land Survey.

    PYTHONPATH=src python tools/borders.py finland_municipalities_2021.gpkg avoindata_municipalities.json

The first is drawn in EPSG:3067 with edges of up to 68 km; straight there, such an edge bows by up to 261 m in degrees. So each
edge is cut into pieces of at most a kilometre before it is transformed (what is left: 5 cm), always from the same end, so that
two neighbours keep one border. The second tells the region of each municipality.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from kuutio.core.degrees import polygon_in_degrees

OUT = Path(__file__).parent.parent / "src/kuutio/cities/data/municipalities.parquet"

REGIONS = {  # Statistics Finland, classification of regions 2021: code, Finnish, Swedish
    "01": ("Uusimaa", "Nyland"),
    "02": ("Varsinais-Suomi", "Egentliga Finland"),
    "04": ("Satakunta", "Satakunta"),
    "05": ("Kanta-Häme", "Egentliga Tavastland"),
    "06": ("Pirkanmaa", "Birkaland"),
    "07": ("Päijät-Häme", "Päijänne-Tavastland"),
    "08": ("Kymenlaakso", "Kymmenedalen"),
    "09": ("Etelä-Karjala", "Södra Karelen"),
    "10": ("Etelä-Savo", "Södra Savolax"),
    "11": ("Pohjois-Savo", "Norra Savolax"),
    "12": ("Pohjois-Karjala", "Norra Karelen"),
    "13": ("Keski-Suomi", "Mellersta Finland"),
    "14": ("Etelä-Pohjanmaa", "Södra Österbotten"),
    "15": ("Pohjanmaa", "Österbotten"),
    "16": ("Keski-Pohjanmaa", "Mellersta Österbotten"),
    "17": ("Pohjois-Pohjanmaa", "Norra Österbotten"),
    "18": ("Kainuu", "Kajanaland"),
    "19": ("Lappi", "Lappland"),
    "21": ("Ahvenanmaa", "Åland"),
}

CALLED = {"Koski": "Koski Tl", "Pedersören": "Pedersören kunta"}  # in the list of regions: in the borders


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("borders", type=Path)
    arguments.add_argument("regions", type=Path)
    arguments.add_argument("--out", type=Path, default=OUT)
    given = arguments.parse_args()

    meta, _, wkb, columns = pyogrio.raw.read(given.borders)
    facts = dict(zip(meta["fields"], columns, strict=True))
    to_degrees = pyproj.Transformer.from_crs(meta["crs"], "OGC:CRS84", always_xy=True)
    shapes = [polygon_in_degrees(shape, to_degrees.transform) for shape in shapely.from_wkb(wkb)]
    region = regions_of(given.regions)

    order = np.argsort(facts["NATCODE"])
    names = [str(facts["NAMEFIN"][at]) for at in order]
    codes = [region[name] for name in names]
    table = pa.table(
        {
            "code": [str(facts["NATCODE"][at]) for at in order],
            "name_fi": names,
            "name_sv": [str(facts["NAMESWE"][at]) for at in order],
            "region": codes,
            "region_fi": [REGIONS[code][0] for code in codes],
            "region_sv": [REGIONS[code][1] for code in codes],
            "geometry": pa.array([shapely.to_wkb(shapes[at], byte_order=1) for at in order], pa.binary()),
        }
    )
    box = [float(side) for side in shapely.total_bounds(np.array(shapes))]
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["MultiPolygon", "Polygon"], "bbox": box}},
    }
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    given.out.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, given.out, compression="zstd", compression_level=19, use_dictionary=False)
    corners = int(shapely.get_num_coordinates(np.array(shapes)).sum())
    json.dump({"municipalities": len(table), "corners": corners, "bytes": given.out.stat().st_size}, sys.stdout)
    return 0


def regions_of(path: Path) -> dict[str, str]:
    """Municipality -> code of its region, by the names that the borders use; the list has some merged since."""
    codes = {names[0]: code for code, names in REGIONS.items()}
    listed = json.loads(path.read_text("utf-8"))
    return {
        CALLED.get(child["text"], child["text"]): codes[region["text"]]
        for region in listed
        for child in region["children"]
    }


if __name__ == "__main__":
    sys.exit(main())
