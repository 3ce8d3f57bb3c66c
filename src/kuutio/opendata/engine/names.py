"""Names of columns and tables: unique, never empty, and as near to the source's as that allows."""

import re
import unicodedata
from collections.abc import Iterable

from kuutio.opendata.engine.snapshot import ENVELOPE, GEOMETRY, ID

_LONGEST = 200
_TAKEN = {ID, *ENVELOPE, GEOMETRY, "file_row_number"}
_UNSEEN = re.compile(r"[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]+")


def clean(title: str) -> str:
    """A title with single spaces and without unseen characters; may be empty."""
    return _UNSEEN.sub(" ", unicodedata.normalize("NFC", title)).strip()[:_LONGEST].strip()


def unique(titles: Iterable[str]) -> list[str]:
    """A name for each title: cleaned, `column_N` when empty, `_2`, `_3` after one that is there, whatever its case."""
    cleaned = [clean(title) or f"column_{n}" for n, title in enumerate(titles, start=1)]
    # A name that occurs once keeps it: "a", "a", "a_2" become "a", "a_3", "a_2".
    held = {name.casefold() for name in cleaned}
    taken = {name.casefold() for name in _TAKEN}
    names = []
    for name in cleaned:
        candidate, n = name, 1
        while candidate.casefold() in taken or (n > 1 and candidate.casefold() in held):
            n += 1
            candidate = f"{name}_{n}"
        taken.add(candidate.casefold())
        names.append(candidate)
    return names


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits with single hyphens, as in a table's id; may be empty."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("æ", "ae"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")[:80].strip("-")
