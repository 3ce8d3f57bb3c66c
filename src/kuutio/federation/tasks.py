"""Later work on other people's servers; each task may run twice."""

from procrastinate.contrib.django import app


@app.periodic(cron="41 * * * *")
@app.task(queue="harvest", queueing_lock="check-links")
def check_links(timestamp: int) -> None:
    """Visit the addresses that were not visited for a day."""
    from kuutio.federation.links import check_links as check  # tasks are imported before the models

    check()
