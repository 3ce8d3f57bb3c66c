"""Mail as files: what an installation without a mail server sends, one `.eml` each, whole or not there."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class OutboxBackend(BaseEmailBackend):
    """Write each message into the outbox folder, named by its time so that names sort as they were sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many."""
        folder = Path(settings.OUTBOX)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{secrets.token_hex(4)}"
            unfinished = folder / f"{name}.part"
            # Django's own as_bytes, whose `linesep` its type stubs don't know.
            unfinished.write_bytes(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)
