"""From a consortium of Turku and Oulu to its running grant: the call, the selection and the money as one chain."""

from datetime import date, timedelta

import pytest

from kuutio.audit.models import Entry
from kuutio.cities.models import Organisation, Role
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.programme import figures, handing
from kuutio.programme.actions import authority_files, calls, deciding, paying, submitting
from kuutio.programme.models import Application, Grant
from kuutio.selection.actions.reviewers import add_reviewer
from kuutio.selection.actions.rounds import add_member
from kuutio.selection.models import Conflict
from kuutio.selection.queries import barred_references, round_of
from tests.factories import PersonFactory
from tests.programme.calls import made
from tests.selection import made as given

pytestmark = pytest.mark.django_db
AFTER = made.CLOSES + timedelta(days=1)
DAY = timedelta(days=1)


def of(role, organisation):
    person = PersonFactory()
    Role.objects.create(person=person, organisation=organisation, role=role)
    return person


def test_a_consortium_goes_from_the_call_to_its_grant(monkeypatch):
    monkeypatch.setattr(given, "NOON", AFTER)
    call, office = made.call(), made.office()
    authority = of("office", Organisation.objects.get(slug="uudenmaan-liitto"))
    rows = []
    for cities in (("turku", "oulu"), ("tampere", "oulu")):
        row, people = made.consortium(call, lead=cities[0], partners=cities[1:])
        submitting.submit(row, key="version-1", by=people[cities[0]], at=made.NOW)
        rows.append((row, people))
    with pytest.raises(NotAllowed):
        submitting.screen(rows[0][0], "find_eligible", by=office, at=made.NOW)  # the authority has people of its own
    calls.by_the_clock(call.pk, at=AFTER)
    for row, _people in rows:
        submitting.screen(row, "find_eligible", by=authority, at=AFTER)

    round_ = round_of(f"call:{call.slug}")
    candidates = list(round_.candidates.order_by("number"))
    reviewers, members = [], []
    for code in given.CITIES:
        city = Organisation.objects.get(slug=code)
        reviewers.append(add_reviewer(round_, of("reviewer", city), city, unit="Strategia", by=office, at=AFTER))
        members.append(
            add_member(round_, of("office", city), city, part="member" if members else "chair", by=office, at=AFTER)
        )
    outside = given.organisation("outside-university", "research")
    reviewers.append(add_reviewer(round_, of("reviewer", outside), outside, by=office, at=AFTER))
    everything = given.Made(round_, office, authority, reviewers, candidates, members)
    given.ranked(everything, give=lambda review: {"impact": 4, "plan": 3 if review.candidate == candidates[0] else 2})
    barred = Conflict.objects.filter(level="HARD", candidate=candidates[0]).values_list("reviewer__person", flat=True)
    turku = reviewers[given.CITIES.index("turku")].person
    assert turku.pk in barred and f"application:{rows[0][0].uuid}" in barred_references(turku)
    assert {row.state for row in Application.objects.all()} == {"reviewed"}

    with pytest.raises(IllegalMove):
        handing.make_grant(
            rows[0][0], code="A80001", reference="UML/1/2027", decided_on=date(2027, 6, 1), by=authority, at=AFTER
        )
    meeting = given.going(everything)
    for item, act in zip(meeting.items.order_by("position"), ("propose_yes", "propose_no"), strict=True):
        given.deciding.decide_item(item, act, reason=given.three("Perustelu"), by=office, at=AFTER + 3 * DAY)
    states = {row.number: row.state for row in Application.objects.all()}
    assert sorted(states.values()) == ["proposed_no", "proposed_yes"]

    numbers = {state: number for number, state in states.items()}
    proposed = next(
        one
        for one in candidates
        if one.reference.endswith(str(Application.objects.get(number=numbers["proposed_yes"]).uuid))
    )
    proposed.refresh_from_db()
    less = {"granted_cents": proposed.asked_cents - 100, "granted_why": "Tasan."}
    with pytest.raises(Invalid):  # the letter would tell another sum than the grant
        given.deciding.decide_legality(
            proposed, "approve", reason=given.three("Hyvä."), **less, by=None, at=AFTER + 5 * DAY
        )
    assert Application.objects.get(number=numbers["proposed_yes"]).state == "proposed_yes"
    file = (
        "hakemus;päätös;päivä;diaarinumero;perustelu\n"
        f"{numbers['proposed_yes']};hyväksytty;1.6.2027;UML/1/2027;Hyödyttää asukkaita.\n"
        f"{numbers['proposed_no']};hylätty;1.6.2027;UML/2/2027;Suunnitelma ei riitä.\n"
    ).encode()
    taken = authority_files.take_in(file, by=authority, at=AFTER + 5 * DAY)
    assert (taken.moved, taken.rejected) == (2, [])
    assert authority_files.take_in(file, by=authority, at=AFTER + 5 * DAY).moved == 0
    row = Application.objects.get(state="approved")
    assert Application.objects.filter(state="rejected").count() == 1
    candidate = next(one for one in candidates if one.reference == f"application:{row.uuid}")
    assert (
        candidate.decisions.filter(kind="legality").get().granted_cents
        == figures.computed(made.fresh(row)).project.support
    )

    grant = handing.make_grant(
        row, code="A80001", reference="UML/1/2027", decided_on=date(2027, 6, 1), by=authority, at=AFTER + 6 * DAY
    )
    lead = next(people[row.partners.get(is_lead=True).city_id] for own, people in rows if own.pk == row.pk)
    paying.move_grant(grant, "accept", by=lead, at=AFTER + 7 * DAY)
    paying.move_grant(grant, "start", by=authority, at=AFTER + 8 * DAY)
    assert Grant.objects.get(application=str(row.uuid)).state == "running"
    verbs = Entry.objects.filter(thing=f"application:{row.uuid}", verb__startswith="application_").order_by("pk")
    assert [one.verb.removeprefix("application_") for one in verbs] == [
        "submit", "find_eligible", "review", "end_review", "propose_yes", "approve", "contract",
    ]  # fmt: skip
    with pytest.raises(IllegalMove):
        deciding.contract(row, by=authority, at=AFTER + 9 * DAY)
