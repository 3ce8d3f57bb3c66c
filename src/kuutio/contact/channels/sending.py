"""Handing one message to a provider, by HTTP; without one, in the demonstration, into the outbox as a file."""

from __future__ import annotations

import secrets
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import httpx
from django.conf import settings

from kuutio.contact.channels.providers import Provider
from kuutio.core.short_messages import counted

TIMEOUT_S = 15.0
_NEVER = frozenset({"number", "stopped"})
"""What a provider answers with 422 when this number can't be reached by it at all."""


class Unreachable(Exception):
    """The provider says that the number takes no messages: it is no use to try again."""


def send(provider: Provider, *, key: str, to: str, text: str, language: str) -> None:
    """Hand a message over; the same `key` again is the same message, so that a lost answer doesn't send it twice.

    Args:
        to: a number in E.164, or what the messenger calls the person.

    Raises:
        Unreachable: the number takes none.
        OSError: the provider can't be reached, or doesn't take it now.
    """
    size = counted(text)
    body = {"id": key, "to": to, "text": text, "language": language, "alphabet": size.alphabet, "parts": size.parts}
    headers = {"Idempotency-Key": key}
    if provider.key:
        headers["Authorization"] = f"Bearer {provider.key}"
    try:
        answer = httpx.post(provider.send_to, json=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
    except httpx.HTTPError as error:
        # The text of the error may hold the address with its key; its kind is enough.
        raise OSError(f"{provider.name}: {type(error).__name__}") from None
    if answer.is_success or answer.status_code == httpx.codes.CONFLICT:
        return
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and _problem(answer) in _NEVER:
        raise Unreachable(provider.name)
    raise OSError(f"{provider.name}: HTTP {answer.status_code}")


def _problem(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("problem", "")) if isinstance(told, dict) else ""


def write_down(*, key: str, to: str, text: str) -> None:
    """Put a message beside the mail of the outbox: `.sms`, in the form of a mail, whole or not there."""
    size = counted(text)
    letter = EmailMessage(policy=SMTP)
    letter["To"], letter["Subject"] = to, text[:60].replace("\n", " ")
    letter["X-Id"], letter["X-Parts"] = key, f"{size.parts} {size.alphabet}"
    letter.set_content(text)
    folder = Path(settings.OUTBOX)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(letter.as_bytes())
    unfinished.rename(folder / f"{name}.sms")
