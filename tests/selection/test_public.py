"""What is published of choosing tells of each decision, and of no reviewer."""

import pytest

from kuutio.selection.actions import publishing
from kuutio.selection.models import Reviewer
from kuutio.selection.public import PUBLISHED
from tests.factories import OrganisationFactory, PersonFactory
from tests.selection import made as given

pytestmark = pytest.mark.django_db


def released() -> list[dict[str, object]]:
    return [row for table in PUBLISHED.tables() for row in table.released()]


def test_decisions_are_open_data_once_the_round_is_published():
    desk = OrganisationFactory(slug="office-of-all", kind="public", city=None)
    desk.roles.create(person=PersonFactory(), role="office")
    made = given.decided(given.make_round())
    assert released() == []
    publishing.publish_round(made.round, by=made.office, at=given.NOON + 7 * given.DAY)
    rows = released()
    assert len(rows) == len(publishing.named_in_results(made.again())) > 0
    for row in rows:
        assert row["round"] == made.round.key
        assert row["decision"] in ("approved", "approved_with_conditions", "rejected")
        assert row["reason_fi"] or row["reason_sv"] or row["reason_en"]
        assert row["score"] is not None
    told = str(rows)
    for reviewer in Reviewer.objects.filter(round=made.round).select_related("person"):
        assert reviewer.person.email not in told
