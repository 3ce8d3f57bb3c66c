"""The demonstration's proposals, survey, meeting and initiative: made up, brought in by the verbs that people use."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from kuutio.cities.models import City, Municipality
from kuutio.core.when import HELSINKI, here
from kuutio.participation import shapes
from kuutio.participation.actions import asking, deciding, meeting, processes, proposing, stages, supporting
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.models import Population, Process, Stage
from kuutio.participation.voices import NOBODY

FILE = Path(__file__).parent / "data" / "proposals.toml"
POPULATION_ON = date(2019, 12, 31)
POPULATION_SOURCE = "Tilastokeskus / Statistics Finland"
_NAMES = uuid.UUID("5e2c7f0a-6e0f-4a55-9f59-7b4c2b0b9d1e")
_TEXTS = ("title", "place", "summary", "plain_summary", "contact")


def load(now: datetime) -> int:
    """Bring in the processes that aren't there yet, each whole or not at all, and the numbers of residents."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for row in told["population"]:
        municipality = Municipality.objects.filter(pk=row["municipality"]).first()
        if municipality is None or Population.objects.filter(municipality=municipality, on=POPULATION_ON).exists():
            continue
        supporting.set_population(
            municipality,
            on=POPULATION_ON,
            residents=row["residents"],
            residents_15=None,
            source=POPULATION_SOURCE,
            by=None,
            at=now,
        )
    there = set(City.objects.values_list("code", flat=True))
    known = set(Process.objects.values_list("slug", flat=True))
    fresh = [row for row in told["process"] if row["slug"] not in known and row["owner"] in there]
    for row in fresh:
        _process(row, now)
    return len(fresh)


@transaction.atomic
def _process(row: dict[str, Any], now: datetime) -> None:
    begun = now + timedelta(days=row["begun"])
    process = processes.begin_process(
        City.objects.get(pk=row["owner"]),
        cities=list(City.objects.filter(pk__in=row.get("cities", []))),
        slug=row["slug"],
        theme=row["theme"],
        by=None,
        at=begun,
        **{name: row.get(name, {}) for name in _TEXTS},
    )
    made = [(_stage(process, told, now, begun), told) for told in row["stage"]]
    for told in row.get("meeting", []):
        _meeting(process, told, now, begun)
    processes.publish_process(process, by=None, at=now + timedelta(days=row["published"]))
    for stage, told in made:
        for number, proposal in enumerate(told.get("proposal", [])):
            _proposal(stage, proposal, number, now)


def _stage(process: Process, told: dict[str, Any], now: datetime, begun: datetime) -> Stage:
    stage = stages.add_stage(
        process,
        told["kind"],
        title=told["title"],
        text=told.get("text", {}),
        opens_at=_moment(now, told["opens"]),
        closes_at=_moment(now, told["closes"]),
        identification=told.get("identification", Stage.Identification.OPEN),
        settings=told.get("settings", {}),
        by=None,
        at=begun,
    )
    questions = []
    for row in told.get("question", []):
        texts = row.get("choices", {})
        count = len(next(iter(texts.values()), []))
        choices = [{code: lines[at] for code, lines in texts.items()} for at in range(count)]
        asked = asking.Asked(row["kind"], row["title"], {}, choices, is_required=row.get("required", False))
        questions.append(asking.add_question(stage, asked, by=None, at=begun))
    for question, row in zip(questions, told.get("question", []), strict=True):
        if "jumps" in row:
            known = dict(enumerate(question.choices.all(), 1))
            jumps = [(known.get(choice), questions[to - 1]) for choice, to in row["jumps"]]
            asking.set_jumps(question, jumps, by=None, at=begun)
    return stage


def _proposal(stage: Stage, told: dict[str, Any], number: int, now: datetime) -> None:
    at = _moment(now, told["day"], 17)
    name = f"{stage.process.slug}/{stage.slug}/{number}"
    said = Said(
        text=told["text"],
        title=told["title"],
        language=told["language"],
        key=uuid.uuid5(_NAMES, name),
        geometry=shapes.point(*told["point"]) if "point" in told else None,
        place=told.get("place", ""),
    )
    sort = told.get("initiative", "")
    extras = proposing.Extras(
        told["category"], initiative=sort, municipality=stage.process.owner.municipality if sort else None
    )
    proposal = proposing.propose(stage, said, extras, voice=NOBODY, at=at)
    for side in ("for", "against"):
        for place, text in enumerate(told[side]):
            argument = Said(
                text=text,
                language=told["language"],
                key=uuid.uuid5(_NAMES, f"{name}/{side}/{place}"),
                parent=proposal.contribution,
            )
            contribute(stage, f"argument_{side}", argument, voice=NOBODY, at=at + timedelta(days=1, hours=place))
    if "status" in told:
        decided = at + timedelta(days=5)
        deciding.set_status(proposal, told["status"], told["words"], by=None, at=decided)
        step, spent = told["milestone"], told["spent"]
        deciding.add_milestone(
            proposal, title=step["title"], planned_on=_moment(now, step["day"]).date(), by=None, at=decided
        )
        deciding.add_spending(
            proposal,
            on=_moment(now, spent["day"]).date(),
            amount_cents=spent["cents"],
            what=spent["what"],
            by=None,
            at=now,
        )


def _meeting(process: Process, told: dict[str, Any], now: datetime, begun: datetime) -> None:
    starts, ends = (_moment(now, told["day"], hour) for hour in told["hours"])
    call = meeting.Call(told["title"], starts, ends, told["text"], told["address"], capacity=told["capacity"])
    meeting.call_meeting(process, call, by=None, at=begun)


def _moment(now: datetime, days: int, hour: int = 0) -> datetime:
    """An hour of a day so many days from now, on a Finnish clock."""
    return datetime.combine(here(now).date() + timedelta(days=days), time(hour), HELSINKI)
