"""The demonstration's processes: made up, brought in by the verbs that officers and residents use."""

from __future__ import annotations

import tomllib
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City
from kuutio.core.when import HELSINKI, here
from kuutio.participation import demo_opinions, demo_proposals, demo_votes, shapes
from kuutio.participation.actions import polling, processes, stages
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.models import Process, Section, Stage
from kuutio.participation.voices import NOBODY

DATA = Path(__file__).parent / "data"
_NAMES = uuid.UUID("3b0c33ce-6d2c-4f0e-9a54-3a6a5c0b6a11")
_TEXTS = ("title", "place", "summary", "plain_summary", "contact")


def load(now: datetime | None = None) -> int:
    """Bring in the processes that aren't there yet, each whole or not at all; tells how many."""
    told = tomllib.loads((DATA / "processes.toml").read_text(encoding="utf-8"))["process"]
    known = set(Process.objects.filter(slug__in=[row["slug"] for row in told]).values_list("slug", flat=True))
    there = set(City.objects.values_list("code", flat=True))
    fresh = [row for row in told if row["slug"] not in known and row["owner"] in there]
    for row in fresh:
        _process(row, now or timezone.now())
    at = now or timezone.now()
    return len(fresh) + demo_opinions.load(at) + demo_votes.load(at) + demo_proposals.load(at)


@transaction.atomic
def _process(row: dict[str, Any], now: datetime) -> None:
    begun = now + timedelta(days=row["begun"])
    process = processes.begin_process(
        City.objects.get(pk=row["owner"]),
        cities=list(City.objects.filter(pk__in=row.get("cities", []))),
        slug=row["slug"],
        theme=row["theme"],
        area=shapes.point(*row["point"]) if "point" in row else None,
        by=None,
        at=begun,
        **{name: row.get(name, {}) for name in _TEXTS},
    )
    made = [(_stage(process, told, now, begun), told) for told in row["stage"]]
    for told in row.get("milestone", []):
        stages.set_milestone(
            process, title=told["title"], planned_on=_midnight(now, told["day"]).date(), by=None, at=begun
        )
    process = processes.publish_process(process, by=None, at=now + timedelta(days=row["published"]))
    for stage, told in made:
        sections = list(stage.sections.order_by("position"))
        for number, comment in enumerate(told.get("comment", [])):
            _comment(stage, sections, comment, number, now)
    if "outcome" in row:
        told = row["outcome"]
        day = _midnight(now, told["day"])
        decision = processes.Decision(told["decided"], told["why"], day.date(), told["decided_by"])
        processes.close_process(process, decision, by=None, at=day)


def _stage(process: Process, told: dict[str, Any], now: datetime, begun: datetime) -> Stage:
    stage = stages.add_stage(
        process,
        told["kind"],
        title=told["title"],
        text=told.get("text", {}),
        opens_at=_midnight(now, told["opens"]),
        closes_at=_midnight(now, told["closes"]),
        identification=told.get("identification", Stage.Identification.OPEN),
        settings=told.get("settings", {}),
        by=None,
        at=begun,
    )
    for section in told.get("section", []):
        line = {"type": "LineString", "coordinates": section["line"]} if "line" in section else None
        made = stages.add_section(
            process,
            kind=section["kind"],
            title=section["title"],
            text=section["text"],
            stage=stage,
            geometry=shapes.kept(line) if line else None,
            by=None,
            at=begun,
        )
        if "poll" in section:
            polling.ask(made, **section["poll"], by=None, at=begun)
    return stage


def _comment(stage: Stage, sections: list[Section], told: dict[str, Any], number: int, now: datetime) -> None:
    said = Said(
        text=told["text"],
        language=told["language"],
        key=uuid.uuid5(_NAMES, f"{stage.process.slug}/{stage.slug}/{number}"),
        section=sections[told["section"]] if "section" in told else None,
        geometry=shapes.point(*told["point"]) if "point" in told else None,
        place=told.get("place", ""),
    )
    contribute(stage, "comment", said, voice=NOBODY, at=_midnight(now, told["day"]) + timedelta(hours=17, minutes=20))


def _midnight(now: datetime, days: int) -> datetime:
    """The beginning of a day so many days from now, on a Finnish clock."""
    return datetime.combine(here(now).date() + timedelta(days=days), time.min, HELSINKI)
