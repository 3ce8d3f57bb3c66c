"""Moderation: a reason from the list, sealed words, an appeal to another person, nothing dropped without a word."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kuutio.cities.models import Role
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import coordination, letters, proposal_queries, queries
from kuutio.participation.actions import moderating, proposing
from kuutio.participation.actions.contributing import Said, contribute, react
from kuutio.participation.models import Appeal, Contribution, Moderation, ModerationRule, Report, Sealed, SupportFlag
from kuutio.participation.problems import DecidedByAnother, TooManyContributions
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON
from tests.participation.test_proposals import idea_stage, proposed

HOUR = timedelta(hours=1)


def voice(person=None, age=30 * DAY):
    return Voice(person or PersonFactory(joined_at=NOON - age), Level.REGISTERED)


def wrote(stage, text="Hyvä suunnitelma.", who=None, at=NOON):
    said = Said(text=text, language="fi", key=uuid.uuid4(), signature="Aino")
    return contribute(stage, "comment", said, voice=who or voice(), at=at)


@pytest.fixture
def colleague(cities):
    """A second officer of Helsinki."""
    return PersonFactory(publisher_of=[cities["helsinki"].organisations.get()])


def test_hidden_words_are_sealed_and_come_back_when_another_person_overturns(stage, officers, colleague, mailoutbox):
    author = voice()
    row = wrote(stage, "Ruma sana", author)
    officer = officers["helsinki"]
    for ground, facts in (("ugly", "Sana"), ("insult", " ")):
        with pytest.raises(Invalid):
            moderating.hide(row, ground, facts, by=officer, at=NOON)
    with pytest.raises(NotAllowed):
        moderating.hide(row, "insult", "Sana", by=officers["oulu"], at=NOON)
    hidden = moderating.hide(row, "insult", "Haukkumasana", by=officer, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.text, row.signature) == ("hidden", "", "")
    assert not queries.published().exists()
    letters.write("moderated", hidden.pk, author.person.pk)
    assert "Haukkumasana" in mailoutbox[0].body
    with pytest.raises(NotAllowed):
        moderating.appeal(hidden, "Ei ole ruma", by=PersonFactory(), at=NOON)
    made = moderating.appeal(hidden, "Ei ole ruma", by=author.person, at=NOON)
    with pytest.raises(Conflict):
        moderating.appeal(hidden, "Taas", by=author.person, at=NOON)
    with pytest.raises(DecidedByAnother):
        moderating.decide_appeal(made, True, "Niin", by=officer, at=NOON)
    moderating.decide_appeal(made, True, "Sana on tavallinen.", by=colleague, at=NOON)
    row.refresh_from_db()
    assert (row.state, row.text, row.signature) == ("published", "Ruma sana", "Aino")
    assert not Sealed.objects.exists()


def test_the_database_lets_nobody_decide_an_appeal_against_themselves(stage, officers, colleague):
    author = voice()
    hidden = moderating.hide(wrote(stage, who=author), "spam", "Mainos", by=officers["helsinki"], at=NOON)
    made = moderating.appeal(hidden, "Ei ole", by=author.person, at=NOON)
    rows = Appeal.objects.filter(pk=made.pk)
    decided = {"outcome": "upheld", "answer": "On", "decided_at": NOON}
    for change, name in (
        ({**decided, "decided_by": officers["helsinki"]}, "appeal_decided_by_another"),
        ({**decided, "decided_by": officers["helsinki"], "moderator": colleague}, "appeal_of_its_moderator"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    officers["helsinki"].delete()  # who left isn't named any more, and the appeal can be decided
    moderating.decide_appeal(Appeal.objects.get(), False, "On mainos", by=colleague, at=NOON)


def test_an_author_who_is_an_officer_does_not_judge_themselves(stage, officers, colleague):
    row = wrote(stage, who=Voice(officers["helsinki"], Level.REGISTERED))
    with pytest.raises(NotAllowed):
        moderating.hide(row, "spam", "Mainos", by=officers["helsinki"], at=NOON)
    hidden = moderating.hide(row, "spam", "Mainos", by=colleague, at=NOON)
    made = moderating.appeal(hidden, "Ei", by=officers["helsinki"], at=NOON)
    with pytest.raises(DecidedByAnother):
        moderating.decide_appeal(made, True, "Ei", by=officers["helsinki"], at=NOON)


def test_sealed_words_are_forgotten_when_the_time_is_over_unless_an_appeal_is_open(stage, settings, cities):
    settings.PARTICIPATION_SEALED_DAYS = 30
    first, second = (moderating.hide(wrote(stage, who=voice()), "spam", "Mainos", by=None, at=NOON) for _each in "12")
    moderating.appeal(first, "Ei", by=first.contribution.author, at=NOON)
    assert moderating.forget_sealed(at=NOON + 29 * DAY) == 0
    assert moderating.forget_sealed(at=NOON + 31 * DAY) == 1
    assert Sealed.objects.get().moderation == first
    with pytest.raises(Conflict):
        moderating.appeal(second, "Ei", by=second.contribution.author, at=NOON + 31 * DAY)


def test_links_and_first_words_of_new_accounts_wait_and_are_told_apart(stage, officers, cities):
    link = "Katso https://example.org/halpa"
    assert wrote(stage, link).state == "published"
    assert wrote(stage, link, voice(age=DAY)).state == "held"
    assert wrote(stage, link, NOBODY).state == "held"
    assert wrote(stage, "Kirjoita aino@example.org", voice(age=DAY)).state == "published"
    assert wrote(stage, link, Voice(officers["helsinki"], Level.REGISTERED)).state == "published"
    moderating.set_rule(
        cities["helsinki"], first_held=2, links_held_days=0, per_hour=5, by=officers["helsinki"], at=NOON
    )
    who = voice(age=DAY)
    for expected in ("held", "held", "published"):
        row = wrote(stage, link, who)
        assert row.state == expected
        if expected == "held":
            moderating.publish(row, by=officers["helsinki"], at=NOON)
    waiting = proposal_queries.queue(officers["helsinki"])
    assert {one.row.held.why for one in waiting} == {"link"}
    assert proposal_queries.queue(officers["oulu"]) == []
    assert not ModerationRule.objects.filter(city="oulu").exists()


def test_who_writes_too_much_has_a_break_and_the_same_again_waits(stage):
    who = voice()
    text = "Tämä on sama teksti, jonka joku lähettää yhä uudelleen jokaiseen paikkaan."
    assert [wrote(stage, text, who).state for _each in range(2)] == ["published", "held"]
    for _each in range(18):
        wrote(stage, who=who)
    with pytest.raises(TooManyContributions):
        wrote(stage, who=who)
    assert wrote(stage, who=who, at=NOON + 2 * HOUR).state == "published"


def test_anybody_reports_once_a_form_and_a_decision_settles_it(stage, officers):
    row, key = wrote(stage), uuid.uuid4()
    for _twice in range(2):
        moderating.report(row, "privacy", "Naapurini nimi", key=key, voice=NOBODY, at=NOON)
    assert [one.row for one in proposal_queries.queue(officers["helsinki"])] == [row]
    moderating.publish(row, by=officers["helsinki"], at=NOON)
    assert Report.objects.get().settled_at == NOON
    assert proposal_queries.queue(officers["helsinki"]) == []


def test_the_log_has_counts_and_reasons_and_no_words(stage, client, officers):
    moderating.hide(wrote(stage, "Ruma sana"), "insult", "Haukkumasana", by=officers["helsinki"], at=NOON)
    found = proposal_queries.log(since=NOON - DAY)
    assert (found["hidden"], found["grounds"]["insult"]) == (1, 1)
    Moderation.objects.update(at=NOON)
    page = client.get("/fi/participation/moderation/").content.decode()
    assert "Ruma sana" not in page
    assert "Haukkumasana" not in page


def test_supports_that_bear_signs_count_and_are_told_apart(make_process):
    ideas = idea_stage(make_process())
    row, others = proposed(ideas), [proposed(ideas, f"Muu {number}") for number in range(4)]
    for number in range(12):  # new accounts within an hour
        react(row.contribution, 1, voice=voice(age=HOUR), at=NOON + number * timedelta(minutes=2))
    for number in range(3):  # long-standing accounts, days apart, each with its own mind
        react(row.contribution, 1, voice=voice(), at=NOON + number * HOUR)
    twins = [voice() for _each in range(3)]
    for who in twins:
        for one in (row, *others):
            react(one.contribution, 1, voice=who, at=NOON + 3 * HOUR)
    assert coordination.mark(ideas.process, at=NOON + DAY) == 12 + 3 * 5
    assert coordination.mark(ideas.process, at=NOON + DAY) == 12 + 3 * 5
    shown = proposal_queries.of_stage(ideas).get(pk=row.pk)
    assert (shown.supports, shown.unmarked) == (18, 3)
    react(others[0].contribution, None, voice=twins[0], at=NOON + 4 * HOUR)
    coordination.mark(ideas.process, at=NOON + DAY)
    assert set(SupportFlag.objects.values_list("why", flat=True)) == {"burst"}  # two alike are no group
    assert Contribution.objects.filter(state="published").count() == 5


def test_a_burst_in_a_later_stage_of_support_is_marked_by_the_hourly_look(make_process):
    process = make_process()
    row = proposed(idea_stage(process))
    later = NOON + 14 * DAY
    stage = idea_stage(process, "support", opens=later - DAY, closes=later + DAY)
    for number in range(10):
        who = Voice(PersonFactory(joined_at=later - HOUR), Level.REGISTERED)
        react(row.contribution, 1, voice=who, at=later + number * timedelta(minutes=5), stage=stage)
    assert coordination.mark_open(at=later + HOUR) == 10
    assert set(SupportFlag.objects.values_list("why", flat=True)) == {"burst"}


def test_links_anywhere_in_what_is_shown_wait(make_process, stage):
    ideas = idea_stage(make_process(slug="ideat"))
    new = voice(age=DAY)
    assert proposed(ideas, "https://spam.example", by=new).contribution.state == "held"
    row = proposed(ideas, "Penkit", by=new)
    proposing.revise(row, title="Penkit: penkki.shop", text="Lisää.", place="", voice=new, at=NOON)
    row.contribution.refresh_from_db()
    assert row.contribution.state == "held"
    for text in ("bit.ly/x", "Tule: t.me/ryhma", "x.shop", "www.esimerkki.example", "penkki.online nyt"):
        assert wrote(stage, text, voice(age=DAY)).state == "held", text
    for text in ("Klo 12.30/13.00 asti.", "Bussi on täynnä. Se ei pysähdy.", "aino@esimerkki.example", "mm. tai/ja"):
        assert wrote(stage, text, voice(age=DAY)).state == "published", text
    said = Said(text="Hyvä.", language="fi", key=uuid.uuid4(), signature="osta.example/nyt")
    assert contribute(stage, "comment", said, voice=voice(age=DAY), at=NOON).state == "held"


def test_officers_without_the_role_see_no_queue(client, officers, cities):
    agent = PersonFactory()
    Role.objects.create(person=agent, organisation=cities["helsinki"].organisations.get(), role="agent")
    client.force_login(agent)
    assert client.get("/fi/work/moderation/").status_code == 403
