"""From the deadline to the grant and its changes: candidates, decisions followed, figures decided by hand, change requests."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import translation

from kuutio.audit.models import Entry
from kuutio.core.grants.budgets import Source
from kuutio.core.grants.decided import Decided
from kuutio.core.moves import Need
from kuutio.core.problems import Conflict, IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters, figures, handing
from kuutio.programme.actions import applying, calls, changing, deciding, drafting, paying, submitting
from kuutio.programme.models import Application, Grant
from kuutio.programme.problems import ChangedMeanwhile, RulesNotMet
from kuutio.selection.models import Candidate, Reviewer
from kuutio.selection.models import Conflict as Barred
from kuutio.selection.queries import round_of
from tests.factories import PersonFactory
from tests.programme.calls import made

pytestmark = pytest.mark.django_db
AFTER = made.CLOSES + timedelta(days=1)


@pytest.fixture
def sent():
    call = made.call()
    row, people = made.consortium(call)
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    return call, made.fresh(row), people


def approved(row, state="approved"):
    """As the selection leaves what it approves."""
    Application.objects.filter(pk=row.pk).update(state=state)
    return made.fresh(row)


def test_what_is_eligible_becomes_a_candidate_once_its_deadline_is_behind(sent):
    call, row, people = sent
    submitting.screen(row, "find_eligible", by=made.office(), at=made.NOW)
    assert not Candidate.objects.exists(), "the call is open"
    calls.by_the_clock(call.pk, at=AFTER)
    candidate = Candidate.objects.get()
    version = candidate.versions.get()
    assert (candidate.reference, candidate.asked_cents) == (
        f"application:{row.uuid}",
        figures.computed(row).project.support,
    )
    assert set(candidate.named.all()) == set(people.values()), "nobody judges what they wrote"
    assert any(section["identifies"] for section in version.document) and "Kaupunki kuulee" in str(candidate.title)
    call.refresh_from_db()
    assert handing.candidates_of(call, at=AFTER) == 0 and Candidate.objects.count() == 1
    assert (call.state, round_of(f"call:{call.slug}").criteria.count()) == ("closed", 2)


def test_a_cut_off_day_takes_what_came_before_it():
    day = made.NOW + timedelta(days=5)
    call = made.call(shape="continuous", cutoffs=[day, made.CLOSES])
    rows = {}
    for at, cities in ((made.NOW, ("turku", "oulu")), (day + timedelta(seconds=1), ("espoo", "tampere"))):
        row, people = made.consortium(call, at, lead=cities[0], partners=cities[1:])
        submitting.submit(row, key="version-1", by=people[cities[0]], at=at)
        rows[cities[0]] = submitting.screen(row, "find_eligible", by=made.office(), at=at)
    calls.by_the_clock(call.pk, at=day + timedelta(minutes=1))
    assert [one.reference for one in Candidate.objects.all()] == [f"application:{rows['turku'].uuid}"]
    first = round_of(f"call:{call.slug}-cutoff-1")
    assert first.budget_cents == call.budget_cents and not round_of(f"call:{call.slug}-cutoff-2")
    Application.objects.filter(pk=rows["turku"].pk).update(state="approved")
    calls.by_the_clock(call.pk, at=AFTER)
    second = round_of(f"call:{call.slug}-cutoff-2")
    assert second.candidates.get().reference == f"application:{rows['espoo'].uuid}"
    granted = figures.computed(made.fresh(rows["turku"])).project.support
    assert granted > 0
    assert second.budget_cents == call.budget_cents - granted, "what is granted is shared out once"


def test_withdrawing_takes_the_candidate_out_and_a_hard_conflict_hides_the_application(sent):
    call, row, people = sent
    office = made.office()
    submitting.screen(row, "find_eligible", by=office, at=made.NOW)
    calls.by_the_clock(call.pk, at=AFTER)
    candidate = Candidate.objects.get()
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/fi/applications/{row.uuid}/"
    assert client.get(address).status_code == 200
    organisation = office.roles.get().organisation
    reviewer = Reviewer.objects.create(
        round=candidate.round, person=office, organisation=organisation, alias=1, most=9, added_at=AFTER
    )
    Barred.objects.create(reviewer=reviewer, candidate=candidate, level="HARD", declared="KIN", declared_at=AFTER)
    for path in ("", "budget/", "eura/", "receipts/1/", "versions/", "panel/"):
        assert client.get(f"{address}{path}").status_code == 404, path
    assert row.number not in client.get("/fi/work/calls/").content.decode()
    submitting.withdraw(row, by=people["turku"], at=AFTER)
    candidate.refresh_from_db()
    assert candidate.state == "withdrawn"


def test_a_decided_figure_stands_beside_the_computed_one_with_its_reason(sent):
    _call, row, _people = sent
    row, office = approved(row, "proposed_yes"), made.office()
    partner = row.partners.get(city="oulu")
    told = figures.computed(row).partners[str(partner.pk)]
    wished = {source: told.funding[source] for source in Source}
    wished[Source.EU] += 50
    wished[Source.OWN_PUBLIC] -= 50
    rows = [
        Decided(str(partner.pk), source, cents, "Viranomainen pyöristää euroihin.") for source, cents in wished.items()
    ]
    with pytest.raises(Invalid):
        deciding.decide_figures(row, [Decided(one.partner, one.source, one.cents) for one in rows], by=office, at=AFTER)
    with pytest.raises(Invalid):
        deciding.decide_figures(row, rows[:1], by=office, at=AFTER)  # no longer adds up (M6)
    assert deciding.decide_figures(row, rows, by=office, at=AFTER) == 2
    row = approved(row)
    assert deciding.decide_figures(row, rows, by=office, at=AFTER) == 2, "told again, as by a file, they are the same"
    with pytest.raises(IllegalMove):
        deciding.decide_figures(row, [], by=office, at=AFTER)  # the decision has told its sum
    beside, _found = figures.beside_of(made.fresh(row))
    assert sorted(one.difference for one in beside) == [-50, 0, 0, 0, 0, 50]
    grant = handing.make_grant(
        made.fresh(row), code="A80001", reference="UML/1/2027", decided_on=date(2027, 5, 1), by=office, at=AFTER
    )
    assert (
        handing.make_grant(
            made.fresh(row), code="A80001", reference="UML/1/2027", decided_on=date(2027, 5, 1), by=office, at=AFTER
        )
        == grant
    )
    assert made.fresh(row).state == "contracted"
    committed = sum(one.cents for one in grant.versions.get().commitments.all() if one.source in ("EU", "STATE"))
    assert committed == figures.computed(row).project.support + 50


def test_a_change_is_signed_decided_and_kept_as_a_version_and_the_first_end_stays(sent):
    _call, row, people = sent
    row, office = approved(row), made.office()
    first_end = row.ends_on
    handing.make_grant(row, code="A80001", reference="UML/1/2027", decided_on=date(2027, 5, 1), by=office, at=AFTER)
    grant = paying.move_grant(Grant.objects.get(), "accept", by=people["turku"], at=AFTER)
    paying.move_grant(grant, "start", by=office, at=AFTER)
    row = made.fresh(row)
    lead, oulu = (row.partners.get(city=code) for code in ("turku", "oulu"))
    moved = {str(lead.pk): {"STAFF": 9_000_001}, str(oulu.pk): {"STAFF": 11_000_001}}
    wish = changing.Wish(
        "Oulu tekee enemmän, ja talvi viivästytti.", row.starts_on, first_end + timedelta(days=120), moved
    )
    change = changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    assert sum(one.difference for one in changing.moves_of(change)) == 0
    with pytest.raises(Conflict):
        changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    with pytest.raises(IllegalMove):
        changing.move_change(change, "submit", by=people["turku"], at=AFTER)
    changing.sign_change(change, oulu, digest=changing.digest_of_change(change), by=people["oulu"], at=AFTER)
    changing.move_change(change, "submit", by=people["turku"], at=AFTER)
    assert made.fresh(row).state == "in_change"
    with pytest.raises(NotAllowed):
        changing.move_change(change, "accept", note="Hyvä.", by=people["turku"], at=AFTER)
    changing.move_change(change, "accept", note="Hyvä.", by=office, at=AFTER)
    row = made.fresh(row)
    assert (row.state, row.ends_on, row.first_ends_on) == ("contracted", first_end + timedelta(days=120), first_end)
    assert [one.number for one in row.versions.order_by("number")] == [1, 2]
    grant = Grant.objects.get()
    assert (grant.first_ends_on, grant.versions.count()) == (first_end, 2)
    page = Client()
    page.force_login(people["turku"], backend="django.contrib.auth.backends.ModelBackend")
    shown = page.get(f"/fi/applications/{row.uuid}/").content.decode()
    assert f"{first_end.day}.{first_end.month}.{first_end.year}" in shown, "the end decided first stays visible"
    assert page.get(f"/fi/applications/{row.uuid}/changes/1/").status_code == 200


def test_a_change_that_breaks_a_rule_isn_t_sent_and_one_that_changes_nothing_isn_t_kept(sent):
    _call, row, people = sent
    Application.objects.filter(pk=row.pk).update(state="contracted")
    row = made.fresh(row)
    oulu = row.partners.get(city="oulu")
    with pytest.raises(Invalid):
        changing.ask_change(row, changing.Wish("Turha.", row.starts_on, row.ends_on), by=people["turku"], at=AFTER)
    alone = changing.ask_change(
        row,
        changing.Wish("Oulu lähtee.", row.starts_on, row.ends_on, leaving=[str(oulu.pk)]),
        by=people["turku"],
        at=AFTER,
    )
    changing.sign_change(alone, oulu, digest=changing.digest_of_change(alone), by=people["oulu"], at=AFTER)
    with pytest.raises(RulesNotMet) as refused:
        changing.move_change(alone, "submit", by=people["turku"], at=AFTER)
    assert "E2_TWO_CITIES" in {error["code"] for error in refused.value.errors}
    joins = applying.Body("Tampereen kaupunki", made.TAMPERE, "MUNICIPALITY", made.city("tampere"))
    both = changing.Wish(
        "Tampere jatkaa.",
        row.starts_on,
        row.ends_on,
        leaving=[str(oulu.pk)],
        joining=[(joins, "Jatkaa.", {"STAFF": 10_000_001})],
    )
    change = changing.write_change(alone, both, by=people["turku"], at=AFTER)
    assert not change.signatures.exists(), "consent was given to something else"
    changing.sign_change(change, oulu, digest=changing.digest_of_change(change), by=people["oulu"], at=AFTER)
    changing.move_change(change, "submit", by=people["turku"], at=AFTER)
    changing.move_change(change, "accept", note="Hyvä.", by=made.office(), at=AFTER)
    assert {one.city_id for one in figures.partners_of(made.fresh(row))} == {"turku", "tampere"}


def test_a_spearhead_is_planned_for_three_years_and_extended_by_a_change_alone():
    call = made.call(kind="spearhead", spearhead_months=36, max_months=37)
    cities = ("espoo", "helsinki", "oulu", "tampere", "vantaa")
    row, people = made.consortium(
        call, lead="turku", partners=cities, starts_on=date(2027, 8, 1), ends_on=date(2030, 8, 1)
    )
    with pytest.raises(RulesNotMet) as refused:
        submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    assert [error["code"] for error in refused.value.errors] == ["E12_SPEARHEAD_LENGTH"]
    drafting.write_common(row, revision=2, by=people["turku"], at=made.NOW, ends_on=date(2030, 7, 31))
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    Application.objects.filter(pk=row.pk).update(state="contracted", first_ends_on=date(2030, 7, 31))
    wish = changing.Wish("Jatkoaika.", date(2027, 8, 1), date(2030, 12, 31))
    change = changing.ask_change(made.fresh(row), wish, by=people["turku"], at=AFTER)
    for code in cities:
        changing.sign_change(
            change,
            made.fresh(row).partners.get(city=code),
            digest=changing.digest_of_change(change),
            by=people[code],
            at=AFTER,
        )
    changing.move_change(change, "submit", by=people["turku"], at=AFTER)
    lines = Entry.objects.filter(verb__in=["change_request_submit", "application_ask_change"]).count()
    assert (lines, made.fresh(row).state) == (2, "in_change")


def test_nobody_outside_reads_an_application(sent):
    _call, row, _people = sent
    client = Client()
    client.force_login(PersonFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/fi/applications/{row.uuid}/").status_code == 404


def running(sent):
    """A granted application whose project runs."""
    _call, row, people = sent
    row, office = approved(row), made.office()
    grant = handing.make_grant(
        row, code="A80001", reference="UML/1/2027", decided_on=date(2027, 5, 1), by=office, at=AFTER
    )
    paying.move_grant(grant, "accept", by=people["turku"], at=AFTER)
    paying.move_grant(grant, "start", by=office, at=AFTER)
    return made.fresh(row), people, office, Grant.objects.get()


def test_nobody_agrees_to_a_change_that_they_have_not_read(sent):
    row, people, _office, _grant = running(sent)
    oulu = row.partners.get(city="oulu")
    wish = changing.Wish("Viivästyi.", row.starts_on, row.ends_on + timedelta(days=30))
    change = changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    read = changing.digest_of_change(change)
    changing.write_change(
        change, replace(wish, ends_on=row.ends_on + timedelta(days=300)), by=people["turku"], at=AFTER
    )
    change.refresh_from_db()
    with pytest.raises(ChangedMeanwhile):
        changing.sign_change(change, oulu, digest=read, by=people["oulu"], at=AFTER)
    client = Client()
    client.force_login(people["oulu"], backend="django.contrib.auth.backends.ModelBackend")
    here = f"/fi/applications/{row.uuid}/changes/1/"
    digest = changing.digest_of_change(change)
    assert f'name="digest" value="{digest}"' in client.get(here).content.decode()
    client.post(f"{here}sign/", {"digest": read})
    assert not change.signatures.exists()
    client.post(f"{here}sign/", {"digest": digest})
    assert (change.signatures.get().digest, changing.unsigned(change)) == (digest, [])


def test_an_organisation_that_is_in_does_not_join_once_more(sent):
    row, people, _office, _grant = running(sent)
    body = applying.Body("Oulun kaupunki", made.OULU, "MUNICIPALITY", made.city("oulu"), unit="Toinen yksikkö")
    wish = changing.Wish("Yksikkö lisää.", row.starts_on, row.ends_on, joining=[(body, "Auttaa.", {"STAFF": 100})])
    with pytest.raises(Conflict):
        changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    tampere = applying.Body("Tampere", made.TAMPERE, "MUNICIPALITY", made.city("tampere"))
    twice = replace(wish, joining=[(tampere, "Auttaa.", {"STAFF": 100}), (tampere, "Auttaa.", {"STAFF": 100})])
    with pytest.raises(Conflict):
        changing.ask_change(row, twice, by=people["turku"], at=AFTER)


@pytest.mark.parametrize("more", [{"costs": 10**15}, {"joining": 10**15}, {"ends_on": date(2999, 1, 1)}])
def test_a_slip_of_the_hand_is_no_change(sent, more):
    row, people, _office, _grant = running(sent)
    oulu, tampere = str(row.partners.get(city="oulu").pk), applying.Body("T", made.TAMPERE, "MUNICIPALITY")
    wish = changing.Wish("Syy.", row.starts_on, more.get("ends_on", row.ends_on))
    if "costs" in more:
        wish = replace(wish, costs={oulu: {"STAFF": more["costs"]}})
    if "joining" in more:
        wish = replace(wish, joining=[(tampere, "Auttaa.", {"STAFF": more["joining"]})])
    with pytest.raises(Invalid):
        changing.ask_change(row, wish, by=people["turku"], at=AFTER)


def test_an_application_closes_with_its_grant_and_not_while_a_change_waits(sent):
    row, _people, office, grant = running(sent)
    settled = frozenset({Need.FINAL_REPORT, Need.ALL_SETTLED})
    with patch.object(paying, "_closing", lambda grant: set(settled)):
        Application.objects.filter(pk=row.pk).update(state="in_change")
        with pytest.raises(IllegalMove):
            paying.move_grant(grant, "close", by=office, at=AFTER)
        grant.refresh_from_db()
        assert grant.state == "running"
        Application.objects.filter(pk=row.pk).update(state="contracted")
        paying.move_grant(grant, "close", by=office, at=AFTER)
    assert (Grant.objects.get().state, made.fresh(row).state) == ("closed", "closed")


def test_the_conditions_of_an_approval_stand_in_the_grant(sent):
    _call, row, _people = sent
    Application.objects.filter(pk=row.pk).update(state="approved_with_conditions", note="Tarkenna hankinnat.")
    grant = handing.make_grant(
        made.fresh(row), code="A80001", reference="UML/1/2027", decided_on=date(2027, 5, 1), conditions_met=True,
        by=made.office(), at=AFTER,
    )  # fmt: skip
    assert grant.conditions == "Tarkenna hankinnat."


def test_reviewers_read_what_the_house_says_in_their_own_language(sent):
    _call, row, _people = sent
    choice = {"key": "a", "text": {"fi": "Ehkä", "sv": "Kanske", "en": "Perhaps"}}
    row.call.questions = [{"key": "why", "kind": "choice", "text": made.BOTH, "needed": False, "choices": [choice]}]
    version = row.versions.get()
    version.content["answers"]["why"] = "a"
    version.application = row
    with translation.override("fi"):
        told = handing.document_of(version)
    headings = {one["heading"]["en"]: one for one in told if isinstance(one["heading"], dict)}
    assert headings["The need"]["heading"] == {"fi": "Tarve", "sv": "Behovet", "en": "The need"}
    assert headings["The city listens"]["text"] == choice["text"]
    labels = [one["label"] for one in headings["Money"]["figures"]]
    assert all(set(label) == {"fi", "sv", "en"} and len(set(label.values())) > 1 for label in labels[:2])
    partner = next(one for one in told if one.get("identifies"))
    assert partner["text"]["sv"].startswith("Stad eller annan kommun, Åbo") and "Turku" in partner["text"]["fi"]


def test_a_partner_that_a_change_lets_go_is_told_of_it(sent):
    row, people, _office, _grant = running(sent)
    oulu = row.partners.get(city="oulu")
    tampere = applying.Body("Tampere", made.TAMPERE, "MUNICIPALITY", made.city("tampere"))
    wish = changing.Wish(
        "Vaihtuu.", row.starts_on, row.ends_on, leaving=[str(oulu.pk)], joining=[(tampere, "Tekee.", {"STAFF": 1_00})]
    )
    change = changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    oulu.state = oulu.State.REMOVED
    oulu.save()
    assert set(call_letters.readers_of("change", change.pk)) == {people["turku"].pk, people["oulu"].pk}
