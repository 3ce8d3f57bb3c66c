"""Whose office is the programme's, and that nobody decides on, or is kept from, what they wrote themselves."""

from datetime import date, timedelta

import pytest
from django.test import Client

from kuutio.cities.models import Organisation, Role
from kuutio.contact import permissions as contact_permissions
from kuutio.core.problems import NotAllowed
from kuutio.programme import call_permissions, call_queries, grant_permissions, handing
from kuutio.programme.actions import authority_files, calls, changing, deciding, submitting
from kuutio.programme.models import Application
from kuutio.selection.models import Candidate, Reviewer
from kuutio.selection.models import Conflict as Barred
from tests.programme.calls import made

pytestmark = pytest.mark.django_db
AFTER = made.CLOSES + timedelta(days=1)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sent():
    call = made.call()
    row, people = made.consortium(call)
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    return call, made.fresh(row), people


def test_one_city_s_office_is_not_the_programme_s(sent):
    call, row, _people = sent
    own, joint = made.office(slug="helsinki"), made.office()
    for is_office in (call_permissions.is_office, grant_permissions.is_office, contact_permissions.is_duty_officer):
        assert (is_office(own), is_office(joint)) == (False, True)
    assert call_permissions.office_of(joint).slug == "strategy-office"
    assert call_permissions.office_of(own).slug == "strategy-office", "the only one that there is, not the city's"
    client = signed_in(own)
    assert client.get("/fi/work/calls/").status_code == 403
    assert client.get("/fi/work/money/").status_code == 403
    assert client.get(f"/fi/applications/{row.uuid}/").status_code == 404
    assert not call_queries.seen_by(own).exists()
    for act in (
        lambda: calls.publish_call(call, by=own, at=made.NOW),
        lambda: submitting.screen(row, "find_eligible", by=own, at=made.NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_of_the_consortium_decides_on_its_application(sent):
    _call, row, people = sent
    office = people["oulu"]
    Role.objects.create(person=office, organisation=Organisation.objects.get(slug="strategy-office"), role="office")
    office = type(office).objects.get(pk=office.pk)
    reference = {"reason": "Hyvä.", "reference": "UML/1/2027"}
    grant = {"code": "A80001", "reference": "UML/1/2027", "decided_on": date(2027, 5, 1)}
    for state, act in (
        ("submitted", lambda row: submitting.screen(row, "find_eligible", by=office, at=made.NOW)),
        ("proposed_yes", lambda row: deciding.decide_figures(row, [], by=office, at=AFTER)),
        ("proposed_yes", lambda row: handing.decide_legality(row, "approve", **reference, by=office, at=AFTER)),
        ("approved", lambda row: handing.make_grant(row, **grant, by=office, at=AFTER)),
    ):
        Application.objects.filter(pk=row.pk).update(state=state)
        with pytest.raises(NotAllowed):
            act(made.fresh(row))
        assert made.fresh(row).state == state
    client = signed_in(office)
    page = client.get(f"/fi/applications/{row.uuid}/").content.decode()
    assert "/work/calls/applications/" not in page
    for path in ("figures/", "grant/"):
        assert client.get(f"/fi/work/calls/applications/{row.uuid}/{path}").status_code == 403


def test_nobody_of_the_consortium_decides_on_its_change(sent):
    _call, row, people = sent
    Application.objects.filter(pk=row.pk).update(state="contracted")
    row, office = made.fresh(row), people["oulu"]
    Role.objects.create(person=office, organisation=Organisation.objects.get(slug="strategy-office"), role="office")
    office = type(office).objects.get(pk=office.pk)
    wish = changing.Wish("Viivästyi.", row.starts_on, row.ends_on + timedelta(days=30))
    change = changing.ask_change(row, wish, by=people["turku"], at=AFTER)
    digest = changing.digest_of_change(change)
    changing.sign_change(change, row.partners.get(city="oulu"), digest=digest, by=office, at=AFTER)
    changing.move_change(change, "submit", by=people["turku"], at=AFTER)
    with pytest.raises(NotAllowed):
        changing.move_change(change, "accept", note="Hyvä.", by=office, at=AFTER)
    here = f"/fi/applications/{row.uuid}/changes/1/"
    client = signed_in(office)
    assert 'value="accept"' not in client.get(here).content.decode()
    assert client.post(f"{here}move/", {"act": "accept", "note": "Hyvä."}).status_code == 403
    assert 'value="accept"' in signed_in(made.office()).get(here).content.decode()


def test_a_hard_conflict_hides_an_application_from_all_but_who_wrote_it(sent):
    call, row, people = sent
    submitting.screen(row, "find_eligible", by=made.office(), at=made.NOW)
    calls.by_the_clock(call.pk, at=AFTER)
    candidate, here = Candidate.objects.get(), f"/fi/applications/{row.uuid}/"
    for at, person in enumerate((people["turku"], made.office()), 1):
        organisation = person.roles.get().organisation
        reviewer = Reviewer.objects.create(
            round=candidate.round, person=person, organisation=organisation, alias=at, most=9, added_at=AFTER
        )
        Barred.objects.create(reviewer=reviewer, candidate=candidate, level="HARD", declared="KIN", declared_at=AFTER)
        own = person == people["turku"]
        assert signed_in(person).get(here).status_code == (200 if own else 404)
        assert call_queries.seen_by(person).filter(pk=row.pk).exists() is own
    submitting.withdraw(made.fresh(row), by=people["turku"], at=AFTER)
    assert made.fresh(row).state == "withdrawn"


def test_whom_a_hard_conflict_bars_decides_nothing_nor_by_file(sent):
    call, row, _people = sent
    office = made.office()
    submitting.screen(row, "find_eligible", by=office, at=made.NOW)
    calls.by_the_clock(call.pk, at=AFTER)
    candidate = Candidate.objects.get()
    reviewer = Reviewer.objects.create(
        round=candidate.round,
        person=office,
        organisation=office.roles.get().organisation,
        alias=1,
        most=9,
        added_at=AFTER,
    )
    Barred.objects.create(reviewer=reviewer, candidate=candidate, level="HARD", declared="KIN", declared_at=AFTER)
    Application.objects.filter(pk=row.pk).update(state="proposed_yes")
    row = made.fresh(row)
    with pytest.raises(NotAllowed):
        deciding.decide_figures(row, [], by=office, at=AFTER)
    with pytest.raises(NotAllowed):
        handing.decide_legality(row, "approve", reason="Hyvä.", reference="UML/1/2027", by=office, at=AFTER)
    file = f"hakemus;päätös;päivä;diaarinumero;perustelu\n{row.number};hyväksytty;1.5.2027;UML/1/2027;Hyvä.\n"
    taken = authority_files.take_in(file.encode(), by=office, at=AFTER)
    assert (taken.moved, [one.row for one in taken.rejected]) == (0, [2])
    assert made.fresh(row).state == "proposed_yes"
