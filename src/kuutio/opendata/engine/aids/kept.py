"""The aids of a serving file as they are found beside it, at any time after it was made."""

from pathlib import Path

from kuutio.opendata.engine.aids.places import Places
from kuutio.opendata.engine.aids.scan import Scan, scan_of
from kuutio.opendata.engine.aids.sections import Sections
from kuutio.opendata.engine.snapshot import Manifest

LAYOUT = 1


def path_of(serving_file: Path) -> Path:
    """Where the aids of a serving file are."""
    return serving_file.with_suffix(".aids")


def read(serving_file: Path) -> Sections | None:
    """The file of aids; None when there is none of this layout."""
    try:
        file = Sections(path_of(serving_file))
    except (OSError, ValueError):
        return None
    return file if file.facts["layout"] == LAYOUT else None


class Aids:
    """What helps a table's questions, as soon as it is there."""

    def __init__(self, snapshot: Path, serving_file: Path, manifest: Manifest) -> None:
        self._snapshot, self._serving, self._manifest = snapshot, serving_file, manifest
        self._path = path_of(serving_file)
        self._places: Places | None = None
        self._scan: Scan | None = None

    @property
    def places(self) -> Places | None:
        """Counts points in boxes; None while there is no such aid."""
        if self._places is None and self._path.exists():
            file = read(self._serving)
            if file is not None:
                self._places = Places(file, file.facts["places"])
        return self._places

    @property
    def scan(self) -> Scan | None:
        """The copy that is quick to look through; None while there is none."""
        if self._scan is None:
            self._scan = scan_of(self._snapshot, self._manifest)
        return self._scan
