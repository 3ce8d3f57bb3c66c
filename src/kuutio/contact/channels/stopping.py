"""Who has asked for no more messages: kept as digests, so that the wish outlives the case without keeping a number."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from kuutio.contact.models import StoppedAddress

STOP = frozenset({"stop", "stopp", "seis", "lopeta", "avsluta"})
START = frozenset({"start", "starta", "aloita", "jatka"})


def word_of(text: str) -> str:
    """`stop` or `start` where a message says that and nothing else, "" for all others."""
    said = text.strip(" \t\r\n.!\"'”").casefold()
    return "stop" if said in STOP else "start" if said in START else ""


def _digests(channel: str, address: str) -> list[str]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("kuutio.contact.stopped", f"{channel}:{address}", secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]


def stop(channel: str, address: str, at: datetime) -> bool:
    """Send nothing more to an address by a channel; False where that is so already."""
    digest = _digests(channel, address)[0]
    _row, made = StoppedAddress.objects.get_or_create(channel=channel, digest=digest, defaults={"at": at})
    return made


def start(channel: str, address: str) -> bool:
    """Take a stop back; False where there was none."""
    count, _rows = StoppedAddress.objects.filter(channel=channel, digest__in=_digests(channel, address)).delete()
    return bool(count)


def is_stopped(channel: str, address: str) -> bool:
    """Whether an address wants no messages by a channel."""
    return StoppedAddress.objects.filter(channel=channel, digest__in=_digests(channel, address)).exists()
