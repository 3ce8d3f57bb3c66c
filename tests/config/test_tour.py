"""The tour says what it waited for in vain, and hangs nowhere."""

import pytest

from kuutio.config import jobs
from kuutio.config.touring.story import Story
from kuutio.core.problems import Conflict


@pytest.mark.django_db
def test_without_a_worker_it_waits_for_nothing():
    with pytest.raises(Conflict, match="No worker is alive to do this: the words are learnt"):
        Story("http://localhost").wait("the words are learnt", lambda: False)


def test_what_does_not_come_is_told(monkeypatch):
    monkeypatch.setattr(jobs, "a_worker_lives", lambda: True)
    with pytest.raises(Conflict, match="waited 0 seconds for this, in vain: the words are learnt"):
        Story("http://localhost").wait("the words are learnt", lambda: False, seconds=0)


def test_a_site_that_does_not_answer_is_told():
    with (
        Story("http://127.0.0.1:1").visit() as visitor,
        pytest.raises(Conflict, match="Nothing answers at http"),
    ):
        visitor.get("/fi/")
