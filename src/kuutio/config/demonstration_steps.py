"""The demonstration's steps in their order; each finds out by itself whether it is done."""

from collections.abc import Callable

Say = Callable[[str], None]
Step = Callable[[Say], None]


def strategy(say: Say) -> None:
    """The Six City Strategy, and the list of all projects that the structural funds paid in its period."""
    from kuutio.programme import demo, demo_grants, demo_list, demo_projects

    if demo.load():
        say("kuutio: the strategy is in")
    if listed := demo_list.load():
        say(f"kuutio: {listed} funded projects are in")
    if made := demo_projects.load():
        say(f"kuutio: {made} pilot projects of the strategy are in")
    if made := demo_grants.load():
        say(f"kuutio: grants with {made} made-up payment claims are in")


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


def calls(say: Say) -> None:
    """Example calls in their states, with applications by organisations that don't exist; one of them decided and published."""
    from kuutio.opendata.tasks import publish_domain
    from kuutio.programme import demo_calls, demo_round

    if made := demo_calls.load():
        say(f"kuutio: {made} example calls are in")
    if made := demo_round.load():
        say(f"kuutio: a round that decided on {made} example applications is in")
        publish_domain.defer(domain="selection")


def innovation(say: Say) -> None:
    """Testbeds, challenges, trials and what came of them, and what is published of them."""
    from kuutio.innovation import demo
    from kuutio.opendata.tasks import publish_domain

    if made := demo.load():
        say(f"kuutio: {made} things of innovation are in")
        publish_domain.defer(domain="innovation")


def promises(say: Say) -> None:
    """The figures that show how the promises stand, once everything else is in; the night computes them anew."""
    from django.utils import timezone

    from kuutio.opendata.tasks import publish_domain
    from kuutio.programme.actions.measuring import measure_all
    from kuutio.programme.models import EvidenceFigure

    if not EvidenceFigure.objects.exists():
        say(f"kuutio: {len(measure_all(at=timezone.now()))} figures show how the promises stand")
        publish_domain.defer(domain="programme")


STEPS: tuple[Step, ...] = (
    strategy,
    customer_service,
    open_data,
    directory,
    participation,
    calls,
    innovation,
    service_past,
    promises,
)
