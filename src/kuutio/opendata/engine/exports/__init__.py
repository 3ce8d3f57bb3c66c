"""Downloads of a snapshot, or of any filtered, sorted and projected view of it, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kuutio.opendata.engine.exports import text
from kuutio.opendata.engine.exports.options import CsvOptions
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.table import Table
from kuutio.opendata.engine.typed import refuse

__all__ = ["FORMS", "CsvOptions", "Form", "FormFacts", "stream", "write"]


class Form(StrEnum):
    """The file formats."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    FGB = "fgb"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What a door says of a format.

    Attributes:
        streamed: it can be sent while it is made; the others are written to a file first.
        needs_geometry: a table without geometry can't be had so.
        any_crs: coordinates can be had in other systems than CRS84; x before y, as GIS files have it.
    """

    media_type: str
    streamed: bool = False
    needs_geometry: bool = False
    any_crs: bool = False


FORMS = {
    Form.CSV: FormFacts("text/csv; charset=utf-8", streamed=True, any_crs=True),
    Form.XLSX: FormFacts("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", any_crs=True),
    Form.JSON: FormFacts("application/json", streamed=True),
    Form.JSONL: FormFacts("application/x-ndjson", streamed=True),
    Form.GEOJSON: FormFacts("application/geo+json", streamed=True, needs_geometry=True),
    Form.GPKG: FormFacts("application/geopackage+sqlite3", any_crs=True),
    Form.FGB: FormFacts("application/vnd.flatgeobuf", needs_geometry=True, any_crs=True),
    Form.PARQUET: FormFacts("application/vnd.apache.parquet", any_crs=True),
}


def stream(table: Table, form: Form, query: Query | None = None, csv: CsvOptions | None = None) -> Iterator[bytes]:
    """A file that is sent while it is made.

    Args:
        query: what is in it; the page is passed over. None: everything.

    Raises:
        BadQuery: the query doesn't fit the table, or the table has no such form. At the call, before the first byte.
        KeyError: the form isn't streamed; see `FormFacts.streamed`.
    """
    query = _fitting(table, form, query)
    if form is Form.CSV:
        return text.csv(table, query, csv or CsvOptions())
    return {Form.JSON: text.json, Form.JSONL: text.jsonl, Form.GEOJSON: text.geojson}[form](table, query)


def write(table: Table, form: Form, path: Path, query: Query | None = None, csv: CsvOptions | None = None) -> Path:
    """A file of any form; what is at `path` is replaced when the new one is whole.

    Binary forms need pyarrow, GDAL or XlsxWriter: some 200 MB of memory. A web process calls `apart.write` instead.

    Raises:
        BadQuery: the query doesn't fit the table, or the table has no such form.
    """
    query = _fitting(table, form, query)
    building = path.with_name(f".building-{path.name}")
    try:
        if FORMS[form].streamed:
            with building.open("wb") as file:
                file.writelines(stream(table, form, query, csv))
        elif form is Form.XLSX:
            from kuutio.opendata.engine.exports import workbook

            workbook.write(table, building, query)
        else:
            from kuutio.opendata.engine.exports import gis

            {Form.GPKG: gis.geopackage, Form.FGB: gis.flatgeobuf, Form.PARQUET: gis.parquet}[form](
                table, building, query
            )
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    return path


def _fitting(table: Table, form: Form, query: Query | None) -> Query:
    query, facts = query or Query(), FORMS[form]
    if facts.needs_geometry and not table.located:
        refuse(f"This table has no geometry: it can't be had as {form}.", "/format")
    if query.crs and not facts.any_crs:
        refuse(f"{form} is always in longitude and latitude: choose another format for other coordinates.", "/crs")
    table.question(query)
    return query
