"""Files and layers by address: a file as it is, an OGC API collection or a WFS layer page by page into one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import orjson
from django.utils.translation import gettext_lazy as _

from kuutio.core.identifiers import slug
from kuutio.core.problems import NotFound
from kuutio.federation.fetching import BadAnswer, Fetched, Fetcher, FetchProblem, TooLarge
from kuutio.federation.readers import ACCEPT, Kind, RemoteDataset, Unreadable, pages
from kuutio.federation.readers.values import web_address
from kuutio.opendata.vocabularies import FORMATS, format_of

PAGE = 1000
_MOST_PAGES = 100_000
_GEOJSON = "application/geo+json, application/json;q=0.9"
_ROOT = re.compile(rb"<[^?!][^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was fetched.

    Attributes:
        path: where it lies; None when the source says that it has not changed.
        options: how it is to be read, where the address tells.
    """

    path: Path | None
    name: str
    etag: str = ""
    modified: str = ""
    options: dict[str, Any] = field(default_factory=dict)


class Incomplete(FetchProblem):
    """A layer of which the service gives only a part; half a layer would pass for one that lost its rest."""

    kind = "source-incomplete"


def bring_file(
    address: str, folder: Path, visitor: Fetcher, *, max_bytes: int, etag: str = "", since: str = ""
) -> Brought:
    """A file by its address, into a folder.

    Args:
        etag, since: what the source said of the file that is known already.

    Raises:
        FetchProblem: it can't be had.
    """
    path = folder / "fetched"
    fetched = visitor.download(address, path, etag=etag, since=since, max_bytes=max_bytes)
    if fetched.unchanged:
        return Brought(None, "", etag, since)
    return Brought(path, file_name(fetched, address), fetched.etag, fetched.modified)


def file_name(fetched: Fetched, address: str) -> str:
    """The name of a fetched file: the source's word, else the end of its address, with a suffix that tells the format."""
    name = fetched.filename or unquote(PurePosixPath(urlsplit(address).path).name) or "file"
    if format_of(PurePosixPath(name).suffix):
        return name
    suffix = next((key for key, known in FORMATS.items() if known.media_type == fetched.media_type), "")
    generic = fetched.media_type in {"", "application/octet-stream"}
    return f"{name}.{suffix}" if suffix and not generic else name


def bring_layer(reads: str, address: str, folder: Path, visitor: Fetcher, *, max_bytes: int) -> Brought:
    """A layer's features as one file.

    Args:
        reads: ogcapi or wfs.
        address: of the features: a collection's items, or GetFeature with the layer's name.

    Raises:
        FetchProblem: they can't be had, or not all.
        Unreadable: the service answers with something else.
    """
    if reads == "ogcapi":
        name = f"{slug(PurePosixPath(urlsplit(address).path).parent.name) or 'layer'}.geojson"
        answers = _along_links(_with(address, {"f": "json", "limit": str(PAGE)}), visitor, max_bytes)
        return _as_geojson(answers, folder / name, max_bytes)
    asked = {key.lower(): value for key, value in parse_qsl(urlsplit(address).query)}
    layer = slug(asked.get("typenames") or asked.get("typename") or "") or "layer"
    if "json" not in asked.get("outputformat", "").lower():
        return _as_gml(address, folder / f"{layer}.gml", visitor, max_bytes)
    if asked.get("version", "").startswith("2"):
        return _as_geojson(_by_index(address, visitor, max_bytes), folder / f"{layer}.geojson", max_bytes)
    body = visitor.get(address, accept=_GEOJSON, max_bytes=max_bytes).body
    return _as_geojson(iter([_collection(body)]), folder / f"{layer}.geojson", max_bytes)


def bring(address: str, folder: Path, visitor: Fetcher, *, max_bytes: int, layer: str = "") -> Brought:
    """What an address and, for a service, the name of a layer mean: a file, a collection, a layer.

    Raises:
        FetchProblem, Unreadable: it can't be had.
        NotFound: the service has no such layer.
    """
    path = urlsplit(address).path.rstrip("/")
    if layer and not format_of(PurePosixPath(path).suffix):
        reads, found = _layer_of(address, layer, visitor)
        return bring_layer(reads, found, folder, visitor, max_bytes=max_bytes)
    if re.search(r"/collections/[^/]+/items$", path):  # the file behind it would be its first page only
        return bring_layer("ogcapi", address, folder, visitor, max_bytes=max_bytes)
    brought = bring_file(address, folder, visitor, max_bytes=max_bytes)
    return Brought(brought.path, brought.name, options={"layer": layer} if layer else {})


def _layer_of(address: str, layer: str, visitor: Fetcher) -> tuple[str, str]:
    """How and where the features of a service's layer are had; the kind of service is found by asking."""
    kinds = [Kind.OGC_API, Kind.WFS]
    if "wfs" in address.lower():
        kinds.reverse()
    problem: Exception | None = None
    for kind in kinds:
        try:
            found = list(_records(kind, address, visitor))
        except (FetchProblem, Unreadable) as error:
            if not isinstance(error, BadAnswer | Unreadable):
                raise
            problem = problem or error
            continue
        for record in found:
            if layer in (record.remote_id, record.remote_id.rpartition(":")[2]):
                return kind.value, record.distributions[0].url
        known = ", ".join(record.remote_id for record in found[:20])
        raise NotFound(_("The service has no layer %(layer)s. It has: %(known)s.") % {"layer": layer, "known": known})
    raise problem or Unreadable("Neither an OGC API nor a WFS answers here.")


def _records(kind: Kind, address: str, visitor: Fetcher) -> Iterator[RemoteDataset]:
    for page in pages(kind, address, lambda url: visitor.get(url, accept=ACCEPT[kind]).body):
        yield from page.records


def _with(address: str, more: dict[str, str]) -> str:
    """An address with parameters set, those of the same name replaced."""
    parts = urlsplit(address)
    names = {name.lower() for name in more}
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name.lower() not in names
    ]
    return urlunsplit(parts._replace(query=urlencode([*kept, *more.items()])))


def _collection(body: bytes) -> dict[str, Any]:
    """A page of features.

    Raises:
        Unreadable: it is none.
    """
    try:
        answer = orjson.loads(body)
        if not isinstance(answer["features"], list):
            raise Unreadable("The answer has no list of features.")
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable("The answer isn't a GeoJSON FeatureCollection.") from error
    return dict(answer)


def _along_links(first: str, visitor: Fetcher, max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of an OGC API collection, along the links named `next`."""
    address, visited = first, set[str]()
    while address:
        if address in visited or len(visited) >= _MOST_PAGES:
            raise Incomplete(_("The service leads from page to page without end."))
        visited.add(address)
        answer = _collection(visitor.get(address, accept=_GEOJSON, max_bytes=max_bytes).body)
        yield answer
        links = [link for link in answer.get("links") or () if isinstance(link, dict) and link.get("rel") == "next"]
        address = web_address(links[0].get("href"), address) if links else ""


def _by_index(address: str, visitor: Fetcher, max_bytes: int) -> Iterator[dict[str, Any]]:
    """The pages of a WFS 2 layer, by the number of the first feature."""
    start = 0
    while True:
        asked = _with(address, {"count": str(PAGE), "startIndex": str(start)})
        answer = _collection(visitor.get(asked, accept=_GEOJSON, max_bytes=max_bytes).body)
        yield answer
        got = len(answer["features"])
        start += got
        total = _total(answer)
        if not got or (start >= total if total is not None else got < PAGE):
            return


def _total(answer: dict[str, Any]) -> int | None:
    counts = (answer.get("numberMatched"), answer.get("totalFeatures"))
    return next((count for count in counts if isinstance(count, int)), None)


def _as_geojson(answers: Iterator[dict[str, Any]], path: Path, max_bytes: int) -> Brought:
    """Pages of features as one GeoJSON file, with the reference system that the first one names.

    Raises:
        Incomplete: there are fewer than the service says.
        TooLarge: there are more than are allowed.
    """
    written, total, begun = 0, None, False
    with path.open("wb") as file:
        for answer in answers:
            if not begun:
                _write_head(file, answer)
                begun = True
            for feature in answer["features"]:
                file.write((b",\n" if written else b"\n") + orjson.dumps(feature))
                written += 1
            total = _total(answer) if _total(answer) is not None else total
            if file.tell() > max_bytes:
                raise TooLarge(_("The source is larger than allowed."), max_bytes=max_bytes)
        file.write(b"\n]}\n")
    if total is not None and written < total:
        raise Incomplete(_("The service gave %(got)s of its %(all)s features.") % {"got": written, "all": total})
    return Brought(path, path.name)


def _write_head(file: BinaryIO, answer: dict[str, Any]) -> None:
    head: dict[str, Any] = {"type": "FeatureCollection"}
    if isinstance(answer.get("crs"), dict):
        head["crs"] = answer["crs"]
    file.write(orjson.dumps(head)[:-1] + b',"features":[')


def _as_gml(address: str, path: Path, visitor: Fetcher, max_bytes: int) -> Brought:
    """A layer whose service speaks GML only, in one answer.

    Raises:
        Unreadable: it answers with something else.
        Incomplete: its own limit cuts the answer.
    """
    visitor.download(
        address, path, accept="application/gml+xml, application/xml;q=0.9, text/xml;q=0.8", max_bytes=max_bytes
    )
    with path.open("rb") as file:
        root = _ROOT.search(file.read(64 * 1024))
    opening = root[0].decode("utf-8", "replace") if root else ""
    if "FeatureCollection" not in opening.split(None, 1)[0]:
        raise Unreadable("The service's answer is no collection of features.")
    matched, returned = (re.search(rf'\bnumber{word}="(\d+)"', opening) for word in ("Matched", "Returned"))
    if matched and returned and int(returned[1]) < int(matched[1]):
        raise Incomplete(
            _("The service gave %(got)s of its %(all)s features.") % {"got": returned[1], "all": matched[1]}
        )
    return Brought(path, path.name)
