"""The deadline is a second by the server's clock; who is in time gets a receipt, and the same press twice is one."""

import hashlib
import json
import uuid
from datetime import timedelta

import pytest

from kuutio.audit.models import Entry
from kuutio.core.problems import IllegalMove, NotAllowed
from kuutio.programme.actions import calls, drafting, submitting
from kuutio.programme.models import Application, ApplicationVersion
from kuutio.programme.problems import ChangedMeanwhile, RulesNotMet
from kuutio.programme.written import canonical
from tests.factories import PersonFactory
from tests.programme.calls import made
from tests.races import at_once


@pytest.mark.django_db(transaction=True)
def test_fifty_in_the_last_second_are_each_on_their_side_of_the_deadline():
    call = made.call()
    first, people = made.consortium(call)
    rows = [first, *(_copy(first, people) for _each in range(49))]
    moments = [made.CLOSES + timedelta(milliseconds=40 * (at - 25)) for at in range(50)]
    took = iter(list(zip(rows, moments, strict=True)))

    def send():
        row, at = next(took)
        try:
            return row.pk, at, submitting.submit(row, key="version-1", by=people["turku"], at=at)
        except IllegalMove as refused:
            return row.pk, at, refused

    calls.by_the_clock(call.pk, at=made.CLOSES + timedelta(seconds=1))
    told = at_once(send, times=50)
    in_time = made.CLOSES + timedelta(seconds=1)
    for pk, at, outcome in told:
        row = Application.objects.get(pk=pk)
        if at < in_time:  # 16.15.00 and each part of that second
            assert outcome.digest == hashlib.sha256(canonical(outcome.content)).hexdigest()
            assert (row.state, row.submitted_at) == ("submitted", at.replace(microsecond=0))
        else:
            assert isinstance(outcome, IllegalMove) and row.state == "draft" and not row.number
    sent = [outcome for _pk, _at, outcome in told if isinstance(outcome, ApplicationVersion)]
    assert len(sent) == sum(at < in_time for at in moments)
    numbers = sorted(Application.objects.exclude(number="").values_list("number", flat=True))
    assert len(set(numbers)) == len(sent) and numbers[0].endswith("-001") and numbers[-1].endswith(f"-{len(sent):03}")
    assert calls.by_the_clock(call.pk, at=made.CLOSES + timedelta(seconds=6))
    with pytest.raises(IllegalMove):
        submitting.submit(
            _copy(first, people), key="version-1", by=people["turku"], at=made.CLOSES + timedelta(seconds=7)
        )


def _copy(first, people):
    """The same consortium once more, without walking through all its verbs."""
    row = Application.objects.get(pk=first.pk)
    partners = list(row.partners.all())
    row.pk, row.uuid, row.key, row.state, row.number, row.submitted_at, row.versions_sent = (
        None, uuid.uuid4(), uuid.uuid4(), "draft", "", None, 0,
    )  # fmt: skip
    row.save()
    for partner in partners:
        lines, members = list(partner.lines.all()), list(partner.members.all())
        partner.pk, partner.application = None, row
        partner.save()
        partner.members.set(members)
        for line in lines:
            line.pk, line.partner = None, partner
            line.save()
    return made.fresh(row)


@pytest.mark.django_db(transaction=True)
def test_one_application_sent_eight_times_at_once_is_one_version_with_one_number():
    call = made.call()
    row, people = made.consortium(call)
    told = at_once(lambda: submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW), times=8)
    assert len({one.pk for one in told}) == 1
    call.refresh_from_db()
    assert (call.numbered, ApplicationVersion.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_what_is_sent_is_frozen_and_holds_no_person():
    call = made.call()
    row, people = made.consortium(call)
    version = submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    text = json.dumps(version.content)
    assert all(person.email not in text and person.name not in text for person in people.values())
    with pytest.raises(IllegalMove):
        drafting.write_common(row, revision=2, by=people["turku"], at=made.NOW, title=made.BOTH)
    with pytest.raises(IllegalMove):
        drafting.write_part(row.partners.get(city="oulu"), revision=9, by=people["oulu"], at=made.NOW, tasks="Muuta.")


@pytest.mark.django_db
def test_each_broken_rule_is_told_with_what_to_mend():
    call = made.call()
    row, people = made.consortium(call, partners=(), eu_bp=6000, state_bp=1701)
    with pytest.raises(RulesNotMet) as refused:
        submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    codes = {error.get("code") for error in refused.value.errors}
    assert {"E1_TWO_ORGANISATIONS", "E2_TWO_CITIES", "E11_SUPPORT_SHARE"} <= codes
    row.refresh_from_db()
    assert (row.state, row.number, row.versions_sent) == ("draft", "", 0)
    assert not Entry.objects.filter(verb="application_submit").exists()


@pytest.mark.django_db
def test_a_signature_falls_when_its_part_or_the_terms_of_the_money_change():
    call = made.call()
    row, people = made.consortium(call, partners=("oulu", "tampere"))
    oulu, tampere = (row.partners.get(city=code) for code in ("oulu", "tampere"))
    drafting.write_part(oulu, revision=oulu.revision, by=people["oulu"], at=made.NOW, costs={"STAFF": 1})
    assert [
        one.signed_at is not None for one in (made.fresh(row).partners.get(city=code) for code in ("oulu", "tampere"))
    ] == [False, True]
    drafting.write_common(row, revision=2, by=people["turku"], at=made.NOW, summary={"fi": "Toinen.", "en": "Another."})
    assert made.fresh(row).partners.get(city="tampere").signed_at, "the common words aren't a partner's promise"
    drafting.write_common(row, revision=3, by=people["turku"], at=made.NOW, cost_model="FLAT_24")
    assert made.fresh(row).partners.get(city="tampere").signed_at is None
    with pytest.raises(ChangedMeanwhile):
        drafting.sign_part(tampere, revision=tampere.revision - 1, by=people["tampere"], at=made.NOW)
    with pytest.raises(NotAllowed):
        drafting.sign_part(tampere, revision=tampere.revision, by=people["turku"], at=made.NOW)


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_part_lose_nothing_and_two_parts_don_t_disturb_each_other():
    call = made.call()
    row, people = made.consortium(call)
    texts = iter(["Yksi.", "Kaksi."])
    told = at_once(
        lambda: drafting.write_common(row, revision=2, by=people["turku"], at=made.NOW, texts={"need": next(texts)}),
        times=2,
    )
    lost = [one for one in told if isinstance(one, ChangedMeanwhile)]
    assert len(lost) == 1
    saved = made.fresh(row).texts["need"]
    assert {lost[0].facts["yours"]["texts"]["need"], lost[0].facts["theirs"]["texts"]["need"]} == {"Yksi.", "Kaksi."}
    assert lost[0].facts["theirs"]["texts"]["need"] == saved
    drafting.write_common(
        row, revision=2, by=people["turku"], at=made.NOW, texts={"need": saved}
    )  # the same again is no conflict
    parts = {one.city_id: one for one in made.fresh(row).partners.all()}
    for code, part in parts.items():
        drafting.write_part(part, revision=part.revision, by=people[code], at=made.NOW, tasks=f"Toinen: {code}.")


@pytest.mark.django_db
def test_who_may_lead_join_and_read():
    call = made.call()
    row, people = made.consortium(call)
    stranger = PersonFactory()
    with pytest.raises(NotAllowed):
        made.consortium_begun(call, "turku", by=stranger)
    with pytest.raises(NotAllowed):
        submitting.submit(row, key="version-1", by=people["oulu"], at=made.NOW)
    with pytest.raises(NotAllowed):
        submitting.withdraw(row, by=stranger, at=made.NOW)
    with pytest.raises(NotAllowed):
        submitting.screen(row, "find_eligible", by=people["turku"], at=made.NOW)
