"""Later work of the programme; each task may run twice."""

from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="41 0 * * *")
@app.task(queue="house", queueing_lock="measure-promises")
def measure_promises(timestamp: int) -> None:
    """Compute the figures of all promises, each in a job of its own: one that fails holds up no other."""
    from kuutio.programme import evidence

    for one in evidence.declared():
        measure_promise.defer(key=one.key)


@app.task(queue="house", retry=_AGAIN)
def measure_promise(key: str) -> None:
    """Compute one figure."""
    from django.utils import timezone

    from kuutio.core.problems import NotFound
    from kuutio.programme.actions import measuring

    with suppress(NotFound):  # no longer declared: there is nothing to compute
        measuring.measure_all(at=timezone.now(), keys=[key])
