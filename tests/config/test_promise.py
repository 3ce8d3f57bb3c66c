import io
import json
from pathlib import Path

import pytest

from kuutio.config.console import main


@pytest.fixture
def promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def ask(content: object) -> tuple[int, str, str]:
        file = tmp_path / "promises.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        status = main(["promise", str(file)])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return ask


def test_promises_get_their_due_times_and_keep_the_rest(promise):
    asked = [
        {"start": "2026-12-23T15:00:00+02:00", "business_minutes": 120, "paused": [], "id": "a", "note": {"ä": [1.5]}},
        {"start": "2026-06-18T12:30:00Z", "business_minutes": 60},
        {
            "start": "2026-11-30T08:00:00",
            "business_minutes": 60,
            "paused": [["2026-11-30T08:30:00", "2026-11-30T10:00"]],
        },
        {"start": "2026-11-30T08:00:00+02:00", "business_minutes": 60, "paused": [["2026-11-30T08:30:00+02:00", None]]},
        {"start": "2026-11-28T08:00:00+02:00", "business_minutes": 0, "paused": None},
    ]
    status, out, err = promise(asked)
    assert (status, err) == (0, "")
    answered = json.loads(out)
    assert [one.pop("due") for one in answered] == [
        "2026-12-28T09:00:00+02:00",
        "2026-06-22T08:30:00+03:00",
        "2026-11-30T10:30:00+02:00",
        None,
        "2026-11-28T08:00:00+02:00",
    ]
    assert answered == asked


def test_promises_come_from_stdin_too(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO('[{"start": "2026-11-30T09:00+02:00", "business_minutes": 1}]'))
    assert main(["promise", "-"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["due"] == "2026-11-30T09:01:00+02:00"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"business_minutes": 5}, 'no "start"'),
        ({"start": "2026-11-30T09:00Z"}, 'no "business_minutes"'),
        ({"start": "yesterday", "business_minutes": 5}, '"start" holds "yesterday"'),
        ({"start": 5, "business_minutes": 5}, '"start" holds 5'),
        ({"start": "2026-11-30T09:00Z", "business_minutes": "5"}, "must be a number"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": True}, "must be a number"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": -1}, "must be a number"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": 10**400}, "years ahead"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": 1e308}, "years ahead"),
        ({"start": "0001-01-01T00:00Z", "business_minutes": 5}, "that far"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": 5, "paused": [["2026-11-30T09:00Z"]]}, "[from, to]"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": 5, "paused": {"from": 1}}, "[from, to]"),
        ({"start": "2026-11-30T09:00Z", "business_minutes": 5, "paused": [[None, None]]}, '"paused" holds null'),
        (
            {
                "start": "2026-11-30T09:00Z",
                "business_minutes": 5,
                "paused": [["2026-11-30T09:00Z", "2026-11-29T09:00Z"]],
            },
            "before it begins",
        ),
        (17, "must be an object"),
    ],
)
def test_a_wrong_item_is_named(promise, item, said):
    good = {"start": "2026-11-30T09:00:00+02:00", "business_minutes": 5}
    status, out, err = promise([good, good, item])
    assert (status, out) == (1, "")
    assert "item 3" in err and said in err and "item 1" not in err


@pytest.mark.parametrize("content", ["", "{", '{"start": 1}', "[NaN]", '"text"', "[" * 100_000])
def test_what_is_no_list_is_refused(promise, content):
    status, out, err = promise(content)
    assert (status, out) == (1, "") and err.startswith("kuutio: ")


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    assert main(["promise", str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
    (tmp_path / "latin.json").write_bytes(b'["\xe4"]')
    assert main(["promise", str(tmp_path / "latin.json")]) == 1
    assert "UTF-8" in capsys.readouterr().err
