"""Who speaks: a person or nobody, and how surely we know who it is. What a request tells is read here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from kuutio.cities.identified import identified
from kuutio.cities.models import Person
from kuutio.participation.models import Stage

Level = Stage.Identification
_RANK = {Level.OPEN: 0, Level.REGISTERED: 1, Level.STRONG: 2}


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who wants to do something in a stage.

    Attributes:
        person: None for who isn't signed in.
        level: how surely they were identified for this session.
    """

    person: Person | None = None
    level: Level = Level.OPEN

    def reaches(self, needed: str) -> bool:
        """Whether they were identified at least so surely."""
        return _RANK[self.level] >= _RANK[Level(needed)]


NOBODY = Voice()


def voice_of(request: HttpRequest) -> Voice:
    """Who speaks through a request. Strong: this very session was opened by a provider whose identification is strong."""
    user: Any = request.user
    known = identified(request)
    if known is not None and known.is_demo:
        return Voice(user if user.is_authenticated else None, Level.STRONG)
    if not user.is_authenticated:
        return NOBODY
    records = get_authentication_records(request, user)
    strong = any(
        record.get("method") == "socialaccount" and record.get("provider") in settings.STRONG_PROVIDERS
        for record in records
    )
    return Voice(user, Level.STRONG if strong else Level.REGISTERED)
