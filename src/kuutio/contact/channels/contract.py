"""What a provider sends us, read strictly: a message with its files, or how one of ours fared."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kuutio.core.language import LANGUAGES, Language
from kuutio.core.media import type_of
from kuutio.core.phones import NotAPhone, e164
from kuutio.core.problems import Invalid

LONGEST_ID, LONGEST_SENDER, LONGEST_NAME = 200, 100, 150
MOST_MEDIA = 10


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a message, as it came; its type is told by its bytes."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """One message.

    Attributes:
        id: the provider's own, the same for the same message.
        sender: a number in E.164, or what a messenger calls the person; "" for a caller who hides their number.
        text: what was written, or a transcript of what was said.
        language: None where the provider doesn't tell.
    """

    id: str
    sender: str
    text: str
    name: str = ""
    language: Language | None = None
    media: tuple[Media, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of a message of ours.

    Attributes:
        delivery: the id that we gave it.
        arrived: whether the person's device has it.
        is_final: whether it is useless to send more to that number.
    """

    delivery: uuid.UUID
    arrived: bool
    is_final: bool


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body isn’t JSON in UTF-8.")) from error
    if not isinstance(told, dict):
        raise Invalid(_("The body is a JSON object."))
    return told


class _Faults:
    """Gathers what is wrong, so that a provider learns it in one answer."""

    def __init__(self) -> None:
        self.errors: list[dict[str, Any]] = []

    def add(self, pointer: str, detail: str) -> None:
        self.errors.append({"pointer": pointer, "detail": detail})

    def text(self, told: dict[str, Any], name: str, most: int, *, needed: bool = False) -> str:
        """A text of the object without the characters that no text holds; "" and a fault where it is none."""
        value = told.get(name, "")
        if not isinstance(value, str) or len(value) > most:
            self.add(f"/{name}", _("A text of at most %(most)s characters.") % {"most": most})
            return ""
        plain = str(value).replace("\0", "").encode("utf-8", "replace").decode().strip()
        if needed and not plain:
            self.add(f"/{name}", _("This is needed."))
        return plain

    def done(self) -> None:
        """Refuse when something was wrong."""
        if self.errors:
            raise Invalid(_("The message doesn’t follow the contract."), errors=self.errors)


def read_message(body: bytes, *, kind: str) -> Told:
    """A provider's message.

    Args:
        kind: of the provider: `sms`, `voice` or `messenger`.

    Raises:
        Invalid: it doesn't follow the contract; `errors` say where.
    """
    told, faults = _object(body), _Faults()
    identity = faults.text(told, "id", LONGEST_ID, needed=True)
    sender = faults.text(told, "from", LONGEST_SENDER, needed=kind != "voice")
    if sender and kind != "messenger":
        try:
            sender = e164(sender)
        except NotAPhone:
            faults.add("/from", _("A telephone number in its international form, such as +358401234567."))
    text = faults.text(told, "text", 1_000_000)
    name = faults.text(told, "name", LONGEST_NAME)
    said = told.get("language")
    language = next((one for one in LANGUAGES if one == said), None)
    media = _media(told.get("media", []), faults)
    if not text and not media and not faults.errors:
        faults.add("/text", _("A text or a file is needed."))
    faults.done()
    return Told(identity, sender, text, name, language, media)


def _media(told: Any, faults: _Faults) -> tuple[Media, ...]:
    if not isinstance(told, list) or len(told) > MOST_MEDIA:
        faults.add("/media", _("A list of at most %(most)s files.") % {"most": MOST_MEDIA})
        return ()
    found = []
    for at, row in enumerate(told):
        try:
            content = base64.b64decode(row["content"], validate=True)
            name = str(row.get("name", ""))[:300]
            declared = str(row.get("type", ""))[:100]
        except (TypeError, KeyError, AttributeError, ValueError, binascii.Error):
            faults.add(f"/media/{at}", _("An object with name, type and content; the content in base64."))
            continue
        if not content:
            faults.add(f"/media/{at}/content", _("The file is empty."))
            continue
        found.append(Media(name.encode("utf-8", "replace").decode(), type_of(content, declared), content))
    return tuple(found)


def read_report(body: bytes) -> Fared:
    """A provider's report of a message of ours.

    Raises:
        Invalid: it doesn't follow the contract; `errors` say where.
    """
    told, faults = _object(body), _Faults()
    try:
        delivery = uuid.UUID(str(told.get("id", "")))
    except ValueError:
        faults.add("/id", _("The id that the message had when it was sent."))
        delivery = uuid.UUID(int=0)
    state = told.get("state")
    if state not in ("delivered", "failed"):
        faults.add("/state", _("delivered or failed."))
    faults.done()
    return Fared(delivery, arrived=state == "delivered", is_final=told.get("permanent") is True)
