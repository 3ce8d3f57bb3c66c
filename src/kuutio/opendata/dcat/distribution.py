"""One distribution as DCAT-AP describes it: a table that we serve, a file that we keep, an address elsewhere."""

import re
from datetime import datetime

from kuutio.opendata import addresses
from kuutio.opendata.dcat import places, vocabulary
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import NAMESPACES, Iri, Literal, iri, moment, whole
from kuutio.opendata.models import Dataset, Distribution, Snapshot
from kuutio.opendata.vocabularies import FORMATS, Format, format_of

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_SHA256 = re.compile(r"^[0-9a-fA-F]{64}$")


def is_shown(distribution: Distribution) -> bool:
    """Whether there is anything to reach: a table has no address before its first data are served."""
    return distribution.kind != Distribution.Kind.TABLE or distribution.current_id is not None


def format_known(distribution: Distribution) -> Format | None:
    """The format of what `addresses.download` gives: of a table the CSV, else what its publisher says."""
    if distribution.kind == Distribution.Kind.TABLE:
        return FORMATS["csv"]
    return format_of(distribution.format) or format_of(distribution.media_type)


def size_known(distribution: Distribution) -> int | None:
    """Bytes of what `addresses.download` gives, once they are known."""
    if distribution.kind != Distribution.Kind.TABLE:
        return distribution.size
    ready = distribution.current.exports.get("csv") if distribution.current else None
    return ready if isinstance(ready, int) else None


def versions_of(distribution: Distribution) -> list[Snapshot]:
    """The versions of a table that can be read, newest first (`queries.with_everything` fetched them)."""
    served: list[Snapshot] = getattr(distribution, "served_snapshots", [])
    return served


def describe(graph: Graph, dataset: Dataset, distribution: Distribution) -> Iri:
    """State everything of a distribution; returns its name."""
    thing = graph.node(Iri(addresses.distribution_uri(distribution)), "dcat:Distribution")
    graph.add(thing, "dct:title", *vocabulary.literals(distribution.title))
    graph.add(thing, "dct:description", *vocabulary.literals(distribution.notes))
    graph.add(thing, "dct:identifier", Literal(str(distribution.pk)))
    reached = iri(addresses.access(distribution)) or Iri(addresses.dataset_page(dataset, "en"))
    graph.add(thing, "dcat:accessURL", reached)
    graph.add(thing, "dcat:downloadURL", iri(addresses.download(distribution)))
    graph.add(thing, "dct:issued", moment(distribution.created_at))
    graph.add(thing, "dct:modified", moment(_changed(distribution)))
    graph.add(thing, "dcat:byteSize", whole(size_known(distribution)))
    graph.add(thing, "dct:license", vocabulary.licence(graph, dataset.licence))
    graph.add(thing, "dct:language", *(vocabulary.language(graph, code) for code in dataset.languages))
    known = format_known(distribution)
    if known:
        graph.add(thing, "dct:format", vocabulary.file_format(graph, known))
    written = known.media_type if known else distribution.media_type
    graph.add(thing, "dcat:mediaType", vocabulary.media_type(graph, written))
    if addresses.is_ours(reached):
        graph.add(thing, "dcatap:availability", vocabulary.availability(graph))
    _checksum(graph, thing, distribution)
    if distribution.kind == Distribution.Kind.TABLE:
        _table(graph, thing, distribution)
    return thing


def _changed(distribution: Distribution) -> datetime:
    """When its data last changed, of a table; of others when what is said of them did."""
    current = distribution.current
    return (current.served_at or current.created_at) if current else distribution.modified_at


def _checksum(graph: Graph, thing: Iri, distribution: Distribution) -> None:
    """The digest of a file; a table's own file is written on demand, so it has none."""
    if distribution.kind == Distribution.Kind.TABLE or not _SHA256.match(distribution.sha256):
        return
    digest = graph.node(Iri(f"{thing}#checksum"), "spdx:Checksum")
    algorithm = graph.node(Iri(NAMESPACES["spdx"] + "checksumAlgorithm_sha256"), "spdx:ChecksumAlgorithm")
    graph.add(digest, "spdx:algorithm", algorithm)
    value = Literal(distribution.sha256.lower(), datatype=NAMESPACES["xsd"] + "hexBinary")
    graph.add(digest, "spdx:checksumValue", value)
    graph.add(thing, "spdx:checksum", digest)


def _table(graph: Graph, thing: Iri, distribution: Distribution) -> None:
    """What only a table has: versions that stay readable, and a coordinate system where it has a geometry."""
    table, current = distribution.table, distribution.current
    if table is None or current is None:
        return
    graph.add(thing, "dcat:version", Literal(current.content))
    older = [one for one in versions_of(distribution) if one.content != current.content]
    names = [Iri(addresses.table_download(table, snapshot=one.content)) for one in older]
    graph.add(thing, "dcat:hasVersion", *names)
    graph.add(thing, "dcat:previousVersion", *names[:1])
    if any(column.get("type") == "geometry" for column in current.columns) or places.around([current.bbox]):
        graph.add(thing, "dct:conformsTo", vocabulary.standard(graph, _CRS84))
