"""Who may apply, and with what: E1 to E12."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.grants.budgets import CostModel
from kuutio.core.grants.eligibility import (
    MEMBER_CITIES,
    Actor,
    ActorType,
    Joint,
    Kind,
    Terms,
    cities_lit,
    findings,
    months_later,
    panel,
    spearhead_length,
    waived,
)
from kuutio.core.grants.findings import codes
from kuutio.core.identifiers import is_business_id

HELSINKI, SUMMER = timezone(timedelta(hours=2)), timezone(timedelta(hours=3))
TERMS = Terms(
    closes_at=datetime(2016, 1, 15, 16, 15, tzinfo=HELSINKI),
    earliest_start=date(2016, 1, 1),
    latest_end=date(2018, 12, 31),
    max_months=36,
    max_support_bp=6700,
    cost_models=frozenset({CostModel.FLAT_24, CostModel.LUMP}),
)
IDS = {
    "Helsinki": "0201256-6",
    "Espoo": "0101263-6",
    "Vantaa": "0124610-9",
    "Tampere": "0211675-2",
    "Turku": "0204819-8",
    "Oulu": "0187690-1",
}
FORUM_VIRIUM = "2170029-2"


def actor(city: str, **changes: object) -> Actor:
    own = Actor(city, IDS.get(city, FORUM_VIRIUM), ActorType.MUNICIPALITY, city, intent_signed=True)
    return replace(own, **changes)


GOOD = Joint(
    kind=Kind.PILOT,
    cost_model=CostModel.FLAT_24,
    start=date(2016, 5, 1),
    end=date(2018, 4, 30),
    submitted_at=datetime(2016, 1, 15, 15, 0, tzinfo=HELSINKI),
    support_bp=6700,
    partners=(actor("Turku", lead=True), actor("Oulu")),
)
SIX = tuple(actor(city, lead=city == "Oulu") for city in IDS)


def keys(application: Joint, terms: Terms = TERMS) -> list[str]:
    return [finding.key for finding in findings(application, terms)]


def test_two_cities_together_may_apply():
    assert keys(GOOD) == []
    assert cities_lit(GOOD, TERMS) == {"Turku", "Oulu"}
    assert [(checked.rule, checked.holds) for checked in panel(GOOD, TERMS) if not checked.holds] == [
        ("E3", None),
        ("E12", None),
    ]


@pytest.mark.parametrize(
    ("partners", "found"),
    [
        ((actor("Turku", lead=True),), ["e1-two-organisations", "e2-two-cities"]),
        ((), ["e1-two-organisations", "e2-two-cities", "e5-no-lead"]),
        (
            (actor("Turku", lead=True), actor("Oulu", business_id="02048198")),
            ["e1-two-organisations", "e6-business-id"],
        ),
        ((actor("Turku", lead=True), actor("Turku", business_id=FORUM_VIRIUM)), ["e2-two-cities"]),
        ((actor("Turku", lead=True), actor("Kuopio")), ["e2-two-cities"]),
        ((*GOOD.partners, actor("Kuopio"), actor("")), []),
        ((*GOOD.partners, actor("Espoo", type=ActorType.COMPANY)), ["e4-company"]),
        ((*GOOD.partners, actor("Espoo", type="PERSON")), ["e4-unknown-type"]),
        ((*GOOD.partners, actor("Espoo", lead=True)), ["e5-many-leads"]),
        ((actor("Turku"), actor("Oulu")), ["e5-no-lead"]),
        ((*GOOD.partners, actor("Espoo", intent_signed=False)), ["e7-not-signed"]),
        ((actor("Turku", lead=True, intent_signed=False), actor("Oulu")), []),
    ],
)
def test_a_consortium_is_told_all_that_it_lacks(partners, found):
    assert keys(replace(GOOD, partners=partners)) == found


def test_what_partner_a_finding_is_about_is_told():
    two_companies = (*GOOD.partners, actor("Espoo", type="COMPANY"), actor("Vantaa", type="COMPANY"))
    assert [found.where for found in findings(replace(GOOD, partners=two_companies), TERMS)] == ["Espoo", "Vantaa"]
    assert codes(findings(replace(GOOD, partners=two_companies), TERMS)) == ["E4_ORG_TYPE"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"cost_model": "FLAT_40"}, ["e8-cost-model"]),
        ({"cost_model": "nonsense"}, ["e8-cost-model"]),
        ({"end": GOOD.start}, ["e9-ends-before-start"]),
        ({"start": date(2015, 12, 31)}, ["e9-starts-too-early"]),
        ({"start": date(2016, 1, 1), "end": date(2018, 12, 31)}, []),
        ({"end": date(2019, 1, 1)}, ["e9-ends-too-late"]),
        ({"support_bp": 6701}, ["e11-support-share"]),
        ({"support_bp": 6700}, []),
        ({"submitted_at": None}, []),
    ],
)
def test_dates_models_and_shares_are_held_to_the_call(changes, found):
    assert keys(replace(GOOD, **changes)) == found


def test_a_project_is_shorter_than_its_most_months_to_the_day():
    terms = replace(TERMS, latest_end=date(2030, 1, 1), max_months=24)
    assert keys(replace(GOOD, end=date(2018, 4, 30)), terms) == []
    assert keys(replace(GOOD, end=date(2018, 5, 1)), terms) == ["e9-too-long"]
    assert months_later(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert months_later(date(2016, 12, 31), 2) == date(2017, 2, 28)


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (datetime(2016, 1, 15, 16, 15, 0, tzinfo=HELSINKI), False),
        (datetime(2016, 1, 15, 16, 15, 0, 999_999, tzinfo=HELSINKI), False),
        (datetime(2016, 1, 15, 16, 15, 1, tzinfo=HELSINKI), True),
        (datetime(2016, 1, 15, 17, 15, 0, tzinfo=SUMMER), False),
        (datetime(2016, 1, 15, 14, 15, 1, tzinfo=UTC), True),
    ],
)
def test_the_deadline_is_a_moment_to_the_second_wherever_the_clock_hangs(at, late):
    assert keys(replace(GOOD, submitted_at=at)) == (["e10-late"] if late else [])


@pytest.mark.parametrize("missing", sorted(IDS))
def test_a_spearhead_needs_every_city(missing):
    spearhead = replace(GOOD, kind=Kind.SPEARHEAD, partners=SIX)
    assert keys(spearhead) == []
    five = tuple(replace(one, city="Kauniainen") if one.city == missing else one for one in SIX)
    (finding,) = findings(replace(spearhead, partners=five), TERMS)
    assert (finding.code, finding.facts["missing"]) == ("E3_SPEARHEAD_ALL_SIX", missing)


def test_a_spearhead_is_planned_for_exactly_three_years_where_the_call_says_so():
    terms = replace(TERMS, latest_end=date(2030, 1, 1), max_months=48, spearhead_months=36)
    spearhead = replace(GOOD, kind=Kind.SPEARHEAD, partners=SIX, start=date(2016, 2, 1), end=date(2019, 1, 31))
    assert keys(spearhead, terms) == []
    assert keys(replace(spearhead, end=date(2019, 2, 1)), terms) == ["e12-spearhead-length"]
    assert keys(replace(spearhead, end=date(2019, 1, 30)), terms) == ["e12-spearhead-length"]
    assert keys(replace(spearhead, end=date(2019, 1, 30)), replace(terms, spearhead_months=None)) == []
    assert keys(replace(GOOD, end=date(2017, 1, 1)), terms) == []
    assert spearhead_length(date(2014, 7, 1), date(2017, 6, 30), 36) == []


def test_a_draft_is_told_what_it_needs_only_when_it_is_sent():
    unsigned = replace(GOOD, partners=(GOOD.partners[0], actor("Oulu", intent_signed=False, type="COMPANY")))
    assert [one.rule for one in waived(findings(unsigned, TERMS), frozenset({"E7"}))] == ["E4"]


actors = st.builds(
    Actor,
    id=st.text(max_size=3),
    business_id=st.sampled_from([*IDS.values(), FORUM_VIRIUM, "1234567-8", ""]),
    type=st.sampled_from([*ActorType, "PERSON"]),
    city=st.sampled_from([*IDS, "Kuopio", ""]),
    lead=st.booleans(),
    intent_signed=st.booleans(),
)
applications = st.builds(
    Joint,
    kind=st.sampled_from(Kind),
    cost_model=st.sampled_from(CostModel),
    start=st.dates(date(2015, 6, 1), date(2019, 1, 1)),
    end=st.dates(date(2015, 6, 1), date(2020, 1, 1)),
    submitted_at=st.none()
    | st.integers(-90_000, 90_000).map(lambda seconds: TERMS.closes_at + timedelta(seconds=seconds)),
    support_bp=st.integers(0, 10_000),
    partners=st.lists(actors, max_size=8).map(tuple),
)


@settings(max_examples=50)
@given(applications, st.randoms(use_true_random=False))
def test_the_order_of_partners_is_irrelevant(application, random):
    shuffled = list(application.partners)
    random.shuffle(shuffled)
    again = replace(application, partners=tuple(shuffled))
    assert codes(findings(again, TERMS)) == codes(findings(application, TERMS))
    assert cities_lit(again, TERMS) == cities_lit(application, TERMS)


@settings(max_examples=50)
@given(applications)
def test_a_partner_from_elsewhere_lights_no_city_and_harms_nothing(application):
    more = replace(application, partners=(*application.partners, actor("Kuopio")))
    before, after = (codes(findings(one, TERMS)) for one in (application, more))
    assert set(after) <= set(before)
    assert set(before) - set(after) <= {"E1_TWO_ORGANISATIONS"}


@settings(max_examples=50)
@given(applications)
def test_a_signed_city_more_never_breaks_a_rule(application):
    new = [actor(city, id="new", business_id=FORUM_VIRIUM) for city in MEMBER_CITIES]
    before = set(codes(findings(application, TERMS)))
    for one in new:
        assert set(codes(findings(replace(application, partners=(*application.partners, one)), TERMS))) <= before


@settings(max_examples=50)
@given(st.integers(0, 9_999_999), st.integers(0, 9))
def test_a_business_id_is_told_by_its_check_digit(number, digit):
    weighed = sum(int(one) * weight for one, weight in zip(f"{number:07}", (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    valid = weighed != 1 and digit == (0 if weighed == 0 else 11 - weighed)
    assert is_business_id(f"{number:07}-{digit}") == valid
