"""Which actions there are. Each is a function of the call, which holds what was asked and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from inspect import getdoc
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.opendata.ckan.errors import denied
from kuutio.opendata.ckan.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an action.

    Attributes:
        data: what was asked.
        person: whose key was shown; None without a valid one.
        scopes: what the key may do.
        at: when it was asked.
        caller: a name for who asks, to keep one from taking all places.
        language: of whom the answer is for.
    """

    data: Inputs
    person: Person | None
    scopes: frozenset[str]
    at: datetime
    caller: str
    language: str

    @property
    def reader(self) -> Person | None:
        """The person as whom this call may read what isn't public."""
        return self.person if self.scopes & {"read", "publish"} else None

    def writer(self) -> Person:
        """The person as whom this call may change something.

        Raises:
            Refusal: no key, or one that may only read.
        """
        if self.person is None:
            raise denied(_("Show an API key that may publish."))
        if "publish" not in self.scopes:
            raise denied(_("This API key may only read."))
        return self.person


Action = Callable[[Call], Any]
Registered = TypeVar("Registered", bound=Action)


@dataclass(frozen=True, slots=True)
class Known:
    """An action with what the door must know of it."""

    run: Action
    reads: bool


ACTIONS: dict[str, Known] = {}


def reading(function: Registered) -> Registered:
    """An action that changes nothing, and may be called by GET."""
    ACTIONS[function.__name__] = Known(function, reads=True)
    return function


def writing(function: Registered) -> Registered:
    """An action that changes something: POST only."""
    ACTIONS[function.__name__] = Known(function, reads=False)
    return function


def help_address(name: str) -> str:
    """Where an action is explained."""
    return f"{settings.SITE_URL}/api/3/action/help_show?name={name}"


def explained(name: str) -> str:
    """What an action does, takes and answers."""
    return getdoc(ACTIONS[name].run) or ""
