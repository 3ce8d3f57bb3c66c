"""Files to download: a whole version, or any view of it; `/data/TABLE.csv`, `/data/TABLE@VERSION.gpkg`.

The whole is a ready file with ranges (DuckDB and GDAL read pieces of a Parquet file by them); a view is streamed, or made in
a process of its own where the format can't be streamed.
"""

import csv
import io
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from whitenoise.responders import StaticFile

from kuutio.core.problems import BadQuery, NotFound, Problem
from kuutio.opendata import asking, counted
from kuutio.opendata.answers import CURRENT, FOREVER, answered, etag_of, open_to_all
from kuutio.opendata.engine import duck
from kuutio.opendata.engine.exports import FORMS, CsvOptions, Form, apart, stream
from kuutio.opendata.engine.query import Query
from kuutio.opendata.engine.snapshot import DATA, REJECTS
from kuutio.opendata.engine.table import Table
from kuutio.opendata.exports import export_path, tiles_path
from kuutio.opendata.served import Served, served
from kuutio.opendata.tables import files_of

#: The door's own parameters: how a CSV is written.
_OWN = frozenset({"bom", "safe", "separator", "lang"})
#: Files that a web process makes at a time; one more is refused and may be asked for again.
_AT_ONCE = threading.BoundedSemaphore(2)
PMTILES = "application/vnd.pmtiles"


class Busy(Problem):
    """Too many files are being made at this moment."""

    kind, status, again_s = "busy", 503, 10


def download(request: HttpRequest, table: str, form: str, snapshot: str | None = None) -> HttpResponseBase:
    """A table's rows as a file: of the current version, or of the one named.

    Raises:
        NotFound: no such table or version, or the table can't be had in this format.
        BadQuery: a parameter can't be understood.
        Gone: the version is no longer kept.
        Busy: too many files are being made.
    """
    found = served(table)
    asked = found.at(snapshot)
    counted.note(found.distribution.dataset_id, "download")
    wanted = Form(form)
    options = _csv_options(request, wanted)
    query = asking.view(request.GET, found, asked, _OWN)
    if (FORMS[wanted].needs_geometry or wanted is Form.GPKG) and not asked.located:
        raise NotFound(
            _("This table has no places, so it can't be had in this format. CSV, XLSX, JSON and Parquet are there.")
        )
    name = f"{table}{'@' + snapshot if snapshot else ''}.{wanted}"
    whole = query == Query() and options == CsvOptions()
    ready = _ready(found, asked, wanted) if whole else None
    if ready is not None:
        return sent(
            request, ready, FORMS[wanted].media_type, name, version=asked.manifest.id, forever=snapshot is not None
        )
    version = asked.manifest.id if snapshot else found.version

    def make() -> HttpResponse:
        if FORMS[wanted].streamed:
            response: HttpResponseBase = StreamingHttpResponse(
                stream(asked, wanted, query, options), content_type=FORMS[wanted].media_type
            )
        else:
            response = _made_apart(asked, wanted, query, options)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response  # type: ignore[return-value]  # a stream is as good an answer

    return answered(request, version, make, forever=snapshot is not None)


def _csv_options(request: HttpRequest, form: Form) -> CsvOptions:
    given = request.GET
    if form is not Form.CSV and (foreign := [name for name in ("bom", "safe", "separator") if name in given]):
        errors = [{"pointer": f"/{name}", "detail": "Only a CSV has this."} for name in foreign]
        raise BadQuery("Some parameters of the address can't be used.", errors=errors)
    for name in ("bom", "safe"):
        if given.get(name, "0") not in {"0", "1"}:
            raise BadQuery(f"{name} is 0 or 1.", errors=[{"pointer": f"/{name}", "detail": "0 or 1"}])
    return CsvOptions(
        bom=given.get("bom") == "1", formula_safe=given.get("safe") == "1", separator=given.get("separator", ",")
    )


def _ready(found: Served, table: Table, form: Form) -> Path | None:
    """The ready file of a whole version, if it is made."""
    if form is Form.PARQUET:
        return table.snapshot / DATA
    path = export_path(found.id, table.manifest.id, form)
    return path if path.exists() else None


def _made_apart(table: Table, form: Form, query: Query, options: CsvOptions) -> FileResponse:
    """A file made in a child process; it has no name any more when it is sent, so nothing is left behind."""
    if not _AT_ONCE.acquire(blocking=False):
        raise Busy(_("Many files are being made just now. Try again in a minute."))
    folder = Path(settings.DATA) / "making"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}.{form}"
    try:
        apart.write(table, form, path, query, options)
        opened: IO[bytes] = path.open("rb")
    finally:
        _AT_ONCE.release()
        path.unlink(missing_ok=True)
    return FileResponse(opened, content_type=FORMS[form].media_type)


def sent(
    request: HttpRequest, path: Path, media_type: str, name: str, *, version: str, forever: bool, inline: bool = False
) -> HttpResponse:
    """A file as it is, whole or the range asked for, or 304."""
    tag = etag_of(version, name)
    headers = [
        ("Content-Type", media_type),
        ("ETag", tag),
        ("Cache-Control", FOREVER if forever else CURRENT),
        ("Content-Disposition", f'{"inline" if inline else "attachment"}; filename="{name}"'),
    ]
    conditions = {
        f"HTTP_{word}": request.META[f"HTTP_{word}"]
        for word in ("IF_NONE_MATCH", "RANGE")
        if f"HTTP_{word}" in request.META
    }
    if request.headers.get("If-Range", tag) != tag:
        conditions.pop("HTTP_RANGE", None)
    made = StaticFile(str(path), headers).get_response(request.method or "GET", conditions)
    response: HttpResponse = _SentFile(_pieces(made.file)) if made.file is not None else HttpResponse()  # type: ignore[assignment]
    response.status_code = int(made.status)
    for header, value in made.headers:
        response[header] = value
    return open_to_all(response)


class _SentFile(StreamingHttpResponse):
    """A stream whose headers say its length."""


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := file.read(1 << 16):
            yield piece
    finally:
        file.close()


def tiles(request: HttpRequest, table: str) -> HttpResponse:
    """The vector tiles of the current version as one PMTiles file, read in ranges.

    Raises:
        NotFound: the table has no places, or the tiles are still being made.
    """
    found = served(table)
    path = tiles_path(table, found.snapshot)
    if not path.exists():
        raise NotFound(_("This collection has no tiles, or they are still being made. Try again in a minute."))
    return sent(request, path, PMTILES, f"{table}.pmtiles", version=found.snapshot, forever=False, inline=True)


def rejects(request: HttpRequest, table: str, snapshot: str | None = None) -> HttpResponseBase:
    """The rows that a version could not take, each with its row number in the source and the reason, as CSV.

    Raises:
        NotFound: every row was taken.
    """
    found = served(table)
    asked = found.at(snapshot)
    version = asked.manifest.id
    path = files_of(table, version) / REJECTS
    if not path.exists():
        raise NotFound(_("No row of this version was rejected."))

    def make() -> HttpResponse:
        response = StreamingHttpResponse(
            _rejected_rows(asked.finder.root, path), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{table}.rejects.csv"'
        return response  # type: ignore[return-value]

    return answered(request, version, make, forever=snapshot is not None)


def _rejected_rows(root: Path, path: Path) -> Iterator[bytes]:
    yield b"row,reason,raw\r\n"
    with closing(duck.fresh_cursor(root)) as cursor:
        found = cursor.execute(f"SELECT row, reason, raw FROM read_parquet({duck.quoted(str(path))})")  # noqa: S608  # our own path
        while rows := found.fetchmany(2000):
            buffer = io.StringIO()
            csv.writer(buffer).writerows(rows)
            yield buffer.getvalue().encode()
