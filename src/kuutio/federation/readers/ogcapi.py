"""An OGC API (Features, and whatever has `/collections`) as a source: each collection is a data set.

Source: OGC 17-069r4, OGC API - Features - Part 1, section 7.13: https://docs.ogc.org/is/17-069r4/17-069r4.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from kuutio.federation.readers.values import (
    Agent,
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    Unreadable,
    moment,
    raw_of,
    texts,
    web_address,
)

GEOJSON = "application/geo+json"


def first(base: str) -> str:
    """The address of the list of collections, from that of the service or of the list."""
    address = base.partition("?")[0].rstrip("/")
    return f"{address if address.endswith('/collections') else address + '/collections'}?f=json"


def parse(default: str = "fi") -> Parse:
    """A parser of lists for a source whose own language is `default`."""
    return partial(page, default=default)


def page(body: bytes, address: str, *, default: str = "fi") -> Page:
    """One page of the list of collections.

    Raises:
        Unreadable: it is none.
    """
    try:
        answer = orjson.loads(body)
        collections = list(answer["collections"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable("This isn't a list of collections of an OGC API.") from error
    shared = _links(answer.get("links"), address)
    records, broken = [], []
    for raw in collections:
        try:
            records.append(collection(raw, address, shared, default))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            remote_id = str(raw.get("id") or "") if isinstance(raw, Mapping) else ""
            reason = str(error) if isinstance(error, Unreadable) else f"A field has an unexpected form: {error!r}"
            broken.append(Quarantined(remote_id, reason, raw_of(raw)))
    following = next((link["href"] for link in shared if link.get("rel") == "next"), None)
    total = answer.get("numberMatched")
    return Page(tuple(records), tuple(broken), following, total if isinstance(total, int) else None)


def collection(raw: Any, address: str, shared: Iterable[Mapping[str, Any]], default: str = "fi") -> RemoteDataset:
    """A collection as a data set.

    Args:
        shared: links of the whole list, for a licence that holds for all.

    Raises:
        Unreadable: it has no id.
    """
    if not isinstance(raw, Mapping) or not str(raw.get("id") or ""):
        raise Unreadable("The collection has no id.")
    name = str(raw["id"])
    links = _links(raw.get("links"), address)
    extent = raw.get("extent") or {}
    licence = next((link["href"] for link in [*links, *shared] if link.get("rel") == "license"), "")
    items = next(
        (link["href"] for link in links if link.get("rel") == "items" and link.get("type", GEOJSON) == GEOJSON), ""
    )
    own = next((link["href"] for link in links if link.get("rel") == "self"), "")
    fallback = f"{address.partition('?')[0]}/{quote(name)}"
    forms = [
        RemoteDistribution(
            remote_id=f"{name}:items",
            url=items or f"{fallback}/items",
            title=texts([(None, raw.get("title") or name)], default),
            format="OGC API Features",
            media_type=GEOJSON,
            licence=licence,
            conforms_to=tuple(str(crs) for crs in raw.get("crs") or ()),
        )
    ]
    forms += [
        RemoteDistribution(
            remote_id=f"{name}:{link['href']}",
            url=link["href"],
            download=link["href"],
            title=texts([(None, link.get("title") or name)], default),
            media_type=str(link.get("type") or ""),
            licence=licence,
        )
        for link in links
        if link.get("rel") == "enclosure"
    ]
    return RemoteDataset(
        remote_id=name,
        name=name,
        title=texts([(None, raw.get("title") or name)], default),
        text=texts([(None, raw.get("description"))], default),
        keywords={default: tuple(map(str, raw["keywords"]))} if raw.get("keywords") else {},
        licence=licence or str(raw.get("license") or ""),
        publisher=Agent(texts([(None, raw.get("attribution"))], default)) if raw.get("attribution") else None,
        issued=moment(raw.get("created")),
        modified=moment(raw.get("updated")),
        page=own or (fallback if urlsplit(fallback).scheme else ""),
        bbox=_bbox((extent.get("spatial") or {}).get("bbox")),
        period=_period((extent.get("temporal") or {}).get("interval")),
        distributions=tuple(forms),
    )


def _links(raw: Any, address: str) -> list[dict[str, Any]]:
    """The links that lead to the web, made absolute."""
    links = [link for link in raw or () if isinstance(link, Mapping)]
    full = [{**link, "href": web_address(link.get("href"), address)} for link in links]
    return [link for link in full if link["href"]]


def _bbox(raw: Any) -> tuple[float, float, float, float] | None:
    sides = [float(side) for side in raw[0]] if raw and raw[0] else []
    if len(sides) == 6:  # with heights
        sides = [*sides[:2], *sides[3:5]]
    return (sides[0], sides[1], sides[2], sides[3]) if len(sides) == 4 else None


def _period(raw: Any) -> tuple[Any, Any]:
    ends = raw[0] if raw and raw[0] else (None, None)
    return moment(ends[0]), moment(ends[-1])
