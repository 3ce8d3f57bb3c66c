"""Bring the demonstration's data sets in, through the verbs that publishers' doors use."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.opendata.actions.catalogue import add_distribution, create_dataset, publish_dataset
from kuutio.opendata.actions.loading import receive_file, try_again
from kuutio.opendata.demo import joint
from kuutio.opendata.demo.declared import Declared, Extra
from kuutio.opendata.demo.real import FILES
from kuutio.opendata.demo.sets import declared
from kuutio.opendata.models import Dataset, Load
from kuutio.opendata.vocabularies import format_of

DOOR = "demonstration"
_CHUNK, _TOLD_EVERY = 1 << 20, 10
Say = Callable[[str], None]
Wait = Callable[[Callable[[], bool]], None]
"""Returns when the function says that the work is done."""


def load(say: Say, wait: Wait) -> None:
    """Bring in what is not there yet, and wait until the worker has done it.

    A load that was cut off is gone on with; one that failed is tried once more each time.
    """
    brought = sum(bring(one) for one in declared())
    brought += sum(try_again(load) for load in Load.objects.filter(door=DOOR, state=Load.State.FAILED))
    if brought:
        say(f"kuutio: {brought} files of the demonstration are being read; the pages are open already")
    wait_for_loads(say, wait)
    made = joint.join()
    if not all(map(joint.is_made, made)):
        wait(lambda: all(map(joint.is_made, made)))
        say("kuutio: the harmonised data sets are in")


@transaction.atomic
def bring(one: Declared) -> int:
    """Make the data set and queue the files that were never brought; returns how many those were."""
    at = timezone.now()
    dataset = Dataset.objects.filter(name=one.name).first() or _created(one)
    known = set(dataset.loads.filter(door=DOOR).values_list("retry_key", flat=True))
    brought = 0
    with tempfile.TemporaryDirectory(prefix="kuutio-demo-") as folder:
        for n, make in enumerate(one.versions, start=1):
            if (key := f"{DOOR}-{n}") not in known:
                (place := Path(folder) / str(n)).mkdir()
                _receive(dataset, make(place), key, options=one.reading())
                brought += 1
    for n, extra in enumerate(one.extras, start=1):
        if extra.file and (key := f"{DOOR}-extra-{n}") not in known:
            into = add_distribution(dataset, kind="file", by=None, at=at, title=extra.title, **_form(extra.format))
            _receive(dataset, FILES / extra.file, key, into=into)
            brought += 1
        elif extra.url and not dataset.distributions.filter(url=extra.url).exists():
            _link(dataset, extra)
    return brought


def wait_for_loads(say: Say, wait: Wait) -> None:
    """Return when every load of the demonstration is finished; tell what failed."""
    unfinished = Load.objects.filter(door=DOOR, finished_at__isnull=True)
    total = told = unfinished.count()

    def done() -> bool:
        nonlocal told
        left = unfinished.count()
        if left <= told - _TOLD_EVERY:
            told = left
            say(f"kuutio: {total - left} of {total} files are in")
        return left == 0

    if total:
        wait(done)
        say("kuutio: the demonstration's data are in")
    for failed in Load.objects.filter(door=DOOR, state=Load.State.FAILED).select_related("dataset"):
        say(f"kuutio: {failed.dataset.name} could not be read: {failed.problem.get('detail', '')}")


def _created(one: Declared) -> Dataset:
    """The data set, described and published, with a place for its table where it has one."""
    at = timezone.now()
    dataset = create_dataset(
        name=one.name,
        publisher=Organisation.objects.get(slug=one.publisher),
        city=City.objects.filter(code=one.city).first(),
        by=None,
        at=at,
        **one.metadata(),
    )
    if one.form and one.versions:
        add_distribution(
            dataset, kind="table", table=one.name, by=None, at=at, title=one.title, key=list(one.key), **_form(one.form)
        )
    return publish_dataset(dataset, by=None, at=at)


def _receive(dataset: Dataset, file: Path, key: str, **more: Any) -> None:
    receive_file(
        dataset,
        chunks=_chunks(file),
        file_name=file.name,
        door=DOOR,
        by=None,
        at=timezone.now(),
        retry_key=key,
        **more,
    )


def _link(dataset: Dataset, extra: Extra) -> None:
    add_distribution(
        dataset,
        kind="link",
        by=None,
        at=timezone.now(),
        title=extra.title,
        url=extra.url,
        **_form(extra.format),
    )


def _form(word: str) -> dict[str, Any]:
    """The format and media type of a word.

    Raises:
        ValueError: there is no such format.
    """
    known = format_of(word)
    if known is None:
        raise ValueError(word)
    return {"format": known.name, "media_type": known.media_type}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
