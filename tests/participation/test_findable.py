"""The joint search holds what belongs to a process while it is public, and nothing of what was hidden or joined."""

from datetime import timedelta

import pytest

from kuutio.participation import findable, tasks
from kuutio.participation.actions import asking, contributing, deciding, meeting, moderating, processes, stages
from kuutio.search.queries import find
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.participation.test_meetings import call
from tests.participation.test_proposals import idea_stage, proposed, voice


def found(words, language="fi"):
    return {(row.kind, row.path) for row in find(words, language=language).rows}


@pytest.fixture
def known(make_process):
    """A process with a hearing, a survey and a meeting, as the worker leaves it."""
    process = make_process(slug="puisto")
    survey = stages.add_stage(
        process, "survey", title=three("Kyselytunti"), opens_at=NOON, closes_at=NOON + DAY,
        identification="open", by=None, at=NOON,
    )  # fmt: skip
    asking.add_question(survey, asking.Asked("text", three("Minne sorsalampi tulisi"), {}), by=None, at=NOON)
    meeting.call_meeting(process, call(title=three("Iltakävely")), by=None, at=NOON)
    tasks.refresh_parts(process.pk)
    return process


def test_stages_and_meetings_are_found_by_their_own_words(known):
    hearing = known.stages.get(kind="hearing")
    assert ("participation-stage", f"/fi/participation/puisto/{hearing.slug}/") in found("Leikkipaikka")
    assert {kind for kind, _path in found("sorsalampi")} == {"participation-stage"}
    assert {path for kind, path in found("sorsalampi", "sv")} == {
        f"/sv/participation/puisto/{known.stages.get(kind='survey').slug}/"
    }
    assert {kind for kind, _path in found("Iltakävely")} == {"meeting"}
    stages.remove_stage(known.stages.get(kind="survey"), by=None, at=NOON)
    tasks.refresh_parts(known.pk)
    assert not found("sorsalampi")


def test_a_proposal_is_found_while_it_is_shown(known, officers):
    stage = idea_stage(known)
    one, other = (proposed(stage, title=f"Riippumatto {n}", text="Mattoja puihin") for n in "12")
    assert len(found("Riippumatto")) == 2
    deciding.merge(one, other, by=None, at=NOON)
    assert found("Riippumatto") == {("proposal", f"/fi/proposals/{other.contribution.uuid}/")}
    moderating.hide(other.contribution, "off_topic", "Muuta", by=officers["helsinki"], at=NOON)
    assert not found("Riippumatto")
    moderating.restore(other.contribution, by=officers["helsinki"], at=NOON)
    assert len(found("Riippumatto")) == 1
    author = PersonFactory()
    mine = proposed(stage, title="Keinupuisto", by=voice(author))
    assert found("Keinupuisto")
    contributing.withdraw(mine.contribution, by=author, at=NOON + timedelta(hours=1))
    assert not found("Keinupuisto")


def test_of_a_draft_nothing_is_found_and_the_night_finds_what_was_missed(make_process):
    draft = make_process(slug="luonnos", publish=False)
    tasks.refresh_parts(draft.pk)
    assert not found("Leikkipaikka")
    processes.publish_process(draft, by=None, at=NOON)
    findable.forget_others("participation-stage", "luonnos/", [])
    tasks.refresh_all_parts(0)
    tasks.refresh_parts(draft.pk)
    assert "participation-stage" in {kind for kind, _path in found("Leikkipaikka")}
