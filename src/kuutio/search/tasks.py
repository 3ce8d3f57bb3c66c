"""Later work of the search."""

import time

from procrastinate.contrib.django import app

_PAUSES_S = (1, 5, 20)


@app.task(queue="search", queueing_lock="learn-words", lock="learn-words")
def learn_words() -> None:
    """Analyse the words that wait.

    What stands in its way for a moment, such as a deadlock, is waited for here: the queue can't put the job back while the next
    one waits already, and would leave it half done.
    """
    from django.db import OperationalError

    from kuutio.search.learning import learn  # loads the analyser when it is used

    for pause in _PAUSES_S:
        try:
            learn()
        except OperationalError:
            time.sleep(pause)
        else:
            return
    learn()
