"""Proposals: the city that the place belongs to, versions, joining without doubling, initiatives by the law's count."""

import contextlib
import uuid
from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.cities import borders
from kuutio.cities.identified import Facts
from kuutio.cities.models import Municipality
from kuutio.core import coordination as signs
from kuutio.core import initiatives
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import letters, queries, shapes
from kuutio.participation.actions import deciding, proposing, stages, supporting
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.actions.proposing import Extras
from kuutio.participation.models import Contribution, Proposal, Reaction
from kuutio.participation.problems import IdentificationNeeded, NotInStage, ProposalMerged
from kuutio.participation.similar import similar
from kuutio.participation.voices import Level, Voice
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.races import at_once


def voice(person=None):
    return Voice(person or PersonFactory(), Level.REGISTERED)


@pytest.fixture
def ideas(make_process):
    """A stage of a process of Helsinki and Vantaa in which people propose."""
    return idea_stage(make_process(others=["vantaa"]))


def idea_stage(process, kind="proposals", opens=NOON - DAY, closes=NOON + DAY):
    return stages.add_stage(
        process, kind, title=three("Ideat"), opens_at=opens, closes_at=closes, by=None, at=NOON - 2 * DAY
    )


def proposed(stage, title="Penkkejä rantaan", text="Rannalla ei voi levätä.", by=None, point=None, **extras):
    said = Said(
        text=text, title=title, language="fi", key=uuid.uuid4(), geometry=shapes.point(*point) if point else None
    )
    extras = {"category": "environment"} | extras
    return proposing.propose(stage, said, Extras(**extras), voice=by or voice(), at=NOON)


def test_a_proposal_goes_to_the_city_that_its_place_belongs_to(ideas, cities, officers):
    at_home, over = proposed(ideas, point=(24.95, 60.17)), proposed(ideas, "Silta", point=(25.04, 60.30))
    oulu, sipoo = proposed(ideas, "Laituri", point=(25.47, 65.01)), proposed(ideas, "Metsä", point=(25.27, 60.38))
    assert [row.city_id for row in (at_home, over, oulu, sipoo)] == ["helsinki", "vantaa", "oulu", "helsinki"]
    assert sipoo.municipality.name_fi == "Sipoo"  # runs no Kuutio: the owner has it and knows whose place it is
    moved = over.handovers.get()
    assert (moved.before_id, moved.after_id, moved.is_automatic, moved.by) == ("helsinki", "vantaa", True, None)
    assert not at_home.handovers.exists()
    with pytest.raises(NotAllowed):
        deciding.hand_over(over, cities["oulu"], "Väärä kaupunki", by=officers["helsinki"], at=NOON)
    with pytest.raises(Invalid):
        deciding.hand_over(over, cities["oulu"], " ", by=officers["vantaa"], at=NOON)
    deciding.hand_over(over, cities["helsinki"], "Katu on Helsingin.", by=officers["vantaa"], at=NOON)
    deciding.set_status(over, "feasible", {}, by=officers["helsinki"], at=NOON)
    deciding.set_status(oulu, "feasible", {}, by=officers["oulu"], at=NOON)  # takes no part in the process


def test_every_version_is_kept_and_the_authors_alone_write(ideas, officers, mailoutbox):
    author, friend = voice(), PersonFactory(email="friend@example.org")
    row = proposed(ideas, by=author)
    with pytest.raises(NotAllowed):
        proposing.revise(row, title="Muu", text="Muu", place="", voice=voice(friend), at=NOON)
    invited = proposing.invite(row, "Friend@example.org", by=author.person, at=NOON)
    assert letters.write("co_author", invited.pk, None)
    assert mailoutbox[0].to == ["friend@example.org"]
    with pytest.raises(NotAllowed):
        proposing.join(row, by=PersonFactory(), at=NOON)
    proposing.join(row, by=friend, at=NOON)
    proposing.join(row, by=friend, at=NOON)
    assert (
        proposing.revise(row, title="Penkkejä", text="Lisää", place="Ranta", voice=voice(friend), at=NOON).number == 2
    )
    assert proposing.revise(row, title="Penkkejä", text="Lisää", place="Ranta", voice=author, at=NOON) is None
    assert [one.title for one in row.contribution.versions.all()] == ["Penkkejä rantaan", "Penkkejä"]
    deciding.set_status(row, "feasible", {}, by=officers["helsinki"], at=NOON)
    with pytest.raises(Conflict):
        proposing.revise(row, title="Muu", text="Muu", place="", voice=author, at=NOON)


def test_what_is_alike_is_offered(ideas):
    bench = proposed(ideas, "Lisää penkkejä rantaan", "Ikäihmiset tarvitsevat levähdyspaikkoja rannan varrelle.")
    proposed(ideas, "Pyörätie Tuusulantielle", "Kaista on kapea ja autot ajavat lähellä.")
    assert similar(ideas.process, "Penkit rannalle", "Rannalla pitäisi olla penkkejä.", "fi") == [bench]
    assert similar(ideas.process, "Uimahalli", "Lämmin allas.", "fi") == []


def test_joining_unites_supports_without_doubling(ideas, officers, cities):
    gone, stays, other = proposed(ideas), proposed(ideas, "Rannan penkit"), proposed(ideas, "Kolmas")
    follower = PersonFactory()
    deciding.follow(gone, by=follower, at=NOON)
    people = [voice() for _each in range(5)]
    for one in people[:3]:
        supporting.support(gone, True, voice=one, at=NOON)
    for one in people[2:]:
        supporting.support(stays, True, voice=one, at=NOON)
    with pytest.raises(NotAllowed):
        deciding.merge(gone, stays, by=officers["oulu"], at=NOON)
    deciding.merge(other, gone, by=officers["helsinki"], at=NOON)
    deciding.merge(gone, stays, by=officers["helsinki"], at=NOON)
    assert Reaction.objects.filter(contribution=stays.contribution, value=1).count() == 5
    for row in (gone, other):
        row.refresh_from_db()
        assert row.merged_into == stays
    with pytest.raises(ProposalMerged):
        supporting.support(gone, True, voice=people[0], at=NOON)
    with pytest.raises(ProposalMerged):
        deciding.merge(stays, gone, by=officers["helsinki"], at=NOON)
    told = letters.readers_of("merged", gone.pk)
    assert told == [gone.contribution.author_id, follower.pk, other.contribution.author_id]


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_join_the_other_way_round_make_no_circle(cities, make_process):
    borders.load()
    stage = idea_stage(make_process())
    one, two = proposed(stage), proposed(stage, "Toinen")
    pairs = [(one, two), (two, one)] * 2

    def join():
        pair = pairs.pop()
        with contextlib.suppress(ProposalMerged):
            deciding.merge(*pair, by=None, at=NOON)

    at_once(join, times=4)
    one.refresh_from_db(), two.refresh_from_db()
    assert {one.merged_into_id, two.merged_into_id} in ({None, one.pk}, {None, two.pk})


def test_followers_hear_of_each_step_and_a_rejection_says_why(ideas, officers, mailoutbox):
    row, follower = proposed(ideas), PersonFactory(language="sv")
    deciding.follow(row, by=follower, at=NOON)
    officer = officers["helsinki"]
    with pytest.raises(Invalid):
        deciding.set_status(row, "rejected", {}, by=officer, at=NOON)
    with pytest.raises(Conflict):
        deciding.add_spending(row, on=NOON.date(), amount_cents=100, what=three("Penkki"), by=officer, at=NOON)
    step = deciding.set_status(row, "chosen", three("Valittu"), by=officer, at=NOON)
    assert set(letters.readers_of("status", step.pk)) == {row.contribution.author_id, follower.pk}
    letters.write("status", step.pk, follower.pk)
    assert "Valittu (sv)" in mailoutbox[0].body
    deciding.add_milestone(row, title=three("Rakennetaan"), planned_on=date(2027, 5, 1), by=officer, at=NOON)
    deciding.add_spending(row, on=NOON.date(), amount_cents=125_050, what=three("Penkit"), by=officer, at=NOON)
    with pytest.raises(Invalid):
        deciding.add_spending(row, on=NOON.date() + DAY, amount_cents=1, what=three("Tuleva"), by=officer, at=NOON)


def test_in_a_later_stage_what_was_proposed_is_supported_and_argued_about(make_process):
    process = make_process()
    before = idea_stage(process)
    row = proposed(before)
    later = idea_stage(process, "support", opens=NOON + 2 * DAY, closes=NOON + 4 * DAY)
    at, who = NOON + 3 * DAY, voice()
    assert supporting.support(row, True, voice=who, at=at)
    said = Said(text="Hyvä.", language="fi", key=uuid.uuid4(), parent=row.contribution)
    argument = contribute(later, "argument_for", said, voice=who, at=at)
    reply = Said(text="Eikä ole.", language="fi", key=uuid.uuid4(), parent=argument)
    with pytest.raises(Invalid):  # an argument has no replies
        contribute(later, "argument_against", reply, voice=who, at=at)


def test_what_a_stage_takes_follows_its_kind_and_its_settings(make_process, client):
    now = timezone.now()
    process, told = make_process(at=now), {"by": None, "at": now - DAY, "identification": "open"}
    made = {
        kind: stages.add_stage(
            process, kind, title=three("Vaihe"), opens_at=now - DAY, closes_at=now + DAY, settings=settings, **told
        )
        for kind, settings in (("opinions", {"writing": False}), ("proposals", {"arguments": False}))
    }
    at = f"/fi/participation/{process.slug}"
    form = {
        "title": "Pitkä",
        "text": "x" * 7000,
        "language": "fi",
        "key": uuid.uuid4(),
        "category": "economy",
        "sure": "on",
    }
    for name in ("opinions", "hearing"):  # hearings let nobody propose
        assert client.get(f"{at}/{name}/proposals/new/").status_code == 409
        assert client.post(f"{at}/{name}/proposals/new/", form).status_code == 409
    assert client.post(f"{at}/proposals/proposals/new/", form).status_code == 302
    row = Proposal.objects.get()
    said = {"text": "Hyvä.", "language": "fi", "key": uuid.uuid4(), "side": "argument_for"}
    assert client.post(f"/fi/proposals/{row.contribution.uuid}/argue/", said).status_code == 409
    assert client.post(f"{at}/proposals/comments/", said).status_code == 409
    assert client.get(f"/fi/contributions/{row.contribution.uuid}/reply/").status_code == 403
    assert Contribution.objects.count() == 1
    with pytest.raises(NotInStage):
        contribute(
            made["opinions"], "statement", Said(text="Väite", language="fi", key=uuid.uuid4()), voice=voice(), at=now
        )
    free = idea_stage(process, opens=now - DAY, closes=now + DAY)
    with pytest.raises(Invalid):  # an argument is about something
        contribute(free, "argument_for", Said(text="Hyvä.", language="fi", key=uuid.uuid4()), voice=voice(), at=now)


def test_strangers_who_propose_without_end_are_held_back(make_process, client):
    now = timezone.now()
    process = make_process(at=now)
    stages.add_stage(
        process,
        "proposals",
        title=three("Ideat"),
        opens_at=now - DAY,
        closes_at=now + DAY,
        identification="open",
        by=None,
        at=now,
    )
    codes = {
        client.post(f"/fi/participation/{process.slug}/proposals/proposals/new/", {}).status_code for _each in range(21)
    }
    assert codes == {422, 429}


@given(people=st.integers(1, 700_000), percent=st.sampled_from([2, 4]))
def test_so_many_are_needed_that_one_fewer_is_less_than_the_per_cent(people, percent):
    least = initiatives.needed(people, percent)
    assert least * 100 >= people * percent > (least - 1) * 100


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (date(2026, 3, 15), date(2026, 9, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_month_s_last(begin, end):
    assert initiatives.due_on(begin) == end


def test_an_initiative_counts_the_municipality_s_own_residents_and_is_handed_in_when_enough(make_process, cities):
    stage = idea_stage(make_process(), "initiatives")
    helsinki, vantaa = Municipality.objects.get(pk="091"), Municipality.objects.get(pk="092")
    supporting.set_population(
        helsinki, on=date(2025, 12, 31), residents=100, residents_15=75, source="Testi", by=None, at=NOON
    )
    two = proposed(stage, initiative="initiative", municipality=helsinki).initiative
    four = proposed(stage, "Kansanäänestys", initiative="referendum", municipality=helsinki).initiative
    same = voice()
    for _twice in range(2):
        supporting.sign(two, helsinki, False, voice=same, at=NOON)
    supporting.sign(two, vantaa, True, voice=voice(), at=NOON)
    two.refresh_from_db()
    assert (supporting.counted(two), two.handed_in_at) == (1, None)
    supporting.sign(two, helsinki, True, voice=voice(), at=NOON)
    two.refresh_from_db()
    assert (two.counted, two.needed, two.handed_in_at, two.due_on) == (2, 2, NOON, date(2027, 5, 23))
    with pytest.raises(Conflict):
        supporting.sign(two, helsinki, True, voice=voice(), at=NOON)
    with pytest.raises(Conflict):  # nor taken back, whichever door is knocked at
        supporting.support(two.proposal, False, voice=same, at=NOON)
    with pytest.raises(Conflict):  # it was counted by this figure
        supporting.set_population(
            helsinki, on=date(2025, 12, 31), residents=90, residents_15=70, source="Testi", by=None, at=NOON
        )
    for is_15 in (True, True, False, True):
        four.refresh_from_db()
        supporting.sign(four, helsinki, is_15, voice=voice(), at=NOON)
    four.refresh_from_db()
    assert (four.counted, four.needed, four.due_on) == (3, 3, None)  # the council decides without delay


def test_where_a_supporter_lives_is_taken_from_strong_identification_where_there_is_one(make_process, cities, client):
    now = timezone.now()
    stage = idea_stage(make_process(at=now), "initiatives", opens=now - DAY, closes=now + DAY)
    helsinki, vantaa = (Municipality.objects.get(pk=code) for code in ("091", "092"))
    said = Said(text="Sanat.", title="Aloite", language="fi", key=uuid.uuid4())
    extras = Extras("environment", initiative="referendum", municipality=helsinki)
    row = proposing.propose(stage, said, extras, voice=voice(), at=now).initiative
    told = supporting.sign(row, vantaa, False, voice=voice(), at=now)
    assert (told.municipality, told.is_15, told.is_identified) == (vantaa, False, False)
    child = Facts("0" * 64, "091", "00500", date(now.year - 12, 1, 1))
    signed = supporting.sign(row, vantaa, True, voice=voice(), at=now, facts=child)
    assert (signed.municipality, signed.is_15, signed.is_identified) == (helsinki, False, True)
    adult = Facts("1" * 64, "091", "00500", date(1956, 1, 1))
    supporting.sign(row, None, False, voice=voice(), at=now, facts=adult)
    assert supporting.counted(row) == supporting.counted(row, identified_only=True) == 1
    with pytest.raises(Invalid):
        supporting.sign(row, None, False, voice=voice(), at=now)
    type(stage).objects.filter(pk=stage.pk).update(identification="strong")
    row.refresh_from_db()
    row.proposal.contribution.stage.refresh_from_db()
    with pytest.raises(IdentificationNeeded):
        supporting.sign(row, helsinki, True, voice=Voice(PersonFactory(), Level.STRONG), at=now)
    supporting.sign(row, None, False, voice=Voice(PersonFactory(), Level.STRONG), at=now, facts=adult)
    assert supporting.counted(row) == 2
    assert "vahvasti" in client.get(f"/fi/proposals/{row.proposal.contribution.uuid}/").content.decode()


def test_marks_that_are_the_same_and_bursts_are_found():
    marks = {name: frozenset("abcde") for name in "xyz"} | {"w": frozenset("abcdf"), "v": frozenset("ab")}
    assert signs.alike(marks, people=3, least=5) == [frozenset("xyz")]
    times = [0.0, 10_000.0, *(20_000.0 + number for number in range(10)), 40_000.0]
    assert signs.burst(times, within_s=3600, least=10) == frozenset(range(2, 12))


@settings(max_examples=100)
@given(times=st.lists(st.integers(0, 50), max_size=20).map(sorted), least=st.integers(1, 5), within=st.integers(0, 10))
def test_a_burst_is_what_a_slow_look_at_each_window_finds(times, least, within):
    slow = set()
    for first in range(len(times)):
        inside = [at for at in range(first, len(times)) if times[at] - times[first] <= within]
        if len(inside) >= least:
            slow.update(inside)
    assert signs.burst(times, within_s=within, least=least) == slow


def test_a_photo_is_written_anew_and_is_described(ideas):
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Kotini"
    Image.new("RGB", (3000, 1000), "green").save(out, "JPEG", exif=exif)
    with pytest.raises(Invalid):
        proposed(ideas, photo=out.getvalue())
    with pytest.raises(Invalid):
        proposed(ideas, photo=b"<svg/>", photo_text="Ranta")
    photo = proposed(ideas, photo=out.getvalue(), photo_text="Ranta").contribution.photo
    assert (photo.width, photo.height) == (1600, 533)
    assert b"Kotini" not in bytes(photo.jpeg)


def test_the_words_of_what_is_withdrawn_are_in_no_version(ideas):
    from kuutio.participation.actions.contributing import withdraw

    author = voice()
    row = proposed(ideas, by=author)
    withdraw(row.contribution, by=author.person, at=NOON)
    assert not row.contribution.versions.exists()
    assert Contribution.objects.get(pk=row.contribution_id).title == ""
    assert queries.contributions_of(ideas).count() == 0


def test_the_open_data_tell_how_each_proposal_goes_on(ideas, officers):
    from kuutio.participation import public

    one, two = proposed(ideas, point=(25.04, 60.30)), proposed(ideas, "Toinen", point=(25.04, 60.30))
    supporting.support(one, True, voice=voice(), at=NOON)
    deciding.merge(two, one, by=officers["vantaa"], at=NOON)
    deciding.set_status(one, "chosen", {}, by=officers["vantaa"], at=NOON)
    deciding.add_spending(one, on=NOON.date(), amount_cents=500, what=three("Penkki"), by=None, at=NOON)
    rows = {row["contribution"]: row for row in public._proposal_rows()}
    first, second = rows[str(one.contribution.uuid)], rows[str(two.contribution.uuid)]
    assert (first["city"], first["municipality"], first["status"], first["spent_cents"]) == (
        "vantaa",
        "092",
        "chosen",
        500,
    )
    assert (first["supports"], first["supports_unmarked"], second["joined_to"]) == (1, 1, str(one.contribution.uuid))
