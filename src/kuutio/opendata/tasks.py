"""Later work on data; each task takes ids and may run twice."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

#: A job whose worker gave no sign of life for so many seconds is given to another.
_SILENT_SECONDS = 20
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=3)
#: What readers don't wait for comes after what they do: a load before the ready files of the one before it.
_LATER = -10


@app.task(queue="ingest", retry=_AGAIN)
def work_load(load_id: str) -> None:
    """Ingest a file that somebody brought."""
    from kuutio.opendata.actions.loading import work_load as work  # actions import the tasks

    work(load_id)


@app.task(queue="ingest", retry=_AGAIN)
def after_serving(snapshot_id: int) -> None:
    """Queue everything that follows from a new version, each as a job of its own."""
    from kuutio.opendata.actions import harmonising
    from kuutio.opendata.models import Snapshot

    snapshot = Snapshot.objects.select_related("distribution").filter(pk=snapshot_id).first()
    if snapshot is None:
        return
    # One after the other, the map first: side by side on few processors both would come late.
    lock = f"files:{snapshot_id}"
    make_tiles.configure(lock=lock).defer(snapshot_id=snapshot_id)
    make_files.configure(lock=lock).defer(snapshot_id=snapshot_id)
    prune.defer(distribution_id=str(snapshot.distribution_id))
    tell_followers.defer(snapshot_id=snapshot_id)
    forget_taken_back.defer(snapshot_id=snapshot_id)
    harmonising.rebuild_for(snapshot.distribution)


@app.task(queue="ingest", retry=_AGAIN)
def rebuild_joint(joint_id: str) -> None:
    """Make a harmonised table anew of its cities' current tables."""
    from kuutio.opendata.actions import harmonising

    harmonising.rebuild_joint(joint_id)


@app.task(queue="files", retry=_AGAIN, priority=_LATER)
def make_files(snapshot_id: int) -> None:
    """Make the ready downloads of a version."""
    from kuutio.opendata.actions import afterwards

    afterwards.make_files(snapshot_id)


@app.task(queue="files", retry=_AGAIN, priority=_LATER)
def make_tiles(snapshot_id: int) -> None:
    """Make the vector tiles of a version."""
    from kuutio.opendata.actions import afterwards

    afterwards.make_tiles(snapshot_id)


@app.task(queue="house", retry=_AGAIN, priority=_LATER)
def tell_followers(snapshot_id: int) -> None:
    """Write to those who follow the data set; those who had a letter today hear of it tomorrow."""
    from django.utils import timezone

    from kuutio.opendata.actions import following

    again = following.tell_followers(snapshot_id, at=timezone.now())
    if again:
        tell_followers.configure(schedule_at=again).defer(snapshot_id=snapshot_id)


@app.task(queue="house", retry=_AGAIN)
def write_to_follower(follow_id: int, snapshot_id: int) -> None:
    """Send one letter."""
    from kuutio.opendata.actions import following

    following.write_to_follower(follow_id, snapshot_id)


@app.task(queue="house", retry=_AGAIN, priority=_LATER)
def prune(distribution_id: str) -> None:
    """Remove versions beyond those that are kept."""
    from kuutio.opendata.actions import afterwards

    afterwards.prune(distribution_id)


@app.periodic(cron="17 * * * *")
@app.task(queue="house", queueing_lock="sweep")
def sweep(timestamp: int) -> None:
    """Remove what killed workers left half-built."""
    from kuutio.opendata.actions import afterwards

    afterwards.sweep()


@app.periodic(cron="27 3 * * *")
@app.task(queue="house", queueing_lock="sweep-originals")
def sweep_originals(timestamp: int) -> None:
    """Remove files that were looked at and never brought in."""
    from kuutio.opendata.actions import afterwards

    afterwards.sweep_originals()


@app.periodic(cron="7 * * * *")
@app.task(queue="house", queueing_lock="count-uses")
def count_uses(timestamp: int) -> None:
    """Count how much each data set was used of late, and forget which ones changed long ago."""
    from kuutio.opendata import counted

    counted.sum_up()


@app.periodic(cron="* * * * * */15")
@app.task(queue="ingest", queueing_lock="write-left-over-rows", lock="write-left-over-rows")
def write_left_over_rows(timestamp: int) -> None:
    """Write rows that a killed process left waiting."""
    from django.utils import timezone

    from kuutio.opendata.actions.rows import write_left_over

    write_left_over(timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(queue="house", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers to living ones."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
        await manager.retry_job(job)


@app.task(queue="ingest", retry=_AGAIN)
def forget_taken_back(snapshot_id: int) -> None:
    """Remove the earlier versions of a declared table that hold what was taken back since."""
    from kuutio.opendata.actions import publishing

    publishing.forget_taken_back(snapshot_id)


@app.periodic(cron="25 0 * * *")
@app.task(queue="ingest", queueing_lock="publish-declared")
def publish_nightly(timestamp: int) -> None:
    """Publish what the domains declare of themselves, each as a job of its own: one that fails holds up no other."""
    from kuutio.opendata.declared import domains

    for domain in domains():
        publish_domain.defer(domain=domain)


@app.task(queue="ingest", retry=_AGAIN)
def publish_domain(domain: str) -> None:
    """Work out what a domain's tables need, then publish each."""
    from django.utils import timezone

    from kuutio.opendata.declared import name_of, publisher_of

    publisher = publisher_of(domain)
    publisher.prepare(timezone.now())
    for table in publisher.tables():
        publish_declared.configure(lock=f"publish:{name_of(table)}").defer(domain=domain, name=name_of(table))


@app.task(queue="ingest", retry=_AGAIN)
def publish_declared(domain: str, name: str) -> None:
    """Publish one declared table; one that is no longer declared is nobody's loss."""
    from django.utils import timezone

    from kuutio.opendata.actions import publishing
    from kuutio.opendata.declared import table_of

    if table := table_of(domain, name):
        publishing.publish_table(table, at=timezone.now())
