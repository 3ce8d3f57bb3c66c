"""How personal data looks in one value: the rules, one function a kind, with no knowledge of tables.

Source: identity codes: Government decree 690/2022 on the marks in the middle, with `stdnum.fi.hetu` for date and check
character; telephone numbers: Traficom's regulation 32 on numbering; IBAN: ISO 13616 by `stdnum.iban`; names: the
commonest Finnish and Finland-Swedish ones in `people.csv`, gathered by hand for this project, to be compared with the
open name statistics of the Digital and Population Data Services Agency.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from stdnum import iban
from stdnum.fi import hetu


class Kind(StrEnum):
    """What sort of personal data was seen."""

    IDENTITY_CODE = "identity-code"
    EMAIL = "email"
    PHONE = "phone"
    PLATE = "plate"
    NAME = "name"
    IBAN = "iban"


class Level(StrEnum):
    """STRONG: most likely of a person, a publication waits. WEAK: most likely of an organisation, worth a look."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Sign:
    """One piece of personal data in a value."""

    kind: Kind
    level: Level
    text: str


class Hint(StrEnum):
    """What a column's name says about its values."""

    PHONE = "phone"
    PLATE = "plate"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"


_HINTS = {
    Hint.PHONE: r"puh|phone|tel(?:$|[^a-zåäö]|efon|no|nro)|gsm|mobil|matkap|mobiil",
    Hint.PLATE: r"rekist(?:eri)?(?:no|nro|num|tunn|kilp)|rekkari|reg.?(?:no|nr|num)|plate|registernummer",
    Hint.FIRST_NAME: r"etunim|kutsumanim|first.?name|given.?name|f[öo]rnamn",
    Hint.LAST_NAME: r"sukunim|last.?name|surname|family.?name|efternamn",
}

_IDENTITY_CODE = re.compile(r"(?<![0-9A-Za-z])\d{6}[-−–+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z](?![0-9A-Za-z])")
_EMAIL = re.compile(r"[\w.+'-]+@(?:[\w-]+\.)+[^\W\d_]{2,}")
_ROLE = re.compile(
    r"info|kirjaamo|registry|registra|register|asiakas|palvelu|palaute|toimisto|posti|post$|viestint|office|contact|yhteys|hallinto|"
    r"neuvonta|support|tuki|service|kundtj|feedback|admin|webmaster|noreply|no-reply|avoindata|opendata|kirjasto|"
    r"koulu|museo|vaylat|press|media|helpdesk|tilaukset|laskut|varaus|booking|sales|myynti|rekry|hr$|data$"
)
# Grouped as people write them; four groups with hyphens are a property's identifier (049-010-0001-0002).
_MOBILE = r"0(?:4\d|50)\d?(?:(?: ?\d{2,4}){2,3}|[ -]\d{5,8})"
_LANDLINE = r"\(?0(?:2|3|5|6|8|9|1[3-9])\)?[ -]\d{2,4}(?: ?\d{2,4}){1,2}"
_COMPANY = r"0(?:10|20|29|30|71|73|75|600|700|800)(?:[ -]?\d{2,4}){2,3}"
_LOCAL_PHONE = re.compile(
    rf"(?<![\d.,+-])(?:(?P<mobile>{_MOBILE})|(?P<company>{_COMPANY})|(?P<landline>{_LANDLINE}))(?![\d.,-]?\d)"
)
_WORLD_PHONE = re.compile(
    r"(?:(?<![\d.,])\+|(?<![\w.,-])00)(?P<country>358|46|47|45|372|49|44|7|1)[ -]?(?:\(0\))?[ -]?(?P<rest>\d(?:[ -]?\d){5,11})(?!\d)"
)
_TEN_DIGITS = ("1", "7")
"""Countries whose national numbers have just ten digits: shorter ones are codes with leading zeros."""
_BARE_PHONE = re.compile(r"(?:358|0)?(?:4\d|50)\d{6,8}")
_CALL = re.compile(r"(?:puh|p|tel|gsm|soita|soittaa|ring|phone|call)[.:]?\s*(?:nro|no)?[.:]?\s*$", re.IGNORECASE)
_PLATE = re.compile(r"(?<![\w-])[A-ZÅÄÖ]{2,3}-\d{1,3}(?![\w-])")
_PLATE_WORD = re.compile(r"(?:rek|auto|ajoneuvo|plate|bil|car)[\w.:]*\s*(?:nro|no|tunnus)?[.:]?\s*$", re.IGNORECASE)
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMPANY_WORD = {"oy", "oyj", "ab", "ky", "tmi", "ay", "rf", "ry", "osk", "säätiö", "stiftelse", "ltd"}
_PLACE = re.compile(
    r"katu|tie(?:$|n|ll)|kuja|polku|puisto|aukio|tori|ranta|raitti|silta|koulu|museo|talo|patsas|muistom|säätiö|gata|"
    r"vägen|park|stig|plats|stipend|päiväkoti|kenttä|halli|kirjasto|sali|palkinto"
)
_CASES = re.compile(r"(?:n|lle|lla|llä|lta|ltä|sta|stä|ssa|ssä|ksi|a|ä)$")
_NEN_CASES = re.compile(r"se(?:n|lle|lla|llä|lta|ltä|sta|stä|ssa|ssä|ksi)$|sta$|stä$")


@cache
def names(kind: str) -> frozenset[str]:
    """The list of `first` or `last` names, in lower case."""
    with files(__package__).joinpath("people.csv").open(encoding="utf-8") as file:
        return frozenset(row["name"].lower() for row in csv.DictReader(file) if row["kind"] == kind)


def hints_of(column: str) -> frozenset[Hint]:
    """What the column's name promises."""
    lowered = column.lower()
    return frozenset(hint for hint, pattern in _HINTS.items() if re.search(pattern, lowered))


def candidates(hints: frozenset[Hint]) -> str:
    """A regular expression in RE2's syntax that every value with a sign matches; many others do too."""
    first = "|".join(sorted(names("first")))
    parts = [
        r"[0-9]{6}[-−–+A-FU-Ya-fu-y][0-9]{3}[0-9A-Za-z]",
        r"@[\pL0-9-]+\.",
        r"(?:\+|00)[1-9][0-9 ()-]{6}",
        r"(?:^|[^0-9])\(?0[1-9][0-9 ()-]{6}",
        r"[A-ZÅÄÖ]{2,3}-[0-9]{1,3}",
        r"[A-Z]{2}[0-9]{2} ?[0-9A-Z]{4}",
        rf"(?:^|[^\pL])(?i:{first})(?:[^\pL]|$)",
    ]
    if Hint.PHONE in hints:
        parts.append(r"^\+?[0-9][0-9 ()-]{5,}$")
    if Hint.LAST_NAME in hints:
        parts.append(f"(?i:{'|'.join(sorted(names('last')))})")
    return "|".join(parts)


def signs(text: str, hints: frozenset[Hint] = frozenset()) -> Iterator[Sign]:
    """Every piece of personal data in a value."""
    yield from identity_codes(text)
    yield from emails(text)
    yield from phones(text, hints)
    yield from plates(text, hints)
    yield from bank_accounts(text)
    yield from people(text, hints)


def identity_codes(text: str) -> Iterator[Sign]:
    """Finnish personal identity codes with a real date and the right check character, temporary ones too."""
    for match in _IDENTITY_CODE.finditer(text):
        if hetu.is_valid(match[0].replace("−", "-").replace("–", "-"), allow_temporary=True):
            yield Sign(Kind.IDENTITY_CODE, Level.STRONG, match[0])


def emails(text: str) -> Iterator[Sign]:
    """E-mail addresses; those of a desk (info@, kirjaamo@) are weak."""
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        local = match[0].split("@")[0].lower()
        yield Sign(Kind.EMAIL, Level.WEAK if _ROLE.search(local) else Level.STRONG, match[0])


def phones(text: str, hints: frozenset[Hint]) -> Iterator[Sign]:
    """Telephone numbers: a mobile one is a person's, others are mostly an organisation's.

    Bare digits count only where the column or the words before them say that they are a number to call: identifiers
    with leading zeros look the same.
    """
    hinted = Hint.PHONE in hints
    if hinted and _BARE_PHONE.fullmatch(text.strip()):
        yield Sign(Kind.PHONE, Level.STRONG, text.strip())
        return
    for match in _WORLD_PHONE.finditer(text):
        rest = match["rest"].lstrip("0")
        if match["country"] in _TEN_DIGITS and sum(character.isdigit() for character in match["rest"]) != 10:
            continue
        personal = match["country"] != "358" or rest.startswith(("4", "50"))
        yield Sign(Kind.PHONE, Level.STRONG if personal else Level.WEAK, match[0].strip())
    for match in _LOCAL_PHONE.finditer(text):
        alone = match[0] == text.strip()
        grouped = " " in match[0] or "-" in match[0]
        called = hinted or bool(_CALL.search(text[: match.start()]))
        if not 7 <= sum(character.isdigit() for character in match[0]) <= 11:
            continue
        if match["mobile"]:
            if called or grouped or (not alone and re.search(r"[^\W\d_]{3}", text)):
                yield Sign(Kind.PHONE, Level.STRONG, match[0])
        elif called:
            yield Sign(Kind.PHONE, Level.WEAK, match[0])


def plates(text: str, hints: frozenset[Hint]) -> Iterator[Sign]:
    """Vehicle registration plates; strong where the column or the words before say so, since codes look the same."""
    for match in _PLATE.finditer(text):
        told = Hint.PLATE in hints or bool(_PLATE_WORD.search(text[: match.start()]))
        yield Sign(Kind.PLATE, Level.STRONG if told else Level.WEAK, match[0])


def bank_accounts(text: str) -> Iterator[Sign]:
    """International bank account numbers with the right check digits."""
    for match in _IBAN.finditer(text):
        # The text after a number may look like a part of it: the longest beginning that is valid is taken.
        parts = match[0].split(" ")
        for end in range(len(parts), 0, -1):
            number = " ".join(parts[:end])
            if iban.is_valid(number):
                yield Sign(Kind.IBAN, Level.STRONG, number)
                break


def people(text: str, hints: frozenset[Hint]) -> Iterator[Sign]:
    """A first name beside a surname, in either order, the surname declined or not; alone where the column is of names."""
    first, last = names("first"), names("last")
    alone = text.strip().lower()
    if (Hint.FIRST_NAME in hints and _all_known(alone, first)) or (Hint.LAST_NAME in hints and alone in last):
        yield Sign(Kind.NAME, Level.STRONG, text.strip())
        return
    words = list(_WORD.finditer(text))
    for number in range(len(words) - 1):
        one, two = words[number], words[number + 1]
        between = text[one.end() : two.start()]
        if between not in (" ", ", ") or not one[0][0].isupper() or not two[0][0].isupper():
            continue
        given, family = one[0].lower(), two[0].lower()
        straight = between == " " and _all_known(given, first) and _surname(family, last)
        if not straight and not (given in last and _all_known(family, first)):
            continue
        after = words[number + 2][0].lower() if number + 2 < len(words) else ""
        before = words[number - 1][0].lower() if number else ""
        if _PLACE.match(after):
            continue  # Matti Virtasen katu: a place, named after a person
        firm = after in _COMPANY_WORD or before in _COMPANY_WORD
        yield Sign(Kind.NAME, Level.WEAK if firm else Level.STRONG, text[one.start() : two.end()])


def _all_known(words: str, known: frozenset[str]) -> bool:
    return bool(words) and all(part in known for part in re.split(r"[- ]+", words))


def _surname(word: str, last: frozenset[str]) -> bool:
    if word in last:
        return True
    stem = _NEN_CASES.sub("nen", word)
    if stem != word and stem in last:
        return True
    stem = _CASES.sub("", word)
    return stem != word and stem in last


def masked(sign: Sign) -> str:
    """The sign as an officer may see it: enough to judge by, not enough to use.

    An e-mail keeps its first letter and its domain, other kinds their first characters; the rest becomes dots, with
    the spaces and marks between kept.
    """
    if sign.kind is Kind.EMAIL:
        local, domain = sign.text.split("@", 1)
        return f"{local[0]}{_dots(local[1:])}@{domain}"
    if sign.kind is Kind.NAME:
        return " ".join(word[0] + _dots(word[1:]) for word in sign.text.split(" "))
    shown = {Kind.IDENTITY_CODE: 0, Kind.PHONE: 3, Kind.PLATE: 1, Kind.IBAN: 2}[sign.kind]
    return sign.text[:shown] + _dots(sign.text[shown:])


def _dots(text: str) -> str:
    return re.sub(r"\w", "•", text)
