"""The part of Solr's query language that CKAN's clients write: a neutral tree, and rows asked by it.

    organization:helsinki -groups:(a OR b) metadata_modified:[2026-11-24T00:00:00Z TO *] "two words" res_format:*

Words that follow each other all have to fit; OR binds closer than that, and AND closest. So the parts that CKAN's harvester
joins by spaces, `organization:a OR organization:b groups:c`, mean what it says. What a field means is the caller's to say.

Source: Apache Solr Reference Guide, "The Standard Query Parser"; CKAN's solr configuration (q.op=AND).
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from kuutio.opendata.engine import filters as tree
from kuutio.opendata.engine.filters import EVERYTHING, Filter
from kuutio.opendata.engine.typed import MAX_DEPTH, Columns, parsed, refuse
from kuutio.opendata.engine.types import Column, ColumnType

MAX_LENGTH, MAX_TERMS = 8000, 300


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase, in a field or anywhere.

    Attributes:
        field: None: anywhere.
        text: with escapes resolved.
        phrase: it stood in quotes.
        pattern: pieces between `*`, when the word has any; None for a plain word.
    """

    field: str | None
    text: str
    phrase: bool = False
    pattern: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Values of a field between two ends; None is open."""

    field: str
    low: str | None
    high: str | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value; field None: everything."""

    field: str | None


@dataclass(frozen=True, slots=True)
class All:
    """All parts fit."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """Some part fits."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Never:
    """The part doesn't fit."""

    part: "Node"


Node = Term | Range | Exists | All | Any | Never

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<range>[\[{]\s*(?P<low>"(?:[^"\\]|\\.)*"|[^\s\]}"]+)\s+TO\s+(?P<high>"(?:[^"\\]|\\.)*"|[^\s\]}"]+)\s*[\]}])
    |(?P<phrase>"(?:[^"\\]|\\.)*")(?:~\d*)?(?:\^[\d.]+)?
    |(?P<open>\()|(?P<close>\))(?:\^[\d.]+)?
    |(?P<and>&&)|(?P<or>\|\|)
    |(?P<sign>[-+!])
    |(?P<field>(?:\*|[\w.][^\s:()\[\]{}"\\^~]*)):(?!\s|$)
    |(?P<word>(?:\\.|[^\s()\[\]{}":\\^~]|:(?=\S))+)(?:~[\d.]*)?(?:\^[\d.]+)?
    )""",
    re.VERBOSE,
)
_VALUE = re.compile(r"\s*(?P<word>(?:\\.|[^\s()\[\]{}\"\\^~])+)(?:~[\d.]*)?(?:\^[\d.]+)?")
"""After `field:` a sign or a colon belongs to the value."""


def parse(text: str, pointer: str = "/fq") -> Node:
    """The tree of a query; an empty one asks for everything.

    Raises:
        BadQuery: it can't be read, is too long or too deep.
    """
    if len(text) > MAX_LENGTH:
        refuse(f"The query is too long: at most {MAX_LENGTH} characters.", pointer)
    parser = _Parser(_tokens(text, pointer), pointer)
    node = parser.sequence(None, 0)
    if parser.tokens[parser.at][0] != "end":
        parser.lost()
    return node


def rows(text: str, columns: Columns, pointer: str = "/fq") -> Filter:
    """Rows of a table by such a query: `column:value`, ranges, `column:*`, bare words in any text column.

    Raises:
        BadQuery: it can't be read, or names what the table hasn't.
    """
    return _rows(parse(text, pointer), columns, pointer)


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], pointer: str) -> None:
        self.tokens, self.pointer, self.at, self.terms = tokens, pointer, 0, 0

    def sequence(self, field: str | None, depth: int) -> Node:
        """Parts with nothing between: all have to fit, whatever ORs are inside each."""
        parts: list[Node] = []
        while self.tokens[self.at][0] not in ("end", "close"):
            parts.append(self.either(field, depth))
        if not parts and (depth or self.tokens[self.at][0] != "end"):
            self.lost()
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def either(self, field: str | None, depth: int) -> Node:
        """Parts with OR between."""
        parts = [self.both(field, depth)]
        while self.tokens[self.at][0] == "or":
            self.at += 1
            parts.append(self.both(field, depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def both(self, field: str | None, depth: int) -> Node:
        """Parts with AND between."""
        parts = [self.one(field, depth)]
        while self.tokens[self.at][0] == "and":
            self.at += 1
            parts.append(self.one(field, depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, field: str | None, depth: int) -> Node:
        """A term with its sign."""
        self.terms += 1
        if self.terms > MAX_TERMS or depth > MAX_DEPTH:
            refuse(f"The query is too large: at most {MAX_TERMS} terms.", self.pointer)
        kind, text = self.tokens[self.at]
        self.at += 1
        match kind:
            case "sign" | "not":
                inner = self.one(field, depth + 1)
                return inner if text == "+" else Never(inner)
            case "field":
                return self.one(text, depth + 1)
            case "open":
                inner = self.sequence(field, depth + 1)
                if self.tokens[self.at][0] != "close":
                    self.lost()
                self.at += 1
                return inner
            case "phrase":
                return Term(field, _unescaped(text[1:-1]), phrase=True)
            case "range" if field is not None:
                return _range(field, text)
            case "word":
                return _word(field, text)
        return self.lost()

    def lost(self) -> NoReturn:
        """Say that the query can't be read on."""
        at = self.tokens[min(self.at, len(self.tokens) - 1)][1]
        refuse(f"The query can't be read at {at[:40]!r}." if at else "The query ends too early.", self.pointer)


def _tokens(text: str, pointer: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        after_field = bool(found) and found[-1][0] == "field"
        token = (_VALUE.match(text, at) if after_field else None) or _TOKEN.match(text, at)
        if token is None or token.end() == at:
            refuse(f"The query can't be read at {text[at : at + 40]!r}.", pointer)
        kind = str(token.lastgroup if token.lastgroup not in ("low", "high") else "range")
        word = token[kind]
        if kind == "word" and not after_field and word in ("AND", "OR", "NOT"):
            kind = word.lower()
        found.append((kind, word))
        at = token.end()
    return [*found, ("end", "")]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _word(field: str | None, text: str) -> Node:
    if text == "*":
        return Exists(None if field == "*" else field)
    pieces = re.split(r"(?<!\\)\*", text)
    if len(pieces) > 1:
        return Term(field, _unescaped(text), pattern=tuple(_unescaped(piece) for piece in pieces))
    return Term(field, _unescaped(text))


def _range(field: str, text: str) -> Range:
    found = re.fullmatch(r"([\[{])\s*(\S+|\".*?\")\s+TO\s+(\S+|\".*?\")\s*([\]}])", text)
    if found is None:
        raise ValueError(text)
    opening, low, high, closing = found.groups()
    ends = [None if end == "*" else _unescaped(end.strip('"')) for end in (low, high)]
    return Range(field, ends[0], ends[1], opening == "[", closing == "]")


def _rows(node: Node, columns: Columns, pointer: str) -> Filter:
    match node:
        case All(parts):
            return tree.both(*(_rows(part, columns, pointer) for part in parts))
        case Any(parts):
            return tree.Or(tuple(_rows(part, columns, pointer) for part in parts))
        case Never(part):
            return _never(part, columns, pointer)
        case Exists(field):
            return EVERYTHING if field is None else tree.Not(tree.IsNull(columns.get(field, pointer).name))
        case Range():
            return _between(node, columns.get(node.field, pointer), pointer)
        case Term(field=None):
            words = [node.text] if node.phrase else node.text.replace("*", " ").split()
            return tree.Text(tuple(words)) if words else EVERYTHING
        case Term():
            return _equal(node, columns.get(node.field, pointer), pointer)


def _never(node: Node, columns: Columns, pointer: str) -> Filter:
    """Solr knows no third value: a row that lacks a field isn't kept out by a value of it."""
    match node:
        case All(parts):
            return tree.Or(tuple(_never(part, columns, pointer) for part in parts))
        case Any(parts):
            return tree.both(*(_never(part, columns, pointer) for part in parts))
        case Never(part):
            return _rows(part, columns, pointer)
    inner = tree.Not(_rows(node, columns, pointer))
    if isinstance(node, Exists) or node.field is None:
        return inner
    return tree.Or((inner, tree.IsNull(node.field)))


def _between(node: Range, column: Column, pointer: str) -> Filter:
    parts: list[Filter] = []
    if node.low is not None:
        value = parsed(column, node.low, pointer)
        parts.append(tree.Compare(column.name, ">=" if node.with_low else ">", value))
    if node.high is not None:
        value = parsed(column, node.high, pointer)
        parts.append(tree.Compare(column.name, "<=" if node.with_high else "<", value))
    return tree.both(*parts) if parts else tree.Not(tree.IsNull(column.name))


def _equal(node: Term, column: Column, pointer: str) -> Filter:
    if node.pattern is None or column.type is not ColumnType.TEXT:
        return tree.Compare(column.name, "=", parsed(column, node.text, pointer))
    literal = (re.sub(r"([%_\\])", r"\\\1", piece) for piece in node.pattern)
    return tree.Like(column.name, "%".join(literal), case_insensitive=True)
