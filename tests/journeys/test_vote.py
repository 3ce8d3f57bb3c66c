"""A vote in the browser: a ranking ballot by keys and without scripts, and two cities' joint budget from its project to the recount."""

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import City, Organisation, Role
from kuutio.core.bundles import verify_bundle
from kuutio.participation.actions import closing
from kuutio.participation.models import Budget, Entry, Pass
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, expect_status, sign_in
from tests.journeys.hands import Keyboard
from tests.participation.voting import Browser, address, end, make_vote, resident


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path


def _vote(**more):
    cities_demo.load_cities()
    return make_vote({city.pk: city for city in City.objects.all()}, **more)


def _be(page: Page, facts) -> None:
    """Be somebody who was identified strongly."""
    session = SessionStore()
    session["identified"] = {
        "person": facts.person,
        "municipality": facts.municipality,
        "postal_code": facts.postal_code,
        "born_on": facts.born_on.isoformat(),
        "is_demo": True,
    }
    session.save()
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": session.session_key, "url": page.watched.site}])


def test_a_ranking_ballot_by_keys_and_changed_by_its_code(phone: Page) -> None:
    budget = _vote(paper="ordinal", limits={"max_length": 3})
    for language in ("sv", "en", "fi"):
        phone.goto(address(budget).replace("/fi/", f"/{language}/"))
        assert_sound(phone)
    expect(phone.get_by_role("heading", name="Tunnistaudu ensin")).to_be_visible()
    _be(phone, resident(1))
    phone.reload()
    hands = Keyboard(phone)
    third, first = (phone.locator(f'[data-key="{key}"]') for key in "31")
    hands.press('[data-key="3"] [data-rank=up]')
    hands.press('[data-key="1"] [data-rank=up]')
    expect(third.locator("input")).to_have_value("1")
    hands.press('[data-key="1"] [data-rank=up]')
    expect(first.locator("input")).to_have_value("1")
    expect(third.locator("input")).to_have_value("2")
    expect(phone.locator("#ballot-total")).to_contain_text("Järjestyksessäsi: 2.")
    assert_sound(phone)
    hands.press("#ballot .form-actions button")
    expect(phone.get_by_role("heading", name="Äänesi on vastaanotettu")).to_be_visible(timeout=15_000)
    code = phone.locator("#code").inner_text()
    assert len(code) == 43 and "#" not in phone.url
    assert_sound(phone)
    phone.get_by_role("link", name="Muuta ääntä").click()
    phone.fill("[name=code]", code)
    phone.fill('[name="n-5"]', "1")
    phone.locator("#ballot .form-actions button").click()
    expect(phone.get_by_role("heading", name="Äänesi on vastaanotettu")).to_be_visible(timeout=15_000)
    rows = [bytes(row).decode() for row in Entry.objects.filter(token__isnull=False).values_list("content", flat=True)]
    assert sum('"ballot":["1","3"]' in row for row in rows) == sum('"ballot":["5"]' in row for row in rows) == 1
    assert all('"channel":"web"' in row for row in rows)


def test_with_scripts_the_paper_refuses_what_the_form_refuses(phone: Page) -> None:
    budget = _vote(paper="ordinal")
    _be(phone, resident(1))
    phone.goto(address(budget))
    send, told = phone.locator("#ballot .form-actions button"), phone.locator("#ballot-error")
    for two, four, words in (("1", "1", "sama numero"), ("abc", "1", "kokonaislukuja"), ("-1", "2", "kokonaislukuja")):
        phone.fill('[name="n-2"]', two)
        phone.fill('[name="n-4"]', four)
        send.click()
        expect(told).to_contain_text(words)
    assert not Pass.objects.exists()
    phone.fill('[name="n-2"]', "2")
    phone.fill('[name="n-4"]', "1")
    send.click()
    expect(phone.get_by_role("heading", name="Äänesi on vastaanotettu")).to_be_visible(timeout=15_000)
    assert '"ballot":["4","2"]' in bytes(Entry.objects.get(token__isnull=False).content).decode()


def test_who_signs_in_after_another_in_the_same_tab_votes_with_a_pass_of_their_own(phone: Page) -> None:
    budget = _vote()
    send = phone.locator("#ballot .form-actions button")
    expect_status(phone, 503)
    phone.route("**/cast/", lambda route: route.fulfill(status=503, body='{"detail": "Odota hetki."}'))
    _be(phone, resident(1))
    phone.goto(address(budget))
    phone.get_by_label("Hanke 1").check()
    send.click()
    expect(phone.locator("#ballot-error")).to_be_visible(timeout=15_000)
    phone.unroute("**/cast/")
    phone.context.clear_cookies()
    _be(phone, resident(2))
    phone.goto(address(budget))
    phone.get_by_label("Hanke 2").check()
    send.click()
    expect(phone.get_by_role("heading", name="Äänesi on vastaanotettu")).to_be_visible(timeout=15_000)
    assert Pass.objects.count() == 2


def test_points_on_the_paper_and_votes_in_the_rule_are_recounted(desk: Page) -> None:
    budget = _vote(paper="cumulative", rule="mes-cost+add1+u")
    for number in range(6):
        browser = Browser(budget, resident(number))
        browser.ask()
        browser.cast({"1": 6, "5": 4} if number < 4 else {"2": 10})
    closing.tend(end(budget), full_only=True, at=timezone.now())
    desk.goto(address(budget, "result/"))
    press, told = desk.get_by_role("button", name="Laske tässä selaimessa"), desk.locator("#recount-said")
    expect_status(desk, 503)
    desk.route("**/log.jsonl", lambda route: route.fulfill(status=503, body=""))
    press.click()
    expect(told).to_contain_text("Lokia ei saatu")
    desk.unroute("**/log.jsonl")
    press.click()
    expect(told).to_contain_text("Tämä täsmää: 8 merkinnästä", timeout=15_000)
    expect(told).to_contain_text("Voittajat ovat samat ja samassa järjestyksessä.")


def test_the_same_ballot_without_scripts(no_script: Page) -> None:
    budget = _vote(paper="ordinal")
    _be(no_script, resident(1))
    no_script.goto(address(budget))
    no_script.fill('[name="n-2"]', "1")
    no_script.fill('[name="n-4"]', "1")
    expect_status(no_script, 422)
    no_script.locator("#ballot .form-actions button").click()
    expect(no_script.get_by_role("alert")).to_contain_text("sama numero")
    no_script.fill('[name="n-4"]', "2")
    no_script.locator("#ballot .form-actions button").click()
    expect(no_script.locator("#code")).not_to_be_empty()
    assert '"ballot":["2","4"]' in bytes(Entry.objects.get(token__isnull=False).content).decode()


def test_two_cities_joint_budget_from_project_to_recount(desk: Page) -> None:
    budget = _vote(others=("vantaa",), budgets_of=(None,), open_now=False)
    officer = PersonFactory(name="Aino Avain", language="fi")
    Role.objects.create(person=officer, organisation=Organisation.objects.get(slug="vantaa"), role="publisher")
    sign_in(desk, officer)
    work = f"/fi/work/participation/{budget.process.slug}/budgets/{budget.slug}/"
    desk.goto(work)
    desk.get_by_role("link", name="Lisää hanke").click()
    desk.locator("[name=title_0]").fill("Silta kaupunginrajan yli")
    desk.locator("[name=title_1]").fill("En bro över stadsgränsen")
    desk.locator("[name=cost_cents]").fill("20 000")
    assert_sound(desk)
    desk.get_by_role("button", name="Tallenna").click()
    desk.locator('a[href$="/projects/6/judge/"]').click()
    desk.locator("label", has_text="Kyllä: mukaan äänestykseen").click()
    desk.get_by_role("button", name="Tallenna").click()
    desk.get_by_role("button", name="Lukitse kaikki ja avaa äänestys").click()
    expect(desk.get_by_text("Äänestys on lukittu ja sen loki aloitettu.")).to_be_visible()
    assert_sound(desk)

    budget = Budget.objects.get(pk=budget.pk)
    for number in range(6):
        browser = Browser(budget, resident(number, "091" if number < 3 else "092"))
        browser.ask()
        browser.cast(["6", "5"] if number < 4 else ["1", "2"])
    desk.context.clear_cookies()
    _be(desk, resident(99, "092"))
    desk.goto(f"/fi/participation/{budget.process.slug}/vote/")
    assert_sound(desk)
    desk.get_by_role("link", name="Äänestä", exact=True).last.click()
    desk.get_by_label("Silta kaupunginrajan yli").check()
    expect(desk.locator("#ballot-total")).to_contain_text("Valittu: 1.")
    desk.locator("#ballot .form-actions button").click()
    expect(desk.get_by_role("heading", name="Äänesi on vastaanotettu")).to_be_visible(timeout=15_000)

    closing.tend(end(budget), full_only=True, at=timezone.now())
    for language in ("sv", "en", "fi"):
        desk.goto(address(budget, "result/").replace("/fi/", f"/{language}/"))
        assert_sound(desk)
    expect(desk.locator(".result-won").first).to_contain_text("Silta kaupunginrajan yli")
    desk.get_by_role("button", name="Laske tässä selaimessa").click()
    expect(desk.locator("#recount-said")).to_contain_text("Tämä täsmää: 9 merkinnästä", timeout=15_000)
    expect(desk.locator("#recount-said")).to_contain_text("Voittajat ovat samat ja samassa järjestyksessä.")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Koko äänestys yhdessä tiedostossa (zip)").click()
    verdict = verify_bundle(download.value.path().read_bytes())
    assert verdict.entries == 9 and len(verdict.witnesses) == 5
