"""Describing a testbed, saying when it is free, publishing and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.innovation import checking, findable, permissions
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import Opening, Testbed, TestbedResource
from kuutio.innovation.texts import lacking, plain_text, written
from kuutio.opendata.models import Dataset

TITLES = ("name", "contact_role", "address")
TEXTS = ("summary", "description", "equipment", "users", "rules", "permits", "price")
NUMBERS = ("users_count", "price_cents", "slot_minutes", "notice_hours", "days_ahead", "lon", "lat")
MOST_OPENINGS = 100
MOST_USERS = 1_000_000


@transaction.atomic
def describe_testbed(
    testbed: Testbed | None,
    *,
    owner: Organisation | None = None,
    city: City | None = None,
    slug: str = "",
    is_demo: bool = False,
    by: Person | None,
    at: datetime,
    **told: Any,
) -> Testbed:
    """Begin to describe a testbed (`testbed` is None) as a draft, or change what is said of it. A beginning sent twice is one.

    Args:
        owner, city: whose it is and where, of a new one.
        told: any of TITLES, TEXTS (texts by language), NUMBERS, themes, technologies, trial_kinds, trl_from, trl_to, languages,
            contact_email.

    Raises:
        NotAllowed: the person keeps no testbeds of the owner.
        Invalid: something is missing, too long, or not on the lists; `errors` say what.
        Conflict: another testbed has the address.
    """
    errors: checking.Errors = []
    fields = _fields(told, errors)
    if testbed is None:
        if owner is None or city is None:
            raise ValueError("A new testbed has an owner and a city.")
        testbed = Testbed(owner=owner, city=city, created_by=by, created_at=at, is_demo=is_demo, languages=["fi"])
        testbed.slug = checking.address(slug, fields.get("name", {}), errors)
        if not fields.get("name"):
            errors.append(wrong("/name", _("Write a name in one language at least.")))
    else:
        testbed = Testbed.objects.select_for_update(of=("self",)).select_related("owner", "city").get(pk=testbed.pk)
    if not permissions.may_keep(by, testbed):
        raise NotAllowed(_("A testbed is described by those who keep it."))
    checking.refuse(errors)
    is_new = testbed.pk is None
    for name, value in fields.items():
        setattr(testbed, name, value)
    testbed.changed_at = at
    if testbed.is_public:
        checking.refuse(missing_of(testbed))
    try:
        with transaction.atomic():
            testbed.save()
    except IntegrityError as error:
        there = Testbed.objects.select_related("owner", "city").filter(slug=testbed.slug, owner=testbed.owner).first()
        if is_new and there is not None and checking.is_same(there, testbed, fields):
            return there
        raise Conflict(_("Another testbed has this address. Choose another one.")) from error
    _changed(testbed, "begin_testbed" if is_new else "change_testbed", by=by, at=at, fields=sorted(fields))
    return testbed


def _fields(told: dict[str, Any], errors: checking.Errors) -> dict[str, Any]:
    fields = checking.texts(told, TITLES, TEXTS, errors) | checking.lists(told, errors)
    fields |= checking.readiness(told, errors)
    fields |= {name: told[name] for name in NUMBERS if name in told}
    if "languages" in told:
        fields["languages"] = [code for code in LANGUAGES if code in told["languages"]]
        if not fields["languages"]:
            errors.append(wrong("/languages", _("Choose one language at least.")))
    if "contact_email" in told:
        fields["contact_email"] = plain_text(told["contact_email"])
        if fields["contact_email"] and not checking.is_email(fields["contact_email"]):
            errors.append(wrong("/contact_email", _("Write an e-mail address.")))
    if not 0 <= (fields.get("users_count") or 0) <= MOST_USERS:
        errors.append(wrong("/users_count", _("From 0 to a million.")))
    if (fields.get("lon") is None) != (fields.get("lat") is None):
        errors.append(wrong("/position", _("Give both the latitude and the longitude, or neither.")))
    if not 15 <= fields.get("slot_minutes", 60) <= 1440:
        errors.append(wrong("/slot_minutes", _("A slot lasts from 15 minutes to a day.")))
    if not 1 <= fields.get("days_ahead", 60) <= 730:
        errors.append(wrong("/days_ahead", _("From one day to two years.")))
    return fields


def missing_of(testbed: Testbed) -> checking.Errors:
    """What a testbed lacks before everybody sees it: its texts in the languages of its city, themes, what can be tried."""
    languages = testbed.city.languages
    errors = [
        wrong(f"/{name}/{code}", _("Write it in this language, too."))
        for name in ("name", "summary", "contact_role")
        for code in lacking(getattr(testbed, name), languages)
    ]
    if not testbed.themes:
        errors.append(wrong("/themes", _("Choose one theme at least.")))
    if not testbed.trial_kinds:
        errors.append(wrong("/trial_kinds", _("Choose what can be tried here.")))
    return errors


def _hold(testbed: Testbed, by: Person | None) -> Testbed:
    held = Testbed.objects.select_for_update(of=("self",)).select_related("owner", "city").get(pk=testbed.pk)
    if not permissions.may_keep(by, held):
        raise NotAllowed(_("A testbed is described by those who keep it."))
    return held


def _changed(testbed: Testbed, verb: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    record(verb, f"testbed:{testbed.slug}", by=by, at=at, **facts)
    findable.refresh_testbed(testbed, at=at)


@transaction.atomic
def publish_testbed(testbed: Testbed, *, by: Person | None, at: datetime) -> Testbed:
    """Let everybody find a testbed, or open a closed one again.

    Raises:
        NotAllowed: the person doesn't keep it.
        IllegalMove: it is public already.
        Invalid: something is missing.
    """
    held = _hold(testbed, by)
    if held.state == Testbed.State.PUBLISHED:
        raise IllegalMove(_("The testbed is public already."))
    checking.refuse(missing_of(held))
    held.state, held.published_at, held.changed_at = Testbed.State.PUBLISHED, held.published_at or at, at
    held.save(update_fields=["state", "published_at", "changed_at"])
    _changed(held, "publish_testbed", by=by, at=at)
    return held


@transaction.atomic
def close_testbed(testbed: Testbed, *, by: Person | None, at: datetime) -> Testbed:
    """Take no more bookings; its page and what was booked stay.

    Raises:
        NotAllowed: the person doesn't keep it.
        IllegalMove: it isn't public.
    """
    held = _hold(testbed, by)
    if held.state != Testbed.State.PUBLISHED:
        raise IllegalMove(_("Only a public testbed is closed."))
    held.state, held.changed_at = Testbed.State.CLOSED, at
    held.save(update_fields=["state", "changed_at"])
    _changed(held, "close_testbed", by=by, at=at)
    return held


@dataclass(frozen=True, slots=True)
class Days:
    """From which day to which, on which weekdays (1 is Monday), from when to when by the clock in Finland."""

    first_on: date
    last_on: date
    weekdays: Sequence[int]
    opens: time
    closes: time


@transaction.atomic
def open_days(testbed: Testbed, days: Days, *, by: Person | None, at: datetime) -> Opening:
    """Say when a testbed can be booked; the same said again is the same row.

    Raises:
        NotAllowed: the person doesn't keep it.
        Invalid: the days or hours go backwards, no weekday, hours shorter than a slot, or too many rows.
    """
    held, errors = _hold(testbed, by), []
    weekdays = sorted({day for day in days.weekdays if 1 <= day <= 7})
    if days.last_on < days.first_on:
        errors.append(wrong("/last_on", _("The last day can’t be before the first.")))
    if not weekdays:
        errors.append(wrong("/weekdays", _("Choose one weekday at least.")))
    length = (days.closes.hour * 60 + days.closes.minute) - (days.opens.hour * 60 + days.opens.minute)
    if length < held.slot_minutes:
        errors.append(
            wrong("/closes", _("One slot (%(minutes)s minutes) doesn’t fit in.") % {"minutes": held.slot_minutes})
        )
    if held.openings.count() >= MOST_OPENINGS:
        errors.append(wrong("/first_on", _("There are enough rows: remove old ones first.")))
    checking.refuse(errors)
    said: dict[str, Any] = {
        "first_on": days.first_on,
        "last_on": days.last_on,
        "opens": days.opens,
        "closes": days.closes,
    }
    row, is_new = Opening.objects.get_or_create(testbed=held, weekdays=weekdays, **said)
    if not is_new:
        return row
    record("open_days", f"testbed:{held.slug}", by=by, at=at, first=str(days.first_on), last=str(days.last_on))
    return row


@transaction.atomic
def remove_days(opening: Opening, *, by: Person | None, at: datetime) -> None:
    """Take days back; what is booked stays booked.

    Raises:
        NotAllowed: the person doesn't keep the testbed.
    """
    held = _hold(opening.testbed, by)
    Opening.objects.filter(pk=opening.pk).delete()
    record("remove_days", f"testbed:{held.slug}", by=by, at=at)


@transaction.atomic
def add_resource(
    testbed: Testbed,
    *,
    sort: str,
    dataset: Dataset | None = None,
    name: Any = "",
    url: str = "",
    by: Person | None,
    at: datetime,
) -> TestbedResource:
    """Name a data set or an interface that trials here may use; the same again is the same row.

    Raises:
        NotAllowed: the person doesn't keep it.
        Invalid: neither a data set nor an address with a name.
    """
    held, errors = _hold(testbed, by), []
    if sort not in TestbedResource.Sort.values:
        errors.append(wrong("/sort", _("Choose from the list.")))
    if dataset is None and not (written(name) and url.startswith(("https://", "http://"))):
        errors.append(wrong("/url", _("Choose a data set of the catalogue, or give a name and an address.")))
    checking.refuse(errors)
    if dataset is not None:
        row, _made = TestbedResource.objects.get_or_create(testbed=held, dataset=dataset, defaults={"sort": sort})
    else:
        row, _made = TestbedResource.objects.get_or_create(
            testbed=held, sort=sort, url=url, defaults={"name": written(name)}
        )
    _changed(held, "add_resource", by=by, at=at, dataset=dataset.name if dataset else "")
    return row


@transaction.atomic
def remove_resource(resource: TestbedResource, *, by: Person | None, at: datetime) -> None:
    """Take a data set or an interface off a testbed's page.

    Raises:
        NotAllowed: the person doesn't keep the testbed.
    """
    held = _hold(resource.testbed, by)
    TestbedResource.objects.filter(pk=resource.pk).delete()
    _changed(held, "remove_resource", by=by, at=at)
