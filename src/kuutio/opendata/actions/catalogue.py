"""Make, describe, publish and withdraw data sets and their distributions."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from i18nfield.strings import LazyI18nString

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.opendata import permissions
from kuutio.opendata.actions.links import forget_link_check
from kuutio.opendata.engine.contract import BadContract, parse_declared
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.models.catalogue import new_id

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{1,99}$")
#: Addresses beside those of the data sets and the tables: below `/LANGUAGE/data/`, `/data/` and `/api/ogc/collections/`.
RESERVED = frozenset({"catalogue", "new", "original", "sql", "unfollow"})
#: What `create_dataset` and `change_dataset` may set; the rest has verbs of its own.
DATASET_FIELDS = frozenset(
    [
        "title",
        "notes",
        "keywords",
        "themes",
        "licence",
        "access",
        "rights",
        "frequency",
        "collection_type",
        "hvd_category",
        "contact_name",
        "contact_email",
        "contact_page",
        "author",
        "author_email",
        "landing_page",
        "external_urls",
        "languages",
        "coverage",
        "bbox",
        "temporal_start",
        "temporal_end",
        "valid_from",
        "valid_till",
        "version",
        "project",
        "provenance",
        "is_made",
        "extras",
        "contract",
        "city",
        "name",
    ]
)
DISTRIBUTION_FIELDS = frozenset(
    [
        "position",
        "kind",
        "columns",
        "title",
        "notes",
        "format",
        "media_type",
        "url",
        "file",
        "file_name",
        "size",
        "sha256",
        "options",
        "key",
        "filters",
        "temporal_start",
        "temporal_end",
        "temporal_granularity",
        "extras",
    ]
)


def _whole(thing: Dataset | Distribution) -> None:
    """Check what a form would check.

    Raises:
        Invalid: with one error for each field.
    """
    try:
        thing.clean_fields(exclude=["publisher", "city", "dataset", "current"])
    except ValidationError as error:
        errors = [
            {"pointer": f"/{field}", "detail": " ".join(map(str, messages))}
            for field, messages in error.message_dict.items()
        ]
        raise Invalid(_("Some fields can't be saved as they are."), errors=errors) from error


def _readable(contract: Any) -> None:
    """Refuse a contract that nothing could be checked by.

    Raises:
        Invalid: with one error for each part of it.
    """
    try:
        parse_declared(contract)
    except BadContract as bad:
        errors = [{**error, "pointer": f"/contract{error['pointer']}"} for error in bad.errors]
        raise Invalid(_("The contract can't be understood."), errors=errors) from bad


def another_is_called(name: str, dataset: Dataset) -> bool:
    """Whether a name is another data set's: an id of one address can't be two things."""
    return Dataset.objects.filter(name=name).exclude(pk=dataset.pk).exists()


def _free(name: str, dataset: Dataset) -> None:
    """Refuse a name that isn't of its city, or under which something else is found.

    Raises:
        Invalid: another beginning than the city's, or an address of ours stands there.
        Conflict: another data set's table has it as its id.
    """
    if dataset.city_id and name != dataset.city_id and not name.startswith(f"{dataset.city_id}-"):
        raise Invalid(
            _("The name of a city's data set begins with the city: %(city)s-…") % {"city": dataset.city_id},
            errors=[{"pointer": "/name", "detail": f"{dataset.city_id}-…"}],
        )
    if name in RESERVED:
        raise Invalid(
            _("This name is kept for an address of the service. Choose another."),
            errors=[{"pointer": "/name", "detail": "reserved"}],
        )
    if Distribution.objects.filter(table=name).exclude(dataset=dataset.pk).exists():
        raise Conflict(_("A table of another data set has this name as its id. Choose another."), name=name)


def _set(thing: Dataset | Distribution, changes: dict[str, Any], allowed: frozenset[str]) -> list[str]:
    """Set the fields that differ; returns their names.

    Raises:
        Invalid: a field that may not be set so.
    """
    if strangers := sorted(set(changes) - allowed):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    changed = [name for name, value in changes.items() if not _same(getattr(thing, name), value)]
    for name in changed:
        setattr(thing, name, changes[name])
    return changed


def _same(before: Any, after: Any) -> bool:
    """Whether two values are equal; a translated text that says nothing is, in whichever form."""
    if isinstance(before, LazyI18nString) and not before:
        return not after
    return bool(before == after)


def _stands_for(by: Person | None, publisher: Organisation, city: City | None, name: str) -> None:
    """Refuse to publish in another city's name.

    Raises:
        NotAllowed: the city or the beginning of the name is another's.
    """
    if not permissions.may_stand_for(by, publisher, city, name):
        raise NotAllowed(
            _("A city's organisation publishes in the name of its own city alone. Change the city or the name.")
        )


@transaction.atomic
def create_dataset(
    *,
    name: str,
    publisher: Organisation,
    city: City | None,
    by: Person | None,
    at: datetime,
    id: uuid.UUID | None = None,  # noqa: A002  # the catalogue's own word
    created_at: datetime | None = None,
    **fields: Any,
) -> Dataset:
    """Make a data set as a draft.

    Args:
        name: part of every address of the data set: a-z, 0-9, `-` and `_`, `CITY-WHAT`.
        created_at: when it was first described, for one that comes from another catalogue.
        fields: any of `DATASET_FIELDS`.

    Raises:
        NotAllowed: `by` doesn't publish for this organisation, or it takes another city's name.
        Invalid: the name or a field has the wrong form, or the contract can't be understood.
        Conflict: the name or the id is taken, be it as the id of another data set's table.
    """
    if not permissions.may_publish_for(by, publisher):
        raise NotAllowed(_("Only the publisher's own people can add a data set to it."))
    _stands_for(by, publisher, city, name)
    if not _NAME.match(name):
        raise Invalid(
            _("A data set's name has 2 to 100 of the characters a-z, 0-9, - and _."),
            errors=[{"pointer": "/name", "detail": "a-z, 0-9, - and _"}],
        )
    dataset = Dataset(
        id=id or new_id(), name=name, publisher=publisher, city=city, created_at=created_at or at, modified_at=at
    )
    _free(name, dataset)
    _set(dataset, fields, DATASET_FIELDS - {"name", "city"})
    _whole(dataset)
    _readable(dataset.contract)
    try:
        with transaction.atomic():
            dataset.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("A data set of this name exists already."), name=name) from error
    record("create_dataset", f"dataset:{name}", by=by, at=at)
    return dataset


@transaction.atomic
def change_dataset(dataset: Dataset, changes: dict[str, Any], *, by: Person | None, at: datetime) -> Dataset:
    """Change what is said of a data set; returns it as it now is.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher, or it takes another city's name.
        Invalid: a field can't be set so.
        Conflict: the new name is taken.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    changed = _set(dataset, changes, DATASET_FIELDS)
    if not changed:
        return dataset
    if {"name", "city"} & set(changed):
        _stands_for(by, dataset.publisher, dataset.city, dataset.name)
    if {"name", "city"} & set(changed):
        _free(dataset.name, dataset)
    _whole(dataset)
    if "contract" in changed:
        _readable(dataset.contract)
    dataset.modified_at = at
    try:
        with transaction.atomic():
            dataset.save()
    except IntegrityError as error:
        raise Conflict(_("A data set of this name exists already."), name=dataset.name) from error
    record("change_dataset", f"dataset:{dataset.name}", by=by, at=at, fields=sorted(changed))
    _described(dataset)
    if "access" in changed:
        _seen_by_others(dataset)
    return dataset


@transaction.atomic
def publish_dataset(dataset: Dataset, *, by: Person | None, at: datetime, issued_at: datetime | None = None) -> Dataset:
    """Show a data set to everybody; publishing twice changes nothing.

    Args:
        issued_at: when it was first published, for one that comes from another catalogue.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher.
        Invalid: it has no title.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can publish this data set."))
    if not str(dataset.title).strip():
        raise Invalid(
            _("Give the data set a title before it is published."), errors=[{"pointer": "/title", "detail": "missing"}]
        )
    if dataset.state != Dataset.State.PUBLISHED:
        dataset.state, dataset.modified_at = Dataset.State.PUBLISHED, at
        dataset.issued_at = dataset.issued_at or issued_at or at
        dataset.save(update_fields=["state", "issued_at", "modified_at"])
        record("publish_dataset", f"dataset:{dataset.name}", by=by, at=at)
        _described(dataset)
        _seen_by_others(dataset)
    return dataset


@transaction.atomic
def withdraw_dataset(dataset: Dataset, *, by: Person | None, at: datetime) -> Dataset:
    """Take a data set from the catalogue; its files and versions stay, its address answers 404 to others.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can withdraw this data set."))
    if dataset.state != Dataset.State.DELETED:
        dataset.state, dataset.modified_at = Dataset.State.DELETED, at
        dataset.save(update_fields=["state", "modified_at"])
        record("withdraw_dataset", f"dataset:{dataset.name}", by=by, at=at)
        _described(dataset)
        _seen_by_others(dataset)
    return dataset


@transaction.atomic
def unpublish_dataset(dataset: Dataset, *, by: Person | None, at: datetime) -> Dataset:
    """Make a data set a draft again, which only its publisher sees.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    if dataset.state != Dataset.State.DRAFT:
        dataset.state, dataset.modified_at = Dataset.State.DRAFT, at
        dataset.save(update_fields=["state", "modified_at"])
        record("unpublish_dataset", f"dataset:{dataset.name}", by=by, at=at)
        _described(dataset)
        _seen_by_others(dataset)
    return dataset


@transaction.atomic
def hand_over_dataset(dataset: Dataset, publisher: Organisation, *, by: Person | None, at: datetime) -> Dataset:
    """Give a data set to another organisation, with its city.

    Raises:
        NotAllowed: `by` doesn't publish for both.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset) or not permissions.may_publish_for(by, publisher):
        raise NotAllowed(_("Only who publishes for both organisations can hand a data set over."))
    if dataset.publisher_id != publisher.pk:
        before = dataset.publisher.slug
        dataset.publisher, dataset.city, dataset.modified_at = publisher, publisher.city, at
        dataset.save(update_fields=["publisher", "city", "modified_at"])
        facts = {"before": before, "after": publisher.slug}
        record("hand_over_dataset", f"dataset:{dataset.name}", by=by, at=at, **facts)
        _described(dataset)
    return dataset


@transaction.atomic
def add_distribution(
    dataset: Dataset,
    *,
    kind: str,
    by: Person | None,
    at: datetime,
    id: uuid.UUID | None = None,  # noqa: A002
    table: str | None = None,
    layer: str = "",
    created_at: datetime | None = None,
    **fields: Any,
) -> Distribution:
    """Add a table, a file or an address to a data set, at its end unless a position is given.

    Args:
        created_at: when it was first described, for one that comes from another catalogue.

    Raises:
        NotAllowed: `by` doesn't publish for its publisher.
        Invalid: a field can't be set so.
        Conflict: the table's id or the id is taken.
    """
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=dataset.pk)
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    fields.setdefault("position", dataset.distributions.count())
    distribution = Distribution(
        id=id or uuid.uuid4(),
        dataset=dataset,
        kind=kind,
        table=table,
        layer=layer,
        created_at=created_at or at,
        modified_at=at,
    )
    _set(distribution, fields, DISTRIBUTION_FIELDS)
    _whole(distribution)
    try:
        with transaction.atomic():
            distribution.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("A distribution with this id exists already."), table=table) from error
    record("add_distribution", f"dataset:{dataset.name}", by=by, at=at, distribution=str(distribution.pk))
    _touched(dataset, at)
    return distribution


@transaction.atomic
def change_distribution(
    distribution: Distribution, changes: dict[str, Any], *, by: Person | None, at: datetime
) -> Distribution:
    """Change what is said of a distribution; returns it as it now is.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        Invalid: a field can't be set so.
    """
    distribution = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("dataset__publisher")
        .get(pk=distribution.pk)
    )
    if not permissions.may_change(by, distribution.dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    kinds = {distribution.kind, changes.get("kind", distribution.kind)}
    if len(kinds) > 1 and Distribution.Kind.TABLE in kinds:
        raise Invalid(_("Rows make a table, not its description."), errors=[{"pointer": "/kind", "detail": "table"}])
    changed = _set(distribution, changes, DISTRIBUTION_FIELDS)
    if changed:
        _whole(distribution)
        distribution.modified_at = at
        distribution.save()
        if "url" in changed:
            forget_link_check(distribution)
        record(
            "change_distribution",
            f"dataset:{distribution.dataset.name}",
            by=by,
            at=at,
            distribution=str(distribution.pk),
            fields=sorted(changed),
        )
        _touched(distribution.dataset, at)
    return distribution


@transaction.atomic
def remove_distribution(distribution: Distribution, *, by: Person | None, at: datetime) -> None:
    """Take a distribution, with its versions, out of its data set.

    Raises:
        NotAllowed: `by` doesn't publish for the data set's publisher.
        Conflict: a harmonised data set is made of it.
    """
    dataset = (
        Dataset.objects.select_for_update(of=("self",)).select_related("publisher").get(pk=distribution.dataset_id)
    )
    if not permissions.may_change(by, dataset):
        raise NotAllowed(_("Only the publisher's own people can change this data set."))
    if distribution.mapped_into.exists():
        raise Conflict(_("A harmonised data set is made of this table. Remove its mapping first."))
    record("remove_distribution", f"dataset:{dataset.name}", by=by, at=at, distribution=str(distribution.pk))
    distribution.delete()
    _touched(dataset, at)


def _touched(dataset: Dataset, at: datetime) -> None:
    """A data set changes when one of its distributions does."""
    Dataset.objects.filter(pk=dataset.pk).update(modified_at=at)
    dataset.modified_at = at
    _described(dataset)


#: The data sets whose description changes within `described_once`.
_changing: ContextVar[dict[uuid.UUID, Dataset] | None] = ContextVar("changing", default=None)


@contextmanager
def described_once() -> Iterator[None]:
    """Within it, what follows from the changes of a data set's description is done once, at the end.

    For several changes in one transaction: each would cost a look at the whole data set.
    """
    if _changing.get() is not None:
        yield
        return
    changed: dict[uuid.UUID, Dataset] = {}
    token = _changing.set(changed)
    try:
        yield
    finally:
        _changing.reset(token)
    for dataset in changed.values():
        _described(dataset)


def _described(dataset: Dataset) -> None:
    """What follows from a change of description: the quality's points and the search index."""
    if (changed := _changing.get()) is not None:
        changed[dataset.pk] = dataset
        return
    from kuutio.opendata import findable, quality  # both read what was just written

    quality.refresh(dataset)
    findable.refresh(dataset)


def _seen_by_others(dataset: Dataset) -> None:
    """What follows when more or fewer people may see a data set: harmonised tables are of open ones alone."""
    from kuutio.opendata.actions import harmonising  # it imports this module

    harmonising.rebuild_for_dataset(dataset)
