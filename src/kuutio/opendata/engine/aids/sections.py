"""A file of named sections that is read a few bytes at a time: the page cache holds it, not the process.

    "KUUTIO-1", the sections one after the other, their table as JSON, its length in 8 bytes (little-endian)

The table is {"sections": {name: [first byte, bytes]}, "facts": ...}.
"""

import json
import os
import struct
import weakref
from array import array
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"KUUTIO-1"
_LENGTH = struct.Struct("<Q")


class Writer:
    """Writes sections to an open file; the file is whole after `finish`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sections: dict[str, tuple[int, int]] = {}
        file.write(_MAGIC)

    def add(self, name: str, content: Any) -> None:
        """Write one section.

        Args:
            content: bytes, or whatever lends its memory, as arrays do.
        """
        first = self._file.tell()
        view = memoryview(content)
        if view.nbytes:  # of nothing there is no other view
            self._file.write(view.cast("B"))
        self._sections[name] = (first, self._file.tell() - first)

    def finish(self, facts: Any) -> None:
        """Write the table.

        Args:
            facts: JSON values that readers get as they are.
        """
        table = json.dumps({"sections": self._sections, "facts": facts}).encode()
        self._file.write(table + _LENGTH.pack(len(table)))


class Section:
    """The bytes of one section, read by position; safe to share between threads."""

    __slots__ = ("_file", "first", "length")

    def __init__(self, file: "Sections", first: int, length: int) -> None:
        self._file, self.first, self.length = file, first, length

    def read(self, at: int, length: int) -> bytes:
        """So many bytes from a position; fewer at the end."""
        return os.pread(self._file.handle, min(length, self.length - at), self.first + at)


class Doubles:
    """A section of float64, as a sequence."""

    __slots__ = ("_bytes", "_count")

    def __init__(self, section: Section) -> None:
        self._bytes, self._count = section, section.length // 8

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> float:
        found: float = _DOUBLE.unpack(self._bytes.read(at * 8, 8))[0]
        return found

    def some(self, first: int, end: int) -> "array[float]":
        """The numbers first .. end - 1."""
        found = array("d")
        found.frombytes(self._bytes.read(first * 8, (end - first) * 8))
        return found


_DOUBLE = struct.Struct("=d")


class Sections:
    """An open file of sections; closed when nothing refers to it any more.

    Raises:
        OSError: it can't be opened.
        ValueError: it is no such file.
    """

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.handle)
        size = os.fstat(self.handle).st_size
        (length,) = _LENGTH.unpack(os.pread(self.handle, 8, max(0, size - 8)).rjust(8, b"\xff"))
        if os.pread(self.handle, 8, 0) != _MAGIC or length > size - 16:
            raise ValueError(f"{path} is no file of sections")
        table = json.loads(os.pread(self.handle, length, size - 8 - length))
        self.facts: Any = table["facts"]
        self._table: dict[str, tuple[int, int]] = table["sections"]

    def section(self, name: str) -> Section:
        """One section.

        Raises:
            KeyError: there is none of this name.
        """
        return Section(self, *self._table[name])
