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
from kuutio.opendata.models import Dataset, Distribution

MAPPINGS = Path(__file__).parent / "mappings"

_PLAYGROUNDS = Declared(
    city="",
    what="leikkipuistot",
    title={
        "fi": "Kuuden kaupungin leikkipuistot",
        "sv": "De sex städernas lekplatser",
        "en": "Playgrounds of the Six Cities",
    },
    notes={
        "fi": "Kuuden kaupungin leikkipuistot yhtenä tauluna: nimi, ikäryhmä, pinta-ala neliömetreinä, rakennusvuosi, "
        "esteettömyys ja osoite. Jokaisen kaupungin oma taulu on muunnettu yhteisiin sarakkeisiin, yksiköihin ja "
        "koodeihin.",
        "sv": "De sex städernas lekplatser i en tabell: namn, åldersgrupp, areal i kvadratmeter, byggnadsår, tillgänglighet "
        "och adress. Varje stads egen tabell har omvandlats till gemensamma kolumner, enheter och koder.",
        "en": "The playgrounds of the Six Cities as one table: name, ages, area in square metres, year, accessibility and "
        "address. Each city's own table is turned to the same columns, units and codes.",
    },
    keywords={
        "fi": ["leikkipuistot", "leikkipaikat", "yhtenäistetty rajapinta"],
        "sv": ["lekplatser", "harmoniserat gränssnitt"],
        "en": ["playgrounds", "harmonised interface"],
    },
    themes=("REGI", "SOCI"),
)

ALL = (_PLAYGROUNDS,)


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


@transaction.atomic
def _joined(one: Declared) -> Dataset:
    """All cities in one transaction, so that the first version has them all."""
    at = timezone.now()
    joint = Dataset.objects.filter(name=one.name).first() or create_joint_dataset(
        name=one.name,
        publisher=Organisation.objects.get(slug=one.publisher),
        by=None,
        at=at,
        **replace(one, contract=schema(one.what)).metadata(),
    )
    mapped = set(joint.mappings.values_list("city_id", flat=True))
    for code in CITIES:
        source = Distribution.objects.filter(table=f"{code}-{one.what}", current__isnull=False).first()
        if source and code not in mapped:
            set_mapping(joint, source, manifest(one.what, code), city=City.objects.get(code=code), by=None, at=at)
    return joint
