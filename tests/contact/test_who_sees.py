"""Who sees and does what with a case before, during and after a hand-over: every cell of the table, asked at the real doors."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from kuutio.cities.models import Organisation, Role
from kuutio.contact.actions.figuring import work_out_statistics
from kuutio.contact.actions.handing import accept_case, offer_case
from kuutio.contact.actions.working import answer_case, note_case
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.files import keep_picture
from kuutio.contact.links import secret_of
from kuutio.contact.models import Category, JointDesk, Mandate
from kuutio.contact.numbering import new_number
from tests.contact.making import Place, bring
from tests.contact.pictures import jpeg
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
PAIRS = (("helsinki", "vantaa"), ("oulu", "espoo"))
"""Who gives to whom."""

MOMENTS = ("before", "offered", "after")
WORDS = {"text": "Zyxtext", "note": "Zyxnote", "shared": "Zyxshared", "late": "Zyxlate"}
"""What the resident wrote, a note of the giver's own, one for all cities, an answer from after the hand-over."""


def sight(who: str, giver: str, receiver: str, moment: str) -> str:
    """The rule, said a second time: what somebody may do with the case at a moment."""
    holder = receiver if moment == "after" else giver
    if who in {"anonymous", "resident", "office", "admin"}:
        return "nothing"
    if who in {holder, "desk" if holder == "helsinki" else holder}:  # only Helsinki has given the desk a mandate
        return "writes"
    if (who == receiver and moment == "offered") or (who == giver and moment == "after"):
        return "reads"
    return "nothing"


def words_seen(who: str, giver: str, receiver: str, moment: str) -> set[str]:
    """Which of the words a reader finds."""
    seen = {"text", "shared"} | ({"note"} if who == giver else set())
    return seen | ({"late"} if who == receiver and moment == "after" else set())


def refused(who: str) -> int:
    """How a door is shut to who sees nothing of a case."""
    return {"anonymous": 302, "resident": 403, "admin": 403}.get(who, 404)


@pytest.fixture
def people(db):
    """Agents of six cities and of the joint desk, an officer of the programme, an administrator, a resident, nobody."""
    load_catalogue()
    made = {}
    for code in CITIES:
        made[code] = PersonFactory(agent_of=[OrganisationFactory(city=CityFactory(code=code))])
    desk = OrganisationFactory(slug="joint-desk", kind="public", city=None, name={"en": "Joint desk"})
    JointDesk.objects.create(organisation=desk, is_default=True)
    Mandate.objects.create(
        desk=desk.joint_desk, giver=Organisation.objects.get(slug="helsinki"), categories=[], starts_on="2020-01-01"
    )
    made["desk"] = PersonFactory(agent_of=[desk])
    made["office"] = PersonFactory()
    Role.objects.create(
        person=made["office"],
        organisation=OrganisationFactory(slug="programme-office", kind="public", city=None, name={"en": "Programme"}),
        role="office",
    )
    made["admin"], made["resident"] = PersonFactory(is_superuser=True), PersonFactory()
    return made


def test_every_cell_of_the_table_at_the_real_doors(people, settings):
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000
    clients = {"anonymous": Client()}
    for who, person in people.items():
        clients[who] = Client()
        clients[who].force_login(person)
    now = timezone.now()
    cells = 0
    for giver, receiver in PAIRS:
        case, file = _matter(giver, people, now)
        for moment in MOMENTS:
            if moment == "offered":
                to = Organisation.objects.get(slug=receiver)
                offer = offer_case(case, to=to, reason="Teidän", by=people[giver], at=now - timedelta(hours=3))
            elif moment == "after":
                accept_case(offer, by=people[receiver], at=now - timedelta(hours=2))
                answer_case(case, text=WORDS["late"], by=people[receiver], at=now - timedelta(hours=1))
            # Everybody knocks at the first case; at the others those for whom another giver makes a difference.
            knocking = (
                clients if giver == PAIRS[0][0] else {who: clients[who] for who in (giver, receiver, "desk", "turku")}
            )
            for who, client in knocking.items():
                cells += _walk(client, who, giver, receiver, moment, case.number, file)
            _public(clients, case, moment)
    assert cells == len(MOMENTS) * 6 * (11 + 4)


def _matter(giver, people, now):
    got = bring(
        f"Hei! {WORDS['text']} sillalla.",
        category="other",
        place=Place(),
        chosen=giver,
        at=now - timedelta(days=40),
        files=(keep_picture(jpeg(), f"{WORDS['text']}.jpg").file,),
    )
    at = now - timedelta(hours=5)
    note_case(got.case, text=WORDS["note"], by=people[giver], at=at)
    note_case(got.case, text=WORDS["shared"], by=people[giver], at=at, for_all=True)
    return got.case, got.message.attachments.get().uuid


def _walk(client, who, giver, receiver, moment, number, file):
    """Six cells: read, attachment, search, note, answer, public summary."""
    cell = f"{who} {giver}->{receiver} {moment}"
    may = sight(who, giver, receiver, moment)
    base = f"/fi/work/cases/{number}/"
    page = client.get(base)
    assert page.status_code == (200 if may != "nothing" else refused(who)), f"{cell}: read"
    seen = {name for name, word in WORDS.items() if word in page.content.decode()}
    assert seen == (words_seen(who, giver, receiver, moment) if may != "nothing" else set()), f"{cell}: words"
    picture = client.get(f"{base}files/{file}")
    assert picture.status_code == (200 if may != "nothing" else refused(who)), f"{cell}: attachment"
    found = client.get("/fi/work/cases/", {"q": number})
    assert (number in _lines(found)) == (may != "nothing"), f"{cell}: search"
    expected = {"writes": 302, "reads": 403, "nothing": refused(who)}[may]
    for act, form in (
        ("note", {"text": "Huomio"}),
        ("answer", {"text": "Vastaus", "key": new_number()}),
        ("public", {"text": "Paikattu.", "act": "publish"}),
    ):
        with transaction.atomic():
            answer = client.post(f"{base}{act}/", form)
            transaction.set_rollback(True)
        assert answer.status_code == expected, f"{cell}: {act}"
    return 6


def _lines(page):
    """The list of a queue, without the field that says again what was asked."""
    return page.content.decode().partition("<tbody")[2] if page.status_code == 200 else ""


def _public(clients, case, moment):
    """No public door tells a word, whoever asks and whatever the moment; the resident's own link tells all but notes."""
    work_out_statistics(timezone.now())
    number = case.number
    for who in ("anonymous", "tampere"):
        for address in (
            f"/api/open311/v2/requests/{number}.json?extensions=true",
            f"/api/open311/v2/requests/{number}.xml?extensions=true",
            f"/api/open311/v2/requests.json?service_request_id={number}&extensions=true",
            "/fi/service/statistics/",
            f"/fi/service/statistics/{case.origin.slug}/",
            "/fi/search/?q=sillalla",
        ):
            answer = clients[who].get(address)
            assert answer.status_code == 200, address
            told = answer.content.decode()
            assert not [word for word in WORDS.values() if word in told], f"{who} {moment} {address}"
        assert clients[who].get(f"/fi/cases/{number}/{'A' * 26}/").status_code == 404
    own = clients["anonymous"].get(f"/fi/cases/{number}/{secret_of(case)}/").content.decode()
    assert {name for name, word in WORDS.items() if word in own} == {"text"} | (
        {"late"} if moment == "after" else set()
    )


def test_a_confidential_matter_changes_nothing_that_is_public(people):
    """Not a figure, not a row, not a difference: with it and without it all public doors say the same."""
    at = timezone.now() - timedelta(days=45)
    for _number in range(7):
        bring(category="other", place=Place(), chosen="helsinki", at=at)
    told = []
    for _night in (1, 2):
        work_out_statistics(timezone.now())
        client = Client()
        told.append(
            [
                client.get("/api/open311/v2/requests.json?start_date=2020-01-01T00:00:00Z").content,
                *(row.figures for row in _months()),
            ]
        )
        for _number in range(3):
            bring("Lapsestani", category="day-care", place=Place(), chosen="helsinki", at=at)
    assert told[0] == told[1]
    assert not Category.objects.get(pk="day-care").is_public


def _months():
    from kuutio.contact.models import ServiceMonth

    return ServiceMonth.objects.order_by("month", "organisation__slug")
