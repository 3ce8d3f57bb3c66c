"""An example call that is decided: its applications were judged by the six cities' reviewers, decided on twice, and published.

Everything goes through the verbs that people use; organisations, people and texts are made up and say so. The bundle that is
published with it is one that `./kuutio verify` makes the ranking of again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation, Person, Role
from kuutio.core.identifiers import slug
from kuutio.programme.actions import calls, submitting
from kuutio.programme.demo_calls import consortium, day_of, example_call, send, three
from kuutio.programme.models import Application, Call, Programme
from kuutio.selection.actions import assigning, conflicts, deciding, meetings, publishing, ranking, reviewing, rounds
from kuutio.selection.actions.reviewers import add_reviewer
from kuutio.selection.models import Candidate, Conflict, Meeting, Member, Review, Reviewer, Round
from kuutio.selection.queries import round_of

TITLE = three(
    "Esimerkkihaku: yhdessä kokeiltua", "Exempelutlysning: prövat tillsammans", "Example call: tried together"
)
CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
BARRED, ASIDE = "oulu", "turku"
"""Whose reviewer has a hard conflict, and whose member stands aside, both for the first application."""
STRICT = "espoo"
"""Whose reviewer gives a point less than the others: what the advice on leniency is for. Whose own city applies gives one more."""
BUDGET_CENTS = 45_000_000
PILOTS: tuple[tuple[dict[str, str], list[str], list[int], dict[str, int]], ...] = (
    (
        three("Risteys näkee", "Korsningen ser", "The crossing sees"),
        ["aura", "oulujoki"],
        [11_000_000, 8_500_055],
        {"impact": 4, "spread": 4, "plan": 4, "cost": 3},
    ),
    (
        three("Puisto kertoo kuntonsa", "Parken berättar hur den mår", "The park tells how it is"),
        ["koski", "vantaanjoki"],
        [12_250_000, 7_000_010],
        {"impact": 4, "spread": 3, "plan": 3, "cost": 3},
    ),
    (
        three("Yhteinen odotushuone", "Ett gemensamt väntrum", "A common waiting room"),
        ["lahti", "aura"],
        [14_000_000, 9_000_000],
        {"impact": 3, "spread": 3, "plan": 2, "cost": 3},
    ),
    (
        three("Talven askel", "Vinterns steg", "A step in winter"),
        ["oulujoki", "koski"],
        [10_000_000, 10_000_000],
        {"impact": 2, "spread": 2, "plan": 2, "cost": 3},
    ),
)
"""Title, who applies, staff costs of each in cents, and what reviewers give."""
_DAY = timedelta(days=1)


@transaction.atomic
def load() -> int:
    """Make the round once; gives how many applications it decided on. Nothing where it is there, or no example call is."""
    programme, there = Programme.objects.first(), Call.objects.filter(slug=slug(TITLE["en"])).exists()
    owner = Organisation.objects.filter(slug="strategy-office").first()
    office = Person.objects.filter(email="office@example.org", roles__organisation=owner, roles__role="office").first()
    if programme is None or owner is None or office is None or there or not Call.objects.exists():
        return 0
    now = timezone.now()
    call = _closed(programme, owner, now)
    round_ = round_of(f"call:{call.slug}")
    if round_ is None:
        raise RuntimeError("the example call has no round")
    at = day_of(now, -225, 10, 0)
    _prepare(round_, owner, office, at)
    calls.move_call(call, "evaluate", by=office, at=at)
    _declare(round_, office, at + 2 * _DAY)
    _review(round_, office, at + 5 * _DAY)
    ranking.make_ranking(round_, by=office, at=at + 40 * _DAY)
    _decide(_fresh(round_), office, at + 50 * _DAY)
    deciding.end_deciding(round_, by=office, at=at + 75 * _DAY)
    calls.move_call(call, "decide", by=office, at=at + 75 * _DAY)
    publishing.publish_round(round_, by=office, at=at + 76 * _DAY)
    return len(PILOTS)


def _fresh(round_: Round) -> Round:
    return Round.objects.get(pk=round_.pk)


def _closed(programme: Programme, owner: Organisation, now: datetime) -> Call:
    """The call, with its applications sent in time and found eligible."""
    opens, closes = day_of(now, -290, 9, 0), day_of(now, -230)
    call = example_call(
        programme, owner, opens - 7 * _DAY, area="open-participation-and-customership", shape="one-stage", title=TITLE,
        summary=three(
            "Päättynyt esimerkkihaku: katso, miten hakemukset arvioitiin ja mitä niistä päätettiin.",
            "En avslutad exempelutlysning: se hur ansökningarna bedömdes och vad som beslutades.",
            "An example call that is over: see how applications were judged and what was decided.",
        ),
        opens_at=opens, closes_at=closes, budget_cents=BUDGET_CENTS,
    )  # fmt: skip
    calls.by_the_clock(call.pk, at=opens)
    call.refresh_from_db()
    for title, bodies, staff, _given in PILOTS:
        send(consortium(call, closes - 12 * _DAY, title, bodies, staff), closes - 2 * _DAY)
    calls.by_the_clock(call.pk, at=closes + timedelta(minutes=1))
    for row in Application.objects.filter(call=call).order_by("number"):
        submitting.screen(row, "find_eligible", by=None, at=closes + 3 * _DAY)
    return Call.objects.get(pk=call.pk)


def _person(part: str, shown: str, city: City) -> Person:
    """Somebody of a city who can't sign in: made up, and marked so."""
    email = f"{part}-{city.pk}@demo.example.org"
    there = Person.objects.filter(email=email).first()
    name = f"{shown}, {city.name.localize('fi')} (keksitty)"
    return there or Person.objects.create_user(email, name=name, language="fi", is_demo=True)


def _prepare(round_: Round, owner: Organisation, office: Person, at: datetime) -> None:
    """Who judges and who decides: one of each from every city, and a reviewer of the office's own."""
    rounds.change_round(
        round_, review_by=at + 35 * _DAY, reviews_wanted=3, one_outside=True, employer="UNIT", by=office, at=at
    )
    for city in City.objects.filter(pk__in=CITIES).order_by("position"):
        organisation = Organisation.objects.get(slug=city.pk)
        reviewer = _person("reviewer", "Arvioija", city)
        Role.objects.get_or_create(person=reviewer, organisation=organisation, role="reviewer")
        add_reviewer(round_, reviewer, organisation, unit="Strategia (esimerkki)", least=1, most=3, by=office, at=at)
        part = Member.Part.MEMBER if round_.members.exists() else Member.Part.CHAIR
        rounds.add_member(round_, _person("steering", "Ohjausryhmä", city), organisation, part=part, by=office, at=at)
    for person in Person.objects.filter(
        email="reviewer@example.org", roles__organisation=owner, roles__role="reviewer"
    ):
        add_reviewer(round_, person, owner, least=1, most=3, by=office, at=at)


def _first(round_: Round) -> Candidate:
    """The application that somebody is in conflict with."""
    return next(one for one in round_.candidates.all() if _is(one, 0))


def _is(candidate: Candidate, place: int) -> bool:
    return bool(candidate.title.localize("en") == PILOTS[place][0]["en"])


def _declare(round_: Round, office: Person, at: datetime) -> None:
    """Each declares; one has a hard conflict. The office rules on what was declared, and on reviewers of the same city."""
    rounds.begin_declaring(round_, by=office, at=at)
    first = _first(round_)
    for row in round_.reviewers.select_related("person"):
        told = {}
        if row.city == BARRED:
            told[first.number] = ("DECLARED_BOARD", "Olen hakijan hallituksessa (esimerkki).")
        conflicts.declare_conflicts(row, told, by=_of(row), at=at + _DAY)
    at += 2 * _DAY
    barred = Conflict.objects.select_related("reviewer__round", "candidate").get(reviewer__round=round_, level="HARD")
    conflicts.rule_conflict(
        barred, level="HARD", reason="Hallituksen jäsen on esteellinen (esimerkki).", by=office, at=at
    )
    same = "Sama kaupunki ei estä arvioimasta, mutta näkyy pisteiden vieressä (esimerkki)."
    conflicts.rule_all(round_, ground="SAME_CITY", level="SOFT", reason=same, by=office, at=at)
    assigning.assign_reviews(round_, by=office, at=at)


def _of(reviewer: Reviewer) -> Person:
    if reviewer.person is None:
        raise RuntimeError("a reviewer of the demonstration is gone")
    return reviewer.person


def _review(round_: Round, office: Person, at: datetime) -> None:
    """Each review is written and sent, of the version that was handed over."""
    assigning.begin_reviewing(round_, by=office, at=at)
    reviews = Review.objects.filter(candidate__round=round_).select_related("candidate__round", "reviewer__person")
    for day, review in enumerate(reviews.order_by("candidate__number", "reviewer__alias"), 1):
        given = next(PILOTS[place][3] for place in range(len(PILOTS)) if _is(review.candidate, place))
        if review.reviewer.city == STRICT:
            given = {key: max(score - 1, 2) for key, score in given.items()}
        if review.reviewer.city in review.candidate.cities:
            given |= {"spread": min(given["spread"] + 1, 4)}
        person, when = _of(review.reviewer), at + day * _DAY
        reviewing.save_review(
            review,
            scores_given=given,
            why={"impact": "Esimerkkiperustelu: hyöty asukkaille on kuvattu, mittari puuttuu."},
            to_applicant="Esimerkkiarvio: kertokaa, kuka jatkaa hankkeen jälkeen.",
            by=person,
            at=when,
        )
        reviewing.submit_review(review, by=person, at=when)


def _decide(round_: Round, office: Person, at: datetime) -> None:
    """The steering group on expediency, item by item; a member stands aside for one. Then the authority on legality."""
    meeting = meetings.plan_meeting(round_, held_at=at, place="Etäkokous (esimerkki)", by=office, at=at - 7 * _DAY)
    members = list(round_.members.select_related("person", "organisation"))
    meetings.begin_meeting(meeting, present=members, by=office, at=at)
    places = {row["candidate"]: row["place"] for row in round_.ranking.table["rows"]}
    first = _first(round_)
    for item in meeting.items.select_related("candidate", "meeting__round").order_by("position"):
        candidate = item.candidate
        if candidate is None:
            continue
        if candidate.pk == first.pk:
            aside = next(one for one in members if one.organisation.slug == ASIDE)
            why = "Istuu hakijan hallituksessa (esimerkki)."
            meetings.stand_aside(item, aside, ground="DECLARED_BOARD", why=why, by=office, at=at)
        yes = places[str(candidate.number)] == "funded"
        deciding.decide_item(item, "propose_yes" if yes else "propose_no", reason=_why(yes), by=office, at=at)
    meetings.end_meeting(meeting, by=office, at=at)
    chair = next(one for one in members if one.part == Member.Part.CHAIR)
    if chair.person is not None:
        meetings.confirm_minutes(Meeting.objects.get(pk=meeting.pk), by=chair.person, at=at + 3 * _DAY)
    _legality(round_, at + 20 * _DAY)


def _legality(round_: Round, at: datetime) -> None:
    for candidate in round_.candidates.select_related("round").order_by("number"):
        act, terms = "reject", dict[str, Any]()
        if candidate.state == Candidate.State.PROPOSED_YES:
            act = "approve" if _is(candidate, 0) else "approve_with_conditions"
        if act == "approve_with_conditions":
            terms["conditions"] = three(
                "Hanke sopii mittareista ennen aloittamista (esimerkkiehto).",
                "Projektet kommer överens om mätarna före starten (exempelvillkor).",
                "The project agrees on its measures before it starts (example condition).",
            )
        deciding.decide_legality(
            candidate,
            act,
            reason=_why(act != "reject"),
            number=f"ESIMERKKI/{candidate.number}",
            by=None,
            at=at,
            **terms,
        )


def _why(yes: bool) -> dict[str, str]:
    if yes:
        return three(
            "Esimerkkiperustelu: hanke hyödyttää asukkaita useassa kaupungissa, ja sen tulokset jäävät käyttöön.",
            "Exempelmotivering: projektet gagnar invånare i flera städer, och resultaten blir kvar i bruk.",
            "Example reason: the project benefits residents of several cities, and its results stay in use.",
        )
    return three(
        "Esimerkkiperustelu: muut hakemukset saivat enemmän pisteitä, eikä jaettava raha riittänyt tähän.",
        "Exempelmotivering: andra ansökningar fick fler poäng, och pengarna räckte inte till den här.",
        "Example reason: other applications scored higher, and the money did not reach this one.",
    )
