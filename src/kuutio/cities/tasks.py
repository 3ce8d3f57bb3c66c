"""Later work of places."""

from procrastinate.contrib.django import app


@app.periodic(cron="*/10 * * * *")
@app.task(queue="cities", queueing_lock="borders-in-force")
def look_at_the_borders(timestamp: int) -> None:
    """Put in force the borders whose day has come, soon after midnight in Finland."""
    from django.utils import timezone

    from kuutio.cities import borders  # shapely, in the worker only

    borders.put_in_force(timezone.now())
    borders.keep_file()
