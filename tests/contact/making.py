"""Matters as channels bring them, made short."""

from kuutio.contact.actions.receiving import Received, receive
from kuutio.contact.incoming import Incoming, Place, Sender
from kuutio.contact.models import Case, Category
from tests.contact.conftest import MONDAY

HELSINKI = Place(lon=24.9414, lat=60.1708, source="map")
ESPOO = Place(lon=24.6556, lat=60.2055, source="map")
KAUNIAINEN = Place(lon=24.7285, lat=60.2125, source="map")
SEA_ABROAD = Place(lon=24.75, lat=59.44, source="map")


def bring(text="Kuoppa suojatien edessä.", *, category="pothole", place=HELSINKI, at=MONDAY, **words) -> Received:
    """A message by the web form, by default a hole in a street of Helsinki."""
    words.setdefault("channel", "web")
    words.setdefault("language", "fi")
    words.setdefault("sender", Sender(email="aino@example.org", preference="email"))
    return receive(Incoming(text=text, category=Category.objects.get(pk=category), place=place, **words), at=at)


def case(*text, **words) -> Case:
    """A new case."""
    return bring(*text, **words).case
