"""The way back from the strategy's pages."""

from django.urls import reverse
from django.utils.translation import gettext as _


def crumbs(*last: tuple[str, str]) -> list[dict[str, str]]:
    """Front page, strategy, and the given steps as title and address; the last one is the page itself and needs none."""
    steps = [(_("Front page"), reverse("web:front")), (_("Strategy"), reverse("programme:strategy")), *last]
    return [{"title": title, "url": url if at < len(steps) - 1 else ""} for at, (title, url) in enumerate(steps)]
