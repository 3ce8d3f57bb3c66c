"""What of a Shapefile GDAL takes on trust: that its files are whole, and that its text is in the encoding they name."""

import codecs
import re
import struct
from pathlib import Path

from kuutio.opendata.engine.reading import encodings
from kuutio.opendata.engine.refusals import BrokenFile

_PIECE = 4 * 1024 * 1024
_SAMPLE = 256 * 1024
_BEYOND_ASCII = re.compile(rb"[\x20-\xff]{0,40}[\x80-\xff][\x20-\xff]{0,40}")


def check(path: Path) -> None:
    """Compare the sizes that the files of a Shapefile say with those they have: GDAL would return half the rows.

    Source: ESRI Shapefile Technical Description (1998), main file header; dBASE III, table file header.

    Raises:
        BrokenFile: a file is missing or cut short.
    """
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or struct.unpack(">i", header[24:28])[0] * 2 > path.stat().st_size:
        raise BrokenFile("The Shapefile is cut short.")
    table = _beside(path, ".dbf")
    if table is None:
        raise BrokenFile("The Shapefile's .dbf is missing: pack all its files into the archive.")
    with table.open("rb") as file:
        header = file.read(32)
    if len(header) < 32:
        raise BrokenFile("The Shapefile's .dbf is cut short.")
    rows, start, width = struct.unpack("<IHH", header[4:12])
    if start + rows * width > table.stat().st_size:
        raise BrokenFile("The Shapefile's .dbf is cut short.")


def encoding_of(path: Path) -> str | None:
    """The encoding of a Shapefile's text, by its bytes; None when all is ASCII.

    The .cpg is often missing, says something that no program knows, or names another encoding than the text is in:
    GDAL then hands over bytes that are no text. It is believed where it names a one-byte encoding that exists.
    """
    table = _beside(path, ".dbf")
    sample = _sample(table) if table else b""
    if not sample:
        return None
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    # A letter that was cut at the end of a field is an error of a row, not another encoding.
    if wrong * 10 <= sum(character > "\x7f" for character in text) - wrong:
        return "UTF-8"
    declared = _declared(path)
    if declared and "\ufffd" not in sample.decode(declared, "replace"):
        return declared
    return encodings.guess(sample)


def _sample(table: Path) -> bytes:
    """The stretches of a .dbf that aren't ASCII, a line each; its header holds the names of columns."""
    found = bytearray()
    with table.open("rb") as file:
        names = file.read(32)
        names = file.read(max(struct.unpack("<H", names[8:10])[0] - 32, 0))
        # A field's description is 32 bytes, of which eleven are the name.
        piece = b"\n".join(names[n : n + 11].split(b"\0")[0] for n in range(0, len(names) - 1, 32)) + b"\n"
        while piece and len(found) < _SAMPLE:
            if not piece.isascii():
                found += b"\n".join(_BEYOND_ASCII.findall(piece)) + b"\n"
            piece = file.read(_PIECE)
    return bytes(found)


def _declared(path: Path) -> str | None:
    """The one-byte encoding that the .cpg names."""
    note = _beside(path, ".cpg")
    word = note.read_bytes()[:40].decode("ascii", "ignore").strip() if note else ""
    number = re.search(r"(?<!\d)(1252|1250|1251|1257|850|437|8859[-_ ]?\d{1,2})(?!\d)", word)
    for name in (f"iso{number[1]}" if number and "8859" in number[1] else f"cp{number[1]}" if number else "", word):
        try:
            found = codecs.lookup(re.sub(r"^iso8859[-_ ]?", "iso8859-", name)).name
        except LookupError:
            continue
        return None if found.startswith("utf") else found
    return None


def _beside(path: Path, suffix: str) -> Path | None:
    return next((o for o in path.parent.iterdir() if o.stem == path.stem and o.suffix.lower() == suffix), None)
