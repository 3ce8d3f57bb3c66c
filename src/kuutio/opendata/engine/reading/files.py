"""A file of any format as raw tables. Readers are imported where they are needed: GDAL alone takes 0.2 s."""

import zipfile
from dataclasses import replace
from pathlib import Path

from kuutio.opendata.engine.limits import Limits, Options
from kuutio.opendata.engine.names import slug
from kuutio.opendata.engine.reading import archives, delimited
from kuutio.opendata.engine.reading.raw import RawTable
from kuutio.opendata.engine.refusals import EmptyFile, NotATable, Refusal, TooLarge, WrongOptions
from kuutio.opendata.engine.sniff import Format, sniff

_GTFS = {"stops.txt", "routes.txt", "trips.txt", "stop_times.txt"}


def read(path: Path, options: Options, limits: Limits, work: Path, *, name: str | None = None) -> list[RawTable]:
    """The tables of a file, at least one.

    Args:
        work: an empty folder; what is read is put there.
        name: of the table where the file has only one; else the file's own.

    Raises:
        Refusal: of whatever kind; see `refusals`.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise TooLarge(
            f"The file has {size} bytes; {limits.max_bytes} are allowed.", bytes=size, limit=limits.max_bytes
        )
    name = slug(name or path.stem) or "table"
    format_ = sniff(path)
    match format_:
        case Format.TEXT:
            return [delimited.read(path, name, options, limits, work)]
        case Format.JSON:
            from kuutio.opendata.engine.reading import objects

            return [objects.read(path, name, options, limits, work)]
        case Format.XLSX | Format.ODS:
            from kuutio.opendata.engine.reading import sheets

            if zipfile.is_zipfile(path):
                archives.check(path, limits)
            return sheets.read(path, str(format_), options, limits, work)
        case Format.PARQUET:
            from kuutio.opendata.engine.reading import columnar

            return [columnar.read(path, name, limits, work)]
        case Format.ZIP:
            return _archive(path, name, options, limits, work)
        case _:
            from kuutio.opendata.engine.reading import layers

            return layers.read(path, format_, options, limits, work)


def _archive(path: Path, name: str, options: Options, limits: Limits, work: Path) -> list[RawTable]:
    """The tables of an archive's files. Files that hold none are passed over, and told, unless none does."""
    files = archives.unpack(path, work / "unpacked", limits)
    names = {file.name for file in files}
    if len(_GTFS & names) >= 3:
        return _gtfs([file for file in files if file.suffix == ".txt"], options, limits, work)
    shapefiles = [file for file in files if file.suffix.lower() == ".shp"]
    parts = {shp.stem for shp in shapefiles}
    others = [file for file in files if not (file.stem.split(".")[0] in parts or file.stem in parts)]
    tables: list[RawTable] = []
    refused: Refusal | None = None
    passed_over: list[str] = []
    for n, file in enumerate([*shapefiles, *others]):
        if _is_archive(file):
            refused = refused or NotATable("There is an archive in the archive.")
            passed_over.append(file.name)
            continue
        place = work / f"file{n}"
        place.mkdir()
        inner = replace(options, layer=None) if options.layer in (file.name, file.stem) else options
        if options.layer and inner is options and len(shapefiles) + len(others) > 1 and file.suffix.lower() != ".gpkg":
            continue
        try:
            found = read(file, inner, limits, place, name=file.stem)
        except (NotATable, EmptyFile) as problem:
            refused = refused or problem
            passed_over.append(file.name)
            continue
        tables.extend(found)
    if not tables and options.layer:
        raise WrongOptions(f"There is no file {options.layer!r} in the archive.", layers=sorted(names))
    if not tables:
        raise refused or NotATable("The archive has no files.")
    tables[0].passed_over = [] if options.layer else passed_over
    return tables


def _is_archive(file: Path) -> bool:
    """Whether the file is an archive of files, not a workbook."""
    try:
        return sniff(file) == Format.ZIP
    except (NotATable, EmptyFile):
        return False


def _gtfs(files: list[Path], options: Options, limits: Limits, work: Path) -> list[RawTable]:
    """The tables of a timetable feed: text whose dialect is known.

    Source: GTFS Schedule Reference, "File requirements".
    """
    if options.layer:
        files = [file for file in files if file.stem == options.layer or file.name == options.layer]
        if not files:
            raise WrongOptions(f"There is no table {options.layer!r} in the feed.", layers=[])
    fixed = replace(options, layer=None, separator=",", quote='"', header=True, skip_rows=0, encoding=options.encoding)
    tables = []
    for file in files:
        if file.read_bytes()[:1024].strip(b"\xef\xbb\xbf \r\n"):
            table = delimited.read(file, slug(file.stem) or file.stem, fixed, limits, work)
            table.format, table.layer = "gtfs", file.stem
            tables.append(table)
    return tables
