"""The tour's rooms of customer service and open data: a report, its way to the right city, what the world may read of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from kuutio.config.touring.story import Step, Stop, Story
from kuutio.core.problems import NotFound

_KIND = "pothole"


def report(story: Story) -> Iterator[Stop]:
    """A resident of Espoo reports in Helsinki, without an account."""
    from kuutio.contact.models import Case, Category

    if not Category.objects.filter(pk=_KIND, is_active=True).exists():
        raise NotFound(
            "Customer service takes no reports of potholes here. The tour walks through the demonstration: ./kuutio up"
        )
    with story.visit() as visitor:
        where = visitor.post("/fi/report/", {"category": _KIND})
        placed = {"city": "helsinki", "address": "Otsolahdentie 7", "lon": "", "lat": "", "source": ""}
        details = visitor.post(where, placed)
        sent = visitor.post(details, {"text": "Pyörätiellä on syvä kuoppa.", "q-danger": "no"})
        receipt = visitor.post(sent, {"preference": "none"})
    number = receipt.strip("/").split("/")[2]
    story.facts |= {"case": number, "receipt": receipt}
    case = Case.objects.get(number=number)
    yield Stop("service", f"A resident of Espoo reports in Helsinki: case {case.number}.", receipt)


def hand_over(story: Story) -> Iterator[Stop]:
    """Helsinki hands the case over to Espoo, with number, link and thread; Espoo answers."""
    number = story.facts["case"]
    page = f"/fi/work/cases/{number}/"
    helsinki, espoo = story.officer("helsinki", "agent"), story.officer("espoo", "agent")
    with story.visit(helsinki) as agent:
        agent.post(f"{page}offer/", {"to": "espoo", "reason": "Otsolahdentie on Espoossa."}, seen_at=page)
    with story.visit(espoo) as agent:
        agent.post(f"{page}decide/", {"decision": "accept"}, seen_at=page)
    yield Stop(
        "service", "Helsinki handed it over and Espoo took it: the resident's link is the same.", story.facts["receipt"]
    )
    yield Stop("service", "Espoo's agent has the whole thread.", page, espoo.email)


def open_data(story: Story) -> Iterator[Stop]:
    """What customer service publishes of itself becomes a data set, without the people."""
    from kuutio.contact.public_words import CASES
    from kuutio.opendata.actions.publishing import publish_table
    from kuutio.opendata.declared import name_of, publisher_of
    from kuutio.opendata.models import Load

    publisher = publisher_of("contact")
    publisher.prepare(timezone.now())
    table = next((one for one in publisher.tables() if one.slug == CASES and one.city == "espoo"), None)
    if table is None:
        raise NotFound("Customer service publishes nothing here.")
    made = publish_table(table, at=timezone.now())
    if made.load is not None:
        load = made.load.pk
        story.wait(
            f"{name_of(table)} is read in", lambda: not Load.objects.filter(pk=load, finished_at__isnull=True).exists()
        )
    story.facts["dataset"] = name_of(table)
    yield Stop("data", f"Its open data: {made.rows} cases, nobody's name.", f"/fi/data/{name_of(table)}/")


STEPS: tuple[Step, ...] = (report, hand_over, open_data)
