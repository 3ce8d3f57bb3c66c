"""How many people a residents' initiative needs, and until when the municipality must take it up.

Source: Local Government Act 410/2015, section 23 (two per cent of the residents: taken up within six months) and section 25 (four
per cent of the residents who are fifteen: a municipal referendum).
"""

from __future__ import annotations

import calendar
from datetime import date

INITIATIVE_PERCENT = 2
REFERENDUM_PERCENT = 4
REFERENDUM_AGE = 15
MONTHS = 6


def needed(people: int, percent: int) -> int:
    """The smallest whole number of people that is at least so many per cent of all.

    Raises:
        ValueError: nobody lives there.
    """
    if people < 1:
        raise ValueError("A municipality has residents.")
    return -(-people * percent // 100)


def due_on(pending_since: date, months: int = MONTHS) -> date:
    """The last day of a time in whole months: the same day of the month, or the month's last where it has no such day.

    Source: Act on the Calculation of Statutory Time Limits 150/1930, section 3.
    """
    total = pending_since.month - 1 + months
    year, month = pending_since.year + total // 12, total % 12 + 1
    return date(year, month, min(pending_since.day, calendar.monthrange(year, month)[1]))
