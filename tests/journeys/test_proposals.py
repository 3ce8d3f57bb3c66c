"""A proposal with a place from the map, hidden with a reason, appealed against and shown again; and a plan that an officer draws."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.participation import shapes
from kuutio.participation.actions import processes, stages
from kuutio.participation.models import Contribution, Section
from tests.factories import CityFactory, OrganisationFactory, PersonFactory
from tests.journeys.browser import assert_sound, sign_in
from tests.journeys.hands import Keyboard
from tests.journeys.test_participation import three


@pytest.fixture
def ideas():
    """A process of Helsinki in which people propose."""
    now = timezone.now()
    city = CityFactory(code="helsinki")
    OrganisationFactory(city=city)
    process = processes.begin_process(
        city,
        slug="ranta",
        title=three("Rannan ideat", "Idéer för stranden", "Ideas for the shore"),
        summary=three("Kerro ideasi.", "Berätta din idé.", "Tell your idea."),
        plain_summary=three("Kerro.", "Berätta.", "Tell."),
        theme="environment",
        by=None,
        at=now - timedelta(days=3),
    )
    stage = stages.add_stage(
        process,
        "proposals",
        title=three("Ehdota", "Föreslå", "Propose"),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        identification="registered",
        by=None,
        at=now - timedelta(days=3),
    )
    processes.publish_process(process, by=None, at=now - timedelta(days=2))
    return stage


def test_a_proposal_is_hidden_with_a_reason_and_shown_again_by_another(ideas, phone: Page):
    author, (officer, colleague) = (
        PersonFactory(),
        [PersonFactory(publisher_of=[ideas.process.owner.organisations.get()]) for _each in range(2)],
    )
    keys = Keyboard(phone)
    sign_in(phone, author)
    phone.goto(f"/fi/participation/ranta/{ideas.slug}/proposals/new/")
    assert_sound(phone)
    phone.fill("#id_title", "Laituri rantaan")
    phone.fill("#id_text", "Naapuri on hölmö, mutta laituri tarvitaan.")
    phone.select_option("#id_category", "environment")
    keys.press("[data-draw-part] > summary")
    phone.wait_for_selector("[data-draw][data-ready]", timeout=15_000)
    keys._reach(phone.locator("button.pin"))
    phone.keyboard.press("ArrowUp")
    phone.keyboard.press("Enter")
    expect(phone.locator("#id_position")).to_have_value(re.compile(r"^6\d\.\d+, 2\d\.\d+$"))
    assert_sound(phone)
    phone.get_by_role("button", name="Lähetä ehdotus").click()
    expect(phone.get_by_role("heading", name="Laituri rantaan")).to_be_visible()
    assert_sound(phone)
    row = Contribution.objects.get()
    assert shapes.kind_of(row.geometry) == "point"

    phone.context.clear_cookies()
    phone.goto(f"/en/participation/ranta/{ideas.slug}/")
    assert_sound(phone)
    phone.goto(f"/en/contributions/{row.uuid}/report/")
    phone.select_option("#id_ground", "insult") if phone.locator("select#id_ground").count() else phone.locator(
        "label[for=id_ground_3]"
    ).click()
    assert_sound(phone)
    phone.get_by_role("button", name="Send the report").click()

    sign_in(phone, officer)
    phone.goto("/sv/work/moderation/")
    assert_sound(phone)
    phone.get_by_role("link", name="Dölj").click()
    assert_sound(phone)
    phone.select_option("#id_ground", "insult") if phone.locator("select#id_ground").count() else phone.locator(
        "label[for=id_ground_3]"
    ).click()
    phone.fill("#id_facts", "Om grannen skrivs illa.")
    phone.get_by_role("button", name="Spara").click()
    expect(phone.locator(".messages")).to_contain_text("dolt")

    sign_in(phone, author)
    phone.goto(f"/fi/moderation/{row.moderations.get().uuid}/")
    assert_sound(phone)
    phone.fill("#id_text", "Se oli vitsi, ja naapuri nauroi.")
    phone.get_by_role("button", name="Lähetä muutospyyntö").click()
    expect(phone.locator("main")).to_contain_text("Se oli vitsi")

    sign_in(phone, colleague)
    phone.goto("/en/work/moderation/")
    phone.get_by_role("link", name="Decide").click()
    assert_sound(phone)
    phone.locator("label", has_text="Show it again").click()
    phone.fill("#id_answer", "Nobody is hurt.")
    phone.locator("main form button.hds-button--primary").click()
    expect(phone.locator(".messages")).to_be_visible()
    phone.goto(f"/fi/proposals/{row.uuid}/")
    expect(phone.get_by_role("heading", name="Laituri rantaan")).to_be_visible()
    phone.goto("/fi/participation/moderation/")
    assert_sound(phone)


def test_an_officer_draws_a_plan_of_two_shapes_by_keys(ideas, desk: Page):
    sign_in(desk, PersonFactory(publisher_of=[ideas.process.owner.organisations.get()]))
    desk.goto("/sv/work/participation/ranta/sections/new/")
    desk.fill("[name=title_0]", "Laituri")
    desk.fill("[name=title_1]", "Bryggan")
    keys = Keyboard(desk)
    keys.press("[data-plan-part] > summary")
    desk.wait_for_selector("[data-draw][data-ready]", timeout=15_000)
    keys._reach(desk.locator("button.pin"))
    for key in ("ArrowUp", "ArrowRight", "ArrowDown"):
        desk.keyboard.press(key)
        desk.keyboard.press("Enter")
    expect(desk.locator("#id_geometry")).to_have_value(re.compile('"Polygon"'))
    assert_sound(desk)
    desk.get_by_role("button", name="Börja en ny figur").click()
    desk.locator("label", has_text="En linje").click()
    keys._reach(desk.locator("button.pin"))
    for key in ("ArrowRight", "ArrowRight"):
        desk.keyboard.press(key)
        desk.keyboard.press("Enter")
    expect(desk.locator("[data-plan-status]")).to_contain_text("1")
    desk.get_by_role("button", name="Spara").click()
    expect(desk.locator(".messages")).to_be_visible()
    made = shapes.geometry_of(Section.objects.get().geometry)
    assert [one["type"] for one in made["geometries"]] == ["Polygon", "LineString"]
