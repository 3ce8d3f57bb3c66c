"""A few lines for the tools that people use, each right for the very table they stand beside."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kuutio.opendata import addresses
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.types import Column, ColumnType

#: Types that Power Query knows, by ours.
_M_TYPES = {
    ColumnType.TEXT: "type text",
    ColumnType.INTEGER: "Int64.Type",
    ColumnType.NUMBER: "type number",
    ColumnType.BOOLEAN: "type logical",
    ColumnType.DATE: "type date",
    ColumnType.TIME: "type time",
    ColumnType.DATETIME: "type datetimezone",
    ColumnType.GEOMETRY: "type text",
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines to copy: for which tool, what to do with them, the lines."""

    key: str
    title: str
    hint: str
    code: str


def snippets(table: Table, version: str = "") -> list[Snippet]:
    """The lines for a table, of one named version or of whatever is current when they run."""
    name, columns = table.manifest.table, table.manifest.columns
    csv = addresses.table_download(name, "csv", snapshot=version or None)
    made = [
        Snippet("python", "Python", _("Needs pandas."), python(csv, columns)),
        Snippet("r", "R", _("Needs nothing beside R itself."), r(csv, columns)),
        Snippet(
            "excel",
            "Excel",
            _("Data → Get Data → From Other Sources → Blank Query → Advanced Editor. Refresh brings the newest rows."),
            excel(csv, columns),
        ),
        Snippet("curl", "curl", _("In any terminal."), curl(name, csv)),
    ]
    if table.located:
        geojson = addresses.table_download(name, "geojson", snapshot=version or None)
        made.insert(
            1, Snippet("geopandas", "Python, GeoPandas", _("Needs geopandas; keeps the places."), geopandas(geojson))
        )
        made.insert(3, Snippet("sf", "R, sf", _("Needs the package sf; keeps the places."), sf(geojson)))
        qgis_lines = Snippet(
            "qgis",
            "QGIS",
            _(
                "Layer → Add Layer → Add WFS / OGC API – Features Layer → New, with this address; or these lines in the Python console."
            ),
            qgis(name),
        )
        made.insert(4, qgis_lines)
    return made


def _texts(columns: list[Column]) -> list[str]:
    return [column.name for column in columns if column.type is ColumnType.TEXT]


def _quoted(text: str) -> str:
    """A string literal that Python, R and JSON read alike."""
    return json.dumps(text, ensure_ascii=False)


def python(csv: str, columns: list[Column]) -> str:
    """pandas: codes keep their leading zeros, times are times."""
    texts = ", ".join(_quoted(name) for name in _texts(columns))
    times = ", ".join(
        _quoted(column.name) for column in columns if column.type in (ColumnType.DATE, ColumnType.DATETIME)
    )
    lines = ["import pandas as pd", ""]
    arguments = [f"    {_quoted(csv)},"]
    if texts:
        lines += [f"texts = [{texts}]"]
        arguments.append('    dtype=dict.fromkeys(texts, "string"),')
    if times:
        arguments.append(f"    parse_dates=[{times}],")
    return "\n".join([*lines, "df = pd.read_csv(", *arguments, ")", "print(df.head())"])


def geopandas(geojson: str) -> str:
    """GeoPandas, in degrees of WGS 84."""
    return f"import geopandas as gpd\n\ngdf = gpd.read_file({_quoted(geojson)})\nprint(gdf.head())"


def r(csv: str, columns: list[Column]) -> str:
    """R without packages: codes keep their leading zeros."""
    texts = ", ".join(f'{_quoted(name)} = "character"' for name in _texts(columns))
    kept = f",\n  colClasses = c({texts})" if texts else ""
    return f'df <- read.csv(\n  {_quoted(csv)},\n  encoding = "UTF-8", check.names = FALSE{kept}\n)\nhead(df)'


def sf(geojson: str) -> str:
    """R with sf."""
    return f"library(sf)\n\nplaces <- st_read({_quoted(geojson)})\nplot(st_geometry(places))"


def qgis(table: str) -> str:
    """QGIS: the layer by the OGC API, which fetches what the map shows."""
    return (
        f"# {addresses.ogc_root()}\n"
        f"iface.addVectorLayer(\n"
        f"    \"url='{addresses.ogc_root()}' typename='{table}'\",\n"
        f'    {_quoted(table)}, "OAPIF"\n)'
    )


def excel(csv: str, columns: list[Column]) -> str:
    """Power Query: UTF-8, the point as the decimal mark, a type for each column."""
    types = ",\n    ".join(f"{{{_m(column.name)}, {_M_TYPES[column.type]}}}" for column in columns)
    return (
        "let\n"
        f'  Source = Csv.Document(Web.Contents({_m(csv)}), [Delimiter=",", Encoding=65001, QuoteStyle=QuoteStyle.Csv]),\n'
        "  Headed = Table.PromoteHeaders(Source, [PromoteAllScalars=true]),\n"
        f'  Typed = Table.TransformColumnTypes(Headed, {{\n    {types}\n  }}, "en-US")\n'
        "in\n  Typed"
    )


def _m(text: str) -> str:
    """A string literal of Power Query."""
    return '"' + text.replace('"', '""') + '"'


def curl(table: str, csv: str) -> str:
    """curl: the whole as a file, and the first rows of the interface."""
    items = addresses.collection_items(table)
    return f"curl -fL -o '{table}.csv' '{csv}'\ncurl -fsS '{items}?limit=10&f=json'"
