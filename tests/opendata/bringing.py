"""Bring text or a file into a data set as the command line does, and do the worker's part here."""

from pathlib import Path
from unittest import mock

from django.utils import timezone

from kuutio.opendata.actions import loading
from kuutio.opendata.bringing import dataset_for
from kuutio.opendata.engine.confined import Outcome
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.models import Load


def in_this_process(path, root, **more):
    """The ingest without its child process, whose start is most of a small file's time."""
    return Outcome(ingest(path, root, **more), peak_bytes=0, cpu_s=0.0)


def bring(
    content: bytes | str | Path,
    name: str = "data.csv",
    *,
    what: str = "things",
    city: str = "helsinki",
    by=None,
    options=None,
    accept="",
    confined: bool = False,
) -> Load:
    """Load a file into `CITY-WHAT`; returns the finished load.

    Args:
        confined: in a child with limits, as the worker does.
    """
    now = timezone.now()
    if isinstance(content, Path):
        name, content = content.name, content.read_bytes()
    raw = content.encode() if isinstance(content, str) else content
    dataset = dataset_for(city, what, title="", at=now)
    load = loading.receive_file(
        dataset,
        chunks=iter([raw]),
        file_name=name,
        door="command",
        by=by,
        at=now,
        options=options or {},
        accept=accept,
    )
    if confined:
        return loading.work_load(str(load.pk))
    with mock.patch.object(loading, "run_limited", in_this_process):
        return loading.work_load(str(load.pk))
