"""Made-up test users, concepts, solutions and learnings; the solutions really use the demonstration's data sets."""

from __future__ import annotations

import tomllib
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Person
from kuutio.innovation import findable_datasets, running
from kuutio.innovation.actions import concepts, learnings, solutions, test_users
from kuutio.innovation.actions.concepts import Written
from kuutio.innovation.actions.learnings import Told as Learnt
from kuutio.innovation.actions.solutions import Needed, Told
from kuutio.innovation.actions.test_users import Criteria, Volunteer
from kuutio.innovation.models import Concept, Consent, Invitation, Learning, Solution, TestRound, TestUser, Trial
from kuutio.opendata.queries import public_datasets

DATA = Path(__file__).parent / "data" / "more.toml"
_NAMES = uuid.UUID("7a1d5c1e-0f5b-4b7e-9d6c-52c1c7c0a4d3")
_AGES = ("65-74", "75-", "45-64", "30-44", "65-74", "18-29")
_CITIES = ("oulu", "tampere", "oulu", "helsinki", "oulu", "turku")


def load(now: datetime | None = None) -> int:
    """Bring in what isn't there yet, each whole or not at all; tells how many things were made."""
    at = now or timezone.now()
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    there = set(City.objects.values_list("pk", flat=True))
    made = _consent(told["consent"], at) + _volunteers(there, at)
    made += sum(_concept(row, there, at) for row in told["concept"])
    made += sum(_solution(row, at) for row in told["solution"])
    made += sum(_learning(row, there, at) for row in told["learning"])
    if made:
        findable_datasets.refresh_all()
        running.follow_data(at)
    return made


def _consent(text: dict[str, str], at: datetime) -> int:
    if Consent.objects.exists():
        return 0
    test_users.publish_consent(text, by=None, at=at - timedelta(days=90))
    return 1


@transaction.atomic
def _volunteers(there: set[str], at: datetime) -> int:
    """Accounts that nobody can sign in to: they fill the counts."""
    if TestUser.objects.exists() or not there.issuperset(_CITIES):
        return 0
    newest = Consent.objects.first()
    for number in range(30):
        person = Person.objects.create_user(
            f"test-user-{number + 1}@demo.example.org", name="", is_demo=True, language=("fi", "fi", "sv")[number % 3]
        )
        said = Volunteer(
            _CITIES[number % len(_CITIES)],
            _AGES[number % len(_AGES)],
            ["fi"] if number % 3 else ["fi", "sv"],
            ["digital"] if number % 2 else ["thinking-aloud", "devices"],
        )
        test_users.volunteer(said, consent=newest.version if newest else 0, by=person, at=at - timedelta(days=80))
    return 30


@transaction.atomic
def _concept(row: dict[str, Any], there: set[str], at: datetime) -> int:
    if Concept.objects.filter(slug=row["slug"]).exists() or row["city"] not in there:
        return 0
    begun = at + timedelta(days=row["begun"])
    concept = concepts.begin_concept(
        City.objects.get(pk=row["city"]),
        title=row["title"],
        summary=row["summary"],
        themes=row["themes"],
        technologies=row["technologies"],
        slug=row["slug"],
        by=None,
        at=begun,
        is_made=True,
    )
    for number, told in enumerate(row["version"]):
        words = Written(
            told["users"], told["service"], told.get("data", ""), told.get("open", ""), told.get("changed", "")
        )
        version = concepts.write_version(
            concept,
            words,
            language=told["language"],
            based_on=number,
            key=uuid.uuid5(_NAMES, f"{row['slug']}/{number}"),
            by=None,
            at=at + timedelta(days=told["day"]),
        )
    if "test" in row:
        _test(row["test"], version, at)
    for told in row.get("adoption", []):
        day = at + timedelta(days=told["day"])
        concepts.adopt_concept(
            concept,
            version,
            city=City.objects.get(pk=told["city"]),
            adopted_on=day.date(),
            what_it_took=told["took"],
            days=told["days"],
            cost_cents=told["cost_cents"],
            by=None,
            at=day,
        )
    return 1


def _test(told: dict[str, Any], version: Any, at: datetime) -> TestRound:
    """A round that was answered: the invited said yes and gave their feedback; no letters are sent."""
    begun = at + timedelta(days=told["day"])
    made = test_users.invite(
        version,
        city=version.concept.city,
        title=told["title"],
        text=told["text"],
        criteria=Criteria(cities=told["cities"]),
        wanted=12,
        closes_at=at + timedelta(days=20),
        key=uuid.uuid5(_NAMES, f"{version.concept.slug}/test"),
        by=None,
        at=begun,
        is_made=True,
    )
    Invitation.objects.filter(round=made).update(told_at=begun)
    rows = Invitation.objects.filter(round=made).select_related("test_user__person").order_by("pk")
    for row, said in zip(rows, told["said"], strict=False):
        person = row.test_user.person
        test_users.answer_invitation(row, accepts=True, by=person, at=begun)
        test_users.give_feedback(
            row,
            grade=said["grade"],
            would_use=said["grade"] > 2,
            text=said["text"],
            spoken="fi",
            by=person,
            at=begun,
        )
    return made


@transaction.atomic
def _solution(row: dict[str, Any], at: datetime) -> int:
    key = uuid.uuid5(_NAMES, f"solution/{row['maker']}/{row['title']['fi']}")
    names = {name for need in row["need"] for name in need["datasets"]}
    if Solution.objects.filter(key=key).exists() or public_datasets().filter(name__in=names).count() < len(names):
        return 0
    needs = [Needed(need["datasets"], need.get("most_days")) for need in row["need"]]
    fields = ("title", "text", "maker", "maker_kind", "home_page", "themes", "technologies", "interfaces")
    told = Told(**{name: row[name] for name in fields}, needs=needs)
    day = at + timedelta(days=row["day"])
    solution = solutions.submit_solution(told, key=key, by=None, at=day, is_made=True)
    if row.get("waits"):
        return 1
    solutions.publish_solution(solution, by=None, at=day)
    return 1


@transaction.atomic
def _learning(row: dict[str, Any], there: set[str], at: datetime) -> int:
    if Learning.objects.filter(slug=row["slug"]).exists() or not there.issuperset(row["cities"]):
        return 0
    names = list(public_datasets().filter(name__in=row["datasets"]).values_list("name", flat=True))
    fields = ("title", "tried", "happened", "lesson", "again", "authors", "themes", "technologies", "spearhead")
    day = at + timedelta(days=row["day"])
    trial = Trial.objects.filter(slug=row.get("trial", ""), state__in=["ended", "learned"]).first()
    learning = learnings.write_learning(
        Learnt(**{name: row[name] for name in fields}, datasets=names),
        trial=trial,
        cities=list(City.objects.filter(pk__in=row["cities"])),
        slug=row["slug"],
        by=None,
        at=day,
        is_made=True,
    )
    learnings.publish_learning(learning, by=None, at=day)
    for told in row.get("reuse", []):
        if told["city"] in there:
            learnings.reuse_learning(
                learning, city=City.objects.get(pk=told["city"]), text=told["text"], by=None, at=day
            )
    return 1
