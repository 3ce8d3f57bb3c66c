"""Mail by SMTP whose envelope isn't its From: bounces go to an address of their own, and automatic mail has none."""

from __future__ import annotations

import smtplib

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage, sanitize_address


class SmtpBackend(EmailBackend):
    """Django's own, and for a message with an `envelope_sender` that one as MAIL FROM; "" is the null sender `<>`.

    Source: RFC 5321, section 4.5.5; Django's own way refuses the null sender.
    """

    def _send(self, email_message: EmailMessage) -> bool:
        sender: str | None = getattr(email_message, "envelope_sender", None)
        if sender is None or not email_message.recipients():
            return bool(super()._send(email_message))  # type: ignore[misc]
        recipients = [sanitize_address(one, "utf-8") for one in email_message.recipients()]
        message = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        try:
            self.connection.sendmail(sender, recipients, message)  # type: ignore[union-attr]
        except smtplib.SMTPException:
            if not self.fail_silently:
                raise
            return False
        return True
