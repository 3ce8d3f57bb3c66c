"""What innovation's tests stand on: texts in three languages, a testbed with open days, a challenge that takes answers."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from kuutio.innovation.actions import answering, challenges, testbeds, trials
from kuutio.innovation.actions.answering import Written
from kuutio.innovation.actions.challenges import Weighed
from kuutio.innovation.actions.testbeds import Days
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, noon in Finland."""
DAY = timedelta(days=1)
FINNISH = {"kind": "company", "name": "Anturi Oy", "country": "FI", "business_id": "0201256-6"}
FOREIGN = {"kind": "company", "name": "Sensor OÜ", "country": "EE", "register": "Äriregister", "number": "12345678"}
SECRET = "Salainen kaava: jänis juoksee kolmesti myllyn ympäri"


def three(text: str) -> dict[str, str]:
    """The same text in each language, told apart by its code."""
    return {code: f"{text} ({code})" for code in ("fi", "sv", "en")}


def city(code="helsinki"):
    """A city with its organisation."""
    made = CityFactory(code=code)
    OrganisationFactory(city=made)
    return made


def officer(code="helsinki"):
    """Somebody who publishes for a city."""
    return PersonFactory(publisher_of=[OrganisationFactory(city=CityFactory(code=code))])


def bed_of(code="helsinki", *, name="Ranta", publish=True, **more):
    """A testbed of a city that is free on weekdays from 8 to 16, in slots of four hours."""
    told = {
        "name": three(name),
        "summary": three("Anturit ja lamput"),
        "contact_role": three("Kokeiluista vastaava"),
        "themes": ["energy"],
        "technologies": ["sensors"],
        "trial_kinds": ["device"],
        "languages": ["fi", "en"],
        "lon": 24.94,
        "lat": 60.17,
        "notice_hours": 1,
    }
    row = testbeds.describe_testbed(
        None,
        owner=OrganisationFactory(city=city(code)),
        city=CityFactory(code=code),
        by=None,
        at=NOON - 10 * DAY,
        **(told | more),
    )
    days = Days(date(2026, 11, 1), date(2027, 12, 31), [1, 2, 3, 4, 5], time(8), time(16))
    testbeds.open_days(row, days, by=None, at=NOON - 10 * DAY)
    return testbeds.publish_testbed(row, by=None, at=NOON - 9 * DAY) if publish else row


def challenge(code="helsinki", *, title="Hiljainen katu", cities=(), places=(), publish=True, now=NOON, **more):
    """A challenge of a city, open from two days ago for ten more."""
    told = {
        "title": three(title),
        "summary": three("Melua on liikaa"),
        "terms": three("Oikeudet jäävät yritykselle"),
        "contact_role": three("Kokeiluista vastaava"),
        "themes": ["energy"],
        "technologies": ["sensors"],
        "budget_cents": 800_000,
        "trials_wanted": 2,
        "opens_at": now - 2 * DAY,
        "closes_at": now + 10 * DAY,
    }
    row = challenges.state_challenge(
        None,
        owner=city(code),
        cities=[city(other) for other in cities],
        testbeds=list(places),
        criteria=[Weighed(three("Vaikutus"), 60), Weighed(three("Toteutus"), 40)],
        by=None,
        at=now - 3 * DAY,
        **(told | more),
    )
    return challenges.publish_challenge(row, by=None, at=now - 2 * DAY) if publish else row


def written(organisation=FINNISH, *, title="Meluanturi", secret="", price=700_000, **more):
    """What somebody has written as an answer."""
    words = {
        "title": title,
        "summary": f"{title}: mittaa melun ja kertoo siitä.",
        "solution": "Anturi kiinnitetään lyhtypylvääseen.",
        "plan": "Kaksi kuukautta syksyllä.",
        "measures": "Desibelit ennen ja jälkeen.",
    }
    return Written(
        words=words, organisation=organisation, price_cents=price, language="fi", confidential=secret, why="", **more
    )


def answer(row, *, by=None, at=NOON, send=True, organisation=FINNISH, **more):
    """An answer to a challenge, sent."""
    by = by or PersonFactory()
    draft = answering.begin_answer(row, language="fi", by=by, at=at)
    answering.keep_answer(draft, written(organisation, **more), by=by, at=at)
    return answering.send_answer(draft, by=by, at=at) if send else draft


def trial(code="helsinki", *, cities=(), now=NOON, lead=None, run=True, **more):
    """A trial of a city and a firm: agreed on, signed, with a measure, running where `run`."""
    row = trials.begin_trial(
        city(code),
        OrganisationFactory(city=None, slug="anturi", kind="company", name=three("Anturi Oy")),
        cities=[city(other) for other in cities],
        title=three("Meluanturi kadulla"),
        summary=three("Kokeillaan melun mittaamista"),
        themes=["energy"],
        lead=lead,
        by=None,
        at=now - 5 * DAY,
        **more,
    )
    if run:
        whole(row, now=now)
        row = trials.move_trial(row, "agree", by=None, at=now - 4 * DAY)
        row = trials.move_trial(row, "start", by=None, at=now - 3 * DAY)
    return row


def whole(row, *, now=NOON):
    """Give a trial all that it needs before it runs."""
    terms = trials.Terms(
        starts_on=(now - 5 * DAY).date(),
        ends_on=(now + 30 * DAY).date(),
        clauses=dict.fromkeys(trials.CLAUSES, "Sovittu."),
        price_cents=500_000,
    )
    trials.write_agreement(row, terms, by=None, at=now - 5 * DAY)
    for side in ("city", "firm"):
        trials.sign_agreement(row, side, by=None, at=now - 5 * DAY)
    measure = trials.set_measure(
        row, name=three("Melu"), unit="dB", target=Decimal(55), better="down", baseline=Decimal(65), by=None, at=now
    )
    trials.describe_trial(row, next_step_owner=three("Katutilan päällikkö"), by=None, at=now - 5 * DAY)
    return measure


def key():
    """A form's own."""
    return uuid.uuid4()
