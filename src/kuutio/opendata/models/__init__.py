"""The catalogue (DCAT's words), the versions of each table, and what people ask of them."""

from kuutio.opendata.models.catalogue import Dataset, Distribution
from kuutio.opendata.models.groups import Group
from kuutio.opendata.models.joint import Mapping
from kuutio.opendata.models.use import Follow, LinkCheck, Use
from kuutio.opendata.models.versions import Load, RowWrite, Snapshot

__all__ = ["Dataset", "Distribution", "Follow", "Group", "LinkCheck", "Load", "Mapping", "RowWrite", "Snapshot", "Use"]
