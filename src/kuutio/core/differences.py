"""What changed between two versions of a text, by whole words."""

from __future__ import annotations

import difflib
from typing import Literal

Tag = Literal["same", "del", "ins"]


def compared(before: str, after: str) -> list[tuple[Tag, str]]:
    """What was taken out (`del`), put in (`ins`) and kept (`same`), by words apart by spaces; nothing of either text is lost.

    Words that stand very often in a long text are no place to start from: without that, a text that repeats itself takes minutes
    (`difflib`: "quadratic time for the worst case", and that for each of its matches), and anybody may write one.
    """
    left, right = before.split(" "), after.split(" ")
    parts: list[tuple[Tag, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, left, right).get_opcodes():
        if tag == "equal":
            parts.append(("same", " ".join(left[i1:i2])))
            continue
        if i1 < i2:
            parts.append(("del", " ".join(left[i1:i2])))
        if j1 < j2:
            parts.append(("ins", " ".join(right[j1:j2])))
    return [part for part in parts if part[1]]
