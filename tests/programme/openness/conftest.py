"""The strategy with the money of its projects: the rows of the official list that are its own, as an operator would bring them in."""

import tomllib

import pytest
import yaml
from django.utils import timezone

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.contact.models import JointDesk
from kuutio.core.grants.project_lists import read_layout, read_list
from kuutio.core.grants.reading import Node
from kuutio.programme import demo, demo_list, demo_projects, findable
from kuutio.programme.actions.lists import take_in_list
from kuutio.programme.models import Programme
from tests.beginnings import beginning
from tests.factories import PersonFactory

LISTED = ("A70011", "A70202", "A71005", "A70009")


def bring_in_the_list() -> None:
    """The lines of the real list that tell of the strategy's own projects: the whole one takes a second in each test."""
    own = {row["code"] for row in tomllib.loads((demo.DATA / "six_city_projects.toml").read_text("utf-8"))["project"]}
    lines = (demo.DATA / f"{demo_list.NAME}.csv").read_text("utf-8").splitlines(keepends=True)
    wanted = [line for line in lines[1:] if line.split(",", 1)[0] in own | set(LISTED)]
    layout = read_layout(Node(yaml.safe_load((demo.DATA / f"{demo_list.NAME}.yaml").read_bytes())))
    take_in_list(layout.list, read_list("".join([lines[0], *wanted]).encode(), layout), by=None, at=timezone.now())


@beginning
def make_strategy() -> None:
    """The six cities, the strategy, its projects and their money."""
    cities_demo.load_cities()
    demo.load()
    bring_in_the_list()
    demo_projects.load()


@pytest.fixture
def strategy(db, monkeypatch):
    """The strategy as `make_strategy` makes it; the search's index, which takes longest, is left empty."""
    monkeypatch.setattr(findable, "refresh", lambda programme, at: None)
    make_strategy()
    return Programme.objects.get()


@pytest.fixture
def desk(strategy):
    """The office that publishes for all the cities."""
    person = PersonFactory()
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug="strategy-office"), role="office")
    JointDesk.objects.create(organisation=Organisation.objects.get(slug="strategy-office"), is_default=True)
    return person
