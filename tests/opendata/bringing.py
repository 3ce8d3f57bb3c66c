"""Bring text or a file into a data set as the command line does, and do the worker's part here."""

from pathlib import Path

from django.utils import timezone

from kuutio.opendata.actions.loading import receive_file, work_load
from kuutio.opendata.bringing import dataset_for
from kuutio.opendata.models import Load


def bring(content: bytes | str | Path, name: str = "data.csv", *, what: str = "things", city: str = "helsinki", **more) -> Load:
    """Load a file into `CITY-WHAT`; returns the finished load."""
    now = timezone.now()
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    raw = content.encode() if isinstance(content, str) else content
    dataset = dataset_for(city, what, title="", at=now)
    load = receive_file(
        dataset, chunks=iter([raw]), file_name=name, door="command", by=more.pop("by", None), at=now,
        options=more.pop("options", {}), accept=more.pop("accept", ""),
    )  # fmt: skip
    return work_load(str(load.pk))
