"""Small files of what a page shows."""

import csv
import io
from collections.abc import Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(values: Sequence[Any]) -> bytes:
    """A line of CSV (RFC 4180); a text that a spreadsheet would take for a formula gets an apostrophe, None is empty."""
    safe = [f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value for value in values]
    out = io.StringIO()
    csv.writer(out).writerow(safe)
    return out.getvalue().encode()
