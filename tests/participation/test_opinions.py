"""An opinion map: answers one at a time, what is found in them, and what of it leaves the house."""

import csv
import gzip
import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kuutio.config import console
from kuutio.config.environment import ROOT
from kuutio.core.opinions import Conversation, Statement, opinion_map, read_polis
from kuutio.core.opinions.maps import as_values
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import personal, tasks
from kuutio.participation.actions import moderating, opinion_maps, opinions, polis, processes, stages
from kuutio.participation.actions.contributing import Said, contribute, reply_officially, withdraw
from kuutio.participation.flags import bursts
from kuutio.participation.models import BroughtVote, Contribution, OpinionMap, OpinionVoter, Process, Reaction
from kuutio.participation.opinion_view import shown
from kuutio.participation.problems import IdentificationNeeded, NotInStage, StageClosed
from kuutio.participation.public import PUBLISHED
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.factories import OrganisationFactory, PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.races import at_once

SAMPLES = ROOT / "tests" / "data" / "polis"


def said(text, key=None):
    return Said(text=text, language="fi", key=key or uuid.uuid4())


def voice(person):
    return Voice(person, Level.REGISTERED)


@pytest.fixture
def make_stage(cities):
    """Makes a stage of statements that is open, with so many of the city's own."""

    def make(count=3, *, others=("vantaa",), slug="kartta", **settings):
        process = processes.begin_process(
            cities["helsinki"],
            cities=[cities[code] for code in others],
            title=three("Pyöräily"),
            summary=three("Tiivistelmä"),
            plain_summary=three("Selkeästi"),
            theme="transport",
            slug=slug,
            by=None,
            at=NOON - 10 * DAY,
        )
        stage = stages.add_stage(
            process,
            "opinions",
            title=three("Väittämät"),
            opens_at=NOON - 5 * DAY,
            closes_at=NOON + 3650 * DAY,
            identification="registered",
            settings=settings,
            by=None,
            at=NOON - 9 * DAY,
        )
        if count:
            texts = [f"Väittämä {number}." for number in range(count)]
            opinions.add_statements(stage, texts, "fi", by=None, at=NOON - 9 * DAY)
        processes.publish_process(process, by=None, at=NOON - 8 * DAY)
        return stages.Stage.objects.select_related("process").get(pk=stage.pk)

    return make


@pytest.fixture
def stage(make_stage):
    return make_stage()


def address(stage, rest=""):
    return f"/fi/participation/{stage.process.slug}/{stage.slug}/{rest}"


def sample_text(name, part):
    """One of its files."""
    return gzip.decompress((SAMPLES / name / f"{part}.csv.gz").read_bytes()).decode()


def sample(name):
    """A real conversation, published by Polis."""
    return read_polis(sample_text(name, "votes"), sample_text(name, "comments"))


def downloaded(client, stage):
    data = client.get(address(stage, "opinions.zip")).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_resident_answers_card_by_card_and_the_next_one_waits_for_them(stage, client):
    person = PersonFactory()
    client.force_login(person)
    seen = []
    for number in range(3):
        page = client.get(address(stage))
        card = page.context["card"]
        assert client.get(address(stage)).context["card"] == card  # the same one until it is answered
        assert f"Olet vastannut {number}" in page.content.decode()
        seen.append(card.pk)
        value = ("agree", "disagree", "pass")[number]
        answer = client.post(address(stage, "answers/"), {"statement": card.uuid, "value": value})
        assert answer.headers["Location"].endswith("#card")
    assert len(set(seen)) == 3
    assert "Olet vastannut kaikkiin 3 väittämään." in client.get(address(stage)).content.decode()
    assert dict(Reaction.objects.values_list("contribution", "value")) == dict(zip(seen, (1, -1, 0), strict=True))
    first = Contribution.objects.get(pk=seen[0])
    client.post(address(stage, "answers/"), {"statement": first.uuid, "value": "disagree", "from": "answers"})
    assert Reaction.objects.get(contribution=first).value == -1
    client.post(address(stage, "answers/"), {"statement": first.uuid, "value": "", "from": "answers"})
    assert not Reaction.objects.filter(contribution=first).exists()
    page = client.get(address(stage, "answers/")).content.decode()
    assert "Väittämä" in page
    assert first.text not in page


def test_only_what_fits_is_taken_as_an_answer(stage, client, make_process):
    statement = Contribution.objects.first()
    assert client.post(address(stage, "answers/"), {"statement": statement.uuid, "value": "agree"}).status_code == 403
    client.force_login(PersonFactory())
    for sent, status in (
        ({"statement": statement.uuid, "value": "perhaps"}, 422),
        ({"statement": "1", "value": "agree"}, 422),
        ({"statement": uuid.uuid4(), "value": "agree"}, 404),
    ):
        assert client.post(address(stage, "answers/"), sent).status_code == status
    assert not Reaction.objects.exists()
    person = voice(PersonFactory())
    with pytest.raises(StageClosed):
        opinions.answer(statement, 1, voice=person, at=NOON + 4000 * DAY)
    with pytest.raises(IdentificationNeeded):
        opinions.answer(statement, 1, voice=NOBODY, at=NOON)
    hearing = make_process().stages.get()
    comment = contribute(hearing, "comment", said("Kommentti"), voice=NOBODY, at=NOON)
    with pytest.raises(Invalid):
        opinions.answer(comment, 1, voice=person, at=NOON)
    assert client.get(f"/fi/participation/{hearing.process.slug}/{hearing.slug}/map/").status_code == 404


def test_a_statement_waits_for_an_officer_and_has_no_replies(stage, client, officers):
    author = PersonFactory()
    client.force_login(author)
    key = uuid.uuid4()
    form = {"text": "Sähköpotkulaudat pois.", "language": "fi", "key": key}
    for _twice in range(2):
        assert client.post(address(stage, "statements/"), form).status_code == 302
    statement = Contribution.objects.get(key=key)
    assert statement.state == "held"
    assert "odottaa viranhaltijaa" in client.get(address(stage)).content.decode()
    other = PersonFactory()
    with pytest.raises(Invalid):  # nobody sees it yet
        opinions.answer(statement, 1, voice=voice(other), at=NOON)
    for who, problem in ((other, NotAllowed), (officers["oulu"], NotAllowed)):
        with pytest.raises(problem):
            moderating.publish(statement, by=who, at=NOON)
    client.force_login(officers["vantaa"])  # of the other city that takes part
    work = f"/fi/work/participation/{stage.process.slug}/stages/{stage.slug}/statements/"
    assert form["text"] in client.get(work).content.decode()
    assert client.post(work, {"act": "show", "statement": statement.uuid}).status_code == 302
    assert opinions.answer(Contribution.objects.get(key=key), -1, voice=voice(other), at=NOON)
    helsinki = stage.process.owner.organisations.get()
    with pytest.raises(Invalid):
        reply_officially(statement, helsinki, said("Kiitos."), by=officers["helsinki"], at=NOON)
    with pytest.raises(NotInStage):
        contribute(stage, "comment", said("Vastaus"), voice=voice(other), at=NOON)
    withdraw(statement, by=author, at=timezone.now())
    with pytest.raises(Conflict):
        moderating.publish(statement, by=None, at=timezone.now())


def test_the_stage_says_how_statements_are_written(make_stage, client, officers):
    open_stage = make_stage(1, slug="avoin", moderated=False, longest=150)
    person = voice(PersonFactory())
    made = opinions.write_statement(open_stage, said("a" * 150), voice=person, at=NOON)
    assert made.state == "published"
    for text in ("b" * 151, "VÄITTÄMÄ 0.", "  "):
        with pytest.raises(Invalid):
            opinions.write_statement(open_stage, said(text), voice=person, at=NOON)
    client.force_login(person.person)
    sent = {"text": "c" * 151, "language": "fi", "key": uuid.uuid4()}
    page = client.post(address(open_stage, "statements/"), sent)
    assert page.status_code == 422
    assert "c" * 151 in page.content.decode()  # nothing is lost
    silent = make_stage(1, slug="hiljainen", writing=False)
    with pytest.raises(NotInStage):
        opinions.write_statement(silent, said("Oma"), voice=person, at=NOON)
    client.force_login(officers["helsinki"])
    work = f"/fi/work/participation/{silent.process.slug}/stages/{silent.slug}/statements/"
    assert client.post(work, {"texts": "Yksi\n\nKaksi\nYksi", "language": "fi"}).status_code == 302
    assert client.post(work, {"texts": "x" * 201, "language": "fi"}).status_code == 422
    assert client.post(work, {"texts": "Kaksi", "language": "fi"}).status_code == 302
    assert silent.contributions.count() == 3


@pytest.mark.django_db(transaction=True)
def test_eight_answers_at_once_are_one_and_each_person_has_one_number(stage):
    statement, person = Contribution.objects.first(), PersonFactory()
    at_once(lambda: opinions.answer(statement, 1, voice=voice(person), at=NOON), times=4)
    at_once(lambda: opinion_maps.make_map(stage, at=NOON), times=4)
    assert (Reaction.objects.count(), OpinionVoter.objects.count(), OpinionMap.objects.count()) == (1, 1, 1)


def test_few_people_get_what_unites_them_and_are_told_why_there_are_no_groups(stage, client):
    statements = list(Contribution.objects.order_by("pk"))
    for number in range(6):
        who = voice(PersonFactory())
        for place, one in enumerate(statements):
            opinions.answer(one, (1, -1, (-1) ** number)[place], voice=who, at=NOON)
    assert "ei ole vielä valmis" in client.get(address(stage, "map/")).content.decode()
    tasks.make_opinion_map(stage.pk)
    page = client.get(address(stage, "map/")).content.decode()
    assert page.index("Väittämä 0.") < page.index("Ryhmiä ei näytetä")  # what unites comes first
    assert "Tähän mennessä heitä on 6" in page
    view = shown(OpinionMap.objects.get(), {one.pk: "fi" for one in statements})
    assert [one["text"] for one in view["agree"]] == ["Väittämä 0."]
    assert [one["text"] for one in view["disagree"]] == ["Väittämä 1."]
    assert not view["groups"]


def test_the_same_answers_give_the_same_map_and_a_hidden_statement_counts_for_nothing(stage, client):
    statements = list(Contribution.objects.order_by("pk"))
    for number in range(9):
        opinions.answer(statements[number % 3], 1, voice=voice(PersonFactory()), at=NOON)
    one = opinion_maps.make_map(stage, at=NOON)
    again = opinion_maps.make_map(stage, at=NOON + DAY)
    assert (one.pk, one.digest, one.told, bytes(one.files)) == (again.pk, again.digest, again.told, bytes(again.files))
    assert statements[0].text in client.get(address(stage, "map/")).content.decode()
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="make_opinion_map")
    assert not jobs.exists()
    moderating.hide(statements[0], "off_topic", "Ei kuulu tähän.", by=None, at=NOON)
    assert statements[0].text not in client.get(address(stage, "map/")).content.decode()  # at once
    assert jobs.filter(args={"stage_id": stage.pk}).exists()  # and out of the files
    less = opinion_maps.make_map(stage, at=NOON)
    assert less.digest != one.digest
    assert statements[0].text not in json.dumps(less.told, ensure_ascii=False)
    assert statements[0].text.encode() not in less.files


def test_a_statement_is_moderated_like_anything_else(stage, client, officers, mailoutbox):
    author, statement = PersonFactory(), Contribution.objects.order_by("pk")[0]
    mine = opinions.write_statement(stage, said("Kaikki naapurit ovat hölmöjä."), voice=voice(author), at=NOON)
    officer, vantaa = officers["helsinki"], officers["vantaa"]
    client.force_login(officer)
    assert mine.text in client.get("/fi/work/moderation/").content.decode()  # one queue
    work = f"/fi/work/participation/{stage.process.slug}/stages/{stage.slug}/statements/"
    assert client.post(work, {"act": "hide", "statement": mine.uuid}).status_code == 404  # none without a reason
    sent = client.post(f"/fi/work/moderation/{mine.uuid}/hide/", {"ground": "insult", "facts": "Haukkuu naapureita."})
    assert sent.headers["Location"] == work
    mine.refresh_from_db()
    assert (mine.state, mine.text) == ("hidden", "")
    page = client.get(work).content.decode()
    assert "Kaikki naapurit" in page and "Se loukkaa jotakuta" in page
    assert "loukkaa" in client.get("/fi/participation/moderation/").content.decode()  # one log
    hidden = mine.moderations.get()
    client.force_login(author)
    assert f"/moderation/{hidden.uuid}/" in client.get(address(stage, "answers/")).content.decode()
    assert client.post(f"/fi/moderation/{hidden.uuid}/", {"text": "Se oli vitsi."}).status_code == 302
    with pytest.raises(Conflict):  # not around the appeal
        moderating.restore(mine, by=officer, at=timezone.now())
    moderating.decide_appeal(hidden.appeal, True, "Vitsi näkyy.", by=vantaa, at=timezone.now())
    mine.refresh_from_db()
    assert (mine.state, mine.text) == ("published", "Kaikki naapurit ovat hölmöjä.")
    client.force_login(PersonFactory())
    assert client.get(f"/fi/contributions/{mine.uuid}/report/").status_code == 200

    moderating.hide(statement, "off_topic", "Ei kuulu tähän.", by=officer, at=NOON)
    client.force_login(vantaa)
    assert client.post(work, {"act": "show", "statement": statement.uuid}).status_code == 302
    statement.refresh_from_db()
    assert (statement.state, statement.text) == ("published", "Väittämä 0.")
    with pytest.raises(Conflict):
        moderating.restore(statement, by=officer, at=NOON)


@pytest.fixture
def canada(make_stage):
    """A real conversation, brought into an empty stage, with its map."""
    stage, talk = make_stage(0, by_city=False), sample("canadian-electoral-reform")
    polis.bring_votes(stage, talk, language="en", at=NOON)
    opinion_maps.make_map(stage, at=NOON)
    return stage, talk


def test_a_conversation_of_polis_gives_the_same_groups_here_and_goes_out_as_it_came(canada, client):
    stage, talk = canada
    kept, found = OpinionMap.objects.get(), as_values(opinion_map(talk))
    assert kept.told["shown"]
    assert kept.stability == found["stability"] >= 0.7
    for part in ("participants", "explained", "clustered", "silhouette"):
        assert kept.told[part] == found[part]
    assert [one["size"] for one in kept.told["groups"]] == [one["size"] for one in found["groups"]]
    again = polis.bring_votes(stage, talk, language="en", at=NOON)
    assert (again.statements, again.people, again.votes, again.changed, again.same) == (0, 0, 0, 0, kept.votes)
    files = downloaded(client, stage)
    back = read_polis(files["votes.csv"], files["comments.csv"])
    assert (back.people, back.votes.tolist()) == (talk.people, talk.votes.tolist())
    assert as_values(opinion_map(back))["participants"] == kept.told["participants"]
    page = client.get(address(stage, "map/"))
    text = page.content.decode()
    assert "Ryhmä A" in text
    assert text.index("Mikä ihmisiä yhdistää") < text.index("Mielipideryhmät")
    assert kept.digest in text
    assert len(text) < 250_000
    sizes = [group["size"] for group in page.context["shown"]["groups"]]
    drawn = [
        sum(m["count"] for m in page.context["shown"]["drawing"]["marks"] if m["group"] == g + 1)
        for g in range(len(sizes))
    ]
    assert drawn == sizes  # nobody is missing from the drawing


def test_a_page_asks_as_often_for_four_thousand_votes_as_for_none(make_stage, client):
    client.force_login(PersonFactory())
    counts = []
    for slug in ("pieni", "suuri"):
        stage = make_stage(1, slug=slug, by_city=False)
        if slug == "suuri":
            polis.bring_votes(stage, sample("scoop-hivemind.freshwater"), language="en", at=NOON)
        opinion_maps.make_map(stage, at=NOON)
        for rest in ("", "map/", "answers/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address(stage, rest)).status_code == 200
            counts.append(len(asked))
    assert counts[:3] == counts[3:]


def test_the_command_brings_a_folder_in_twice_without_a_change(cities, tmp_path, capsys):
    for part in ("votes", "comments"):
        (tmp_path / f"{part}.csv").write_text(sample_text("scoop-hivemind.freshwater", part), encoding="utf-8")
    (tmp_path / "summary.csv").write_text('topic,"Fresh water"\n', encoding="utf-8")
    command = ["participation", "import", "polis", str(tmp_path), "--city", "helsinki", "--language", "en"]
    told = []
    for _twice in range(2):
        assert not console.main(command)
        told.append(json.loads(capsys.readouterr().out))
    first, second = told
    assert first["people"] == 117
    assert (first["votes"], first["changed"]) == (BroughtVote.objects.count(), 0)
    assert (second["statements"], second["people"], second["votes"], second["changed"]) == (0, 0, 0, 0)
    assert second["map"] == first["map"]
    assert Process.objects.get().title.localize("en") == "Fresh water"
    hidden = Contribution.objects.filter(state="hidden").count()
    assert hidden == sum(one.out for one in sample("scoop-hivemind.freshwater").statements)
    (tmp_path / "votes.csv").write_text("comment-id,voter-id,vote\n1,1,7\n", encoding="utf-8")
    assert console.main(command) == 1
    assert "votes.csv, line 2" in capsys.readouterr().err


def test_copies_and_rushes_are_shown_with_and_without_and_nobody_is_dropped(make_stage, client):
    stage = make_stage(0, by_city=False)
    statements = [Statement(str(number), f"Statement {number}") for number in range(12)]
    votes = [
        (str(person), str(number), 1 if (person * 2654435761 >> number) & 1 else -1)  # nobody like another
        for person in range(1, 31)
        for number in range(12)
    ]
    votes += [(str(100 + copy), str(number), -1) for copy in range(9) for number in range(12)]
    polis.bring_votes(stage, Conversation.of(statements, votes), language="en", at=NOON)
    made = opinion_maps.make_map(stage, at=NOON)
    assert {"reason": "same", "findings": 1, "people": 9} in made.told["flagged"]
    copies = made.told["flagged"][0]["people"] - made.told["flagged"][0]["findings"]
    assert made.told["people"] == 39
    assert made.told["without"]["people"] == 39 - copies
    page = client.get(address(stage, "map/")).content.decode()
    assert "Ketään ei ole jätetty pois" in page
    assert "Ilman merkittyjä" in page
    began = {f"slow{number}": NOON + timedelta(hours=number) for number in range(20)}
    assert bursts(began) == []
    began |= {f"fast{number}": NOON + timedelta(days=3, seconds=number) for number in range(10)}
    assert [len(people) for people in bursts(began)] == [10]


def test_a_city_s_small_numbers_aren_t_told(stage, cities, client):
    statement = Contribution.objects.order_by("pk").first()
    for number in range(20):
        who = voice(PersonFactory())
        city = cities["helsinki"] if number < 12 else cities["vantaa"] if number < 15 else None
        opinions.tell_city(stage, city, voice=who, at=NOON)
        opinions.answer(statement, 1, voice=who, at=NOON)
    with pytest.raises(Invalid):
        opinions.tell_city(stage, cities["oulu"], voice=voice(PersonFactory()), at=NOON)
    made = opinion_maps.make_map(stage, at=NOON)
    told = made.told["by_city"][0]["cities"]
    assert told["vantaa"][0] is None  # three people
    assert [counts[0] for counts in told.values()].count(None) >= 2  # or the sum would tell
    assert "–</td>" in client.get(address(stage, "map/")).content.decode()
    everybody = voice(PersonFactory())
    client.force_login(everybody.person)
    assert client.post(address(stage, "city/"), {"city": "helsinki"}).status_code == 302
    assert OpinionVoter.objects.get(person=everybody.person).city == cities["helsinki"]


def test_what_is_published_has_numbers_instead_of_people_and_no_times(stage, client):
    office = OrganisationFactory(slug="office", kind="public", city=None)
    office.roles.create(person=PersonFactory(), role="office")
    author = PersonFactory(name="Aino Virtanen")
    made = opinions.write_statement(
        stage, said("Soita 040 123 4567 tai aino@example.org."), voice=voice(author), at=NOON
    )
    made = moderating.publish(made, by=None, at=NOON).contribution
    people = [PersonFactory() for _ in range(4)]
    for person in people:
        opinions.answer(made, 1, voice=voice(person), at=NOON)
    opinion_maps.make_map(stage, at=NOON)
    tables = {table.slug: list(table.released()) for table in PUBLISHED.tables()}
    votes, statements = tables["participation-statement-votes"], tables["participation-statements"]
    assert [(row["comment_id"], row["vote"]) for row in votes] == [(made.pk, 1)] * 4
    assert not {row["voter_id"] for row in votes} & {person.pk for person in people}
    assert {row["comment_id"]: row["comment_body"] for row in statements}[made.pk] is None
    files = downloaded(client, stage)
    rows = list(csv.DictReader(io.StringIO(files["votes.csv"])))
    assert {row["timestamp"] for row in rows} == {""}
    assert {row["author-id"] for row in csv.DictReader(io.StringIO(files["comments.csv"]))} == {""}
    assert {row["voter-id"] for row in rows} == {str(row["voter_id"]) for row in votes}
    copy = personal.exported(people[0])["opinion_maps"]
    assert copy[0]["number"] in {row["voter_id"] for row in votes}
    people[0].delete()
    assert opinion_maps.make_map(stage, at=NOON).people == 3
