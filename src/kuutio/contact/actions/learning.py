"""Learning every night which words belong to which category, from what officers of all cities settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Subquery

from kuutio.contact import suggesting
from kuutio.contact.models import Case, Message, Participant
from kuutio.core.suggesting import Learnt, Told, learn, to_json

LATEST = 100_000
LONGEST = 5_000
TAUGHT_BY = frozenset({Case.State.RESOLVED, Case.State.CLOSED})


def learn_categories(at: datetime) -> Learnt:
    """Learn from the latest settled cases, and keep it for all suggestions from now on.

    What is kept are stems that at least five different people used, with how many cases of each category had them: no text, no
    name, no number of a case. The category is the one that the case was settled in, after all corrections.
    """
    learnt = learn(_told())
    facts = {"made_on": at.date().isoformat(), "cases": sum(learnt.texts)}
    suggesting.keep(to_json(learnt, facts))
    return learnt


def _told() -> Iterator[Told]:
    """What residents wrote first in each settled case, with who they are: by address, number or contact, else the case itself."""
    first = Message.objects.filter(case=OuterRef("pk"), direction=Message.Direction.IN, is_automatic=False)
    reporter = Participant.objects.filter(case=OuterRef("pk"), kind=Participant.Kind.REPORTER)
    rows = Case.objects.filter(state__in=TAUGHT_BY, forgotten_at=None).annotate(
        said=Subquery(first.order_by("at", "pk").values("text")[:1]),
        email=Subquery(reporter.values("contact__email")[:1]),
        phone=Subquery(reporter.values("contact__phone")[:1]),
        contact=Subquery(reporter.values("contact_id")[:1]),
    )
    told = rows.order_by("-opened_at", "-pk").values_list(
        "pk", "category_id", "title", "said", "email", "phone", "contact"
    )[:LATEST]
    for pk, category, title, said, email, phone, contact in told.iterator(chunk_size=2000):
        who = email or phone or (f"contact {contact}" if contact else f"case {pk}")
        yield Told(category, f"{title}\n{(said or '')[:LONGEST]}", who)
