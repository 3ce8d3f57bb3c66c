"""How many promises are kept, in a few signs for the front page."""

from django.core.cache import caches

from kuutio.core.evidence import Standing
from kuutio.programme import evidence, queries
from kuutio.ui.wording import number

_KEPT_S = 60


def kept_of_all() -> str | None:
    """Such as 5/20; None without a strategy, or before the first figures were computed. A minute old at most."""

    def compute() -> tuple[int, int]:
        programme = queries.current_programme()
        rows = evidence.judged(programme) if programme else []
        measured = any(one.figure for row in rows for one in row.figures)
        return (evidence.counts_of(rows)[Standing.KEPT], len(rows)) if measured else (0, 0)

    kept, total = caches["process"].get_or_set("programme-figure-promises", compute, _KEPT_S) or (0, 0)
    return f"{number(kept)}/{number(total)}" if total else None
