"""Later work of choosing; each task takes ids and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(queue="house", retry=_AGAIN)
def send_letter(letter_id: int) -> None:
    """One decision to its candidate."""
    from django.utils import timezone

    from kuutio.selection.actions import letters
    from kuutio.selection.models import Letter

    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is not None:
        letters.send_letter(letter, at=timezone.now())


@app.periodic(cron="20 5 * * *")
@app.task(queue="house", queueing_lock="selection-reminders")
def remind_reviewers(timestamp: int) -> None:
    """Queue the reminders to reviewers whose day for one has come."""
    from django.utils import timezone

    from kuutio.selection.actions import reminding

    reminding.remind_all(at=timezone.now())


@app.task(queue="house", retry=_AGAIN)
def send_reminder(reviewer_id: int) -> None:
    """One reminder to one reviewer."""
    from django.utils import timezone

    from kuutio.selection.actions import reminding
    from kuutio.selection.models import Reviewer

    reviewer = Reviewer.objects.select_related("round", "person").filter(pk=reviewer_id).first()
    if reviewer is not None:
        reminding.send_reminder(reviewer, at=timezone.now())
