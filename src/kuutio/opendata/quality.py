"""How good a data set's description is, by the rules of data.europa.eu: 405 points, each with what to do when it is missing.

The points are of what our DCAT-AP says, since that is what others read. Of distributions each point is shared: it counts for
as large a part of them as has the property, rounded up.

Source: data.europa.eu, Metadata Quality Assessment methodology (indicators and points); the BeOpen project's mqa-scoring
(rounding of shares).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from dataclasses import field as made_by
from typing import Any

from kuutio.opendata import addresses
from kuutio.opendata.dcat import queries
from kuutio.opendata.dcat.dataset import graph_of, shown
from kuutio.opendata.dcat.distribution import format_known, size_known
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.shapes import violations
from kuutio.opendata.dcat.terms import Iri
from kuutio.opendata.dcat.vocabulary import ACCESS_SCHEME, FILE_TYPE_SCHEME, LICENCE_SCHEME
from kuutio.opendata.mends import DIMENSIONS
from kuutio.opendata.models import Dataset, Distribution, LinkCheck
from kuutio.opendata.vocabularies import IANA

MOST = 405
#: From how many points on a description has which rating, best first.
_RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is judged: a data set, or one distribution of it, with what is stated of them."""

    graph: Graph
    dataset: Dataset
    distribution: Distribution | None = None

    @property
    def thing(self) -> Iri:
        """The name of what is judged."""
        return Iri(addresses.distribution_uri(self.distribution)) if self.distribution else self.graph.root

    def states(self, curie: str) -> bool:
        """Whether anything is stated with a property."""
        return bool(self.graph.of(self.thing, curie))

    def among(self, curie: str, scheme: str) -> bool:
        """Whether all that is stated with a property is of a vocabulary; and something is."""
        values = self.graph.of(self.thing, curie)
        return bool(values) and all(str(value).startswith(scheme) for value in values)

    @property
    def part(self) -> Distribution:
        """The distribution that is judged."""
        if self.distribution is None:
            raise TypeError("a distribution's indicator was asked of a data set")
        return self.distribution


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of the table: its code, dimension and points; the field to mend; of the data set or of each distribution.

    `lacks` gives the key of the mend, or nothing when the property is there.
    """

    code: str
    dimension: str
    points: int
    field: str
    lacks: Callable[[Seen], str]
    of_each: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Points that were not given: how many, what mends it, in which field, of which distributions (none: of the data set)."""

    code: str
    points: int
    mend: str
    field: str
    distributions: list[str] = made_by(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The points in all, by dimension (`{code: {points, most}}`), the rating, and what is missing, dearest first."""

    points: int
    rating: str
    dimensions: dict[str, dict[str, int]]
    missing: list[Missing]


def _stated(curie: str, mend: str) -> Callable[[Seen], str]:
    return lambda seen: "" if seen.states(curie) else mend


def _listed(curie: str, scheme: str, absent: str, unknown: str) -> Callable[[Seen], str]:
    def lacks(seen: Seen) -> str:
        if not seen.states(curie):
            return absent
        return "" if seen.among(curie, scheme + "/") else unknown

    return lacks


def _answers(distribution: Distribution, address: str) -> str:
    """Nothing when an address answers: ours do; others by their last check. Else the key of the mend."""
    if not address:
        return "access-absent"
    if addresses.is_ours(address):
        return ""
    try:
        last = distribution.link_check
    except LinkCheck.DoesNotExist:
        return "access-unchecked"
    return "" if last.status is not None and 200 <= last.status < 400 else "access-broken"


def _reached(seen: Seen) -> str:
    return _answers(seen.part, addresses.access(seen.part))


def _downloaded(seen: Seen) -> str:
    if not seen.states("dcat:downloadURL"):
        return "download-absent"
    return _answers(seen.part, addresses.download(seen.part))


def _format(seen: Seen) -> str:
    if seen.states("dct:format"):
        return ""
    return "format-unknown" if seen.part.format.strip() else "format-absent"


def _of_vocabularies(seen: Seen) -> str:
    """Format and media type are of the EU's and IANA's lists; one of them must be there."""
    formats = seen.among("dct:format", FILE_TYPE_SCHEME + "/") or not seen.states("dct:format")
    media_types = seen.among("dcat:mediaType", IANA) or not seen.states("dcat:mediaType")
    stated = seen.states("dct:format") or seen.states("dcat:mediaType")
    return "" if stated and formats and media_types else _format(seen) or "format-unknown"


def _open(seen: Seen) -> str:
    known = format_known(seen.part)
    return "" if known and known.non_proprietary else ("proprietary" if known else _format(seen) or "format-unknown")


def _readable(seen: Seen) -> str:
    known = format_known(seen.part)
    return "" if known and known.machine_readable else ("not-readable" if known else _format(seen) or "format-unknown")


def _compliance(seen: Seen) -> str:
    return "compliance" if violations(seen.graph) else ""


def _size(seen: Seen) -> str:
    return "" if size_known(seen.part) is not None else "size"


_LICENCE = _listed("dct:license", LICENCE_SCHEME, "licence-absent", "licence-unknown")
_ACCESS = _listed("dct:accessRights", ACCESS_SCHEME, "access-rights", "access-rights")

INDICATORS = (
    Indicator("keywords", "findability", 30, "keywords", _stated("dcat:keyword", "keywords")),
    Indicator("themes", "findability", 30, "themes", _stated("dcat:theme", "themes")),
    Indicator("spatial", "findability", 20, "coverage", _stated("dct:spatial", "spatial")),
    Indicator("temporal", "findability", 20, "temporal_start", _stated("dct:temporal", "temporal")),
    Indicator("access-answers", "accessibility", 50, "url", _reached, True),
    Indicator("download-given", "accessibility", 20, "url", _stated("dcat:downloadURL", "download-absent"), True),
    Indicator("download-answers", "accessibility", 30, "url", _downloaded, True),
    Indicator("format", "interoperability", 20, "format", _format, True),
    Indicator("media-type", "interoperability", 10, "media_type", _stated("dcat:mediaType", "media-type"), True),
    Indicator("vocabularies", "interoperability", 10, "format", _of_vocabularies, True),
    Indicator("non-proprietary", "interoperability", 20, "format", _open, True),
    Indicator("machine-readable", "interoperability", 20, "format", _readable, True),
    Indicator("compliance", "interoperability", 30, "", _compliance),
    Indicator("licence", "reusability", 20, "licence", _stated("dct:license", "licence-absent"), True),
    Indicator("licence-listed", "reusability", 10, "licence", _LICENCE, True),
    Indicator("access-rights", "reusability", 10, "access", _stated("dct:accessRights", "access-rights")),
    Indicator("access-rights-listed", "reusability", 5, "access", _ACCESS),
    Indicator("contact", "reusability", 20, "contact_email", _stated("dcat:contactPoint", "contact")),
    Indicator("publisher", "reusability", 10, "publisher", _stated("dct:publisher", "publisher")),
    Indicator("rights", "contextuality", 5, "rights", _stated("dct:rights", "rights"), True),
    Indicator("size", "contextuality", 5, "size", _size, True),
    Indicator("issued", "contextuality", 5, "issued_at", _stated("dct:issued", "issued")),
    Indicator("modified", "contextuality", 5, "modified_at", _stated("dct:modified", "modified")),
)


def rating_of(points: int) -> str:
    """The rating of so many points: excellent, good, sufficient or bad."""
    return next(word for least, word in _RATINGS if points >= least)


def assess(dataset: Dataset) -> Assessment:
    """Judge a data set as it is in memory, with its distributions (`dcat.queries.with_everything`)."""
    graph = graph_of(dataset)
    whole, parts = Seen(graph, dataset), [Seen(graph, dataset, one) for one in shown(dataset)]
    dimensions = {code: {"points": 0, "most": 0} for code in DIMENSIONS}
    missing: list[Missing] = []
    for one in INDICATORS:
        points, lacking = _judged(one, parts if one.of_each else [whole])
        dimensions[one.dimension]["points"] += points
        dimensions[one.dimension]["most"] += one.points
        missing += lacking
    total = sum(one["points"] for one in dimensions.values())
    missing.sort(key=lambda lack: -lack.points)
    return Assessment(total, rating_of(total), dimensions, missing)


def _judged(indicator: Indicator, judged: list[Seen]) -> tuple[int, list[Missing]]:
    """The points of one line, and what is missing of it: one entry for each way to mend it."""
    if not judged:
        return 0, [Missing(indicator.code, indicator.points, "no-distribution", "distributions")]
    lacks: dict[str, list[str]] = {}
    for seen in judged:
        if mend := indicator.lacks(seen):
            lacks.setdefault(mend, []).append(str(seen.distribution.pk) if seen.distribution else "")
    holding = len(judged) - sum(map(len, lacks.values()))
    points = -(-indicator.points * holding // len(judged))
    lost = indicator.points - points
    if not lost:
        return points, []
    # The points lost are told once, at the first mend; the others are other ways to the same points.
    return points, [
        Missing(indicator.code, lost if first else 0, mend, indicator.field, [one for one in which if one])
        for first, (mend, which) in zip([True] + [False] * len(lacks), lacks.items(), strict=False)
    ]


def refresh(dataset: Dataset) -> None:
    """Compute the points again and keep them with the data set."""
    found = queries.with_everything(Dataset.objects.filter(pk=dataset.pk)).first()
    if found is None:
        return
    judged = assess(found)
    kept: dict[str, Any] = {"points": judged.points, "rating": judged.rating, "dimensions": judged.dimensions}
    kept["missing"] = [asdict(one) for one in judged.missing]
    if kept != found.quality or judged.points != found.quality_points:
        Dataset.objects.filter(pk=dataset.pk).update(quality=kept, quality_points=judged.points)
    dataset.quality, dataset.quality_points = kept, judged.points
