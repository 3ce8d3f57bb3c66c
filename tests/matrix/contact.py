"""What the rows of `contact.toml` speak of."""

from django.utils import timezone

from kuutio.contact.actions.drafting import begin_draft, keep_draft_photo
from kuutio.contact.actions.receiving import receive
from kuutio.contact.catalogue import load_catalogue
from kuutio.contact.files import keep_picture
from kuutio.contact.incoming import Incoming, Sender
from kuutio.contact.links import secret_of
from kuutio.contact.models import Category
from tests.contact.pictures import jpeg


def things() -> dict[str, str]:
    """A case of Helsinki and one of Oulu, each with a photo; a draft with one."""
    now, names = timezone.now(), {}
    load_catalogue()
    category = Category.objects.get(pk="other")
    for whose, city in (("own", "helsinki"), ("other", "oulu")):
        received = receive(
            Incoming(
                channel="web",
                text="Kuoppa.",
                language="fi",
                category=category,
                chosen=city,
                can_ask=True,
                sender=Sender(email="aino@example.org", preference="email"),
                files=(keep_picture(jpeg(), "kuoppa.jpg").file,),
            ),
            at=now,
        )
        names |= {
            f"{whose}_case": received.case.number,
            f"{whose}_secret": secret_of(received.case),
            f"{whose}_message": str(received.message.uuid),
            f"{whose}_file": str(received.message.attachments.get().uuid),
        }
    draft = begin_draft({"category": "pothole", "text": "Kuoppa."}, at=now)
    photo = keep_draft_photo(draft, jpeg(), "kuoppa.jpg", description="", at=now)
    return names | {"draft": str(draft.uuid), "photo": str(photo.uuid)}
