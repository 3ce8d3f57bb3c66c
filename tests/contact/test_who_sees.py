"""Who sees and does what with a case before, during and after a hand-over: every cell of the table, asked at the real doors."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone, translation

from kuutio.cities.models import City, Organisation, Role, Unit
from kuutio.contact.actions.correcting import place_case, set_diary_number
from kuutio.contact.actions.figuring import work_out_statistics
from kuutio.contact.actions.handing import accept_case, offer_case
from kuutio.contact.actions.residents import change_reach
from kuutio.contact.actions.splitting import split_case
from kuutio.contact.actions.visiting import name_proxy
from kuutio.contact.actions.working import answer_case, direct_case, note_case, take_case
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.files import keep_picture
from kuutio.contact.incoming import Sender
from kuutio.contact.links import secret_of
from kuutio.contact.models import Category, Contact, JointDesk, Mandate
from kuutio.contact.numbering import new_number
from kuutio.core.problems import Problem
from tests.contact.making import HELSINKI, Place, bring
from tests.contact.pictures import jpeg
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
PAIRS = tuple(zip(CITIES, (*CITIES[1:], CITIES[0]), strict=True))
"""Who gives to whom: each city gives and receives."""

MOMENTS = ("before", "offered", "after")
WORDS = {"text": "Zyxtext", "note": "Zyxnote", "shared": "Zyxshared", "late": "Zyxlate"}
"""What the resident wrote, a note of the giver's own, one for all cities, an answer from after the hand-over."""


THEN = {"place": "Zyxlane", "diary": "QVX-then", "mail": "zyxthen@example.org"}
LATER = {"place": "Zyxroad", "diary": "QVX-later", "mail": "zyxlater@example.org", "joined": "zyxjoined@example.org"}
"""What the case says of itself until it is handed over, and what the receiver makes of it."""


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
    return seen | ({"late"} if moment == "after" and sight(who, giver, receiver, moment) == "writes" else set())


def facts_seen(who: str, giver: str, receiver: str, moment: str) -> set[str]:
    """Which of the case's facts a reader finds on its page: the giver those of then, and never those of today.

    A diary number is that of its own city, and of who works for it.
    """
    may = sight(who, giver, receiver, moment)
    if may == "nothing":
        return set()
    if moment == "offered" and who == receiver:
        return set(THEN.values()) - {THEN["diary"]}
    return set(LATER.values()) if moment == "after" and may == "writes" else set(THEN.values())


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


class Door:
    """Somebody who knocks: as a browser does, or at the view itself, without what stands around every view."""

    def __init__(self, person, *, by_browser: bool) -> None:
        self.person, self.client = person, Client() if by_browser else None
        if self.client and person:
            self.client.force_login(person)

    def knock(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and what was told; what a form changed is taken back."""
        with transaction.atomic():
            answer = self._browse(method, path, form) if self.client else self._call(method, path, form)
            if method == "post":
                transaction.set_rollback(True)
        if isinstance(answer, int):
            return answer, ""
        return answer.status_code, b"".join(answer).decode("utf-8", "replace")

    def _browse(self, method, path, form):
        return getattr(self.client, method)(path, form)

    def _call(self, method, path, form):
        request = getattr(RequestFactory(), method)(path, form)
        request.user = self.person or AnonymousUser()
        request.session = SessionStore()
        request._messages = FallbackStorage(request)
        request.LANGUAGE_CODE = "fi"
        with translation.override("fi"):
            view = resolve(request.path_info)
            try:
                return view.func(request, *view.args, **view.kwargs)
            except Http404:
                return 404
            except Problem as refused:
                return refused.status


def test_every_cell_of_the_table_at_the_real_doors(people, settings):
    """Six cities, each of which gives to the next, three moments, eleven roles, eight doors."""
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000
    everybody = {"anonymous": None} | people
    # One city's case is asked for as browsers do; of the others the views are asked, by the same addresses.
    browsers = {who: Door(person, by_browser=True) for who, person in everybody.items()}
    doors = {who: Door(person, by_browser=False) for who, person in everybody.items()}
    now = timezone.now()
    picture = keep_picture(jpeg(), f"{WORDS['text']}.jpg").file
    matters = [(giver, receiver, _matter(giver, people, picture, now)) for giver, receiver in PAIRS]
    offers = {}
    cells = 0
    for moment in MOMENTS:
        for giver, receiver, case in matters:
            if moment == "offered":
                to = Organisation.objects.get(slug=receiver)
                offers[giver] = offer_case(case, to=to, reason="Teidän", by=people[giver], at=now - timedelta(hours=3))
            elif moment == "after":
                accept_case(offers[giver], by=people[receiver], at=now - timedelta(hours=2))
                answer_case(case, text=WORDS["late"], by=people[receiver], at=now - timedelta(hours=1))
                _go_on(case, people[receiver], now)
        for giver, receiver, case in matters:
            for who, door in (browsers if giver == "helsinki" else doors).items():
                cells += _walk(door, who, giver, receiver, moment, case)
        work_out_statistics(now)
        cells += _public(doors, moment, [case for _giver, _receiver, case in matters])
        for who, door in doors.items():
            cells += _search(door, who, moment, matters)
    assert cells == len(CITIES) * len(MOMENTS) * len(everybody) * 8
    for who, door in doors.items():
        _search_facts(door, who, matters)


def _matter(giver, people, picture, now):
    got = bring(
        f"{WORDS['text']}! Hei, sillalla.",
        category="other",
        place=Place(address=THEN["place"]),
        chosen=giver,
        at=now - timedelta(days=40),
        files=(picture,),
        sender=Sender(email=THEN["mail"], preference="email"),
    )
    set_diary_number(got.case, diary_number=THEN["diary"], by=people[giver], at=now - timedelta(days=1))
    at = now - timedelta(hours=5)
    note_case(got.case, text=WORDS["note"], by=people[giver], at=at)
    note_case(got.case, text=WORDS["shared"], by=people[giver], at=at, for_all=True)
    return got.case


def _go_on(case, officer, now):
    """What the receiver and the resident change afterwards."""
    place_case(case, address=LATER["place"], by=officer, at=now)
    set_diary_number(case, diary_number=LATER["diary"], by=officer, at=now)
    change_reach(case, Sender(email=LATER["mail"], preference="email"), language="fi", at=now)
    proxy = Contact(name="Bo Ek", email=LATER["joined"], preference="email", language="sv", created_at=now)
    name_proxy(case, proxy, basis="valtakirja", by=officer, at=now)


def _walk(door, who, giver, receiver, moment, case):
    """Five cells: read, attachment, note, answer, public summary; the resident's own link beside them."""
    cell = f"{who} {giver}->{receiver} {moment}"
    may = sight(who, giver, receiver, moment)
    base = f"/fi/work/cases/{case.number}/"
    sees = 200 if may != "nothing" else refused(who)
    status, page = door.knock("get", base)
    assert status == sees, f"{cell}: read"
    seen = {name for name, word in WORDS.items() if word in page}
    assert seen == (words_seen(who, giver, receiver, moment) if may != "nothing" else set()), f"{cell}: words"
    facts = {fact for fact in (*THEN.values(), *LATER.values()) if fact in page}
    assert facts == facts_seen(who, giver, receiver, moment), f"{cell}: facts"
    file = case.messages.get(direction="in").attachments.get().uuid
    assert door.knock("get", f"{base}files/{file}")[0] == sees, f"{cell}: attachment"
    expected = {"writes": 302, "reads": 403, "nothing": refused(who)}[may]
    for act, form in (
        ("note", {"text": "Huomio"}),
        ("answer", {"text": "Vastaus", "key": new_number()}),
        ("public", {"text": "Paikattu.", "act": "publish"}),
    ):
        assert door.knock("post", f"{base}{act}/", form)[0] == expected, f"{cell}: {act}"
    if who == "anonymous":
        assert door.knock("get", f"/fi/cases/{case.number}/{'A' * 26}/")[0] == 404
        status, own = door.knock("get", f"/fi/cases/{case.number}/{secret_of(case)}/")
        assert {name for name, word in WORDS.items() if word in own} == {"text"} | (
            {"late"} if moment == "after" else set()
        )
    return 5


def _search(door, who, moment, matters):
    """One cell for each case: the word of all of them finds those that one sees."""
    status, page = door.knock("get", "/fi/work/cases/", {"q": WORDS["text"]})
    assert status == (200 if who in {*CITIES, "desk", "office"} else {"anonymous": 302}.get(who, 403)), (
        f"{who} {moment}"
    )
    # The list, without the field that says again what was asked.
    lines = page.partition("<tbody")[2]
    for giver, receiver, case in matters:
        sees = sight(who, giver, receiver, moment) != "nothing"
        assert (case.number in lines) == sees, f"{who} {giver}->{receiver} {moment}: search"
    return len(matters)


def _search_facts(door, who, matters):
    """After the hand-over the giver finds a case by what it knew, and by nothing that it became."""
    for fact in (THEN["diary"], LATER["diary"], LATER["place"], LATER["joined"]):
        _status, page = door.knock("get", "/fi/work/cases/", {"q": fact, "view": "all"})
        lines = page.partition("<tbody")[2]
        for giver, receiver, case in matters:
            may = sight(who, giver, receiver, "after")
            finds = may == "reads" if fact == THEN["diary"] else may == "writes"
            assert (case.number in lines) == finds, f"{who} {giver}->{receiver}: {fact}"


def _public(doors, moment, cases):
    """Two cells for each role and case: Open311 and the statistics tell everybody the same, and no word of a case."""
    numbers = ",".join(case.number for case in cases)
    everybodys = (
        ("/api/open311/v2/requests.json", {"service_request_id": numbers, "extensions": "true"}),
        ("/fi/service/statistics/", {}),
    )
    others = (
        ("/api/open311/v2/requests.xml", {"service_request_id": numbers, "extensions": "true"}),
        *((f"/api/open311/v2/requests/{case.number}.json", {"extensions": "true"}) for case in cases),
        *((f"/fi/service/statistics/{case.origin.slug}/", {}) for case in cases),
    )
    for address, words in (*everybodys, *others):
        told = _told(doors["anonymous"], address, words)
        assert not [word for word in WORDS.values() if word in told], f"{moment} {address}"
        if (address, words) in everybodys:
            for who, door in doors.items():
                assert _told(door, address, words) == told, f"{who} {moment} {address}"
    found = _told(doors["anonymous"], "/fi/search/", {"q": WORDS["text"]})
    assert not [case.number for case in cases if case.number in found], f"{moment}: search of the house"
    return len(doors) * len(cases) * 2


def _told(door, address, words):
    status, page = door.knock("get", address, words)
    assert status == 200, address
    return page.partition("<main")[2].partition("</main>")[0] or page


def test_the_giver_sees_no_officer_no_unit_and_no_further_offer_and_keeps_what_is_split_away(people, client):
    giver, receiver = people["helsinki"], people["espoo"]
    now = timezone.now()
    case = bring(category="other", place=HELSINKI, chosen="helsinki", at=now - timedelta(days=2)).case
    second = bring("Zyxsecond.", case=case, sender=Sender(), at=now - timedelta(days=1)).message
    unit = Unit.objects.create(slug="espoo-x", city=City.objects.get(code="espoo"), name={"fi": "Zyxunit"})
    to = Organisation.objects.get(slug="espoo")
    offer = offer_case(case, to=to, reason="Teidän", by=giver, at=now - timedelta(hours=5))
    accept_case(offer, by=receiver, at=now - timedelta(hours=4))
    receiver.name = "Zyxofficer"
    receiver.save()
    take_case(case, by=receiver, at=now)
    direct_case(case, unit=unit, by=receiver, at=now)
    place_case(case, address="Muualla", lon=24.6556, lat=60.2055, by=receiver, at=now)
    offer_case(case, to=Organisation.objects.get(slug="turku"), reason="Zyxwhy", by=receiver, at=now)
    split_case(case, [second.uuid], category=Category.objects.get(pk="other"), by=receiver, at=now)
    client.force_login(receiver)
    theirs = client.get(f"/fi/work/cases/{case.number}/").content.decode()
    client.force_login(giver)
    page = client.get(f"/fi/work/cases/{case.number}/").content.decode()
    for word in ("Zyxofficer", "Zyxunit", "Zyxwhy"):
        assert word in theirs
        assert word not in page, word
    assert "Zyxsecond." in page
    listed = client.get("/fi/work/cases/?view=given").content.decode().partition("<tbody")[2]
    assert case.number in listed
    assert not [word for word in ("Zyxofficer", "Zyxunit") if word in listed]
    (point,) = client.get(f"/fi/work/cases/{case.number}/places").json()["features"]
    assert point["geometry"]["coordinates"] == [HELSINKI.lon, HELSINKI.lat]


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
