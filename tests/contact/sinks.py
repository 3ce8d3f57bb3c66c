"""A mail server that takes everything, for what goes out."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP
from django.core.mail.backends.locmem import EmailBackend

logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class OneRefuses(EmailBackend):
    """A mail server that takes nothing for Bo now, and all the rest."""

    def send_messages(self, messages: Any) -> int:
        if any("bo@example.org" in message.to for message in messages):
            raise ConnectionResetError
        return int(super().send_messages(messages))


class _Sink:
    def __init__(self, got: list[Any]) -> None:
        self.got = got

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope)
        return "250 OK"


@contextmanager
def looping(start: Any) -> Iterator[Any]:
    """An event loop in a thread, with what a coroutine gives; the loop is ended afterwards."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start(loop), loop).result(10), loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def smtp_sink() -> Iterator[tuple[int, list[Any]]]:
    """Port and what came."""
    got: list[Any] = []

    async def start(loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(_Sink(got), hostname="sink", loop=loop), "127.0.0.1", 0)

    with looping(start) as (server, loop):
        yield server.sockets[0].getsockname()[1], got

        async def stop() -> None:
            server.close()
            await asyncio.sleep(0.1)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
