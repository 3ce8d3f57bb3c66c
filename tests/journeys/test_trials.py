"""From a need to what was learnt: a city posts a challenge on a testbed, two firms answer, a jury chooses, the trial runs."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kuutio.cities.models import Role
from kuutio.innovation.actions import challenges, learnings, trials
from kuutio.innovation.actions.challenges import GRACE
from kuutio.innovation.models import Answer, Challenge, Trial
from kuutio.selection.actions import assigning, conflicts, deciding, meetings, ranking, reviewing, rounds
from kuutio.selection.actions.reviewers import add_reviewer
from kuutio.selection.models import Candidate, Conflict, Member, Review
from kuutio.selection.queries import round_of
from tests.factories import DatasetFactory, OrganisationFactory, PersonFactory
from tests.innovation.making import DAY, bed_of, city, three
from tests.journeys.browser import assert_sound, sign_in


@pytest.fixture
def house(transactional_db, settings):
    """Helsinki with a testbed that is free, an officer who runs its jury, and a data set of what a trial measured."""
    settings.WRITES_PER_MINUTE = settings.READS_PER_MINUTE = 1_000_000
    for code in ("helsinki", "oulu", "turku"):
        city(code)
    bed = bed_of(slug="valokatu", name="Valokatu")
    officer = PersonFactory(publisher_of=[bed.owner])
    Role.objects.create(person=officer, organisation=bed.owner, role="office")
    return {"testbed": bed, "officer": officer, "dataset": DatasetFactory(name="helsinki-melu")}


def write(page: Page, **fields: str) -> None:
    """Fill fields by their names."""
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()


def post_challenge(page: Page, house) -> Challenge:
    """The officer states the need, weighs the criteria and publishes it."""
    sign_in(page, house["officer"])
    page.goto("/fi/work/innovation/challenges/new/")
    assert_sound(page)
    for place, lang in enumerate(("fi", "sv", "en")):
        write(
            page,
            **{
                f"title_{place}": {"fi": "Hiljainen katu", "sv": "Tyst gata", "en": "A quiet street"}[lang],
                f"summary_{place}": f"Melua on liikaa ({lang}).",
                f"terms_{place}": f"Oikeudet jäävät yritykselle ({lang}).",
                f"contact_role_{place}": f"Kokeiluista vastaava ({lang})",
            },
        )
    now = timezone.localtime()
    opens, closes = now - timedelta(minutes=5), now + timedelta(days=5)
    write(page, opens_at=opens.strftime("%Y-%m-%dT%H:%M"), closes_at=closes.strftime("%Y-%m-%dT%H:%M"))
    page.locator("label", has_text="Energia ja ilmasto").click()
    page.locator("label", has_text="Valokatu").click()
    press(page, "Tallenna")
    expect(page.locator("main")).to_contain_text("Ennen julkaisemista")
    page.get_by_role("link", name="Muuta arviointiperusteita").click()
    write(page, name_1_0="Vaikutus", name_1_1="Nytta", weight_1="60", name_2_0="Toteutus", weight_2="40")
    assert_sound(page)
    press(page, "Tallenna")
    press(page, "Julkaise")
    expect(page.locator("main")).to_contain_text("Haaste on nyt julkinen")
    assert_sound(page)
    return Challenge.objects.get()


def answer_in_english(page: Page, row: Challenge) -> None:
    """A foreign firm answers on a phone; what it writes keeps itself before it is sent."""
    sign_in(page, PersonFactory(language="en"))
    page.goto(f"/en/innovation/challenges/{row.slug}/")
    assert_sound(page)
    press(page, "Answer the challenge")
    assert_sound(page)
    write(
        page,
        title="Quiet sensors",
        summary="Ten sensors tell when a street is loud.",
        solution="Fixed to the lamp posts of the testbed.",
        price="7 500",
        name="Sensor OÜ",
        country="EE",
        confidential="The formula of the membrane.",
    )
    expect(page.locator("#kept")).to_contain_text(re.compile(r"Kept at \d"), timeout=10_000)
    press(page, "Send the answer")
    expect(page.locator("[data-error-summary]")).to_contain_text("Name the register")
    assert_sound(page)
    write(page, register="Äriregister", number="12345678")
    press(page, "Send the answer")
    expect(page.locator("#receipt")).to_have_text(re.compile(r"\w{4}-\w{4}-\w{2}"))
    assert_sound(page)


def answer_in_swedish(page: Page, row: Challenge) -> None:
    """A domestic firm answers."""
    sign_in(page, PersonFactory(language="sv"))
    page.goto(f"/sv/innovation/challenges/{row.slug}/")
    press(page, "Svara på utmaningen")
    write(
        page,
        title="Bullerkarta",
        summary="En karta över bullret.",
        solution="Telefoner mäter.",
        price="6000",
        name="Mätaren Ab",
        business_id="0201256-6",
    )
    press(page, "Skicka svaret")
    expect(page.locator("main")).to_contain_text("Ditt svar har kommit in")


def judge(row: Challenge, officer) -> None:
    """Time goes by; three reviewers declare, one of them stands aside, the jury chooses the foreign firm's answer."""
    now = timezone.now()
    Challenge.objects.filter(pk=row.pk).update(
        opens_at=now - DAY, closes_at=now - GRACE - timedelta(seconds=1), published_at=now - DAY
    )
    assert challenges.close_due(at=now) == 1
    round_ = round_of(f"challenge:{row.slug}")
    rounds.change_round(round_, reviews_wanted=1, by=officer, at=now)
    people = []
    for code in ("oulu", "turku", "helsinki"):
        organisation = OrganisationFactory(city=city(code))
        who = PersonFactory()
        Role.objects.create(person=who, organisation=organisation, role="reviewer")
        people.append(add_reviewer(round_, who, organisation, by=officer, at=now))
    member = PersonFactory()
    rounds.add_member(round_, member, OrganisationFactory(city=city("helsinki")), part="chair", by=officer, at=now)
    chosen = Candidate.objects.get(reference=f"answer:{Answer.objects.get(title='Quiet sensors').uuid}")
    rounds.begin_declaring(round_, by=officer, at=now)
    for place, one in enumerate(people):
        own = {chosen.number: ("INTEREST", "Osakkaana yrityksessä.")} if place == 0 else {}
        conflicts.declare_conflicts(one, own, by=one.person, at=now)
    for clash in Conflict.objects.filter(level="SOFT", ruled=""):
        conflicts.rule_conflict(clash, level="SOFT", reason="Toinen yksikkö.", by=officer, at=now)
    assigning.assign_reviews(round_, by=officer, at=now)
    round_ = assigning.begin_reviewing(round_, by=officer, at=now)
    assert not Review.objects.filter(candidate=chosen, reviewer=people[0]).exists()
    for review in Review.objects.filter(candidate__round=round_).select_related("reviewer__person", "candidate"):
        score = 4 if review.candidate_id == chosen.pk else 3
        given = {one.key: score for one in round_.criteria.all()}
        reviewing.save_review(review, scores_given=given, why={}, by=review.reviewer.person, at=now)
        reviewing.submit_review(review, by=review.reviewer.person, at=now)
    ranking.make_ranking(round_, by=officer, at=now)
    meeting = meetings.plan_meeting(round_, held_at=now, by=officer, at=now)
    meeting = meetings.begin_meeting(meeting, present=Member.objects.filter(round=round_), by=officer, at=now)
    for item in meeting.items.select_related("meeting__round").order_by("position"):
        act = "approve" if item.candidate_id == chosen.pk else "reject"
        deciding.decide_item(item, act, reason=three("Perustelu"), by=officer, at=now)


def run_trial(page: Page, house) -> Trial:
    """The officer agrees with the firm, says what success is, and the trial runs."""
    sign_in(page, house["officer"])
    row = Trial.objects.get()
    own = f"/fi/work/innovation/trials/{row.slug}/"
    page.goto(own)
    expect(page.locator("main")).to_contain_text("Eteenpäin")
    press(page, "Eteenpäin: kokeilusta on sovittu")
    expect(page.locator("main")).to_contain_text("Kerro, kuka päättää seuraavasta askeleesta")
    assert_sound(page)
    page.goto(f"{own}texts/")
    write(page, next_step_owner_0="Katutilan päällikkö")
    press(page, "Tallenna")
    page.goto(f"{own}agreement/")
    assert_sound(page)
    today = timezone.localdate()
    clauses = dict.fromkeys(trials.CLAUSES, "Sovittu.")
    write(page, starts_on=str(today), ends_on=str(today + timedelta(days=60)), price_cents="7500", **clauses)
    press(page, "Tallenna")
    press(page, "Allekirjoita kaupungin puolesta")
    press(page, "Yritys on allekirjoittanut")
    page.goto(f"{own}measure/")
    write(page, name_0="Melu", unit="dB", target="55")
    page.locator("label", has_text="Mitä vähemmän, sitä parempi").click()
    press(page, "Tallenna")
    press(page, "Käynnistä kokeilu")
    expect(page.locator("main")).to_contain_text("Päätä kokeilu")
    page.goto(f"{own}diary/")
    write(page, text="Anturit ovat paikoillaan.")
    press(page, "Tallenna")
    page.goto(f"{own}dataset/")
    write(page, dataset=house["dataset"].name)
    press(page, "Tallenna")
    assert_sound(page)
    return row


def learn(page: Page, row: Trial) -> None:
    """It is measured, it ends, and what was learnt is written down."""
    now = timezone.now()
    Trial.objects.filter(pk=row.pk).update(started_at=now - 3 * DAY)
    measure = row.measures.get()
    for days, value in ((3, 64), (2, 60), (1, 54)):
        trials.measured(measure, (timezone.localtime() - days * DAY).date(), Decimal(value), by=None, at=now)
    own = f"/fi/work/innovation/trials/{row.slug}/"
    page.goto(own)
    press(page, "Päätä kokeilu")
    page.goto(f"{own}outcome/")
    page.locator("label", has_text="Toimi niin kuin toivottiin").click()
    page.locator("label", has_text="Hankitaan").click()
    write(page, outcome_text_0="Melu laski.", next_step_on=str(timezone.localdate() + timedelta(days=30)))
    assert_sound(page)
    press(page, "Tallenna")
    told = learnings.Told(
        title=three("Anturi pylväässä mittaa melun"),
        tried=three("Mitattiin."),
        happened=three("Laski."),
        lesson=three("Kiinnitä korkealle."),
        again="yes",
        authors="Helsingin kaupunki",
        themes=["energy"],
    )
    made = learnings.write_learning(told, trial=row, cities=[row.owner], by=None, at=now)
    learnings.publish_learning(made, by=None, at=now)
    page.goto(own)
    press(page, "Päätä oppeihin")
    expect(page.locator("main")).to_contain_text("Päättynyt, opit kirjattu")


def test_a_need_becomes_a_trial_and_a_trial_a_learning(house, desk: Page, phone: Page):
    row = post_challenge(desk, house)
    answer_in_english(phone, row)
    answer_in_swedish(desk, row)
    judge(row, house["officer"])
    assert Challenge.objects.get().state == "chosen"
    trial = run_trial(desk, house)
    assert Challenge.objects.get().state == "running"
    learn(desk, trial)
    phone.context.clear_cookies()
    phone.goto(f"/sv/innovation/trials/{trial.slug}/")
    expect(phone.locator("main")).to_contain_text("Fungerade som man hoppades")
    expect(phone.locator("main")).not_to_contain_text("formula of the membrane")
    phone.wait_for_selector("kuutio-chart svg", timeout=15_000)
    assert_sound(phone)
    phone.goto(f"/en/innovation/testbeds/{house['testbed'].slug}/")
    assert_sound(phone)
    phone.goto("/sv/innovation/testbeds/")
    assert_sound(phone)
    sign_in(phone, PersonFactory())
    phone.goto(f"/fi/innovation/testbeds/{house['testbed'].slug}/book/")
    write(phone, organisation="Anturi Oy", purpose="Mitataan valoa.")
    assert_sound(phone)
    press(phone, "Pyydä aikaa")
    expect(phone.locator("main")).to_contain_text("Odottaa vastausta")
    assert_sound(phone)
