"""Later work on data; each task takes ids and may run twice."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

#: A job whose worker gave no sign of life for so many seconds is given to another.
_SILENT_SECONDS = 20


@app.task(queue="ingest", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def work_load(load_id: str) -> None:
    """Ingest a file that somebody brought."""
    from kuutio.opendata.actions.loading import work_load as work  # noqa: PLC0415  # actions import the tasks

    work(load_id)


@app.periodic(cron="* * * * * */10")
@app.task(queue="house", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers to living ones."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_SECONDS):
        await manager.retry_job(job)
