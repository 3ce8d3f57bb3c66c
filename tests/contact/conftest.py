"""What customer service's tests stand on: three cities, their units and rules, the catalogue, the joint desk."""

from datetime import UTC, datetime

import pytest

from kuutio.cities.models import City, Organisation, Unit
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.models import Category, CategoryRule, JointDesk
from tests.beginnings import beginning
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Finland."""


GROUP = ("helsinki", "espoo", "vantaa")


@beginning
def make_group() -> None:
    """Helsinki, Espoo and Vantaa with a unit for every category, the catalogue, and a default joint desk."""
    load_catalogue()
    for code in GROUP:
        OrganisationFactory(city=CityFactory(code=code))
        unit = Unit.objects.create(
            slug=f"{code}-streets", city=City.objects.get(code=code), name={"fi": "Kadut", "en": "Streets"}
        )
        for category in Category.objects.all():
            CategoryRule.objects.create(city=unit.city, category=category, unit=unit)
    desk = OrganisationFactory(
        slug="joint-desk", kind="public", city=None, name={"fi": "Yhteinen neuvonta", "en": "Joint desk"}
    )
    JointDesk.objects.create(organisation=desk, is_default=True)


@pytest.fixture
def group(db: None) -> dict[str, Organisation]:
    """The organisations of `make_group`, by their slugs; the joint desk's is `desk`."""
    make_group()
    made = Organisation.objects.select_related("city").in_bulk([*GROUP, "joint-desk"], field_name="slug")
    return {code: made[code] for code in GROUP} | {"desk": made["joint-desk"]}


@pytest.fixture
def agents(group):
    """An agent of each, by the slug of the organisation."""
    return {slug: PersonFactory(agent_of=[organisation]) for slug, organisation in group.items()}


@pytest.fixture
def jobs(db: None):
    """The names of the jobs that were left to a worker since the test began, when called."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    last = ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def waiting() -> list[str]:
        rows = ProcrastinateJob.objects.filter(status="todo", pk__gt=last).order_by("pk")
        return [name.rpartition(".")[2] for name in rows.values_list("task_name", flat=True)]

    return waiting
