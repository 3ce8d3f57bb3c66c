"""What was decided is written down once, to the cent, and a later decision makes the next version."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme.actions.awards import AwardedPartner, Change, award, change_award, over_years
from kuutio.programme.models import BudgetVersion, Commitment, DecidedCost, Grant
from tests.factories import PersonFactory
from tests.programme.money.granted import AT, OULU, TURKU, decision, granted, office, partners, project_of

pytestmark = pytest.mark.django_db


def test_a_decision_is_written_by_partner_line_source_and_year():
    grant = award(decision(project_of()), by=office(), at=AT)
    costs = {
        (one.part.partner.business_id, one.line): one.cents
        for one in DecidedCost.objects.select_related("part__partner")
    }
    assert costs == {
        (TURKU, "STAFF"): 100_000_01,
        (TURKU, "FLAT"): 40_000_00,  # 40 % of 100,000.01 is 40,000.004
        (OULU, "STAFF"): 50_000_00,
        (OULU, "FLAT"): 20_000_00,
    }
    for part, net in ((TURKU, 140_000_01), (OULU, 70_000_00)):
        rows = Commitment.objects.filter(part__partner__business_id=part)
        assert sum(row.cents for row in rows) == net
        assert sum(row.cents for row in rows if row.source == "EU") == net * 5000 // 10_000
        assert {row.year for row in rows} == {2027, 2028}
    assert (grant.state, grant.first_ends_on) == ("offered", date(2028, 12, 31))
    assert grant.project.lead.business_id == TURKU


def test_the_same_decision_again_is_the_same_grant_and_other_figures_are_refused():
    project = project_of()
    first = award(decision(project), by=None, at=AT)
    lines = Entry.objects.count()
    assert award(decision(project), by=None, at=AT) == first
    assert (Grant.objects.count(), Entry.objects.count()) == (1, lines)
    other = [AwardedPartner(TURKU, "Turku", {"STAFF": 1}, is_lead=True), partners()[1]]
    with pytest.raises(Conflict):
        award(decision(project, partners=other), by=None, at=AT)
    assert Entry.objects.count() == lines


def test_a_decided_figure_differs_only_with_a_reason():
    whole = {"EU": {2027: 50_01}, "STATE": {2027: 17_00}, "OWN_PUBLIC": {2027: 32_99}}
    one = {"STAFF": 100_00}
    told = [AwardedPartner(TURKU, "Turku", one, is_lead=True, funding=whole), AwardedPartner(OULU, "Oulu", one)]
    rules = {"fund": "erdf", "cost_model": "ACTUAL"}
    with pytest.raises(Invalid) as refused:
        award(decision(project_of(), partners=told, **rules), by=None, at=AT)
    assert {error["rule"] for error in refused.value.errors} == {"DECIDED_WITHOUT_REASON"}
    reasons = {"EU": "Kokonaisin euroin.", "OWN_PUBLIC": "Kokonaisin euroin."}
    told[0] = AwardedPartner(TURKU, "Turku", one, is_lead=True, funding=whole, reasons=reasons)
    grant = award(decision(project_of(), partners=told, **rules), by=None, at=AT)
    assert Commitment.objects.get(part__grant=grant, part__partner__business_id=TURKU, source="EU").cents == 50_01


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"ends_on": date(2026, 12, 31)}, "/ends_on"),
        ({"partners": [partners()[1]]}, "/partners"),
        ({"partners": [*partners(), partners()[1]]}, "/partners"),
        ({"partners": [AwardedPartner("1234567-8", "Väärä", {}, is_lead=True)]}, "/partners/1234567-8"),
        ({"partners": [AwardedPartner(TURKU, "T", {"TRAVEL": 1}, is_lead=True)]}, f"/partners/{TURKU}"),
        ({"partners": [AwardedPartner(TURKU, "T", {"STAFF": -1}, is_lead=True)]}, f"/partners/{TURKU}"),
        ({"partners": [AwardedPartner(TURKU, "T", {"STAFF": 1}, is_lead=True, city="atlantis")]}, f"/partners/{TURKU}"),
        ({"fund": "moon"}, "/fund"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(changes, where):
    with pytest.raises(Invalid) as refused:
        award(decision(project_of(), **changes), by=None, at=AT)
    assert where in {error["pointer"] for error in refused.value.errors}
    assert not Grant.objects.exists()


def test_only_the_office_writes_decisions_down():
    with pytest.raises(NotAllowed):
        award(decision(project_of()), by=PersonFactory(), at=AT)


def test_a_change_is_the_next_version_and_the_first_end_stays():
    made = granted()
    change = Change(
        "DEC/9/2028",
        date(2028, 5, 1),
        date(2029, 6, 30),
        [partners()[0], AwardedPartner(OULU, "Oulu", {"STAFF": 1_00})],
        "Jatkoaika.",
    )
    version = change_award(made.grant, change, by=made.office, at=AT)
    assert change_award(made.grant, change, by=made.office, at=AT) == version
    made.grant.refresh_from_db()
    assert (version.number, made.grant.ends_on, made.grant.first_ends_on) == (2, date(2029, 6, 30), date(2028, 12, 31))
    assert BudgetVersion.objects.get(number=1).costs.filter(part=made.oulu, line="STAFF", cents=50_000_00).exists()
    with pytest.raises(Conflict):
        change_award(
            made.grant, Change("DEC/9/2028", change.decided_on, date(2030, 1, 1), partners(), "x"), by=None, at=AT
        )


@settings(max_examples=30)
@given(st.integers(0, 10**12), st.dates(date(2014, 1, 1), date(2030, 1, 1)), st.integers(0, 3000))
def test_an_amount_over_years_adds_up(cents, start, days):
    from datetime import timedelta

    parts = over_years(cents, start, start + timedelta(days=days))
    assert sum(parts.values()) == cents
    assert all(part > 0 for part in parts.values())
