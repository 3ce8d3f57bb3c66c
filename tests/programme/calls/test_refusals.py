"""What is hostile, impossible or a slip of the hand is refused where it comes in, with words and without a trace."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.core.problems import Conflict, IllegalMove, Invalid
from kuutio.programme.actions import applying, authority_files, calls, drafting, ideas, submitting
from kuutio.programme.models import Application, AuthorityRow, Call
from kuutio.programme.pages.application_forms import GrantForm, InviteForm
from kuutio.programme.pages.call_forms import CriteriaField
from tests.programme.calls import made
from tests.races import at_once

pytestmark = pytest.mark.django_db


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_organisation_takes_part_once_whichever_of_its_units():
    row, people = made.consortium(made.call())
    unit = applying.Body("Oulun kaupunki", made.OULU, "MUNICIPALITY", made.city("oulu"), unit="Toinen yksikkö")
    with pytest.raises(Conflict):
        applying.invite_partner(row, unit, email="b@example.org", by=people["turku"], at=made.NOW)
    applying.remove_partner(row.partners.get(city="oulu"), by=people["turku"], at=made.NOW)
    assert applying.invite_partner(made.fresh(row), unit, email="b@example.org", by=people["turku"], at=made.NOW)


def test_a_partner_is_reminded_once_a_day_and_while_something_is_asked_of_it():
    row, people = made.consortium(made.call(), sign=False)
    partner, lead = row.partners.get(city="oulu"), people["turku"]
    applying.remind_partner(partner, by=lead, at=made.NOW)
    with pytest.raises(Conflict):
        applying.remind_partner(partner, by=lead, at=made.NOW + timedelta(hours=23))
    applying.remind_partner(partner, by=lead, at=made.NOW + timedelta(days=1))
    partner.refresh_from_db()
    drafting.sign_part(partner, revision=partner.revision, by=people["oulu"], at=made.NOW)
    with pytest.raises(IllegalMove):
        applying.remind_partner(partner, by=lead, at=made.NOW + timedelta(days=3))
    submitting.submit(made.fresh(row), key="version-1", by=lead, at=made.NOW)
    with pytest.raises(IllegalMove):
        applying.remind_partner(partner, by=lead, at=made.NOW + timedelta(days=5))


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2999, 1, 1)])
def test_a_year_that_can_only_be_a_slip_of_the_hand_is_refused(day):
    row, people = made.consortium(made.call())
    with pytest.raises(Invalid) as refused:
        drafting.write_common(row, revision=row.revision, by=people["turku"], at=made.NOW, ends_on=day)
    assert [error["pointer"] for error in refused.value.errors] == ["/ends_on"]


def test_a_form_s_key_is_no_key_of_the_house_s_own():
    now = timezone.now()
    days = {"earliest_start": (now + timedelta(days=30)).date(), "latest_end": (now + timedelta(days=1800)).date()}
    times = {"starts_on": days["earliest_start"], "ends_on": days["earliest_start"] + timedelta(days=700)}
    row, people = made.consortium(made.call(now, now + timedelta(days=3), **days), now, **times)
    assert signed_in(people["turku"]).post(f"/fi/applications/{row.uuid}/send/", {"key": "change-1"}).status_code == 302
    assert row.versions.get().key == "version-1"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"closes_at": made.NOW - timedelta(days=10)}, "/closes_at"),
        ({"ideas_close_at": made.CLOSES, "shape": "two-stages"}, "/ideas_close_at"),
        ({"ideas_close_at": made.NOW - timedelta(days=10), "shape": "two-stages"}, "/ideas_close_at"),
        ({"budget_cents": 0}, "/budget_cents"),
        ({"lump_ceiling_cents": 0}, "/lump_ceiling_cents"),
        ({"budget_cents": 10**18}, "/budget_cents"),
        ({"max_support_bp": 4000}, "/eu_bp"),
        ({"opens_at": made.NOW.replace(year=9999)}, "/opens_at"),
        ({"latest_end": date(1, 1, 1)}, "/latest_end"),
    ],
)
def test_what_does_not_fit_with_what_a_draft_says_already_is_refused(fields, where):
    call, office = made.call(publish=False), made.office()
    with pytest.raises(Invalid) as refused:
        calls.write_call(call, by=office, at=made.NOW, **fields)
    assert where in {error["pointer"] for error in refused.value.errors}
    before = Call.objects.get()
    assert all(getattr(before, name) != value for name, value in fields.items() if name != "shape")


def test_ideas_of_a_public_call_still_close_before_it_does():
    call = made.call(shape="two-stages", ideas_close_at=made.NOW + timedelta(days=2))
    with pytest.raises(Invalid):
        calls.change_call(call, ideas_close_at=made.CLOSES, reason=made.BOTH, by=made.office(), at=made.NOW)


def test_a_cut_off_day_that_moves_takes_its_applications_along():
    call = made.call(shape="continuous", cutoffs=[made.CLOSES])
    row, people = made.consortium(call)
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    later = made.CLOSES + timedelta(days=7)
    calls.change_call(call, closes_at=later, reason=made.BOTH, by=made.office(), at=made.NOW)
    assert made.fresh(row).cutoff_at == later == call.cutoffs.get().at


def test_a_call_that_can_not_be_moved_holds_up_no_other(monkeypatch, caplog):
    first, second = (made.call(opens_at=made.NOW + timedelta(days=1)) for _each in range(2))
    whole = calls.by_the_clock

    def by_the_clock(pk, *, at):
        if pk == first.pk:
            raise IllegalMove("No.")
        return whole(pk, at=at)

    monkeypatch.setattr(calls, "by_the_clock", by_the_clock)
    assert calls.tend(at=made.NOW + timedelta(days=1)) == [second.slug]
    assert first.slug in caplog.text


@pytest.mark.django_db(transaction=True)
def test_an_idea_begun_in_two_windows_is_one_application():
    call = made.call(shape="two-stages", ideas_close_at=made.NOW + timedelta(days=2))
    person, office = made.acting("turku"), made.office()
    idea = ideas.send_idea(
        call, title="Idea", text="Ideaa.", organisation_name="Turku", key=uuid.uuid4(), by=person, at=made.NOW
    )
    for act in ("spar", "green"):
        idea = ideas.answer_idea(idea, act, answer="Hyvä.", by=office, at=made.NOW)
    body = applying.Body("Turun kaupunki", made.TURKU, "MUNICIPALITY", made.city("turku"))

    def begin():
        return applying.begin_application(
            call, lead=body, title=made.BOTH, idea=idea, key=uuid.uuid4(), by=person, at=made.NOW
        )

    found = at_once(begin, times=6)
    assert {getattr(one, "pk", one) for one in found} == {Application.objects.get().pk}


# --- files and fields -------------------------------------------------------------------------------------------------


def file_of(*rows):
    return "\n".join(["hakemus;päätös;päivä;y-tunnus;eu;perustelu", *rows]).encode()


def test_a_partner_that_stands_twice_in_the_authority_s_file_is_told():
    row, people = made.consortium(made.call())
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    number = made.fresh(row).number
    line = f"{number};hakukelpoinen;1.6.2027;{made.OULU};1,00;"
    taken = authority_files.take_in(file_of(f"{line}Näin.", f"{line}Vai näin."), by=made.office(), at=made.NOW)
    assert [one.row for one in taken.rejected] == [2, 3] and not AuthorityRow.objects.exists()
    plain = f"{number};behörig;1.6.2027;;;"
    taken = authority_files.take_in(file_of(plain, plain), by=made.office(), at=made.NOW)
    assert (taken.moved, taken.rejected, made.fresh(row).state) == (1, [], "eligible")


def test_amounts_that_no_cents_can_hold_are_told_by_their_cell():
    from kuutio.programme.actions.authority_files import _amount
    from kuutio.programme.budget_sheet import _cents
    from kuutio.programme.grant_sheets import Cell, cents

    for value in (float("nan"), float("inf"), 1e300, -1e300, 1e15):
        assert _amount(value) is None
        with pytest.raises(ValueError, match=r".+"):
            _cents(value)
        with pytest.raises(ValueError, match=r".+"):
            cents(Cell(3, 2, value))
    assert Cell(27, 2, 1.5).address == "AB2" and cents(Cell(3, 2, 1.5)) == 150


def test_numbers_of_thousands_of_digits_are_answered_and_not_read():
    with pytest.raises(Exception, match="1"):
        CriteriaField().clean(f"{'9' * 5000} | Vaikutus")
    row, people = made.consortium(made.call())
    partner = row.partners.get(city="oulu")
    client = signed_in(people["oulu"])
    address = f"/fi/applications/{row.uuid}/partners/{partner.position}/sign/"
    assert client.post(address, {"revision": "9" * 5000}).status_code == 302


def test_codes_are_of_plain_digits_and_addresses_fit():
    told = {"reference": "UML/1", "decided_on": "2027-05-01"}
    assert not GrantForm({**told, "code": "A٨٠٠٠١"}).is_valid()
    assert GrantForm({**told, "code": "A80001", "objective": "4.1"}).is_valid()
    assert "email" in InviteForm({"email": f"{'a' * 250}@example.org"}, cities=[]).errors
