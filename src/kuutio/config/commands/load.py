"""`./kuutio load`: a file, or what is at an address, into a city's data set, by the same verbs as every other door."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kuutio.config.console import answer, say
from kuutio.core.problems import Invalid, NotFound

#: The engine's names of types, known here without it: help and refusals need no library that reads files.
_TYPES = ("text", "integer", "number", "boolean", "date", "time", "datetime")
HELP = "Bring a file, or an address, into a city's data set and wait until it is served."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file and where it goes."""
    parser.add_argument(
        "file",
        metavar="FILE|ADDRESS",
        help="a file of any format that Kuutio reads; or an http(s) address of one, or of"
        " an OGC API or a WFS together with --layer",
    )
    parser.add_argument("--city", required=True, metavar="SLUG|CODE", help="the city: helsinki, or 091")
    parser.add_argument("--dataset", required=True, metavar="SLUG", help="the data set; made if missing")
    parser.add_argument("--layer", metavar="NAME", help="the one layer, sheet or member to take")
    parser.add_argument("--key", action="append", default=[], metavar="COLUMN", help="names a row; may be repeated")
    parser.add_argument(
        "--accept", default="", metavar="REASON", help="serve it in spite of what is found, and say why"
    )
    parser.add_argument("--title", default="", help="the data set's title, when it is made")
    parser.add_argument("--encoding", metavar="NAME", help="of a text file, such as windows-1252")
    parser.add_argument("--separator", metavar="CHARACTER", type=_separator, help="between cells; tab for a tabulator")
    parser.add_argument("--decimal", choices=[",", "."], help="the decimal mark")
    parser.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="the first row has, or hasn't, the columns' names"
    )
    parser.add_argument("--skip-rows", type=_count, metavar="N", help="lines above the table")
    parser.add_argument(
        "--type",
        action="append",
        default=[],
        type=_column_type,
        metavar="COLUMN=TYPE",
        help="the type that a column shall have; what doesn't fit is rejected. May be repeated",
    )
    parser.add_argument("--crs", metavar="CODE", help="the coordinates' reference system, such as EPSG:3879")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _separator(text: str) -> str:
    """One character; a tabulator by its name, since shells swallow it."""
    found = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(found) != 1:
        raise argparse.ArgumentTypeError("a separator is one character, or tab")
    return found


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise argparse.ArgumentTypeError(f"a number of lines, not {text!r}")
    return int(text)


def _column_type(text: str) -> tuple[str, str]:
    """A column and its type."""
    column, _equals, kind = text.rpartition("=")
    if not column or kind not in _TYPES:
        raise argparse.ArgumentTypeError(f"COLUMN=TYPE, where the type is one of {', '.join(_TYPES)}")
    return column, kind


@contextmanager
def _brought(options: argparse.Namespace) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """The file, the name it goes by, and how it is to be read.

    Raises:
        NotFound: there is no such file, or no such layer at the address.
        FetchProblem: the address doesn't give it.
        Invalid: what is there can't be understood.
    """
    chosen = {
        "layer": options.layer,
        "key": options.key,
        "crs": options.crs,
        "encoding": options.encoding,
        "separator": options.separator,
        "decimal": options.decimal,
        "header": options.header,
        "skip_rows": options.skip_rows,
        "types": dict(options.type),
    }
    if not options.file.lower().startswith(("http://", "https://")):
        path = Path(options.file)
        if not path.is_file():
            raise NotFound(f"There is no file {options.file}.")
        yield path, path.name, _for_sheets(chosen, path.name)
        return
    from django.conf import settings

    from kuutio.federation.fetching import Limits, fetcher
    from kuutio.federation.layers import bring
    from kuutio.federation.readers import Unreadable

    with tempfile.TemporaryDirectory(prefix="kuutio-load-") as folder, fetcher(Limits(total_s=1800)) as visitor:
        try:
            limit = settings.UPLOAD_MAX_BYTES
            brought = bring(options.file, Path(folder), visitor, max_bytes=limit, layer=options.layer or "")
        except Unreadable as error:
            raise Invalid(str(error)) from error
        if brought.path is None:  # only what was asked for with an ETag can be unchanged
            raise NotFound(f"There is nothing at {options.file}.")
        say(f"kuutio: fetched {brought.name}, {brought.path.stat().st_size:,} bytes")
        yield brought.path, brought.name, _for_sheets({**chosen, "layer": None, **brought.options}, brought.name)


def _for_sheets(chosen: dict[str, Any], name: str) -> dict[str, Any]:
    """The same choice in the words of a workbook, whose layers are sheets."""
    if Path(name).suffix.lower() in {".xlsx", ".ods", ".xls", ".xlsm"}:
        chosen = {**chosen, "sheet": chosen["layer"], "layer": None}
    return {word: value for word, value in chosen.items() if value not in (None, "", [], {})}


def run(options: argparse.Namespace) -> int:
    """Load, wait, tell. Returns 1 when it failed or is held for a decision.

    Raises:
        NotFound: there is no such file, address or city.
    """
    with _brought(options) as (path, name, chosen):
        return _load(path, name, chosen, options)


def _load(path: Path, name: str, chosen: dict[str, Any], options: argparse.Namespace) -> int:
    from django.utils import timezone

    from kuutio.config.jobs import finish_here_unless_served
    from kuutio.opendata.actions.loading import receive_file
    from kuutio.opendata.bringing import chunks_of, dataset_for
    from kuutio.opendata.models import Load

    now = timezone.now()
    dataset = dataset_for(options.city, options.dataset, title=options.title, at=now)
    chunks, packed = chunks_of(path)
    load = receive_file(
        dataset,
        chunks=chunks,
        file_name=packed if packed != path.name else name,
        door="command",
        by=None,
        at=now,
        options=chosen,
        accept=options.accept,
    )
    begun = time.monotonic()
    finish_here_unless_served(lambda: Load.objects.filter(pk=load.pk, finished_at__isnull=False).exists())
    load.refresh_from_db()
    for table in load.result.get("tables", []):
        say(f"kuutio: {table['name']}: {table['rows']} rows, {table['rejects']} rejects, {table['state']}")
        for finding in table.get("findings", []):
            say(f"  may be personal data: {finding}")
        for violation in table.get("violations", []):
            say(f"  breaks the contract: {violation}")
    for name in load.result.get("passed_over", []):
        say(f"kuutio: {name} in the archive holds no table and was left out")
    say(f"kuutio: {load.state} in {time.monotonic() - begun:.1f} s")
    if load.state == Load.State.FAILED:
        raise Invalid(load.problem.get("detail", ""))
    if options.json:
        answer(load.result)
    return 0 if load.state == Load.State.SERVED else 1
