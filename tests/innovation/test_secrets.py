"""A confidential part is in no public door: no page, feed, file, interface, data set, search, letter or log line has it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.config.parts import ALL
from kuutio.config.published import PUBLISHERS
from kuutio.contact.models import Event, Message
from kuutio.innovation import letters, public_trials
from kuutio.innovation.actions import answering, booking, challenges, diary, proposing, trials
from kuutio.innovation.actions.challenges import GRACE
from kuutio.innovation.availability import free_slots
from kuutio.innovation.models import Answer, Attachment, Challenge, ProposalCity, Trial
from kuutio.search.models import Entry as Found
from kuutio.selection.models import Version
from tests.factories import OrganisationFactory, PersonFactory
from tests.innovation.making import DAY, FINNISH, FOREIGN, answer, bed_of, challenge, key, three, whole
from tests.innovation.test_challenges import _decide

PLANTED = "KANTOAALTO-9471-OMENAPUU"
"""Stands in every confidential part, in an attachment and its name, in unchosen answers, in a booking and in a draft."""


@pytest.fixture
def planted(db, settings):
    """A challenge with a chosen answer, one that wasn't, a withdrawn one and a draft; a running trial; a proposal; a booking."""
    from kuutio.cities.models import Role

    office = OrganisationFactory(city=None, slug="strategy-office", kind="public", name=three("Toimisto"))
    Role.objects.create(person=PersonFactory(), organisation=office, role="office")
    now = timezone.now()
    began = now - 15 * DAY
    bed = bed_of(slug="planted-testbed")
    row = challenge(slug="planted-challenge", places=[bed], now=began)
    writer, other, gone, slow = (PersonFactory() for _n in range(4))
    chosen = answer(row, by=writer, at=began, send=False, secret=f"Kaava: {PLANTED}")
    answering.attach(chosen, f"Salainen {PLANTED}".encode(), f"{PLANTED}.txt", by=writer, at=began)
    answering.send_answer(chosen, by=writer, at=began)
    left = answer(row, by=other, at=began, organisation=FOREIGN, title=f"Toinen {PLANTED}", secret=PLANTED)
    back = answer(row, by=gone, at=began, organisation=FOREIGN | {"number": "2"}, title=f"Kolmas {PLANTED}")
    answering.withdraw_answer(back, by=gone, at=began)
    answer(row, by=slow, at=began, send=False, title=f"Luonnos {PLANTED}", secret=PLANTED)
    asked = challenges.ask(row, key=key(), text=f"Kysymys {PLANTED}", language="fi", by=slow, at=began)
    challenges.close_challenge(row, at=row.closes_at + GRACE)
    _decide(chosen)
    _decide(left, "reject")
    made = Trial.objects.get(answer=chosen)
    whole(made, now=now)
    made = trials.move_trial(made, "agree", by=None, at=now - 4 * DAY)
    made = trials.move_trial(made, "start", by=None, at=now - 3 * DAY)
    trials.measured(made.measures.get(), now.date(), Decimal(60), by=None, at=now)
    diary.write_diary(made, diary.Told(key(), now.date(), "Asennettu.", "fi"), by=None, at=now)
    diary.name_risk(made, text=PLANTED, likelihood=1, impact=1, response="x", owner="y", by=None, at=now)
    trials.give_feedback(made, key=key(), grade=1, text=PLANTED, language="fi", by=None, at=now)
    offer = proposing.Offer(
        key=key(),
        title="Robotti",
        summary="Auraa pihan.",
        organisation=FINNISH,
        cities=[bed.city],
        themes=["mobility"],
        confidential=PLANTED,
        why=PLANTED,
    )
    offered = proposing.propose_trial(offer, by=writer, at=now)
    slot = free_slots(bed, at=now)[0].starts_at
    booked = booking.book(bed, booking.Wish(key(), slot, f"Yritys {PLANTED}", PLANTED), by=writer, at=now)
    return {"challenge": row, "trial": made, "testbed": bed, "proposal": offered, "booking": booked, "question": asked}


def addresses(planted):
    """Every public address that speaks of what was planted, in all languages, and the joint doors of the house."""
    slugs = {name: planted[name].slug for name in ("challenge", "trial", "testbed")}
    entry = planted["trial"].diary.get().uuid
    for lang in ("fi", "sv", "en"):
        room = f"/{lang}/innovation/"
        yield from (
            f"{room}challenges/",
            f"{room}trials/",
            f"{room}testbeds/",
            f"/{lang}/",
            f"{room}testbeds/places.geojson",
        )
        yield f"{room}challenges/?q={PLANTED}"
        yield f"{room}challenges/{slugs['challenge']}/"
        yield f"{room}trials/{slugs['trial']}/"
        yield f"{room}trials/{slugs['trial']}/measures.json"
        yield f"{room}trials/{slugs['trial']}/photos/{entry}/"
        yield f"{room}testbeds/{slugs['testbed']}/"
        yield f"{room}testbeds/{slugs['testbed']}/place.geojson"
        yield f"{room}testbeds/{slugs['testbed']}/calendar.ics"
        yield f"/{lang}/search/?q=anturi"
        yield f"/{lang}/search/?q={PLANTED}"
        yield f"{room}answers/{planted['trial'].answer.uuid}/"
        yield f"{room}proposals/{planted['proposal'].uuid}/"
        yield f"{room}bookings/{planted['booking'].uuid}/"
        yield f"/{lang}/work/innovation/answers/{planted['trial'].answer.uuid}/"
        yield f"/{lang}/work/innovation/proposals/{planted['proposal'].uuid}/"
    for file in Attachment.objects.all():
        yield f"/fi/innovation/answers/{file.answer.uuid}/files/{file.uuid}/"
    yield from plain_addresses()


def plain_addresses():
    """Every address of the resolver that takes no argument and is below no form: feeds, interfaces, lists, the sitemap."""
    from django.urls import get_resolver

    from tests.test_matrix import routes

    for route in routes(get_resolver()):
        if "<" not in route.replace("<lang>", "") and "^" not in route and "work/" not in route:
            yield "/" + route.replace("<lang>", "fi")


def seen(answer) -> str:
    """All that a reader gets: headers, body, every part of a stream."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + str(answer.headers)


@pytest.mark.parametrize("who", ["nobody", "a resident", "an officer of another city"])
def test_no_public_door_has_a_confidential_word(planted, who, settings):
    settings.READS_PER_MINUTE = settings.WRITES_PER_MINUTE = 1_000_000
    client, told = Client(raise_request_exception=False), []
    if who == "a resident":
        client.force_login(PersonFactory())
    elif who == "an officer of another city":
        from tests.innovation.making import officer

        client.force_login(officer("turku"))
    asked = list(dict.fromkeys(addresses(planted) if who == "nobody" else _own(planted)))
    for address in asked:
        got = client.get(address)
        text = seen(got)
        # What a reader has asked for themselves stands in the box that they typed it into, and nowhere else.
        if PLANTED in text.replace(f"q={PLANTED}", "").replace(f'value="{PLANTED}"', "").replace(f"“{PLANTED}”", ""):
            told.append(address)
    assert len(asked) > (100 if who == "nobody" else 20)
    assert [one for one in told if PLANTED not in one] == []


def _own(planted):
    """The innovation room's own addresses, without the rest of the house."""
    everything = set(plain_addresses())
    return [address for address in addresses(planted) if address not in everything]


def test_no_data_set_no_search_no_case_no_log_no_jury_paper_has_it(planted):
    rows = [dict(row) for table in public_trials.tables() for row in table.released()]
    assert {row["trial"] for row in rows if "outcome" in row} == {planted["trial"].slug}
    published = [
        json.dumps(list(table.released()), default=str, ensure_ascii=False)
        for publisher in PUBLISHERS.values()
        for table in publisher.tables()
    ]
    assert published
    assert not [text for text in published if PLANTED in text]
    found = [f"{row.title} {row.keywords} {row.body}" for row in Found.objects.all()]
    assert any("Meluanturi" in text for text in found)
    assert not [text for text in found if PLANTED in text]
    assert not Message.objects.filter(text__contains=PLANTED).exists()
    assert not [row for row in Event.objects.all() if PLANTED in json.dumps(row.facts)]
    assert not [row for row in Entry.objects.all() if PLANTED in json.dumps(row.facts) + row.thing]
    chosen = planted["trial"].answer
    papers = Version.objects.filter(candidate__reference=f"answer:{chosen.uuid}")
    assert papers.exists()
    assert not [row for row in papers if PLANTED in json.dumps(row.document)]


def test_no_letter_has_it(planted):
    mail.outbox = []
    chosen = planted["trial"].answer
    letters.write("receipt", chosen.pk)
    letters.write("proposal", ProposalCity.objects.get().pk)
    letters.write("booking", planted["booking"].pk)
    assert len(mail.outbox) == 3
    assert not [letter for letter in mail.outbox if PLANTED in letter.subject + str(letter.body)]


def test_who_leaves_takes_drafts_along_and_the_copy_of_their_data_is_whole(planted):
    own = next(part for part in ALL.personal if part.key == "innovation-trials")
    chosen = planted["trial"].answer
    writer = chosen.person
    copy = own.export(writer)
    assert PLANTED in json.dumps(copy["answers"], default=str)
    assert own.kept(writer)
    slow = Answer.objects.get(state="draft").person
    own.erase(slow, timezone.now() + timedelta(seconds=1))
    assert not Answer.objects.filter(state="draft").exists()
    own.erase(writer, timezone.now())
    assert Answer.objects.get(pk=chosen.pk).person is None
    assert Challenge.objects.get().state == "running"
