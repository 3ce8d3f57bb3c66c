"""All tests need a browser: without one they fail, and say so."""

import argparse
import subprocess

import pytest

from kuutio.config.commands import checking, testing


def test_without_a_browser_nothing_is_skipped_and_nothing_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_command: object, **_more: object) -> None:
        raise AssertionError("no test may run")

    monkeypatch.setattr(checking, "begin", dict)
    monkeypatch.setattr(checking, "tell", lambda checks: len(checks))
    monkeypatch.setattr(testing, "browser", lambda: None)
    monkeypatch.setattr(testing, "_template", lambda env: None)
    monkeypatch.setattr(subprocess, "run", never)
    assert testing.run(argparse.Namespace(rest=[])) == 1
    assert "no browser for the journeys" in capsys.readouterr().err
