"""What people say: once for each form, in their stage, and theirs to take back."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.opendata.models import Distribution
from kuutio.participation import personal, queries, shapes
from kuutio.participation.actions import processes, stages
from kuutio.participation.actions.contributing import Said, contribute, react, reply_officially, withdraw
from kuutio.participation.models import Contribution, Reaction
from kuutio.participation.problems import HasContributions, IdentificationNeeded, StageClosed
from kuutio.participation.public import PUBLISHED
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.contact.publishing import publish
from tests.factories import OrganisationFactory, PersonFactory
from tests.participation.conftest import DAY, NOON
from tests.races import at_once


def said(text="Hyvä suunnitelma.", **more):
    return Said(text=text, language="fi", key=more.pop("key", None) or uuid.uuid4(), **more)


def voice(person):
    return Voice(person, Level.REGISTERED)


def test_the_same_form_sent_again_is_the_same_comment(stage):
    key = uuid.uuid4()
    one = contribute(stage, "comment", said(key=key), voice=NOBODY, at=NOON)
    again = contribute(stage, "comment", said(key=key), voice=NOBODY, at=NOON)
    assert one == again
    assert Contribution.objects.count() == 1
    with pytest.raises(Conflict):  # somebody else's key isn't theirs
        contribute(stage, "comment", said(key=key), voice=voice(PersonFactory()), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_eight_times_at_once_is_one_comment(stage):
    key = uuid.uuid4()
    at_once(lambda: contribute(stage, "comment", said(key=key), voice=NOBODY, at=NOON), times=8)
    assert Contribution.objects.count() == 1
    assert Entry.objects.filter(verb="contribute").count() == 1


def test_a_comment_is_about_something_of_its_own_process(stage, make_process):
    other = make_process(slug="muu")
    stranger = contribute(other.stages.get(), "comment", said(), voice=NOBODY, at=NOON)
    for wrong, pointer in (
        ({"section": other.sections.first()}, "/section"),
        ({"parent": stranger}, "/parent"),
        ({"geometry": shapes.point(24.9, 60.2)}, "/geometry"),
        ({"text": "  "}, "/text"),
        ({"text": "a" * 5001}, "/text"),
    ):
        with pytest.raises(Invalid) as refused:
            contribute(stage, "comment", said(**wrong), voice=NOBODY, at=NOON)
        assert refused.value.errors[0]["pointer"] == pointer


def test_people_answer_each_other_where_the_stage_lets_them(make_process):
    quiet = make_process(replies=False).stages.get()
    first = contribute(quiet, "comment", said(), voice=NOBODY, at=NOON)
    with pytest.raises(Invalid):
        contribute(quiet, "comment", said(parent=first), voice=NOBODY, at=NOON)
    lively = make_process(slug="toinen").stages.get()
    section = lively.process.sections.first()
    first = contribute(lively, "comment", said(section=section), voice=NOBODY, at=NOON)
    answer = contribute(lively, "comment", said(parent=first), voice=NOBODY, at=NOON)
    assert (answer.parent, answer.section) == (first, section)


def test_a_city_answers_officially_also_when_the_stage_is_over(make_process, officers, cities):
    process = make_process(others=["vantaa"])
    comment = contribute(process.stages.get(), "comment", said(), voice=NOBODY, at=NOON)
    vantaa, oulu = (cities[code].organisations.get() for code in ("vantaa", "oulu"))
    later = NOON + 6 * DAY
    answer = reply_officially(comment, vantaa, said("Kiitos."), by=officers["vantaa"], at=later)
    assert answer.organisation == vantaa
    for organisation, who in ((oulu, "oulu"), (vantaa, "helsinki")):
        with pytest.raises(NotAllowed):
            reply_officially(comment, organisation, said("Ei."), by=officers[who], at=later)
    with pytest.raises(StageClosed):
        contribute(process.stages.get(), "comment", said(), voice=NOBODY, at=later)


def test_each_person_supports_once_and_may_take_it_back(stage):
    comment = contribute(stage, "comment", said(), voice=NOBODY, at=NOON)
    person = PersonFactory()
    for value in (1, 1, -1, 1):
        react(comment, value, voice=voice(person), at=NOON)
    assert Reaction.objects.values_list("value", flat=True).get() == 1
    assert queries.contributions_of(stage).get().supports == 1
    react(comment, None, voice=voice(person), at=NOON)
    assert not Reaction.objects.exists()
    with pytest.raises(IdentificationNeeded):
        react(comment, 1, voice=NOBODY, at=NOON)


def test_what_is_withdrawn_leaves_no_words(stage):
    author = PersonFactory()
    comment = contribute(
        stage, "comment", said("Salaisuuteni", signature="Aino", place="Koti"), voice=voice(author), at=NOON
    )
    answer = contribute(stage, "comment", said(parent=comment), voice=NOBODY, at=NOON)
    with pytest.raises(NotAllowed):
        withdraw(comment, by=PersonFactory(), at=NOON)
    withdraw(comment, by=author, at=NOON)
    row = Contribution.objects.get(pk=comment.pk)
    assert (row.text, row.signature, row.place, row.state) == ("", "", "", "withdrawn")
    assert set(queries.contributions_of(stage)) == {row, answer}  # its place in the thread stays


def test_who_leaves_takes_their_name_along_and_has_a_copy(stage):
    person = PersonFactory()
    contribute(stage, "comment", said("Ehdotukseni", signature="Aino Esimerkki"), voice=voice(person), at=NOON)
    copy = personal.exported(person)
    assert copy["contributions"][0]["text"] == "Ehdotukseni"
    assert personal.kept(person)
    personal.erase(person, NOON + DAY)
    row = Contribution.objects.get()
    assert (row.author, row.signature, row.text) == (None, "", "Ehdotukseni")


def test_the_open_data_have_words_and_no_people(stage, officers):
    office = OrganisationFactory(slug="office", kind="public", city=None)
    office.roles.create(person=PersonFactory(), role="office")
    author = PersonFactory(name="Aino Virtanen")
    contribute(
        stage,
        "comment",
        said("Penkkejä lisää.", signature="Aino Virtanen", place="Kotikatu 3"),
        voice=voice(author),
        at=NOON,
    )
    contribute(stage, "comment", said("Soita minulle 040 123 4567 tai aino@example.org."), voice=NOBODY, at=NOON)
    hidden = contribute(stage, "comment", said("Piilotettu"), voice=NOBODY, at=NOON)
    Contribution.objects.filter(pk=hidden.pk).update(state="hidden")
    tables = {table.slug: list(table.released()) for table in PUBLISHED.tables()}
    texts = [row["text"] for row in tables["participation-contributions"]]
    assert texts == ["Penkkejä lisää.", None]
    assert "Virtanen" not in str(tables)
    assert "Kotikatu" not in str(tables)
    assert tables["participation-processes"][0]["contributions"] == 2
    assert tables["participation-stages"][0]["kind"] == "hearing"


def test_what_is_published_is_served_as_tables(make_process):
    office = OrganisationFactory(slug="office", kind="public", city=None)
    office.roles.create(person=PersonFactory(), role="office")
    stage = make_process(map="all").stages.get()
    outcomes = publish(publisher=PUBLISHED)
    assert set(outcomes) >= {f"kuutio-participation-{name}" for name in ("processes", "stages", "contributions")}
    line = shapes.kept({"type": "LineString", "coordinates": [[24.9, 60.2], [24.91, 60.21]]})
    contribute(stage, "comment", said(geometry=line), voice=NOBODY, at=NOON)
    contribute(stage, "comment", said(geometry=shapes.point(24.9, 60.2)), voice=NOBODY, at=NOON)
    contribute(stage, "comment", said(), voice=NOBODY, at=NOON)
    publish("kuutio-participation-contributions", PUBLISHED)
    current = Distribution.objects.get(table="kuutio-participation-contributions").current
    assert current.rows == 3


def test_a_draft_is_nowhere_in_the_open_data(make_process):
    office = OrganisationFactory(slug="office", kind="public", city=None)
    office.roles.create(person=PersonFactory(), role="office")
    make_process(publish=False)
    assert not [row for table in PUBLISHED.tables() for row in table.released()]


def test_what_people_took_part_in_isn_t_taken_away(stage, officers):
    section = stage.process.sections.first()
    contribute(stage, "comment", said(section=section), voice=NOBODY, at=NOON)
    with pytest.raises(HasContributions):
        stages.remove_stage(stage, by=officers["helsinki"], at=NOON)
    with pytest.raises(HasContributions):
        stages.remove_section(section, by=officers["helsinki"], at=NOON)
    with pytest.raises(Conflict):
        processes.remove_draft(stage.process, by=officers["helsinki"], at=NOON)


@pytest.mark.parametrize("language", ["fi"])
def test_a_hearing_s_page_asks_as_often_for_a_hundred_comments_as_for_ten(stage, client, language):
    counts = []
    for more in (10, 90):
        for number in range(more):
            contribute(stage, "comment", said(f"Kommentti {number}"), voice=NOBODY, at=NOON)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/{language}/participation/{stage.process.slug}/hearing/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
