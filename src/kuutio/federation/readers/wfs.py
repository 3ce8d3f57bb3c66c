"""A Web Feature Service as a source: each feature type of its capabilities is a data set.

Source: OGC 09-025r2, WFS 2.0.2, section 8; WFS 1.1.0 is read as well. Names of elements are taken without their namespace, in
which the versions differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from kuutio.federation.readers.values import (
    Agent,
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    Unreadable,
    raw_of,
    texts,
    web_address,
)

OWN = {"service", "request", "version", "typename", "typenames", "outputformat", "srsname", "count", "maxfeatures"}


def first(base: str) -> str:
    """The address of the capabilities; what else stands in the query (a key, a map) is kept."""
    return _asking(base, {"service": "WFS", "request": "GetCapabilities"})


def parse(default: str = "fi") -> Parse:
    """A parser of capabilities for a source whose own language is `default`."""
    return partial(page, default=default)


def page(body: bytes, address: str, *, default: str = "fi") -> Page:
    """The feature types of a capabilities document; there is one page only.

    Raises:
        Unreadable: it is none.
    """
    try:
        root = defusedxml.ElementTree.fromstring(body)
    except DefusedXmlException as error:
        raise Unreadable("The XML defines entities, which is refused.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"The XML is broken: {error}") from error
    if _bare(root) == "ExceptionReport":
        raise Unreadable(f"The service refused: {_text(root, 'ExceptionText')[:300]}")
    if _bare(root) != "WFS_Capabilities":
        raise Unreadable("This isn't a WFS's answer to GetCapabilities.")
    version = root.get("version") or "2.0.0"
    provider = _text(root, "ProviderName")
    publisher = (
        Agent(texts([(None, provider)], default), "", _text(root, "ElectronicMailAddress")) if provider else None
    )
    licence = next(
        (text for text in (_text(root, "AccessConstraints"), _text(root, "Fees")) if text.lower() not in ("", "none")),
        "",
    )
    as_json = next((text for text in _formats(root) if "json" in text.lower()), "")
    records, broken = [], []
    for layer in _all(root, "FeatureType"):
        name = _text(layer, "Name")
        if not name:
            broken.append(
                Quarantined(
                    "", "The feature type has no name.", raw_of(defusedxml.ElementTree.tostring(layer, "unicode"))
                )
            )
            continue
        asked = {"service": "WFS", "version": version, "request": "GetFeature"}
        asked |= {"typeNames" if version.startswith("2") else "typeName": name}
        asked |= {"outputFormat": as_json} if as_json else {}
        title = texts([(None, _text(layer, "Title") or name)], default)
        crs = (
            _text(layer, "DefaultCRS"),
            _text(layer, "DefaultSRS"),
            *(other.text or "" for other in _all(layer, "OtherCRS")),
        )
        words = tuple(
            dict.fromkeys(word.text.strip() for word in _all(layer, "Keyword") if word.text and word.text.strip())
        )
        form = RemoteDistribution(
            remote_id=f"{name}:wfs",
            url=_asking(address, asked),
            title=title,
            format="WFS",
            media_type="application/geo+json" if as_json else "application/gml+xml",
            licence=licence,
            conforms_to=tuple(dict.fromkeys(text for text in crs if text)),
        )
        records.append(
            RemoteDataset(
                remote_id=name,
                name=name,
                title=title,
                text=texts([(None, _text(layer, "Abstract"))], default),
                keywords={default: words} if words else {},
                licence=licence,
                publisher=publisher,
                page=next((web for link in _all(layer, "MetadataURL") if (web := _link(link))), ""),
                bbox=_bbox(layer),
                distributions=(form,),
            )
        )
    return Page(tuple(records), tuple(broken))


def _asking(address: str, asked: dict[str, str]) -> str:
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name.lower() not in OWN]
    return urlunsplit(parts._replace(query=urlencode([*kept, *asked.items()]), fragment=""))


def _bare(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.iter() if _bare(inner) == name)


def _text(element: Element, name: str) -> str:
    return next(((inner.text or "").strip() for inner in _all(element, name) if (inner.text or "").strip()), "")


def _link(element: Element) -> str:
    href = next((value for key, value in element.attrib.items() if key.endswith("href")), "")
    return web_address(href) or web_address(element.text)


def _formats(root: Element) -> Iterator[str]:
    """What GetFeature can answer with."""
    for operation in _all(root, "Operation"):
        if operation.get("name") == "GetFeature":
            for parameter in _all(operation, "Parameter"):
                if parameter.get("name", "").lower() == "outputformat":
                    yield from (value.text.strip() for value in _all(parameter, "Value") if value.text)


def _bbox(layer: Element) -> tuple[float, float, float, float] | None:
    corners = f"{_text(layer, 'LowerCorner')} {_text(layer, 'UpperCorner')}".split()
    try:
        west, south, east, north = map(float, corners)
    except ValueError:
        return None
    return west, south, east, north
