"""The demonstration's customer service: the catalogue of matters, units and rules of six cities, and cases that were made up.

The cases come in by the same door as a resident's and are worked on by the verbs that officers use.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Municipality, Organisation, Person, Unit
from kuutio.contact.actions import handing, helping, residents, working
from kuutio.contact.actions.receiving import receive
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.incoming import Incoming, Place, Sender
from kuutio.contact.models import Case, Category, CategoryRule, ExternalBody, Help, JointDesk, Mandate, Message
from kuutio.contact.moves import SETTLED

DATA = Path(__file__).parent / "data"
DAYS = 60
"""How far back the made-up cases begin."""


def load(now: datetime | None = None) -> bool:
    """Bring in the customer service of the demonstration; False when it is there already."""
    if _is_there():
        _helps(now or timezone.now())
        return False
    promises = load_catalogue()
    _units(promises)
    _bodies()
    _desk()
    _helps(now or timezone.now())
    _cases(now or timezone.now())
    return True


def _is_there() -> bool:
    stories = len(_stories()) * City.objects.count()
    return Message.objects.filter(external_id__startswith="demo:").count() >= stories


def _stories() -> list[_Told]:
    told = tomllib.loads((DATA / "cases.toml").read_text(encoding="utf-8"))
    return [_Told(**row) for row in told["story"]]


@transaction.atomic
def _units(promises: dict[str, tuple[int, int]]) -> None:
    """Three units a city, and who takes care of what: streets, parks, advice."""
    told = tomllib.loads((DATA / "units.toml").read_text(encoding="utf-8"))
    for city in City.objects.all():
        units = {row["kind"]: _unit(city, row, told["place"][city.code]) for row in told["unit"]}
        for category in Category.objects.select_related("group"):
            answer, resolve = promises[category.pk]
            CategoryRule.objects.update_or_create(
                city=city,
                category=category,
                area_name="",
                defaults={
                    "unit": units[told["takes"][category.group_id]],
                    "answer_minutes": answer,
                    "resolve_minutes": resolve,
                },
            )


def _unit(city: City, row: dict[str, Any], place: dict[str, Any]) -> Unit:
    unit, _made = Unit.objects.update_or_create(
        slug=f"{city.code}-{row['kind']}",
        defaults={
            "city": city,
            "name": {
                language: f"{row[language]}, {city.name.localize('sv' if language == 'sv' else 'fi')}"
                for language in ("fi", "sv", "en")
            },
            "lon": place["lon"] + row["east"],
            "lat": place["lat"] + row["north"],
            "languages": [*city.languages, "en"],
        },
    )
    return unit


@transaction.atomic
def _bodies() -> None:
    """Who else residents need: facts with their source in the file."""
    for row in tomllib.loads((DATA / "bodies.toml").read_text(encoding="utf-8"))["body"]:
        municipality = Municipality.objects.filter(pk=row.get("municipality", "")).first()
        ExternalBody.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "kind": row["kind"],
                "name": row["name"],
                "text": row["text"],
                "phone": row.get("phone", ""),
                "home_page": row.get("home_page", ""),
                "municipality": municipality,
                "valid_from": row.get("valid_from"),
            },
        )


@transaction.atomic
def _desk() -> None:
    """The joint first line: all six cities let it receive, answer and follow everything that isn't confidential."""
    organisation, _made = Organisation.objects.get_or_create(
        slug="joint-desk",
        defaults={
            "kind": Organisation.Kind.PUBLIC,
            "name": {
                "fi": "Kuutoskaupunkien yhteinen neuvonta",
                "sv": "Sexstädernas gemensamma rådgivning",
                "en": "Joint customer service of the six cities",
            },
        },
    )
    desk, _made = JointDesk.objects.get_or_create(organisation=organisation, defaults={"is_default": True})
    open_ones = list(Category.objects.filter(is_public=True).values_list("pk", flat=True))
    for city in Organisation.objects.filter(kind=Organisation.Kind.CITY):
        Mandate.objects.get_or_create(
            desk=desk, giver=city, ends_on=None, defaults={"categories": open_ones, "starts_on": "2026-01-01"}
        )


@dataclass(frozen=True, slots=True)
class _Told:
    category: str
    text: str
    answer: str


def _cases(now: datetime) -> None:
    """Some matters in each city, by several channels, in every state; the same ones each time."""
    places = tomllib.loads((DATA / "units.toml").read_text(encoding="utf-8"))["place"]
    chance = random.Random(6)  # noqa: S311  # made-up cases, the same in every demonstration
    stories = _stories()
    for number, (city, story) in enumerate((city, story) for city in City.objects.all() for story in stories):
        opened = now - timedelta(days=DAYS * (1 - (number % 40) / 41), minutes=chance.randrange(600))
        place = places[city.code]
        received = receive(
            Incoming(
                channel=chance.choice(["web", "web", "web", "email", "phone", "open311"]),
                text=story.text,
                language="fi",
                external_id=f"demo:{city.code}:{story.category}",
                category=Category.objects.get(pk=story.category),
                sender=Sender(name="", email=f"asukas{number}@example.org", preference="none"),
                place=Place(
                    lon=place["lon"] + chance.uniform(-0.02, 0.02),
                    lat=place["lat"] + chance.uniform(-0.008, 0.008),
                    source=Case.PlaceSource.MAP,
                ),
                chosen=city.code,
            ),
            at=opened,
        )
        if not received.is_repeat:
            _work(received.case, story, chance, now, number)


def _work(case: Case, story: _Told, chance: random.Random, now: datetime, number: int) -> None:
    """Let an officer of the city do what such a case went through."""
    agent = Person.objects.filter(roles__role="agent", roles__organisation=case.responsible).first()
    if agent is None or number % 5 == 4:
        return
    at = case.opened_at + timedelta(hours=chance.uniform(1, 40))
    if at > now:
        return
    working.take_case(case, by=agent, at=at)
    if number % 5 == 3:
        return
    at += timedelta(hours=chance.uniform(1, 60))
    if at > now:
        return
    working.answer_case(case, text=story.answer, by=agent, at=at, then=Case.State.RESOLVED if number % 2 else "")
    case.refresh_from_db()
    if case.state in SETTLED and number % 3:
        residents.rate_case(case, stars=chance.choice([3, 4, 4, 5, 5]), at=min(at + timedelta(days=1), now))
    if case.state not in SETTLED and number % 4 == 2:
        others = Organisation.objects.filter(kind=Organisation.Kind.CITY).exclude(pk=case.responsible_id)
        other = others.order_by("slug")[number % others.count()]
        handing.offer_case(
            case,
            to=other,
            reason="Kohde on kuntarajan toisella puolella.",
            by=agent,
            at=max(at, now - timedelta(hours=2)),
        )


def _helps(now: datetime) -> None:
    """Answer templates and articles, with a city's own paragraph where the file has one."""
    for told in tomllib.loads((DATA / "helps.toml").read_text(encoding="utf-8"))["help"]:
        if Help.objects.filter(slug=told["slug"]).exists():
            continue
        row = helping.begin_help(
            told["kind"],
            told["slug"],
            title=told["title"],
            text=told["text"],
            categories=told["categories"],
            by=None,
            at=now,
        )
        for code, text in told.get("own", {}).items():
            city = City.objects.get(pk=code)
            agent = Person.objects.filter(roles__role="agent", roles__organisation__city=city).first()
            if agent is not None:
                helping.write_own(row, city, way="paragraph", title={}, text=text, seen=0, by=agent, at=now)
