"""HTML of a message: clean for showing, or as plain text."""

import html
import re
from collections.abc import Callable

import nh3

#: Characters of a page that are read; mail of people is a hundredth of it.
PAGE_LIMIT = 2_000_000

_SHOWN = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
    ),
    *(
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
    ),
    *("thead", "tr", "u", "ul"),
}
_SILENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_BLOCKS = _SHOWN - {
    "a",
    "b",
    "code",
    "del",
    "em",
    "i",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "td",
    "th",
    "br",
    "hr",
}
_TOKENS = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>")
_TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_FORMATS = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
#: An open `<b>` is opened anew in each block that follows (HTML, 13.2.4.3), so that 50 kB of `<b id=1><p><b id=2><p>` become
#: 50 MB and six seconds of the parser's time; and it looks through all open elements at each tag. No mail comes near these.
_DEPTH, _REOPENED = 2_000, 2_000_000
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RULE = "_" * 32


def clean(page: str) -> str | None:
    """The page without scripts, styles, forms, pictures and anything else that acts or calls home.

    Returns:
        `None` for a page that is made to choke its reader; `as_text` reads it still.
    """
    if _chokes(page[:PAGE_LIMIT]):
        return None
    return nh3.clean(
        page[:PAGE_LIMIT],
        tags=_SHOWN,
        clean_content_tags=_SILENT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )


def as_text(page: str) -> str:
    """The words of a page: a line for each block, `> ` before quoted ones, a row of underscores for a rule, as Outlook has it."""
    page, told = page[:PAGE_LIMIT], _BLOCKS | {"br", "hr", "td", "th"}
    if _chokes(page):
        cleaned = _TAGS.sub(lambda tag: f"<{tag[1]}{tag[2].lower()}>" if tag[2].lower() in told else "", page)
    else:
        cleaned = nh3.clean(page, tags=told, clean_content_tags=_SILENT, attributes={})
    lines: list[str] = []
    words: list[str] = []
    depth = kept = 0

    def end() -> None:
        line = "".join(words)
        words.clear()
        lines.append((">" * min(depth, 5) + " " if depth else "") + (line if kept else line.strip()))

    at = 0
    for tag in _TOKENS.finditer(cleaned):
        _say(words, cleaned[at : tag.start()], keep=bool(kept), lines_end=end)
        at = tag.end()
        closing, name = bool(tag[1]), tag[2]
        if name == "br":
            end()
        elif name in {"td", "th"}:
            words.append("\t" if closing else "")
        elif name == "hr" or name in _BLOCKS:
            if "".join(words).strip():
                end()
            words.clear()
            if name == "hr":
                lines.append(_RULE)
            elif name == "blockquote":
                depth = max(0, depth + (-1 if closing else 1))
            elif name == "pre":
                kept = max(0, kept + (-1 if closing else 1))
            elif closing and name == "p" and lines and lines[-1].strip("> "):
                lines.append(">" * min(depth, 5))
    _say(words, cleaned[at:], keep=bool(kept), lines_end=end)
    if "".join(words).strip():
        end()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _chokes(page: str) -> bool:
    """Whether a parser by the book would need far more than its share for the page."""
    depth = formats = deepest = most = count = 0
    for tag in _TAGS.finditer(page):
        name, step = tag[2].lower(), -1 if tag[1] else 1
        count += 1
        if name in _VOID:
            continue
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if name in _FORMATS:
            formats = max(0, formats + step)
            most = max(most, formats)
    return deepest > _DEPTH or most * count > _REOPENED


def _say(words: list[str], piece: str, *, keep: bool, lines_end: Callable[[], None]) -> None:
    text = html.unescape(piece)
    if not keep:
        text = _SPACES.sub(" ", text)
        words.append(text)
        return
    first, *others = text.split("\n")
    words.append(first)
    for other in others:
        lines_end()
        words.append(other)
