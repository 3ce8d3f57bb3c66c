"""A Swedish speaker of 72 without e-mail, in Espoo, about a matter in Helsinki: by telephone and desk to the end, in Swedish.

Across a hand-over to Vantaa, with officers who read their own pages in Finnish.
"""

import re
from html import unescape

import pytest
from django.test import Client

from kuutio.contact import tasks
from kuutio.contact.actions import handing
from kuutio.contact.links import spoken_code_of
from kuutio.contact.mail.tongue import language_of
from kuutio.contact.models import Case, Delivery, Handover, Message
from tests.contact.providers import channel, gateway

pytestmark = pytest.mark.django_db

GUNVOR = {
    "name": "Gunvor Holm",
    "phone": "09 555 1234",
    "postal_address": "Mataskärsvägen 2\n02100 Esbo",
}
FINNISH = re.compile(
    r"\b(asia|asian|asiasi|asiaasi|hoitaa|vastaus|koodi|palvelupiste\w*|kaupunki|sinulle|kiitos)\b", re.I
)


@pytest.fixture
def cities(group):
    """The cities with the names that residents know, in their languages."""
    for slug, fi, sv in (
        ("helsinki", "Helsingin kaupunki", "Helsingfors stad"),
        ("espoo", "Espoon kaupunki", "Esbo stad"),
        ("vantaa", "Vantaan kaupunki", "Vanda stad"),
    ):
        group[slug].name = {"fi": fi, "sv": sv, "en": fi}
        group[slug].save()
    return group


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def aloud(page):
    """What the officer reads to her, or the letter."""
    text = page.content.decode()
    part = re.search(r'<(div class="aloud"|article class="letter") lang="(\w\w)">(.*?)</(div|article)>', text, re.S)
    assert part, text
    assert part[2] == "sv"
    return unescape(re.sub(r"<[^>]+>", " ", part[3]))


def assert_swedish(text):
    """Not a word of Finnish in it."""
    words = re.sub(r"https?://\S+", "", text)
    assert language_of(words) == "sv", words
    assert not FINNISH.search(words), words


@pytest.fixture
def run(db):
    """What a worker does with the jobs that this test has left to it, when called."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    done = {ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0}

    def work() -> None:
        tasks.send_receipts.func()
        for job in ProcrastinateJob.objects.filter(pk__gt=max(done), queue_name="contact").order_by("pk"):
            getattr(tasks, job.task_name.rpartition(".")[2]).func(**job.args)
            done.add(job.pk)

    return work


def test_she_is_served_in_swedish_to_the_end(cities, agents, settings, run):
    settings.UNDO_SEND_S = 0  # an answer leaves at once
    espoo, helsinki, vantaa = (signed_in(agents[slug]) for slug in ("espoo", "helsinki", "vantaa"))

    # She rings the city that she lives in; the officer there writes the matter down for Helsinki.
    page = espoo.post(
        "/fi/work/cases/new/",
        {
            **{"channel": "phone", "language": "sv", "category": "street-light", "key": "ring", "city": "helsinki"},
            **{"text": "Gatlyktan utanför min systers hus är släckt.", "address": "Drumsövägen 10"},
            **{"preference": "call", "note": "Hör dåligt: tala långsamt.", **GUNVOR},
        },
    )
    case = Case.objects.get()
    assert (case.responsible, case.language, case.channel) == (cities["helsinki"], "sv", "phone")
    said = aloud(espoo.get(page.url))
    assert_swedish(said)
    assert case.number in said
    assert spoken_code_of(case) in said
    assert "Helsingfors stad" in said
    espoo.post(f"{page.url}end/")
    run()

    # Helsinki answers; she chose to be called, and the officer reads it to her.
    helsinki.post(
        f"/fi/work/cases/{case.number}/answer/",
        {"text": "Vi har beställt reparationen. Vi ringer när lyktan lyser igen.", "then": "", "key": "a1"},
    )
    run()
    calls = list(Delivery.objects.filter(state="by-hand").order_by("pk"))
    assert [call.channel for call in calls] == ["phone", "phone"]  # the receipt and the answer
    for call in calls:
        said = aloud(helsinki.get(f"/fi/work/cases/{case.number}/by-hand/{call.uuid}/"))
        assert_swedish(said)
        assert "Helsingfors stad" in said
        assert helsinki.post(f"/fi/work/cases/{case.number}/told/", {"delivery": call.pk}).status_code == 302
    assert "Vi har beställt reparationen" in said

    # She visits a service point of Espoo with number and code, tells more, and wants a text message from now on.
    page = espoo.post("/fi/work/desk/", {"number": case.number, "code": spoken_code_of(case), "channel": "desk"})
    assert_swedish(aloud(espoo.get(page.url)))
    espoo.post(f"{page.url}say/", {"text": "Lyktan står på Vandas sida av gatan, säger min syster.", "key": "s1"})
    reach = {"preference": "sms", "email": "", **GUNVOR, "phone": "040 555 1234"}
    assert espoo.post(f"{page.url}reach/", reach).status_code == 302
    espoo.post(f"{page.url}end/")

    # So it is Vantaa's; it says so to her by text, and answers her.
    helsinki.post(f"/fi/work/cases/{case.number}/offer/", {"to": "vantaa", "reason": "Valaisin on Vantaan puolella."})
    with gateway() as (address, got, _answers):
        settings.CHANNELS = [channel(send_to=address)]
        handing.accept_case(Handover.objects.get(), by=agents["vantaa"], at=Handover.objects.get().offered_at)
        run()
        vantaa.post(
            f"/fi/work/cases/{case.number}/answer/",
            {"text": "Vi har hand om lyktan nu.", "then": "waiting-resident", "key": "a2"},
        )
        run()
    assert [sent["to"] for sent in got] == ["+358405551234"] * 2
    for sent in got:
        assert_swedish(sent["text"])
        assert "Gunvor" not in sent["text"]
    assert "Vanda stad" in got[0]["text"]

    # She rings Helsinki, which has the case no more, all the same; she'd rather have a letter.
    page = helsinki.post("/fi/work/desk/", {"number": case.number, "code": spoken_code_of(case), "channel": "phone"})
    said = aloud(helsinki.get(page.url))
    assert_swedish(said)
    assert "Vanda stad" in said
    helsinki.post(f"{page.url}say/", {"text": "Ja, det går bra. Skicka gärna ett brev.", "key": "s2"})
    helsinki.post(f"{page.url}reach/", {**reach, "preference": "letter"})

    # Vantaa settles it, by letter.
    case.refresh_from_db()
    assert (case.responsible, case.state) == (cities["vantaa"], "open")
    vantaa.post(
        f"/fi/work/cases/{case.number}/answer/",
        {"text": "Lyktan är reparerad.\n\nTack för att du berättade.", "then": "resolved", "key": "a3"},
    )
    run()
    letter = Delivery.objects.get(state="by-hand")
    assert letter.channel == "letter"
    paper = aloud(vantaa.get(f"/fi/work/cases/{case.number}/by-hand/{letter.uuid}/"))
    assert_swedish(paper)
    for line in (
        "Gunvor Holm",
        "02100 Esbo",
        "Vanda stad",
        case.number,
        spoken_code_of(case),
        "Lyktan är reparerad.",
    ):
        assert line in paper
    vantaa.post(f"/fi/work/cases/{case.number}/told/", {"delivery": letter.pk})
    # Her grandchild opens it on the web with what stands on the paper.
    secret = re.search(r"Hemlig kod för webben: ([a-z2-7 ]+)", paper)
    assert secret
    found = Client().post("/sv/cases/", {"number": case.number, "secret": secret[1].strip()})
    assert found.status_code == 302

    # All of it is one thread under one number, and nothing waits.
    case.refresh_from_db()
    assert case.state == "resolved"
    assert not Delivery.objects.exclude(state__in=["sent", "done"]).exists()
    assert [row.channel for row in case.messages.filter(direction="in")] == ["phone", "desk", "phone"]
    for row in Message.objects.filter(case=case, direction="out"):
        assert_swedish(row.text)
    assert case.events.filter(kind="opened-at-desk").count() == 2
