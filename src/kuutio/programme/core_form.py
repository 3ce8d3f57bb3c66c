"""The fixed core of each call's form, in the order of the authority's own, and the checks of what stands in it.

A call adds questions of its own to it (`programme/questions.py`); there is no builder of forms, so that every application can be read
beside another, and exports in the order in which EURA asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import Text


@dataclass(frozen=True, slots=True)
class CoreText:
    """One text of the common part.

    Attributes:
        section: the section of EURA's form where it stands.
        longest: characters.
    """

    key: str
    label: Text
    hint: Text
    section: int
    longest: int = 4000
    needed: bool = True


CORE: tuple[CoreText, ...] = (
    CoreText("need", _("The need"), _("What is wrong or missing today, for whom, and how you know."), 5),
    CoreText("aims", _("The aims"), _("What is different when the project ends. Write so that it can be checked."), 5),
    CoreText("target_groups", _("Target groups"), _("Whom it is for, and who else gains from it."), 5, 2000),
    CoreText("actions", _("What is done"), _("The work in its parts: what, when, who."), 6, 8000),
    CoreText("results", _("Results"), _("What exists at the end that others can use."), 6),
    CoreText("impact", _("Impact"), _("What changes over the years, and how the cities take it into use."), 6),
    CoreText(
        "region", _("Where it is done"), _("The areas of the member cities in which the work takes place."), 7, 2000
    ),
    CoreText(
        "principles",
        _("Equality and sustainable development"),
        _("How the project serves equality, non-discrimination and the environment."),
        8,
        2000,
    ),
    CoreText(
        "indicators", _("Indicators and targets"), _("One on each line: what is counted, and the target."), 9, 2000
    ),
    CoreText("staff", _("Staff"), _("Tasks and person-months, without names."), 10, 2000),
    CoreText(
        "procurement",
        _("Purchases"),
        _("What is bought as a service or as equipment, and how."),
        10,
        2000,
        needed=False,
    ),
)
"""The texts of the common part; who writes for a partner writes that partner's tasks and costs in its own part."""

KEYS = frozenset(one.key for one in CORE)
