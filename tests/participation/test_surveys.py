"""Surveys: one answer a person, apart from who they are, along the ways of the rules; results that tell of nobody."""

import contextlib
import csv
import io
import tracemalloc
import uuid

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuutio.core.problems import Invalid
from kuutio.participation import survey_results as results
from kuutio.participation.actions import answering, asking, stages
from kuutio.participation.actions.asking import Asked
from kuutio.participation.models import Answers, Turn
from kuutio.participation.problems import AlreadyAnswered, HasContributions, IdentificationNeeded, StageClosed
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.races import at_once


def voice():
    return Voice(PersonFactory(), Level.REGISTERED)


def make_survey(process, identification="registered"):
    """Do you cycle (yes/no)? How often? Why not? Who doesn't cycle is asked why not, who does how often."""
    stage = stages.add_stage(
        process,
        "survey",
        title=three("Kysely"),
        opens_at=NOON - DAY,
        closes_at=NOON + DAY,
        identification=identification,
        settings={"results": "always"},
        by=None,
        at=NOON - 2 * DAY,
    )
    yes_no = [three("Kyllä"), three("En")]
    often = [three("Päivittäin"), three("Viikoittain"), three("Joskus")]
    rows = [
        asking.add_question(stage, Asked(kind, three(title), {}, choices, is_required=must), by=None, at=NOON)
        for kind, title, choices, must in (
            ("single", "Pyöräiletkö?", yes_no, True),
            ("multiple", "Milloin?", often, False),
            ("text", "Miksi et?", (), False),
            ("scale", "Kuinka hyvä kaupunki on?", (), False),
        )
    ]
    cycle, when, why, good = rows
    _yes, no = cycle.choices.all()
    asking.set_jumps(cycle, [(no, why)], by=None, at=NOON)
    asking.set_jumps(when, [(None, good)], by=None, at=NOON)
    return stage, rows


@pytest.fixture
def survey(process):
    """An open survey with a branch."""
    return make_survey(process)


def answered(stage, values, who=None, at=NOON):
    who = who or voice()
    turn = answering.begin(stage, voice=who, at=at)
    for question, value in values:
        answering.keep(turn, question, value, voice=who, at=at)
    answering.send(turn, "fi", voice=who, at=at)
    return who


def test_only_the_way_that_was_taken_counts_and_the_answer_knows_nobody(survey):
    stage, (cycle, when, why, good) = survey
    yes, no = cycle.choices.all()
    daily = when.choices.first()
    who = answered(stage, [(cycle, str(yes.pk)), (when, [str(daily.pk)]), (why, "Jää pois"), (good, "4")])
    row = Answers.objects.get()
    assert row.values == {str(cycle.pk): [yes.pk], str(when.pk): [daily.pk], str(good.pk): 4}
    assert {field.name for field in Answers._meta.get_fields()} == {"uuid", "stage", "language", "sent_on", "values"}
    assert Turn.objects.get().draft == {}
    with pytest.raises(AlreadyAnswered):
        answering.begin(stage, voice=who, at=NOON)
    answered(stage, [(cycle, str(no.pk)), (why, "Pelottaa")])
    assert Answers.objects.filter(values__has_key=str(why.pk)).count() == 1
    with pytest.raises(HasContributions):
        asking.remove_question(good, by=None, at=NOON)


def test_what_does_not_fit_is_refused_and_the_draft_stays(survey):
    stage, (cycle, when, _why, good) = survey
    who = voice()
    turn = answering.begin(stage, voice=who, at=NOON)
    yes = cycle.choices.first()
    answering.keep(turn, cycle, str(yes.pk), voice=who, at=NOON)
    for question, value in ((cycle, "999"), (cycle, None), (good, "6"), (when, [str(yes.pk)])):
        with pytest.raises(Invalid):
            answering.keep(turn, question, value, voice=who, at=NOON)
    assert answering.begin(stage, voice=who, at=NOON).draft == {str(cycle.pk): [yes.pk]}
    with pytest.raises(StageClosed):
        answering.send(turn, "fi", voice=who, at=stage.closes_at)
    with pytest.raises(IdentificationNeeded):
        answering.begin(stage, voice=NOBODY, at=NOON)


def test_a_rule_leads_forward_only(survey):
    _stage, (cycle, when, why, good) = survey
    with pytest.raises(Invalid) as refused:
        asking.set_jumps(good, [(None, cycle)], by=None, at=NOON)
    assert refused.value.errors[0]["pointer"] == "/jumps"
    yes, no = cycle.choices.all()
    with pytest.raises(Invalid):  # nobody would be asked when
        asking.set_jumps(cycle, [(yes, why), (no, why)], by=None, at=NOON)
    assert cycle.jumps.get().to == why  # what was refused has changed nothing
    assert when.jumps.get().to == good


@pytest.mark.django_db(transaction=True)
def test_one_answer_a_person_however_fast(make_process):
    stage, (cycle, *_rest) = make_survey(make_process())
    who = voice()
    turn = answering.begin(stage, voice=who, at=NOON)
    answering.keep(turn, cycle, str(cycle.choices.first().pk), voice=who, at=NOON)

    def send():
        try:
            answering.send(turn, "fi", voice=who, at=NOON)
        except AlreadyAnswered:
            return False
        return True

    at_once(send, times=6)
    assert Answers.objects.count() == 1


def fill(stage, rows, count):
    cycle, when, why, good = rows
    yes, no = cycle.choices.all()
    often = list(when.choices.all())
    made = []
    for number in range(count):
        if number % 3:
            values = {
                str(cycle.pk): [yes.pk],
                str(when.pk): [often[number % 3].pk, often[0].pk],
                str(good.pk): number % 5 + 1,
            }
        else:
            values = {str(cycle.pk): [no.pk], str(why.pk): f'=SUM({number}) pyörä, "lainaus"\nrivi'}
        made.append(Answers(stage=stage, language="fi", sent_on=NOON.date(), values=values))
    Answers.objects.bulk_create(made, batch_size=5000)


def test_small_counts_are_not_shown_nor_told_by_the_sum(survey):
    stage, (cycle, _when, why, _good) = survey
    yes, no = cycle.choices.all()
    for number in range(20):
        chosen = no if number < 3 else yes
        Answers.objects.create(stage=stage, language="fi", sent_on=NOON.date(), values={str(cycle.pk): [chosen.pk]})
    Answers.objects.create(stage=stage, language="fi", sent_on=NOON.date(), values={str(why.pk): "Salaisuus"})
    found, total = results.results(stage)
    assert total == 21
    counts = [line.count for line in found[0].lines]
    assert None in counts
    shown = [count for count in (*counts, found[0].answered) if count is not None]
    assert 3 not in shown
    assert len(shown) < 2  # two of the three would tell the third
    assert found[2].lines == []
    assert found[2].answered is None


def test_the_export_is_whole_and_streamed(survey, tmp_path):
    stage, rows = survey
    fill(stage, rows, 9000)
    with CaptureQueriesContext(connection) as asked:
        tracemalloc.start()
        pieces = results.csv_lines(stage)
        text = "".join(pieces)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 9001
    assert {len(line) for line in lines} == {9}
    assert sum(line[8] != "" for line in lines[1:]) == 6000
    assert not [line for line in lines if line[7].startswith("=")]  # no spreadsheet runs what people wrote
    assert len(asked) <= 4
    assert peak < 12_000_000  # the whole text is 0.9 MB of it
    path = tmp_path / "answers.xlsx"
    assert results.write_workbook(stage, path) == 9000
    with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as book:
        assert sum(1 for _row in book.active.iter_rows()) == 9001


def test_the_open_data_have_what_the_page_shows_and_no_small_numbers(survey):
    from kuutio.participation import public_answers

    stage, (cycle, _when, why, good) = survey
    yes, no = cycle.choices.all()
    for _each in range(7):
        answered(stage, [(cycle, str(no.pk)), (why, "Pelottaa")])
    type(stage).objects.filter(pk=stage.pk).update(closes_at=NOON - DAY / 2)
    rows = {row["id"]: row for row in public_answers.rows()}
    assert (rows[f"choice/{no.pk}"]["chosen"], rows[f"choice/{no.pk}"]["answered"]) == (7, 7)
    assert rows[f"choice/{yes.pk}"]["chosen"] in (0, None)
    assert rows[f"question/{why.pk}"]["chosen"] is None and "Pelottaa" not in str(rows)
    assert rows[f"question/{good.pk}/5"]["choice_fi"] == "5"
    type(stage).objects.filter(pk=stage.pk).update(settings={"results": "never"})
    assert not list(public_answers.rows())


def test_a_survey_that_somebody_has_begun_or_answered_stays(process, officers, client):
    stage, (cycle, _when, _why, _good) = make_survey(process)
    client.force_login(officers["helsinki"])
    who = voice()
    turn = answering.begin(stage, voice=who, at=NOON)
    answering.keep(turn, cycle, str(cycle.choices.last().pk), voice=who, at=NOON)
    remove = f"/fi/work/participation/{process.slug}/stages/{stage.slug}/remove/"
    assert client.post(remove).status_code == 302 and type(stage).objects.filter(pk=stage.pk).exists()
    answering.send(turn, "fi", voice=who, at=NOON)
    assert client.post(remove).status_code == 302 and type(stage).objects.filter(pk=stage.pk).exists()


def test_a_question_of_five_thousand_digits_is_none(process, client):
    stage, _rows = make_survey(process, identification="open")
    now = timezone.now()
    type(stage).objects.filter(pk=stage.pk).update(opens_at=now - DAY, closes_at=now + DAY)
    address = client.post(f"/fi/participation/{process.slug}/survey/survey/")["Location"]
    page = client.get(f"{address}?question={'9' * 5000}")
    assert page.status_code == 200 and page.context["form"].fields["value"].label == "Pyöräiletkö? (fi)"


def test_an_anonymous_turn_is_found_by_its_address_alone(process, client):
    stage, (cycle, when, _why, good) = make_survey(process, identification="open")
    now = timezone.now()
    type(stage).objects.filter(pk=stage.pk).update(opens_at=now - DAY, closes_at=now + DAY)
    page = f"/fi/participation/{process.slug}/survey/"
    begun = client.post(f"{page}survey/")
    assert client.get(begun["Location"]).status_code == 200
    assert client.post(begun["Location"], {"value": ""}).status_code == 422
    next_one = client.post(begun["Location"], {"value": str(cycle.choices.first().pk)})["Location"]
    assert next_one.endswith(f"?question={when.pk}")
    next_one = client.post(next_one, {"value": [str(when.choices.first().pk)]})["Location"]
    assert next_one.endswith(f"?question={good.pk}")
    assert client.post(next_one, {"value": "5"})["Location"] == page
    assert Answers.objects.count() == 1
    assert client.get(f"{page}results/").status_code == 200
    assert client.get(f"/fi/surveys/{uuid.uuid4()}/").status_code == 404
