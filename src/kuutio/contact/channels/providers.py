"""The providers that an operator has named: whose messages are believed, and who sends ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kuutio.contact.models import Channel

KINDS = {"sms": Channel.SMS, "voice": Channel.VOICE, "messenger": Channel.MESSENGER}
SHORTEST_SECRET = 24
"""Characters; shorter ones can be tried out."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    Attributes:
        name: of its address, `/api/channels/NAME/in`.
        kind: `sms`, `voice` or `messenger`.
        secrets: with which it signs; all of them count, so that a new one is brought in before the old one goes.
        send_to: where our messages for it are posted; "" where it only brings.
        key: by which it knows us.
        city: whose number it is; "" for everybody's.
    """

    name: str
    kind: str
    secrets: tuple[str, ...]
    send_to: str = ""
    key: str = ""
    city: str = ""

    @property
    def channel(self) -> Channel:
        """The channel of its messages."""
        return KINDS[self.kind]


def providers() -> dict[str, Provider]:
    """All of them by name, in the operator's order.

    Raises:
        ImproperlyConfigured: the setting KUUTIO_CHANNELS names one that can't be used; says which and why.
    """
    found = [_provider(row) for row in settings.CHANNELS]
    return {one.name: one for one in found}


def _provider(row: Any) -> Provider:
    try:
        one = Provider(**{**row, "secrets": tuple(row["secrets"])})
        sound = one.kind in KINDS and one.name.replace("-", "").isalnum() and one.name.isascii() and bool(one.secrets)
        sound = sound and all(isinstance(key, str) and len(key) >= SHORTEST_SECRET for key in one.secrets)
        sound = sound and (not one.send_to or one.send_to.startswith(("https://", "http://")))
    except (TypeError, KeyError, AttributeError) as error:
        raise ImproperlyConfigured(f"KUUTIO_CHANNELS: a provider has name, kind and secrets: {error}") from error
    if not sound:
        raise ImproperlyConfigured(
            f"KUUTIO_CHANNELS: {one.name!r}: letters and hyphens as name, sms, voice or messenger as kind, secrets of at"
            f" least {SHORTEST_SECRET} characters, an http or https address."
        )
    return one


def sender_for(channel: str, messenger: str = "") -> Provider | None:
    """Who sends our messages by a channel; None where nobody does.

    Args:
        messenger: a contact's `messenger`, which names the provider that knows the person.
    """
    able = [one for one in providers().values() if one.channel == channel and one.send_to]
    if channel == Channel.MESSENGER:
        able = [one for one in able if messenger.startswith(f"{one.name}:")]
    return able[0] if able else None
