"""Choosing, in three languages: a reviewer declares a conflict on a phone, the office hands out, a review is kept as it is written,
the steering group's member stands aside, everybody reads the results."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from kuutio.selection.actions import conflicts, publishing, reviewing
from kuutio.selection.models import Candidate, Conflict, Review
from tests.journeys.browser import assert_sound, expect_status, sign_in
from tests.journeys.hands import Pointer
from tests.selection import made as given

TITLES = {1: ("Älykäs pysäköinti", "Smart parkering", "Smart parking"), 2: ("Melukartta", "Bullerkarta", "Noise map")}


def at(page: Page, language: str, name: str, *args: object) -> Pointer:
    """A page of choosing in a language."""
    page.goto(reverse(f"selection:{name}", args=args).replace("/fi/", f"/{language}/", 1))
    return Pointer(page)


def test_from_a_conflict_to_the_results(phone, desk):
    made = given.make_round(count=0, reviews_wanted=1)
    for number, title in TITLES.items():
        given.hand(made, number, title=dict(zip(("fi", "sv", "en"), title, strict=True)))
    key, office = made.round.key, made.office

    sign_in(desk, office)
    hand = at(desk, "en", "board", key)
    assert_sound(desk)
    hand.press("text=Let the reviewers declare their conflicts")

    outside = made.reviewers[-1].person
    sign_in(phone, outside)
    hand = at(phone, "fi", "declare", key)
    assert_sound(phone)
    hand.select("#ground_1", "DECLARED_KIN")
    hand.write("#why_1", "Sisarukseni johtaa hanketta.")
    hand.press("text=Lähetä ilmoitus")
    expect(phone.locator("body")).to_contain_text("Ilmoituksesi on tallennettu")
    at(phone, "fi", "declare", key)
    expect(phone.locator("form.declared")).not_to_contain_text("Älykäs pysäköinti")

    for one in made.reviewers[:-1]:
        conflicts.declare_conflicts(one, {}, by=one.person, at=given.NOON)
    hand = at(desk, "en", "conflicts", key)
    assert_sound(desk)
    hand.write("#reason-PARTNER_ORGANISATION", "Another unit.")
    desk.locator("form:has(#reason-PARTNER_ORGANISATION) button[value=SOFT]").click()
    row = Conflict.objects.get(declared="DECLARED_KIN")
    hand.write(f"#reason-{row.pk}", "Kin is kin.")
    desk.locator(f"form:has(#reason-{row.pk}) button[value=HARD]").click()
    given.rule_rest(made)
    hand = at(desk, "en", "assignment", key)
    hand.press("text=Hand out the reviews")
    expect(desk.locator("#assignment")).to_contain_text("Requested")
    assert_sound(desk)
    at(desk, "en", "board", key).press("text=Let the reviewers write")
    expect(desk.locator("body")).to_contain_text("Under review")

    review = Review.objects.select_related("reviewer__person").get(candidate__number=1)
    sign_in(phone, review.reviewer.person)
    expect_status(phone, 422)
    hand = at(phone, "sv", "review", review.uuid)
    assert_sound(phone)
    hand.choose("#score_impact_4")
    expect(phone.locator("#saved")).to_contain_text("Sparat kl.")
    hand.choose("#score_quality_3")
    hand.choose("#score_openness_5")
    hand.press("text=Skicka bedömningen")
    expect(phone.locator(".field-error")).to_be_visible()
    hand.write("#why_openness", "Allt publiceras.")
    hand.press("text=Skicka bedömningen")
    expect(phone.locator("body")).to_contain_text("Din bedömning är skickad")
    assert_sound(phone)

    other = Review.objects.select_related("reviewer__person", "candidate").get(candidate__number=2)
    given_scores = {"impact": 3, "quality": 3, "openness": 3}
    reviewing.save_review(other, scores_given=given_scores, why={}, by=other.reviewer.person, at=given.NOON)
    reviewing.submit_review(other, by=other.reviewer.person, at=given.NOON)
    at(desk, "en", "board", key).press("text=Make the ranking")
    at(desk, "en", "ranking", key)
    expect(desk.locator("#ranking tbody tr").first).to_contain_text("Smart parking")
    assert_sound(desk)

    meeting = given.going(made)
    member = next(one for one in made.members if one.organisation.slug == "turku")
    sign_in(phone, member.person)
    hand = at(phone, "fi", "item", meeting.uuid, 1)
    hand.press("text=On esteellinen")
    expect(phone.locator("body")).to_contain_text("Olet esteellinen tässä kohdassa")
    assert_sound(phone)
    hand = at(desk, "en", "item", meeting.uuid, 1)
    hand.choose("#id_act_0")
    hand.write("#id_reason_0", "Tukee kärkihanketta.")
    hand.press("text=Record the decision")
    expect(desk.locator("body")).to_contain_text("stood aside")
    assert_sound(desk)

    given.finish(made, meeting)
    publishing.publish_round(made.again(), by=office, at=given.NOON + 7 * given.DAY)
    phone.context.clear_cookies()
    at(phone, "sv", "results", key)
    expect(phone.locator("#approved")).to_contain_text("Smart parkering")
    assert_sound(phone)
    assert Candidate.objects.get(number=1).state == "approved"
