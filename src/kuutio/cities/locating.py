"""Files of points, each answered with its municipality and how sure that is; without a database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import nan
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from kuutio.cities.layer import borders
from kuutio.core.borderlines import ON_LINE_M, Borderlines
from kuutio.core.places import Locator
from kuutio.core.positions import FINLAND, NoPosition, Wrong, number, read_position, swapped
from kuutio.core.problems import Invalid

Row = tuple[str, str, str]
"""Id, longitude, latitude, as they are written."""

_, SOUTH, EAST, _ = FINLAND
HEADER = ("id", "municipality", "certainty")
AT_ONCE = 100_000
"""Rows that are located together: enough to be fast, few enough for any file to fit in memory."""


@dataclass
class Told:
    """What a person should hear about the rows: why some are invalid, and which fit Finland when their numbers are swapped."""

    wrong: list[Wrong] = field(default_factory=list)
    turned: list[Row] = field(default_factory=list)


class Judge:
    """Municipality and certainty of many points at once."""

    def __init__(self, file: Path, accuracy_m: float) -> None:
        try:
            drawn = borders(file)
            self.locator = Locator(drawn)
            self.lines = Borderlines(drawn, within_m=accuracy_m)
        except (OSError, ValueError, KeyError) as error:
            raise Invalid(f"The borders in {file} can't be read: {error}") from error

    def __call__(self, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> tuple[list[str], list[str]]:
        """Municipality and certainty of each point; NaN is invalid."""
        areas = self.locator.locate_many(lons, lats)
        distances = self.lines.distances(lons, lats, areas)
        names = np.array([*self.locator.codes, "invalid", "outside"], dtype=object)
        areas[np.isnan(lons)] = -2
        sure = np.full(len(areas), "certain", dtype=object)
        sure[np.isfinite(distances)] = "near_border"
        sure[distances <= ON_LINE_M] = "on_border"
        sure[areas < 0] = ""
        return names[areas].tolist(), sure.tolist()


@contextmanager
def points(name: str) -> Iterator[Iterator[Row]]:
    """The rows of a file of points (`-`: stdin); what a short row lacks is empty.

    Raises:
        Invalid: it can't be read, is no CSV, or lacks a column; also while it is read.
    """
    if name == "-":
        yield _rows(name, sys.stdin)
        return
    try:
        file = Path(name).open(encoding="utf-8-sig", errors="replace", newline="")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Invalid(f"{name} can't be read: {error.strerror}.") from error
    with file:
        yield _rows(name, file)


def _rows(name: str, file: TextIO) -> Iterator[Row]:
    reader = csv.reader(file)
    try:
        header = [column.strip().strip("\ufeff").lower() for column in next(reader, [])]
        missing = [column for column in ("id", "lon", "lat") if column not in header]
        if missing:
            raise Invalid(f"{name} has no column {', '.join(missing)}; its first line must name id, lon, lat.")
        at, lon, lat = (header.index(column) for column in ("id", "lon", "lat"))
        needed = max(at, lon, lat) + 1
        for row in reader:
            if not row:
                continue
            if len(row) < needed:
                row += [""] * (needed - len(row))
            yield row[at], row[lon], row[lat]
    except (csv.Error, OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{name}, line {reader.line_num}: {error}") from error


def answer(rows: Iterable[Row], judge: Judge, out: TextIO) -> Told:
    """Write the answers as CSV: `id`, `municipality` (a code, `outside`, `invalid`), `certainty`."""
    writer = csv.writer(out, lineterminator="\n")
    told = Told()
    source = iter(rows)
    some = list(islice(source, AT_ONCE))  # before the header: a file without its columns gets no answer at all
    writer.writerow(HEADER)
    while some:
        ids, lons, lats = zip(*some, strict=True)
        x, y, bad = _numbers(lons, lats)
        municipalities, sure = judge(x, y)
        writer.writerows(zip(ids, municipalities, sure, strict=True))
        told.wrong += bad
        (suspect,) = np.nonzero((x >= SOUTH) & (y <= EAST))
        told.turned += [some[row] for row in suspect.tolist() if swapped(x[row], y[row])]
        some = list(islice(source, AT_ONCE))
    return told


def _numbers(lons: Sequence[str], lats: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], list[Wrong]]:
    """The positions that texts give, NaN for none, and why these aren't: as `read_position`, faster where it is plain."""
    x, y = np.array(_floats(lons)), np.array(_floats(lats))
    bad = []
    for row in np.flatnonzero(~((np.abs(x) <= 180) & (np.abs(y) <= 90))).tolist():
        try:
            position = read_position(lons[row], lats[row])
        except NoPosition as refused:
            bad.append(refused.wrong)
            x[row] = y[row] = nan
        else:
            x[row], y[row] = position.lon, position.lat
    return x, y, bad


def _floats(texts: Sequence[str]) -> list[float]:
    """Each text as a number, NaN for what isn't plainly one."""
    if "_" not in "".join(texts):  # which Python would read as a number
        try:
            return list(map(float, texts))
        except ValueError:
            pass
    return [value if (value := number(text)) is not None else nan for text in texts]
