"""What a file is, by its first bytes; its name is heard last."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from kuutio.opendata.engine.refusals import EmptyFile, NotATable

_HEAD = 65_536


class Format(StrEnum):
    """The formats that tables come in."""

    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"
    ODS = "ods"
    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    GML = "gml"
    KML = "kml"
    GPX = "gpx"
    FLATGEOBUF = "fgb"
    PARQUET = "parquet"
    ZIP = "zip"


_NOT_TABLES = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"RIFF", "a sound, a film or an image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a text document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")
_ROOTS = {b"kml": Format.KML, b"gpx": Format.GPX}


def sniff(path: Path) -> Format:
    """The format of a file.

    Raises:
        EmptyFile: it has no bytes, or only white space.
        NotATable: it is of a kind that holds no tables.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise EmptyFile("The file is empty.")
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(b"SQLite format 3\0"):
        return Format.GEOPACKAGE
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith(b"fgb"):
        return Format.FLATGEOBUF
    if head.startswith(b"\0\0\x27\x0a"):
        return Format.SHAPEFILE
    if head.startswith(_OLE):
        return Format.XLSX  # the old binary workbook; the reader knows it, and refuses other documents
    for magic, what in _NOT_TABLES:
        if head.startswith(magic) and not (magic in (b"MZ", b"II*\0", b"MM\0*", b"RIFF") and b"\0" not in head):
            raise NotATable(f"The file is {what}, not a table.", what=what)
    text = _plain(head)
    if text.startswith(b"<"):
        return _xml(text)
    if text[:1] in (b"{", b"["):
        return Format.JSON
    if len(_CONTROL.findall(head)) > 8 + len(head) // 100 and not _is_utf16(head):
        raise NotATable("The file is binary data, not a table.")
    return Format.TEXT


def _plain(head: bytes) -> bytes:
    """The beginning of a text with one byte for each ASCII character, whatever its encoding."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode("utf-8")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")


def _is_utf16(head: bytes) -> bool:
    even, odd = head[::2].count(0), head[1::2].count(0)
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or max(even, odd) > 8 * min(even, odd) + len(head) // 10


def _xml(text: bytes) -> Format:
    bare = re.sub(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", b"", text, flags=re.DOTALL).lstrip()
    root = _ROOT.match(bare)
    if root and root[1].lower() in _ROOTS:
        return _ROOTS[root[1].lower()]
    if root and (root[1].lower() == b"featurecollection" or b"www.opengis.net/gml" in text):
        return Format.GML
    raise NotATable("The file is a web page or XML without features, not a table.")


def _zipped(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                if any(name.startswith("xl/") for name in names):
                    return Format.XLSX
                raise NotATable("The file is a text document or slides, not a table.")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype")
                if b"opendocument.spreadsheet" in kind:
                    return Format.ODS
                raise NotATable("The file is a text document or slides, not a table.")
    except zipfile.BadZipFile:
        raise NotATable("The archive can't be opened: it is cut short, or no archive.") from None
    return Format.ZIP
