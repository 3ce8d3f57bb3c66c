"""A round from its opening to its bundle."""

import pytest

from kuutio.audit.models import Entry
from kuutio.core.bundles import verify_bundle
from kuutio.selection import handing
from kuutio.selection.actions import publishing
from kuutio.selection.models import Letter, RoundLog
from tests.selection import made as given

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What the domain was told."""
    told = []
    before = dict(handing._receivers)
    handing.install({"judged": lambda moved: told.append((moved.candidate.reference, moved.act, moved.after))})
    yield told
    handing.install(before)


def test_a_call_goes_from_its_opening_to_a_bundle_that_a_stranger_recomputes(heard):
    made = given.decided(given.make_round())
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    round_ = made.again()
    assert round_.state == "published"
    states = sorted(made.round.candidates.values_list("state", flat=True))
    assert states == ["approved", "approved_with_conditions", "rejected", "rejected"]

    verdict = verify_bundle(publishing.bundle_of(round_))
    assert verdict.kind == "round" and verdict.entries == RoundLog.objects.get(round=round_).size
    assert any("reviews that count: 8" in line for line in verdict.said)

    acts = [act for reference, act, _state in heard if reference == "judged:pilots-2017-1-1"]
    assert acts[:2] == ["review", "end_review"] and acts[-1] in ("approve", "approve_with_conditions", "reject")
    assert Letter.objects.filter(decision__candidate__round=round_).count() == 4
    moved = Entry.objects.filter(thing=f"round:{round_.key}", verb__endswith="_round")
    assert [line.facts["after"] for line in moved.order_by("pk") if "after" in line.facts] == [
        "declaring", "reviewing", "ranked", "decided", "published",
    ]  # fmt: skip
