"""Where calls meet the selection: what came in time and may be judged becomes a candidate, in the version that was sent."""

from __future__ import annotations

from datetime import datetime

from kuutio.cities.models import Person
from kuutio.programme.models import Application, Call


def candidates_of(call: Call, *, at: datetime) -> int:
    return 0


def withdrawn(application: Application, *, by: Person | None, at: datetime) -> None:
    return None
