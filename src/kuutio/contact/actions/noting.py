"""Notes that no officer wrote: what a channel saw of a message, for the officers of every city that handles the case."""

from __future__ import annotations

from datetime import datetime

from kuutio.contact.models import Case, Message


def note_by_itself(case: Case, text: str, *, channel: str, at: datetime) -> None:
    """Add such a note to a case, within the act that saw it."""
    Message.objects.create(
        case=case,
        direction=Message.Direction.NOTE,
        channel=channel,
        seen_by=Message.Seen.GROUP,
        organisation=case.responsible,
        language=case.language,
        text=text,
        is_automatic=True,
        at=at,
    )
