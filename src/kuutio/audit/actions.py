"""The audit line that each verb writes in its own transaction."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from kuutio.audit.context import request_id
from kuutio.audit.models import Entry


def record(verb: str, thing: str, *, by: AbstractBaseUser | None, at: datetime, **facts: Any) -> Entry:
    """Write who did what; called inside the transaction of the act, so that both stand or fall.

    Args:
        verb: the action's name, such as `publish_dataset`.
        thing: kind and public id, such as `dataset:helsinki-trees`.
        by: the person, or None for the system itself.
        facts: JSON values that say what changed; no personal data.
    """
    entry = line(verb, thing, by=by, at=at, **facts)
    entry.save(force_insert=True)
    return entry


def line(verb: str, thing: str, *, by: AbstractBaseUser | None, at: datetime, **facts: Any) -> Entry:
    """The same line, not written yet: for a verb that writes all its rows at once."""
    return Entry(
        at=at, actor_id=by.pk if by else None, verb=verb, thing=thing, facts=facts, request_id=request_id.get()
    )
