"""Bringing in a catalogue of matters: groups, categories, questions, and the promises where a city has said nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from kuutio.contact.models import Category, CategoryGroup, Question

OURS = Path(__file__).parent / "data" / "catalogue.toml"
LANGUAGES = ("fi", "sv", "en")
_AWAY = 10_000


def load_catalogue(path: Path = OURS) -> dict[str, tuple[int, int]]:
    """Bring in a catalogue, again and again with the same result: what is there is put right, nothing is removed.

    Returns:
        The promised business minutes of each category's code: to the answer, to the solution.

    Raises:
        KeyError: a text lacks one of its languages.
        OSError, tomllib.TOMLDecodeError: the file can't be read.
    """
    return keep_catalogue(tomllib.loads(path.read_text(encoding="utf-8")))


@transaction.atomic
def keep_catalogue(told: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """The same for what a file says. Groups that it doesn't name come after those that it does."""
    named = [group["code"] for group in told["group"]]
    # Out of the way first: no two groups ever have one place.
    CategoryGroup.objects.filter(position__lt=_AWAY).update(position=F("position") + _AWAY)
    others = CategoryGroup.objects.exclude(code__in=named).order_by("position")
    for position, other in enumerate(list(others), start=len(named) + 1):
        CategoryGroup.objects.filter(pk=other.pk).update(position=position)
    for position, group in enumerate(told["group"], start=1):
        CategoryGroup.objects.update_or_create(
            code=group["code"], defaults={"name": _texts(group), "position": position}
        )
    for position, row in enumerate(told["category"], start=1):
        _category(row, position)
    return {row["code"]: (row["answer"], row["resolve"]) for row in told["category"]}


def _category(row: dict[str, Any], position: int) -> None:
    category, _made = Category.objects.update_or_create(
        code=row["code"],
        defaults={
            "group_id": row["group"],
            "name": _texts(row),
            "text": _texts(row, "text_"),
            "keywords": _texts(row, "keywords_"),
            "place": row.get("place", Category.Place.REQUIRED),
            "allows_anonymous": row.get("anonymous", True),
            "is_public": row.get("public", True),
            "near_m": row.get("near_m", 50),
            "keep_years": row.get("keep_years", 2),
            "may_erase": row.get("may_erase", True),
            "is_active": row.get("active", True),
            "position": position,
        },
    )
    for number, question in enumerate(row.get("question", ()), start=1):
        Question.objects.update_or_create(
            category=category,
            code=question["code"],
            defaults={
                "kind": question["kind"],
                "text": _texts(question),
                "is_required": question.get("required", False),
                "position": number,
                "values": [{"key": value["key"], "name": _texts(value)} for value in question.get("values", ())],
            },
        )


def _texts(row: dict[str, Any], before: str = "") -> dict[str, str]:
    return {language: row[f"{before}{language}"] for language in LANGUAGES}
