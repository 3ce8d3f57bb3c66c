"""Who may vote on a budget: by municipality of home or work, age and district. Asked before any pass is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from kuutio.cities.identified import Facts
from kuutio.cities.models import City
from kuutio.core.when import here
from kuutio.participation.models import Budget
from kuutio.participation.opened import frozen_of
from kuutio.participation.problems import NotEligible
from kuutio.ui.wording import localized

WORK = "work"
"""In place of a postal code: no register tells where people work, so that how many voted on their own word is told apart."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """All that is kept of where a voter is from.

    Attributes:
        district: the postal code of the home, "" where it isn't known; `WORK` for who votes where they say that they work.
    """

    city: City
    district: str


def stratum_of(budget: Budget, facts: Facts, *, works_in: str = "", at: datetime) -> Stratum:
    """Where a resident belongs in a budget's statistics, if they may vote on it.

    Args:
        works_in: the code of the city in which they say that they work; matters only where that counts.

    Raises:
        NotEligible: too young or too old, of another municipality or district; the sentence says which.
    """
    _check_age(budget, facts, at)
    cities = cities_of(budget)
    home = next((city for city in cities if city.municipality_id == facts.municipality), None)
    if home is not None:
        if budget.postal_codes and facts.postal_code not in budget.postal_codes:
            raise NotEligible(
                _("This vote is for the people of %(area)s: the address of your home is elsewhere.")
                % {"area": localized(budget.area)[0]},
                reason="district",
            )
        return Stratum(home, facts.postal_code)
    work = next((city for city in cities if city.pk == works_in), None)
    if budget.work_city_counts and work is not None and not budget.postal_codes:
        return Stratum(work, WORK)
    names = ", ".join(localized(city.name)[0] for city in cities)
    if budget.work_city_counts and not budget.postal_codes:
        raise NotEligible(
            _("This vote is for those who live or work in: %(cities)s. Your home is in another municipality.")
            % {"cities": names},
            reason="municipality",
        )
    raise NotEligible(
        _("This vote is for those who live in: %(cities)s. Your home is in another municipality.") % {"cities": names},
        reason="municipality",
    )


def cities_of(budget: Budget) -> list[City]:
    """Whose people may vote: the budget's city, or all of the process where it is common; those that were frozen, once it is opened."""
    if budget.city is not None:
        return [budget.city]
    if budget.is_frozen:
        codes = frozen_of(budget).cities
        return sorted(City.objects.filter(pk__in=codes), key=lambda city: codes.index(city.pk))
    return [part.city for part in budget.process.parts.select_related("city")]


def age_on(born: date, day: date) -> int:
    """Full years on a day; who was born on 29 February has a birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _check_age(budget: Budget, facts: Facts, at: datetime) -> None:
    if facts.born_on is None:
        raise NotEligible(_("Your age isn’t known to us. Vote at a service desk."), reason="age-unknown")
    age = age_on(facts.born_on, here(budget.closes_at or at).date())
    if age < budget.least_age:
        raise NotEligible(
            _("This vote is for those who are at least %(age)s years old.") % {"age": budget.least_age}, reason="age"
        )
    if budget.most_age is not None and age > budget.most_age:
        raise NotEligible(
            _("This vote is for those who are at most %(age)s years old.") % {"age": budget.most_age}, reason="age"
        )
