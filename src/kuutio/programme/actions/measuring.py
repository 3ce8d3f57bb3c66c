"""Computing the figures that show how the promises stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.core.evidence import Evidence
from kuutio.core.problems import NotFound
from kuutio.programme import evidence
from kuutio.programme.models import EvidenceFigure


@transaction.atomic
def measure(one: Evidence, *, at: datetime) -> EvidenceFigure:
    """Compute one figure now and keep it; a line is written where it changed."""
    found = one.find(at)
    told = {
        "value": None if found is None else float(found.value),
        "of": None if found is None else found.of,
        "standing": "" if found is None else found.standing.value,
        "as_of": None if found is None else found.as_of,
    }
    before = EvidenceFigure.objects.select_for_update().filter(key=one.key).first()
    figure, _made = EvidenceFigure.objects.update_or_create(
        key=one.key, defaults={"promise": one.promise, "measured_at": at, **told}
    )
    if before is None or any(getattr(before, name) != value for name, value in told.items()):
        record("measure_promise", f"evidence:{one.key}", by=None, at=at, value=told["value"], standing=told["standing"])
    return figure


def measure_all(*, at: datetime, keys: Iterable[str] = ()) -> list[EvidenceFigure]:
    """Compute all declared figures, or those of some keys; forget those that nobody declares any more.

    Raises:
        NotFound: a key that nobody declares.
    """
    wanted, known = set(keys), {one.key: one for one in evidence.declared()}
    if strangers := sorted(wanted - set(known)):
        raise NotFound(f"No figure has the key {', '.join(strangers)}.", known=sorted(known))
    if not wanted:
        EvidenceFigure.objects.exclude(key__in=known).delete()
    return [measure(one, at=at) for key, one in known.items() if not wanted or key in wanted]
