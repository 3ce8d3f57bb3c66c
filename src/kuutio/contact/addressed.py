"""Who can be written to by their role: a city's unit that answers for something, told by another domain; never a person.

The other domain gives the address of its button; here the key in it becomes a unit again. `config` installs who knows the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kuutio.cities.models import Unit
from kuutio.contact.models import Category

LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Addressee:
    """A role and the unit whose queue holds what is written to it.

    Attributes:
        role: its title by language, such as a project manager.
        about: what it answers for, by language.
        page: the address of the page that shows the role, within this site.
    """

    unit: Unit
    role: Mapping[str, str]
    about: Mapping[str, str]
    page: str


Find = Callable[[str], "Addressee | None"]

_find: Find = lambda key: None  # noqa: E731  # nobody knows any role until config says who does


def install(find: Find) -> None:
    """Set who knows the roles, once, when the process starts."""
    global _find
    _find = find


def addressee(key: str) -> Addressee | None:
    """The role of a key; None where nobody has such a role, or its unit is closed."""
    if not key or len(key) > LONGEST_KEY or "\0" in key:
        return None
    found = _find(key)
    return found if found and found.unit.is_active else None


def category_of() -> Category | None:
    """What a message to a role is filed under: that which fits nowhere else, and needs no place."""
    rows = Category.objects.filter(is_active=True).exclude(place=Category.Place.REQUIRED)
    return rows.filter(pk="other").first() or rows.order_by("position").first()


def subject_of(found: Addressee, language: str) -> str:
    """What a case to a role is called: what it is about and the role, in a language that both have."""
    about, role = (_in(texts, language) for texts in (found.about, found.role))
    return f"{about}: {role}"


def _in(texts: Mapping[str, str], language: str) -> str:
    return next((texts[code] for code in (language, "fi", *texts) if texts.get(code)), "")
