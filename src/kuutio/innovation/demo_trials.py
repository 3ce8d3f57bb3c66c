"""Made-up testbeds, challenges and trials, brought in by the verbs that officers use, and marked as made up."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation, Person
from kuutio.core.when import HELSINKI, here
from kuutio.innovation.actions import challenges, diary, testbeds, trials
from kuutio.innovation.actions.challenges import Weighed
from kuutio.innovation.actions.testbeds import Days
from kuutio.innovation.learnings import learnings_of
from kuutio.innovation.models import Challenge, Testbed, Trial
from kuutio.opendata.models import Dataset

DATA = Path(__file__).parent / "data" / "trials.toml"
_NAMES = uuid.UUID("5d0ce0f5-3bb1-4a2e-8f53-6f1d0f4c9a20")
_TESTBED_TEXTS = ("name", "summary", "equipment", "users", "rules", "permits", "contact_role", "address")
_CLAUSES = {
    "parties": "Kaupunki ja yritys (esittely).",
    "place": "Kokeilupaikka (esittely)",
    "rights": "Oikeudet jäävät yritykselle; kaupunki saa käyttää tuloksia.",
    "data_clause": "Mittaustulokset avataan avoimena datana ilman henkilötietoja.",
    "permits": "Kaupunki hankkii sijoitusluvan, yritys muut luvat.",
    "insurance": "Yritys vakuuttaa laitteensa ja vastuunsa.",
    "dismantling": "Yritys purkaa kaiken kahden viikon kuluessa kokeilun päättymisestä.",
}


def load(now: datetime | None = None) -> int:
    """Bring in what isn't there yet, each whole or not at all; tells how many things were made.

    A trial that has ended waits for its learning, which is brought in after it; `finish` ends it for good.
    """
    at, told = now or timezone.now(), tomllib.loads(DATA.read_text(encoding="utf-8"))
    there = set(City.objects.values_list("pk", flat=True))
    made = 0
    for row in told["testbed"]:
        if row["city"] in there and not Testbed.objects.filter(slug=row["slug"]).exists():
            _testbed(row, at)
            made += 1
    for row in told["challenge"]:
        wanted = {row["owner"], *row["cities"]}
        if wanted <= there and not Challenge.objects.filter(slug=row["slug"]).exists():
            _challenge(row, at)
            made += 1
    for row in told["trial"]:
        wanted = {row["owner"], *row["cities"]}
        if wanted <= there and not Trial.objects.filter(slug=row["slug"]).exists():
            _trial(row, at)
            made += 1
    return made


def finish(now: datetime | None = None) -> int:
    """End the trials that have their learning now; tells how many."""
    at, told = now or timezone.now(), tomllib.loads(DATA.read_text(encoding="utf-8"))
    done = 0
    for row in told["trial"]:
        trial = Trial.objects.filter(slug=row["slug"], state=Trial.State.ENDED).first()
        if trial is None or not len(learnings_of(trial)):
            continue
        ended = at + timedelta(days=row["ends"] + 20)
        told_of = {name: row[name] for name in ("outcome", "outcome_text", "next_step", "next_step_text")}
        with transaction.atomic():
            trials.describe_trial(trial, next_step_on=_day(at, row["next_on"]), **told_of, by=None, at=ended)
            trials.move_trial(trial, "learn", by=None, at=ended)
        done += 1
    return done


def _day(at: datetime, days: int) -> date:
    return here(at).date() + timedelta(days=days)


def _moment(at: datetime, days: int, hour: int) -> datetime:
    return datetime.combine(_day(at, days), time(hour), HELSINKI)


def _datasets(names: list[str]) -> list[Dataset]:
    return list(Dataset.objects.filter(name__in=names, state="published", access="PUBLIC"))


@transaction.atomic
def _testbed(row: dict[str, Any], at: datetime) -> None:
    begun = at - timedelta(days=400)
    lists = ("themes", "technologies", "trial_kinds", "languages", "price_cents", "users_count")
    made = testbeds.describe_testbed(
        None,
        owner=Organisation.objects.get(kind=Organisation.Kind.CITY, city=row["city"]),
        city=City.objects.get(pk=row["city"]),
        slug=row["slug"],
        is_demo=True,
        lon=row["point"][0],
        lat=row["point"][1],
        by=None,
        at=begun,
        **{name: row[name] for name in (*_TESTBED_TEXTS, *lists)},
    )
    days = Days(_day(at, -400), _day(at, 400), [1, 2, 3, 4, 5], time(8), time(16))
    testbeds.open_days(made, days, by=None, at=begun)
    for dataset in _datasets(row["datasets"]):
        testbeds.add_resource(made, sort="dataset", dataset=dataset, by=None, at=begun)
    testbeds.publish_testbed(made, by=None, at=begun)


@transaction.atomic
def _challenge(row: dict[str, Any], at: datetime) -> None:
    begun = min(at, _moment(at, row["opens"] - 5, 9))
    names = ("title", "summary", "description", "terms", "contact_role", "themes", "technologies")
    made = challenges.state_challenge(
        None,
        owner=City.objects.get(pk=row["owner"]),
        cities=list(City.objects.filter(pk__in=row["cities"])),
        testbeds=list(Testbed.objects.filter(slug__in=row["testbeds"])),
        criteria=[Weighed({"fi": fi, "sv": sv, "en": en}, weight) for fi, sv, en, weight in row["criteria"]],
        slug=row["slug"],
        is_demo=True,
        budget_cents=row["budget_cents"],
        trials_wanted=row["trials_wanted"],
        opens_at=_moment(at, row["opens"], 9),
        closes_at=_moment(at, row["closes"], 16),
        by=None,
        at=begun,
        **{name: row[name] for name in names},
    )
    challenges.publish_challenge(made, by=None, at=begun)
    asker = Person.objects.filter(is_demo=True).order_by("pk").first()
    if (told := row.get("question")) and asker is not None:
        asked_at = _moment(at, row["opens"] + 2, 12)
        key = uuid.uuid5(_NAMES, row["slug"])
        question = challenges.ask(made, key=key, text=told["text"], language="fi", by=asker, at=asked_at)
        words = {code: told[code] for code in ("fi", "sv", "en")}
        challenges.answer_question(question, answer=words, by=None, at=asked_at + timedelta(hours=4))


@transaction.atomic
def _trial(row: dict[str, Any], at: datetime) -> None:
    begun, starts = _moment(at, row["began"], 9), _moment(at, row["starts"], 9)
    slug, name = row["firm"]
    firm, _made = Organisation.objects.get_or_create(
        slug=slug, defaults={"kind": Organisation.Kind.COMPANY, "name": {"fi": name, "sv": name, "en": name}}
    )
    made = trials.begin_trial(
        City.objects.get(pk=row["owner"]),
        firm,
        title=row["title"],
        summary=row["summary"],
        themes=row["themes"],
        technologies=row["technologies"],
        next_step_owner=row["owner_role"],
        cities=list(City.objects.filter(pk__in=row["cities"])),
        testbed=Testbed.objects.filter(slug=row["testbed"]).first(),
        spearhead=row["spearhead"],
        slug=row["slug"],
        is_demo=True,
        by=None,
        at=begun,
    )
    terms = trials.Terms(_day(at, row["starts"]), _day(at, row["ends"]), _CLAUSES, row["price_cents"])
    trials.write_agreement(made, terms, by=None, at=begun)
    told = row["measure"]
    figures: dict[str, Any] = {name: Decimal(str(told[name])) for name in ("baseline", "target")}
    words: dict[str, Any] = {name: told[name] for name in ("name", "unit", "better", "indicator")}
    measure = trials.set_measure(made, **words, **figures, by=None, at=begun)
    for side in ("city", "firm"):
        trials.sign_agreement(made, side, by=None, at=begun)
    for act in ("agree", "start"):
        trials.move_trial(made, act, by=None, at=starts)
    for days, value in told["values"]:
        trials.measured(measure, _day(at, days), Decimal(str(value)), by=None, at=_moment(at, days, 18))
    for number, (days, text) in enumerate(row["diary"]):
        key = uuid.uuid5(_NAMES, f"{row['slug']}/{number}")
        entry = diary.Told(key, _day(at, days), text, "fi")
        diary.write_diary(made, entry, by=None, at=_moment(at, days, 18))
    for number, (grade, text) in enumerate(row.get("feedback", [])):
        key = uuid.uuid5(_NAMES, f"{row['slug']}/feedback/{number}")
        said = trials.give_feedback(made, key=key, grade=grade, text=text, language="fi", by=None, at=at)
        trials.read_feedback(said, published=True, by=None, at=at)
    for dataset in _datasets(row["datasets"]):
        trials.link_dataset(made, dataset, by=None, at=at)
    if row["ends"] < 0:
        trials.move_trial(made, "end", by=None, at=_moment(at, row["ends"], 12))
