"""Calls and consortia for tests: made by the verbs, as people make them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import City, Organisation, Role
from kuutio.programme import demo
from kuutio.programme.actions import applying, calls, drafting
from kuutio.programme.actions.applying import Body
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, Programme, Spearhead
from tests.beginnings import beginning
from tests.factories import PersonFactory

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
CLOSES = datetime(2027, 3, 1, 14, 15, tzinfo=UTC)
BOTH = {"fi": "Kaupunki kuulee", "sv": "Staden lyssnar", "en": "The city listens"}
TURKU, OULU, ESPOO, TAMPERE = "0204819-8", "0187690-1", "0101263-6", "0211675-2"


@beginning
def _ground() -> None:
    if not City.objects.exists():
        cities_demo.load_cities()
    demo.load()


def ground() -> Programme:
    """The six cities and the strategy."""
    _ground()
    return Programme.objects.get()


def office(role="office", slug="strategy-office"):
    """Somebody of the programme's office."""
    person = PersonFactory()
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug=slug), role=role)
    return person


def acting(slug):
    """Somebody who may bind a city."""
    person = PersonFactory()
    Role.objects.create(person=person, organisation=Organisation.objects.get(slug=slug), role="publisher")
    return person


def call(at=NOW, closes=CLOSES, *, publish=True, by=None, **more):
    """A call that is open at `at`."""
    fields = {
        "title": BOTH,
        "summary": BOTH,
        "text": BOTH,
        "contact": {"fi": "Strategiatoimisto, haku@example.org"},
        "shape": "one-stage",
        "fund": "erdf",
        "kind": "pilot",
        "opens_at": at - timedelta(days=10),
        "closes_at": closes,
        "earliest_start": date(2027, 6, 1),
        "latest_end": date(2030, 12, 31),
        "max_months": 36,
        "max_support_bp": 6700,
        "eu_bp": 5000,
        "cost_models": ["FLAT_40", "FLAT_24"],
        "budget_cents": 300_000_000,
        "criteria": [{"key": "impact", "name": BOTH, "weight": 60}, {"key": "plan", "name": BOTH, "weight": 40}],
    } | more
    cutoffs = fields.pop("cutoffs", None)
    programme = ground()
    made = calls.write_call(
        None,
        programme=programme,
        owner=Organisation.objects.get(slug="strategy-office"),
        spearheads=list(Spearhead.objects.filter(focus_area__programme=programme)[:1]),
        cutoffs=cutoffs,
        by=by,
        at=at - timedelta(days=20),
        **fields,
    )
    if publish:
        made = calls.publish_call(made, by=by, at=at - timedelta(days=15))
        calls.by_the_clock(made.pk, at=at)
        made.refresh_from_db()
    return made


def city(code):
    """A member city."""
    return City.objects.get(pk=code)


def consortium(made, at=NOW, *, lead="turku", partners=("oulu",), sign=True, idea=None, **common):
    """A whole application of cities, each with somebody who wrote and signed its part; the people by their city."""
    people = {code: acting(code) for code in (lead, *partners)}
    row = applying.begin_application(
        made, lead=_body(lead), title=BOTH, idea=idea, key=uuid.uuid4(), by=people[lead], at=at
    )
    common = {"starts_on": date(2027, 8, 1), "ends_on": date(2029, 7, 31)} | common
    texts = {one.key: f"Teksti: {one.key}." for one in CORE}
    drafting.write_common(row, revision=1, by=people[lead], at=at, title=BOTH, summary=BOTH, texts=texts, **common)
    for code in partners:
        partner = applying.invite_partner(row, _body(code), email=people[code].email, by=people[lead], at=at)
        applying.join(partner, by=people[code], at=at)
    for partner in fresh(row).partners.all():
        own = people[partner.city_id]
        partner = drafting.write_part(
            partner, revision=partner.revision, by=own, at=at, tasks="Tekee osansa.", costs={"STAFF": 10_000_001}
        )
        if sign and not partner.is_lead:
            drafting.sign_part(partner, revision=partner.revision, by=own, at=at)
    return fresh(row), people


def fresh(row) -> Application:
    """An application read anew."""
    from kuutio.programme.call_queries import whole

    return whole().get(pk=row.pk)


def _body(code):
    organisation = Organisation.objects.get(slug=code)
    return Body(str(organisation.name.localize("fi")), organisation.business_id, "MUNICIPALITY", city(code))


def consortium_begun(made, lead, *, by, at=NOW):
    """An application that is only begun."""
    return applying.begin_application(made, lead=_body(lead), title=BOTH, key=uuid.uuid4(), by=by, at=at)
