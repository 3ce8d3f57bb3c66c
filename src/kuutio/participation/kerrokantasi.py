"""Hearings as the interface of Kerrokantasi gives them, read into values: nothing is written here.

The file is what `GET /v1/hearing/ID/` answers, with the comments of `GET /v1/comment/?hearing=ID` beside it as `comments`, or a list of
such hearings, alone or as `results`.

Source: github.com/City-of-Helsinki/kerrokantasi (MIT), `democracy/models` and `democracy/views`, version 2.10.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from kuutio.core.language import LANGUAGES
from kuutio.participation import shapes

SECTION_KINDS = {"main": "main", "part": "part", "scenario": "alternative", "closure-info": "closure"}
_LEVELS = ("open", "registered", "strong")
_MAPS = {"none": "none", "marker": "point", "all": "all"}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "tr", "figure", "section"}
_UNREAD = {"script", "style", "iframe", "object"}


class NotKerrokantasi(ValueError):
    """The file isn't such an answer; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment.

    Attributes:
        parent: the id of the comment that it answers, "" for none.
        is_official: written for an organisation.
        wrong: why it can't be taken; "" when it can.
    """

    id: str
    section: str
    parent: str
    title: str
    text: str
    author: str
    language: str
    at: datetime | None
    geometry: bytes | None
    place: str
    is_official: bool
    votes: int
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with its answers and how many chose each."""

    question: dict[str, str]
    several: bool
    options: tuple[dict[str, str], ...]
    answers: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the hearing's text, as Markdown by language.

    Attributes:
        files: how many pictures and documents lie beside it; they aren't read.
    """

    id: str
    kind: str
    title: dict[str, str]
    text: dict[str, str]
    polls: tuple[Poll, ...]
    files: int = 0


@dataclass(frozen=True, slots=True)
class Hearing:
    """One hearing with its sections and comments, in their order."""

    id: str
    slug: str
    title: dict[str, str]
    abstract: dict[str, str]
    place: str
    opens_at: datetime
    closes_at: datetime
    is_published: bool
    identification: str
    map: str
    area: bytes | None
    sections: tuple[Section, ...]
    comments: tuple[Comment, ...]


def read(text: str) -> list[Hearing]:
    """The hearings of a file.

    Raises:
        NotKerrokantasi: no JSON, or without what every hearing has (title, times, sections).
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotKerrokantasi("The file isn't JSON.") from error
    if isinstance(told, dict) and isinstance(told.get("results"), list):
        told = told["results"]
    rows = told if isinstance(told, list) else [told]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise NotKerrokantasi("There is no hearing in the file.")
    return [_hearing(row) for row in rows]


def _hearing(row: Mapping[str, Any]) -> Hearing:
    name = str(row.get("slug") or row.get("id") or "?")[:80]
    title, opens, closes = _texts(row.get("title")), _moment(row.get("open_at")), _moment(row.get("close_at"))
    sections = row.get("sections")
    if not title or opens is None or closes is None or closes <= opens or not isinstance(sections, list):
        raise NotKerrokantasi(f"The hearing {name} has no title, no times in their order, or no sections.")
    comments = row.get("comments", [])
    comments = comments.get("results", []) if isinstance(comments, dict) else comments
    parts = [part for part in sections if isinstance(part, dict)]
    told = [one for one in comments if isinstance(one, dict)] if isinstance(comments, list) else []
    return Hearing(
        id=str(row.get("id", "")),
        slug=name,
        title=title,
        abstract={code: plain(text) for code, text in _texts(row.get("abstract")).items()},
        place=str(row.get("borough") or "")[:200],
        opens_at=opens,
        closes_at=closes,
        is_published=bool(row.get("published", True)),
        identification=_strictest(parts),
        map=max(
            (_MAPS.get(str(part.get("commenting_map_tools")), "none") for part in parts), key=_wideness, default="none"
        ),
        area=_shape(row.get("geojson")),
        sections=tuple(_section(part) for part in parts),
        comments=tuple(_in_order([_comment(one) for one in told])),
    )


def _strictest(parts: Sequence[Mapping[str, Any]]) -> str:
    """The level of the sections that take comments, the strictest of them: a stage has one."""
    asked = [str(part.get("commenting")) for part in parts]
    known = [_LEVELS.index(level) for level in asked if level in _LEVELS]
    return _LEVELS[max(known, default=1)]


def _wideness(tools: str) -> int:
    return ("none", "point", "all").index(tools)


def _section(part: Mapping[str, Any]) -> Section:
    texts = {code: markdown(text) for code, text in _texts(part.get("content")).items()}
    for code, text in _texts(part.get("abstract")).items():
        texts[code] = f"{markdown(text)}\n\n{texts.get(code, '')}".strip()
    polls = [_poll(one) for one in part.get("questions") or [] if isinstance(one, dict)]
    return Section(
        id=str(part.get("id", "")),
        kind=SECTION_KINDS.get(str(part.get("type")), "part"),
        title=_texts(part.get("title")),
        text=texts,
        polls=tuple(poll for poll in polls if poll.question and len(poll.options) > 1),
        files=sum(len(part[name]) for name in ("files", "images") if isinstance(part.get(name), list)),
    )


def _poll(row: Mapping[str, Any]) -> Poll:
    options = [one for one in row.get("options") or [] if isinstance(one, dict)]
    return Poll(
        question={code: plain(text) for code, text in _texts(row.get("text")).items()},
        several="multiple" in str(row.get("type")),
        options=tuple(texts for one in options if (texts := _texts(one.get("text")))),
        answers=_count(row.get("n_answers")),
    )


def _comment(row: Mapping[str, Any]) -> Comment:
    content, at = plain(str(row.get("content") or "")), _moment(row.get("created_at"))
    language = str(row.get("language_code") or "fi")[:2]
    author = row.get("author_name") or ""
    wrong = ""
    if row.get("deleted") or row.get("moderated"):
        wrong = "deleted or moderated"
    elif not content:
        wrong = "without text"
    elif at is None:
        wrong = "without a time"
    return Comment(
        id=str(row.get("id", "")),
        section=str(row.get("section") or ""),
        parent=str(row.get("comment") or ""),
        title=str(row.get("title") or "")[:200],
        text=content,
        author=str(author)[:80],
        language=language if language in LANGUAGES else "fi",
        at=at,
        geometry=_shape(row.get("geojson")),
        place=plain(str(row.get("map_comment_text") or ""))[:200],
        is_official=bool(row.get("organization")),
        votes=_count(row.get("n_votes")) + _count(row.get("n_unregistered_votes")),
        wrong=wrong,
    )


def _in_order(comments: list[Comment]) -> Iterator[Comment]:
    """Comments so that each comes after the one that it answers; one whose question isn't there comes as it stands."""
    known, below = {one.id for one in comments}, dict[str, list[Comment]]()
    for one in comments:
        below.setdefault(one.parent if one.parent in known and one.parent != one.id else "", []).append(one)
    waiting, given = below.get("", [])[::-1], set[str]()
    while waiting:
        one = waiting.pop()
        if one.id not in given:
            given.add(one.id)
            yield one
            waiting += below.get(one.id, [])[::-1]


def _texts(value: Any) -> dict[str, str]:
    """A translated text as they give it, `{"fi": …}`; a plain one is Finnish."""
    if isinstance(value, str):
        value = {"fi": value}
    if not isinstance(value, dict):
        return {}
    return {code: str(value[code]).strip() for code in LANGUAGES if value.get(code) and str(value[code]).strip()}


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _shape(value: Any) -> bytes | None:
    """A place that can be kept, None for none and for one that can't."""
    if not value:
        return None
    try:
        return shapes.kept(value)
    except shapes.NoShape:
        return None


class _Reader(HTMLParser):
    """Turns the editor's HTML into Markdown: paragraphs, headings, lists, links and emphasis; the rest is left as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.unread = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self.unread += 1
        elif tag in _BLOCKS:
            self.out.append("\n\n" + ("## " if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else ""))
        elif tag == "li":
            self.out.append("\n- ")
        elif tag == "br":
            self.out.append("\n")
        elif tag in {"strong", "b"}:
            self.out.append("**")
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            self.links.append(address if re.match(r"https?://[^\s()<>]+$", address) else "")
            self.out.append("[" if self.links[-1] else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag in _BLOCKS:
            self.out.append("\n\n")
        elif tag in {"strong", "b"}:
            self.out.append("**")
        elif tag == "a" and self.links:
            address = self.links.pop()
            self.out.append(f"]({address})" if address else "")

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.out.append(re.sub(r"\s+", " ", data))


def markdown(html: str) -> str:
    """HTML as Markdown."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.out))
    return re.sub(r"\n{3,}", "\n\n", text).replace("****", "").strip()


def plain(html: str) -> str:
    """HTML, or a text that might be, as plain words."""
    return re.sub(r"\*\*|^## |\[([^\]]*)\]\([^)]*\)", lambda found: found[1] or "", markdown(html), flags=re.MULTILINE)
