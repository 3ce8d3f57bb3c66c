"""Later work of the programme; each task may run twice."""

from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="programme-calls")
def tend_calls(timestamp: int) -> None:
    """What the clock does with calls: opens them, takes what came by a cut-off day, closes them."""
    from django.utils import timezone

    from kuutio.programme.actions import calls  # actions import the tasks

    calls.tend(at=timezone.now())


@app.task(queue="house", retry=_AGAIN)
def write_call_letters(kind: str, pk: int) -> None:
    """The letters about one thing that has happened: one task for each reader."""
    from kuutio.programme import call_letters

    for person in call_letters.readers_of(kind, pk):
        write_call_letter.defer(kind=kind, pk=pk, person_id=person)


@app.task(queue="house", retry=_AGAIN)
def write_call_letter(kind: str, pk: int, person_id: int | None) -> None:
    """One letter to one reader."""
    from kuutio.programme import call_letters

    call_letters.write(kind, pk, person_id)


@app.periodic(cron="5 0 * * *")
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
