"""The translations: from the committed parts to the catalogues that Django reads, and what is missing from them.

Each area of the house keeps its own Finnish and Swedish in `locale/parts/AREA.toml`, so that two people never edit the same
file: entries `[[t]]` with `en`, `fi`, `sv`, for plurals also `en_plural` and lists of two in `fi` and `sv`, and `ctx` where one
English word has several meanings. The parts are what is committed; `.po` (for translators' tools) and `.mo` (for Django) are
made from them into `build/locale`, so that no catalogue can be stale. `python -m kuutio.config.catalogues` makes them, without GNU gettext:
the format of `.mo` is thirty lines, and a system package would be one more thing to install.

Source of the format: GNU gettext manual, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import re
import struct
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tokenize import STRING, TokenInfo, generate_tokens
from typing import Any

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "kuutio"
PARTS = SOURCE / "locale" / "parts"
BUILT = ROOT / "build" / "locale"
LANGUAGES = ("fi", "sv")
_PLURAL_FORMS = "nplurals=2; plural=(n != 1);"
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z.0-9]*[a-z]")
# What each function takes before its number: names of the parts of a message, in order.
_SHAPES = {
    "gettext": ("en",),
    "gettext_lazy": ("en",),
    "gettext_noop": ("en",),
    "_": ("en",),
    "pgettext": ("ctx", "en"),
    "pgettext_lazy": ("ctx", "en"),
    "ngettext": ("en", "plural"),
    "ngettext_lazy": ("en", "plural"),
    "npgettext": ("ctx", "en", "plural"),
    "npgettext_lazy": ("ctx", "en", "plural"),
}


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A text of the sources; `plural` and `ctx` are empty where there is none."""

    en: str
    plural: str = ""
    ctx: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message and its translations: for each language one text, or two for a plural."""

    message: Message
    texts: dict[str, tuple[str, ...]]
    part: str


class BadPart(ValueError):
    """A part can't be used; the text says which entry and why."""


# --- reading the parts ------------------------------------------------------------------------------------------------


def read_part(path: Path) -> list[Entry]:
    """The entries of one part.

    Raises:
        BadPart: an entry lacks a language, has an unknown word, or too few plural forms.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("t", [])
    except tomllib.TOMLDecodeError as error:
        raise BadPart(f"{path.name}: {error}") from error
    return [_entry(row, path.name) for row in rows]


def _entry(row: dict[str, Any], part: str) -> Entry:
    where = f"{part}: {row.get('en', row)!r}"
    if unknown := row.keys() - {"en", "en_plural", "ctx", *LANGUAGES}:
        raise BadPart(f"{where}: unknown words {sorted(unknown)}")
    forms = 2 if row.get("en_plural") else 1
    texts = {}
    for language in LANGUAGES:
        given = row.get(language, "")
        texts[language] = (given,) if isinstance(given, str) else tuple(given)
        if len(texts[language]) != forms or not all(texts[language]):
            raise BadPart(f"{where}: {language} needs {forms} text(s)")
    return Entry(Message(row["en"], row.get("en_plural", ""), row.get("ctx", "")), texts, part)


def gather(folder: Path = PARTS) -> list[Entry]:
    """All entries, in order, each message once: where parts disagree the first in the alphabet is used, and `faults` says so."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in _all(folder):
        found.setdefault((entry.message.ctx, entry.message.en), entry)
    return sorted(found.values(), key=lambda entry: entry.message)


def disagreements(folder: Path = PARTS) -> list[str]:
    """Messages that two parts translate differently, a sentence each."""
    first: dict[tuple[str, str], Entry] = {}
    found = []
    for entry in _all(folder):
        other = first.setdefault((entry.message.ctx, entry.message.en), entry)
        if (other.message, other.texts) != (entry.message, entry.texts):
            found.append(
                f"{other.part} and {entry.part} translate {entry.message.en!r} differently; give one of them a ctx"
            )
    return found


def _all(folder: Path) -> Iterator[Entry]:
    for path in sorted(folder.glob("*.toml")):
        yield from read_part(path)


# --- writing the catalogues -------------------------------------------------------------------------------------------


def _header(language: str) -> str:
    fields = {
        "Project-Id-Version": "Kuutio",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURAL_FORMS,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(letter, letter) for letter in text) + '"'


def po(entries: Iterable[Entry], language: str) -> str:
    """The catalogue of one language, for translators' tools."""
    blocks = [f'msgid ""\nmsgstr {_quoted(_header(language))}\n']
    for entry in entries:
        message, texts = entry.message, entry.texts[language]
        lines = [f"#: {entry.part}"]
        if any(_PLACEHOLDER.search(text) for text in (message.en, message.plural)):
            lines.append("#, python-format")
        if message.ctx:
            lines.append(f"msgctxt {_quoted(message.ctx)}")
        lines.append(f"msgid {_quoted(message.en)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{n}] {_quoted(text)}" for n, text in enumerate(texts)]
        else:
            lines.append(f"msgstr {_quoted(texts[0])}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def mo(entries: Iterable[Entry], language: str) -> bytes:
    """The catalogue of one language, for Django: two sorted tables of strings, little-endian, without a hash table."""
    strings = {b"": _header(language).encode()}
    for entry in entries:
        message = entry.message
        key = (f"{message.ctx}\x04" if message.ctx else "") + message.en
        if message.plural:
            key += f"\0{message.plural}"
        strings[key.encode()] = "\0".join(entry.texts[language]).encode()
    keys = sorted(strings)
    keys_at = 7 * 4
    texts_at = keys_at + 8 * len(keys)
    data_at = texts_at + 8 * len(keys)
    tables: list[bytes] = []
    data = b""
    for column in (keys, [strings[key] for key in keys]):
        for text in column:
            tables.append(struct.pack("<II", len(text), data_at + len(data)))
            data += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), keys_at, texts_at, 0, data_at)
    return head + b"".join(tables) + data


def build(parts: Path = PARTS, out: Path = BUILT) -> None:
    """Write `django.po` and `django.mo` of each language."""
    entries = gather(parts)
    for language in LANGUAGES:
        folder = out / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "django.po").write_text(po(entries, language), encoding="utf-8")
        (folder / "django.mo").write_bytes(mo(entries, language))


# --- what the sources say ---------------------------------------------------------------------------------------------


def used(source: Path = SOURCE) -> dict[Message, str]:
    """Every message of the Python files and templates, with the first file that says it."""
    found: dict[Message, str] = {}
    for path in sorted(source.rglob("*")):
        if path.suffix == ".py":
            messages = in_python(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            messages = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for message in messages:
            found.setdefault(message, str(path.relative_to(source)))
    return found


def in_python(text: str) -> Iterator[Message]:
    """The messages of a Python file: calls of Django's functions under whatever name the file gave them."""
    tree = ast.parse(text)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in _SHAPES}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ""
        if isinstance(node.func, ast.Name):
            name = names.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            name = node.func.attr if node.func.value.id == "translation" and node.func.attr in _SHAPES else ""
        strings = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name and len(strings) >= len(_SHAPES[name]):
            yield Message(**dict(zip(_SHAPES[name], strings, strict=False)))


def in_template(text: str) -> Iterator[Message]:
    """The messages of a template, found by Django's own turning of templates into something like Python."""
    # Inside brackets, since the indents of HTML are not those of Python.
    tokens = list(generate_tokens(StringIO(f"(\n{templatize(text)}\n)").readline))
    for place, token in enumerate(tokens[:-1]):
        if token.string in _SHAPES and tokens[place + 1].string == "(":
            strings = _strings(tokens[place + 2 :])
            if len(strings) >= len(_SHAPES[token.string]):
                yield Message(**dict(zip(_SHAPES[token.string], strings, strict=False)))


def _strings(tokens: list[TokenInfo]) -> list[str]:
    found = []
    for token in tokens:
        if token.string == ")":
            break
        if token.type == STRING:
            found.append(str(ast.literal_eval(token.string)))
    return found


def faults(source: Path = SOURCE, parts: Path = PARTS) -> list[str]:
    """What is wrong with the translations, a sentence each; empty when nothing is."""
    try:
        entries = gather(parts)
    except BadPart as error:
        return [str(error)]
    known = {entry.message for entry in entries}
    said = used(source)
    found = disagreements(parts)
    found += [f"{path}: no translation of {message.en!r}" for message, path in said.items() if message not in known]
    found += [f"{entry.part}: nothing says {entry.message.en!r} any more" for entry in entries if _stale(entry, said)]
    for entry in entries:
        wanted = set(_PLACEHOLDER.findall(entry.message.en)) | set(_PLACEHOLDER.findall(entry.message.plural))
        for language, texts in entry.texts.items():
            for text in texts:
                if not set(_PLACEHOLDER.findall(text)) <= wanted:
                    found.append(f"{entry.part}: {language} of {entry.message.en!r} has a placeholder of its own")
                elif len(texts) == 1 and set(_PLACEHOLDER.findall(text)) != wanted:
                    found.append(f"{entry.part}: {language} of {entry.message.en!r} lacks a placeholder")
    return sorted(found)


def _stale(entry: Entry, said: dict[Message, str]) -> bool:
    # Texts of libraries (allauth, Django) may be translated here too, where the library's own are missing or poor.
    return entry.part != "libraries.toml" and entry.message not in said


def main(words: list[str]) -> int:
    """Make the catalogues; with `--check` say instead what is wrong with the translations. 1 when something is."""
    if "--check" not in words:
        build()
        return 0
    found = faults()
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
