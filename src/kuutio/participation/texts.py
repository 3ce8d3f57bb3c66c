"""Texts in several languages as they come in: cleaned, counted, and looked through for what is missing."""

from __future__ import annotations

from kuutio.core.texts import lacking as lacking
from kuutio.core.texts import plain_text as plain_text
from kuutio.core.texts import written as written

LONGEST_TITLE = 200
LONGEST_TEXT = 50_000
