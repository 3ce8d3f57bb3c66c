"""Later work of participation; each task takes ids and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="house", queueing_lock="participation-openings")
def tell_of_openings(timestamp: int) -> None:
    """Tell followers of the stages that have opened."""
    from django.utils import timezone

    from kuutio.participation.actions import following  # actions import the tasks

    following.tell_of_openings(at=timezone.now())


@app.task(queue="house", retry=_AGAIN)
def tell_of_outcome(process_id: int) -> None:
    """Tell followers what was decided."""
    from kuutio.participation.actions import following

    following.tell_of_outcome(process_id)


@app.task(queue="house", retry=_AGAIN)
def write_to_follower(follow_id: int, kind: str, stage_id: int | None) -> None:
    """One letter to one follower."""
    from kuutio.participation.actions import following

    following.write_to_follower(follow_id, kind, stage_id)


@app.task(queue="house", retry=_AGAIN)
def write_letters(kind: str, pk: int) -> None:
    """The letters about one thing that has happened: one task for each reader."""
    from kuutio.participation import letters

    for person in letters.readers_of(kind, pk):
        write_one_letter.defer(kind=kind, pk=pk, person_id=person)


@app.task(queue="house", retry=_AGAIN)
def write_one_letter(kind: str, pk: int, person_id: int | None) -> None:
    """One letter to one reader."""
    from kuutio.participation import letters

    letters.write(kind, pk, person_id)


@app.periodic(cron="17 * * * *")
@app.task(queue="house", queueing_lock="participation-moderation")
def look_after_moderation(timestamp: int) -> None:
    """Mark supports that bear a sign of coordination; forget sealed words whose time is over."""
    from django.utils import timezone

    from kuutio.participation import coordination
    from kuutio.participation.actions import moderating

    coordination.mark_open(at=timezone.now())
    moderating.forget_sealed(at=timezone.now())
