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
