"""Who calls: an API key of the right scope."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from kuutio.cities.keys import key_of
from kuutio.cities.models import Person
from kuutio.core.problems import NotAllowed


class Key(HttpBearer):
    """`Authorization: Bearer KEY`, with a scope that the act needs."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """The key's owner; None when the key isn't valid.

        Raises:
            NotAllowed: the key lacks the scope.
        """
        key = key_of(token, at=timezone.now())
        if key is None:
            return None
        if self.scope not in key.scopes:
            raise NotAllowed(_("This API key may not do that. Make one with the scope it needs."), scope=self.scope)
        return key.person


publishing = Key("publish")


def caller(request: Any) -> Person:
    """The person whose key came with the request; only where `publishing` stands at the door."""
    person: Person = request.auth
    return person
