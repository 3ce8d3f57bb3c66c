"""What a message is, once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Address:
    """One sender or recipient; `address` as it was written, `name` decoded and perhaps empty."""

    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A file of a message.

    Attributes:
        name: safe to store and show; never a path.
        type: what its bytes are, not what the sender says they are.
        inline: meant to be seen in the text (a logo in a signature), not sent for its own sake.
    """

    name: str
    type: str
    content: bytes = field(repr=False)
    inline: bool = False

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True)
class Report:
    """The part of a report that machines read: `delivery-status`, `feedback-report` or `disposition-notification`.

    Attributes:
        kind: the subtype of `message/...`.
        blocks: the groups of its fields, names in lower case.
    """

    kind: str
    blocks: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Received:
    """One message that came in.

    Attributes:
        headers: names in lower case, in their order, values decoded; the first few hundred.
        sender: the envelope's sender; empty for `<>`, `None` when nobody knows.
        recipients: of the envelope (RCPT TO), as they were said.
        delivered_to: of Delivered-To, X-Original-To and Envelope-To.
        date: aware, or `None` when the header makes no sense.
        text: what a person reads: the plain text, else the page's text with quotes as `> `.
        html: the page, cleaned of everything that acts or calls home; `None` without one.
        left_out: names of files beyond the limits; the raw message still has them.
        kind: the content type of the whole, `multipart/report` say.
        raw: the message as it came.
    """

    raw: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    subject: str = ""
    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    kind: str = "text/plain"

    def header(self, name: str) -> str:
        """The first value of a header, empty without one."""
        return next((value for key, value in self.headers if key == name), "")

    def all_of(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]

    @property
    def recipients_by_trust(self) -> tuple[str, ...]:
        """Every address that it was sent to: envelope first, then what the mail servers noted, then what the sender wrote."""
        written = [one.address for one in (*self.to, *self.cc)]
        return tuple(dict.fromkeys([*self.recipients, *self.delivered_to, *written]))
