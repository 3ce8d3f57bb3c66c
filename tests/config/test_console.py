"""The command line: one language, exit codes, nothing but JSON on stdout."""

from contextlib import nullcontext

import pytest
from django.utils import translation

from kuutio.config import console, database, installation
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db


def test_a_refusal_is_said_in_the_language_of_the_command_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(database, "database", nullcontext)
    monkeypatch.setattr(installation, "migrate", lambda: None)
    CityFactory(code="oulu")
    file = tmp_path / "a.csv"
    file.write_text("a;b\n1;2\n")
    with translation.override("fi"):
        assert console.main(["load", str(file), "--city", "Nowhere", "--dataset", "x", "--json"]) == 1
        assert translation.get_language() == "fi"
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "kuutio: There is no city Nowhere here. These are: oulu.\n"
