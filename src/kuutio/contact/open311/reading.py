"""What a request says, read once: empty parameters are absent ones, times have a zone, numbers are numbers."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.contact.known import known
from kuutio.contact.open311.errors import Refused
from kuutio.core.positions import NoPosition, Position, Wrong, read_position
from kuutio.core.positions import number as read_number
from kuutio.core.when import HELSINKI

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Words:
    """The parameters of a request by name; where a name stands in the body and in the address, the body counts."""

    def __init__(self, *told: QueryDict) -> None:
        self._told = told

    @classmethod
    def of(cls, request: HttpRequest) -> Words:
        """All that a request says."""
        return cls(request.POST, request.GET) if request.method == "POST" else cls(request.GET)

    def all(self, name: str) -> list[str]:
        """Each value of a name that isn't empty.

        Raises:
            Refused: a value holds a character that no text has.
        """
        for told in self._told:
            values = [value.strip() for value in told.getlist(name) if value.strip()]
            if any("\0" in value for value in values):
                raise Refused(400, _("A NUL character can't be kept. Take it out of the text."))
            if values:
                return values
        return []

    def get(self, name: str) -> str:
        """The last value of a name, "" when it is absent or empty."""
        return (self.all(name) or [""])[-1]

    def listed(self, name: str) -> list[str]:
        """A value that is a list with commas."""
        return [one.strip() for value in self.all(name) for one in value.split(",") if one.strip()]

    def truth(self, name: str) -> bool:
        """Whether something is asked for."""
        return self.get(name).lower() in {"true", "1", "yes"}


def language(words: Words) -> str:
    """The language that `locale` names (`fi`, `fi_FI`, `sv-FI`), "" when it names none of ours."""
    code = re.split(r"[-_]", words.get("locale").lower())[0]
    return code if code in LANGUAGES else ""


def jurisdiction(words: Words) -> City | None:
    """The city that is named; None when none is.

    A city is named by its code (`espoo`), its address (`espoo.fi`) or the number of its municipality (`049`).

    Raises:
        Refused: 404, there is no such city here.
    """
    told = words.get("jurisdiction_id")
    if not told:
        return None
    city = known().city(told.lower().removesuffix(".fi"))
    if city is None:
        raise Refused(404, _("There is no such jurisdiction_id here."))
    return city


def moment(words: Words, name: str, *, ends: bool = False) -> datetime | None:
    """A time, in UTC; one without a zone is Finland's, and a day alone is its beginning.

    Args:
        ends: a day alone is its end.

    Raises:
        Refused: 400, it is no time.
    """
    told = words.get(name)
    if not told:
        return None
    # A plus sign that wasn't escaped arrives as a space.
    mended = re.sub(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$", r"\1+\2", told)
    try:
        found = datetime.fromisoformat(mended)
        if ends and _DAY.fullmatch(mended):
            found = datetime.combine(found.date(), time.max)
        found = found if found.tzinfo else found.replace(tzinfo=HELSINKI)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(
            400,
            _("%(name)s isn’t a time like 2026-11-24T08:00:00+02:00.") % {"name": name},
        ) from error
    # Room is left for reckoning with days around it.
    if not 1000 <= found.year <= 9000:
        raise Refused(400, _("%(name)s isn’t a time like 2026-11-24T08:00:00+02:00.") % {"name": name})
    return found


def span(first: datetime | None, last: datetime | None, *, now: datetime, days: int) -> tuple[datetime, datetime, bool]:
    """The span of time that is asked for, cut to its newest days; the third says whether it was cut."""
    end = last or (now if first is None or first <= now else first)
    earliest = end - timedelta(days=days)
    if first is None or first < earliest:
        return earliest, end, first is not None
    return first, end, False


def position(words: Words) -> Position | None:
    """The position that `lat` and `long` give; None when both are absent.

    Raises:
        Refused: 400, one is missing or they are no place on Earth.
    """
    try:
        return read_position(words.get("long"), words.get("lat"))
    except NoPosition as error:
        if error.wrong is Wrong.MISSING:
            return None
        if error.wrong is Wrong.HALF:
            raise Refused(400, _("Give both lat and long.")) from error
        raise Refused(400, _("lat and long must be degrees: -90 to 90 and -180 to 180.")) from error


def number(words: Words, name: str, *, default: float, most: float) -> float:
    """A number above zero and at most `most`.

    Raises:
        Refused: 400.
    """
    told = words.get(name)
    if not told:
        return default
    value = read_number(told)
    if value is None or not 0 < value <= most:
        raise Refused(400, _("%(name)s must be a number from 1 to %(most)s.") % {"name": name, "most": f"{most:.0f}"})
    return value


def whole(words: Words, name: str, *, default: int, most: int) -> int:
    """A whole number above zero; more than `most` is `most`.

    Raises:
        Refused: 400.
    """
    told = words.get(name)
    if not told:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", told) or int(told) < 1:
        raise Refused(400, _("%(name)s must be a whole number from 1 on.") % {"name": name})
    return min(int(told), most)


def box(words: Words) -> tuple[float, float, float, float] | None:
    """The box of `bbox=left,bottom,right,top` in degrees; None when there is none.

    Raises:
        Refused: 400.
    """
    told = words.get("bbox")
    if not told:
        return None
    numbers = told.split(",")
    if len(numbers) == 4:
        with suppress(NoPosition):
            low, high = read_position(numbers[0], numbers[1]), read_position(numbers[2], numbers[3])
            if low.lon <= high.lon and low.lat <= high.lat:
                return low.lon, low.lat, high.lon, high.lat
    raise Refused(400, _("bbox must be left,bottom,right,top in degrees."))
