"""A form sent twice, by a double press or by a slow line, is one thing; a form of another thing is refused, not a fault."""

import uuid
from datetime import date, time
from decimal import Decimal

import pytest

from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.innovation.actions import challenges, concepts, diary, learnings, proposing, testbeds, trials
from kuutio.innovation.models import ConceptVersion, Question, Risk, TrialProposal
from tests.factories import PersonFactory
from tests.innovation.making import DAY, FINNISH, NOON, bed_of, challenge, city, key, officer, three, trial
from tests.races import at_once


def offer(form):
    return proposing.Offer(
        key=form, title="Robotti", summary="Auraa pihan.", organisation=FINNISH, cities=[city()], themes=["mobility"]
    )


def words():
    return concepts.Written("Ikäihmisille", "Kertoo lähimmän penkin", what_changed="Parempi")


def concept(title="Penkkiapuri"):
    return concepts.begin_concept(
        city(), title=three(title), summary=three("Apu"), themes=["wellbeing"], by=officer(), at=NOON
    )


def lesson(**more):
    texts = {name: three(name) for name in ("title", "tried", "happened", "lesson")}
    return learnings.Told(**texts, again="yes", authors="Helsinki", themes=["energy"], **more)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_question(self):
        row, form, person = challenge(), key(), PersonFactory()
        found = at_once(
            lambda: challenges.ask(row, key=form, text="Saako?", language="fi", by=person, at=NOON), times=6
        )
        assert {type(one) for one in found} == {Question}
        assert Question.objects.count() == 1

    def test_an_offered_trial(self):
        form, person = key(), PersonFactory()
        told = offer(form)
        found = at_once(lambda: proposing.propose_trial(told, by=person, at=NOON), times=6)
        assert {type(one) for one in found} == {TrialProposal}
        assert TrialProposal.objects.count() == 1

    def test_a_version_of_a_concept(self):
        row, form = concept(), key()
        found = at_once(
            lambda: concepts.write_version(row, words(), language="fi", based_on=0, key=form, by=None, at=NOON),
            times=6,
        )
        assert {type(one) for one in found} == {ConceptVersion}
        assert ConceptVersion.objects.count() == 1


@pytest.mark.django_db
class TestAgain:
    def test_a_measure_a_risk_and_an_entry_of_the_diary(self):
        row, other = trial(run=False), trial(run=False, slug="toinen")
        measure = {"name": three("Melu"), "unit": "dB", "target": Decimal(55)}
        one, again = (trials.set_measure(row, **measure, by=None, at=NOON) for _each in range(2))
        assert one == again
        assert trials.set_measure(row, **measure | {"target": Decimal(50)}, by=None, at=NOON) != one
        risk = {"text": "Jäätyy", "likelihood": 3, "impact": 4, "response": "Lämmitys", "owner": "Yritys"}
        one, again = (diary.name_risk(row, **risk, by=None, at=NOON) for _each in range(2))
        assert one == again
        diary.close_risk(one, by=None, at=NOON)
        assert diary.name_risk(row, **risk, by=None, at=NOON) != one
        assert Risk.objects.count() == 2
        for made in (row, other):
            trials.move_trial(made, "agree", by=None, at=NOON)
        told = diary.Told(key(), NOON.date(), "Asennettu.", "fi")
        diary.write_diary(row, told, by=None, at=NOON)
        with pytest.raises(Conflict):
            diary.write_diary(other, told, by=None, at=NOON)

    def test_days_and_interfaces_of_a_testbed(self):
        bed = bed_of()
        days = testbeds.Days(date(2028, 1, 1), date(2028, 2, 1), [1], time(8), time(16))
        one, again = (testbeds.open_days(bed, days, by=None, at=NOON) for _each in range(2))
        assert one == again
        told = {"sort": "interface", "name": three("Rajapinta"), "url": "https://example.org/api"}
        one, again = (testbeds.add_resource(bed, **told, by=None, at=NOON) for _each in range(2))
        assert one == again

    def test_a_beginning(self):
        person = officer()
        common = {"by": person, "at": NOON}
        state = {"owner": city(), "title": three("Katu"), "opens_at": NOON, "closes_at": NOON + DAY, "budget_cents": 1}
        one, again = (challenges.state_challenge(None, **state, **common) for _each in range(2))
        assert one == again
        with pytest.raises(Conflict):
            challenges.state_challenge(None, **state | {"budget_cents": 2}, **common)
        with pytest.raises(Conflict):
            challenges.state_challenge(None, **state, by=officer(), at=NOON)
        bed = {"owner": city().organisations.get(), "city": city(), "name": three("Ranta")}
        one, again = (testbeds.describe_testbed(None, **bed, **common) for _each in range(2))
        assert one == again
        assert concept() == concept()
        with pytest.raises(Conflict):
            concepts.begin_concept(
                city(), title=three("Penkkiapuri"), summary=three("Muu"), themes=["safety"], by=None, at=NOON
            )

    def test_a_learning(self):
        person, form = officer(), uuid.uuid4()
        one, again = (
            learnings.write_learning(lesson(), key=form, cities=[city()], by=person, at=NOON) for _each in range(2)
        )
        assert one == again
        assert one.uuid == form
        with pytest.raises(NotAllowed):
            learnings.write_learning(lesson(), key=form, cities=[city()], by=officer(), at=NOON)

    def test_a_version_or_a_question_of_another_thing_is_refused(self):
        first, second, form = concept(), concept("Muu"), key()
        concepts.write_version(first, words(), language="fi", based_on=0, key=form, by=None, at=NOON)
        with pytest.raises(Conflict):
            concepts.write_version(second, words(), language="fi", based_on=0, key=form, by=None, at=NOON)
        person = PersonFactory()
        challenges.ask(challenge(), key=form, text="Saako?", language="fi", by=person, at=NOON)
        with pytest.raises(NotAllowed):
            challenges.ask(challenge(title="Toinen"), key=form, text="Saako?", language="fi", by=person, at=NOON)

    def test_the_trial_of_a_proposal_is_begun_once_and_not_after_it_was_taken_back(self, client):
        person, helper = PersonFactory(), officer()
        made = proposing.propose_trial(offer(key()), by=person, at=NOON)
        proposing.answer_proposal(made.parts.get(), interested=True, answer="Jutellaan.", by=helper, at=NOON)
        client.force_login(helper)
        door = f"/fi/work/innovation/proposals/{made.uuid}/begin/"
        assert client.post(door).url == client.post(door).url
        other = proposing.propose_trial(offer(key()), by=person, at=NOON)
        proposing.answer_proposal(other.parts.get(), interested=True, answer="Jutellaan.", by=helper, at=NOON)
        proposing.withdraw_proposal(other, by=person, at=NOON)
        assert client.post(f"/fi/work/innovation/proposals/{other.uuid}/begin/").status_code == 404
        with pytest.raises(IllegalMove):
            trials.begin_trial(city(), other.organisation, title=three("Robotti"), proposal=other, by=helper, at=NOON)
