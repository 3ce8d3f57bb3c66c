"""What the rows of `web.toml` speak of."""

from django.utils import timezone

from kuutio.cities import keys
from tests.factories import PersonFactory


def things() -> dict[str, str]:
    """A key of somebody who is none of the six."""
    other = PersonFactory(email="other@matrix.example.org")
    row, _key = keys.issue_api_key(other, name="theirs", scopes=["read"], by=other, at=timezone.now())
    return {"other_key": str(row.pk)}
