"""`./kuutio promise`: when promises in business minutes are due."""

import argparse
import json
import sys
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any

from kuutio.config.console import answer
from kuutio.core.problems import Invalid

HELP = "Say when promises in business minutes are due (Monday to Friday 08-16 in Finland, holidays closed)."
NEEDS_DATABASE = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help='JSON: a list of {"start", "business_minutes", "paused": [[from, to]]}; - for stdin',
    )


def run(options: argparse.Namespace) -> None:
    """Print the same list, with `due` in each item: a time of Finland, null while paused until further notice."""
    items = _read(options.file)
    wrong = []
    for number, item in enumerate(items, 1):
        try:
            item["due"] = _due(item)
        except (ValueError, TypeError) as error:
            wrong.append({"pointer": f"item {number}", "detail": str(error)})
    if wrong:
        raise Invalid(f"{len(wrong)} of {len(items)} promises can't be understood:", errors=wrong)
    answer(items)


def _read(name: str) -> list[Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is no UTF-8" if isinstance(error, UnicodeDecodeError) else f"can't be read: {error.strerror}"
        raise Invalid(f"{name} {reason}.") from error
    try:
        items = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{name} is no JSON: {error}") from error
    if not isinstance(items, list):
        raise Invalid(f'{name} must hold a list of {{"start", "business_minutes", "paused"}}.')
    return items


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _due(item: Any) -> str | None:
    from kuutio.core.when import HELSINKI
    from kuutio.core.working_time import due

    if not isinstance(item, dict):
        raise ValueError("It must be an object.")
    for name in ("start", "business_minutes"):
        if name not in item:
            raise ValueError(f'It has no "{name}".')
    minutes = item["business_minutes"]
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes < inf:
        raise ValueError('"business_minutes" must be a number, not negative.')
    paused = item.get("paused") or []
    if not (isinstance(paused, list) and all(isinstance(pause, list) and len(pause) == 2 for pause in paused)):
        raise ValueError('"paused" must be a list of [from, to].')
    pauses = [(_moment(from_, "paused"), None if to is None else _moment(to, "paused")) for from_, to in paused]
    found = due(_moment(item["start"], "start"), minutes, pauses=pauses)
    return None if found is None else found.astimezone(HELSINKI).isoformat()


def _moment(text: Any, name: str) -> datetime:
    """A time in ISO 8601; one without an offset is Finland's."""
    from kuutio.core.when import HELSINKI

    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise ValueError(f'"{name}" holds {json.dumps(text)}, not a time like 2026-11-30T09:00:00+02:00.') from error
    return moment if moment.tzinfo else moment.replace(tzinfo=HELSINKI)
