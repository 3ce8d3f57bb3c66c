"""What was learnt of a trial."""

from __future__ import annotations

from typing import Any

from kuutio.innovation.models import Trial


def learnings_of(trial: Trial) -> Any:
    """The published learnings of a trial, the newest first."""
    return getattr(trial, "learnings").filter(published_at__isnull=False) if hasattr(trial, "learnings") else []  # noqa: B009
