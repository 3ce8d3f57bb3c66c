"""The harmonised data sets of the demonstration: one schema each, and each city's mapping to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.opendata.actions.harmonising import create_joint_dataset, set_mapping
from kuutio.opendata.demo.declared import Declared
from kuutio.opendata.demo.ground import CITIES
from kuutio.opendata.demo.sixjoint import ALL
from kuutio.opendata.models import Dataset, Distribution

MAPPINGS = Path(__file__).parent / "mappings"


def schema(what: str) -> dict[str, Any]:
    """The harmonised columns."""
    read: dict[str, Any] = yaml.safe_load((MAPPINGS / what / "schema.yml").read_text(encoding="utf-8"))
    return read


def manifest(what: str, city: str) -> str:
    """A city's mapping, in YAML."""
    return (MAPPINGS / what / f"{city}.yml").read_text(encoding="utf-8")


def join() -> list[Dataset]:
    """Make the harmonised data sets that lack, and map each city whose table is served and was never mapped; returns all."""
    return [_joined(one) for one in ALL]


def is_made(joint: Dataset) -> bool:
    """Whether a harmonised data set was made once, or nothing waits to become a part of it."""
    return not joint.mappings.exists() or joint.loads.filter(door="joint", finished_at__isnull=False).exists()


@transaction.atomic
def _joined(one: Declared) -> Dataset:
    """All cities in one transaction, so that the first version has them all; what was made once is its keepers' own."""
    at = timezone.now()
    joint = Dataset.objects.filter(name=one.name).first() or create_joint_dataset(
        name=one.name,
        publisher=Organisation.objects.get(slug=one.publisher),
        by=None,
        at=at,
        **replace(one, contract=schema(one.what)).metadata(),
    )
    if joint.loads.exists():
        return joint
    mapped = set(joint.mappings.values_list("city_id", flat=True))
    for code in CITIES:
        source = Distribution.objects.filter(table=f"{code}-{one.what}", current__isnull=False).first()
        if source and code not in mapped:
            set_mapping(joint, source, manifest(one.what, code), city=City.objects.get(code=code), by=None, at=at)
    return joint
