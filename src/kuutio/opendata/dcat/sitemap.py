"""The pages of the catalogue for search engines, in three languages that point to each other.

Django's own sitemaps read every data set for every page of the map; at 100,000 data sets these ask for a slice.

Source: sitemaps.org/protocol.html; developers.google.com, localized versions of pages (`xhtml:link`).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models.functions import Greatest

from kuutio.opendata import addresses
from kuutio.opendata.queries import public_datasets

#: Data sets on one page of the map; each is there once for each language, and a page may hold 50,000 addresses.
PER_PAGE = 5000
_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def pages() -> int:
    """How many pages of data sets the map has."""
    return -(-public_datasets().count() // PER_PAGE)


def index() -> bytes:
    """The list of the map's pages."""
    names = ["sitemap-pages.xml", *(f"sitemap-data-{number}.xml" for number in range(1, pages() + 1))]
    rows = [f"<sitemap><loc>{escape(addresses.site(f'/{name}'))}</loc></sitemap>" for name in names]
    return _document("sitemapindex", rows)


def front() -> bytes:
    """The pages that are always there."""
    return _document("urlset", [*_entries(addresses.front_page), *_entries(addresses.catalogue_browse)])


def datasets(number: int) -> bytes | None:
    """One page of data sets, from 1; none when there is no such page."""
    begin = (number - 1) * PER_PAGE
    rows = (
        public_datasets()
        .only("name")
        .annotate(changed=Greatest("modified_at", "data_changed_at"))
        .order_by("pk")[begin : begin + PER_PAGE]
    )
    entries = [entry for one in rows for entry in _entries(partial(addresses.dataset_page, one), one.changed)]
    return _document("urlset", entries) if entries else None


def _entries(address: Callable[[str], str], changed: datetime | None = None) -> Iterator[str]:
    """A page in each language, each naming them all."""
    by_language = {code: address(code) for code in _LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(url)}/>' for code, url in by_language.items()
    )
    last = f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else ""
    for url in by_language.values():
        yield f"<url><loc>{escape(url)}</loc>{last}{others}</url>"


def _document(element: str, rows: Iterable[str]) -> bytes:
    spaces = f'xmlns="{_SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{element} {spaces}>", *rows, f"</{element}>"]
    return ("\n".join(lines) + "\n").encode()
