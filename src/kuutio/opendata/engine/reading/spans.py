"""Cells of a sheet that are joined into one: what they say belongs to every row, or column, that they cover."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | time | datetime | timedelta
EMPTY = ("", None)
_DEEPEST = 6  # rows that a header may have
_YEARS = range(1800, 2201)


@dataclass(frozen=True, slots=True)
class Span:
    """Joined cells, `bottom` and `right` among them; rows and columns from 0."""

    top: int
    bottom: int
    left: int
    right: int


def spans_of(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]] | None, start: tuple[int, int] | None
) -> list[Span]:
    """The workbook's joined cells, counted from where the sheet's data begin; ranges outside of them are left out."""
    first_row, first_column = start or (0, 0)
    shifted = (
        Span(top - first_row, bottom - first_row, left - first_column, right - first_column)
        for (top, left), (bottom, right) in ranges or ()
    )
    return [span for span in shifted if span.top >= 0 and span.left >= 0]


def fill_down(rows: list[list[Cell]], spans: Iterable[Span]) -> None:
    """Repeat a value that stands beside several rows in each of them, in place; no cell that has a value is changed."""
    for span in spans:
        if span.left == span.right and span.bottom > span.top and span.top < len(rows):
            above = rows[span.top]
            value = above[span.left] if span.left < len(above) else ""
            for row in rows[span.top + 1 : span.bottom + 1]:
                if span.left < len(row) and row[span.left] in EMPTY:
                    row[span.left] = value


def filled(row: Sequence[Cell], number: int, wide: Iterable[Span]) -> int:
    """How many columns a row says something of. A lone cell is a line of text, however wide it is."""
    own = sum(cell not in EMPTY for cell in row)
    covered = sum(span.right - span.left for span in wide if span.top <= number <= span.bottom)
    return own + covered if own > 1 else own


def header_of(rows: list[list[Cell]], first: int, spans: Sequence[Span], text: Callable[[Cell], str]) -> list[str]:
    """The names that joined cells make over several rows, as in `Miehet 2023`; none where the header is one row.

    Returns:
        A name for each column, of as many rows as `depth_of` says.
    """
    depth = depth_of(rows, first, spans)
    names = []
    for column in range(len(rows[first])) if depth > 1 else ():
        parts: list[str] = []
        for number in range(first, first + depth):
            over = next(
                (s for s in spans if s.top <= number <= s.bottom and s.left <= column <= s.right and s.left < s.right),
                None,
            )
            part = text(rows[over.top][over.left] if over else rows[number][column]).strip()
            if part and part not in parts[-1:]:
                parts.append(part)
        names.append(" ".join(parts))
    return names


def depth_of(rows: list[list[Cell]], first: int, spans: Sequence[Span]) -> int:
    """How many rows the header has: one more below each cell that covers several columns."""
    depth = 1
    for span in sorted(spans, key=lambda span: span.top):
        if first <= span.top < first + depth:
            depth = max(depth, span.bottom - first + 1 + (span.left < span.right))
    words = all(_may_name(cell) for row in rows[first : first + depth] for cell in row)
    return depth if depth <= _DEEPEST and first + depth <= len(rows) and words else 1


def grouped(titles: list[str], above: Sequence[Cell]) -> list[str]:
    """Titles that are repeated, with the nearest word to the left in the row above: groups whose cells aren't joined.

    They stay as they are when that doesn't tell them apart.
    """
    counts = Counter(titles)
    group, result = "", []
    for n, title in enumerate(titles):
        word = above[n] if n < len(above) else ""
        group = word.strip() if isinstance(word, str) and word.strip() else group
        result.append(f"{group} {title}".strip() if counts[title] > 1 and title else title)
    repeated = [name for name, title in zip(result, titles, strict=True) if counts[title] > 1 and title]
    return result if repeated and len(set(repeated)) == len(repeated) else titles


def _may_name(cell: Cell) -> bool:
    """Whether a cell can be part of a column's name: words, or a year."""
    return isinstance(cell, str) or cell is None or (isinstance(cell, int | float) and cell in _YEARS)
