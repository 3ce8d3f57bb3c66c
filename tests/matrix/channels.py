"""What the rows of `channels.toml` speak of, beside the cases of `contact.py`."""

from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.contact.actions.receiving import receive
from kuutio.contact.actions.visiting import begin_with_new
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.models import Category, Delivery
from tests.factories import PersonFactory


def things() -> dict[str, str]:
    """A case of Helsinki with a message to be told by hand, and an officer's visit to it."""
    now = timezone.now()
    load_catalogue()
    received = receive(
        Incoming(
            channel="phone",
            text="Kuoppa.",
            language="fi",
            category=Category.objects.get(pk="other"),
            chosen="helsinki",
            can_ask=True,
            sender=Sender(name="Aino Esimerkki", phone="+358401234567", preference="call"),
        ),
        at=now,
    )
    person = PersonFactory(agent_of=[Organisation.objects.get(slug="helsinki")])
    visit = begin_with_new(received.case, channel="phone", by=person, at=now)
    delivery = Delivery.objects.create(
        message=received.message,
        contact=received.case.participants.get().contact,
        channel="phone",
        state="by-hand",
        changed_at=now,
    )
    return {"visit": str(visit.uuid), "call_case": received.case.number, "call": str(delivery.uuid)}
