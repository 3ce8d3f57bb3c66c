"""`./kuutio load`: a file into a city's data set, by the same verbs as every other door."""

import argparse
import time
from pathlib import Path

from kuutio.config.console import answer, say
from kuutio.core.problems import Invalid, NotFound

HELP = "Bring a file, or an address, into a city's data set and wait until it is served."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file and where it goes."""
    parser.add_argument("file", help="a file of any format that Kuutio reads")
    parser.add_argument("--city", required=True, metavar="SLUG|CODE", help="the city: helsinki, or 091")
    parser.add_argument("--dataset", required=True, metavar="SLUG", help="the data set; made if missing")
    parser.add_argument("--layer", metavar="NAME", help="the one layer, sheet or member to take")
    parser.add_argument("--key", action="append", default=[], metavar="COLUMN", help="names a row; may be repeated")
    parser.add_argument(
        "--accept", default="", metavar="REASON", help="serve it in spite of what is found, and say why"
    )
    parser.add_argument("--title", default="", help="the data set's title, when it is made")
    parser.add_argument("--crs", metavar="CODE", help="the coordinates' reference system, such as EPSG:3879")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    """Load, wait, tell. Returns 1 when it failed or is held for a decision.

    Raises:
        NotFound: there is no such file or city.
    """
    from django.utils import timezone

    from kuutio.config.jobs import finish_here_unless_served
    from kuutio.opendata.actions.loading import receive_file
    from kuutio.opendata.bringing import chunks_of, dataset_for
    from kuutio.opendata.models import Load

    path = Path(options.file)
    if not path.is_file():
        raise NotFound(f"There is no file {options.file}.")
    chosen = {"layer": options.layer, "key": options.key, "crs": options.crs}
    if options.layer and path.suffix.lower() in {".xlsx", ".ods", ".xls", ".xlsm"}:
        chosen["sheet"] = chosen.pop("layer")
    now = timezone.now()
    dataset = dataset_for(options.city, options.dataset, title=options.title, at=now)
    chunks, name = chunks_of(path)
    load = receive_file(
        dataset,
        chunks=chunks,
        file_name=name,
        door="command",
        by=None,
        at=now,
        options={word: value for word, value in chosen.items() if value},
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
    say(f"kuutio: {load.state} in {time.monotonic() - begun:.1f} s")
    if load.state == Load.State.FAILED:
        raise Invalid(load.problem.get("detail", ""))
    if options.json:
        answer(load.result)
    return 0 if load.state == Load.State.SERVED else 1
