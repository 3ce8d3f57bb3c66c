"""The demonstration's opinion maps: one made up, one real, both by the verbs that officers and imports use."""

from __future__ import annotations

import gzip
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from kuutio.cities.models import City
from kuutio.core.opinions import AGREE, DISAGREE, PASS, Conversation, Statement, draw_of, read_polis
from kuutio.participation.actions import opinion_maps, polis, processes, stages
from kuutio.participation.models import OpinionVoter, Process, Stage

DATA = Path(__file__).parent / "data"
_TEXTS = ("title", "place", "summary", "plain_summary")
_ANSWERED, _PASSED = 0.75, 0.08


def load(now: datetime) -> int:
    """Bring in the opinion maps that aren't there yet, each whole or not at all; tells how many."""
    told = tomllib.loads((DATA / "opinions.toml").read_text(encoding="utf-8"))["process"]
    known = set(Process.objects.filter(slug__in=[row["slug"] for row in told]).values_list("slug", flat=True))
    there = set(City.objects.values_list("code", flat=True))
    fresh = [row for row in told if row["slug"] not in known and row["owner"] in there]
    for row in fresh:
        _process(row, now)
    return len(fresh)


@transaction.atomic
def _process(row: dict[str, Any], now: datetime) -> None:
    begun = now + timedelta(days=row["opens"])
    process = processes.begin_process(
        City.objects.get(pk=row["owner"]),
        cities=list(City.objects.filter(pk__in=row.get("cities", []))),
        slug=row["slug"],
        theme=row["theme"],
        by=None,
        at=begun,
        **{name: row[name] for name in _TEXTS},
    )
    stage = stages.add_stage(
        process,
        "opinions",
        title=row["stage_title"],
        text=row["text"],
        opens_at=begun,
        closes_at=now + timedelta(days=row["closes"]),
        identification=Stage.Identification.REGISTERED,
        settings={"by_city": "people" in row, "writing": "people" in row},
        by=None,
        at=begun,
    )
    processes.publish_process(process, by=None, at=begun)
    talk = _made_up(row) if "people" in row else _real(DATA / row["polis"])
    polis.bring_votes(stage, talk, language=row["language"], at=begun)
    if "people" in row:
        _live_somewhere(stage, process)
    opinion_maps.make_map(stage, at=now)


def _real(folder: Path) -> Conversation:
    votes, comments = (
        gzip.decompress((folder / f"{name}.csv.gz").read_bytes()).decode() for name in ("votes", "comments")
    )
    return read_polis(votes, comments)


def _made_up(row: dict[str, Any]) -> Conversation:
    """People of three kinds who answer most of the statements; drawn so that it is the same every time."""
    statements = [Statement(str(number), told["text"]) for number, told in enumerate(row["statements"])]
    votes = []
    for person in range(row["people"]):
        kind = 0 if person % 20 < 9 else 1 if person % 20 < 16 else 2
        for number, told in enumerate(row["statements"]):
            name = f"{person}/{number}"
            if draw_of(row["slug"], name, 0) >= _ANSWERED:
                continue
            if draw_of(row["slug"], name, 1) < _PASSED:
                vote = PASS
            else:
                vote = AGREE if draw_of(row["slug"], name, 2) < told["agree"][kind] else DISAGREE
            votes.append((f"made up {person}", str(number), vote))
    return Conversation.of(statements, votes)


def _live_somewhere(stage: Stage, process: Process) -> None:
    """Made-up people told where they live, every fifth didn't."""
    codes = [part.city_id for part in process.parts.all()]
    rows = list(OpinionVoter.objects.filter(stage=stage).order_by("pk"))
    for place, row in enumerate(rows):
        row.city_id = None if place % 5 == 4 else codes[place % len(codes)]
    OpinionVoter.objects.bulk_update(rows, ["city"])
