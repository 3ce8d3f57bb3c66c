"""The tiles of a snapshot's PMTiles file, read by number."""

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

LAYER = "items"


@dataclass(frozen=True, slots=True)
class TilesetFacts:
    """What a tile file says of itself: zooms, bounds in degrees, fields of its layer by name."""

    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    fields: dict[str, str]


class Tileset:
    """A PMTiles file opened for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        from pmtiles import reader  # only where tiles are asked for

        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        read: Callable[[int, int], bytes] = lambda offset, length: self._bytes[offset : offset + length]  # noqa: E731
        # The package has no types.
        self._read, self._all = read, cast("Any", reader.all_tiles)
        self._reader = cast("Any", reader.Reader)(read)
        header, layers = self.header(), self.metadata().get("vector_layers", [])
        self.facts = TilesetFacts(
            header["min_zoom"],
            header["max_zoom"],
            (
                header["min_lon_e7"] / 1e7,
                header["min_lat_e7"] / 1e7,
                header["max_lon_e7"] / 1e7,
                header["max_lat_e7"] / 1e7,
            ),
            dict(layers[0]["fields"]) if layers else {},
        )

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """One tile (MVT, gzip), rows counted from the north; None where nothing lies."""
        if not 0 <= zoom <= self.facts.max_zoom or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
            return None
        found: bytes | None = self._reader.get(zoom, x, y)
        return found

    def header(self) -> dict[str, Any]:
        """The file's header, in the words of the PMTiles specification."""
        told: dict[str, Any] = self._reader.header()
        return told

    def metadata(self) -> dict[str, Any]:
        """What the file tells of itself in JSON: its layers, and how it was made."""
        told: dict[str, Any] = self._reader.metadata()
        return told

    def tiles(self) -> Iterator[tuple[int, bytes]]:
        """Every tile with its number in the file's order, from the outermost zoom to the deepest."""
        from pmtiles.tile import zxy_to_tileid

        for place, data in self._all(self._read):
            yield zxy_to_tileid(*place), data

    def close(self) -> None:
        """Let the file go."""
        self._bytes.close()
