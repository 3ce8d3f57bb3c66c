"""Time windows are permissions: who may do what in which stage, at which moment."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import permissions
from kuutio.participation.actions import processes, stages
from kuutio.participation.actions.processes import Decision
from kuutio.participation.kinds import STAGES, Verb
from kuutio.participation.models import Process, ProcessCity, Stage
from kuutio.participation.problems import IdentificationNeeded, NotEligible, NotInStage, NotReady, StageClosed
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.participation.conftest import DAY, NOON, three

LEVELS = ("open", "registered", "strong")


@settings(max_examples=200)
@given(
    kind=st.sampled_from(sorted(STAGES)),
    verb=st.sampled_from(list(Verb)),
    state=st.sampled_from(Process.State.values),
    needed=st.sampled_from(LEVELS),
    level=st.sampled_from(LEVELS),
    second=st.integers(-3, 13),
)
def test_what_may_be_done_is_kind_and_time_and_level_together(kind, verb, state, needed, level, second):
    opens, seconds = NOON, second * (DAY / 10)
    stage = Stage(
        kind=kind,
        slug=kind,
        process=Process(state=state),
        opens_at=opens,
        closes_at=opens + DAY,
        identification=needed,
    )
    expected = (
        verb in STAGES[kind].allows
        and state == "published"
        and 0 <= second < 10
        and LEVELS.index(level) >= LEVELS.index(needed)
    )
    assert permissions.may(Voice(level=Level(level)), verb, stage, opens + seconds) is expected


def test_the_refusal_says_why(make_process):
    process = make_process(identification="strong")
    stage = process.stages.get()
    cases = (
        (Verb.VOTE, NOON, Voice(level=Level.STRONG), NotInStage),
        (Verb.COMMENT, stage.closes_at, Voice(level=Level.STRONG), StageClosed),
        (Verb.COMMENT, NOON, Voice(level=Level.REGISTERED), IdentificationNeeded),
    )
    for verb, at, voice, refusal in cases:
        with pytest.raises(refusal):
            permissions.demand(voice, verb, stage, at)
    permissions.demand(Voice(level=Level.STRONG), Verb.COMMENT, stage, NOON)


def test_a_kind_says_for_whom_it_is(stage, monkeypatch):
    import dataclasses

    nobody = dataclasses.replace(STAGES["hearing"], eligible=lambda voice, stage, at: False)
    monkeypatch.setitem(STAGES, "hearing", nobody)
    with pytest.raises(NotEligible):
        permissions.demand(NOBODY, Verb.COMMENT, stage, NOON)


@pytest.mark.parametrize("wrong", [{"map": "moon"}, {"replies": "yes"}, {"colour": "red"}])
def test_a_stage_s_options_are_those_of_its_kind(process, wrong):
    with pytest.raises(Invalid) as refused:
        stages.add_stage(
            process,
            "hearing",
            title=three("Toinen"),
            opens_at=NOON,
            closes_at=NOON + DAY,
            settings=wrong,
            by=None,
            at=NOON,
        )
    assert refused.value.errors[0]["pointer"] == f"/settings/{next(iter(wrong))}"


def test_the_database_keeps_what_can_never_be_false(process, stage, cities):
    def refused(change, name):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            change()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    rows = Stage.objects.filter(pk=stage.pk)
    refused(lambda: rows.update(closes_at=stage.opens_at), "stage_opens_before_it_closes")
    refused(lambda: rows.update(identification="any"), "stage_identification")
    mine = Process.objects.filter(pk=process.pk)
    refused(lambda: mine.update(state="closed", closed_at=NOON), "process_closed_has_outcome")
    refused(lambda: mine.update(state="published", published_at=None), "process_state_times")
    refused(lambda: mine.update(owner=cities["oulu"]), "process_owner_takes_part")
    refused(lambda: ProcessCity.objects.filter(process=process).delete(), "process_owner_takes_part")


def test_a_process_is_published_when_it_is_written_in_the_languages_of_its_cities(cities, officers):
    process = processes.begin_process(
        cities["oulu"],
        title={"fi": "Ranta"},
        summary={"fi": "Tiivis"},
        plain_summary={"fi": "Selkeä"},
        theme="planning",
        by=officers["oulu"],
        at=NOON,
    )
    with pytest.raises(NotReady) as refused:
        processes.publish_process(process, by=officers["oulu"], at=NOON)
    assert [error["pointer"] for error in refused.value.errors] == ["/stages"]
    stages.add_stage(
        process,
        "hearing",
        title={"fi": "Kuuleminen"},
        opens_at=NOON,
        closes_at=NOON + DAY,
        by=officers["oulu"],
        at=NOON,
    )
    # Helsinki serves in Swedish, too: a joint process is written in the languages of all.
    processes.change_process(process, cities=[cities["helsinki"]], by=officers["oulu"], at=NOON)
    with pytest.raises(NotReady) as refused:
        processes.publish_process(process, by=officers["oulu"], at=NOON)
    missing = {error["pointer"] for error in refused.value.errors}
    assert missing == {"/title", "/summary", "/plain_summary", "/stages/title"}
    processes.change_process(process, cities=[], by=officers["oulu"], at=NOON)
    assert processes.publish_process(process, by=officers["oulu"], at=NOON).is_public
    with pytest.raises(Conflict):
        processes.publish_process(process, by=officers["oulu"], at=NOON)
    with pytest.raises(Invalid):  # what is published can't lose what it needs
        processes.change_process(process, plain_summary={}, by=officers["oulu"], at=NOON)


def test_all_that_people_read_is_written_in_the_languages_of_the_cities(process, stage):
    from kuutio.participation.actions import asking, meeting, polling

    one, at = {"fi": "Vain suomeksi"}, NOON
    survey = stages.add_stage(
        process, "survey", title=three("Kysely"), opens_at=at - DAY, closes_at=at + DAY, by=None, at=at
    )
    call = meeting.Call(three("Ilta"), at + DAY, at + 2 * DAY, {}, one)
    ask = {"section": stage.sections.first(), "several": False, "by": None, "at": at}
    times = {"opens_at": at - DAY, "closes_at": at + DAY, "identification": "open", "settings": {}}
    acts = {
        "/stages/text": lambda: stages.change_stage(survey, title=three("A"), text=one, **times, by=None, at=at),
        "/polls": lambda: polling.ask(question=three("Mitä?"), options=[one, three("B")], **ask),
        "/questions": lambda: asking.add_question(survey, asking.Asked("text", one, {}), by=None, at=at),
        "/meetings": lambda: meeting.call_meeting(process, call, by=None, at=at),
        "/milestones": lambda: stages.set_milestone(process, title=one, planned_on=at.date(), by=None, at=at),
    }
    for pointer, act in acts.items():
        with pytest.raises(Invalid) as refused, transaction.atomic():
            act()
        assert [error["pointer"] for error in refused.value.errors] == [pointer]
        assert "ruotsi" in refused.value.errors[0]["detail"]


def test_a_city_decides_in_which_languages_its_processes_are_written(cities, officers, make_process):
    processes.set_languages(cities["oulu"], ["fi", "en"], by=officers["oulu"], at=NOON)
    draft = processes.begin_process(cities["oulu"], title={"fi": "Ranta"}, theme="planning", by=None, at=NOON)
    with pytest.raises(NotReady) as refused:
        processes.publish_process(draft, by=None, at=NOON)
    assert {"/title", "/summary"} <= {error["pointer"] for error in refused.value.errors}
    with pytest.raises(Invalid):  # Swedish is Helsinki's by law
        processes.set_languages(cities["helsinki"], ["fi"], by=officers["helsinki"], at=NOON)
    with pytest.raises(NotAllowed):
        processes.set_languages(cities["helsinki"], ["fi", "sv"], by=officers["oulu"], at=NOON)


def test_officers_of_each_city_write_and_the_owner_decides(make_process, officers):
    draft = make_process(others=["vantaa"], publish=False)
    processes.change_process(draft, place=three("Raja"), by=officers["vantaa"], at=NOON)
    with pytest.raises(NotAllowed):
        processes.change_process(draft, place=three("Raja"), by=officers["oulu"], at=NOON)
    with pytest.raises(NotAllowed):
        processes.publish_process(draft, by=officers["vantaa"], at=NOON)
    with pytest.raises(NotAllowed):
        processes.change_process(draft, cities=[], by=officers["vantaa"], at=NOON)
    assert processes.publish_process(draft, by=officers["helsinki"], at=NOON).is_public


def test_a_process_closes_with_what_was_decided_and_why(process, officers):
    decision = Decision(three("Päätettiin"), three("Koska"), NOON.date(), three("Lautakunta"))
    with pytest.raises(NotReady):  # people's turn isn't over
        processes.close_process(process, decision, by=officers["helsinki"], at=NOON)
    later = NOON + 6 * DAY
    half = Decision({"fi": "Päätettiin"}, three("Koska"), NOON.date(), {})
    with pytest.raises(Invalid) as refused:
        processes.close_process(process, half, by=officers["helsinki"], at=later)
    assert [error["pointer"] for error in refused.value.errors] == ["/decided/sv"]
    closed = processes.close_process(process, decision, by=officers["helsinki"], at=later)
    assert closed.state == "closed"
    assert Process.objects.get().outcome.decided.localize("sv") == "Päätettiin (sv)"
    with pytest.raises(Conflict):
        processes.change_process(process, title=three("Muu"), by=officers["helsinki"], at=later)
