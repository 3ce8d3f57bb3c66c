"""Later work on other people's servers; each task may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.periodic(cron="41 * * * *")
@app.task(queue="harvest", queueing_lock="check-links")
def check_links(timestamp: int) -> None:
    """Visit the addresses that were not visited for a day."""
    from kuutio.federation.links import check_links as check  # tasks are imported before the models

    check()


@app.task(queue="harvest", retry=RetryStrategy(max_attempts=4, exponential_wait=4))
def work_run(run_id: int) -> None:
    """Read a source; from where the last worker was stopped, if one was."""
    from kuutio.federation.actions.runs import work_run as work

    work(run_id)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="house", queueing_lock="start-due-harvests")
def start_due_harvests(timestamp: int) -> None:
    """Begin the harvests whose time has come."""
    from django.utils import timezone

    from kuutio.federation.actions.runs import start_due

    start_due(timezone.now())
