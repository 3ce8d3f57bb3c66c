"""A hearing at its pages: places, paragraphs, polls, documents, official replies, the report."""

import json
import re
import uuid
from datetime import timedelta
from io import BytesIO

import docx
import openpyxl
import pptx
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kuutio.core.problems import Invalid
from kuutio.participation import corners, keeping, shapes
from kuutio.participation.actions import documents, polling, stages
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.models import Contribution, PollAnswer
from kuutio.participation.pages import hearing
from kuutio.participation.paragraphs import paragraphs_of, quote_of
from kuutio.participation.problems import HasContributions, StageClosed
from kuutio.participation.voices import NOBODY, Level, Voice
from tests.factories import PersonFactory
from tests.participation.conftest import DAY, NOON, three
from tests.races import at_once


@pytest.fixture
def open_now(make_process):
    """A hearing that is open at this very moment, with a map."""
    return make_process(at=timezone.now(), map="all").stages.get()


def address(stage, more=""):
    return f"/fi/participation/{stage.process.slug}/{stage.slug}/{more}"


def sent(**more):
    return {
        "text": "Kaide puuttuu.",
        "language": "fi",
        "key": str(uuid.uuid4()),
        "shape": "point",
        "website": "",
    } | more


def test_a_comment_with_a_place_comes_without_script(open_now, client):
    section = open_now.process.sections.first()
    told = sent(about=f"{section.pk}-2", shape="line", corners="60.1985, 24.9785\n60,1990 24,9800", place="Mäki")
    response = client.post(address(open_now, "comments/"), told)
    row = Contribution.objects.get()
    assert response.headers["Location"].endswith(f"#c-{row.uuid}")
    assert (row.section, row.paragraph, row.quote) == (section, 2, "Toinen kappale (fi)")
    assert shapes.geometry_of(row.geometry)["coordinates"] == [[24.9785, 60.1985], [24.98, 60.199]]
    page = client.get(address(open_now)).content.decode()
    assert "Toinen kappale (fi)”" in page
    assert "Mäki" in page
    places = json.loads(client.get(address(open_now, "places.geojson")).content)
    assert [place["geometry"]["type"] for place in places["features"]] == ["LineString"]


@pytest.mark.parametrize(
    ("shape", "written"),
    [("point", "60.1 24.9\n60.2 24.9"), ("line", "60.1 24.9"), ("area", "60.1 24.9\n60.2 24.9"), ("point", "tuolla"),
     ("point", "0.0, 0.0"), ("area", "60.1 24.9\n60.2 25.0\n60.1 25.0\n60.2 24.9")],
)  # fmt: skip
def test_a_place_that_is_none_is_told_and_the_text_stays(open_now, client, shape, written):
    response = client.post(address(open_now, "comments/"), sent(shape=shape, corners=written))
    assert response.status_code == 422
    assert "Kaide puuttuu." in response.content.decode()
    assert not Contribution.objects.exists()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(20, 31), st.floats(60, 70)), min_size=1, max_size=1), st.booleans())
def test_a_point_is_read_in_either_order(places, turned):
    ((lon, lat),) = places
    lon, lat = round(lon, 5), round(lat, 5)
    text = f"{lon}, {lat}" if turned else f"{lat}, {lon}"
    # What fits Finland only when it is turned is turned.
    assert shapes.geometry_of(corners.read("point", text))["coordinates"] == [lon, lat]


def test_paragraphs_are_what_empty_lines_part():
    assert paragraphs_of("Yksi\nsama.\n\n \n## Otsikko\n\n- a\n- b") == ["Yksi\nsama.", "## Otsikko", "- a\n- b"]
    assert quote_of("**Pitkä** " + "sana " * 60).endswith("…")
    assert len(quote_of("sana " * 60)) <= 121


def test_a_stranger_who_writes_without_end_is_held_back(open_now, client):
    statuses = [client.post(address(open_now, "comments/"), sent()).status_code for _each in range(21)]
    assert statuses[:20] == [302] * 20
    assert statuses[20] == 429


def test_programs_that_fill_in_everything_are_refused(open_now, client):
    assert client.post(address(open_now, "comments/"), sent(website="https://spam.example")).status_code == 422


def ask(section, *, several=False):
    return polling.ask(
        section, question=three("Mikä?"), options=[three("Valot"), three("Penkit")], several=several, by=None, at=NOON
    )


def test_each_person_s_last_answer_to_a_poll_counts(stage):
    poll = ask(stage.process.sections.first())
    lights, benches = poll.options.all()
    person = Voice(PersonFactory(), Level.REGISTERED)
    for chosen in (lights, benches):
        polling.answer(poll, [chosen], key=uuid.uuid4(), voice=person, at=NOON)
    key = uuid.uuid4()
    for _twice in range(2):
        polling.answer(poll, [lights], key=key, voice=NOBODY, at=NOON)
    assert PollAnswer.objects.count() == 2
    assert (lights.answers.count(), benches.answers.count()) == (1, 1)
    for wrong in ([], [lights, benches]):
        with pytest.raises(Invalid):
            polling.answer(poll, wrong, key=uuid.uuid4(), voice=NOBODY, at=NOON)
    with pytest.raises(StageClosed):
        polling.answer(poll, [lights], key=uuid.uuid4(), voice=NOBODY, at=stage.closes_at)
    with pytest.raises(HasContributions):
        polling.remove_poll(poll, by=None, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_eight_answers_of_one_person_at_once_are_one(stage):
    poll = ask(stage.process.sections.first(), several=True)
    person = PersonFactory()
    options = list(poll.options.all())
    at_once(
        lambda: polling.answer(poll, options, key=uuid.uuid4(), voice=Voice(person, Level.REGISTERED), at=NOON), times=8
    )
    assert PollAnswer.objects.count() == 1


def test_the_result_of_a_poll_is_shown_when_the_stage_is_over(make_process, client):
    now = timezone.now()
    for slug, at, seen in (("auki", now, False), ("ohi", now - 6 * DAY, True)):
        stage = make_process(slug=slug, at=at).stages.get()
        poll = ask(stage.process.sections.first())
        polling.answer(poll, [poll.options.first()], key=uuid.uuid4(), voice=NOBODY, at=at)
        page = client.get(address(stage)).content.decode()
        assert ("Valot (fi): 1 (100 %)" in page) is seen
        assert ('name="options"' in page) is not seen


def test_a_section_with_an_answered_poll_stays(stage, officers, client):
    section = stage.sections.first()
    poll = polling.ask(
        section, question=three("Valot?"), options=[three("Kyllä"), three("Ei")], several=False, by=None, at=NOON
    )
    polling.answer(poll, [poll.options.first()], key=uuid.uuid4(), voice=NOBODY, at=NOON)
    with pytest.raises(HasContributions):
        stages.remove_section(section, by=officers["helsinki"], at=NOON)
    with pytest.raises(HasContributions):
        stages.remove_stage(stage, by=officers["helsinki"], at=NOON)


def test_older_comments_have_a_page_and_each_is_found_by_its_address(open_now, client, monkeypatch):
    monkeypatch.setattr(hearing, "MOST", 3)
    at, made = timezone.now(), []
    for number in range(7):
        said = Said(text=f"Kommentti {number}.", language="fi", key=uuid.uuid4())
        made.append(contribute(open_now, "comment", said, voice=NOBODY, at=at + number * timedelta(seconds=1)))
    answer = Said(text="Vastaus ensimmäiseen.", language="fi", key=uuid.uuid4(), parent=made[0])
    contribute(open_now, "comment", answer, voice=NOBODY, at=at + timedelta(seconds=9))
    page, seen = f"/fi/participation/{open_now.process.slug}/{open_now.slug}/", []
    query = ""
    while True:
        found = client.get(page + query).content.decode()
        seen.append([number for number in range(7) if f"Kommentti {number}." in found])
        assert "8 kommenttia" in found
        following = re.search(r'href="(\?from=[^"]+)"[^>]*rel="next', found)
        if following is None:
            break
        query = following[1]
    assert seen == [[4, 5, 6], [1, 2, 3], [0]] and "Vastaus ensimmäiseen." in found
    assert client.get(f"/fi/contributions/{made[6].uuid}/")["Location"] == f"{page}#c-{made[6].uuid}"
    old = client.get(f"/fi/contributions/{made[0].uuid}/")["Location"]
    assert "Kommentti 0." in client.get(old).content.decode()
    assert client.get(f"{page}?from=x").status_code == 200


def test_a_document_is_given_out_so_that_no_page_can_run_it(open_now, client, make_process):
    section = open_now.process.sections.first()
    page = b"<html><script>alert(1)</script></html>"
    with pytest.raises(Invalid):
        documents.add_document(section, page, "plan.pdf", title=three("Sivu"), by=None, at=NOON)
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "salaisuus"
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=exif)
    picture = documents.add_document(section, out.getvalue(), "../../kuva.jpg", title=three("Kuva"), by=None, at=NOON)
    assert picture.name == "kuva.jpg"
    assert b"salaisuus" not in keeping.bytes_of(picture.sha256)
    paper = documents.add_document(section, b"%PDF-1.7\n...", "plan.pdf", title=three("Plan"), by=None, at=NOON)
    for row, kind in ((picture, "image/jpeg"), (paper, "application/pdf")):
        answer = client.get(f"/fi/participation/documents/{row.uuid}/")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    draft = make_process(publish=False, slug="luonnos").sections.first()
    hidden = documents.add_document(draft, b"%PDF-1.7\n", "s.pdf", title=three("Salainen"), by=None, at=NOON)
    assert client.get(f"/fi/participation/documents/{hidden.uuid}/").status_code == 404


def test_the_report_holds_what_the_page_shows_in_three_shapes(open_now, client, officers):
    section, at = open_now.process.sections.first(), timezone.now()
    poll = ask(section)
    polling.answer(poll, [poll.options.first()], key=uuid.uuid4(), voice=NOBODY, at=at)
    evil = '=HYPERLINK("https://example.org")\x0b'
    for text, state in (("Ensimmäinen kommentti", "published"), (evil, "published"), ("Piilotettu", "hidden")):
        said = Said(text=text, language="fi", key=uuid.uuid4(), section=section, place="Mäki")
        row = contribute(open_now, "comment", said, voice=NOBODY, at=at)
        Contribution.objects.filter(pk=row.pk).update(state=state)
    url = f"/fi/work/participation/{open_now.process.slug}/stages/hearing/report."
    client.force_login(officers["helsinki"])
    files = {form: client.get(f"{url}{form}").content for form in ("xlsx", "docx", "pptx")}
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    words = {
        "xlsx": "\n".join(str(cell.value) for cell in cells),
        "docx": "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(files["docx"])).paragraphs),
        "pptx": "\n".join(
            shape.text_frame.text
            for slide in pptx.Presentation(BytesIO(files["pptx"])).slides
            for shape in slide.shapes
            if shape.has_text_frame
        ),
    }
    for form, text in words.items():
        assert "Ensimmäinen kommentti" in text, form
        assert "Mäki" in text, form
        assert "Mikä? (fi)" in text, form
        assert "Piilotettu" not in text, form
    assert all(cell.data_type != "f" for cell in cells), "a comment became a formula"
    client.force_login(officers["oulu"])
    assert client.get(f"{url}xlsx").status_code == 404
