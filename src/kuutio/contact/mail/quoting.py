"""What a person wrote, without the history below it: quotes and signatures cut in Finnish, Swedish and English.

No reply splitter that is published knows Finnish. The rule of this one: what is not surely a quote stays; the whole text is
kept beside the cut one anyway.
"""

import re

#: Above what our own mails quote of the thread; a reply ends where this line stands.
MARKERS = (
    "Kirjoita vastauksesi tämän rivin yläpuolelle",
    "Skriv ditt svar ovanför den här raden",
    "Write your reply above this line",
)

#: Longer lines are prose or data, never a quote's head; so that no pattern below meets a long one.
_LINE, _HEAD_LINES, _SIGNATURE_LINES = 500, 12, 15

_VERB = re.compile(
    r"\b(wrote|writes|kirjoitti|kirjoittaa|skrev|skriver|schrieb|kirjutas|написал\w{0,2}|пишет|a écrit|escribió|napsal)\b",
    re.I,
)
_DAY = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2}\b")
_TIME = re.compile(r"\b\d{1,2}[.:]\d\d\b(?![./]\d)")
_ENDS = re.compile(rf"({_VERB.pattern}|\d[.:]\d\d)\s?:$", re.I)
_SOMEBODY = re.compile(r"[^\s<>()@]@[^\s<>()@]")

_ORIGINAL = re.compile(
    r"[\s*_]*-{3,}\s*(original message|original-nachricht|alkuperäinen viesti|alkuperäinen sähköpostiviesti"
    r"|ursprungligt meddelande|originalmeddelande|opprinnelig melding|original meddelelse)\s*-{3,}[\s*_]*",
    re.I,
)
_FIELDS = {
    "from": "from lähettäjä från avsändare keneltä von",
    "sent": "sent date lähetetty päivämäärä päiväys päivä pvm skickat skickad datum gesendet",
    "to": "to vastaanottaja vastaanottajat saaja kenelle kohde till mottagare an",
    "cc": "cc kopio kopia kopiomottagare bcc reply-to vastausosoite svar till tärkeys prioritet importance",
    "subject": "subject aihe otsikko ämne betreff",
}
_KIND = {word: kind for kind, words in _FIELDS.items() for word in words.split()}
_FIELD = re.compile(r"[\s*_>]{0,12}([^\W\d_][\w-]{1,14})[\s*_]{0,4}:")
_RULE = re.compile(r"\s*_{10,}\s*")
_DELIMITER = re.compile(r"\s?--\s{0,4}")

_THINGS = (
    r"(iphone|ipad|ipod|apple|icloud|android|samsung|galaxy|huawei|honor|nokia|lumia|xiaomi|redmi|oneplus|motorola|sony|pixel"
    r"|outlook|windows|mail for|e-post för|sähköposti|yahoo|gmail|proton|hotmail|aol|blackberry|sparrow|thunderbird|jolla"
    r"|mobiili|puhelim|älypuhelim|kännykä|smartphone|phone|mobil|mobile|tablet|tabletti|surfplatt)"
)
_SENT_FROM = re.compile(
    r"\s*(<?https?://\S+>?)?\s*[*_]?(sent (from|with|via|using)|lähetetty|lähetin tämän|skickat (från|med|via)|skickades från"
    rf"|skickad från|get|hanki|hämta|skaffa|lataa|von meinem)\b[^.!?]{{0,40}}\b{_THINGS}\w{{0,12}}(\W{{1,3}}\w{{1,20}}){{0,4}}"
    r"\W{0,5}(https?://\S{1,200})?\W{0,3}",
    re.I,
)


def reply_text(text: str) -> str:
    """What the person wrote: the lines of `text` that are theirs, in their order, without blank ends.

    Cut are: lines with `>` and the line that says whose they are; everything from a mail program's head of the earlier
    message on (three fields such as Lähettäjä, Lähetetty, Aihe; "-----Original Message-----"; our own marker); signatures.
    Kept are: answers between quotes and below them, forwarded messages, and everything when nothing would be left.
    """
    lines = text.split("\n")
    end = _history_begins(lines)
    own = _own(lines[:end])
    if not any(line.strip() for line in own):  # written below the history, perhaps: what is whose can't be told
        own = lines
    return "\n".join(line.rstrip() for line in own).strip("\n")


def _history_begins(lines: list[str]) -> int:
    """The first line of unmarked history, to the end of the text; the count of lines when there is none."""
    for at, line in enumerate(lines):
        if not line.strip() or len(line) > _LINE:
            continue
        if _is_forward(line):
            return len(lines)
        if _is_original(line) or _is_marker(line) or _is_head(lines, at):
            return _rule_above(lines, at)
        start = _attribution(lines, at)
        if start is not None:
            after = next((one for one in lines[at + 1 : at + 6] if one.strip()), "")
            if after and not _quoted(after) and _by_program(lines[start : at + 1]):
                return start
    return len(lines)


def _own(lines: list[str]) -> list[str]:
    """The lines without `>` quotes, the lines above these that say who wrote them, and signatures."""
    heads = _heads_of_quotes(lines)
    single = sum(1 for line in lines if _quoted(line)) == 1 and not heads
    own: list[str] = []
    skipping, gap = 0, False
    for at, line in enumerate(lines):
        if at in heads or (_quoted(line) and not single):
            skipping, dropped = 0, True
        elif skipping:
            skipping, dropped = skipping - 1, True
        elif len(line) < 9 and _DELIMITER.fullmatch(line):
            length = _signature(lines, at, heads)
            skipping, dropped = max(0, length - 1), length > 0
        else:
            dropped = len(line) < 250 and bool(_SENT_FROM.fullmatch(line))
        blank = not line.strip()
        if not dropped and not (blank and gap and own and not own[-1].strip()):
            own.append(line)
        gap = dropped or (gap and blank)
    return own[next((at for at, line in enumerate(own) if line.strip()), len(own)) :]


def _signature(lines: list[str], at: int, heads: set[int]) -> int:
    """How many lines a signature has that begins at `at`; 0 when what follows is too long to be one."""
    words = 0
    for number in range(at + 1, len(lines)):
        if _quoted(lines[number]) or number in heads:
            return number - at
        words += bool(lines[number].strip())
        if words > _SIGNATURE_LINES:
            return 0
    return len(lines) - at


def _heads_of_quotes(lines: list[str]) -> set[int]:
    """The lines right above a quote that say whose it is."""
    heads: set[int] = set()
    for at, line in enumerate(lines):
        if not _quoted(line) or (at and _quoted(lines[at - 1])):
            continue
        above = next((n for n in range(at - 1, max(-1, at - 4), -1) if lines[n].strip()), None)
        start = None if above is None else _attribution(lines, above, quote_follows=True)
        if above is not None and start is not None:
            heads.update(range(start, above + 1))
    return heads


def _attribution(lines: list[str], at: int, *, quote_follows: bool = False) -> int | None:
    """The first of the one to three lines, ending at `at`, by which a mail program says who wrote what follows."""
    if not lines[at].rstrip().endswith(":") or len(lines[at]) > _LINE:
        return None
    for start in range(at, max(-1, at - 3), -1):
        if not lines[start].strip() or len(lines[start]) > _LINE or _quoted(lines[start]):
            return None
        said = " ".join(line.strip() for line in lines[start : at + 1])
        if _VERB.search(said) and _is_dated(said):
            return start
        if quote_follows and _SOMEBODY.search(said) and _DAY.search(said) and _TIME.search(said):
            return start
    short = len(lines[at]) < 80 and len(lines[at].split()) < 7
    return at if quote_follows and short and _VERB.search(lines[at]) else None


def _by_program(lines: list[str]) -> bool:
    """Whether a program wrote the line above a quote that isn't marked: a person's "... näin:" begins their own citation."""
    said = " ".join(line.strip() for line in lines)
    return _is_dated(said) and bool(_SOMEBODY.search(said) or _ENDS.search(said[-40:]))


def _is_dated(said: str) -> bool:
    """Whether a line names day and hour, or day and address: what a program writes, and people hardly ever do."""
    return bool(_DAY.search(said) and (_TIME.search(said) or _SOMEBODY.search(said)))


def _is_original(line: str) -> bool:
    return line.lstrip(" *_")[:1] == "-" and bool(_ORIGINAL.fullmatch(line))


def _is_marker(line: str) -> bool:
    return not _quoted(line) and any(marker.casefold() in line.casefold() for marker in MARKERS)


def _is_head(lines: list[str], at: int) -> bool:
    """Whether the head of an earlier message begins here: its sender, its date, and its recipient or subject."""
    if _kind_of(lines[at]) is None or _quoted(lines[at]):
        return False
    kinds: set[str] = set()
    blanks = strangers = 0
    for line in lines[at : at + _HEAD_LINES]:
        kind = _kind_of(line)
        if kind:
            kinds.add(kind)
            blanks = strangers = 0
        elif not line.strip():
            blanks += 1
        else:
            strangers += 1  # a long list of recipients goes on in the next line
        if blanks > 1 or strangers > 2 or (blanks and strangers):
            break
    return kinds >= {"from", "sent"} and bool(kinds & {"to", "subject"})


def _is_forward(line: str) -> bool:
    # Who forwards a message wants it read: unlike a quote of ours, it says something new.
    words = ("forwarded message", "välitetty viesti", "edelleenlähetetty viesti", "vidarebefordrat meddelande")
    return bool(re.match(r"[\s*_]*(-{3,}|begin )", line, re.I)) and any(word in line.casefold() for word in words)


def _kind_of(line: str) -> str | None:
    field = _FIELD.match(line[:60])
    return _KIND.get(field[1].casefold()) if field else None


def _rule_above(lines: list[str], at: int) -> int:
    """Where history begins, with the row of underscores, or the line that says who wrote, above its head."""
    above = next((n for n in range(at - 1, max(-1, at - 4), -1) if lines[n].strip()), None)
    if above is None or len(lines[above]) > _LINE:
        return at
    if _RULE.fullmatch(lines[above]):
        return above
    start = _attribution(lines, above)
    return at if start is None else start


def _quoted(line: str) -> bool:
    return line[:4].lstrip().startswith(">")
