"""What the rows of `helps.toml` speak of; the case is that of `contact.py`."""

from django.utils import timezone

from kuutio.contact.actions.helping import begin_help


def things() -> dict[str, str]:
    """An article."""
    texts = {"title": {"fi": "Ohje"}, "text": {"fi": "Näin."}, "categories": []}
    return {"article": begin_help("article", "ohje", **texts, by=None, at=timezone.now()).slug}
