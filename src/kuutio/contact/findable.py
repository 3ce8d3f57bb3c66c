"""Articles in the search over everything: the common one, and each city's own text of it."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from kuutio.contact.helps import current_versions, own_version, plain, said, with_current
from kuutio.contact.models import Category, Help
from kuutio.core.language import LANGUAGES, Language
from kuutio.search.actions import Words, forget, put

KIND = "article"


def refresh(row: Help, *, at: datetime) -> None:
    """Let an article be found in the languages that it is written in, and in no other; a template is never found."""
    if row.kind != Help.Kind.ARTICLE:
        return
    row = with_current(Help.objects.filter(pk=row.pk)).get()
    categories = list(Category.objects.filter(pk__in=row.categories))
    for city in ["", *sorted({version.city_id for version in current_versions(row) if version.city_id})]:
        key = f"{row.slug}/{city}" if city else row.slug
        if row.is_active and (not city or own_version(row, city)):
            put(KIND, key, _words(row, city, categories), at=at, city=city)
        else:
            forget(KIND, key)


def _words(row: Help, city: str, categories: list[Category]) -> dict[Language, Words]:
    found: dict[Language, Words] = {}
    for language in LANGUAGES:
        told = said(row, city=city, language=language)
        if told is None or told.language != language or (city and not told.own):
            continue
        with translation.override(language):
            path = reverse("contact:article", args=[row.slug]) + (f"?city={city}" if city else "")
            keywords = " ".join(f"{category.name} {category.keywords or ''}" for category in categories)
        found[language] = Words(told.title, path, keywords, plain(told.text))
    return found
