"""The words of Finnish, Swedish and English: what a text is found by, and in what order names stand.

How a search works here. A *form* is a word as written, *katuvalojen*. The analyser gives its *bases*, written with a seam
between the parts of a compound: `katu|valo`. Analysing is slow and heavy (2 ms a word, 200 MB), so a worker does it once a form and
keeps the bases in a table; everything after it is light and pure. `indexed(bases)` are the terms a document is found by, `wanted`
the terms a query asks for. *katuvalot* meets *katuvalaistus* because

- compounds of one first part whose heads begin alike share a term (`katu0val`), and
- the heads *valo* and *valaistus* are of one family (`0valo`, see `kinship`), so that *kadun valaistus* is found too.

A form that isn't in the table yet is asked for as it stands, by its stem and by its trigrams.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Literal, TypeAlias

from kuutio.core.kinship import FAMILY

Language: TypeAlias = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")

SEAM = "|"
"""Stands between the parts of a compound in a base form."""

LONGEST = 60
"""Characters of a word that are looked at; what is longer is no word (and would be slow to analyse)."""

Known: TypeAlias = Callable[[str], Sequence[str] | None]
"""The table of analysed forms: a folded form -> its bases, () for a word that says nothing (*ja*), None when not yet met."""

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
NORDIC = frozenset("åäö")
NO_MARK = {
    "ø": "ö",
    "æ": "ä",
    "đ": "d",
    "ð": "d",
    "ß": "ss",
    "ł": "l",
    "œ": "oe",
    "þ": "th",
    "ı": "i",
    "ŋ": "n",
    "ŧ": "t",
}
KIN_LETTERS = 3


def fold(text: str) -> str:
    """One writing for all ways to write the same: lower case, no marks but those of å, ä and ö, which are letters here."""
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char if char.isascii() or char in NORDIC else _unmarked(char) for char in composed)


@cache
def _unmarked(char: str) -> str:
    base = "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))
    return NO_MARK.get(base, base)


def tokens(text: str) -> list[str]:
    """The folded words of a text in their order; a hyphen or an apostrophe within a word stays: `linja-auto`."""
    return [word[:LONGEST] for word in WORD.findall(fold(text))]


def trigrams(text: str) -> list[str]:
    """The sorted set of three-letter pieces of each word, two blanks before it and one after, dots of ä and ö left out.

    Without dots, since a keyboard that lacks them is the most common cause of a misspelling: *pyora* is all of *pyörä*.

    Source: PostgreSQL's pg_trgm counts the same way: https://www.postgresql.org/docs/current/pgtrgm.html
    """
    plain = fold(text).translate(str.maketrans("åäö", "aao"))
    padded = (f"  {word[:LONGEST]} " for word in re.findall(r"[^\W_]+", plain))
    return sorted({word[at : at + 3] for word in padded for at in range(len(word) - 2)})


def similarity(one: str, other: str) -> float:
    """How alike two texts are written, 0 to 1: the trigrams that both have, of all that either has."""
    left, right = set(trigrams(one)), set(trigrams(other))
    return len(left & right) / len(left | right) if left and right else 0.0


SORTS_AS = str.maketrans({"å": "{", "ä": "|", "ö": "}"})  # the three ASCII characters after z
FINNISH_SORT = {"ü": "y", "õ": "ö", "ű": "y", "ő": "ö"}


def sort_key(text: str) -> str:
    """A key whose order by bytes (`C` collation) is the order of a Finnish and Swedish list: ... x y z å ä ö.

    Letters with other marks sort with their base letter, ü with y; v and w are two letters; case and punctuation don't count.

    Source: CLDR, the standard collation of fi and sv.
    """
    lowered = "".join(FINNISH_SORT.get(char, char) for char in unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.findall(r"[^\W_]+", fold(lowered))).translate(SORTS_AS)


# Analysing: heavy, in a worker, once for each form.

CLOSED = frozenset({"asemosana", "sidesana", "suhdesana", "kieltosana", "huudahdussana"})
"""Voikko's classes of words that say nothing alone: pronouns, conjunctions, adpositions."""

PERSONAL = frozenset({"etunimi", "sukunimi", "nimi"})

STOP_WORDS: dict[Language, str] = {
    "fi": "ei ja on oli olla ovat eli myös sekä tai että kun kuin jos mutta niin",
    "sv": "att av de den det du där eller en ett finns från för har hur här i inte jag kan man med men när och om på "
    "samt ska som till under vad var vi vid är",
    "en": "a an and are as at be by can do for from has have how i in is it of on or so that the there this to was we "
    "what when where which who with you",
}
STOP = {lang: frozenset(words.split()) for lang, words in STOP_WORDS.items()}


class Analyser:
    """From a word form to its base forms; Finnish by Voikko, Swedish and English by Snowball's stems.

    Voikko is loaded when the first Finnish word comes: 1.5 s and 200 MB, so this belongs into a worker.
    """

    def analyse(self, word: str, lang: Language) -> tuple[str, ...]:
        """The base forms of a word, compounds with seams; () for a word that says nothing, itself for one not known.

        Of several readings all stay, but one of more parts, a person's name or a possessive falls when a plainer one is there.
        """
        form = fold(word)[:LONGEST]
        if not form or form in STOP[lang]:
            return ()
        if lang != "fi":
            return (SEAM.join(stem(part, lang) for part in _split(form)),)
        readings = _voikko()(form)
        if not readings:
            return self._unknown(form)
        if all(reading.CLASS in CLOSED for reading in readings):
            return ()
        plainest = min(map(_oddness, readings))
        return tuple(dict.fromkeys(_base(reading) for reading in readings if _oddness(reading) == plainest))

    def _unknown(self, form: str) -> tuple[str, ...]:
        """A word that Voikko doesn't know: part by part if it has hyphens, else the form itself (a name, a code)."""
        parts = _split(form)
        if len(parts) == 1:
            return (form,)
        return (SEAM.join((self.analyse(part, "fi") or (part,))[0] for part in parts),)


@cache
def _voikko() -> Callable[[str], list[Any]]:
    from pyvoikko import analyse

    return analyse  # type: ignore[no-any-return]


def _oddness(reading: Any) -> tuple[int, bool, bool]:
    return (_base(reading).count(SEAM), reading.CLASS in PERSONAL, bool(reading.POSSESSIVE))


def _base(reading: Any) -> str:
    """The base forms of the parts, joined by seams; Voikko's own marks of a seam (`hule=vesi`, `linja-`) are seams too."""
    parts = [part.BASEFORM for part in reading.COMPOUND_PARTS] if reading.COMPOUND_PARTS else [reading.BASEFORM]
    return SEAM.join(chain.from_iterable(_split(fold(part)) for part in parts))


def _split(form: str) -> list[str]:
    return [part for part in re.split(r"[-=|'’]+", form) if part] or [form]


def stem(form: str, lang: Language) -> str:
    """What Snowball leaves of a word; light enough for a web process, but it splits no compound and knows no word."""
    return str(_stemmer(lang).stemWord(form))


@cache
def _stemmer(lang: Language) -> Any:
    from snowballstemmer import stemmer

    return stemmer({"fi": "finnish", "sv": "swedish", "en": "english"}[lang])


# Terms: light and pure, from the bases that the table keeps.


def indexed(bases: Iterable[str]) -> list[str]:
    """The terms by which a document with such a word is found, best first, none twice.

    For `raitio|vaunu|pysäkki`: the whole, each run of its parts (*raitiovaunu*, *vaunupysäkki*), the parts, then what it shares
    with its relatives.
    """
    terms: list[str] = []
    kin: list[str] = []
    for base in bases:
        parts = base.split(SEAM)
        for length in range(len(parts), 0, -1):
            for start in range(len(parts) - length + 1):
                run = parts[start : start + length]
                terms.append("".join(run))
                kin += _kin(run)
    return list(dict.fromkeys(terms + kin))


def _kin(parts: Sequence[str]) -> list[str]:
    """The terms that a word shares with its relatives. A 0 in them: no word has one there, and PostgreSQL leaves it whole."""
    if len(parts) == 1:
        return [f"0{FAMILY[parts[0]]}"] if parts[0] in FAMILY else []
    return ["".join(parts[:-1]) + "0" + parts[-1][:KIN_LETTERS]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a word of a query asks for.

    Attributes:
        form: the word, folded.
        any_of: groups of alternatives; a document fits when for one group it has a term of each of its sets.
        known: whether the form was in the table. If not, search its trigrams too and let the worker learn it.
    """

    form: str
    any_of: tuple[tuple[tuple[str, ...], ...], ...]
    known: bool

    def tsquery(self) -> str:
        """The same as the text of a PostgreSQL `tsquery`, to be cast and not parsed: its lexemes are quoted."""
        groups = (" & ".join(f"({' | '.join(map(_quoted, terms))})" for terms in group) for group in self.any_of)
        return " | ".join(f"({group})" for group in groups)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def wanted(text: str, known: Known, lang: Language) -> list[Wanted]:
    """What a query asks for, word by word; a document must fit every one. Words that say nothing are left out.

    Args:
        known: the table of analysed forms of `lang`.
    """
    asked = []
    for form in dict.fromkeys(tokens(text)):
        if form in STOP[lang]:
            continue
        bases = known(form)
        if bases is None:
            alone = dict.fromkeys([form, "".join(_split(form)), stem(form, lang)])
            asked.append(Wanted(form, ((tuple(alone),),), known=False))
        elif bases:
            asked.append(Wanted(form, tuple(chain.from_iterable(map(_groups, bases))), known=True))
    return asked


def _groups(base: str) -> list[tuple[tuple[str, ...], ...]]:
    """The word or a relative; or, for a compound, each of its parts or theirs: *kadun valaistus* for *katuvalo*."""
    parts = base.split(SEAM)
    groups: list[tuple[tuple[str, ...], ...]] = [(("".join(parts), *_kin(parts)),)]
    if len(parts) > 1:
        groups.append(tuple((part, *_kin([part])) for part in parts))
    return groups


def tsquery(asked: Iterable[Wanted]) -> str:
    """All the words of a query in one `tsquery`; "" when none says anything."""
    return " & ".join(f"({word.tsquery()})" for word in asked)


_LEXEME = re.compile(r"'((?:[^']|'')*)'")


def marked(query: str, mark: str) -> str:
    """The same query about lexemes that begin with a mark: those of one language among those of all.

    Args:
        query: as `tsquery` makes it, every lexeme quoted.
        mark: letters only.
    """
    return _LEXEME.sub(rf"'{mark}\1'", query)
