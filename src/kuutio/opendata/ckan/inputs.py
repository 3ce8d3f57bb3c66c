"""What a caller asked, whatever its form: an address's parameters, JSON, a form, a form with files.

Everything in it is from outside. Values are read by the type that is wanted, in CKAN's generous way ("5" is a number,
a JSON text may stand for a list), and what can't be read is refused by its name.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from kuutio.opendata.ckan.errors import BadRequest, invalid

if TYPE_CHECKING:
    Upload: TypeAlias = UploadedFile[Any]  # generic for the type checker alone
else:
    Upload = UploadedFile
MAX_DEPTH, MAX_VALUES = 40, 500_000
#: Digits beyond which a text is no number that we could use.
_WHOLE = re.compile(r"\s*[+-]?\d{1,18}\s*")
#: Greater numbers become hundreds of digits in the database.
_LARGEST = 1e100
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class Inputs:
    """The parameters of a call.

    Attributes:
        values: JSON values by name; files apart.
        files: uploaded files by name.
    """

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.values, self.files = values, files or {}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def text(self, name: str, default: str = "") -> str:
        """A text; a number is one too, nothing and null are the default."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise invalid(**{name: _("Must be a text.")})

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name).strip()
        if not value:
            raise invalid(**{name: _("Missing value")})
        return value

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number; one above `most` is clipped to it, as CKAN does."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and _WHOLE.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(**{name: _("Invalid integer")})
        if value < least:
            raise invalid(**{name: _("Must be a natural number")})
        return min(value, most if most is not None else 10**12)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no, however it is written."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, str):
            return value.strip().lower() in {"true", "yes", "t", "y", "1", "on"}
        return bool(value)

    def texts(self, name: str) -> list[str]:
        """A list of texts: a list, JSON, or words with commas between; nothing is none."""
        value = unpacked(self.values.get(name))
        if value is None or value == "":
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return [str(value)]
        if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
            return [str(part) for part in value]
        raise invalid(**{name: _("Must be a list of texts.")})

    def mapping(self, name: str) -> dict[str, Any]:
        """An object, or JSON of one; nothing is an empty one."""
        value = unpacked(self.values.get(name))
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid(**{name: _("Must be a JSON object.")})
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        """A list of objects, or JSON of one; nothing is an empty one."""
        value = unpacked(self.values.get(name))
        if value is None or value == "":
            return []
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            raise invalid(**{name: _("Only lists of dicts can be placed against subschema")})
        return value


def unpacked(value: Any) -> Any:
    """JSON that came as text, opened; other text as it is."""
    if isinstance(value, str) and value.strip()[:1] in {"[", "{"}:
        try:
            return _checked({"": _json(value)})[""]
        except ValueError:
            return value
    return value


def moment(text: str) -> datetime | None:
    """A time as CKAN writes it, UTC where no zone is told; None when it is none."""
    try:
        read = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str) -> date | None:
    """A date, or the date of a time; None when it is none."""
    read = moment(text)
    return read.date() if read else None


def inputs_of(request: HttpRequest, *, reads: bool) -> Inputs:
    """What a request asks.

    Raises:
        BadRequest: it can't be read, or a GET would change something.
    """
    if request.method in {"GET", "HEAD"}:
        if not reads:
            raise BadRequest("JSON Error: Invalid request. Please use POST method for your request")
        values: dict[str, Any] = {
            name: given[0] if len(given) == 1 else given for name, given in request.GET.lists() if name != "callback"
        }
        return Inputs(_checked(values))
    try:
        return _posted(request)
    except (RequestDataTooBig, TooManyFieldsSent) as error:
        raise BadRequest("JSON Error: The request is too large.") from error
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation) as error:
        raise BadRequest("JSON Error: The request can't be read.") from error


def _posted(request: HttpRequest) -> Inputs:
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        form = {name: given[0] if len(given) == 1 else given for name, given in request.POST.lists()}
        files = {name: file for name, file in request.FILES.items() if isinstance(file, UploadedFile)}
        return Inputs(_checked(form), files)
    body = request.body.strip()
    if kind == "application/x-www-form-urlencoded" and body[:1] not in b"{[":
        form = {name: given[0] if len(given) == 1 else given for name, given in request.POST.lists()}
        if len(form) == 1 and next(iter(form.values())) in {"", "1"} and next(iter(form)).strip()[:1] == "{":
            body = next(iter(form)).encode()  # JSON that a client sent as if it were a form
        else:
            return Inputs(_checked(form))
    if not body:
        return Inputs(_checked({name: given[-1] for name, given in request.GET.lists()}))
    try:
        values = _json(body)
    except ValueError as error:
        raise BadRequest("JSON Error: Error decoding JSON data.") from error
    if not isinstance(values, dict):
        raise BadRequest("Bad request data: Request data JSON decoded, but it needs to be a dictionary.")
    return Inputs(_checked(values))


def _json(text: str | bytes) -> Any:
    """JSON without NaN and without numbers that no computer reads in time.

    Raises:
        ValueError: it isn't such JSON.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _refused(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return number


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values, when they are such as a database can keep.

    Raises:
        BadRequest: NUL, half a surrogate pair, a number without end, too deep or too much.
    """
    waiting: list[tuple[Any, int]] = [(values, 0)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            raise BadRequest("JSON Error: The request is too deep or too large.")
        if isinstance(value, str) and _NOT_TEXT.search(value):
            raise BadRequest("JSON Error: A text holds a character that no text has.")
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_too_large(value):
            raise BadRequest("JSON Error: A number is too large.")
        if isinstance(value, dict):
            waiting.extend((name, depth + 1) for name in value)
            waiting.extend((part, depth + 1) for part in value.values())
        elif isinstance(value, list):
            waiting.extend((part, depth + 1) for part in value)
    return values


def _is_too_large(number: float) -> bool:
    """A whole number beyond 64 bits, or one with hundreds of digits."""
    return not -(2**63) <= number < 2**63 if isinstance(number, int) else abs(number) > _LARGEST
