"""A city's look: four brand tokens in light and in dark, checked for contrast, served as a stylesheet of its own address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

TOKENS = ("brand", "brand_strong", "brand_soft", "on_brand")
PAPER = {"light": "#ffffff", "dark": "#0f1720"}
"""The page's colour: `--paper` of `frontend/css/tokens.css`, which no theme may change."""

_COLOUR = re.compile(r"^#[0-9a-f]{6}$", re.IGNORECASE)
_PAIRS = (
    # ink, ground, smallest ratio: text on the page, text on a button, text on its soft ground, the hovered button
    ("brand", "paper", 4.5),
    ("brand_strong", "paper", 4.5),
    ("on_brand", "brand", 4.5),
    ("on_brand", "brand_strong", 4.5),
    ("brand_strong", "brand_soft", 4.5),
)

Theme = Mapping[str, Mapping[str, str]]
"""`{"light": {"brand": "#1b3fae", ...}, "dark": {...}}`; a missing scheme keeps the house's own colours."""


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 black to 1 white.

    Source: WCAG 2.2, "relative luminance": https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, "contrast ratio": https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faults(theme: Any) -> list[str]:
    """What keeps a theme from being used, each as a sentence; empty when it is fit."""
    if not isinstance(theme, Mapping):
        return [_("A theme has a light and a dark part.")]
    found = [_("“%(name)s” is no part of a theme.") % {"name": name} for name in theme if name not in PAPER]
    for scheme in PAPER.keys() & theme.keys():
        found += _scheme_faults(scheme, theme[scheme])
    return found


def _scheme_faults(scheme: str, tokens: Any) -> list[str]:
    if not isinstance(tokens, Mapping) or set(tokens) != set(TOKENS):
        return [_("The %(scheme)s part needs exactly: %(tokens)s.") % {"scheme": scheme, "tokens": ", ".join(TOKENS)}]
    wrong = [name for name in TOKENS if not _COLOUR.match(str(tokens[name]))]
    if wrong:
        return [
            _("%(scheme)s, %(token)s: write the colour as six digits, such as #1b3fae.")
            % {"scheme": scheme, "token": name}
            for name in wrong
        ]
    colours = {**tokens, "paper": PAPER[scheme]}
    return [
        _("%(scheme)s: %(ink)s on %(ground)s has a contrast of %(ratio).1f; it must be at least %(least).1f.")
        % {"scheme": scheme, "ink": ink, "ground": ground, "ratio": ratio, "least": least}
        for ink, ground, least in _PAIRS
        if (ratio := contrast(colours[ink], colours[ground])) < least
    ]


def stylesheet(theme: Theme) -> str:
    """The theme as CSS; the same theme gives the same text."""
    light, dark = (_block(theme.get(scheme)) for scheme in ("light", "dark"))
    parts = []
    if light:
        parts.append(f":root{{{light}}}\n")
    if dark:
        parts.append(f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
    elif light:
        # The light part comes after the house's own stylesheet, so that it would win in the dark as well.
        parts[0] = f"@media not (prefers-color-scheme:dark){{:root{{{light}}}}}\n"
    return "".join(parts)


def _block(tokens: Mapping[str, str] | None) -> str:
    if not tokens:
        return ""
    return ";".join(f"--{name.replace('_', '-')}:{tokens[name].lower()}" for name in TOKENS)


def fingerprint(theme: Theme) -> str:
    """Ten hex digits that name this very stylesheet in its address."""
    return hashlib.sha256(stylesheet(theme).encode()).hexdigest()[:10]
