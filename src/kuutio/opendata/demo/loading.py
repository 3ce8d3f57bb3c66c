"""Bring the demonstration's data sets in, through the verbs that publishers' doors use."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from kuutio.cities.models import City, Organisation
from kuutio.opendata.actions.catalogue import create_dataset, publish_dataset
from kuutio.opendata.actions.loading import receive_file
from kuutio.opendata.demo import joint
from kuutio.opendata.demo.declared import Declared
from kuutio.opendata.demo.sets import declared
from kuutio.opendata.models import Dataset, Load

DOOR = "demonstration"
_CHUNK = 1 << 20
Say = Callable[[str], None]
Wait = Callable[[Callable[[], bool]], None]
"""Returns when the function says that the work is done."""


def load(say: Say, wait: Wait) -> None:
    """Bring in what is not there yet, and wait until the worker has done it."""
    brought = sum(map(bring, declared()))
    if brought:
        say(f"kuutio: {brought} files of the demonstration are being read")
    wait_for_loads(say, wait)
    joint.join()


@transaction.atomic
def bring(one: Declared) -> int:
    """Make the data set and queue the versions that were never brought; returns how many files that were."""
    dataset = _dataset(one)
    known = set(dataset.loads.filter(door=DOOR).values_list("retry_key", flat=True))
    missing = [n for n in range(len(one.versions)) if _key(n) not in known]
    with tempfile.TemporaryDirectory(prefix="kuutio-demo-") as folder:
        for n in missing:
            place = Path(folder) / str(n)
            place.mkdir()
            made = one.versions[n](place)
            receive_file(
                dataset,
                chunks=_chunks(made),
                file_name=made.name,
                door=DOOR,
                by=None,
                at=timezone.now(),
                options=one.reading(),
                retry_key=_key(n),
            )
    return len(missing)


def wait_for_loads(say: Say, wait: Wait) -> None:
    """Return when every load of the demonstration is finished; tell what failed."""
    unfinished = Load.objects.filter(door__in=(DOOR, "joint"), finished_at__isnull=True)
    total = unfinished.count()
    told = total

    def done() -> bool:
        nonlocal told
        left = unfinished.count()
        if left <= told - 20:
            told = left
            say(f"kuutio: {total - left} of {total} files are in")
        return left == 0

    if total:
        wait(done)
        say("kuutio: the demonstration's data are in")
    for failed in Load.objects.filter(door=DOOR, state=Load.State.FAILED).select_related("dataset"):
        say(f"kuutio: {failed.dataset.name} could not be read: {failed.problem.get('detail', '')}")


def _dataset(one: Declared) -> Dataset:
    at = timezone.now()
    dataset = Dataset.objects.filter(name=one.name).first()
    if dataset is None:
        publisher, city = Organisation.objects.get(slug=one.publisher), City.objects.filter(code=one.city).first()
        dataset = create_dataset(name=one.name, publisher=publisher, city=city, by=None, at=at, **one.metadata())
        dataset = publish_dataset(dataset, by=None, at=at)
    return dataset


def _key(version: int) -> str:
    return f"{DOOR}-{version + 1}"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
