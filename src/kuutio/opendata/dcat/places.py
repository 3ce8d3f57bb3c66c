"""What area a data set covers, in names that other catalogues know."""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kuutio.cities.models import Municipality
from kuutio.opendata.addresses import municipality_uri
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import Iri, Literal, text

#: The six cities in GeoNames, which DCAT-AP takes as a vocabulary of places. Source: geonames.org (CC BY 4.0).
_GEONAMES = {
    "049": "660129",
    "091": "658225",
    "092": "632453",
    "564": "643492",
    "837": "634963",
    "853": "633679",
}
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


@lru_cache(maxsize=1)
def _municipalities() -> dict[str, tuple[str, str, str]]:
    """Code, Finnish and Swedish name of each municipality, by its code and by both names in lower case."""
    known = {}
    for row in Municipality.objects.values_list("code", "name_fi", "name_sv"):
        for word in row:
            known[word.lower()] = row
    return known


def municipality(word: str) -> tuple[str, str, str] | None:
    """The municipality that a code or a name in either language means: code, Finnish name, Swedish name."""
    known = _municipalities()
    if not known:  # asked before the borders were loaded: don't remember that
        _municipalities.cache_clear()
    return known.get(word.strip().lower())


def municipality_iri(code: str) -> Iri:
    """The name of a municipality for machines."""
    return Iri(f"https://sws.geonames.org/{_GEONAMES[code]}/" if code in _GEONAMES else municipality_uri(code))


def describe_municipality(graph: Graph, found: tuple[str, str, str]) -> Iri:
    """Say what a municipality is; returns its name."""
    code, finnish, swedish = found
    place = graph.node(municipality_iri(code), "dct:Location")
    graph.add(place, "skos:prefLabel", text(finnish, "fi"), text(swedish, "sv"))
    graph.add(place, "dct:identifier", Literal(code))
    return place


def _degrees(value: float) -> str:
    """A coordinate to a centimetre, without needless zeros."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def box(corners: Sequence[float]) -> Literal | None:
    """West, south, east, north in degrees as a rectangle in WKT; none when they are no numbers."""
    if len(corners) != 4 or not all(isinstance(value, int | float) and math.isfinite(value) for value in corners):
        return None
    west, south, east, north = map(_degrees, corners)
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return Literal(f"POLYGON(({ring}))", datatype=_WKT)


def around(boxes: Iterable[Sequence[float] | None]) -> tuple[float, float, float, float] | None:
    """The box around boxes."""
    known = [one for one in boxes if one and box(one)]
    if not known:
        return None
    wests, souths, easts, norths = zip(*known, strict=True)
    return (min(wests), min(souths), max(easts), max(norths))
