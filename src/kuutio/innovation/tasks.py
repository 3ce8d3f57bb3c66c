"""Later work of trials; each task takes ids and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="innovation-challenges")
def close_challenges(timestamp: int) -> None:
    """End the time for answers of the challenges whose last moment is past."""
    from django.utils import timezone

    from kuutio.innovation.actions import challenges

    challenges.close_due(at=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(queue="house", queueing_lock="innovation-reminders")
def remind_of_drafts(timestamp: int) -> None:
    """Remind those whose answer isn't sent that the time runs out."""
    from django.utils import timezone

    from kuutio.innovation.actions import answering

    answering.remind_of_drafts(at=timezone.now())


@app.task(queue="house", retry=_AGAIN)
def write_letter(kind: str, pk: int) -> None:
    """One letter."""
    from kuutio.innovation import letters

    letters.write(kind, pk)
