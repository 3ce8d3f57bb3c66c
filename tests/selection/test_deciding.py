"""Decisions: who stood aside takes no part; two decisions or one; letters; what the domain hears."""

import pytest
from django.core import mail

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict as Clash
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.selection import handing
from kuutio.selection.actions import deciding, letters, meetings
from kuutio.selection.models import Candidate, Decision, Letter, Recusal
from kuutio.selection.problems import StoodAside
from tests.factories import PersonFactory
from tests.selection import made as given

pytestmark = pytest.mark.django_db
T = given.three("Perustelu")


def test_a_member_who_stands_aside_takes_no_part_in_that_item_and_does_in_others():
    made = given.ranked(given.make_round())
    meeting = given.going(made)
    first, second = meeting.items.order_by("position")[:2]
    suggested = meetings.suggested_recusals(made.round, [first])[first.pk]
    assert {member.organisation.city_id for member, _ground in suggested} == set(first.candidate.cities)
    member = suggested[0][0]
    meetings.stand_aside(first, member, ground="PARTNER_ORGANISATION", by=member.person, at=given.NOON)
    meetings.stand_aside(first, member, ground="PARTNER_ORGANISATION", by=member.person, at=given.NOON)
    assert Recusal.objects.count() == 1
    with pytest.raises(StoodAside):
        deciding.decide_item(first, "propose_yes", reason=T, by=member.person, at=given.NOON)
    deciding.decide_item(second, "propose_yes", reason=T, by=member.person, at=given.NOON)
    deciding.decide_item(first, "propose_no", reason=T, by=made.members[0].person, at=given.NOON)
    line = Entry.objects.filter(verb="propose_no_candidate").get()
    assert (line.facts["present"], line.facts["aside"]) == (5, 1)
    with pytest.raises(Clash):
        meetings.stand_aside(first, made.members[1], ground="SAME_CITY", by=made.office, at=given.NOON)


def test_nobody_left_means_no_decision():
    made = given.ranked(given.make_round(count=1))
    meeting = given.going(made)
    item = meeting.items.get()
    for member in made.members:
        meetings.stand_aside(item, member, ground="DECLARED_INTEREST", by=made.office, at=given.NOON)
    with pytest.raises(StoodAside):
        deciding.decide_item(item, "propose_yes", reason=T, by=made.office, at=given.NOON)
    assert not Decision.objects.exists()


def test_each_decides_what_is_theirs_in_its_turn_and_with_reasons_in_the_candidates_language():
    made = given.make_round(count=0)
    given.hand(made, 1, language="sv")
    given.ranked(made)
    row = Candidate.objects.select_related("round").get()
    with pytest.raises(IllegalMove):
        deciding.decide_legality(row, "approve", reason=T, by=made.authority, at=given.NOON)
    item = given.going(made).items.get()
    with pytest.raises(IllegalMove):
        deciding.decide_item(item, "propose_yes", reason={"fi": "Suomeksi vain"}, by=made.office, at=given.NOON)
    with pytest.raises(NotAllowed):
        deciding.decide_item(item, "approve", reason=T, by=made.office, at=given.NOON)
    deciding.decide_item(item, "propose_yes", reason=T, by=made.office, at=given.NOON)
    with pytest.raises(NotAllowed):
        deciding.decide_legality(row, "approve", reason=T, by=made.office, at=given.NOON)
    with pytest.raises(Invalid):
        deciding.decide_legality(row, "approve", reason=T, granted_cents=13_978_500, by=made.authority, at=given.NOON)
    done = deciding.decide_legality(
        row, "approve", reason=T, granted_cents=13_978_500, granted_why="Viranomainen päättää kokonaisina euroina.",
        by=made.authority, at=given.NOON,
    )  # fmt: skip
    assert done.granted_cents == 13_978_500 and done.outcome == "approved"


def test_a_letter_goes_once_in_the_candidates_language_with_the_same_pdf_as_is_kept():
    made = given.make_round(count=0)
    contact = PersonFactory(email="hakija@example.org")
    given.hand(made, 1, language="sv", contact=contact)
    given.hand(made, 2, language="fi")
    given.decided(made)
    letter = Letter.objects.get(decision__candidate__number=1)
    assert letters.send_letter(letter, at=given.NOON) and not letters.send_letter(letter, at=given.NOON)
    assert not letters.send_letter(Letter.objects.get(decision__candidate__number=2), at=given.NOON)
    (message,) = mail.outbox
    assert message.to == ["hakija@example.org"] and message.subject.startswith("Beslut: Hanke 1 (sv)")
    name, content, kind = message.attachments[0]
    assert name == "beslut-1.pdf" and kind == "application/pdf" and content == bytes(letter.file)
    assert content[:5] == b"%PDF-" and b"/Lang (sv)" in content


def test_a_jury_decides_alone_and_the_domain_hears_each_move_in_the_same_transaction():
    heard, before = [], dict(handing._receivers)
    handing.install({"answer": heard.append})
    try:
        made = given.make_round(key="challenge:lights", decisions="one", count=0)
        given.hand(made, 1, kind="answer")
        given.decided(made)
    finally:
        handing.install(before)
    assert [(one.act, one.after) for one in heard] == [
        ("review", "in_review"), ("end_review", "reviewed"), ("approve", "approved"),
    ]  # fmt: skip
    assert heard[-1].decision.kind == "jury" and heard[-1].decision.granted_cents == 20_000_000


def test_a_domain_that_refuses_stops_the_decision_and_nothing_of_it_stays():
    made = given.ranked(given.make_round(count=1))
    item, before = given.going(made).items.get(), dict(handing._receivers)

    def refuse(moved):
        raise Clash("Ei nyt.")

    handing.install({"judged": refuse})
    lines = Entry.objects.count()
    try:
        with pytest.raises(Clash):
            deciding.decide_item(item, "propose_yes", reason=T, by=made.office, at=given.NOON)
    finally:
        handing.install(before)
    assert not Decision.objects.exists() and Candidate.objects.get().state == "reviewed"
    assert Entry.objects.count() == lines
