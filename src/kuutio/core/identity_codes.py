"""Finnish personal identity codes: whether one is whole, and the day of birth in it.

Source: Population Information Act 661/2009, section 11; Government Decree 128/2010, section 2, with the signs added by 690/2022.
"""

from __future__ import annotations

import re
from datetime import date

_CODE = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-FHJ-NPR-Y])", re.ASCII)
_CENTURIES = {"+": 1800, **dict.fromkeys("-UVWXY", 1900), **dict.fromkeys("ABCDEF", 2000)}
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


class NoIdentityCode(ValueError):
    """The text is no personal identity code."""


def read_code(text: str) -> tuple[str, date]:
    """A code in its one form, and the day of birth.

    Raises:
        NoIdentityCode: it isn't one, or was mistyped.
    """
    code = "".join(text.split()).upper()
    match = _CODE.fullmatch(code)
    if match is None:
        raise NoIdentityCode("This is no personal identity code.")
    day, month, year, sign, number, check = match.groups()
    if _CHECKS[int(day + month + year + number) % 31] != check:
        raise NoIdentityCode("The check character of this code doesn't fit.")
    try:
        return code, date(_CENTURIES[sign] + int(year), int(month), int(day))
    except ValueError as error:
        raise NoIdentityCode("There is no such day.") from error
