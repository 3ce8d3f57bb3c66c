"""Readers of other people's catalogues: each turns bytes into values and does nothing else.

with fetcher() as fetch:
    for page in pages(Kind.CKAN, "https://hri.fi/data", lambda url: fetch.get(url, accept=ACCEPT[Kind.CKAN]).body):
        ...  # page.records, page.quarantined; keep page.next, to go on from there after an interruption
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from kuutio.federation.readers import addresses, ckan, ogcapi, wfs
from kuutio.federation.readers.values import (
    Get,
    Listing,
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    Unreadable,
    listing,
    walk,
)


class Kind(StrEnum):
    """What a source speaks."""

    CKAN = "ckan"
    DCAT = "dcat"
    OGC_API = "ogcapi"
    WFS = "wfs"
    ADDRESSES = "addresses"


def _dcat(default: str) -> Parse:
    from kuutio.federation.readers import dcat  # with rdflib, 20 MB: only where such a source is read

    return dcat.parse(default)


PARSERS = {
    Kind.CKAN: ckan.parse,
    Kind.DCAT: _dcat,
    Kind.OGC_API: ogcapi.parse,
    Kind.WFS: wfs.parse,
    Kind.ADDRESSES: addresses.parse,
}
ACCEPT = {
    Kind.CKAN: "application/json",
    Kind.DCAT: "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1",
    Kind.OGC_API: "application/json",
    Kind.WFS: "application/xml, text/xml;q=0.9, */*;q=0.1",
    Kind.ADDRESSES: "text/plain, */*;q=0.1",
}


def pages(
    kind: Kind,
    address: str,
    get: Get,
    *,
    default: str = "fi",
    since: datetime | None = None,
    resume: str = "",
    query: str = "",
) -> Iterator[Page]:
    """The pages of a source, one after another as they are asked for.

    Args:
        address: of the site, the catalogue, the service or the list.
        get: address -> body; what it raises passes through.
        default: the language of texts that don't say theirs.
        since: only what was changed since, where the source can tell (CKAN); never a complete listing then.
        resume: the `next` of the last page of an interrupted reading.
        query: only what fits, in the words of the source, where it has such (CKAN's `fq`).

    Raises:
        Unreadable: a page isn't what such a source sends.
    """
    firsts = {
        Kind.CKAN: lambda: ckan.first(address, since=since, query=query),
        Kind.OGC_API: lambda: ogcapi.first(address),
        Kind.WFS: lambda: wfs.first(address),
    }
    first = resume or firsts.get(kind, lambda: address)()
    return walk(get, PARSERS[kind](default), first)


__all__ = [
    "ACCEPT",
    "Kind",
    "Listing",
    "Page",
    "Quarantined",
    "RemoteDataset",
    "RemoteDistribution",
    "Unreadable",
    "listing",
    "pages",
]
