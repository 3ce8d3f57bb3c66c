"""A section's text in paragraphs, each of which can be commented on; a comment keeps how its paragraph began."""

from __future__ import annotations

import re
from typing import Any

from kuutio.participation.texts import plain_text
from kuutio.ui.wording import localized

_MARKS = re.compile(r"^[#>\s]+|[*_`]")
_QUOTE = 120


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a Markdown text, in their order: what empty lines part."""
    return [part for part in re.split(r"\n(?:[ \t]*\n)+", plain_text(text)) if part.strip()]


def is_heading(paragraph: str) -> bool:
    """Whether it is a heading alone, on which nobody comments by itself."""
    return paragraph.lstrip().startswith("#") and "\n" not in paragraph.strip()


def quote_of(paragraph: str) -> str:
    """How a paragraph begins, plain: what a comment on it is shown with."""
    plain = " ".join(_MARKS.sub("", line) for line in paragraph.splitlines())
    plain = " ".join(plain.split())
    return plain if len(plain) <= _QUOTE else plain[:_QUOTE].rpartition(" ")[0] + "…"


def shown(value: Any) -> list[tuple[int, str]]:
    """The numbered paragraphs of a text in the reader's language."""
    return list(enumerate(paragraphs_of(localized(value)[0]), start=1))
