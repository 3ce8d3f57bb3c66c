"""What the rows of `ui.toml` speak of."""

from kuutio.cities.models import City
from kuutio.ui import theming


def things() -> dict[str, str]:
    """The fingerprint of Helsinki's look."""
    return {"helsinki_theme": theming.fingerprint(City.objects.get(code="helsinki").theme)}
