"""The demonstration's steps in their order; each finds out by itself whether it is done."""

from collections.abc import Callable

Say = Callable[[str], None]
Step = Callable[[Say], None]


def strategy(say: Say) -> None:
    """The Six City Strategy, and the list of all projects that the structural funds paid in its period."""
    from kuutio.programme import demo, demo_list

    if demo.load():
        say("kuutio: the strategy is in")
    if listed := demo_list.load():
        say(f"kuutio: {listed} funded projects are in")


def open_data(say: Say) -> None:
    """The cities' data sets, and the harmonised ones made of them."""
    from kuutio.config.jobs import finish_here_unless_served
    from kuutio.opendata.demo import loading

    loading.load(say, finish_here_unless_served)


def customer_service(say: Say) -> None:
    """The cities' units, what residents write about, and cases that were made up."""
    from kuutio.contact import demo

    if demo.load():
        say("kuutio: customer service is in")


def service_past(say: Say) -> None:
    """Half a year of closed cases, and what is published of customer service."""
    from kuutio.contact import demo_past
    from kuutio.opendata.models import Dataset
    from kuutio.opendata.tasks import publish_domain

    if made := demo_past.load():
        say(f"kuutio: {made} closed cases are in")
    if made or not Dataset.objects.filter(name="kuutio-service-statistics").exists():
        publish_domain.defer(domain="contact")


def directory(say: Say) -> None:
    """The service directory: services, units with their hours, forms and appointments."""
    from kuutio.contact import demo_directory

    if demo_directory.load():
        say("kuutio: the service directory is in")


def participation(say: Say) -> None:
    """Processes of the six cities, and what is published of them."""
    from kuutio.opendata.tasks import publish_domain
    from kuutio.participation import demo

    if made := demo.load():
        say(f"kuutio: {made} processes of participation are in")
        publish_domain.defer(domain="participation")


def innovation(say: Say) -> None:
    """Testbeds, challenges, trials and what came of them, and what is published of them."""
    from kuutio.innovation import demo
    from kuutio.opendata.tasks import publish_domain

    if made := demo.load():
        say(f"kuutio: {made} things of innovation are in")
        publish_domain.defer(domain="innovation")


STEPS: tuple[Step, ...] = (strategy, customer_service, open_data, directory, participation, innovation, service_past)
