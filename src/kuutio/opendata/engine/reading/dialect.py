"""How a text table is written: separator, quotes, lines above the table, whether it has a header."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kuutio.opendata.engine.limits import Options
from kuutio.opendata.engine.refusals import WrongOptions

SEPARATORS = (";", "\t", ",", "|", "^", "~")
_SAMPLE = 400  # rows
_TYPED = re.compile(r"[-+−]?[\d\s.,:/%€T-]*\d[\d\s.,:/%€TZ-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORDS_OF_VALUES = {"true", "false", "kyllä", "ei", "ja", "nej", "yes", "no", "null", "na", "n/a"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is cut into cells.

    Attributes:
        separator: one character.
        quote: one character, or "" when quotes are letters like others.
        width: cells of a row.
        names: the header's cells; empty strings where there is no header.
        header: whether there was one.
        data_at: characters from the beginning of the text to the first row of data.
        padded: a space may follow the separator before a quote.
    """

    separator: str
    quote: str
    width: int
    names: tuple[str, ...]
    header: bool
    data_at: int
    padded: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[str]
    start: int
    end: int


def understand(sample: str, options: Options, *, whole: bool) -> Dialect:
    """The dialect of a text from its beginning, or from all of it when `whole`.

    Raises:
        WrongOptions: the separator or the quote isn't one character.
    """
    for given in (options.separator, options.quote):
        if given is not None and (len(given) > 1 or given in ("\n", "\r")):
            raise WrongOptions("A separator and a quote are one character each.", given=given)
    if options.separator == "":
        raise WrongOptions("A separator is one character.", given="")
    skipped, sample = _without(sample, options.skip_rows or 0)
    quote = options.quote if options.quote is not None else _quote(sample)
    separators = [options.separator] if options.separator else list(SEPARATORS)
    best: tuple[tuple[float, ...], str, list[_Row], int, int] | None = None
    for place, separator in enumerate(separators):
        rows = _rows(sample, separator, quote, whole=whole)
        if not rows:
            continue
        width, first, agreement = _shape(rows, exact=options.skip_rows is not None)
        if width < 2 and not options.separator:
            continue
        score = (round(agreement, 1), -min(first, 1), min(width, 3), agreement, -first, width, -place)
        if best is None or score > best[0]:
            best = score, separator, rows, width, first
    if best is None:
        rows = _rows(sample, options.separator or ";", quote, whole=whole)
        best = (), options.separator or ";", rows, 1, 0
    _, separator, rows, width, first = best
    padded = _padded(sample, separator, quote)
    rows = rows[first:]
    header = options.header if options.header is not None else has_header([row.cells for row in rows])
    if not rows:
        return Dialect(separator, quote, 0, (), False, len(skipped), padded)
    if header:
        cells = rows[0].cells
        width = max(width, len(cells)) if len(rows) < 2 else width
        names = tuple((cells + [""] * width)[:width])
        return Dialect(separator, quote, width, names, True, len(skipped) + rows[0].end, padded)
    return Dialect(separator, quote, width, ("",) * width, False, len(skipped) + rows[0].start, padded)


def _without(sample: str, lines: int) -> tuple[str, str]:
    """The first lines, and the text after them."""
    reader = io.StringIO(sample, newline="")
    return "".join(reader.readline() for _ in range(lines)), reader.read()


def _quote(sample: str) -> str:
    """The quote: double, or single where cells begin and end with it and none with a double one."""
    edge = r"(?:^|[;,\t|])\s?{0}[^{0}\n]*{0}(?=\s*(?:[;,\t|\r\n]|$))"
    single = len(re.findall(edge.format("'"), sample, re.MULTILINE))
    return "'" if single > 2 and '"' not in sample else '"'


def _rows(sample: str, separator: str, quote: str, *, whole: bool) -> list[_Row]:
    """The first rows that aren't empty. The last one is left out unless the sample is the whole text: it may be cut."""
    lines = list(io.StringIO(sample, newline=""))
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line))
    kind = {"quotechar": quote, "quoting": csv.QUOTE_MINIMAL} if quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=_padded(sample, separator, quote), **kind)
    rows: list[_Row] = []
    before = 0
    try:
        for cells in reader:
            if cells and (len(cells) > 1 or cells[0].strip() or '"' in lines[before]):
                rows.append(_Row(cells, ends[before], ends[reader.line_num]))
            before = reader.line_num
            if len(rows) > _SAMPLE:
                return rows
    except csv.Error:
        return rows
    return rows if whole or len(rows) < 2 else rows[:-1]


def _padded(sample: str, separator: str, quote: str) -> bool:
    return bool(quote) and separator != " " and f"{separator} {quote}" in sample


def _shape(rows: Sequence[_Row], *, exact: bool) -> tuple[int, int, float]:
    """The table's width, its first row, and the share of rows from there that have the width."""
    widths = Counter(len(row.cells) for row in rows[min(len(rows) // 4, 20) :])
    width = max(widths, key=lambda size: (widths[size], size))
    first = 0 if exact else next((n for n in range(len(rows)) if _starts(rows, n, width)), 0)
    table = rows[first:]
    return width, first, sum(len(row.cells) == width for row in table) / len(table)


def _starts(rows: Sequence[_Row], n: int, width: int) -> bool:
    """Whether the table can begin at that row, and the rows before it are words above it."""
    cells = rows[n].cells
    filled = sum(bool(cell.strip()) for cell in cells)
    if len(cells) == width:
        return filled >= min(width, 2)
    # Exports that end each row, but not the header, with a separator.
    near = width > 2 and abs(len(cells) - width) == 1 and filled > 1
    return near and not has_header([row.cells for row in rows[n + 1 :]])


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: words over values."""
    if not rows:
        return False
    names = [cell.strip() for cell in rows[0]]
    filled = [name for name in names if name]
    if not filled:
        return False
    below = [[row[n].strip() if n < len(row) else "" for row in rows[1:]] for n in range(len(names))]
    valuelike = 0
    in_turn = _in_turn([int(name) for name in names if _YEAR.fullmatch(name)])
    for name, column in zip(names, below, strict=True):
        if not name:
            continue
        if _YEAR.fullmatch(name) and (in_turn or not _mostly(column, _YEAR)):
            continue
        if _TYPED.fullmatch(name) or name.casefold() in _WORDS_OF_VALUES or len(name) > 200:
            valuelike += 1
    if valuelike == 0:
        # A first row whose words come again below is a row like the others.
        repeated = sum(name in column for name, column in zip(names, below, strict=True) if name)
        return repeated * 2 <= len(filled) or len(rows) < 4
    return valuelike * 5 <= len(filled) and len(set(filled)) == len(filled)


def _in_turn(years: list[int]) -> bool:
    """Whether several years follow one another, as columns of a statistic do: then they are names, whatever is below."""
    steps = {after - before for before, after in pairwise(years)}
    return len(years) > 1 and len(steps) == 1 and steps <= {1, -1}


def _mostly(column: list[str], pattern: re.Pattern[str]) -> bool:
    filled = [cell for cell in column if cell]
    return bool(filled) and sum(bool(pattern.fullmatch(cell)) for cell in filled) * 2 > len(filled)
