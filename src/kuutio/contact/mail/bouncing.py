"""Which addresses a report of failed delivery gives up for good."""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from email.parser import BytesParser
from email.policy import compat32

from flufl.bounce import all_failures

from kuutio.contact.mail.decoding import bare_address
from kuutio.contact.mail.values import Received

#: Enhanced codes (RFC 3463) that begin with 5 and yet say nothing against the address: a full mailbox, a message too long.
_PASSING = {"5.2.2", "5.2.3", "5.3.4"}
_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_FULL = re.compile(
    r"mailbox (is )?full|over ?quota|quota exceeded|exceeded (its|the|their) quota|insufficient storage"
    r"|postilaatikko on täynnä|inkorgen är full|postlådan är full",
    re.I,
)
_WAITS = re.compile(
    r"will (keep trying|be retried|retry)|has been delayed|still being retried|no action is required|warning (message )?only"
    r"|ei vielä ole|yritetään uudelleen|försöker igen|temporar(y|ily)",
    re.I,
)
#: What the third-party detectors are given: their patterns are quadratic in a line, and they read every line fifty times.
_LINES, _WIDTH = 200, 300

# It logs whole traces for the messages that it can't read; these are expected, and hold addresses.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def failed_for_good(message: Received) -> tuple[str, ...]:
    """Addresses that failed permanently, in their order.

    Not those that are only delayed, nor those that gave up on a passing trouble (4.x.x), nor full mailboxes (5.2.2), nor
    messages too long. Whoever acts on it must know that a mail to that address was sent: reports can be forged.

    Source: RFC 3464, section 2.3; RFC 3463, sections 2 and 3.
    """
    blocks = [block for report in message.reports if report.kind == "delivery-status" for block in report.blocks]
    recipients = [block for block in blocks if _recipient(block)]
    if recipients:
        return tuple(dict.fromkeys(_recipient(block) for block in recipients if _is_permanent(block)))
    told = message.text[:20_000]
    if _FULL.search(told) or _WAITS.search(told) or _WAITS.search(message.subject) or re.search(r"\b5\.2\.2\b", told):
        return ()
    named = [bare_address(one) for one in message.header("x-failed-recipients").split(",")]
    return tuple(dict.fromkeys(one for one in named if one)) or _by_detectors(message.raw)


def _recipient(block: Mapping[str, str]) -> str:
    """The address that we wrote to, where it is told; else the one that it was turned into."""
    for field in ("original-recipient", "x-original-recipient", "final-recipient"):
        address = bare_address(block.get(field, "").rpartition(";")[2])
        if address:
            return address
    return ""


def _is_permanent(block: Mapping[str, str]) -> bool:
    if not block.get("action", "").strip().lower().startswith(("fail", "error")):
        return False
    diagnostic = block.get("diagnostic-code", "")
    status = _CODE.search(block.get("status", ""))
    detailed = _CODE.search(diagnostic)
    # 5.0.0 says "failed", the server's own words say why.
    if detailed and (status is None or status[0].endswith(".0.0")):
        status = detailed
    if status is None:
        return not _FULL.search(diagnostic)
    return status[1] == "5" and status[0] not in _PASSING and not _FULL.search(diagnostic)


def _by_detectors(raw: bytes) -> tuple[str, ...]:
    """What the collected knowledge of Mailman finds in reports of no standard form.

    Its detectors raise on a missing From and on headers of the newer kind: so the older policy, and no trust.
    """
    short = b"\n".join(line[:_WIDTH] for line in raw[:100_000].splitlines()[:_LINES])
    with suppress(Exception):
        temporary, permanent = all_failures(BytesParser(policy=compat32).parsebytes(short))
        found = (bare_address(one.decode("ascii", "replace")) for one in sorted(permanent - temporary))
        return tuple(one for one in found if one)
    return ()
