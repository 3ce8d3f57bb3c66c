"""The harmonised data sets of the demonstration: one schema, and each city's mapping to it."""

from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.opendata.actions.harmonising import create_joint_dataset, set_mapping
from kuutio.opendata.demo.declared import FREE, MADE
from kuutio.opendata.demo.ground import CITIES
from kuutio.opendata.models import Dataset, Distribution

MAPPINGS = Path(__file__).parent / "mappings"
NAME = "kuutio-leikkipuistot"
SCHEMA: dict[str, Any] = {
    "columns": [
        {"name": "name", "type": "text", "required": True},
        {"name": "name_sv", "type": "text"},
        {"name": "area", "type": "number", "unit": "m2", "min": 0},
        {"name": "built", "type": "integer"},
        {"name": "accessible", "type": "boolean"},
        {"name": "address", "type": "text"},
        {"name": "geometry", "type": "geometry", "required": True},
    ],
}


def manifest(city: str) -> str:
    """The city's mapping of playgrounds, in YAML."""
    return (MAPPINGS / "leikkipuistot" / f"{city}.yml").read_text(encoding="utf-8")


def join() -> None:
    """Make the harmonised data set where it lacks, and map each city whose table is served and not yet mapped."""
    at = timezone.now()
    joint = Dataset.objects.filter(name=NAME).first() or _created()
    mapped = set(joint.mappings.values_list("city_id", flat=True))
    for code in CITIES:
        source = Distribution.objects.filter(table=f"{code}-leikkipuistot", current__isnull=False).first()
        if source and code not in mapped:
            set_mapping(joint, source, manifest(code), city=City.objects.get(code=code), by=None, at=at)


def _created() -> Dataset:
    return create_joint_dataset(
        name=NAME,
        publisher=Organisation.objects.get(slug="strategy-office"),
        contract=SCHEMA,
        by=None,
        at=timezone.now(),
        title={
            "fi": "Kuuden kaupungin leikkipuistot",
            "sv": "Sex städers lekplatser",
            "en": "Playgrounds of six cities",
        },
        notes={
            "fi": "Kuuden kaupungin leikkipuistot yhdenmukaisina samassa taulussa.",
            "sv": "Sex städers lekplatser i en enhetlig tabell.",
            "en": "The playgrounds of six cities in one harmonised table.",
        },
        keywords={"fi": ["leikkipuistot"], "sv": ["lekplatser"], "en": ["playgrounds"]},
        themes=["REGI", "SOCI"],
        licence="cc-by-4.0",
        rights=FREE,
        frequency="ANNUAL",
        temporal_start=date(2025, 1, 1),
        temporal_end=date(2025, 12, 31),
        contact_name="6Aika-strategiatoimisto, avoin data",
        contact_email="avoindata@kuutio.example.org",
        coverage=[municipality for municipality, *_rest in CITIES.values()],
        languages=["fi"],
        provenance=MADE,
        is_made=True,
    )
