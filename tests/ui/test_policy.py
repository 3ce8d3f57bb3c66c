"""The styles that Observable Plot puts into pages are those that the Content-Security-Policy lets in, no more."""

import base64
import hashlib
import re

import pytest
from django.conf import settings

from kuutio.ui.base_map import ROOT

PLOT = ROOT / "node_modules" / "@observablehq" / "plot" / "src"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _filled(text: str, **names: str) -> str:
    for name, value in names.items():
        text = text.replace(f"${{{name}}}", value)
    return text


@pytest.mark.parametrize("file", ["plot.js", "legends/ramp.js", "legends/swatches.js"])
def test_each_style_of_this_version_is_let_in_by_its_hash(file: str) -> None:
    class_name = re.search(r'if \(name === undefined\) return "([^"]+)"', (PLOT / "style.js").read_text())
    assert class_name
    source = (PLOT / file).read_text()
    texts = re.findall(r"`(:where\(\.\$\{className\}[^`]*)`", source)
    wrap = next((text for text in texts if "swatches-wrap" in text.split("{\n")[0]), "")
    styles = [text for text in texts if text != wrap and "swatches-columns" not in text.split("{\n")[0]]
    assert len(styles) == 1
    style = _filled(styles[0], extraStyle=wrap)
    style = _filled(style, className=class_name[1])
    assert _hash(style) in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["style-src"]


def test_nothing_else_is_let_in() -> None:
    style_src = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["style-src"]
    assert "'unsafe-inline'" not in style_src
    assert len(style_src) == 4
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]
