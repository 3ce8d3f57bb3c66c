"""What the tests of choosing stand on: six cities, an office, an authority, reviewers, candidates of two cities each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kuutio.cities.models import Organisation, Person, Role
from kuutio.selection.actions import assigning, conflicts, deciding, meetings, ranking, reviewing, rounds
from kuutio.selection.actions.candidates import PartyIn, hand_over
from kuutio.selection.actions.reviewers import add_reviewer
from kuutio.selection.actions.rounds import CriterionIn, add_member, open_round
from kuutio.selection.models import Candidate, Meeting, Member, Review, Reviewer, Round
from tests.factories import CityFactory, OrganisationFactory, PersonFactory

NOON = datetime(2017, 3, 20, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")


def three(text: str) -> dict[str, str]:
    """The same text in each language, told apart by its code."""
    return {code: f"{text} ({code})" for code in ("fi", "sv", "en")}


def organisation(slug: str, kind: str = "public", city: str | None = None) -> Organisation:
    """An organisation that is no city itself."""
    made = CityFactory(code=city) if city else None
    return Organisation.objects.get_or_create(slug=slug, defaults={"kind": kind, "name": three(slug), "city": made})[0]


def person(role: str, where: Organisation, email: str) -> Person:
    """A person with one role."""
    made = PersonFactory(email=email, name=email.split("@")[0].replace("-", " ").title())
    Role.objects.create(person=made, organisation=where, role=role)
    return made


@dataclass
class Made:
    """A round and its people.

    Attributes:
        reviewers: one a city, and one from outside.
        candidates: of two cities each.
    """

    round: Round
    office: Person
    authority: Person | None
    reviewers: list[Reviewer]
    candidates: list[Candidate]
    members: list[Member]

    def again(self) -> Round:
        """The round as it is now."""
        self.round = Round.objects.get(pk=self.round.pk)
        return self.round


CRITERIA = (
    CriterionIn("impact", three("Vaikuttavuus"), 50, help=three("Mitä muuttuu?")),
    CriterionIn("quality", three("Toteutus"), 30),
    CriterionIn("openness", three("Avoimuus"), 20),
)


def make_round(
    *,
    key: str = "call:pilots-2017-1",
    decisions: str = "two",
    count: int = 4,
    owner: Organisation | None = None,
    **more,
) -> Made:
    """A round that is prepared: `count` candidates of Turku with Oulu, Tampere with Espoo, and so on; seven reviewers."""
    prefix = key.partition(":")[2]
    strategy = owner or organisation(f"{prefix}-office", city="helsinki")
    fund = organisation(f"{prefix}-authority") if decisions == "two" else None
    office = person("office", strategy, f"{prefix}-office@example.org")
    authority = person("office", fund, f"{prefix}-authority@example.org") if fund else None
    settings = {"employer": "UNIT", "reviews_wanted": 2, "budget_cents": 50_000_000, "topics": [
        {"key": "mobility", "title": three("Liikkuminen")}, {"key": "data", "title": three("Avoin data")},
    ]} | more  # fmt: skip
    row = open_round(
        key,
        title=three("Pilottihaku 2017"),
        owner=strategy,
        authority=fund,
        decisions=decisions,
        criteria=CRITERIA,
        address="/programme/calls/pilots-2017-1/",
        by=office,
        at=NOON,
        **settings,
    )
    people, members = [], []
    for place, code in enumerate(CITIES):
        city = OrganisationFactory(city=CityFactory(code=code))
        who = person("reviewer", city, f"{prefix}-reviewer-{code}@example.org")
        topics = ["mobility"] if place % 2 else ["data"]
        people.append(add_reviewer(row, who, city, unit="Strategia", topics=topics, by=office, at=NOON))
        head = person("office", city, f"{prefix}-member-{code}@example.org")
        members.append(add_member(row, head, city, part="member" if place else "chair", by=office, at=NOON))
    outside = organisation("outside-university", "research")
    who = person("reviewer", outside, f"{prefix}-reviewer-outside@example.org")
    people.append(add_reviewer(row, who, outside, topics=["data", "mobility"], by=office, at=NOON))
    made = Made(row, office, authority, people, [], members)
    for number in range(1, count + 1):
        made.candidates.append(hand(made, number))
    return made


PAIRS = (("turku", "oulu"), ("tampere", "espoo"), ("helsinki", "vantaa"), ("oulu", "helsinki"))


def hand(made: Made, number: int, *, version: int = 1, language: str = "fi", kind: str = "judged", **more) -> Candidate:
    """Hand over a candidate; its reference is made of its round and number."""
    lead, other = PAIRS[(number - 1) % len(PAIRS)]
    parties = [
        PartyIn(
            organisation=OrganisationFactory(city=CityFactory(code=lead)), unit="Liikenne", city=lead, is_lead=True
        ),
        PartyIn(organisation=OrganisationFactory(city=CityFactory(code=other)), unit="Kirjasto", city=other),
    ]
    told = {
        "title": three(f"Hanke {number}"),
        "document": [
            {"heading": three("Tiivistelmä"), "text": three(f"Hanke {number} kokeilee."), "figures": [
                {"label": three("Haettu tuki"), "value": "100 000 €"}]},
            {"heading": "Hakijat", "text": f"{lead} ja {other}, painos {version}", "identifies": True},
        ],
        "parties": parties,
        "asked_cents": 20_000_000,
        "topics": ["mobility"] if number % 2 else ["data"],
        "address": f"/programme/applications/{number}/",
    } | more  # fmt: skip
    slug = made.round.key.partition(":")[2]
    return hand_over(
        made.round, f"{kind}:{slug}-{number}", language=language, version=version, by=None, at=NOON, **told
    )


def declared(made: Made) -> Made:
    """All conflicts are declared and ruled on."""
    rounds.begin_declaring(made.round, by=made.office, at=NOON)
    for one in made.reviewers:
        conflicts.declare_conflicts(one, {}, by=one.person, at=NOON)
    for ground in ("SAME_CITY", "PARTNER_ORGANISATION"):
        conflicts.rule_all(made.round, ground=ground, level="SOFT", reason="Toinen yksikkö.", by=made.office, at=NOON)
    return rule_rest(made)


def rule_rest(made: Made) -> Made:
    """The flags that have more than one ground."""
    from kuutio.selection.models import Conflict

    for row in Conflict.objects.filter(reviewer__round=made.round, level="SOFT", ruled=""):
        conflicts.rule_conflict(row, level="SOFT", reason="Toinen yksikkö.", by=made.office, at=NOON)
    made.again()
    return made


def assigned(made: Made) -> Made:
    """Reviewers write."""
    declared(made)
    assigning.assign_reviews(made.round, by=made.office, at=NOON)
    assigning.begin_reviewing(made.round, by=made.office, at=NOON)
    made.again()
    return made


def scores_for(review: Review, best: int = 4) -> dict[str, int]:
    """Scores that fall with the candidate's number."""
    return dict.fromkeys(("impact", "quality", "openness"), max(2, best - (review.candidate.number - 1) % 3))


def reviewed(made: Made, give=scores_for) -> Made:
    """All reviews are sent."""
    assigned(made)
    for review in Review.objects.filter(candidate__round=made.round).select_related("candidate", "reviewer__person"):
        who = review.reviewer.person
        reviewing.save_review(review, scores_given=give(review), why={}, by=who, at=NOON + DAY)
        reviewing.submit_review(review, by=who, at=NOON + DAY)
    made.again()
    return made


def ranked(made: Made, **more) -> Made:
    """The ranking is made."""
    reviewed(made, **more)
    ranking.make_ranking(made.round, by=made.office, at=NOON + 2 * DAY)
    made.again()
    return made


def going(made: Made) -> Meeting:
    """A meeting that goes on, with everybody there and an item for each candidate."""
    meeting = meetings.plan_meeting(made.round, held_at=NOON + 3 * DAY, by=made.office, at=NOON + 2 * DAY)
    return meetings.begin_meeting(meeting, present=made.members, by=made.office, at=NOON + 3 * DAY)


def decided(made: Made) -> Made:
    """The first is approved, the second with conditions, the others are rejected; in the candidate's language and in English."""
    ranked(made)
    return finish(made, going(made))


def finish(made: Made, meeting: Meeting) -> Made:
    """What the meeting hasn't decided yet, its end, the authority's decisions."""
    two = made.round.decisions == "two"
    rows = meeting.items.filter(is_done=False).select_related("meeting__round").order_by("position")
    for item in rows:
        acts = ("propose_yes", "propose_yes", "propose_no") if two else ("approve", "approve_with_conditions", "reject")
        deciding.decide_item(
            item,
            acts[min(item.position - 1, 2)],
            reason=three("Perustelu"),
            conditions=three("Ehto") if item.position == 2 else {},
            by=made.office,
            at=NOON + 3 * DAY,
        )
    meetings.end_meeting(meeting, by=made.office, at=NOON + 3 * DAY)
    meetings.confirm_minutes(meeting, by=made.members[0].person, at=NOON + 4 * DAY)
    if two:
        for item in meeting.items.order_by("position"):
            row = Candidate.objects.get(pk=item.candidate_id)
            act = (
                "reject"
                if row.state == "proposed_no"
                else "approve_with_conditions"
                if item.position == 2
                else "approve"
            )
            deciding.decide_legality(
                row, act, reason=three("Laillinen"), conditions=three("Ehto") if item.position == 2 else {},
                number=f"UL/{item.position}/2017", by=made.authority, at=NOON + 5 * DAY,
            )  # fmt: skip
    deciding.end_deciding(made.round, by=made.office, at=NOON + 6 * DAY)
    made.again()
    return made
