"""Mail comes in here: LMTP, from our own mail server. A message is answered with 250 when it is kept for good, and never before.

Reading it is later work; nothing that a message holds can keep it from being kept.

Source: RFC 2033 (LMTP), RFC 5321 (SMTP), RFC 3463 (enhanced codes).
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from django.db import connection
from django.utils import timezone

from kuutio.contact import mailboxes
from kuutio.contact.actions import mailing

log = logging.getLogger(__name__)
# It writes every address into the log, and whole lines of messages.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

MOST_BYTES = 36 * 2**20
"""25 MiB of files, a third more as base64, and the text."""

AT_ONCE = 4
"""Messages that are written to disk and database at the same time."""

MOST_CONNECTIONS = 20
LONGEST_LINE = 2**20
"""Bytes; 998 by the standard, but a message that breaks it must not be lost."""

LONGEST_ADDRESS = 320


class Handler:
    """What is done with a recipient and with a message."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802  # aiosmtpd's name
        """Take a recipient of our domain."""
        if not mailboxes.is_ours(address):
            return "550 5.1.2 Not a domain of ours"
        if len(address) > LONGEST_ADDRESS:
            return "550 5.1.3 The address is too long"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep a message; what goes wrong now may go right later, so the mail server tries again."""
        try:
            await asyncio.get_running_loop().run_in_executor(
                self._pool, _keep, envelope.original_content, _sender(envelope.mail_from), list(envelope.rcpt_tos)
            )
        except Exception:
            log.exception("a mail can't be kept now")
            return "451 4.3.0 Not kept, try again later"
        return "250 2.0.0 Kept"


def _sender(said: str | None) -> str:
    """The envelope's sender; aiosmtpd hands the null sender out as `<>`."""
    return (said or "").strip("<>")


def _keep(data: bytes, sender: str, recipients: list[str]) -> None:
    try:
        mailing.keep(data, sender=sender, recipients=recipients, at=timezone.now())
    finally:
        connection.close()  # the thread's own: a broken one must not stay


class Conversation(LMTP):
    """One connection: a reply for each recipient after the data (RFC 2033, section 4.2), and not too many at once."""

    line_length_limit = LONGEST_LINE

    def __init__(self, handler: Handler, others: set[Conversation], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            handler,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=mailboxes.domain(),
            ident=f"{mailboxes.domain()} Kuutio LMTP",
            timeout=120,
            loop=loop,
        )
        self._others = others
        self._answers = 1

    def connection_made(self, transport: Any) -> None:
        """Begin, unless there are too many already."""
        if len(self._others) >= MOST_CONNECTIONS:
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        self._others.add(self)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection was turned away."""
        if self in self._others:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """The other side has nothing more to say."""
        return super().eof_received() if self in self._others else False

    def connection_lost(self, error: Exception | None) -> None:
        """The end."""
        if self in self._others:
            self._others.discard(self)
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Take a message, and answer for each of its recipients."""
        if not arg and self.envelope is not None:
            self._answers = max(1, len(self.envelope.rcpt_tos))
        try:
            await super().smtp_DATA(arg)
        finally:
            self._answers = 1

    async def push(self, status: str | bytes) -> None:
        """Send a reply; that upon the data as often as there are recipients."""
        text = status.decode() if isinstance(status, bytes) else status
        if self._answers > 1 and not text.startswith(("354", "503", "501")):
            text = "\r\n".join([text] * self._answers)
        await super().push(text)


def address_of(listen: str) -> tuple[str, int] | Path:
    """`HOST:PORT` or `[::1]:PORT` as such, anything with a slash as a socket's path.

    Raises:
        ValueError: it is neither.
    """
    if "/" in listen:
        return Path(listen)
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise ValueError("write HOST:PORT or the path of a socket")
    return host.strip("[]"), int(port)


async def serve(listen: str, *, until: asyncio.Event, ready: Callable[[str], None] = lambda where: None) -> None:
    """Take mail until told to stop; messages that are being kept then are kept first.

    Args:
        listen: see `address_of`; port 0: a free one.
        ready: told where it listens, once it does.

    Raises:
        OSError: the place is taken.
    """
    loop, others = asyncio.get_running_loop(), set[Conversation]()
    where = address_of(listen)
    with ThreadPoolExecutor(AT_ONCE, "lmtp") as pool:
        handler = Handler(pool)

        def conversation() -> Conversation:
            return Conversation(handler, others, loop)

        if isinstance(where, Path):
            _clear_away(where)
            server = await loop.create_unix_server(conversation, where)
            where.chmod(0o660)
            ready(str(where))
        else:
            server = await loop.create_server(conversation, *where, family=socket.AF_UNSPEC)
            host, port = server.sockets[0].getsockname()[:2]
            ready(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        try:
            await until.wait()
        finally:
            server.close()
            for one in list(others):
                if one.transport is not None:
                    one.transport.close()
            with suppress(OSError):
                if isinstance(where, Path):
                    where.unlink()


def _clear_away(path: Path) -> None:
    """Remove the socket that a killed server left; one that answers is somebody's."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink()
