"""Geo files through GDAL: each layer a table. GDAL sees only files whose first bytes are those of the format."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

import numpy as np
import pyarrow as pa
import pyogrio
import pyogrio.raw
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.names import slug
from kuutio.opendata.engine.reading import shapefiles
from kuutio.opendata.engine.reading.arrow import storable
from kuutio.opendata.engine.reading.raw import UNREADABLE_ROW, RawColumn, RawTable, Rejects, raw_writer
from kuutio.opendata.engine.refusals import BrokenFile, NotATable, UnsafeXml, WrongOptions
from kuutio.opendata.engine.sniff import Format
from kuutio.opendata.engine.types import ColumnType

_BATCH = 20_000
_CURVED = (7, 8, 9, 10, 11, 12, 13, 14)  # and collections, which may have a curve in them
_XML = (Format.GML, Format.KML, Format.GPX)
# Of these, columns without any value come from GDAL's model of the format, not from the file.
_SPARSE = (Format.KML, Format.GPX)
# How KML draws a place, and the box that GML may put around one: GDAL makes columns of these in every file.
_DRAWING = ("tessellate", "extrude", "visibility")
_CORNERS = frozenset({"lowerCorner", "upperCorner"})
_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, CRSError, RuntimeError, OSError)
_CONFIG = {
    # Types are found here, over every row: GDAL would make numbers of codes with leading zeros.
    "GML_FIELDTYPES": "ALWAYS_STRING",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_ATTRIBUTES_TO_OGR_FIELDS": "NO",
    "SHAPE_RESTORE_SHX": "YES",
    "GDAL_HTTP_TIMEOUT": "1",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
}


def read(path: Path, format_: Format, options: Options, limits: Limits, work: Path) -> list[RawTable]:
    """The tables of a geo file, in the order of its layers.

    Raises:
        BrokenFile: it is cut short or can't be read.
        UnsafeXml: it has a document type or entities.
        NotATable: it has no layer with rows.
        WrongOptions: there is no such layer.
    """
    if format_ in _XML:
        check_xml(path)
    if format_ == Format.SHAPEFILE:
        shapefiles.check(path)
    pyogrio.set_gdal_config_options(_CONFIG)
    arguments: dict[str, Any] = {}
    if format_ == Format.GML:
        arguments = {"DOWNLOAD_SCHEMA": "NO", "READ_MODE": "STANDARD"}
        path = _alone(path, work, ".gml")
    if format_ == Format.SHAPEFILE and (encoding := options.encoding or shapefiles.encoding_of(path)):
        arguments["encoding"] = encoding
    with _refused():
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        wanted = options.layer
        if wanted and wanted not in layers:
            raise WrongOptions(f"There is no layer {wanted!r}. There are: {', '.join(layers)}.", layers=layers)
        tables = []
        for n, layer in enumerate(layers):
            if wanted in (None, layer):
                table = _table(path, layer, format_, arguments, limits, work / f"layer{n}")
                if table.rows_in or layer == wanted or len(layers) == 1:
                    tables.append(table)
    if not tables:
        raise NotATable("No layer of the file has a row.")
    return tables


def _table(path: Path, layer: str, format_: Format, arguments: dict[str, Any], limits: Limits, base: Path) -> RawTable:
    rejects = Rejects(base.with_suffix(".rejects.parquet"))
    with pyogrio.open_arrow(path, layer=layer, use_pyarrow=True, batch_size=_BATCH, **arguments) as (meta, reader):
        fields = list(meta["fields"])
        shape = meta["geometry_name"] or "wkb_geometry"
        has_shape = shape in reader.schema.names
        titles = [name for name in reader.schema.names if name != shape]
        kinds = [storable(reader.schema.field(name).type) for name in titles]
        with raw_writer(base.with_suffix(".raw.parquet"), [k.arrow for k in kinds], limits, shape=has_shape) as writer:
            linear = _Linear(path, layer, arguments)
            unsaid = _beside(format_, titles)
            for batch in reader:
                unsaid -= {
                    name for name in unsaid & set(_DRAWING) if any((v or 0) > 0 for v in batch.column(name).to_pylist())
                }
                columns = [kind.of(batch.column(name)) for name, kind in zip(titles, kinds, strict=True)]
                if has_shape:
                    columns.append(_wkb(linear.of(batch.column(shape), writer.rows + rejects.count), format_))
                writer.write(_readable(columns, writer.rows + rejects.count, rejects))
    rejects.close()
    if format_ == Format.FLATGEOBUF and writer.rows + rejects.count < pyogrio.read_info(path, layer=layer)["features"]:
        raise BrokenFile("The FlatGeobuf is cut short: it has fewer features than it says.")
    untyped = format_ in _XML
    columns = [
        RawColumn(title, n, None if untyped and kind.type == ColumnType.TEXT else kind.type, kind.zoned)
        for n, (title, kind) in enumerate(zip(titles, kinds, strict=True))
        if (format_ not in _SPARSE or writer.filled[n])
        and (title in fields or format_ not in _XML)
        and title not in unsaid
    ]
    return RawTable(
        name=slug(layer) or base.name,
        format=str(format_),
        path=writer.path,
        columns=columns,
        rows=writer.rows,
        rejects=rejects,
        has_shape=has_shape,
        crs=_crs(meta["crs"]),
        encoding=arguments.get("encoding", meta["encoding"]) if format_ == Format.SHAPEFILE else None,
        layer=layer,
    )


def _beside(format_: Format, titles: list[str]) -> set[str]:
    """The columns that GDAL makes of how places are drawn and boxed; data only where the file says something in them."""
    if format_ == Format.KML:
        return {title for title in titles if title in _DRAWING}
    return set(_CORNERS) if format_ == Format.GML and set(titles) >= _CORNERS else set()


def _readable(columns: list[Any], start: int, rejects: Rejects) -> list[Any]:
    """A batch without the rows whose text isn't UTF-8: GDAL checks none. The others are logged.

    Args:
        start: the number of its first row.
    """
    bad: set[int] = set()
    for column in columns:
        if pa.types.is_string(column.type) and not _is_text(column):
            cells = column.cast(pa.binary()).to_pylist()
            bad |= {
                n for n, cell in enumerate(cells) if cell is not None and "\ufffd" in cell.decode("utf-8", "replace")
            }
    if not bad:
        return columns
    for n in sorted(bad):
        cells = [column[n].cast(pa.binary()).as_py() for column in columns if pa.types.is_string(column.type)]
        raw = "\t".join("" if cell is None else cell.decode("utf-8", "replace") for cell in cells)
        rejects.add(start + n + 1, UNREADABLE_ROW, raw)
    kept = pa.array([n not in bad for n in range(len(columns[0]))])
    return [column.filter(kept) for column in columns]


def _is_text(column: Any) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class _Linear:
    """Curves as lines of short pieces: GEOS has no arcs, which Finnish GML does. GDAL makes them in its other reader."""

    def __init__(self, path: Path, layer: str, arguments: dict[str, Any]) -> None:
        self._read = partial(pyogrio.raw.read, path, layer=layer, columns=[], **arguments)
        self._lines: Any = None

    def of(self, array: Any, start: int) -> Any:
        """A batch of WKB without curves; `start` is the number of its first row."""
        wkb = array.cast(pa.binary())
        if not any(value and _type(value) in _CURVED for value in wkb.to_pylist()):
            return wkb
        if self._lines is None:
            self._lines = self._read()[2]
        return pa.array(list(self._lines[start : start + len(wkb)]), pa.binary())


def _type(wkb: bytes) -> int:
    """The kind of a geometry, whatever its dimensions.

    Source: OGC 06-103r4 (Simple Features), table 7; GDAL's older flag for a height is the highest bit.
    """
    (code,) = struct.unpack("<I" if wkb[0] == 1 else ">I", wkb[1:5])
    return int(code & 0x0FFFFFFF) % 1000


def _wkb(wkb: Any, format_: Format) -> Any:
    if format_ != Format.KML:
        return wkb
    # KML has a height everywhere, zero where nobody gave one.
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    coordinates, index = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    high = np.zeros(len(shapes), bool)
    high[index[np.nan_to_num(coordinates[:, 2]) != 0]] = True
    flat = shapely.has_z(shapes) & ~high
    values = wkb.to_pylist()
    for n in np.flatnonzero(flat):
        values[n] = shapely.to_wkb(shapely.force_2d(shapes[n]))
    return pa.array(values, pa.binary())


def _crs(found: str | None) -> str | None:
    """GDAL's word for the CRS; None where there is none, or a local one without a meaning."""
    if not found or found.startswith(("LOCAL_CS", "ENGCRS")):
        return None
    return found


@contextmanager
def _refused() -> Iterator[None]:
    """GDAL's errors, and the warnings that tell of a broken file, as refusals."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _ERRORS as error:
        raise BrokenFile(f"The file can't be read: {str(error).splitlines()[0][:200]}") from error
    except pa.ArrowException as error:
        raise BrokenFile(f"The file can't be read: {str(error).splitlines()[0][:200]}") from error


def _alone(path: Path, work: Path, suffix: str) -> Path:
    """The file in a folder of its own: GDAL reads schemas from, and writes notes to, the files beside it."""
    home = work / "alone"
    home.mkdir(exist_ok=True)
    link = home / f"layer{suffix}"
    link.symlink_to(path.resolve())
    return link


def check_xml(path: Path) -> None:
    """Refuse a document type and entities, which stand above the first element, and a file that isn't whole.

    Raises:
        UnsafeXml, BrokenFile
    """
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, False)
    parser.setContentHandler(_Stop())
    try:
        with path.open("rb") as file:
            parser.parse(file)
    except _RootSeen:
        pass
    except DefusedXmlException:
        raise UnsafeXml("The XML has a document type or entities, which are not allowed.") from None
    except SAXParseException:
        raise BrokenFile("The file is not valid XML.") from None
    # The rest without handlers, at the speed of C: GDAL takes what it gets of a file that is cut short.
    whole = expat.ParserCreate()
    try:
        with path.open("rb") as file:
            whole.ParseFile(file)
    except expat.ExpatError:
        raise BrokenFile("The XML is cut short, or not valid.") from None


class _RootSeen(Exception):
    """The first element has come."""


class _Stop(ContentHandler):
    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 (the name that SAX calls)
        raise _RootSeen
