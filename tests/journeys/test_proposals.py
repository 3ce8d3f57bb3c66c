"""Proposals in the browser: proposed with a place, argued about, supported, handed over, answered; by keys and without scripts."""

import uuid
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import Organisation, Role
from kuutio.participation import demo_proposals
from kuutio.participation.actions import moderating
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.models import Contribution, Meeting, Proposal, Stage
from kuutio.participation.voices import Level, Voice
from tests.factories import PersonFactory
from tests.journeys.browser import assert_sound, sign_in
from tests.journeys.hands import Keyboard

IDEAS = "participation/asukkaiden-ideat/proposals"


@pytest.fixture(autouse=True)
def ideas(transactional_db: None) -> None:
    """The six cities and the demonstration's proposals, survey, meeting and initiative."""
    cities_demo.load_cities()
    demo_proposals.load(timezone.now())


def officer(city: str):
    """Somebody who works on a city's processes."""
    made = PersonFactory(language="fi")
    Role.objects.create(person=made, organisation=Organisation.objects.get(slug=city), role="publisher")
    return made


def test_a_resident_proposes_by_keys_and_the_city_that_it_belongs_to_answers(desk: Page, no_script: Page) -> None:
    resident, keys = PersonFactory(language="fi"), Keyboard(desk)
    sign_in(desk, resident)
    desk.goto(f"/fi/{IDEAS}/")
    assert_sound(desk)
    keys.press("main a[href$='/proposals/new/']")
    keys.write("#id_title", "Lisää penkkejä Tikkurilankosken rantaan")
    keys.write("#id_text", "Rannassa ei voi levähtää, kun reitti jatkuu pitkään ilman penkkejä.")
    keys.select("#id_category", "environment")
    keys.write("#id_position", "60.2495, 24.9930")  # in Helsinki: the process is Vantaa's
    keys.press("main form button")
    expect(desk.locator("main")).to_contain_text("Penkkejä ja levähdyspaikka")
    assert_sound(desk)
    keys.press("main form button")
    expect(desk.locator("h1")).to_have_text("Lisää penkkejä Tikkurilankosken rantaan")
    expect(desk.locator("main")).to_contain_text("Paikka on sen rajojen sisällä.")
    keys.choose("input[value=argument_for]")
    keys.write("#id_text", "Reitti on tasainen.")
    keys.press("form[action$='/argue/'] button")
    expect(desk.locator(".argument")).to_contain_text("Reitti on tasainen.")
    keys.press("form[action$='/support/'] button")
    expect(desk.locator(".support-count")).to_contain_text("1")
    assert_sound(desk)
    row = Proposal.objects.get(contribution__author=resident)
    assert row.city_id == "helsinki"
    # The officer works without scripts.
    sign_in(no_script, officer("helsinki"))
    no_script.goto("/fi/work/proposals/")
    assert_sound(no_script)
    no_script.get_by_role("link", name=row.contribution.title).click()
    assert_sound(no_script)
    number = row.contribution.uuid
    no_script.goto(f"/fi/work/proposals/{number}/status/")
    assert_sound(no_script)
    no_script.locator("label[for=id_status_5]").click()  # not carried out, and no reason
    no_script.locator("main form button").first.click()
    expect(no_script.locator("main")).to_contain_text("tekijällä on oikeus tietää")
    no_script.fill("#id_words_0", "Penkit tulevat Vantaan puolelle.")
    no_script.locator("main form button").first.click()
    no_script.goto(f"/fi/work/proposals/{number}/hand-over/")
    no_script.select_option("#id_city", "vantaa")
    no_script.fill("#id_reason", "Ranta on Vantaan hoidossa.")
    no_script.locator("main form button").first.click()
    desk.goto(f"/fi/proposals/{number}/")
    expect(desk.locator("main")).to_contain_text("Penkit tulevat Vantaan puolelle.")
    expect(desk.locator("main")).to_contain_text("Ranta on Vantaan hoidossa.")


def test_each_page_is_sound_in_three_languages(phone: Page, desk: Page) -> None:
    resident, now = PersonFactory(language="sv"), timezone.now()
    stage = Stage.objects.get(process__slug="asukkaiden-ideat", kind="proposals")
    said = Said(text="Köp billigt", language="sv", key=uuid.uuid4())
    hidden = contribute(stage, "argument_for", parented(said), voice=Voice(resident, Level.REGISTERED), at=now)
    decision = moderating.hide(hidden, "spam", "Reklam", by=None, at=now)
    bench, initiative = (
        Proposal.objects.get(contribution__title__startswith=title).contribution.uuid
        for title in ("Penkkejä", "Ilmainen")
    )
    meeting = Meeting.objects.get().uuid
    sign_in(phone, resident)
    pages = {
        "fi": (f"proposals/{bench}/", f"proposals/{initiative}/", "participation/asukkaiden-ideat/survey/"),
        "sv": (
            f"{IDEAS}/proposals/new/",
            f"meetings/{meeting}/",
            f"moderation/{decision.uuid}/",
            f"proposals/{bench}/",
        ),
        "en": (
            "participation/moderation/",
            f"proposals/{bench}/versions/",
            f"contributions/{bench}/report/",
            "participation/asukkaiden-ideat/survey/results/",
        ),
    }
    for language, paths in pages.items():
        for path in paths:
            phone.goto(f"/{language}/{path}")
            assert_sound(phone)
    phone.goto("/fi/participation/asukkaiden-ideat/survey/")
    phone.locator("form[action$='/survey/'] button").click()
    assert_sound(phone)
    moderating.appeal(decision, "Inte reklam", by=resident, at=now)
    waiting = contribute(
        stage,
        "comment",
        Said("Se https://example.org", "sv", uuid.uuid4()),
        voice=Voice(resident, Level.REGISTERED),
        at=now,
    )
    assert waiting.state == Contribution.State.HELD
    sign_in(desk, officer("vantaa"))
    work = "work/participation/asukkaiden-ideat"
    for path in (
        "work/moderation/",
        f"work/moderation/appeals/{decision.appeal.pk}/",
        "work/moderation/rules/",
        f"{work}/stages/survey/questions/",
        f"{work}/meetings/{meeting}/",
        f"work/proposals/{bench}/join/",
    ):
        desk.goto(f"/fi/{path}")
        assert_sound(desk)


def parented(said: Said) -> Said:
    """An argument about the first proposal."""
    return replace(said, parent=Contribution.objects.get(title__startswith="Penkkejä ja"))
