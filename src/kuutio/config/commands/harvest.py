"""`./kuutio harvest`: keep the sources that are harvested, and read them now."""

import argparse
from typing import Any

from kuutio.config.console import answer, say
from kuutio.core.problems import NotFound

HELP = "Harvest the catalogues and services of a city: add a source, list them, read one now."
_KINDS = ("ckan", "dcat", "ogcapi", "wfs", "addresses")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list`, `run`, `remove`."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    add = verbs.add_parser("add", help="add a source")
    add.add_argument("--kind", required=True, choices=_KINDS)
    add.add_argument("--address", required=True, metavar="URL")
    add.add_argument("--city", required=True, metavar="SLUG|CODE", help="the city in whose name it is published")
    add.add_argument("--organisation", default="", metavar="SLUG", help="another publisher than the city itself")
    add.add_argument("--name", default="", metavar="SLUG", help="by which the other verbs know it")
    add.add_argument("--title", default="", help="for people; else its host")
    add.add_argument("--rhythm", default="daily", choices=("manual", "hourly", "daily", "weekly"))
    add.add_argument("--filter", default="", help="only what fits, in Solr's words (CKAN)")
    add.add_argument("--language", default="fi", choices=("fi", "sv", "en"), help="of texts that don't say theirs")
    add.add_argument("--licence", default="", help="of records that name none")
    add.add_argument("--tables", action="store_true", help="bring the files and layers, and serve their rows")
    verbs.add_parser("list", help="the sources and their last runs")
    now = verbs.add_parser("run", help="read a source now, and wait for the end")
    now.add_argument("name", metavar="NAME")
    now.add_argument("--full", action="store_true", help="all of it, not only what changed")
    gone = verbs.add_parser("remove", help="read a source no more; its data sets stay")
    gone.add_argument("name", metavar="NAME")
    gone.add_argument("--withdraw", action="store_true", help="withdraw its data sets, too")


def run(options: argparse.Namespace) -> int:
    """Do what the verb says; 1 when a run failed."""
    verbs = {"add": _add, "list": _list, "run": _run, "remove": _remove}
    return verbs[options.verb](options)


def _add(options: argparse.Namespace) -> int:
    from urllib.parse import urlsplit

    from django.utils import timezone

    from kuutio.cities.models import Organisation
    from kuutio.federation.actions.sources import add_source
    from kuutio.opendata.bringing import city_of

    at = timezone.now()
    city = city_of(options.city, at=at)
    known = Organisation.objects.filter(slug=options.organisation) if options.organisation else None
    publishers = known if known is not None else Organisation.objects.filter(city=city, kind=Organisation.Kind.CITY)
    publisher = publishers.first()
    if publisher is None:
        raise NotFound(f"There is no organisation {options.organisation or options.city}.")
    said = {
        "filter": options.filter,
        "licence": options.licence,
        "language": options.language,
        "tables": options.tables,
    }
    source = add_source(
        title=options.title or urlsplit(options.address).netloc or options.address[:200],
        kind=options.kind,
        address=options.address,
        publisher=publisher,
        slug=options.name,
        rhythm=options.rhythm,
        options={word: value for word, value in said.items() if value},
        by=None,
        at=at,
    )
    answer(_source(source))
    return 0


def _list(options: argparse.Namespace) -> int:
    from kuutio.federation.models import HarvestSource
    from kuutio.federation.queries import as_values, last_runs

    sources = HarvestSource.objects.select_related("publisher")
    runs = last_runs(sources)
    answer(
        {
            "sources": [
                _source(source) | {"last_run": as_values(runs[source.pk]) if source.pk in runs else None}
                for source in sources
            ]
        }
    )
    return 0


def _run(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from kuutio.config.jobs import finish_here_unless_served
    from kuutio.federation.actions.sources import start_run
    from kuutio.federation.models import HarvestRun
    from kuutio.federation.queries import as_values

    run = start_run(_named(options.name), by=None, at=timezone.now(), full=options.full)
    say(f"kuutio: reading {run.source.address}")
    finish_here_unless_served(lambda: HarvestRun.objects.filter(pk=run.pk, finished_at__isnull=False).exists())
    run.refresh_from_db()
    say(
        f"kuutio: {run.state}: {run.seen} seen, {run.created} created, {run.updated} updated, {run.unchanged} unchanged,"
        f" {run.withdrawn} withdrawn, {run.quarantined} quarantined, {run.files} files"
    )
    if run.problem:
        say(f"  {run.problem['detail']['en']}")
    if run.held:
        say(f"  {run.held} data sets are gone from the source, more than half of it; decide on the source's page")
    answer(as_values(run))
    return 0 if run.state == HarvestRun.State.DONE else 1


def _remove(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from kuutio.federation.actions.sources import remove_source

    source = _named(options.name)
    remove_source(source, withdraw=options.withdraw, by=None, at=timezone.now())
    answer({"removed": options.name})
    return 0


def _named(name: str) -> Any:
    """The source of a name.

    Raises:
        NotFound: there is none.
    """
    from kuutio.federation.models import HarvestSource

    source = HarvestSource.objects.filter(slug=name).first()
    if source is None:
        known = ", ".join(HarvestSource.objects.values_list("slug", flat=True))
        raise NotFound(f"There is no source {name}. There are: {known or 'none'}.")
    return source


def _source(source: Any) -> dict[str, Any]:
    return {
        "name": source.slug,
        "title": source.title,
        "kind": source.kind,
        "address": source.address,
        "publisher": source.publisher.slug,
        "rhythm": source.rhythm,
        "options": source.options,
    }
