"""Decisions as one file that a stranger can check: what was decided by which rule, from which entries of a log, signed by whom.

- `canonical`: the one way to write an entry of a log as JSON.
- `archive`: the zip file, with limits for hostile ones.
- `logs`: whether entries are those that were signed, and which is the first that isn't.
- `openings`, `votes`: what the entries of a vote mean, and its recount.
- `rounds`: the entries of a round of choosing, and its ranking made again.
- `pabulib`: the ballots as a `.pb` file.
- `verifying`: all of it for a file, whatever its kind.
"""

from kuutio.core.bundles.archive import MOST_BYTES, Bundle, pack, unpack
from kuutio.core.bundles.canonical import Broken, b64u, canonical, from_b64u
from kuutio.core.bundles.logs import HEAD_SEPARATOR, HEADS, LEAVES, LOG, CheckedLog, check_log, log_files, read_heads
from kuutio.core.bundles.openings import Opening, check_choice, opening_entry, read_opening
from kuutio.core.bundles.pabulib import PB, ballots_pb
from kuutio.core.bundles.verifying import KINDS, Verdict, verify_bundle
from kuutio.core.bundles.votes import (
    Votes,
    ballot_entry,
    closing_entry,
    next_of,
    pass_message,
    read_votes,
    recount,
    revote_entry,
    vote_bundle,
)

__all__ = [
    "HEADS",
    "HEAD_SEPARATOR",
    "KINDS",
    "LEAVES",
    "LOG",
    "MOST_BYTES",
    "PB",
    "Broken",
    "Bundle",
    "CheckedLog",
    "Opening",
    "Verdict",
    "Votes",
    "b64u",
    "ballot_entry",
    "ballots_pb",
    "canonical",
    "check_choice",
    "check_log",
    "closing_entry",
    "from_b64u",
    "log_files",
    "next_of",
    "opening_entry",
    "pack",
    "pass_message",
    "read_heads",
    "read_opening",
    "read_votes",
    "recount",
    "revote_entry",
    "unpack",
    "verify_bundle",
    "vote_bundle",
]
