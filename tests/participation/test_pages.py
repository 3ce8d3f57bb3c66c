"""The pages: what is found in the list, what waits for officers, what followers are told, the demonstration whole."""

import re

from allauth.account.internal.flows.login import record_authentication
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.utils import timezone

from kuutio.cities import demo as cities_demo
from kuutio.participation import demo
from kuutio.participation.actions import following, processes
from kuutio.participation.actions.processes import Decision
from kuutio.participation.models import Follow, Process, Stage
from kuutio.participation.voices import Level, voice_of
from kuutio.search.models import Entry
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three


def slugs(page):
    return re.findall(r'<h3><a href="/fi/participation/([a-z0-9-]+)/"', page.content.decode())


def test_the_list_finds_by_city_theme_time_and_words(make_process, client):
    now = timezone.now()
    make_process(slug="auki", others=["vantaa"], at=now)
    make_process(slug="ohi", at=now - 20 * DAY)
    make_process(slug="oulussa", owner="oulu", at=now + 7 * DAY)
    make_process(slug="luonnos", publish=False, at=now)
    assert slugs(client.get("/fi/participation/")) == ["auki", "oulussa", "ohi"]  # what is open first
    for query, found in (
        ("city=vantaa", ["auki"]),
        ("city=oulu", ["oulussa"]),
        ("when=open", ["auki"]),
        ("when=coming", ["oulussa"]),
        ("when=going", ["ohi"]),
        ("when=closed", []),
        ("theme=economy", []),
        ("theme=environment&city=helsinki", ["auki", "ohi"]),
        ("q=leikkipaikka&city=vantaa", ["auki"]),
        ("q=helikopteri", []),
        ("city=%00&from=9x&when=x", ["auki", "oulussa", "ohi"]),
    ):
        assert slugs(client.get(f"/fi/participation/?{query}")) == found, query


def test_a_draft_is_for_its_officers_alone(make_process, client, officers):
    make_process(slug="luonnos", publish=False, others=["vantaa"])
    assert not Entry.objects.filter(kind="process").exists()
    for who, status in ((None, 404), ("oulu", 404), ("vantaa", 200), ("helsinki", 200)):
        client.logout()
        if who:
            client.force_login(officers[who])
        assert client.get("/fi/participation/luonnos/").status_code == status
        assert client.get("/fi/participation/luonnos/hearing/").status_code == status


def test_nobody_forgets_to_close(make_process, client, officers):
    make_process(slug="auki", at=timezone.now())
    make_process(slug="unohtui", at=timezone.now() - 8 * DAY)
    client.force_login(officers["helsinki"])
    page = client.get("/fi/work/").content.decode()
    assert "/fi/work/participation/unohtui/close/" in page
    assert "/fi/work/participation/auki/close/" not in page
    told = {f"{name}_{place}": text for name in ("decided", "why") for place, text in enumerate(("Näin", "Så", ""))}
    response = client.post("/fi/work/participation/unohtui/close/", told | {"decided_on": "2026-11-20"})
    assert response.status_code == 302
    assert Process.objects.get(slug="unohtui").state == "closed"
    assert "unohtui/close" not in client.get("/fi/work/").content.decode()
    client.force_login(officers["oulu"])
    assert "unohtui" not in client.get("/fi/work/").content.decode()


def test_followers_are_told_of_an_opening_and_of_the_outcome_once(process, settings):
    person = PersonFactory(language="sv")
    follow = following.follow_process(process, by=person, at=NOON - DAY)
    stage = process.stages.get()
    Stage.objects.filter(pk=stage.pk).update(opens_at=NOON - DAY / 24)
    assert following.tell_of_openings(at=NOON - DAY) == 0
    assert [following.tell_of_openings(at=NOON) for _twice in range(2)] == [1, 0]
    assert following.write_to_follower(follow.pk, "opening", stage.pk)
    decision = Decision(three("Päätettiin"), three("Koska"), NOON.date(), {})
    closed = processes.close_process(process, decision, by=None, at=NOON + 6 * DAY)
    assert following.tell_of_outcome(closed.pk) == 1
    assert following.write_to_follower(follow.pk, "outcome", None)
    opening, outcome = mail.outbox
    assert opening.subject == "Nu kan du delta: Puisto (sv)"
    assert "Kuuleminen (sv)" in opening.body
    assert "Päätettiin (sv)" in outcome.body
    leave = re.search(r"<([^>]+)>", outcome.extra_headers["List-Unsubscribe"])[1]
    assert leave.startswith(f"{settings.SITE_URL}/sv/participation/unfollow/")


def test_a_letter_s_link_ends_the_following_after_a_press(process, client):
    follow = following.follow_process(process, by=PersonFactory(), at=NOON)
    address = f"/fi/participation/unfollow/{following.token_of(follow)}/"
    assert client.get(address).status_code == 200
    assert Follow.objects.exists()
    client.post(address)
    assert not Follow.objects.exists()
    assert client.get(address).status_code == 200


def test_only_a_session_that_a_strong_service_opened_is_strong(db, rf, settings):
    settings.STRONG_PROVIDERS = frozenset({"suomi"})
    person = PersonFactory()
    for method, more, level in (
        ("password", {}, Level.REGISTERED),
        ("socialaccount", {"provider": "city", "uid": "1"}, Level.REGISTERED),
        ("socialaccount", {"provider": "suomi", "uid": "1"}, Level.STRONG),
    ):
        request = rf.get("/")
        request.user, request.session = person, SessionStore()
        record_authentication(request, person, method, **more)
        assert voice_of(request).level == level
        request.user = PersonFactory()  # what somebody else proved in the same browser counts for nothing
        assert voice_of(request).level == Level.REGISTERED


def test_the_demonstration_is_whole_and_loads_once(db, client):
    cities_demo.load_cities()
    now = timezone.now()
    assert demo.load(now) == 12
    assert demo.load(now) == 0
    assert Process.objects.filter(state="closed").count() == 1
    joint = Process.objects.get(slug="keravanjoki")
    assert joint.parts.count() == 2
    for language in ("fi", "sv", "en"):
        for process in Process.objects.prefetch_related("stages"):
            assert client.get(f"/{language}/participation/{process.slug}/").status_code == 200
        for stage in joint.stages.all():
            assert client.get(f"/{language}/participation/keravanjoki/{stage.slug}/").status_code == 200
    front = client.get("/sv/").content.decode()
    # Some of what can be taken part in now.
    assert any(process.title.localize("sv") in front for process in Process.objects.filter(state="published"))
