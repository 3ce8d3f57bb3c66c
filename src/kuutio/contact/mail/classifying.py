"""Who or what wrote a message, and what may be done on its account: acknowledge it, reopen a case, mark an address.

An answer to a machine may be answered by that machine: two mailboxes then talk for ever (RFC 3834). So nothing is sent on the
least sign. For what becomes of the message itself it is the other way round: a person's words are never put aside on a
doubt.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from kuutio.contact.mail.bouncing import failed_for_good
from kuutio.contact.mail.quoting import reply_text
from kuutio.contact.mail.values import Received

Class = Literal["human", "auto_reply", "bounce", "complaint", "spam"]


@dataclass(frozen=True)
class Verdict:
    """What is thought of a message.

    Attributes:
        cls: `human`; `auto_reply`, any mail of a machine that is no other class; `bounce`, a report on delivery that failed
            or is late; `complaint`, a report of abuse (RFC 5965); `spam`, for the quarantine, never for the bin.
        send_ack: a receipt may be sent to who wrote.
        reopen: it may reopen a closed case.
        bounced: addresses that failed for good.
        signs: why, in short words for the log and the agent.
    """

    cls: Class
    send_ack: bool
    reopen: bool
    bounced: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def classify(message: Received, *, own: Collection[str] = (), loop: str = "") -> Verdict:
    """Judge a message.

    Args:
        own: our addresses in lower case, or `@domain` for all of a domain; mail from them is ours, come back.
        loop: what our mails carry in X-Loop, empty when they carry none.

    Source: RFC 3834, sections 2 and 5; RFC 3464; RFC 8098 (disposition notifications); RFC 5965.
    """
    kinds = {report.kind for report in message.reports}
    if "feedback-report" in kinds or _report_type(message) == "feedback-report":
        return Verdict("complaint", send_ack=False, reopen=False, signs=("feedback-report",))
    bounce = next(_bounce_signs(message, kinds), None)
    if bounce:
        return Verdict("bounce", send_ack=False, reopen=False, bounced=failed_for_good(message), signs=(bounce,))
    spam = tuple(_spam_signs(message))
    if spam:
        return Verdict("spam", send_ack=False, reopen=False, signs=spam)
    automatic = tuple(_automatic_signs(message, kinds, own=own, loop=loop))
    if automatic:
        return Verdict("auto_reply", send_ack=False, reopen=False, signs=automatic)
    quiet = tuple(_quiet_signs(message))
    thanks = is_mere_thanks(reply_text(message.text)) and all(one.inline for one in message.attachments)
    return Verdict("human", send_ack=not quiet, reopen=not thanks, signs=quiet + (("thanks",) if thanks else ()))


# --- reports on delivery

_BOUNCE_SUBJECT = re.compile(
    r"\s*(undeliver(ed|able)\b|delivery (status notification|failure|has failed)|mail delivery (failed|failure)|failure notice"
    r"|returned mail|returned to sender|message not delivered|warning: (could not send|message still)|delayed mail"
    r"|toimittaminen epäonnistui|viestiä ei voi(tu)? toimittaa|ei voitu toimittaa|palautettu viesti|ei toimitettu:"
    r"|kunde inte levereras|det gick inte att leverera|olevererat|ej levererat|oleveransbart)",
    re.I,
)
_DAEMONS = {"mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "mdaemon"}


def _bounce_signs(message: Received, kinds: set[str]) -> Iterator[str]:
    if "delivery-status" in kinds or _report_type(message) == "delivery-status":
        actions = {
            b["action"].strip().lower() for r in message.reports for b in r.blocks if b.get("action", "").strip()
        }
        if not actions or not actions <= {"delivered", "relayed", "expanded"}:
            yield "delivery-status"
    if message.header("x-failed-recipients"):
        yield "x-failed-recipients"
    machine = message.sender == "" or _local(message) in _DAEMONS
    if machine and "disposition-notification" not in kinds and _BOUNCE_SUBJECT.match(message.subject):
        yield "bounce-subject"


# --- unwanted mail

_YES = re.compile(r"\s*(yes|true|spam)\b", re.I)
_MONEY = re.compile(r"[$€£]\s?\d|\d\s?[$€£]")
_BARGAIN = re.compile(r"\b(save|off|0ff|discount|cheap|only today|free|bonus|win|won|limited|guaranteed)\b", re.I)
_GOODS = re.compile(
    r"\b(viagra|cialis|levitra|xanax|casino|kasinobonus|replica watch\w*|rolex|weight loss|penis|enlargement|forex|lottery"
    r"|bitcoin profit|payday loan|seo services?|backlinks)\b",
    re.I,
)
#: Words made to slip through a filter: a digit or bar for a letter in a word, as 0ff, v1agra, Retai|.
_DISGUISED = re.compile(r"\b0ff\b|\b(?!\w{0,20}\d\b)[a-z]{1,10}[01|][a-z]{2,10}\b|\b[a-z]{3,10}\|", re.I)
_SITE_ALONE = re.compile(r"\s*(https?://)?[\w-]{1,60} ?(\. ?[a-z]{2,10}){1,2}(/\S{0,200})?\s*", re.I)


def _spam_signs(message: Received) -> Iterator[str]:
    """Our mail server's own word, or several plain signs together: one alone may stand in anybody's mail."""
    for name in ("x-spam-flag", "x-spam-status", "x-spam", "x-bogosity"):
        if any(_YES.match(value) for value in message.all_of(name)):
            yield name
            return
    subject = message.subject[:300]
    weights = {
        "goods": 2 if _GOODS.search(subject) else 0,
        "bargain": 2 if _MONEY.search(subject) and _BARGAIN.search(subject) else 0,
        "disguised": 1 if _DISGUISED.search(subject) else 0,
        "bare-link": 1 if len(message.text) < 300 and _SITE_ALONE.fullmatch(message.text) else 0,
        "bad-date": 1 if message.header("date") and message.date is None else 0,
        "no-message-id": 0 if message.message_id else 1,
    }
    if sum(weights.values()) >= 3 and (weights["goods"] or weights["bargain"]):
        yield from (sign for sign, weight in weights.items() if weight)


# --- machines

_AUTOMATIC_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply"),
    *("x-autogenerated", "x-cron-env", "x-fc-machinegenerated", "x-amazon-auto-reply", "x-vacation"),
)
_NOBODY = re.compile(
    r"(no|do|ei|inte|svara)[-_.]?(not[-_.]?)?(reply|vastata|vastausta|svar|ej|inte)([-_.+].{0,40})?", re.I
)
_STRONG_SUBJECT = re.compile(
    r"\s*(automaattinen (poissaolo)?(vastaus|viesti|kuittaus|ilmoitus)|automaattivastaus|poissaoloviesti|poissaoloilmoitus"
    r"|autosvar|automatiskt (svar|meddelande)|frånvaromeddelande|frånvaroavisering"
    r"|automatic reply|auto(matic)?[- ]?(reply|response|responder)|out of (the )?office|vacation (reply|response)"
    r"|abwesenheitsnotiz|automatische antwort|automaatvastus|автоматический ответ)(?![\w])",
    re.I,
)
_WEAK_SUBJECT = re.compile(
    r"\s*((re|vs|sv|aw) ?: ?)?(olen |jag är |i am |i'm )?(poissa|lomalla|matkoilla|sairaslomalla|frånvarande|på semester|bortrest"
    r"|tjänstledig|away|on (holiday|vacation|leave)|ooo)\b(?=\s*($|[:\d(,.!–-]|toimistosta|from|till|asti|until|re:|vs:|sv:))",
    re.I,
)
_SAYS_SO = re.compile(
    r"\b(tämä on automaattinen|automaattinen (poissaolo)?(vastaus|viesti)|tämä viesti on lähetetty automaattisesti"
    r"|detta är ett (autosvar|automatiskt)|detta (mejl|meddelande) (har skickats|skickas|är skickat) automatiskt"
    r"|this is an auto(mated|matic|-)|automatically generated (message|reply|e-?mail)"
    r"|(viestiin|postiin) ei voi vastata|do not reply to this (e-?mail|message)|går inte att svara på detta)",
    re.I,
)
_AWAY = re.compile(
    r"\b(olen (lomalla|poissa|vuosilomalla|kesälomalla|vapaalla|sairaslomalla|virkavapaalla|matkoilla|koulutuksessa)"
    r"|jag (är|har) (på semester|frånvarande|semester|bortrest|tjänstledig|föräldraledig|ledig)"
    r"|i('m| am) (currently )?(out of (the )?office|away|on (annual |parental |sick )?(leave|holiday|vacation)|on vacation)"
    r"|i will be (out of|away)|out of (the )?office)\b",
    re.I,
)
_BACK = re.compile(
    r"\b(palaan|olen takaisin|takaisin töissä|tavoitettavissa|(är )?(åter|tillbaka)( igen)?( den)?|återkommer|i('ll| will) (be back|return)"
    r"|returning|back (on|in the office)|until|saakka|asti|till och med|t\.o\.m)\b",
    re.I,
)
_INSTEAD = re.compile(
    r"\b(kiireellis\w{1,8}|kiireisis\w{1,8}|sijaise\w{1,6}|sijaisena\w{0,4}|vid brådskande|i brådskande|brådskande ärenden"
    r"|vikarie\w{0,3}|urgent|in my absence|poissaollessani|please contact|vänligen kontakta)\b",
    re.I,
)


def _automatic_signs(message: Received, kinds: set[str], *, own: Collection[str], loop: str) -> Iterator[str]:
    submitted = message.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        yield "auto-submitted"
    if any(message.header(name) and message.header(name).lower() != "no" for name in _AUTOMATIC_HEADERS):
        yield "x-autoreply"
    if "disposition-notification" in kinds or _report_type(message) == "disposition-notification":
        yield "disposition-notification"
    elif message.kind == "multipart/report":
        yield "report"
    if message.sender == "":
        yield "null-sender"
    if message.header("precedence").strip().lower() in {"auto_reply", "auto-reply", "junk"}:
        yield "precedence"
    if "all" in re.split(r"[\s,]+", message.header("x-auto-response-suppress").lower()):
        yield "x-auto-response-suppress"
    if loop and any(loop.lower() in value.lower() for value in message.all_of("x-loop")):
        yield "x-loop"
    if any(_is_own(one.address, own) for one in message.from_):
        yield "own-address"
    local = _local(message)
    if local in _DAEMONS or (_NOBODY.fullmatch(local) and not _answerable(message)):
        yield "nobody"
    yield from _away_signs(message)


def _away_signs(message: Received) -> Iterator[str]:
    """Out-of-office answers without any header that says so, by what they say: three of seven real ones are such."""
    if _STRONG_SUBJECT.match(message.subject[:200]):
        yield "subject"
        return
    said = reply_text(message.text)[:3_000]
    if len(said) > 2_000:  # these are short; what a person tells at length is no notice of absence
        return
    words = [bool(pattern.search(said)) for pattern in (_AWAY, _BACK, _INSTEAD)]
    if _SAYS_SO.search(said):
        yield "says-so"
    elif (_WEAK_SUBJECT.match(message.subject[:200]) and any(words)) or all(words):
        yield "away"


def _quiet_signs(message: Received) -> Iterator[str]:
    """Why a person's mail gets no receipt: a list would carry it to everybody, or there is nobody to get it."""
    if message.header("precedence").strip().lower() in {"bulk", "list"}:
        yield "precedence"
    if any(name.startswith("list-") and value for name, value in message.headers):
        yield "list"
    if message.header("x-auto-response-suppress"):
        yield "x-auto-response-suppress"
    if message.header("x-loop"):
        yield "x-loop"
    if not (message.from_ or message.reply_to):
        yield "no-address"
    elif _NOBODY.fullmatch(_local(message)):
        yield "nobody"


# --- courtesy

_COURTEOUS = """
kiitos kiitoksia kiitti kiitokset kiitosta paljon paljonkin todella oikein tosi erittäin suuri suuret iso isot
lämmin lämpimät hyvä hyvää hienoa hieno loistavaa mahtavaa avusta avustanne avustasi vastauksesta
vastauksestanne vastauksestasi nopeasta nopeaa pikaisesta tiedosta tiedoksi viestistä viestistänne palvelusta
palvelustanne asiasta tästä näistä ja jo päivänjatkoa viikonloppua jatkoa joulua ok okei selvä selvää hei moi
terve sinulle teille tack tackar tusen så mycket för hjälpen svaret det snabba snabbt svar jättebra bra fint
toppen hej ha dag helg och era ditt din thanks thank you thx ty many very much so for your the help reply answer
quick fast response great perfect again hi hello a lot cheers and have nice day it appreciated noted
"""
_COURTESY = frozenset(_COURTEOUS.split())
_FAREWELL = re.compile(
    r"\s*(terveisin|terv\.?|t\.|ystävällisin terveisin|yst\.? ?terv\.?|kunnioittavasti|parhain terveisin"
    r"|(vänliga |med vänliga |bästa )?hälsningar|mvh|vänligen|(best |kind |warm )?regards|br|best|sincerely|yours)[,.!]?(\s.{0,60})?",
    re.I,
)
_WORD = re.compile(r"[^\W_]+")


def is_mere_thanks(said: str) -> bool:
    """Whether a reply says thanks and nothing else, so that a closed case stays closed.

    Every word must be one of courtesy ("Kiitos avusta!"), up to a farewell, below which one or two short lines of name may
    stand: a single other word ("Kiitos, mutta kuoppa on yhä siinä") makes it a matter.
    """
    lines = [line.strip() for line in said[:2_000].split("\n") if line.strip()]
    if not lines or len(said) > 400:
        return False
    end = next((at for at, line in enumerate(lines) if at and _FAREWELL.fullmatch(line)), len(lines))
    below = lines[end + 1 :]
    words = [word.casefold() for line in lines[:end] for word in _WORD.findall(line)]
    named = len(below) <= 3 and all(len(line) <= 40 and "?" not in line for line in below)
    thanked = any(word.startswith(("kiit", "tack", "thank", "thx", "ok", "selvä", "cheers")) for word in words)
    return thanked and len(words) <= 15 and named and _COURTESY.issuperset(words) and "?" not in said


def _report_type(message: Received) -> str:
    found = re.search(r"report-type\s{0,3}=\s{0,3}\"?([\w-]{1,40})", message.header("content-type")[:1_000], re.I)
    return found[1].lower() if found and message.kind == "multipart/report" else ""


def _local(message: Received) -> str:
    return message.from_[0].address.rpartition("@")[0].strip('"').lower() if message.from_ else ""


def _answerable(message: Received) -> bool:
    """Whether a no-reply sender names somebody else to answer: a form on a page sends so."""
    locals_ = [one.address.rpartition("@")[0] for one in message.reply_to]
    return any(not _NOBODY.fullmatch(local) for local in locals_)


def _is_own(address: str, own: Collection[str]) -> bool:
    address = address.lower()
    local, _, domain = address.rpartition("@")
    return bool({address, f"{local.partition('+')[0]}@{domain}", f"@{domain}"} & set(own))
