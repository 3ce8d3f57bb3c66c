"""Later work of participation; each task takes ids and may run twice."""

from contextlib import suppress

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
def write_to_address(follow_id: int, kind: str, stage_id: int | None) -> None:
    """One letter to one who follows without an account."""
    from kuutio.participation.actions import following

    following.write_to_address(follow_id, kind, stage_id)


@app.task(queue="house", retry=_AGAIN)
def ask_to_confirm(follow_id: int) -> None:
    """The letter with the link that begins a following."""
    from kuutio.participation.actions import mail_following

    mail_following.write_to_confirm(follow_id)


@app.periodic(cron="29 3 * * *")
@app.task(queue="house", queueing_lock="participation-addresses")
def forget_addresses(timestamp: int) -> None:
    """Remove the followers' addresses whose time is over."""
    from django.utils import timezone

    from kuutio.participation.actions import mail_following

    mail_following.forget(at=timezone.now())


@app.periodic(cron="17 1 * * *")
@app.task(queue="house", queueing_lock="opinion-maps")
def make_opinion_maps(timestamp: int) -> None:
    """Make the maps of the stages of statements that aren't decided yet."""
    from kuutio.participation.models import Process, Stage

    rows = Stage.objects.filter(kind="opinions", process__state=Process.State.PUBLISHED)
    for pk in rows.values_list("pk", flat=True):
        make_opinion_map.defer(stage_id=pk)


@app.task(queue="house", retry=_AGAIN)
def make_opinion_map(stage_id: int) -> None:
    """Make the map of one stage."""
    from django.utils import timezone

    from kuutio.participation.actions import opinion_maps
    from kuutio.participation.models import Stage

    stage = Stage.objects.filter(pk=stage_id).first()
    if stage is not None:
        opinion_maps.make_map(stage, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="house", queueing_lock="participation-votes")
def tend_votes(timestamp: int) -> None:
    """Have each vote that goes on tended: each quarter of an hour, and when a hundred ballots wait."""
    from procrastinate.exceptions import AlreadyEnqueued

    from kuutio.participation.models import Budget

    going = Budget.objects.filter(state__in=[Budget.State.OPEN, Budget.State.CLOSED])
    for number in going.values_list("pk", flat=True):
        with suppress(AlreadyEnqueued):
            tend_vote.configure(queueing_lock=f"participation-vote-{number}").defer(
                budget_id=number, full_only=timestamp // 60 % 15 != 0
            )


@app.periodic(cron="7 20 * * *")
@app.task(queue="house", queueing_lock="participation-days")
def keep_days(timestamp: int) -> None:
    """In the evening, how many passes each vote has issued."""
    from django.utils import timezone

    from kuutio.participation.actions import daily
    from kuutio.participation.models import Budget

    for budget in Budget.objects.filter(state=Budget.State.OPEN).select_related("stage"):
        daily.keep_day(budget, at=timezone.now())


@app.periodic(cron="37 2 * * *")
@app.task(queue="house", queueing_lock="participation-keys")
def destroy_due_keys(timestamp: int) -> None:
    """Destroy the keys of votes whose appeals are over: until then they could tell who has voted."""
    from django.utils import timezone

    from kuutio.participation.actions import closing

    closing.destroy_due_keys(at=timezone.now())


@app.task(queue="house")
def tend_vote(budget_id: int, full_only: bool) -> None:
    """Batches, witnesses, closing and count of one vote."""
    from django.utils import timezone

    from kuutio.participation.actions import closing
    from kuutio.participation.models import Budget

    closing.tend(Budget.objects.get(pk=budget_id), full_only=full_only, at=timezone.now())


@app.task(queue="house", retry=_AGAIN)
def write_letters(kind: str, pk: int) -> None:
    """The letters about one thing that has happened: one task for each reader."""
    from kuutio.participation import letters

    for person in letters.readers_of(kind, pk):
        write_one_letter.defer(kind=kind, pk=pk, person_id=person)
    for follow in letters.addresses_of(kind, pk):
        write_letter_to_address.defer(kind=kind, pk=pk, follow_id=follow)


@app.task(queue="house", retry=_AGAIN)
def write_letter_to_address(kind: str, pk: int, follow_id: int) -> None:
    """One letter to one who follows without an account."""
    from kuutio.participation import letters

    letters.write_to_address(kind, pk, follow_id)


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


@app.periodic(cron="43 2 * * *")
@app.task(queue="house", queueing_lock="participation-findable")
def refresh_all_parts(timestamp: int) -> None:
    """Let all that belongs to public processes be found: also what came in before it could be."""
    from kuutio.participation.queries import public_processes

    for pk in public_processes().values_list("pk", flat=True):
        refresh_parts.defer(process_id=pk)


@app.task(queue="house", retry=_AGAIN)
def refresh_parts(process_id: int) -> None:
    """The stages, meetings and proposals of one process in the search."""
    from django.utils import timezone

    from kuutio.participation import findable
    from kuutio.participation.models import Process

    process = Process.objects.filter(pk=process_id).first()
    if process is not None and process.is_public:
        findable.refresh_parts(process, at=timezone.now())
