"""The two real conversations."""

import gzip
from functools import cache
from pathlib import Path

from kuutio.core.opinions import Conversation, OpinionMap, opinion_map, read_polis

FOLDER = Path(__file__).resolve().parents[2] / "data" / "polis"
CANADA, WATER = "canadian-electoral-reform", "scoop-hivemind.freshwater"


def text(name: str, file: str) -> str:
    return gzip.decompress((FOLDER / name / f"{file}.csv.gz").read_bytes()).decode()


@cache
def conversation(name: str) -> Conversation:
    return read_polis(text(name, "votes"), text(name, "comments"))


@cache
def found(name: str) -> OpinionMap:
    return opinion_map(conversation(name))
