"""What the web server gets of an answer: the whole at once where it is there already, else piece by piece."""

from typing import Any

import pytest
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from kuutio.opendata import watching
from kuutio.opendata.engine import duck
from tests.opendata.bringing import bring


@pytest.fixture(autouse=True)
def own_connection(db):
    """The connection of the test, in which its rows are, isn't put away where a request begins."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


def _asked(monkeypatch, address: str) -> tuple[str, Any]:
    from kuutio.config import wsgi

    # Both would outlive the test in its process.
    monkeypatch.setattr(watching.watch, "start", lambda: None)
    monkeypatch.setattr(duck, "read_apart", lambda: None)
    statuses: list[str] = []
    answer = wsgi.application(RequestFactory().get(address).environ, lambda status, _headers: statuses.append(status))
    return statuses[0], answer


def test_a_page_of_rows_is_given_at_once(monkeypatch):
    bring("id,name\n1,Koivu\n", what="trees")
    status, answer = _asked(monkeypatch, "/api/ogc/collections/helsinki-trees/items")
    assert status == "200 OK"
    assert isinstance(answer, list)
    assert b'"numberMatched":1' in b"".join(answer)


def test_a_download_is_given_piece_by_piece(monkeypatch):
    bring("id,name\n1,Koivu\n", what="trees")
    status, answer = _asked(monkeypatch, "/data/helsinki-trees.csv?properties=name")
    assert status == "200 OK"
    assert not isinstance(answer, list)
    assert b"Koivu" in b"".join(answer)
    answer.close()
