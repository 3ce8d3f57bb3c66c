"""What is made of real mail agrees with what a person who read it wrote down."""

import json
from pathlib import Path
from typing import Any

import pytest

from kuutio.config import console
from tests.contact.mail.messages import DATA, REAL, name_of

EXPECTED: dict[str, dict[str, Any]] = json.loads((DATA / "expected.json").read_text("utf-8"))
KEYS = ["file", "cls", "subject", "text", "reply_text", "send_ack", "reopen", "bounced", "attachments"]


def parsed(capsys: pytest.CaptureFixture[str], *files: Path) -> tuple[int, list[dict[str, Any]], str]:
    """Status, lines and complaints of `./kuutio parse-mail`."""
    status = console.main(["parse-mail", *map(str, files)])
    said = capsys.readouterr()
    return status, [json.loads(line) for line in said.out.split("\n") if line], said.err


@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_a_real_message_is_what_a_reader_says(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = EXPECTED[f"{path.parent.name}/{path.name}"]
    status, (line,), complaints = parsed(capsys, path)
    assert (status, complaints) == (0, "")
    assert {key: line[key] for key in ("cls", "send_ack", "reopen", "bounced")} == {
        key: expected[key] for key in ("cls", "send_ack", "reopen", "bounced")
    }
    assert line["reply_text"].split("\n") == expected["reply"]
    assert [[one["name"], one["type"], one["size"]] for one in line["attachments"]] == expected["attachments"]


def test_every_message_has_its_line_and_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, _ = parsed(capsys, *REAL)
    assert status == 0
    assert [line["file"] for line in lines] == [str(path) for path in REAL]
    assert all(list(line) == KEYS for line in lines)
    assert set(EXPECTED) == {f"{path.parent.name}/{path.name}" for path in REAL}


def test_a_file_that_cannot_be_read_stops_no_other(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, lines, complaints = parsed(capsys, tmp_path / "none.eml", tmp_path, REAL[0])
    assert status == 1
    assert [line["file"] for line in lines] == [str(REAL[0])]
    assert complaints.count("\n") == 2
    assert "none.eml" in complaints
