"""Hearings come in from Kerrokantasi with their comments, once each, and what can't come is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from kuutio.config import console
from kuutio.config.commands import participation
from kuutio.config.environment import ROOT
from kuutio.core.problems import Invalid
from kuutio.participation import kerrokantasi, shapes
from kuutio.participation.actions.importing import bring_hearing
from kuutio.participation.models import Contribution, Process
from tests.participation.conftest import NOON

FILE = ROOT / "tests" / "data" / "participation" / "kerrokantasi.json"


@pytest.fixture
def hearing():
    (found,) = kerrokantasi.read(FILE.read_text("utf-8"))
    return found


def test_a_hearing_becomes_a_process_with_its_comments(hearing, cities):
    told = bring_hearing(hearing, cities["helsinki"], at=NOON)
    assert (told.state, told.sections, told.polls, told.comments, told.replies) == ("published", 3, 1, 3, 1)
    assert told.left_out == {"deleted or moderated": 1, "stage-closed": 1}
    assert told.lost == {"votes": 7, "poll answers": 12}
    process = Process.objects.get(slug="helsinki-rantaraitti")
    stage = process.stages.get()
    assert (stage.identification, stage.settings["map"]) == ("registered", "all")
    assert [section.kind for section in process.sections.all()] == ["main", "alternative", "closure"]
    text = process.sections.first().text.localize("fi")
    assert "**rannassa**" in text
    assert "- leveys 4 m" in text
    assert "[Lisää](https://www.hel.fi)" in text
    assert "alert" not in text
    assert "javascript" not in text
    lights = Contribution.objects.get(signature="Meri")
    assert lights.text == "Valot\n\nValoja lisää!"
    assert (shapes.kind_of(lights.geometry), lights.place) == ("line", "Sillan kohdalla")
    assert lights.replies.get().organisation == cities["helsinki"].organisations.get()


def test_brought_again_it_is_there_once(hearing, cities):
    bring_hearing(hearing, cities["helsinki"], at=NOON)
    again = bring_hearing(hearing, cities["helsinki"], at=NOON)
    assert (again.comments, again.replies, again.left_out["here already"]) == (0, 0, 4)
    assert (Process.objects.count(), Contribution.objects.count()) == (1, 4)


def test_a_hearing_in_too_few_languages_waits_as_a_draft(cities):
    told = json.loads(FILE.read_text("utf-8"))
    told["title"] = {"fi": "Vain suomeksi"}
    (hearing,) = kerrokantasi.read(json.dumps([told]))
    made = bring_hearing(hearing, cities["helsinki"], at=NOON)
    assert (made.state, made.comments) == ("draft", 0)
    assert made.left_out == {"process is draft": 6}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "[1]",
        "{",
        '{"results": []}',
        '{"title": "x"}',
        '{"title": "x", "open_at": "2026-01-02T00:00:00Z", "close_at": "2026-01-01T00:00:00Z", "sections": []}',
        '{"title": "x", "open_at": "2026-01-01", "close_at": "2026-01-02", "sections": []}',
        "[" * 100_000,
    ],
)
def test_what_is_no_hearing_is_refused(wrong):
    with pytest.raises(kerrokantasi.NotKerrokantasi):
        kerrokantasi.read(wrong)


def test_comments_that_answer_each_other_in_a_circle_are_read_to_the_end():
    told = json.loads(FILE.read_text("utf-8"))
    told["comments"] = [{"id": 1, "comment": 2, "content": "a"}, {"id": 2, "comment": 1, "content": "b"}]
    (hearing,) = kerrokantasi.read(json.dumps(told))
    assert len(hearing.comments) <= 2


def test_hearings_are_asked_for_page_by_page_and_comments_too(cities, settings):
    told = json.loads(FILE.read_text("utf-8"))
    hearing = told[0] if isinstance(told, list) else told.get("results", [told])[0]
    comments = hearing["comments"]["results"] if isinstance(hearing["comments"], dict) else hearing["comments"]
    detail = {name: value for name, value in hearing.items() if name != "comments"}
    detail["sections"][0] = detail["sections"][0] | {"files": [{"id": 1}], "images": [{"id": 2}]}
    number, asked = detail["id"], []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            site = f"http://127.0.0.1:{self.server.server_port}"
            first = {"results": [{"id": number}], "next": None}
            body = {
                "/v1/hearing/": {"results": [], "next": f"{site}/v1/hearing/?page=2"},
                "/v1/hearing/?page=2": first,
                f"/v1/hearing/{number}/": detail,
                f"/v1/comment/?hearing={number}&limit=100": {"results": comments[:2], "next": "/v1/comment/?offset=2"},
                "/v1/comment/?offset=2": {"results": comments[2:], "next": None},
                "/v1/hearing/?away": {"results": [], "next": "http://127.0.0.2/v1/hearing/"},
            }.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *words):
            pass

    settings.FETCH_ALLOW = ["127.0.0.0/8"]
    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        (found,) = kerrokantasi.read(participation.asked(f"{site}/hearing/"))
        assert asked[:2] == ["/v1/hearing/", "/v1/hearing/?page=2"] and len(asked) == 5
        with pytest.raises(Invalid, match="another host"):
            participation.asked(f"{site}/hearing/?away")
    finally:
        server.shutdown()
        server.server_close()
    brought = bring_hearing(found, cities["helsinki"], at=NOON)
    assert (brought.comments, brought.replies, brought.lost["files"]) == (3, 1, 2)


def test_the_command_is_there():
    assert "participation" in console.COMMANDS
