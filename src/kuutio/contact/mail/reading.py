"""A message's bytes to a `Received`, whatever the bytes: a broken header or part costs itself, never the message.

The structure is read by the standard library, with a policy that hands headers out as plain text, so that none of them can
raise when it is asked for; the words in them are decoded in `decoding`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage, Message
from email.parser import BytesParser, HeaderParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from kuutio.contact.mail import pages
from kuutio.contact.mail.decoding import LIST_LIMIT, addresses, bare_address, header_text, text_of, tidy, unescaped
from kuutio.contact.mail.values import Attachment, Received, Report
from kuutio.core.media import safe_name, type_of

#: What a message may bring along: more than any phone sends at once, less than fills a disk.
MAX_FILES, MAX_FILE_BYTES = 20, 25_000_000
#: Characters of text that are kept; a book has fewer.
TEXT_LIMIT = 1_000_000
_DEPTH, _PARTS, _HEADERS, _BOUNDARIES = 30, 1_000, 300, 100
_REPORTS = {"delivery-status", "global-delivery-status", "feedback-report", "disposition-notification"}
_ID = re.compile(r"<[^<>\s]{1,900}>")


class _Plain(EmailPolicy):
    """Headers as the text that came, cut to a length that no parser chokes on."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        return name.strip(), (value + "".join(sourcelines[1:])).strip()[:LIST_LIMIT]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _Plain()


def read(raw: bytes, *, sender: str | None = None, recipients: Sequence[str] = ()) -> Received:
    """Read a message; never raises, whatever `raw` is.

    Args:
        raw: the whole message (RFC 5322, MIME).
        sender: of the envelope (MAIL FROM), empty for `<>`; `None` takes Return-Path's word.
        recipients: of the envelope (RCPT TO).

    Source: RFC 5322, 2045-2047, 2231, 3464, 5965; https://encoding.spec.whatwg.org/ for windows-1252.
    """
    message = _message(raw)
    found = _Found()
    with suppress(Exception):
        _collect(message, found, depth=0)
    headers = [(name.lower()[:80], value) for name, value in islice(message.raw_items(), 10_000)]
    if sender is None:
        paths = _all(headers, "return-path") or _all(headers, "x-envelope-from")
        sender = bare_address(paths[0]) if paths and (paths[0].strip() == "<>" or bare_address(paths[0])) else None
    page = "\n".join(found.pages)
    return Received(
        raw=raw,
        headers=tuple((name, header_text(value)) for name, value in headers[:_HEADERS]),
        sender=sender,
        recipients=tuple(recipients),
        from_=addresses(_all(headers, "from")),
        to=addresses(_all(headers, "to")),
        cc=addresses(_all(headers, "cc")),
        reply_to=addresses(_all(headers, "reply-to")),
        delivered_to=tuple(
            one.address
            for name in ("delivered-to", "x-original-to", "envelope-to")
            for one in addresses(_all(headers, name))
        ),
        message_id=next(iter(_ids(_all(headers, "message-id")[:1])), ""),
        in_reply_to=_ids(_all(headers, "in-reply-to")),
        references=_ids(_all(headers, "references")),
        date=_date(_all(headers, "date")),
        subject=next((header_text(value) for value in _all(headers, "subject")), ""),
        text=_joined(found.texts)[:TEXT_LIMIT],
        html=pages.clean(page) if page.strip() else None,
        attachments=tuple(found.files),
        left_out=tuple(found.left_out),
        reports=tuple(found.reports),
        kind=_type(message),
    )


@dataclass
class _Found:
    """What the walk through the parts has gathered so far."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    parts: int = 0
    bytes: int = 0


def _message(raw: bytes) -> Message:
    """The message with its parts; one that nests too deep with its outer parts only.

    The standard parser descends by recursion, and compares each line with the boundaries of all levels above it.
    """
    if sum(1 for _ in islice(re.finditer(rb"(?i)boundary\s{0,3}=", raw), _BOUNDARIES + 1)) <= _BOUNDARIES:
        with suppress(Exception):
            return BytesParser(EmailMessage, policy=_POLICY).parsebytes(raw)
    message = _heads(raw.decode("ascii", "surrogateescape"))
    with suppress(Exception):
        _split(message)
    return message


def _split(message: Message) -> None:
    """Split the outer five levels of a message whose headers alone were read; what is deeper becomes a file."""
    level: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while level:
        part, depth = level.pop()
        boundary, payload = part.get_boundary(), part.get_payload()
        if _type(part).startswith("multipart/") and boundary and isinstance(payload, str) and depth < 5:
            _, *pieces = ("\n" + payload.replace("\r\n", "\n")).split(f"\n--{boundary}")
            own = [_heads(piece.lstrip(" \t").removeprefix("\n")) for piece in pieces if not piece.startswith("--")]
            own = own[: max(0, _PARTS - count)]
            count += len(own)
            part.set_payload(list(own))
            level.extend((one, depth + 1) for one in own)
        elif depth and _type(part).startswith(("multipart/", "message/")):
            del part["content-type"]
            part["content-type"] = "application/octet-stream"


def _heads(text: str) -> Message:
    """A message or part of which only the headers are read; the rest is its payload."""
    return HeaderParser(EmailMessage, policy=_POLICY).parsestr(text)


def _collect(part: Message, found: _Found, *, depth: int) -> None:
    """Gather the texts, pages, files and reports of a part, in their order."""
    found.parts += 1
    if found.parts > _PARTS:
        return
    kind = _type(part)
    maintype, _, subtype = kind.partition("/")
    children = _children(part)
    if maintype == "message" and subtype in _REPORTS and children is not None:
        found.reports.append(Report(subtype.removeprefix("global-"), tuple(_blocks(children))))
    elif maintype == "message" or depth >= _DEPTH:
        _keep(part, found, kind, content=_inner_bytes(part))
    elif children is not None:
        if kind == "multipart/alternative":
            _choose(children, found, depth=depth)
        else:
            for child in children:
                _collect(child, found, depth=depth + 1)
    elif _is_file(part, maintype, subtype, depth=depth):
        _keep(part, found, kind, content=_content(part))
    else:
        text = text_of(_content(part), part.get_param("charset") if _is_text(part) else None)  # type: ignore[arg-type]
        if subtype == "html":
            found.pages.append(text[: pages.PAGE_LIMIT])
            found.texts.append(pages.as_text(text))
        else:
            found.texts.append(text)


def _choose(children: list[Message], found: _Found, *, depth: int) -> None:
    """Of the same content in several forms: the first that is plain text with words in it, else the first with words."""
    forms: list[tuple[bool, list[str]]] = []
    for child in children:
        texts, count = found.texts, len(found.pages)
        own: list[str] = []
        found.texts = own
        _collect(child, found, depth=depth + 1)
        found.texts = texts
        if any(text.strip() for text in own):
            forms.append((len(found.pages) == count, own))
    if forms:
        plain = [own for is_plain, own in forms if is_plain]
        found.texts.extend(plain[0] if plain else forms[0][1])


def _is_file(part: Message, maintype: str, subtype: str, *, depth: int) -> bool:
    disposition = _parameter_free(part, "content-disposition")
    if disposition == "attachment":
        return True
    if maintype == "text" and subtype in {"plain", "html"}:
        return bool(_name(part))
    if maintype == "multipart":  # without the boundary that it should have
        return False
    # A mail that is nothing but text of a strange kind is read; beside others such a part is a file.
    return not (maintype == "text" and depth == 0)


def _is_text(part: Message) -> bool:
    with suppress(Exception):
        return isinstance(part.get_param("charset"), str)
    return False


def _keep(part: Message, found: _Found, kind: str, *, content: bytes) -> None:
    said = _name(part)
    if kind == "message/rfc822" and not said:
        said = "message.eml"
    media = kind if kind == "message/rfc822" else type_of(content, kind)
    name = safe_name(said, number=len(found.files) + len(found.left_out) + 1, media=media)
    if len(found.files) >= MAX_FILES or found.bytes + len(content) > MAX_FILE_BYTES:
        found.left_out.append(name)
        return
    inline = bool(part.get("content-id")) and _parameter_free(part, "content-disposition") != "attachment"
    found.bytes += len(content)
    found.files.append(Attachment(name=name, type=media, content=content, inline=inline))


def _name(part: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        with suppress(Exception):
            value: Any = part.get_param(parameter, header=header)
            if isinstance(value, tuple):  # RFC 2231: character set, language, percent-decoded bytes as Latin-1
                charset, _, text = value
                return text_of(str(text).encode("latin-1", "replace"), charset)
            if value:
                return header_text(value)
    return ""


def _content(part: Message) -> bytes:
    with suppress(Exception):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    return b""


def _inner_bytes(part: Message) -> bytes:
    """A message within a message, as bytes; nearly as it came, since its headers are not folded anew."""
    children = _children(part)
    with suppress(Exception):
        if children:
            whole = children[0] if len(children) == 1 and part.get_content_maintype() == "message" else part
            return whole.as_bytes(policy=_POLICY.clone(refold_source="none"))
        return _content(part)
    return b""


def _children(part: Message) -> list[Message] | None:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else None


def _blocks(children: list[Message]) -> Iterator[dict[str, str]]:
    """The groups of fields of a report; where the parser took the first for headers, the rest is in what follows it."""
    for child in children[:200]:
        yield _fields(child)
        rest = child.get_payload()
        if isinstance(rest, str) and ":" in rest:
            for group in re.split(r"\n[ \t\r]*\n", rest[:200_000])[:200]:
                yield _fields(_heads(group.strip("\r\n")))


def _fields(block: Message) -> dict[str, str]:
    return {name.lower()[:80]: header_text(str(value)) for name, value in islice(block.raw_items(), 50)}


def _all(headers: list[tuple[str, Any]], name: str) -> list[str]:
    return [str(value) if isinstance(value, Header) else value for key, value in headers if key == name]


def _ids(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for value in values[:5] for one in _ID.findall(tidy(unescaped(value[:LIST_LIMIT])))))


def _date(values: list[str]) -> datetime | None:
    with suppress(Exception):
        said = parsedate_to_datetime(values[0][:200])
        said = said.replace(tzinfo=UTC) if said.tzinfo is None else said
        return said.astimezone(UTC)
    return None


def _type(part: Message) -> str:
    with suppress(Exception):
        return part.get_content_type()
    return "text/plain"


def _parameter_free(part: Message, header: str) -> str:
    return str(part.get(header) or "").partition(";")[0].strip().lower()


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text.rstrip().strip("\n") for text in texts if text.strip())
