"""A round of 300 candidates and 60 reviewers, made by the tables' own rows: what is measured is what comes after."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from kuutio.cities.models import Person
from kuutio.core.bundles import canonical
from kuutio.selection.actions import rounds
from kuutio.selection.actions.rounds import open_round
from kuutio.selection.models import Candidate, Conflict, Interest, Party, Review, Reviewer, Round, Version
from tests.factories import CityFactory, OrganisationFactory
from tests.selection import made as given

CANDIDATES, REVIEWERS, EACH = 300, 60, 3
TOPICS = ("mobility", "data", "health", "learning", "energy")


def large_round(*, reviewed: bool = False) -> given.Made:
    """Declared, with 6 % of the pairs barred; with three sent reviews of each where that is asked for."""
    random = Random(6)
    owner = given.organisation("large-office", city="helsinki")
    row = open_round(
        "call:large",
        title=given.three("Suuri haku"),
        owner=owner,
        authority=given.organisation("large-authority"),
        criteria=given.CRITERIA,
        topics=[{"key": key, "title": given.three(key)} for key in TOPICS],
        reviews_wanted=EACH,
        most_per_reviewer=17,
        budget_cents=2_000_000_000,
        by=None,
        at=given.NOON,
    )
    cities = {code: OrganisationFactory(city=CityFactory(code=code)) for code in given.CITIES}
    people = Person.objects.bulk_create(
        Person(email=f"large-{n}@example.org", name=f"Arvioija {n}") for n in range(REVIEWERS)
    )
    reviewers = Reviewer.objects.bulk_create(
        Reviewer(
            round=row, person=who, organisation=cities[given.CITIES[n % 6]], city=given.CITIES[n % 6],
            topics=random.sample(TOPICS, 2), most=17, alias=n + 1, added_at=given.NOON, declared_at=given.NOON,
        )
        for n, who in enumerate(people)
    )  # fmt: skip
    document = [{"heading": "Tiivistelmä", "text": "Hanke.", "figures": [], "identifies": False}]
    digest = sha256(canonical(document)).hexdigest()
    candidates = Candidate.objects.bulk_create(
        Candidate(
            round=row, reference=f"judged:large-{n}", number=n, title=given.three(f"Hanke {n}"), language="fi",
            asked_cents=random.randrange(5_000_000, 40_000_000), cities=sorted(random.sample(given.CITIES, 2)),
            topics=random.sample(TOPICS, 2), version=1, state_since=given.NOON, handed_at=given.NOON,
        )
        for n in range(1, CANDIDATES + 1)
    )  # fmt: skip
    Version.objects.bulk_create(
        Version(candidate=one, number=1, document=document, digest=digest, handed_at=given.NOON) for one in candidates
    )
    Party.objects.bulk_create(
        Party(candidate=one, position=1, name=f"Yritys {one.number}", city=one.cities[0], is_lead=True)
        for one in candidates
    )
    rounds.begin_declaring(row, by=None, at=given.NOON)
    row = Round.objects.get(pk=row.pk)
    pairs = [(one, who) for one in candidates for who in reviewers]
    hard = {(one.pk, who.pk) for one, who in random.sample(pairs, len(pairs) * 6 // 100)}
    Conflict.objects.filter(reviewer__round=row).delete()
    Conflict.objects.bulk_create(
        Conflict(reviewer_id=who, candidate_id=one, found=["NAMED"], found_level="HARD", level="HARD")
        for one, who in hard
    )
    Interest.objects.bulk_create(
        Interest(reviewer=who, candidate=one, value=random.randrange(3)) for one, who in random.sample(pairs, 4000)
    )
    made = given.Made(row, None, None, reviewers, candidates, [])  # type: ignore[arg-type]
    if reviewed:
        _reviews(made, hard, random)
    return made


def _reviews(made: given.Made, hard: set[tuple[int, int]], random: Random) -> None:
    rows = []
    for place, one in enumerate(made.candidates):
        free = [who for who in made.reviewers if (one.pk, who.pk) not in hard]
        for step in range(EACH):
            who = free[(place * EACH + step * 7) % len(free)]
            scores = {key: random.randrange(1, 6) for key in ("impact", "quality", "openness")}
            rows.append((one, who, scores))
    unique = {(one.pk, who.pk): (one, who, scores) for one, who, scores in rows}
    Review.objects.bulk_create(
        Review(
            reviewer=who, candidate=one, version=1, state="submitted", state_since=given.NOON, scores=scores,
            submitted_at=given.NOON,
        )
        for one, who, scores in unique.values()
    )  # fmt: skip
    Round.objects.filter(pk=made.round.pk).update(state="reviewing")
    made.again()
