"""Later work of customer service; each task takes ids and may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


RECEIPTS = "contact-receipts"
"""The lock by which only one job that makes receipts waits."""


@app.task(queue="contact", queueing_lock=RECEIPTS)
def send_receipts() -> None:
    """Tell residents that their matters came in: number and link. A job that dies leaves them to the clock's next look."""
    from kuutio.contact.actions import receipts  # actions import the tasks

    receipts.send_receipts()


@app.task(queue="contact", retry=_AGAIN)
def send_again(delivery_id: int) -> None:
    """Try one delivery that could not be sent."""
    from kuutio.contact.actions import telling

    telling.send_again(delivery_id)


@app.task(queue="contact", retry=_AGAIN)
def tell_of_handover(handover_id: int) -> None:
    """Tell the resident that another city has their case now."""
    from kuutio.contact.actions import telling

    telling.tell_of_handover(handover_id)


@app.task(queue="contact", retry=_AGAIN)
def tell_of_state(event_id: int) -> None:
    """Tell the resident that their case is done, or joined to another."""
    from kuutio.contact.actions import telling

    telling.tell_of_state(event_id)


@app.task(queue="contact", retry=_AGAIN)
def deliver(message_id: int) -> None:
    """Send a message to those who take part in its case."""
    from kuutio.contact.actions import telling

    telling.deliver(message_id)


@app.task(queue="contact", retry=_AGAIN)
def welcome_follower(participant_id: int) -> None:
    """Tell a follower which case they follow, and how to stop."""
    from kuutio.contact.actions import telling_followers

    telling_followers.welcome(participant_id)


@app.task(queue="contact", retry=_AGAIN)
def tell_followers(event_id: int) -> None:
    """Tell those who follow a case that it was settled or opened again."""
    from kuutio.contact.actions import telling_followers

    telling_followers.tell_of(event_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="contact", queueing_lock="contact-clock")
def look_at_the_clock(timestamp: int) -> None:
    """Return offers that nobody decided, close what was settled long ago, sweep what was never sent."""
    from kuutio.contact.actions import passing_time

    passing_time.look_at_the_clock()


@app.task(queue="contact", retry=_AGAIN)
def read_mail(raw_mail_id: int) -> None:
    """Make a case or a message of a mail that was kept."""
    from kuutio.contact.actions import mailing

    mailing.take_in(raw_mail_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="contact", queueing_lock="contact-mail")
def look_at_the_mail(timestamp: int) -> None:
    """Read the mail whose job died with its worker, forget what was put aside long ago."""
    from kuutio.contact.actions import mailing

    mailing.look_at_the_mail()


@app.periodic(cron="13 2 * * *")
@app.task(queue="contact", queueing_lock="contact-learning")
def learn_categories(timestamp: int) -> None:
    """Learn which words belong to which category from the cases that are settled."""
    from django.utils import timezone

    from kuutio.contact.actions import learning

    learning.learn_categories(timezone.now())


@app.task(queue="contact", retry=_AGAIN)
def send_held(draft_id: int) -> None:
    """Send an answer whose moment to be taken back is over."""
    from django.utils import timezone

    from kuutio.contact.actions import answering

    answering.send_held(draft_id, at=timezone.now())


@app.task(queue="contact", retry=_AGAIN)
def tell_of_appointment(appointment_id: int) -> None:
    """Mail a booking or its cancelling to who booked, once each."""
    from kuutio.contact.actions import telling_appointments

    telling_appointments.tell(appointment_id)
