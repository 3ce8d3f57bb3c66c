"""The older profile, for readers that still check by its rules.

DCAT-AP 2.1.1 and 3.0.1 contradict each other in two places: the datatype of a file's size, and the one digest that 2.1.1
knows is SHA-1. A document is of 3.0.1 unless `?profile=2.1.1` asks otherwise; all else holds under both.

Source: SEMICeu/DCAT-AP, releases 2.1.1 and 3.0.1, SHACL shapes.
"""

from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import NAMESPACES, Iri, Literal

NEWEST, OLDER = "3.0.1", "2.1.1"
PROFILES = (NEWEST, OLDER)
#: How a profile is named in `dct:conformsTo`.
_NAMES = {profile: f"https://semiceu.github.io/DCAT-AP/releases/{profile}" for profile in PROFILES}


def name_of(profile: str) -> str:
    """The address that names a profile."""
    return _NAMES[profile]


def fitted(graph: Graph, profile: str) -> Graph:
    """The same graph, changed in place where the older profile wants something else."""
    if profile == NEWEST:
        return graph
    for part in graph.of_type("dcat:Distribution"):
        sizes = [
            Literal(size.value, datatype=NAMESPACES["xsd"] + "decimal")
            for size in graph.of(part, "dcat:byteSize")
            if isinstance(size, Literal)
        ]
        graph.replace(part, "dcat:byteSize", *sizes)
        for digest in graph.of(part, "spdx:checksum"):
            for algorithm in graph.of(Iri(str(digest)), "spdx:algorithm"):
                graph.drop(Iri(str(algorithm)))
            graph.drop(Iri(str(digest)))
        graph.replace(part, "spdx:checksum")
    return graph
