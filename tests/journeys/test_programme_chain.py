"""The whole way by pages: Turku and Oulu apply to a pilot call, six cities' reviewers judge, the steering group and the authority decide,
the grant runs, a claim is accepted in part, and the figure stands on the spearhead's page.

The applicants read Finnish and Swedish, the reviewers Swedish, the office and the authority English; what the clock does is done by the clock.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities.models import Organisation, Person
from kuutio.programme.actions import applying, calls, submitting
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, Call, Claim, Grant, Indicator, Spearhead
from kuutio.selection.models import Candidate, Conflict, Meeting, Review
from kuutio.selection.queries import round_of
from tests.journeys.browser import assert_sound, expect_status, sign_in
from tests.programme.calls import made
from tests.selection.made import CITIES, person

BARRED, MEMBER = "helsinki", "turku"
"""Whose reviewer declares a conflict, and whose member stands aside."""


@pytest.fixture
def call() -> Call:
    """A call that is open."""
    now = timezone.now()
    start = (now + timedelta(days=30)).date()
    criteria = [
        {"key": "impact", "weight": 60, "name": {"fi": "Vaikuttavuus", "sv": "Verkan", "en": "Impact"}},
        {"key": "plan", "weight": 40, "name": {"fi": "Suunnitelma", "sv": "Plan", "en": "Plan"}},
    ]
    return made.call(
        now,
        now + timedelta(days=3),
        earliest_start=start,
        latest_end=start + timedelta(days=1500),
        criteria=criteria,
        budget_cents=25_000_000,
    )


def submit(page: Page, **fields: str) -> None:
    """Fill the form of a page of one form, and send it."""
    for name, value in fields.items():
        page.fill(f".task [name={name}]", value)
    page.locator(".task form button").last.click()


def apply(page: Page, call: Call, turku: Person, oulu: Person) -> Application:
    """A consortium writes, signs and sends."""
    sign_in(page, turku)
    page.goto(f"/fi/calls/{call.slug}/")
    page.get_by_role("link", name="Aloita hakemus").click()
    page.fill("[name=title_0]", "Joki kuulee")
    page.fill("[name=title_1]", "Ån lyssnar")
    page.fill("[name=title_2]", "The river listens")
    page.get_by_role("button", name="Aloita").click()
    page.fill("[name=name]", "Oulun kaupunki")
    page.fill("[name=business_id]", made.OULU)
    page.select_option("[name=actor_type]", "MUNICIPALITY")
    page.select_option("[name=city]", "oulu")
    page.fill("[name=email]", oulu.email)
    page.get_by_role("button", name="Lähetä kutsu").click()
    expect(page.locator(".city-light-on")).to_have_count(2)
    row = Application.objects.latest("pk")

    sign_in(page, oulu)
    page.goto(f"/sv/applications/invitation/{applying.token_of(row.partners.get(city='oulu'))}/")
    page.locator("[name=answer][value=join]").click()
    page.fill("[name=tasks]", "Lyssnar vid älven.")
    page.fill("[name=cost_STAFF]", "100 000,01")
    expect(page.locator("[data-said]")).to_have_text("Sparat", timeout=15_000)
    page.get_by_role("button", name="Underteckna den här delen").click()
    expect(page.locator("main")).to_contain_text("Undertecknad")

    sign_in(page, turku)
    page.goto(f"/fi/applications/{row.uuid}/partners/1/")
    page.fill("[name=tasks]", "Johtaa.")
    page.fill("[name=cost_STAFF]", "50 000")
    page.get_by_role("button", name="Tallenna").click()
    page.goto(f"/fi/applications/{row.uuid}/text/")
    for at, text in ((0, "Joki kuulee asukkaita."), (2, "The river listens.")):
        page.fill(f"[name=summary_{at}]", text)
    for one in CORE:
        page.fill(f"[name=text_{one.key}]", f"Teksti kohtaan {one.key}.")
    page.fill("[name=starts_on]", str(call.earliest_start))
    page.fill("[name=ends_on]", str(call.earliest_start + timedelta(days=700)))
    expect(page.locator("[data-said]")).to_have_text("Tallennettu", timeout=15_000)
    page.goto(f"/fi/applications/{row.uuid}/send/")
    page.get_by_role("button", name="Lähetä hakemus").click()
    row.refresh_from_db()
    expect(page.locator("main")).to_contain_text(row.number)
    return row


def screen(page: Page, rows: list[Application], authority: Person) -> None:
    """The authority's first look at each application."""
    sign_in(page, authority)
    for row in rows:
        page.goto("/en/work/calls/")
        page.locator(f"a[href$='/applications/{row.uuid}/']").first.click()
        page.get_by_role("link", name="Find the application eligible").click()
        submit(page)
        expect(page.locator("main")).to_contain_text("Eligible")


def prepare(page: Page, call: Call, office: Person, reviewers: dict[str, Person], members: dict[str, Person]) -> str:
    """The office asks six reviewers, names the steering group, and lets the reviewers declare."""
    sign_in(page, office)
    page.goto(f"/en/work/calls/{call.slug}/")
    assert_sound(page)
    page.locator("#rounds-title + ul a").click()
    address = f"/en/work/selection/call:{call.slug}/"
    page.get_by_role("link", name="Settings").click()
    page.fill("[name=reviews_wanted]", "2")
    submit(page)
    for code in CITIES:
        page.goto(f"{address}reviewers/")
        label = f"{reviewers[code]}, {Organisation.objects.get(slug=code).name.localize('en')}"
        page.select_option("[name=seat]", label=label)
        page.get_by_role("button", name="Ask them").click()
        page.goto(f"{address}members/")
        page.fill("[name=email]", members[code].email)
        page.select_option("[name=organisation]", str(Organisation.objects.get(slug=code).pk))
        page.select_option("[name=part]", "chair" if code == CITIES[0] else "member")
        submit(page)
    page.goto(f"{address}reviewers/")
    assert_sound(page)
    page.goto(address)
    page.get_by_role("button", name="Let the reviewers declare their conflicts").click()
    return address


def declare(phone: Page, desk: Page, address: str, call: Call, reviewers: dict[str, Person], barred: Candidate) -> None:
    """Each reviewer declares; the data has found those whose own city applies; the office rules on what was declared."""
    for code in CITIES:
        sign_in(phone, reviewers[code])
        phone.goto("/sv/reviews/")
        phone.get_by_role("link", name="Se vilka som söker").click()
        if code == BARRED:
            assert_sound(phone)
            phone.select_option(f"[name=ground_{barred.number}]", "DECLARED_KIN")
            phone.fill(f"[name=why_{barred.number}]", "Min syster leder projektet.")
        phone.get_by_role("button", name="Skicka anmälan").click()
        expect(phone.locator("main")).to_contain_text("Dina jäv är anmälda")
    hard = Conflict.objects.filter(level="HARD", candidate=barred)
    assert set(hard.values_list("reviewer__city", flat=True)) == {"turku", "oulu", BARRED}
    desk.goto(f"{address}conflicts/")
    row = Conflict.objects.get(declared="DECLARED_KIN")
    desk.fill(f"#reason-{row.pk}", "Kin is kin.")
    desk.locator(f"form:has(#reason-{row.pk}) button[value=HARD]").click()
    desk.goto(f"{address}assignment/")
    desk.get_by_role("button", name="Hand out the reviews").click()
    desk.goto(address)
    desk.get_by_role("button", name="Let the reviewers write").click()
    desk.goto(f"/en/work/calls/{call.slug}/")
    desk.get_by_role("button", name="The evaluation begins").click()


def review(phone: Page, barred: Candidate) -> None:
    """Each review is written and sent; to whom a hard conflict hides an application, it isn't there at all."""
    rows = Review.objects.select_related("reviewer__person", "candidate").order_by("pk")
    assert not rows.filter(candidate=barred, reviewer__city__in=["turku", "oulu", BARRED]).exists()
    for row in rows:
        sign_in(phone, row.reviewer.person)
        phone.goto("/sv/reviews/")
        phone.locator(f"a[href$='/reviews/{row.uuid}/']").click()
        scores = (4, 3) if row.candidate == barred else (3, 3)
        for key, score in zip(("impact", "plan"), scores, strict=True):
            phone.locator(f"label[for=score_{key}_{score}]").click()
        phone.fill("[name=to_applicant]", "En god plan.")
        phone.get_by_role("button", name="Skicka bedömningen").click()
        expect(phone.locator("main")).to_contain_text("Din bedömning är skickad")
    assert_sound(phone)
    sign_in(phone, Conflict.objects.get(declared="DECLARED_KIN").reviewer.person)
    phone.goto("/sv/reviews/")
    expect(phone.locator("main")).not_to_contain_text("Ån lyssnar")
    expect_status(phone, 404)
    own = rows.filter(candidate=barred).first()
    for hidden in (f"/sv/reviews/{own.uuid if own else ''}/", f"/sv{barred.address}"):
        answer = phone.goto(hidden)
        assert answer is not None and answer.status == 404, hidden


def decide(desk: Page, phone: Page, address: str, members: dict[str, Person], chosen: Candidate) -> None:
    """The ranking; a meeting with its agenda, from which a member stands aside for one item; its minutes confirmed."""
    desk.goto(address)
    desk.get_by_role("button", name="Make the ranking").click()
    desk.goto(f"{address}ranking/")
    expect(desk.locator("#ranking tbody tr").first).to_contain_text("The river listens")
    assert_sound(desk)
    desk.goto(f"{address}meetings/")
    held = timezone.localtime() + timedelta(hours=1)
    desk.fill("[name=held_at]", held.strftime("%Y-%m-%dT%H:%M"))
    desk.fill("[name=place]", "City hall")
    desk.get_by_role("button", name="Plan it").click()
    expect(desk.locator("main")).to_contain_text("should stand aside")
    for box in desk.locator("input[name=present]").all():
        box.check(force=True)
    desk.get_by_role("button", name="Begin the meeting").click()
    assert_sound(desk)
    meeting = Meeting.objects.get()
    agenda = f"/en/work/selection/meetings/{meeting.uuid}/"

    sign_in(phone, members[MEMBER])
    phone.goto(f"/fi/work/selection/meetings/{meeting.uuid}/")
    phone.get_by_role("link", name="Joki kuulee").click()
    phone.get_by_role("button", name="On esteellinen").first.click()
    expect(phone.locator("main")).to_contain_text("Olet esteellinen tässä kohdassa")
    assert_sound(phone)

    for item in meeting.items.select_related("candidate").order_by("position"):
        desk.goto(f"{agenda}items/{item.position}/")
        act = "propose_yes" if item.candidate == chosen else "propose_no"
        desk.locator(f"label[for={desk.locator(f'[name=act][value={act}]').get_attribute('id')}]").click()
        for at, text in enumerate(("Tukee kärkihanketta.", "Stöder spetsprojektet.", "Supports the spearhead.")):
            desk.fill(f"[name=reason_{at}]", text)
        desk.get_by_role("button", name="Record the decision").click()
    expect(desk.locator("main")).to_contain_text("stood aside")
    desk.get_by_role("button", name="End the meeting").click()
    sign_in(phone, members[CITIES[0]])
    phone.goto(f"/sv/work/selection/meetings/{meeting.uuid}/")
    phone.get_by_role("button", name="Justera protokollet").click()
    expect(phone.locator("main")).to_contain_text("Protokollet justerat")


def legality(desk: Page, address: str, call: Call, office: Person, authority: Person, chosen: Candidate) -> None:
    """The authority's decisions, the letters, the published results."""
    sign_in(desk, authority)
    for one in Candidate.objects.order_by("number"):
        desk.goto(f"/en/work/selection/candidates/{one.uuid}/")
        desk.get_by_role("link", name="Decide on legality").click()
        act = "approve" if one == chosen else "reject"
        desk.locator(f"label[for={desk.locator(f'[name=act][value={act}]').get_attribute('id')}]").click()
        for at, text in enumerate(("Täyttää ehdot.", "Uppfyller villkoren.", "Meets the terms.")):
            desk.fill(f"[name=reason_{at}]", text)
        submit(desk, number=f"UML/{one.number}/2027")
        expect(desk.locator("main")).to_contain_text("The letter is on its way")
    assert_sound(desk)
    sign_in(desk, office)
    desk.goto(address)
    desk.get_by_role("button", name="All is decided").click()
    desk.get_by_role("button", name="Publish the results").click()
    desk.goto(f"/en/work/calls/{call.slug}/")
    desk.get_by_role("button", name="Everything is decided").click()


def letter(phone: Page, row: Application, oulu: Person) -> None:
    """Each partner reads the decision on the application's page, and its letter."""
    sign_in(phone, oulu)
    phone.goto(f"/sv/applications/{row.uuid}/")
    link = phone.get_by_role("link", name="Beslutsbrevet (PDF)")
    assert phone.context.request.get(link.get_attribute("href") or "").body().startswith(b"%PDF-")
    assert_sound(phone)


def grant(desk: Page, phone: Page, row: Application, turku: Person, office: Person, authority: Person) -> Grant:
    """The authority makes the grant, the lead accepts it, the office starts it and sets its target."""
    sign_in(desk, authority)
    desk.goto(f"/en/applications/{row.uuid}/")
    desk.get_by_role("link", name="Make the grant").click()
    submit(desk, code="A80001", reference="UML/1/2027", decided_on=str(timezone.localdate()))
    expect(desk.locator("main")).to_contain_text("The grant is made")
    made_grant = Grant.objects.get(application=str(row.uuid))
    sign_in(phone, turku)
    phone.goto("/fi/me/grants/")
    phone.get_by_role("link", name="Joki kuulee").first.click()
    phone.locator("a[href$='/do/accept/']").click()
    phone.locator(".task form button").last.click()
    sign_in(desk, office)
    desk.goto("/en/work/money/")
    assert_sound(desk)
    desk.get_by_role("link", name="The river listens").first.click()
    assert_sound(desk)
    desk.locator("a[href$='/do/start/']").click()
    desk.locator(".task form button").last.click()
    desk.get_by_role("link", name="Set a target").click()
    submit(desk, value="40")
    made_grant.refresh_from_db()
    assert made_grant.state == "running"
    return made_grant


def claim(phone: Page, desk: Page, turku: Person, office: Person) -> None:
    """A claim with a line that control cuts, and its payment."""
    sign_in(phone, turku)
    phone.goto("/fi/me/grants/")
    phone.get_by_role("link", name="Joki kuulee").first.click()
    phone.get_by_role("link", name="Uusi maksatushakemus").click()
    phone.get_by_role("button", name="Aloita hakemus").click()
    for text, euros in (("Projektipäällikön palkka", "10 000,03"), ("Lisätyö", "1 000,00")):
        phone.fill("#line_text", text)
        phone.fill("#line_cents", euros)
        phone.get_by_role("button", name="Lisää rivi").click()
        expect(phone.locator("#lines")).to_contain_text(text)
    phone.fill("#report_done", "Kokeilimme kuuntelua.")
    phone.get_by_role("button", name="Tallenna raportti").click()
    phone.get_by_role("button", name="Lähetä hakemus").click()
    expect(phone.locator("h1")).to_have_text("Kuitti")
    sign_in(desk, office)
    desk.goto("/en/work/money/")
    desk.get_by_role("link", name="claim 1").click()
    desk.locator("a[href$='/do/control/']").click()
    desk.locator(".task form button").last.click()
    desk.fill("[name=accepted-2]", "250,00")
    desk.fill("[name=reason-2]", "Not a part of the project.")
    desk.fill("[name=reason]", "One line is accepted in part.")
    desk.locator("button[name=decide]").click()
    expect(desk.locator("#spread")).to_be_visible()
    desk.locator("a[href$='/do/pay/']").click()
    submit(desk, reference="P-1")
    paid = Claim.objects.get()
    accepted = paid.lines.get(position=2)
    assert (paid.state, accepted.claimed_cents, accepted.accepted_cents) == ("paid", 100_000, 25_000)


def reached(phone: Page, made_grant: Grant, turku: Person, area: str) -> None:
    """The lead tells a figure; everybody reads it on the spearhead's page."""
    sign_in(phone, turku)
    phone.goto(f"/fi/me/grants/{made_grant.uuid}/reached/")
    phone.fill("[name=value]", "12")
    phone.fill("[name=evidence]", "Luettelo yrityksistä.")
    phone.locator(".task form button").last.click()
    expect(phone.locator("#reached")).to_contain_text("30 %")
    phone.context.clear_cookies()
    phone.goto(f"/sv/strategy/{area}/")
    expect(phone.locator("main")).to_contain_text("Ån lyssnar")
    assert_sound(phone)
    phone.get_by_role("link", name="Företag som deltog").first.click()
    expect(phone.locator("main")).to_contain_text("12")
    assert_sound(phone)


def test_from_a_consortium_to_the_figure_on_the_spearhead_s_page(call: Call, desk: Page, phone: Page):
    turku, oulu, office = made.acting("turku"), made.acting("oulu"), made.office()
    authority = made.office(slug="uudenmaan-liitto")
    reviewers, members = {}, {}
    for code in CITIES:
        city = Organisation.objects.get(slug=code)
        reviewers[code] = person("reviewer", city, f"chain-reviewer-{code}@example.org")
        members[code] = person("office", city, f"chain-member-{code}@example.org")
    spearhead = Spearhead.objects.select_related("focus_area").get(calls=call)
    Indicator.objects.create(
        programme=call.programme,
        key="companies",
        name={"fi": "Mukana olleet yritykset", "sv": "Företag som deltog", "en": "Companies that took part"},
        kind="output",
        position=1,
        source=call.programme.source,
    )
    rival, people = made.consortium(
        call,
        timezone.now(),
        lead="tampere",
        partners=("espoo",),
        starts_on=call.earliest_start,
        ends_on=call.earliest_start + timedelta(days=700),
    )
    submitting.submit(rival, key="version-1", by=people["tampere"], at=timezone.now())

    row = apply(phone, call, turku, oulu)
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(closes_at=now - timedelta(minutes=1))
    calls.by_the_clock(call.pk, at=now)
    screen(desk, [row, rival], authority)
    address = prepare(desk, call, office, reviewers, members)
    round_ = round_of(f"call:{call.slug}")
    assert round_ is not None
    chosen = Candidate.objects.get(reference=f"application:{row.uuid}")
    declare(phone, desk, address, call, reviewers, chosen)
    review(phone, chosen)
    decide(desk, phone, address, members, chosen)
    legality(desk, address, call, office, authority, chosen)
    letter(phone, row, oulu)
    phone.context.clear_cookies()
    phone.goto(f"/sv/calls/{call.slug}/")
    phone.get_by_role("link", name="Se vad som beslöts och varför").click()
    expect(phone.locator("#approved")).to_contain_text("Ån lyssnar")
    assert_sound(phone)
    made_grant = grant(desk, phone, row, turku, office, authority)
    claim(phone, desk, turku, office)
    reached(phone, made_grant, turku, spearhead.focus_area.slug)
