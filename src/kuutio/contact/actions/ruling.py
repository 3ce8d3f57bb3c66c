"""Who takes care of what in a city, from a day on; and who else there is outside the cities.

A rule that has held is never changed: another one begins on its day, and the old one ends on the day before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Municipality, Person, Unit
from kuutio.contact import permissions
from kuutio.contact.models import Category, CategoryRule, ExternalBody
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid, NotAllowed

LONGEST_MINUTES = 5 * 52 * 40 * 60
"""Five years of business minutes: nobody promises less than that in earnest."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says.

    Attributes:
        unit: whose queue it is; None: the city's joint one.
        answer_minutes, resolve_minutes: promised business minutes, from 1.
        area, area_name: a polygon (WKB, CRS84) and what it is called; None and "" for the whole city.
    """

    unit: Unit | None
    answer_minutes: int
    resolve_minutes: int
    area: bytes | None = None
    area_name: str = ""


@transaction.atomic
def set_rule(
    city: City,
    category: Category,
    told: Told,
    *,
    valid_from: date,
    by: Person | None,
    at: datetime,
    valid_to: date | None = None,
) -> CategoryRule:
    """Say who takes care of a category in a city, or in an area of it, from a day on. What is so already stays as it is.

    The rule that held on that day ends on the day before; one that begins later stays, and this one ends where it begins.

    Args:
        valid_from: the first day.
        valid_to: the last day; None: until another one begins.
        by: an administrator of the city; None: the installation's operator.

    Raises:
        NotAllowed: somebody else.
        Invalid: another city's unit, promises that can't be, days in the wrong order, or an area without its name.
    """
    _check_ruler(by, city)
    _check(city, told, valid_from, valid_to)
    # One at a time for a city: of two who set the same rule the second finds that of the first.
    City.objects.select_for_update().get(pk=city.pk)
    same = CategoryRule.objects.filter(city=city, category=category, area_name=told.area_name)
    holding = same.filter(Q(valid_from=None) | Q(valid_from__lte=valid_from)).filter(
        Q(valid_to=None) | Q(valid_to__gte=valid_from)
    )
    held = holding.order_by("-valid_from").first()
    if held is not None and _says(held, told) and held.valid_to == valid_to:
        return held
    later = same.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if later is not None and later.valid_from is not None:
        before = later.valid_from - timedelta(days=1)
        valid_to = min(valid_to, before) if valid_to else before
    if held is not None and held.valid_from != valid_from:
        held.valid_to = valid_from - timedelta(days=1)
        held.save(update_fields=["valid_to"])
        held = None
    rule = held or CategoryRule(city=city, category=category, area_name=told.area_name, valid_from=valid_from)
    rule.unit, rule.area, rule.valid_to = told.unit, told.area, valid_to
    rule.answer_minutes, rule.resolve_minutes = told.answer_minutes, told.resolve_minutes
    rule.save()
    record(
        "set_rule",
        f"city:{city.pk}",
        by=by,
        at=at,
        category=category.pk,
        area=told.area_name,
        unit=told.unit.slug if told.unit else "",
        answer_minutes=told.answer_minutes,
        resolve_minutes=told.resolve_minutes,
        valid_from=str(valid_from),
    )
    return rule


@transaction.atomic
def end_rule(rule: CategoryRule, *, last_day: date, by: Person | None, at: datetime) -> CategoryRule:
    """Let a rule hold until a day and no longer; without one, cases of the category come to the city's joint queue.

    Raises:
        NotAllowed: the person is no administrator of the city.
        Invalid: the day is before the rule's first one.
    """
    rule = CategoryRule.objects.select_for_update().get(pk=rule.pk)
    _check_ruler(by, rule.city)
    if rule.valid_from is not None and last_day < rule.valid_from:
        raise Invalid(_("The last day can’t be before the first one."))
    if rule.valid_to == last_day:
        return rule
    rule.valid_to = last_day
    rule.save(update_fields=["valid_to"])
    record("end_rule", f"city:{rule.city_id}", by=by, at=at, category=rule.category_id, last_day=str(last_day))
    return rule


@transaction.atomic
def keep_body(slug: str, told: Mapping[str, Any], *, at: datetime) -> ExternalBody:
    """Bring in somebody outside the cities whose matter it may be, or put right what is known of them; for the operator.

    Args:
        told: `kind`, `name` and `text` in three languages, `phone`, `email`, `home_page`, `municipality` (its code),
            `categories` (codes), `valid_from`, `valid_to`; what is left out is empty.

    Raises:
        Invalid: no such kind, municipality or category, a text lacks a language, or there is no way to reach them.
    """
    if told.get("kind") not in ExternalBody.Kind.values:
        raise Invalid(f"{slug}: the kind must be one of {', '.join(ExternalBody.Kind.values)}.")
    for name in ("name", "text"):
        if lacking := [language for language in LANGUAGES if not told.get(name, {}).get(language)]:
            raise Invalid(f"{slug}: {name} lacks {', '.join(lacking)}.")
    if not any(told.get(way) for way in ("phone", "email", "home_page")):
        raise Invalid(f"{slug}: give phone, email or home_page: how else would a resident reach them?")
    municipality = None
    if code := told.get("municipality"):
        municipality = Municipality.objects.filter(pk=code).first()
        if municipality is None:
            raise Invalid(f"{slug}: there is no municipality {code}.")
    check_categories(slug, told.get("categories", ()))
    body, made = ExternalBody.objects.update_or_create(
        slug=slug,
        defaults={
            "kind": told["kind"],
            "name": told["name"],
            "text": told["text"],
            "phone": told.get("phone", ""),
            "email": told.get("email", ""),
            "home_page": told.get("home_page", ""),
            "municipality": municipality,
            "categories": list(told.get("categories", ())),
            "valid_from": told.get("valid_from"),
            "valid_to": told.get("valid_to"),
        },
    )
    record("keep_body", f"body:{slug}", by=None, at=at, is_new=made)
    return body


def check_categories(whose: str, codes: Sequence[str]) -> None:
    """Refuse codes that the catalogue doesn't know.

    Raises:
        Invalid: it names them.
    """
    known = set(Category.objects.filter(pk__in=list(codes)).values_list("pk", flat=True))
    if unknown := [code for code in codes if code not in known]:
        raise Invalid(f"{whose}: the catalogue has no category {', '.join(unknown)}.")


def _check_ruler(by: Person | None, city: City) -> None:
    if by is not None and not permissions.may_rule(by, city):
        raise NotAllowed(_("Only the city’s own administrator sets its rules and mandates."))


def _check(city: City, told: Told, valid_from: date, valid_to: date | None) -> None:
    errors = []
    if told.unit is not None and told.unit.city_id != city.pk:
        errors.append({"pointer": "/unit", "detail": str(_("The unit belongs to another city."))})
    if not 0 < told.answer_minutes <= told.resolve_minutes <= LONGEST_MINUTES:
        said = _("An answer is promised no later than the solution, and both in business minutes.")
        errors.append({"pointer": "/answer_minutes", "detail": str(said)})
    if valid_to is not None and valid_to < valid_from:
        errors.append({"pointer": "/valid_to", "detail": str(_("The last day can’t be before the first one."))})
    if (told.area is None) != (not told.area_name):
        errors.append({"pointer": "/area_name", "detail": str(_("An area has a name, and the whole city none."))})
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _says(rule: CategoryRule, told: Told) -> bool:
    return (
        rule.unit_id == (told.unit.pk if told.unit else None)
        and (rule.answer_minutes, rule.resolve_minutes) == (told.answer_minutes, told.resolve_minutes)
        and (bytes(rule.area) if rule.area is not None else None) == told.area
    )
