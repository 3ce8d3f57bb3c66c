"""Where the readers' test input lies: our own samples, and other projects' files that may be used in place but not copied."""

import os
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("KUUTIO_SHARED", ROOT.parent / "shared")) / "data/opendata"


def shared(path: str) -> bytes:
    """A file that is used in place; the test is skipped where it isn't."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{path} comes from another project and isn't copied; set KUUTIO_SHARED to the folder that has it")
    return file.read_bytes()
