"""A trial: nothing runs without what makes it worth running, nothing ends without what was learnt."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.innovation import handing, learnings, models, queries
from kuutio.innovation.actions import diary, proposing, trials
from kuutio.innovation.actions.proposing import Offer
from kuutio.innovation.models import Challenge, Confidential, DiaryEntry, Feedback, Trial
from kuutio.search.queries import find
from tests.factories import DatasetFactory, PersonFactory
from tests.innovation.making import DAY, FINNISH, FOREIGN, NOON, SECRET, city, key, officer, three, trial, whole


@pytest.fixture
def learnt(monkeypatch):
    """A trial has its learning."""

    def write(*found):
        monkeypatch.setattr(trials, "learnings_of", lambda row: found)

    write()
    return write


def outcome(row, on=NOON + 30 * DAY):
    trials.describe_trial(
        row,
        outcome="partly",
        outcome_text=three("Melu laski, anturi jäätyi."),
        next_step="repeat",
        next_step_owner=three("Katutilan päällikkö"),
        next_step_on=on.date(),
        by=None,
        at=NOON,
    )


@pytest.mark.django_db
class TestBeforeItRuns:
    def test_what_must_hold_is_told_and_nothing_changes(self):
        row = trials.move_trial(trial(run=False), "agree", by=None, at=NOON)
        with pytest.raises(IllegalMove) as refused:
            trials.move_trial(row, "start", by=None, at=NOON)
        assert refused.value.facts["missing"] == [
            *("agreement_signed", "data_clause", "ipr_clause", "next_owner", "period", "success_measure"),
        ]
        assert Trial.objects.get().state == "agreed"

    @pytest.mark.parametrize(
        ("spoil", "missing"),
        [
            (lambda row: row.measures.all().delete(), "success_measure"),
            (lambda row: models.Agreement.objects.update(firm_signed_on=None), "agreement_signed"),
            (lambda row: Trial.objects.update(next_step_owner=""), "next_owner"),
            (lambda row: models.Agreement.objects.update(ends_on=(NOON - DAY).date()), "period"),
        ],
    )
    def test_each_of_them_is_needed(self, spoil, missing):
        row = trial(run=False)
        whole(row)
        trials.move_trial(row, "agree", by=None, at=NOON)
        spoil(row)
        with pytest.raises(IllegalMove) as refused:
            trials.move_trial(row, "start", by=None, at=NOON)
        assert missing in refused.value.facts["missing"]

    @pytest.mark.parametrize(
        ("spoil", "name"),
        [
            (lambda row: row.measures.all().delete(), "without a measure"),
            (lambda row: models.Agreement.objects.update(city_signed_on=None), "without an agreement"),
            (lambda row: models.Agreement.objects.all().delete(), "without an agreement"),
            (lambda row: Trial.objects.update(next_step_owner=""), "trial_runs_with_next_owner"),
        ],
    )
    def test_the_database_refuses_a_running_trial_without_them(self, spoil, name):
        row = trial()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            spoil(row)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_the_database_refuses_to_begin_without_them(self):
        row = trial(run=False)
        with pytest.raises(IntegrityError, match="does not run without"), transaction.atomic():
            Trial.objects.filter(pk=row.pk).update(state="running", started_at=NOON, next_step_owner="Päällikkö")

    def test_a_changed_agreement_is_signed_anew_and_an_empty_clause_is_not_signed(self):
        row, person = trial(run=False), officer()
        whole(row)
        terms = trials.Terms((NOON - DAY).date(), (NOON + DAY).date(), dict.fromkeys(trials.CLAUSES, "x"))
        again = trials.write_agreement(row, terms, by=person, at=NOON)
        assert (again.city_signed_on, again.firm_signed_on) == (None, None)
        trials.write_agreement(row, trials.Terms(terms.starts_on, terms.ends_on, {}), by=person, at=NOON)
        with pytest.raises(Invalid) as refused:
            trials.sign_agreement(row, "city", by=person, at=NOON)
        assert len(refused.value.errors) == len(trials.CLAUSES)

    def test_the_firm_s_lead_signs_for_the_firm_and_nobody_for_others(self):
        lead = PersonFactory()
        row = trial(run=False, lead=lead)
        whole(row)
        trials.sign_agreement(row, "firm", by=lead, at=NOON)
        for person, side in ((lead, "city"), (PersonFactory(), "firm"), (officer("oulu"), "city")):
            with pytest.raises(NotAllowed):
                trials.sign_agreement(row, side, by=person, at=NOON)

    def test_success_is_not_defined_afterwards(self):
        row = trial()
        with pytest.raises(IllegalMove):
            trials.set_measure(row, name=three("Uusi"), target=Decimal(1), by=None, at=NOON)
        with pytest.raises(IllegalMove):
            trials.remove_measure(row.measures.get(), by=None, at=NOON)


@pytest.mark.django_db
class TestWhileItRuns:
    def test_measures_are_written_by_its_people_within_its_time(self):
        lead = PersonFactory()
        row = trial(lead=lead)
        measure = row.measures.get()
        trials.measured(measure, NOON.date(), Decimal("61.5"), by=lead, at=NOON)
        corrected = trials.measured(measure, NOON.date(), Decimal("60.5"), by=officer(), at=NOON)
        assert [value.value for value in measure.values.all()] == [corrected.value]
        with pytest.raises(NotAllowed):
            trials.measured(measure, NOON.date(), Decimal(1), by=PersonFactory(), at=NOON)
        for on, value in (
            ((NOON + DAY).date(), Decimal(1)),
            ((NOON - 9 * DAY).date(), Decimal(1)),
            (NOON.date(), Decimal("NaN")),
        ):
            with pytest.raises(Invalid):
                trials.measured(measure, on, value, by=lead, at=NOON)

    def test_a_photo_loses_what_the_camera_wrote_and_must_be_described(self):
        from io import BytesIO

        from PIL import Image

        exif = Image.Exif()
        exif[0x010F] = "SalainenKamera"
        out = BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
        row = trial()
        told = diary.Told(key(), NOON.date(), "Asennettu.", "fi", out.getvalue(), "Anturi pylväässä")
        entry = diary.write_diary(row, told, by=None, at=NOON)
        assert diary.write_diary(row, told, by=None, at=NOON) == entry
        assert b"SalainenKamera" not in bytes(entry.photo)
        for bad in (
            diary.Told(key(), NOON.date(), "x", "fi", out.getvalue(), ""),
            diary.Told(key(), NOON.date(), "x", "fi", b"no picture", "x"),
            diary.Told(key(), NOON.date(), " ", "fi"),
            diary.Told(key(), (NOON + DAY).date(), "x", "fi"),
        ):
            with pytest.raises(Invalid):
                diary.write_diary(row, bad, by=None, at=NOON)
        assert DiaryEntry.objects.count() == 1

    def test_a_photo_is_kept_by_nobody_between_while_its_trial_is_not_public(self, client):
        from io import BytesIO

        from PIL import Image

        out = BytesIO()
        Image.new("RGB", (40, 30), "red").save(out, "JPEG")
        row = trial()
        told = diary.Told(key(), NOON.date(), "Asennettu.", "fi", out.getvalue(), "Anturi pylväässä")
        entry = diary.write_diary(row, told, by=None, at=NOON)
        page = f"/fi/innovation/trials/{row.slug}/photos/{entry.uuid}/"
        assert client.get(page)["Cache-Control"].startswith("public")
        Trial.objects.update(state="idea", started_at=None)
        assert client.get(page).status_code == 404
        client.force_login(officer())
        assert client.get(page)["Cache-Control"] == "private, no-store"

    def test_an_outcome_is_found_once_the_trial_has_ended_with_what_was_learnt(self, learnt):
        row = trials.move_trial(trial(), "end", by=None, at=NOON)
        outcome(row)
        assert not find("jäätyi", language="fi", kind="trial", limit=5).rows
        learnt("opittiin")
        trials.move_trial(row, "learn", by=None, at=NOON)
        assert [one.key for one in find("jäätyi", language="fi", kind="trial", limit=5).rows] == [row.slug]

    def test_feedback_is_read_before_it_is_public_and_nobody_is_known_by_it(self):
        row, form = trial(), key()
        said = trials.give_feedback(row, key=form, grade=4, text="Hyvä!", language="fi", by=None, at=NOON)
        assert trials.give_feedback(row, key=form, grade=1, text="", language="fi", by=None, at=NOON) == said
        assert (said.state, queries.held_feedback(officer()).count()) == ("held", 1)
        trials.read_feedback(said, published=True, by=officer(), at=NOON)
        assert Feedback.objects.get().state == "published"
        for grade, text in ((0, ""), (6, ""), (3, "x" * 2001)):
            with pytest.raises(Invalid):
                trials.give_feedback(row, key=key(), grade=grade, text=text, language="fi", by=None, at=NOON)

    def test_a_period_that_is_over_shows_red_until_it_is_prolonged(self):
        row = trial()
        late = NOON + 31 * DAY
        assert queries.overdue_reason(row, NOON) == ""
        assert [found.pk for found in queries.overdue_trials(officer(), late)] == [row.pk]
        trials.prolong(row, (late + DAY).date(), why="Pakkanen", by=officer(), at=late)
        assert queries.overdue_trials(officer(), late) == []
        with pytest.raises(Invalid):
            trials.prolong(row, NOON.date(), why="", by=officer(), at=late)

    def test_a_data_set_of_the_catalogue_is_linked_once(self):
        row, dataset = trial(), DatasetFactory()
        assert trials.link_dataset(row, dataset, by=officer(), at=NOON) == trials.link_dataset(
            row, dataset, by=officer(), at=NOON
        )
        with pytest.raises(Invalid):
            trials.link_dataset(row, DatasetFactory(state="draft"), by=officer(), at=NOON)

    def test_a_risk_is_named_and_closed(self):
        row = trial()
        told = {"text": "Jäätyy", "likelihood": 3, "impact": 4, "response": "Lämmitys", "owner": "Yritys"}
        risk = diary.name_risk(row, **told, by=None, at=NOON)
        assert diary.close_risk(risk, by=None, at=NOON) == diary.close_risk(risk, by=None, at=NOON + DAY)
        with pytest.raises(Invalid):
            diary.name_risk(row, **(told | {"likelihood": 6, "owner": ""}), by=None, at=NOON)


@pytest.mark.django_db
class TestItsEnd:
    def test_it_ends_with_a_learning_an_outcome_in_words_and_an_owned_next_step(self, learnt):
        row = trials.move_trial(trial(), "end", by=None, at=NOON)
        with pytest.raises(IllegalMove) as refused:
            trials.move_trial(row, "learn", by=None, at=NOON)
        assert refused.value.facts["missing"] == ["learning", "next_step"]
        outcome(row)
        with pytest.raises(IllegalMove) as refused:
            trials.move_trial(row, "learn", by=None, at=NOON)
        assert refused.value.facts["missing"] == ["learning"]
        learnt("opittiin")
        assert trials.move_trial(row, "learn", by=None, at=NOON).state == "learned"

    @pytest.mark.parametrize("empty", ["outcome", "outcome_text", "next_step", "next_step_owner"])
    def test_the_database_refuses_an_end_without_them(self, learnt, empty):
        row = trials.move_trial(trial(), "end", by=None, at=NOON)
        outcome(row)
        learnt("opittiin")
        trials.move_trial(row, "learn", by=None, at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Trial.objects.update(**{empty: ""})

    def test_a_next_step_that_is_overdue_shows_red_until_it_is_taken(self, learnt):
        row = trials.move_trial(trial(), "end", by=None, at=NOON)
        outcome(row)
        late = NOON + 31 * DAY
        row.refresh_from_db()
        assert queries.overdue_reason(row, late) == "next_step", "also where nothing is learnt yet"
        learnt("opittiin")
        row = trials.move_trial(row, "learn", by=None, at=NOON)
        assert queries.overdue_reason(row, late) == "next_step"
        with pytest.raises(Invalid):
            trials.finish_next_step(row, (late + DAY).date(), by=officer(), at=late)
        trials.finish_next_step(row, late.date(), by=officer(), at=late)
        assert queries.overdue_trials(officer(), late) == []

    def test_without_a_learning_sixty_days_after_its_end_it_shows_red(self):
        row = trials.move_trial(trial(), "end", by=None, at=NOON)
        assert queries.overdue_reason(row, NOON + 60 * DAY) == ""
        assert queries.overdue_reason(row, NOON + 60 * DAY + timedelta(seconds=1)) == "learning"

    def test_figures_flow_to_the_project_that_it_belongs_to(self, learnt, monkeypatch):
        told = []
        monkeypatch.setattr(handing, "_take_figure", [told.append])
        row = trial(run=False, pilot_project="A70726")
        whole(row)
        trials.set_measure(row, name=three("Yrityksiä"), target=Decimal(1), indicator="firms", by=None, at=NOON)
        row = trials.move_trial(row, "agree", by=None, at=NOON)
        row = trials.move_trial(row, "start", by=None, at=NOON)
        trials.measured(row.measures.get(indicator="firms"), NOON.date(), Decimal(2), by=None, at=NOON)
        row = trials.move_trial(row, "end", by=None, at=NOON)
        outcome(row)
        learnt("opittiin")
        trials.move_trial(row, "learn", by=None, at=NOON)
        assert [(one.project, one.indicator, one.value) for one in told] == [("A70726", "firms", Decimal(2))]

    def test_a_trial_is_given_up_only_before_it_runs_and_with_a_reason(self):
        row = trial(run=False)
        with pytest.raises(IllegalMove):
            trials.move_trial(row, "give_up", by=None, at=NOON)
        assert trials.move_trial(row, "give_up", by=None, at=NOON, note="Ei lupaa").state == "given_up"
        other = trial(slug="toinen")
        with pytest.raises(IllegalMove):
            trials.move_trial(other, "give_up", by=None, at=NOON, note="Myöhäistä")

    def test_learnings_are_those_that_are_published(self):
        assert list(learnings.learnings_of(trial())) == []


def offer(*codes, told=FINNISH, **more):
    return Offer(
        key=more.pop("key", None) or key(),
        title="Robotti lumitöihin",
        summary="Robotti auraa pihan yöllä.",
        organisation=told,
        cities=[city(code) for code in codes],
        themes=["mobility"],
        **more,
    )


@pytest.mark.django_db
class TestOfferedTrials:
    def test_each_city_has_a_case_with_its_promise_and_its_answer_comes_back(self):
        from kuutio.contact.models import Case, Message

        models.InnovationDesk.objects.create(city=city("oulu"), role=three("Elinkeinopalvelut"), answer_days=5)
        person = PersonFactory()
        made = proposing.propose_trial(offer("oulu", "turku", confidential=SECRET), by=person, at=NOON)
        parts = {part.city_id: part for part in made.parts.all()}
        cases = {part.city_id: Case.objects.get(number=part.case_number) for part in parts.values()}
        assert {code: case.responsible.city_id for code, case in cases.items()} == {"oulu": "oulu", "turku": "turku"}
        assert parts["oulu"].due_at == cases["oulu"].answer_due_at < parts["turku"].due_at
        assert parts["oulu"].role.startswith("Elinkeinopalvelut")
        assert not Message.objects.filter(text__contains=SECRET).exists()
        with pytest.raises(NotAllowed):
            proposing.answer_proposal(parts["oulu"], interested=True, answer="x", by=officer("turku"), at=NOON)
        proposing.answer_proposal(parts["oulu"], interested=True, answer="Jutellaan.", by=officer("oulu"), at=NOON)
        assert [said.text for said in handing.said_in([parts["oulu"].case_number])] == ["Jutellaan."]
        assert Case.objects.get(pk=cases["oulu"].pk).state == "resolved"
        with pytest.raises(IllegalMove):
            proposing.answer_proposal(parts["oulu"], interested=False, answer="Ei.", by=officer("oulu"), at=NOON)
        assert [part.city_id for part in queries.proposals_to_answer(officer("turku"))] == ["turku"]

    def test_what_customer_service_answers_in_the_case_shows_on_the_proposer_s_page(self, client):
        from kuutio.contact.actions.working import answer_case
        from kuutio.contact.models import Case
        from tests.factories import OrganisationFactory

        person = PersonFactory()
        made = proposing.propose_trial(offer("turku"), by=person, at=NOON)
        agent = PersonFactory(agent_of=[OrganisationFactory(city=city("turku"))])
        case = Case.objects.get(number=made.parts.get().case_number)
        answer_case(case, text="Otamme yhteyttä viikolla 50.", by=agent, at=NOON)
        client.force_login(person)
        page = client.get(f"/fi/innovation/proposals/{made.uuid}/")
        assert "Otamme yhteyttä viikolla 50." in page.content.decode()
        assert queries.proposals_to_answer(officer("turku")) == []

    def test_a_form_sent_again_is_the_same_and_a_half_one_is_refused(self):
        person, form = PersonFactory(), key()
        first = proposing.propose_trial(offer("oulu", key=form, told=FOREIGN), by=person, at=NOON)
        assert proposing.propose_trial(offer("oulu", key=form), by=person, at=NOON) == first
        with pytest.raises(NotAllowed):
            proposing.propose_trial(offer("oulu", key=form), by=PersonFactory(), at=NOON)
        with pytest.raises(Invalid) as refused:
            proposing.propose_trial(offer(told=FINNISH | {"business_id": "1"}), by=person, at=NOON)
        assert {error["pointer"] for error in refused.value.errors} == {"/business_id", "/cities"}

    def test_taken_back_it_waits_for_nobody(self):
        from kuutio.contact.models import Case

        person = PersonFactory()
        made = proposing.propose_trial(offer("oulu", confidential=SECRET), by=person, at=NOON)
        with pytest.raises(NotAllowed):
            proposing.withdraw_proposal(made, by=PersonFactory(), at=NOON)
        for _each in range(2):
            proposing.withdraw_proposal(made, by=person, at=NOON + DAY)
        case = Case.objects.get(number=made.parts.get().case_number)
        assert (case.state, case.settled_at) == ("resolved", NOON + DAY)
        assert "on peruttu" in case.messages.get(at=NOON + DAY).text
        assert queries.proposals_to_answer(officer("oulu")) == []
        assert Confidential.objects.count() == 1
        assert Challenge.objects.count() == 0
