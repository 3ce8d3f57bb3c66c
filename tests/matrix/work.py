"""What the rows of `work.toml` speak of, beside the cases of `contact.toml`."""

from django.utils import timezone

from kuutio.cities.models import Organisation
from kuutio.contact.models import SavedView


def things() -> dict[str, str]:
    """A saved view that Oulu's officers share."""
    oulu = Organisation.objects.get(slug="oulu")
    view = SavedView.objects.create(name="Kadut", organisation=oulu, created_at=timezone.now())
    return {"other_view": str(view.uuid)}
