"""In which languages a case can be served where it is, and what its resident is told when theirs isn't among them."""

from __future__ import annotations

from kuutio.cities.models import Organisation, Unit
from kuutio.contact.known import Known, known
from kuutio.core.language import LANGUAGES


def served_in(responsible: Organisation, unit: Unit | None) -> list[str]:
    """The languages in which an organisation serves: a city by law, and by its unit; English everywhere, though no law asks for it.

    A unit adds to its city's languages and takes none away: a bilingual city answers in both. A joint desk serves in all of them.

    Source: Language Act (423/2003), sections 10 and 23.
    """
    if responsible.city is None:
        return list(LANGUAGES)
    return [*dict.fromkeys([*responsible.city.languages, *(unit.languages if unit else ()), "en"])]


def to_expect(responsible: Organisation, unit: Unit | None, language: str, house: Known | None = None) -> str:
    """What to tell about the language: "" where one is served in it, else `with-help` or `alone`, by whether a joint desk helps.

    Args:
        house: what is known, for who asks often.
    """
    if language in served_in(responsible, unit):
        return ""
    return "with-help" if (house or known()).desk else "alone"
