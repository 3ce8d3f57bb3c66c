"""Conflicts of interest: what a hard one hides, at every door; what the office rules on."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.cities.models import Role
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import NotAllowed, NotFound
from kuutio.selection import queries, trail
from kuutio.selection.actions import assigning, conflicts, reviewing, rounds
from kuutio.selection.models import Conflict, Review, RoundLog
from kuutio.selection.reading import made_table
from tests.selection import made as given

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_hard_conflict_is_404_at_every_door_and_out_of_every_figure():
    made = given.reviewed(given.make_round())
    round_ = made.round
    review = Review.objects.select_related("reviewer__person", "candidate").order_by("pk").first()
    who, candidate = review.reviewer.person, review.candidate
    # The reviewer is also of the office, an auditor and a member: no other role opens the door.
    for role in ("office", "auditor"):
        Role.objects.create(person=who, organisation=round_.owner, role=role)
    rounds.add_member(round_, who, review.reviewer.organisation, by=made.office, at=given.NOON)
    client, key = as_(who), round_.key
    addresses = {
        "review": [review.uuid],
        "review-save": [review.uuid],
        "review-answer": [review.uuid],
        "consensus": [review.uuid],
        "candidate": [candidate.uuid],
        "legality": [candidate.uuid],
        "review-act": [Review.objects.filter(candidate=candidate).exclude(pk=review.pk).first().uuid, "reopen"],
    }
    before = made_table(round_)
    assert client.get(reverse("selection:candidate", args=[candidate.uuid])).status_code == 200

    conflicts.declare_conflicts(
        review.reviewer, {candidate.number: ("DECLARED_KIN", "Sisarus on hankkeessa.")}, by=who, at=given.NOON
    )

    for name, args in addresses.items():
        address = reverse(f"selection:{name}", args=args)
        assert client.post(address).status_code == 404, name
        assert client.get(address).status_code in (404, 405), name
    for name in ("board", "ranking", "assignment", "conflicts", "audit"):
        text = client.get(reverse(f"selection:{name}", args=[key])).content.decode()
        assert f"Hanke {candidate.number} " not in text and str(candidate.uuid) not in text, name
    assert str(review.uuid) not in client.get(reverse("selection:mine")).content.decode()
    assert f"Hanke {candidate.number} " not in client.get(reverse("selection:declare", args=[key])).content.decode()
    assert candidate.reference in queries.barred_references(who)
    assert candidate not in queries.candidates_seen_by(who, round_)
    assert not [line for line in trail.lines_of(round_, who) if line.thing.endswith(str(candidate.uuid))]
    with pytest.raises(NotFound):
        assigning.give_review(candidate, made.reviewers[0], reason="Syy", by=who, at=given.NOON)

    assert Review.objects.get(pk=review.pk).state == "void"
    after = made_table(round_)
    counts = [{row["candidate"]: row["reviews"] for row in table["rows"]} for table in (before, after)]
    assert counts[1] == counts[0] | {str(candidate.number): 1}
    assert RoundLog.objects.get().entries.count() == RoundLog.objects.get().size
    # Even a row that says "submitted" counts for nothing while a hard conflict stands beside it.
    Review.objects.filter(pk=review.pk).update(state="submitted")
    assert made_table(round_) == after


def test_conflicts_are_found_in_the_data_by_the_reading_of_the_round():
    unit = given.make_round(key="call:unit")
    rounds.begin_declaring(unit.round, by=unit.office, at=given.NOON)
    strict = given.make_round(key="call:strict", employer="ORGANISATION")
    rounds.begin_declaring(strict.round, by=strict.office, at=given.NOON)

    def levels(made, city):
        rows = Conflict.objects.filter(reviewer__round=made.round, reviewer__city=city)
        return {row.candidate.number: (row.level, row.found) for row in rows.select_related("candidate")}

    assert levels(unit, "turku") == {1: ("SOFT", ["PARTNER_ORGANISATION"])}
    assert levels(strict, "turku") == {1: ("HARD", ["PARTNER_ORGANISATION"])}
    assert levels(strict, "oulu") == {1: ("HARD", ["PARTNER_ORGANISATION"]), 4: ("HARD", ["PARTNER_ORGANISATION"])}
    assert levels(strict, "") == {}


def test_a_company_of_a_city_and_a_person_who_is_named_stand_aside():
    made = given.make_round(count=0, employer="ORGANISATION")
    company = given.organisation("turku-company", "company", city="turku")
    turku = next(one for one in made.reviewers if one.city == "turku")
    rounds.affiliate(
        turku.organisation, company, ground="omistaa 51 %", round_=made.round, by=made.office, at=given.NOON
    )
    outside = made.reviewers[-1]
    from kuutio.selection.actions.candidates import PartyIn

    given.hand(made, 1, parties=[PartyIn(organisation=company, is_lead=True)], cities=[], named=[outside.person])
    rounds.begin_declaring(made.round, by=made.office, at=given.NOON)
    found = {row.reviewer_id: (row.level, row.found) for row in Conflict.objects.all()}
    assert found == {turku.pk: ("HARD", ["RELATED_ORGANISATION"]), outside.pk: ("HARD", ["NAMED"])}


def test_what_the_data_shows_to_be_hard_cant_be_ruled_away_and_a_declaration_can():
    made = given.make_round(employer="ORGANISATION")
    rounds.begin_declaring(made.round, by=made.office, at=given.NOON)
    hard = Conflict.objects.filter(level="HARD").first()
    with pytest.raises(Clash):
        conflicts.rule_conflict(hard, level="SOFT", reason="Ei haittaa.", by=made.office, at=given.NOON)
    outside = made.reviewers[-1]
    conflicts.declare_conflicts(outside, {2: ("DECLARED_OTHER", "Tunnen hakijan.")}, by=outside.person, at=given.NOON)
    row = Conflict.objects.get(reviewer=outside)
    assert row.level == "HARD" and queries.barred_references(outside.person) == {row.candidate.reference}
    with pytest.raises(NotAllowed):
        conflicts.rule_conflict(row, level="SOFT", reason="Oma.", by=outside.person, at=given.NOON)
    conflicts.rule_conflict(row, level="SOFT", reason="Tuttavuus ei ole läheinen.", by=made.office, at=given.NOON)
    assert not queries.barred_references(outside.person)
    line = Entry.objects.filter(verb="rule_conflict").latest("pk")
    assert line.facts["reason"] == "Tuttavuus ei ole läheinen." and line.actor == made.office


def test_a_newer_version_with_another_partner_bars_its_people_while_they_write():
    made = given.assigned(given.make_round(employer="ORGANISATION"))
    review = Review.objects.exclude(reviewer__city="").select_related("reviewer__organisation", "candidate").first()
    from kuutio.selection.actions.candidates import PartyIn

    review.candidate.round = made.round
    own = review.reviewer.organisation
    given.hand(made, review.candidate.number, version=2, parties=[PartyIn(organisation=own, is_lead=True)])
    review.refresh_from_db()
    assert review.state == "void" and review.note == "conflict"


def test_a_blind_round_hides_who_applies_until_the_review_is_sent():
    given.assigned(given.make_round(blind=True))
    review = Review.objects.select_related("reviewer__person", "candidate").first()
    client = as_(review.reviewer.person)
    lead = review.candidate.parties.get(is_lead=True).unit
    address = reverse("selection:review", args=[review.uuid])
    for page in (address, reverse("selection:mine")):
        text = client.get(page).content.decode()
        assert lead not in text and "versio 1" not in text
    reviewing.save_review(
        review, scores_given=given.scores_for(review), why={}, by=review.reviewer.person, at=given.NOON
    )
    reviewing.submit_review(review, by=review.reviewer.person, at=timezone.now())
    text = client.get(address).content.decode()
    assert lead in text and "versio 1" in text
