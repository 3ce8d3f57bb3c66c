"""`./kuutio publish`: what a domain declares of itself, now instead of in the night, by the same verbs."""

import argparse

from kuutio.config.console import answer, say

HELP = "Publish what a domain declares of itself as data sets, and wait until they are served."


def arguments(parser: argparse.ArgumentParser) -> None:
    """The domain."""
    parser.add_argument(
        "domain",
        metavar="DOMAIN",
        help="contact: the cases of each city, and the statistics; participation: processes and contributions",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace) -> int:
    """Publish, wait, tell. Returns 1 when a table failed or is held for a decision.

    Raises:
        NotFound: the domain publishes nothing.
    """
    from django.utils import timezone

    from kuutio.config.jobs import finish_here_unless_served
    from kuutio.opendata.actions.publishing import publish_table
    from kuutio.opendata.declared import publisher_of
    from kuutio.opendata.models import Load

    now = timezone.now()
    publisher = publisher_of(options.domain)
    publisher.prepare(now)
    made = [publish_table(table, at=now) for table in publisher.tables()]
    loads = [one.load.pk for one in made if one.load]
    finish_here_unless_served(lambda: not Load.objects.filter(pk__in=loads, finished_at__isnull=True).exists())
    states = dict(Load.objects.filter(pk__in=loads).values_list("pk", "state"))
    told = [
        {"name": one.name, "rows": one.rows, "state": states[one.load.pk] if one.load else "unchanged"} for one in made
    ]
    for line in told:
        say(f"kuutio: {line['name']}: {line['rows']} rows, {line['state']}")
    if options.json:
        answer(told)
    return 0 if all(line["state"] in {Load.State.SERVED, "unchanged"} for line in told) else 1
