"""Texts and choices as they come in at any door: cleaned, counted, and told where they don't fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from kuutio.core.problems import Invalid
from kuutio.core.texts import plain_text, written
from kuutio.innovation.checking import wrong

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


def labels(values: Iterable[str], choices: type[TextChoices]) -> list[str]:
    """Choices as they are called in the reader's language."""
    return [str(choices(value).label) for value in values if value in choices.values]


class Checked:
    """Gathers everything that is wrong with an input, so that it is told at once."""

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []

    def texts(self, name: str, value: Any, *, longest: int = LONGEST_TEXT, needed: bool = True) -> dict[str, str]:
        """A text by language; one language is enough."""
        found = written(value)
        if needed and not found:
            self.say(f"/{name}", _("Write it in one language at least."))
        for code, text in found.items():
            if len(text) > longest:
                self.say(f"/{name}/{code}", _("This is too long: at most %(most)s characters.") % {"most": longest})
        return found

    def text(self, name: str, value: str, *, longest: int, needed: bool = True) -> str:
        """A text in one language."""
        found = plain_text(value)
        if needed and not found:
            self.say(f"/{name}", _("Write something here."))
        if len(found) > longest:
            self.say(f"/{name}", _("This is too long: at most %(most)s characters.") % {"most": longest})
        return found

    def one(self, name: str, value: str, among: Collection[str]) -> str:
        """One of some choices."""
        if value not in among:
            self.say(f"/{name}", _("Choose one of these."))
        return value

    def some(self, name: str, values: Iterable[str], among: Collection[str], *, needed: bool = False) -> list[str]:
        """Several of some choices, each once, in their order."""
        found = list(dict.fromkeys(values))
        if any(value not in among for value in found) or (needed and not found):
            self.say(f"/{name}", _("Choose one of these at least.") if needed else _("Choose among these only."))
        return [value for value in among if value in found]

    def address(self, name: str, value: str, *, needed: bool = True) -> str:
        """An address on the web."""
        found = value.strip()
        if not found and not needed:
            return ""
        try:
            parts = urlsplit(found)
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_web = False
        if not is_web or len(found) > 500 or any(char.isspace() or not char.isprintable() for char in found):
            self.say(f"/{name}", _("Write the whole address, such as https://example.org/."))
        return found

    def say(self, pointer: str, detail: object) -> None:
        """Note one thing to mend."""
        self.errors.append(wrong(pointer, detail))

    def settle(self) -> None:
        """Refuse the input if anything is wrong with it.

        Raises:
            Invalid: `errors` say what.
        """
        if self.errors:
            raise Invalid(_("Some things are missing or don’t fit."), errors=self.errors)
