"""The joint first line: a desk is founded for the group, and each city says what it lets it do, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.contact import permissions
from kuutio.contact.actions.ruling import check_categories
from kuutio.contact.models import JointDesk, Mandate
from kuutio.core.problems import Invalid, NotAllowed


@transaction.atomic
def found_desk(organisation: Organisation, *, is_default: bool, by: Person | None, at: datetime) -> JointDesk:
    """Make a desk of an organisation; the default one, of which there is one, receives what nobody can place.

    Args:
        by: a person of the programme office; None: the installation's operator.

    Raises:
        NotAllowed: somebody else.
        Invalid: a city's own organisation can't be a joint desk.
    """
    if by is not None and not (by.is_superuser or permissions.is_duty_officer(by)):
        raise NotAllowed(_("Joint desks are founded by the programme office."))
    if organisation.kind == Organisation.Kind.CITY:
        raise Invalid(_("A city serves for itself: a joint desk is another organisation."))
    if is_default:
        JointDesk.objects.filter(is_default=True).exclude(organisation=organisation).update(is_default=False)
    desk, made = JointDesk.objects.get_or_create(organisation=organisation, defaults={"is_default": is_default})
    if not made and desk.is_default != is_default:
        desk.is_default = is_default
        desk.save(update_fields=["is_default"])
        made = True
    if made:
        record("found_desk", f"organisation:{organisation.slug}", by=by, at=at, is_default=is_default)
    return desk


@transaction.atomic
def grant_mandate(
    desk: JointDesk,
    giver: Organisation,
    *,
    categories: Sequence[str],
    may_answer: bool,
    starts_on: date,
    by: Person | None,
    at: datetime,
    ends_on: date | None = None,
) -> Mandate:
    """Let a desk serve for a city from a day on. What is so already stays; what the city said before ends the day before.

    Args:
        categories: codes; none: all of them, those included that come later.
        may_answer: else the desk reads and adds notes, and answers nothing.
        ends_on: the last day; None: until it is ended.
        by: an administrator of the city; None: the installation's operator.

    Raises:
        NotAllowed: somebody else.
        Invalid: an organisation that is no city, a category that isn't there, or days in the wrong order.
    """
    if giver.city is None:
        raise Invalid(_("Mandates are given by cities."))
    if by is not None and not permissions.may_rule(by, giver.city):
        raise NotAllowed(_("Only the city’s own administrator sets its rules and mandates."))
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(_("The last day can’t be before the first one."))
    chosen = sorted(set(categories))
    check_categories(giver.slug, chosen)
    JointDesk.objects.select_for_update().get(pk=desk.pk)
    running = Mandate.objects.filter(desk=desk, giver=giver).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        running = running.filter(starts_on__lte=ends_on)
    for held in running:
        if held.starts_on <= starts_on and _says(held, chosen, may_answer, ends_on):
            return held
        if held.starts_on < starts_on:
            held.ends_on = starts_on - timedelta(days=1)
            held.save(update_fields=["ends_on"])
        else:  # it hasn't begun: this one comes in its place
            held.delete()
    made = Mandate.objects.create(
        desk=desk, giver=giver, categories=chosen, may_answer=may_answer, starts_on=starts_on, ends_on=ends_on
    )
    record(
        "grant_mandate",
        f"organisation:{giver.slug}",
        by=by,
        at=at,
        desk=desk.organisation.slug,
        categories=chosen,
        may_answer=may_answer,
        starts_on=str(starts_on),
    )
    return made


@transaction.atomic
def end_mandate(mandate: Mandate, *, last_day: date, by: Person | None, at: datetime) -> Mandate:
    """Let a mandate hold until a day and no longer.

    Raises:
        NotAllowed: the person is no administrator of the city that gave it.
        Invalid: the day is before the first one.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("giver__city").get(pk=mandate.pk)
    if by is not None and (mandate.giver.city is None or not permissions.may_rule(by, mandate.giver.city)):
        raise NotAllowed(_("Only the city’s own administrator sets its rules and mandates."))
    if last_day < mandate.starts_on:
        raise Invalid(_("The last day can’t be before the first one."))
    if mandate.ends_on != last_day:
        mandate.ends_on = last_day
        mandate.save(update_fields=["ends_on"])
        record("end_mandate", f"organisation:{mandate.giver.slug}", by=by, at=at, last_day=str(last_day))
    return mandate


def _says(held: Mandate, categories: Sequence[str], may_answer: bool, ends_on: date | None) -> bool:
    return (sorted(held.categories), held.may_answer, held.ends_on) == (list(categories), may_answer, ends_on)
