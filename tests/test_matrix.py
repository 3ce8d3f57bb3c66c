"""Every door of the house, asked by everybody: the table in `tests/matrix` says who gets in, and has a row for each address."""

import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from kuutio.cities import demo
from kuutio.cities.models import Organisation, Role
from tests.factories import PersonFactory

FOLDER = Path(__file__).parent / "matrix"
WHO = ("anonymous", "resident", "publisher", "agent", "office", "admin")
AREAS = sorted(file.stem for file in FOLDER.glob("*.toml"))


@pytest.fixture(autouse=True)
def _unhurried(settings):
    """Six people knock at every door within a minute."""
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every route below a resolver, with `<lang>/` where a language stands."""
    for entry in resolver.url_patterns:
        own = "<lang>/" if isinstance(entry.pattern, LocalePrefixPattern) else str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield before + own
        else:
            yield from routes(entry, before + own)


def rows(area: str) -> dict[str, dict[str, str]]:
    """The rows of one area's file."""
    return tomllib.loads((FOLDER / f"{area}.toml").read_text())


def statuses(told: str) -> dict[str, int]:
    """The status that each of the six gets."""
    numbers = [int(number) for number in told.split()]
    if len(numbers) == 1:
        numbers *= len(WHO)
    elif len(numbers) == 2:
        numbers = [numbers[0], *[numbers[1]] * (len(WHO) - 1)]
    return dict(zip(WHO, numbers, strict=True))


def test_each_address_has_one_row_and_each_row_an_address():
    told = [route for area in AREAS for route in rows(area)]
    there = set(routes(get_resolver()))
    assert len(told) == len(set(told)), "a route stands in two files"
    assert not there - set(told), f"add rows to tests/matrix/AREA.toml for: {sorted(there - set(told))}"
    assert not set(told) - there, f"no such address any more: {sorted(set(told) - there)}"


def people() -> dict[str, dict[str, str]]:
    """The cookies of the six, signed in."""
    cookies: dict[str, dict[str, str]] = {"anonymous": {}}
    helsinki, office = Organisation.objects.get(slug="helsinki"), Organisation.objects.get(slug="strategy-office")
    roles = {"publisher": helsinki, "agent": helsinki, "office": office, "admin": office}
    for who in WHO[1:]:
        person = PersonFactory(
            email=f"{who}@matrix.example.org", password=make_password(None), is_superuser=who == "admin"
        )
        if who in roles:
            Role.objects.create(person=person, organisation=roles[who], role=who)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookies[who] = {name: morsel.value for name, morsel in client.cookies.items()}
    return cookies


def things() -> dict[str, str]:
    """What the rows speak of, made by each area's own module."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("[a-z]*.py")):
        made = importlib.import_module(f"tests.matrix.{file.stem}").things()
        assert not found.keys() & made.keys(), f"{file.stem} takes another area's names: {found.keys() & made.keys()}"
        found |= made
    return found


class Undone(Exception):
    """Takes back what one call changed."""


def ask(client: Client, cookies: dict[str, str], method: str, address: str) -> int:
    """The status of one call by one person; nothing that it changed stays."""
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies[name] = value
    status = 0
    try:
        with transaction.atomic():
            response: Any = getattr(client, method)(address)
            status = response.status_code
            if response.streaming:
                list(response.streaming_content)  # to its end: its files and connections are let go
            raise Undone
    except Undone:
        return status


@pytest.mark.django_db
def test_everybody_gets_what_the_table_says(subtests, settings):
    # The house is made once for all areas: what a call changes is taken back.
    settings.DEMO = False
    demo.load_cities()
    names, cookies = things(), people()
    client = Client(raise_request_exception=False)
    for area in AREAS:
        with subtests.test(area):
            wrong = []
            for route, row in rows(area).items():
                address = row.get("at") or "/" + route.replace("<lang>", "fi")
                for method in ("get", "post"):
                    for who, expected in statuses(row.get(method, "405")).items():
                        got = ask(client, cookies[who], method, address.format(**names))
                        if got != expected:
                            wrong.append(f"{method.upper()} {address} as {who}: {got}, the table says {expected}")
            assert not wrong, "\n".join(wrong)
