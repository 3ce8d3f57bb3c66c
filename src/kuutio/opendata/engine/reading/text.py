"""The bytes of a text file as UTF-8: which encoding it is in, and what in it isn't text at all."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from kuutio.opendata.engine.limits import Options
from kuutio.opendata.engine.reading import encodings
from kuutio.opendata.engine.refusals import NotATable, WrongEncoding

CHUNK = 4 * 1024 * 1024
UNREADABLE = "\ufdd0"
"""Stands where a byte had no meaning: a noncharacter, which no text has."""
NUL = "\ufdd1"
"""Stands where a NUL was."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 256 * 1024  # bytes of lines that tell the encoding


@dataclass(frozen=True, slots=True)
class Utf8:
    """A text file in UTF-8.

    Attributes:
        path: the file itself, or a copy that was turned to UTF-8.
        start: bytes before the text (a byte order mark).
        encoding: of the file as it came.
        marked: the copy has `UNREADABLE` or `NUL` in it.
    """

    path: Path
    start: int
    encoding: str
    marked: bool


def sha256(path: Path) -> str:
    """The file's sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_utf8(path: Path, options: Options, work: Path) -> Utf8:
    """The file as UTF-8, read whole: a byte that is wrong at the end is found too.

    Raises:
        WrongEncoding: the declared encoding doesn't exist or isn't the file's.
        NotATable: it isn't text.
    """
    with path.open("rb") as file:
        head = file.read(4)
    declared = _named(options.encoding) if options.encoding else None
    bom = next(((mark, name) for mark, name in _BOMS if head.startswith(mark)), None)
    clean, plain = _clean_utf8(path)
    if bom and (declared is None or declared == bom[1] or declared in ("utf-16", "utf-32", "utf-8-sig")):
        encoding, start = bom[1], len(bom[0])
    else:
        encoding, start = declared or ("utf-8" if clean else _detected(path)), 0
    if clean and encoding in ("utf-8", "utf-8-sig", "ascii"):
        return Utf8(path, len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0, "utf-8", marked=False)
    wide = encoding.startswith(("utf-16", "utf-32"))
    if declared and clean and not bom and (wide or not plain):
        raise WrongEncoding(
            f"The file is not in {options.encoding} but in UTF-8. Leave the encoding to be found.",
            encoding=options.encoding,
        )
    copy = work / f"{path.name}.utf8"
    counts = _transcode(path, start, encoding, copy)
    if counts.nuls > 16 + counts.characters // 1000:
        raise NotATable("The file is binary data, not a text table.")
    if declared and counts.unreadable * 10 > counts.foreign:
        raise WrongEncoding(
            f"The file is not in {options.encoding}: {counts.unreadable} places can't be read. "
            "Leave the encoding to be found.",
            encoding=options.encoding,
        )
    return Utf8(copy, 0, _shown(encoding, path), marked=bool(counts.unreadable or counts.nuls))


def decoded_head(text: Utf8, size: int = 262_144) -> str:
    """The beginning of the text; the last line may be cut."""
    with text.path.open("rb") as file:
        file.seek(text.start)
        return file.read(size).decode("utf-8", "ignore")


def _named(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise WrongEncoding(f"There is no encoding {encoding!r}.", encoding=encoding) from None


def _clean_utf8(path: Path) -> tuple[bool, bool]:
    """Whether the file is UTF-8 without NULs, and whether it is plain ASCII."""
    plain = True
    with path.open("rb") as file:
        rest = b""
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                return False, plain
            if chunk.isascii() and not rest:
                continue
            plain = False
            chunk = rest + chunk
            rest = _cut_character(chunk)
            if not _is_utf8(chunk[: len(chunk) - len(rest)]):
                return False, False
    return not rest, plain


def _cut_character(chunk: bytes) -> bytes:
    """The bytes at the end that begin a character and don't end it."""
    for length in (1, 2, 3):
        byte = chunk[-length] if length <= len(chunk) else 0
        if byte & 0xC0 == 0xC0:
            whole = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return chunk[-length:] if length < whole else b""
        if byte < 0x80:
            return b""
    return b""


def _is_utf8(data: bytes) -> bool:
    """Arrow's check is four times as fast as decoding."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32).tobytes())
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _detected(path: Path) -> str:
    """The encoding of a file without a byte order mark."""
    zeros = [0, 0]
    lines = bytearray()
    wrong = valid = 0
    decoder = codecs.getincrementaldecoder("utf-8")("kuutio-mark")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.isascii() and b"\0" not in chunk:
                continue
            values = np.frombuffer(chunk, np.uint8)
            if len(lines) < _SAMPLE:
                lines += b"\n".join(line for line in chunk.splitlines() if not line.isascii())[: 2 * _SAMPLE] + b"\n"
            for odd in (0, 1):
                zeros[odd] += int(np.count_nonzero(values[odd::2] == 0))
            text = decoder.decode(chunk)
            wrong += text.count(UNREADABLE)
            valid += len(text) - len(text.encode("ascii", "ignore"))
    size = path.stat().st_size
    if max(zeros) > size * 0.2 and min(zeros) < size * 0.02:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    # A stray byte in a long UTF-8 file is an error of a row, not another encoding.
    if wrong * 10 <= valid - wrong:
        return "utf-8"
    return encodings.guess(bytes(lines[:_SAMPLE]))


def _shown(encoding: str, path: Path) -> str:
    """Latin-1 by its own name when nothing tells it from its Windows superset."""
    if encoding != "cp1252":
        return encoding
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if re.search(rb"[\x80-\x9f]", chunk):
                return "cp1252"
    return "iso-8859-1"


@dataclass(frozen=True, slots=True)
class _Counts:
    """Of a transcoded text: all characters, those beyond ASCII that were read, what couldn't be read, NULs."""

    characters: int
    foreign: int
    unreadable: int
    nuls: int


def _transcode(path: Path, start: int, encoding: str, copy: Path) -> _Counts:
    """Write the UTF-8 copy, marked where it can't be read."""
    decoder = codecs.getincrementaldecoder(encoding)("kuutio-mark")
    mark = UNREADABLE.encode()
    characters = foreign = unreadable = nuls = 0
    with path.open("rb") as source, copy.open("wb") as target:
        source.seek(start)
        more = True
        while more:
            chunk = source.read(CHUNK)
            more = bool(chunk)
            text = decoder.decode(chunk, final=not more)
            characters += len(text)
            nuls += text.count("\0")
            # A lone surrogate can come out of UTF-16 and isn't text either: it is marked here.
            data = text.replace("\0", NUL).encode("utf-8", "kuutio-mark")
            wrong = data.count(mark)
            unreadable += wrong
            foreign += len(text) - len(text.encode("ascii", "ignore")) - wrong
            target.write(data)
    return _Counts(characters, foreign, unreadable, nuls)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError | UnicodeEncodeError):
        return UNREADABLE * (1 if isinstance(error, UnicodeDecodeError) else error.end - error.start), error.end
    raise error


codecs.register_error("kuutio-mark", _mark)
