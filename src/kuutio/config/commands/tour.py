"""`./kuutio tour`: one story through all rooms of the running demonstration, with the address of each step."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from kuutio.config.console import answer, say
from kuutio.core.problems import Conflict

if TYPE_CHECKING:  # the models are there once Django has started
    from kuutio.config.touring.story import Step, Stop

HELP = "Walk one story through all rooms of a running demonstration, and say at which address each step can be seen."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the site answers, and how it is told."""
    parser.add_argument("--site", default="", metavar="ADDRESS", help="where it answers (default: its own address)")
    parser.add_argument("--json", action="store_true", help="print the stops as JSON")


def steps() -> tuple[Step, ...]:
    """The steps in their order."""
    from kuutio.config.touring import programme, service, trying

    return (*service.STEPS, *trying.STEPS, *programme.STEPS)


def walk(site: str) -> Iterator[Stop]:
    """Do each step on the running system and give its stops as they are reached."""
    from kuutio.config.touring.story import Story

    story = Story(site.rstrip("/"))
    for step in steps():
        yield from step(story)


def run(options: argparse.Namespace) -> None:
    """Walk, and say each address.

    Raises:
        Conflict: this is no demonstration, where a made-up story would stand among real matters; or a step didn't go as it should.
    """
    from django.conf import settings

    from kuutio.cities.models import Person

    if not Person.objects.filter(is_demo=True).exists():
        raise Conflict("The tour makes things up, so it walks through a demonstration alone: ./kuutio up")
    site = options.site or settings.SITE_URL
    stops = []
    for number, stop in enumerate(walk(site), 1):
        reader = f" (sign in as {stop.reader})" if stop.reader else ""
        say(f"{number:2}. {stop.words}{reader}\n    {site}{stop.path}")
        stops.append({**asdict(stop), "address": f"{site}{stop.path}"})
    if options.json:
        answer(stops)
