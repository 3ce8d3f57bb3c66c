"""What a kind of stage is, and what a kind of contribution is: values that declare, once, what may be done when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from kuutio.core.problems import Text

if TYPE_CHECKING:
    from kuutio.participation.models import Stage
    from kuutio.participation.voices import Voice


class Verb(StrEnum):
    """What people may do in a stage."""

    COMMENT = "comment"
    PROPOSE = "propose"
    SUPPORT = "support"
    ANSWER = "answer"
    VOTE = "vote"


Value: TypeAlias = bool | int | str | list[str]


class WrongOption(ValueError):
    """An option is unknown, or its value doesn't fit; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a stage. Its default's type says what it takes: a flag, a whole number, or one or several choices.

    Attributes:
        choices: (value, words); a list as default takes several of them, a text one.
        least, most: the bounds of a number, inclusive.
    """

    name: str
    label: Text
    default: Value
    choices: tuple[tuple[str, Text], ...] = ()
    least: int = 0
    most: int = 1_000_000
    hint: Text = ""

    def read(self, value: Any) -> Value:
        """The value as it is kept.

        Raises:
            WrongOption: it isn't of the default's type, or out of bounds.
        """
        known = {code for code, _words in self.choices}
        match self.default:
            case bool():
                fits = isinstance(value, bool)
            case int():
                fits = isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most
            case str():
                fits = isinstance(value, str) and value in known
            case _:
                fits = isinstance(value, list) and len(set(value)) == len(value) and set(value) <= known
        if not fits:
            raise WrongOption(self.name)
        kept: Value = value
        return kept


def everybody(voice: Voice, stage: Stage, at: datetime) -> bool:
    """A kind that asks for nothing more than the stage's own level of identification."""
    return True


def nothing_more(request: Any, stage: Stage, voice: Voice, at: datetime) -> dict[str, Any]:
    """A kind whose component needs no more than the stage itself."""
    return {}


def at_once(stage: Stage) -> bool:
    """A kind of contribution that is shown as soon as it is sent."""
    return False


def no_places(stage: Stage) -> frozenset[str]:
    """A kind whose contributions have no place on a map."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class StageKind:
    """A kind of stage.

    Attributes:
        name: stable; it stands in the database and in the open data.
        text: what it is for, one sentence to the officer who chooses it.
        invites: the button that leads people to it while it is open, a verb; "" where there is nothing to do.
        allows: what may be done while the stage is open.
        takes: the names of the kinds of contributions that are made in it.
        options: its settings; a stage's JSON is checked by them.
        component: the template of its part of the stage's page.
        context: what the component needs besides `process`, `stage`, `voice` and `may`.
        eligible: who may take part, beyond the level of identification.
        places: which of `point`, `line` and `area` a contribution may have in a stage.
    """

    name: str
    label: Text
    text: Text
    allows: frozenset[Verb]
    component: str
    takes: frozenset[str] = frozenset()
    invites: Text = ""
    options: tuple[Option, ...] = ()
    context: Callable[[Any, Stage, Voice, datetime], dict[str, Any]] = nothing_more
    eligible: Callable[[Voice, Stage, datetime], bool] = everybody
    places: Callable[[Stage], frozenset[str]] = no_places
    order: int = 100

    def checked(self, settings: Mapping[str, Any]) -> dict[str, Value]:
        """Settings whole: what isn't said has its default.

        Raises:
            WrongOption: an option that the kind doesn't know, or a value that doesn't fit.
        """
        known = {option.name: option for option in self.options}
        if strangers := sorted(set(settings) - set(known)):
            raise WrongOption(strangers[0])
        return {name: option.read(settings.get(name, option.default)) for name, option in known.items()}

    def option(self, stage: Stage, name: str, default: Value = False) -> Value:
        """An option of a stage of this kind; `default` where the kind has no such option."""
        return self.checked(stage.settings).get(name, default)


@dataclass(frozen=True, slots=True)
class ContributionKind:
    """A kind of contribution.

    Attributes:
        name: one of `Contribution.Kind`.
        verb: what its stage must allow.
        longest: characters of its text.
        titled: whether it needs a title.
        answers: the kinds that it may be a reply to; none: it stands by itself.
        alone: whether it may stand by itself.
        option: the option of a stage without which none is made there; "" for none.
        waits: whether a new one of a stage waits for a moderator before it is shown.
    """

    name: str
    verb: Verb
    longest: int = 5000
    titled: bool = False
    answers: frozenset[str] = frozenset()
    alone: bool = True
    option: str = ""
    waits: Callable[[Stage], bool] = at_once
