"""The demonstration's testbeds, challenges, trials and all that came of them: made up, and marked so."""

from __future__ import annotations

from datetime import datetime

from kuutio.innovation import demo_more, demo_trials


def load(now: datetime | None = None) -> int:
    """Bring in what isn't there yet; tells how many things were made."""
    return demo_trials.load(now) + demo_more.load(now) + demo_trials.finish(now)
