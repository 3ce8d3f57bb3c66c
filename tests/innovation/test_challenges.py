"""A challenge and its answers: stages, the last second, receipts, secrets kept apart, what the jury's decision makes."""

from datetime import timedelta

import pytest
from django.core import mail

from kuutio.audit.models import Entry
from kuutio.cities.models import Organisation
from kuutio.core.problems import Conflict, IllegalMove, Invalid, NotAllowed
from kuutio.innovation import letters, queries
from kuutio.innovation.actions import answering, challenges, judging
from kuutio.innovation.actions.challenges import GRACE, Weighed
from kuutio.innovation.models import Answer, Attachment, Challenge, Confidential, Question, Trial, TrialEvent
from kuutio.innovation.problems import TooLate
from kuutio.selection.models import Decision
from kuutio.selection.queries import candidate_of, round_of
from tests.factories import PersonFactory
from tests.innovation.making import (
    DAY,
    FINNISH,
    FOREIGN,
    NOON,
    SECRET,
    answer,
    challenge,
    key,
    officer,
    three,
)
from tests.races import at_once

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.django_db
class TestStages:
    def test_a_half_told_challenge_is_not_published_and_says_what_it_lacks(self):
        row = challenge(publish=False, themes=[], terms={"fi": "Vain suomeksi"})
        with pytest.raises(Invalid) as refused:
            challenges.publish_challenge(row, by=officer(), at=NOON)
        assert {error["pointer"] for error in refused.value.errors} == {"/terms/sv", "/themes"}
        assert Challenge.objects.get().state == "draft"

    def test_what_a_draft_lacks_is_told_by_its_name_and_language(self, client):
        row = challenge(publish=False, themes=[], terms={"fi": "Vain suomeksi"})
        client.force_login(officer())
        page = client.get(f"/fi/work/innovation/challenges/{row.slug}/").content.decode()
        assert "Ehdot (ruotsi): Kirjoita se myös tällä kielellä." in page
        assert "/terms/sv" not in page

    @pytest.mark.parametrize("weights", [[60, 39], [100, 1], [0, 100]])
    def test_weights_that_are_no_hundred_are_refused(self, weights):
        row = challenge(publish=False)
        with pytest.raises(Invalid):
            criteria = [Weighed(three("Ehto"), weight) for weight in weights]
            challenges.state_challenge(row, criteria=criteria, by=None, at=NOON)

    def test_an_illegal_step_is_a_conflict_and_leaves_no_trace(self):
        row, person = challenge(), officer()
        entries, events = Entry.objects.count(), TrialEvent.objects.count()
        for step in (
            lambda: challenges.publish_challenge(row, by=person, at=NOON),
            lambda: challenges.end_challenge(row, why=three("Ei"), by=person, at=NOON),
            lambda: challenges.close_challenge(row, at=NOON),
            lambda: judging.settle_choice(row, by=None, at=NOON),
        ):
            with pytest.raises(IllegalMove) as refused:
                step()
            assert refused.value.status == 409
        assert (Entry.objects.count(), TrialEvent.objects.count()) == (entries, events)
        assert Challenge.objects.get().state == "open"

    def test_only_its_cities_officers_change_it_and_only_its_owner_takes_it_on(self):
        row = challenge(cities=["oulu"], publish=False)
        challenges.state_challenge(row, summary=three("Uusi"), by=officer("oulu"), at=NOON)
        for stranger in (officer("turku"), PersonFactory()):
            with pytest.raises(NotAllowed):
                challenges.state_challenge(row, summary=three("Oma"), by=stranger, at=NOON)
        with pytest.raises(NotAllowed):
            challenges.publish_challenge(row, by=officer("oulu"), at=NOON)

    def test_what_answers_count_on_is_settled_once_it_is_public(self):
        row = challenge()
        for change in ({"budget_cents": 1}, {"criteria": []}, {"cities": []}, {"closes_at": row.closes_at - DAY}):
            with pytest.raises(IllegalMove):
                challenges.state_challenge(row, by=None, at=NOON, **change)
        later = challenges.state_challenge(row, closes_at=row.closes_at + DAY, by=None, at=NOON)
        assert later.closes_at == row.closes_at + DAY

    def test_with_an_answer_in_it_stays_public(self):
        row = challenge()
        with pytest.raises(IllegalMove):
            challenges.unpublish_challenge(row, why=" ", by=None, at=NOON)
        answer(row)
        with pytest.raises(IllegalMove) as refused:
            challenges.unpublish_challenge(row, why="Virhe", by=None, at=NOON)
        assert refused.value.facts["missing"] == ["no_answers"]


@pytest.mark.django_db
class TestAnswers:
    @pytest.mark.parametrize("told", [FINNISH, FOREIGN], ids=["domestic", "foreign"])
    def test_a_sent_answer_has_a_receipt_and_is_the_same_when_sent_again(self, told):
        person = PersonFactory()
        made = answer(challenge(), by=person, organisation=told)
        assert len(made.receipt) == 12
        assert len(made.sha256) == 64
        again = answering.send_answer(made, by=person, at=NOON + DAY)
        assert (again.receipt, again.sent_at) == (made.receipt, made.sent_at)
        assert made.organisation.country == told["country"]
        assert made.organisation.foreign_number == told.get("number", "")

    @pytest.mark.parametrize(
        ("told", "pointer"),
        [
            (FINNISH | {"business_id": "0201256-7"}, "/business_id"),
            (FINNISH | {"business_id": ""}, "/business_id"),
            (FOREIGN | {"register": ""}, "/register"),
            (FOREIGN | {"number": " "}, "/number"),
            (FOREIGN | {"country": "1"}, "/country"),
            (FINNISH | {"name": "\0"}, "/name"),
            (FINNISH | {"home_page": "https://"}, "/home_page"),
            (FINNISH | {"home_page": "https://ei osoite.fi/"}, "/home_page"),
            (FINNISH | {"home_page": "javascript:alert(1)"}, "/home_page"),
            (FINNISH | {"home_page": "https://example.org/" + "x" * 200}, "/home_page"),
        ],
    )
    def test_who_it_is_must_be_whole(self, told, pointer):
        with pytest.raises(Invalid) as refused:
            answer(challenge(), organisation=told)
        assert pointer in {error["pointer"] for error in refused.value.errors}
        assert Answer.objects.get().state == "draft"
        assert not Organisation.objects.filter(kind="company").exists()

    def test_nobody_renames_another_s_organisation_by_telling_its_number(self):
        first, second = challenge(), challenge(title="Toinen haaste")
        one = answer(first)
        other = answer(second, organisation=FINNISH | {"name": "Huijari Oy"})
        assert one.organisation == other.organisation
        assert str(other.organisation.name) == "Anturi Oy"

    def test_two_answers_of_one_organisation_are_one_too_many(self):
        row = challenge()
        answer(row)
        with pytest.raises(Conflict):
            answer(row)
        assert Answer.objects.filter(state="sent").count() == 1

    def test_a_price_above_the_budget_and_a_text_too_long_are_refused(self):
        row = challenge()
        with pytest.raises(Invalid) as refused:
            answer(row, price=800_001)
        assert [error["pointer"] for error in refused.value.errors] == ["/price"]
        with pytest.raises(Invalid):
            answer(row, title="x" * 201)

    def test_the_last_moment_is_in_time_and_a_microsecond_later_is_not(self):
        row = challenge()
        drafts = [(PersonFactory(), told) for told in (FINNISH, FOREIGN)]
        made = [answer(row, by=person, organisation=told, send=False) for person, told in drafts]
        sent = answering.send_answer(made[0], by=drafts[0][0], at=row.closes_at)
        assert (sent.state, sent.sent_at) == ("sent", row.closes_at)
        with pytest.raises(TooLate) as refused:
            answering.send_answer(made[1], by=drafts[1][0], at=row.closes_at + timedelta(microseconds=1))
        assert refused.value.status == 409
        assert Answer.objects.get(pk=made[1].pk).state == "draft"
        with pytest.raises(IllegalMove):
            challenges.close_challenge(row, at=row.closes_at + GRACE - timedelta(microseconds=1))
        assert challenges.close_due(at=row.closes_at + GRACE) == 1
        assert challenges.close_due(at=row.closes_at + GRACE) == 0

    def test_a_draft_is_kept_as_it_stands_and_is_its_writer_s_alone(self):
        row, person = challenge(), PersonFactory()
        draft = answering.begin_answer(row, language="fi", by=person, at=NOON)
        assert answering.begin_answer(row, language="sv", by=person, at=NOON) == draft
        half = answering.Written(words={"title": "Puoli"}, organisation={"business_id": "abc"}, confidential=SECRET)
        kept = answering.keep_answer(draft, half, by=person, at=NOON)
        assert (kept.title, kept.told_organisation["business_id"]) == ("Puoli", "abc")
        with pytest.raises(NotAllowed):
            answering.keep_answer(draft, half, by=PersonFactory(), at=NOON)
        answering.discard_draft(draft, by=person, at=NOON)
        assert not Confidential.objects.exists()

    def test_an_answer_taken_back_can_be_written_anew_with_what_it_said(self):
        row, person = challenge(), PersonFactory()
        made = answer(row, by=person, secret=SECRET)
        with pytest.raises(IllegalMove):
            answering.begin_answer(row, language="fi", by=person, at=NOON)
        with pytest.raises(NotAllowed):
            answering.withdraw_answer(made, by=PersonFactory(), at=NOON)
        answering.withdraw_answer(made, by=person, at=NOON)
        with pytest.raises(IllegalMove):
            answering.withdraw_answer(made, by=person, at=NOON)
        anew = answering.begin_answer(row, language="fi", by=person, at=NOON)
        assert (anew.title, anew.confidential.text) == (made.title, SECRET)
        assert answering.send_answer(anew, by=person, at=NOON).receipt != made.receipt

    def test_who_holds_a_draft_is_reminded_once_before_the_last_moment_and_in_their_language(self):
        row = challenge()
        writers = [PersonFactory(language="sv"), PersonFactory(), PersonFactory(), PersonFactory()]
        draft, sent, fresh, later = writers
        kept = answer(row, by=draft, send=False)
        answer(row, by=sent)
        early, due = row.closes_at - answering.REMIND_BEFORE - DAY, row.closes_at - answering.REMIND_BEFORE
        answer(row, by=fresh, send=False, at=due)  # begun the very moment
        answer(challenge(title="Toinen", closes_at=row.closes_at + DAY), by=later, send=False)
        assert answering.remind_of_drafts(at=early) == 0
        assert answering.remind_of_drafts(at=due) == 1
        assert answering.remind_of_drafts(at=due) == 0
        assert letters.write("deadline", kept.pk)
        letter = mail.outbox[-1]
        assert letter.to == [draft.email]
        assert "Ditt svar har inte skickats än" in letter.subject
        assert f"/sv/innovation/answers/{kept.uuid}/" in letter.body
        answering.discard_draft(kept, by=draft, at=due)
        assert not letters.write("deadline", kept.pk)
        assert answering.remind_of_drafts(at=row.closes_at + DAY) == 0

    def test_a_person_leaves_and_the_organisation_s_answer_stays(self):
        person = PersonFactory()
        made = answer(challenge(), by=person)
        left = answering.withdraw_person(made, by=person, at=NOON)
        assert (left.person, left.state) == (None, "sent")
        with pytest.raises(NotAllowed):
            answering.withdraw_answer(left, by=person, at=NOON)

    def test_files_are_judged_by_their_bytes(self):
        row, person = challenge(), PersonFactory()
        draft = answer(row, by=person, send=False)
        kept = answering.attach(draft, b"%PDF-1.7\nplan", "../suunni\u202etelma.pdf", by=person, at=NOON)
        assert (kept.type, kept.name) == ("application/pdf", "suunnitelma.pdf")
        assert answering.attach(draft, b"%PDF-1.7\nplan", "sama.pdf", by=person, at=NOON) == kept
        picture = answering.attach(draft, PNG, "kuva.png", by=person, at=NOON)
        assert picture.type == "image/png"
        for bad in (
            b"",
            b"MZ\x90\x00program",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x89PNG\r\n\x1a\nbroken",
        ):
            with pytest.raises(Invalid):
                answering.attach(draft, bad, "x.png", by=person, at=NOON)
        with pytest.raises(Invalid):
            answering.attach(draft, b"%PDF-" + bytes(answering.MOST_BYTES), "x.pdf", by=person, at=NOON)
        answering.send_answer(draft, by=person, at=NOON)
        with pytest.raises(IllegalMove):
            answering.attach(draft, b"%PDF-1.7\nlate", "late.pdf", by=person, at=NOON)
        with pytest.raises(IllegalMove):
            answering.detach(kept, by=person, at=NOON)
        assert Attachment.objects.count() == 2

    def test_the_last_moment_is_not_moved_once_it_is_over(self):
        row = challenge()
        later = row.closes_at + DAY
        challenges.state_challenge(row, closes_at=later, by=officer(), at=NOON)
        row.refresh_from_db()
        for at in (later + timedelta(seconds=1), later + DAY):  # the clock has not closed it yet
            with pytest.raises(IllegalMove):
                challenges.state_challenge(row, closes_at=later + 2 * DAY, by=officer(), at=at)
        assert Challenge.objects.get().closes_at == later

    def test_questions_are_public_with_their_answers_and_without_who_asked(self):
        row, person, form = challenge(), PersonFactory(), key()
        asked = challenges.ask(row, key=form, text="Saako kiinnittää pylvääseen?", language="fi", by=person, at=NOON)
        assert challenges.ask(row, key=form, text="x", language="fi", by=person, at=NOON) == asked
        assert not queries.answered_questions(row).exists()
        with pytest.raises(NotAllowed):
            challenges.answer_question(asked, answer=three("Saa"), by=officer("oulu"), at=NOON)
        challenges.answer_question(asked, answer=three("Saa"), by=officer(), at=NOON)
        assert [one.text for one in queries.answered_questions(row)] == ["Saako kiinnittää pylvääseen?"]
        with pytest.raises(IllegalMove):
            challenges.ask(row, key=key(), text="Myöhässä?", language="fi", by=person, at=row.closes_at + DAY)
        assert Question.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_in_the_last_second_fall_on_the_right_side_with_a_receipt_each():
    """Ten firms at once, five of them at the last moment and five just after it."""
    row = challenge()
    people = [PersonFactory() for _n in range(10)]
    drafts = [
        answer(row, by=person, organisation=FOREIGN | {"number": f"A{place}", "name": f"Firm {place}"}, send=False)
        for place, person in enumerate(people)
    ]
    turns = iter(list(enumerate(drafts)))

    def send():
        place, draft = next(turns)
        late = timedelta(microseconds=1 if place % 2 else 0)
        return answering.send_answer(draft, by=people[place], at=row.closes_at + late)

    found = at_once(send, times=10)
    sent = [one for one in found if isinstance(one, Answer)]
    assert len(sent) == 5
    assert len({one.receipt for one in sent}) == 5
    assert sum(isinstance(one, TooLate) for one in found) == 5
    assert Answer.objects.filter(state="sent").count() == 5


def _decide(made, outcome="approve"):
    """What the jury's decision tells innovation."""
    from kuutio.selection.handing import Moved, hand_on

    candidate = candidate_of(f"answer:{made.uuid}")
    told = {"approve": "approved", "reject": "rejected"}[outcome]
    decision = Decision(candidate=candidate, reason={"fi": f"Perustelu: {told}."})
    hand_on(Moved(candidate, outcome, "reviewed", told, decision, None, NOON + 20 * DAY))


@pytest.mark.django_db
class TestChoice:
    def test_the_jury_s_choice_makes_trials_and_settles_the_challenge(self):
        row = challenge()
        one = answer(row, by=PersonFactory(), secret=SECRET)
        other = answer(row, organisation=FOREIGN, title="Toinen")
        challenges.close_challenge(row, at=row.closes_at + GRACE)
        round_ = round_of(f"challenge:{row.slug}")
        assert round_.candidates.count() == 2
        assert [criterion.weight for criterion in round_.criteria.all()] == [60, 40]
        assert SECRET not in str(candidate_of(f"answer:{one.uuid}").versions.get().document)
        _decide(one)
        assert Challenge.objects.get().state == "evaluation"
        assert not queries.chosen_answers(Challenge.objects.get()).exists()
        _decide(other, "reject")
        settled = Challenge.objects.get()
        assert settled.state == "chosen"
        assert [str(found) for found in queries.chosen_answers(settled)] == [one.title]
        trial = Trial.objects.get()
        assert (trial.answer, trial.challenge, trial.lead, trial.state) == (one, row, one.person, "idea")
        assert Answer.objects.get(pk=other.pk).reason == "Perustelu: rejected."

    def test_where_nobody_is_chosen_the_challenge_ends_with_the_reason(self):
        row = challenge()
        one = answer(row)
        challenges.close_challenge(row, at=row.closes_at + GRACE)
        _decide(one, "reject")
        assert Challenge.objects.get().state == "ended"
        assert not Trial.objects.exists()

    def test_where_nobody_is_chosen_the_reason_is_told_in_each_language(self, client):
        row = challenge()
        one = answer(row)
        challenges.close_challenge(row, at=row.closes_at + GRACE)
        _decide(one, "reject")
        for language, words in (("fi", "Yhtään vastausta ei valittu."), ("sv", "Inget svar valdes.")):
            page = client.get(f"/{language}/innovation/challenges/{row.slug}/").content.decode()
            assert page.count(words) == 1
        assert "Yhtään vastausta" not in client.get(f"/sv/innovation/challenges/{row.slug}/").content.decode()

    def test_an_answer_taken_back_leaves_the_jury_s_table(self):
        row, person = challenge(), PersonFactory()
        one = answer(row, by=person)
        challenges.close_challenge(row, at=row.closes_at + GRACE)
        answering.withdraw_answer(one, by=person, at=row.closes_at + DAY)
        assert candidate_of(f"answer:{one.uuid}").state == "withdrawn"
        assert Challenge.objects.get().state == "ended"

    def test_the_last_undecided_answer_taken_back_settles_the_choice(self):
        row, person = challenge(), PersonFactory()
        one, other = answer(row), answer(row, by=person, organisation=FOREIGN, title="Toinen")
        challenges.close_challenge(row, at=row.closes_at + GRACE)
        _decide(one)
        answering.withdraw_answer(other, by=person, at=row.closes_at + DAY)
        assert Challenge.objects.get().state == "chosen"

    def test_officers_read_answers_after_the_last_moment_and_not_those_they_are_barred_from(self, client):
        from kuutio.selection.models import Conflict as Bar
        from kuutio.selection.models import Reviewer

        row, person = challenge(), officer()
        one, other = answer(row), answer(row, organisation=FOREIGN, title="Toinen")
        client.force_login(person)
        assert queries.answers_read_by(person, row) == []
        assert client.get(f"/fi/work/innovation/answers/{one.uuid}/").status_code == 404
        row = challenges.close_challenge(row, at=row.closes_at + GRACE)
        assert client.get(f"/fi/work/innovation/answers/{one.uuid}/").status_code == 200
        round_ = round_of(f"challenge:{row.slug}")
        assert queries.answers_read_by(person, row) == [one, other]
        reviewer = Reviewer.objects.create(
            round=round_, person=person, organisation=row.owner.organisations.get(), most=9, alias=1, added_at=NOON
        )
        Bar.objects.create(
            reviewer=reviewer,
            candidate=candidate_of(f"answer:{one.uuid}"),
            found=["EMPLOYED"],
            found_level="HARD",
            level="HARD",
        )
        assert queries.answers_read_by(person, row) == [other]
