"""At any city's desk or telephone a resident opens their own case; that officer alone sees it, for half an hour, written down."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.contact.actions import handing, telling, visiting, working
from kuutio.contact.files import keep_picture
from kuutio.contact.incoming import Sender
from kuutio.contact.links import spoken_code_of
from kuutio.contact.models import Case, Contact, DeskVisit, JointDesk, Mandate, Participant
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.making import bring
from tests.contact.making import case as made
from tests.contact.pictures import jpeg
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

AINO = Sender(name="Aino Esimerkki", phone="+358401234567", preference="call")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def opened(client, case, **words):
    """Open a case by its code; gives the answer."""
    told = {"number": case.number, "code": spoken_code_of(case), "channel": "phone"} | words
    return client.post("/fi/work/desk/", told)


def test_another_citys_officer_opens_a_case_with_its_code_and_sees_that_one_alone(group, agents):
    received = bring(sender=AINO, files=(keep_picture(jpeg(), "kuoppa.jpg").file,))
    case, other = received.case, made(sender=AINO)
    working.note_case(case, text="Sisäinen huomio", by=agents["helsinki"], at=timezone.now(), for_all=True)
    espoo = signed_in(agents["espoo"])
    code = spoken_code_of(case).lower().replace("-", " ").replace("5", "s")
    page = opened(espoo, case, number=case.number.removeprefix("KU-").lower(), code=code)
    assert page.status_code == 302
    visit = DeskVisit.objects.get()
    shown = espoo.get(page.url).content.decode()
    assert "Kuoppa suojatien edessä." in shown
    assert "Sisäinen huomio" not in shown
    photo = received.message.attachments.get()
    assert espoo.get(f"{page.url}files/{photo.uuid}").status_code == 200
    # It is written down for the city and for the resident.
    event = case.events.get(kind="opened-at-desk")
    assert (event.actor, event.organisation, event.is_public) == (agents["espoo"], group["espoo"], True)
    assert Entry.objects.filter(verb="open_at_desk", thing=f"case:{case.number}", actor=agents["espoo"]).count() == 1
    # Nothing of the city's own, no other case, no other officer, no other browser.
    for path in (f"cases/{case.number}/", f"cases/{other.number}/"):
        assert espoo.get(f"/fi/work/{path}").status_code == 404
    assert espoo.post(f"/fi/work/cases/{case.number}/answer/", {"text": "Korjattu."}).status_code == 404
    assert signed_in(agents["espoo"]).get(page.url).status_code == 404
    colleague = PersonFactory(agent_of=[group["espoo"]])
    assert signed_in(colleague).get(page.url).status_code == 404
    # It writes for the resident, once, and the case goes on as if they had written.
    for _twice in range(2):
        espoo.post(f"{page.url}say/", {"text": "Kuoppa on syventynyt.", "key": "one"})
    message = case.messages.get(text="Kuoppa on syventynyt.")
    assert (message.direction, message.channel, message.contact.name) == ("in", "phone", "Aino Esimerkki")
    assert case.events.get(kind="replied").actor == agents["espoo"]
    assert espoo.post(f"{page.url}say/", {"text": " ", "key": "two"}).status_code == 422
    # It ends by itself, and by hand.
    DeskVisit.objects.update(opened_at=timezone.now() - timedelta(minutes=31), expires_at=timezone.now())
    assert espoo.get(page.url).status_code == 404
    assert espoo.post(f"{page.url}say/", {"text": "Lisää.", "key": "three"}).status_code == 404
    with pytest.raises(NotAllowed):
        visiting.say_for_resident(visit, text="Lisää.", by=agents["espoo"], at=timezone.now(), key="three")
    again = opened(espoo, case)
    espoo.post(f"{again.url}end/")
    assert espoo.get(again.url).status_code == 404


def test_guessing_ends_soon_for_the_case_and_for_the_officer(group, agents):
    case, espoo = made(sender=AINO), signed_in(agents["espoo"])
    wrong = "222-222-222"
    assert spoken_code_of(case) != wrong
    for _guess in range(5):
        assert opened(espoo, case, code=wrong).status_code == 422
    # The right one helps no more, for nobody, within the hour.
    for client in (espoo, signed_in(agents["vantaa"])):
        answer = opened(client, case)
        assert answer.status_code == 422
        assert "odota tunti" in answer.content.decode().lower()
    assert not DeskVisit.objects.exists()
    visit = visiting.open_by_code(
        case.number, spoken_code_of(case), channel="desk", by=agents["espoo"], at=timezone.now() + timedelta(hours=2)
    )
    assert visit.case == case
    for number in range(10):
        opened(espoo, case, number=f"nobody's {number}")
    assert opened(espoo, made()).status_code == 422
    for strange in ({"code": "\0"}, {"number": "\0" * 10}, {"channel": "chat"}, {"code": "ä" * 40}):
        assert opened(signed_in(agents["vantaa"]), case, **strange).status_code == 422


@pytest.mark.parametrize(
    ("door", "words"),
    [
        ("", None),
        ("places", None),
        ("answer/", {"text": " "}),
        ("note/", {"text": " "}),
        ("chat/", None),
        ("chat/lines", None),
        ("public/", None),
        ("helps/", {"text": "Hei"}),
        ("by-hand", None),
        ("file", None),
    ],
)
def test_every_door_to_another_citys_case_leaves_a_line(group, agents, door, words):
    received = bring(sender=AINO, files=(keep_picture(jpeg(), "kuoppa.jpg").file,))
    case = received.case
    Mandate.objects.create(desk=JointDesk.objects.get(), giver=group["helsinki"], categories=[], starts_on="2026-01-01")
    answer = working.answer_case(case, text="Korjattu.", by=agents["helsinki"], at=timezone.now())
    telling.deliver(answer.pk)
    client = signed_in(agents["desk"])
    address = f"/fi/work/cases/{case.number}/"
    address += {
        "by-hand": f"by-hand/{answer.deliveries.get().uuid}/",
        "file": f"files/{received.message.attachments.get().uuid}",
    }.get(door, door)
    shown = client.get(address) if words is None else client.post(address, words)
    assert shown.status_code == (422 if door in {"answer/", "note/"} else 200), address
    event = case.events.get(kind="read")
    assert (event.actor, event.organisation, event.facts) == (agents["desk"], group["desk"], {"why": "mandate"})
    assert Entry.objects.filter(verb="read_foreign_case", actor=agents["desk"]).count() == 1
    assert not case.events.filter(kind="read", actor=agents["helsinki"]).exists()


def test_the_duty_officers_reading_leaves_a_line(group, agents):
    case, office = made(sender=AINO), PersonFactory()
    office.roles.create(organisation=group["desk"], role="office")
    now = timezone.now()
    for _time in range(3):
        waiting = handing.offer_case(case, to=group["espoo"], reason="Teidän.", by=agents["helsinki"], at=now)
        handing.return_case(waiting, reason="Ei ole.", by=agents["espoo"], at=now)
    assert signed_in(office).get(f"/fi/work/cases/{case.number}/").status_code == 200
    assert case.events.get(kind="read").facts == {"why": "duty"}


def test_codes_are_each_cases_own_and_change_with_the_link(group):
    first, second = made(), made()
    codes = {spoken_code_of(first), spoken_code_of(second)}
    first.salt = "0" * 32
    assert len(codes | {spoken_code_of(first)}) == 3
    assert all(len(code) == 11 for code in codes)


def test_an_identified_resident_opens_only_cases_in_their_own_name(group, agents):
    case, _other = made(sender=AINO), made(sender=Sender(name="Bo Ek", phone=AINO.phone, preference="call"))
    nameless = made(sender=Sender(phone=AINO.phone, preference="call"))
    espoo = signed_in(agents["espoo"])
    told = {
        "name": "Esimerkki Aino Maria",
        "how": "passport",
        "reason": "Koodi on jäänyt kotiin",
        "number": case.number,
        "channel": "desk",
    }
    for wrong in (
        {"reason": ""},
        {"how": "code"},
        {"how": ""},
        {"name": "Bo Ek"},
        {"number": nameless.number},
        {"number": "", "address": ""},
        {"number": "", "address": "nobody@example.org"},
        {"number": "", "address": "12"},
    ):
        assert espoo.post("/fi/work/desk/identified/", told | wrong).status_code == 422, wrong
    assert not DeskVisit.objects.exists()
    assert espoo.post("/fi/work/desk/identified/", told).status_code == 302
    assert DeskVisit.objects.get().how == "passport"
    assert "kotiin" not in str(list(case.events.values("facts")))
    # Without the number: their own cases to choose from, by what they gave.
    chosen = espoo.post("/fi/work/desk/identified/", told | {"number": "", "address": "040 123 4567"})
    assert chosen.status_code == 200
    shown = chosen.content.decode()
    assert case.number in shown
    assert nameless.number not in shown
    assert Entry.objects.filter(verb="look_for_cases_at_desk").exists()


def test_a_call_is_written_down_with_a_note_a_proxy_and_consent_and_once(group, agents):
    earlier = made(sender=AINO)
    stranger = made(sender=Sender(name="Bo Ek", phone=AINO.phone, preference="call"))
    told = {
        **{"channel": "phone", "language": "sv", "category": "street-light", "text": "Lyktan är trasig.", "key": "k1"},
        **{"city": "vantaa", "address": "Dickursbyvägen 1", "name": "Aino Esimerkki", "phone": "040 123 4567"},
        **{"preference": "call", "note": "Hör dåligt.", "links": "on"},
        **{"proxy_name": "Carl Ek", "proxy_basis": "fullmakt", "proxy_phone": "050 123 4567", "proxy_email": ""},
    }
    espoo = signed_in(agents["espoo"])
    assert espoo.post("/fi/work/cases/new/", told | {"proxy_basis": ""}).status_code == 422
    assert espoo.post("/fi/work/cases/new/", told | {"text": ""}).status_code == 422
    assert Case.objects.count() == 2
    page = espoo.post("/fi/work/cases/new/", told)
    assert espoo.post("/fi/work/cases/new/", told).status_code == 302
    case = Case.objects.exclude(pk__in=[earlier.pk, stranger.pk]).get()
    assert (case.responsible, case.channel, case.language) == (group["vantaa"], "phone", "sv")
    proxy = case.participants.get(kind=Participant.Kind.PROXY)
    assert (proxy.basis, proxy.contact.preference, proxy.contact.phone) == ("fullmakt", "call", "+358501234567")
    assert case.messages.filter(direction="note").count() == 1
    # The officer of Espoo reads number and code to the resident, in Swedish; Vantaa sees the note and the linked case's number.
    said = espoo.get(page.url).content.decode()
    assert spoken_code_of(case) in said
    assert "Ärendenumret är" in said
    assert "Hör dåligt" not in said
    screen = signed_in(agents["vantaa"]).get(f"/fi/work/cases/{case.number}/").content.decode()
    assert "Hör dåligt." in screen
    assert earlier.number in screen
    assert stranger.number not in screen
    assert earlier.title not in screen


def test_how_a_resident_is_told_changes_with_them_and_needs_its_address(group, agents):
    case = made(sender=Sender(name="Aino Esimerkki", email="aino@example.org", preference="email"))
    Contact.objects.update(failing_since=timezone.now())
    espoo = signed_in(agents["espoo"])
    page = opened(espoo, case).url
    told = {"preference": "sms", "email": "", "phone": "", "postal_address": ""}
    assert espoo.post(f"{page}reach/", told).status_code == 422
    assert espoo.post(f"{page}reach/", told | {"phone": "040 123 4567"}).status_code == 302
    contact = Contact.objects.get()
    assert (contact.preference, contact.phone, contact.email, contact.failing_since) == (
        *("sms", "+358401234567"),
        *("", None),
    )
    anonymous = made(sender=Sender())
    page = opened(espoo, anonymous).url
    espoo.post(f"{page}reach/", told | {"preference": "letter", "postal_address": "Vägen 1"})
    assert anonymous.participants.get().contact.preference == "letter"
    with pytest.raises(Invalid):
        visiting.open_by_code("KU", "", channel="desk", by=agents["espoo"], at=timezone.now())


def test_at_the_desk_a_resident_rates_names_who_acts_for_them_and_changes_the_language(group, agents):
    case, espoo = made(sender=AINO), signed_in(agents["espoo"])
    page = opened(espoo, case).url
    assert espoo.post(f"{page}rate/", {"stars": "4"}).status_code == 422, "it isn't done yet"
    working.move_case(case, "resolved", by=agents["helsinki"], at=timezone.now())
    assert 'name="stars"' in espoo.get(page).content.decode()
    espoo.post(f"{page}rate/", {"stars": "4", "text": "Hyvin."})
    case = Case.objects.get(pk=case.pk)
    assert (case.rating.stars, case.rating.organisation) == (4, group["helsinki"])
    assert case.events.get(kind="rated").actor == agents["espoo"]
    espoo.post(f"{page}language/", {"language": "sv"})
    assert Case.objects.get(pk=case.pk).language == "sv"
    assert espoo.post(f"{page}language/", {"language": "de"}).status_code == 422
    assert espoo.post(f"{page}proxy/", {"name": "Bo", "basis": ""}).status_code == 422
    espoo.post(f"{page}proxy/", {"name": "Bo Asiamies", "basis": "valtakirja", "phone": "040 765 4321"})
    proxy = case.participants.get(kind="proxy")
    assert (proxy.contact.preference, proxy.contact.language, proxy.basis) == ("call", "sv", "valtakirja")
    assert "Bo Asiamies" in espoo.get(page).content.decode()
    for _twice in range(2):
        espoo.post(f"{page}proxy/", {"remove": str(proxy.pk)})
    assert not case.participants.filter(kind="proxy").exists()
    assert not Contact.objects.filter(name="Bo Asiamies").exists()
    assert [event.kind for event in case.events.filter(kind__startswith="proxy")] == ["proxy-named", "proxy-removed"]
    reporter = case.participants.get(kind="reporter")
    espoo.post(f"{page}proxy/", {"remove": str(reporter.pk)})
    assert case.participants.filter(pk=reporter.pk).exists(), "nobody else is removed so"
