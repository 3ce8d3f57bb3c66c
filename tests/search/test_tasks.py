"""Learning words gets over a moment's trouble by itself."""

import pytest
from django.db import OperationalError

from kuutio.search import learning, tasks


@pytest.mark.parametrize(("troubles", "gives_up"), [(2, False), (4, True)])
def test_a_deadlock_is_waited_for(monkeypatch, troubles, gives_up):
    tried, waited = [], []
    monkeypatch.setattr(tasks.time, "sleep", waited.append)

    def learn() -> int:
        tried.append(len(tried))
        if len(tried) <= troubles:
            raise OperationalError("deadlock detected")
        return 0

    monkeypatch.setattr(learning, "learn", learn)
    if gives_up:
        with pytest.raises(OperationalError):
            tasks.learn_words.func()
    else:
        tasks.learn_words.func()
    assert waited == [1, 5, 20][:troubles]
