"""Later work of the search."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(queue="search", queueing_lock="learn-words", lock="learn-words", retry=RetryStrategy(max_attempts=5, wait=5))
def learn_words() -> None:
    """Analyse the words that wait."""
    from kuutio.search.learning import learn  # loads the analyser when it is used

    learn()
