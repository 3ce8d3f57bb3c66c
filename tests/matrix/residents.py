"""What the rows of `residents.toml` speak of."""

from django.utils import timezone

from kuutio.contact.actions.receiving import receive
from kuutio.contact.actions.residents import follow_case
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.links import follow_secret_of
from kuutio.contact.models import Category


def things() -> dict[str, str]:
    """Two followers of a case of Helsinki: the one's address, the other's secret."""
    now = timezone.now()
    load_catalogue()
    case = receive(
        Incoming(
            channel="web", text="Kuoppa.", language="fi", category=Category.objects.get(pk="other"), chosen="helsinki"
        ),
        at=now,
    ).case
    one, other = (
        follow_case(case, Sender(email=f"{name}@example.org"), language="fi", at=now).contact for name in ("bo", "eva")
    )
    return {"follower": str(one.uuid), "other_follow_secret": follow_secret_of(other)}
