"""Learnings: written after a trial, published for good, and built on by other cities."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.innovation import findable_learnings, permissions
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import Learning, LearningCity, LearningDataset, Reuse, Technology, Theme, Trial
from kuutio.innovation.said import LONGEST_TITLE, Checked
from kuutio.opendata.queries import public_datasets

RESERVED = frozenset({"new"})
MOST_DATASETS = 20
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What was learnt; the texts by language.

    Attributes:
        datasets: the names of the data sets that it rests on, besides those of its trial.
        authors: the organisations that learnt it, as they are cited.
    """

    title: Mapping[str, str]
    tried: Mapping[str, str]
    happened: Mapping[str, str]
    lesson: Mapping[str, str]
    again: str
    authors: str
    themes: Sequence[str]
    technologies: Sequence[str] = ()
    datasets: Sequence[str] = ()
    spearhead: str = ""


@transaction.atomic
def write_learning(
    told: Told,
    *,
    key: uuid.UUID | None = None,
    trial: Trial | None = None,
    cities: Sequence[City] = (),
    slug: str = "",
    by: Person | None,
    at: datetime,
    is_made: bool = False,
) -> Learning:
    """Write a learning as a draft: of a trial by those who ran it, of what was tried elsewhere by an officer of a city.

    Args:
        key: of the form, the learning's own number from then on: sent again, it is the same learning.
        cities: where it was learnt; the trial's cities when nothing is given.

    Raises:
        NotAllowed: neither of them, or the form is another's.
        Invalid: something is missing.
    """
    if (there := _known(key, by)) is not None:
        return there
    where = list(cities) or ([part.city for part in trial.parts.select_related("city")] if trial else [])
    if not may_write(by, trial, where):
        raise NotAllowed(_("A learning is written by those who ran the trial, or by an officer of its city."))
    checked = Checked()
    fields, datasets = _fields(told, checked)
    if not where:
        checked.say("/cities", _("Choose a city."))
    checked.settle()
    named = slug_of(slug or next(iter(fields["title"].values())))[:70].strip("-") or "learning"
    taken = set(Learning.objects.filter(slug__startswith=named).values_list("slug", flat=True)) | RESERVED
    free = (
        named if named not in taken else next(f"{named}-{n}" for n in range(2, 10_000) if f"{named}-{n}" not in taken)
    )
    try:
        with transaction.atomic():
            learning = Learning.objects.create(
                uuid=key or uuid.uuid4(),
                slug=free,
                trial=trial,
                made_by=by,
                begun_at=at,
                changed_at=at,
                is_made=is_made,
                **fields,
            )
    except IntegrityError as error:
        if (there := _known(key, by)) is not None:
            return there
        raise Conflict(_("Somebody wrote one of the same name just now. Send it again.")) from error
    LearningCity.objects.bulk_create(LearningCity(learning=learning, city=city) for city in dict.fromkeys(where))
    _keep_datasets(learning, datasets)
    record("write_learning", f"learning:{learning.slug}", by=by, at=at)
    return learning


@transaction.atomic
def change_learning(learning: Learning, told: Told, *, by: Person | None, at: datetime) -> Learning:
    """Change a draft.

    Raises:
        NotAllowed: neither its writer nor an officer of its cities.
        Conflict: it is published.
        Invalid: something is missing.
    """
    held = _held(learning, by)
    checked = Checked()
    fields, datasets = _fields(told, checked)
    checked.settle()
    for name, value in fields.items():
        setattr(held, name, value)
    held.changed_at = at
    held.save()
    held.evidence.all().delete()
    _keep_datasets(held, datasets)
    record("change_learning", f"learning:{held.slug}", by=by, at=at)
    return held


@transaction.atomic
def publish_learning(learning: Learning, *, by: Person | None, at: datetime) -> Learning:
    """Publish a learning under CC BY 4.0, for good.

    Raises:
        NotAllowed: no officer of its cities.
        Conflict: it is published.
        Invalid: its trial isn't public, so that nobody could check it.
    """
    held = _held(learning, by)
    if not _is_officer_of(by, held):
        raise NotAllowed(_("A learning is published by an officer of its city."))
    if held.trial is not None and not held.trial.is_public:
        raise Invalid(
            _("Its trial isn’t public yet: a learning is published when everybody can read of the trial."),
            errors=[wrong("/trial", _("The trial isn’t public."))],
        )
    held.published_at = held.changed_at = at
    held.save(update_fields=["published_at", "changed_at"])
    record("publish_learning", f"learning:{held.slug}", by=by, at=at)
    findable_learnings.refresh(held, at=at)
    return held


@transaction.atomic
def reuse_learning(
    learning: Learning, *, city: City, text: Mapping[str, str], by: Person | None, at: datetime
) -> Reuse:
    """Tell that a city has built on a learning, and how; telling it again tells it anew.

    Raises:
        NotAllowed: no officer of the city.
        Conflict: the learning isn't published.
        Invalid: no words.
    """
    if not (by is None or city in permissions.cities_of(by)):
        raise NotAllowed(_("A city’s own officers tell what it has built on."))
    if not learning.is_public:
        raise Conflict(_("The learning isn’t published."))
    checked = Checked()
    told = checked.texts("text", text, longest=2_000)
    checked.settle()
    reuse, _is_new = Reuse.objects.update_or_create(learning=learning, city=city, defaults={"text": told, "at": at})
    record("reuse_learning", f"learning:{learning.slug}", by=by, at=at, city=city.pk)
    findable_learnings.refresh(learning, at=at)
    return reuse


def _known(key: uuid.UUID | None, by: Person | None) -> Learning | None:
    """The learning that the form made already."""
    there = Learning.objects.filter(uuid=key).first() if key is not None else None
    if there is not None and (by is None or there.made_by_id != by.pk):
        raise NotAllowed(_("This form belongs to somebody else. Open the page again."))
    return there


def may_write(person: Person | None, trial: Trial | None, cities: Sequence[City]) -> bool:
    """Who leads the trial for the firm; an officer of one of the cities."""
    if person is None:
        return True
    if trial is not None and trial.lead_id == person.pk:
        return True
    own = permissions.cities_of(person)
    return any(city in own for city in cities)


def may_change(person: Person | None, learning: Learning) -> bool:
    """Its writer, and the officers of its cities, while it is a draft."""
    if learning.is_public:
        return False
    return person is None or learning.made_by_id == person.pk or _is_officer_of(person, learning)


def may_publish(person: Person | None, learning: Learning) -> bool:
    """The officers of its cities, while it is a draft."""
    return not learning.is_public and _is_officer_of(person, learning)


def _is_officer_of(person: Person | None, learning: Learning) -> bool:
    if person is None:
        return True
    own = {city.pk for city in permissions.cities_of(person)}
    return any(part.city_id in own for part in learning.parts.all())


def _held(learning: Learning, by: Person | None) -> Learning:
    held = Learning.objects.select_for_update(of=("self",)).select_related("trial").get(pk=learning.pk)
    if held.is_public:
        raise Conflict(_("What is published stays as it is. Write another learning instead."))
    if not may_change(by, held):
        raise NotAllowed(_("A learning is changed by who wrote it, or by an officer of its city."))
    return held


def _fields(told: Told, checked: Checked) -> tuple[dict[str, Any], list[Any]]:
    fields = {
        "title": checked.texts("title", told.title, longest=LONGEST_TITLE),
        "tried": checked.texts("tried", told.tried, longest=_LONGEST),
        "happened": checked.texts("happened", told.happened, longest=_LONGEST),
        "lesson": checked.texts("lesson", told.lesson, longest=_LONGEST),
        "again": checked.one("again", told.again, Learning.Again.values),
        "authors": checked.text("authors", told.authors, longest=300),
        "themes": checked.some("themes", told.themes, Theme.values, needed=True),
        "technologies": checked.some("technologies", told.technologies, Technology.values),
        "spearhead": checked.text("spearhead", told.spearhead, longest=40, needed=False),
    }
    names = list(dict.fromkeys(name.strip() for name in told.datasets if name.strip()))
    if len(names) > MOST_DATASETS:
        checked.say("/datasets", _("At most %(most)s data sets.") % {"most": MOST_DATASETS})
    there = {row.name: row for row in public_datasets().filter(name__in=names[:MOST_DATASETS])}
    for name in names[:MOST_DATASETS]:
        if name not in there:
            checked.say("/datasets", _("There is no open data set “%(name)s” in the catalogue.") % {"name": name[:100]})
    return fields, list(there.values())


def _keep_datasets(learning: Learning, datasets: list[Any]) -> None:
    found = {dataset.pk for dataset in datasets}
    if learning.trial is not None:
        found |= set(learning.trial.datasets.values_list("dataset_id", flat=True))
    LearningDataset.objects.bulk_create(LearningDataset(learning=learning, dataset_id=pk) for pk in sorted(found))
