"""Packages and resources written through the verbs of the catalogue: whole in one transaction, or not at all."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Organisation, Person
from kuutio.cities.registering import may_register, register_organisation
from kuutio.core.problems import Problem
from kuutio.opendata import permissions
from kuutio.opendata.actions import catalogue, grouping
from kuutio.opendata.actions.loading import free_table, receive_file
from kuutio.opendata.ckan.errors import RESOURCE_FIELDS, Refusal, denied, invalid, refusal_of
from kuutio.opendata.ckan.group_readings import group_given, organization_given
from kuutio.opendata.ckan.inputs import Upload
from kuutio.opendata.ckan.readings import Errors, Given
from kuutio.opendata.ckan.registry import Call
from kuutio.opendata.ckan.resource_readings import GivenResource, resource_given
from kuutio.opendata.ckan.shapes import plainly, resource, theme_of
from kuutio.opendata.models import Dataset, Distribution, Group
from kuutio.opendata.queries import publishes_for, uuid_of
from kuutio.opendata.vocabularies import format_of

_TABLE = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")


@transaction.atomic
@catalogue.described_once()
def create_package(call: Call, given: Given) -> Dataset:
    """Make a data set of a package that came, published unless it says otherwise.

    Raises:
        Refusal, Problem: nothing was made.
    """
    by = call.writer()
    if not given.name:
        raise invalid(name=_("Missing value"))
    publisher = _publisher(call, given, by)
    if given.id and Dataset.objects.filter(pk=given.id).exists():
        raise invalid(id=_("Dataset id already exists"))
    themes, groups = _groups(given.groups or [], by, call)
    dataset = catalogue.create_dataset(
        name=given.name,
        publisher=publisher,
        city=_city(given.name, publisher),
        by=by,
        at=call.at,
        id=given.id,
        created_at=given.created_at,
        themes=themes,
        **given.fields,
    )
    grouping.set_groups(dataset, groups, by=by, at=call.at)
    write_resources(dataset, given.resources or [], by=by, call=call)
    _to_state(dataset, given.state or Dataset.State.PUBLISHED, given, by, call)
    return dataset


@transaction.atomic
@catalogue.described_once()
def update_package(call: Call, dataset: Dataset, given: Given) -> Dataset:
    """Change a data set to what came; resources that aren't listed go, unless there is no list at all.

    Raises:
        Refusal, Problem: nothing was changed.
    """
    by = call.writer()
    may_change(by, dataset)
    if given.owner and given.owner not in {dataset.publisher.slug, str(dataset.publisher.uuid)}:
        dataset = catalogue.hand_over_dataset(dataset, _publisher(call, given, by), by=by, at=call.at)
    changes = dict(given.fields)
    if given.name:
        changes["name"] = given.name
    if given.groups is not None:
        changes["themes"], groups = _groups(given.groups, by, call)
        grouping.set_groups(dataset, groups, by=by, at=call.at)
    dataset = catalogue.change_dataset(dataset, changes, by=by, at=call.at)
    if given.resources is not None:
        write_resources(dataset, given.resources, by=by, call=call)
    _to_state(dataset, given.state or dataset.state, given, by, call)
    return dataset


def may_change(person: Person, dataset: Dataset) -> None:
    """Refuse who doesn't publish for a data set's publisher.

    Raises:
        Refusal: as CKAN says it.
    """
    if not permissions.may_change(person, dataset):
        raise denied(_("Only the publisher's own people can change this data set."))


def write_resources(dataset: Dataset, listed: list[dict[str, Any]], *, by: Person, call: Call) -> None:
    """Make the distributions of a data set those that are listed, in that order.

    Raises:
        Refusal: with what must be mended, by resource.
    """
    kept = {str(one.pk): one for one in dataset.distributions.select_related("current", "dataset")}
    wanted = {str(values.get("id")) for values in listed}
    for pk, distribution in kept.items():
        if pk not in wanted:
            catalogue.remove_distribution(distribution, by=by, at=call.at)
    problems: list[dict[str, Any]] = []
    for position, values in enumerate(listed):
        problems.append({})
        try:
            with transaction.atomic():
                write_resource(dataset, kept.get(str(values.get("id"))), values, by=by, call=call, position=position)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            problems[-1] = {key: said for key, said in refusal.error.items() if key != "__type"}
    if any(problems):
        raise Refusal(409, {"resources": problems, "__type": "Validation Error"})


def write_resource(
    dataset: Dataset,
    distribution: Distribution | None,
    values: dict[str, Any],
    *,
    by: Person,
    call: Call,
    position: int | None = None,
    upload: Upload | None = None,
) -> Distribution:
    """Make or change one distribution, and queue the work on its file if one came.

    Raises:
        Refusal: with what must be mended.
    """
    errors = Errors()
    shown = resource(distribution) if distribution else None
    given = resource_given(values, shown, distribution.extras if distribution else {}, errors)
    errors.tell()
    if position is not None:
        given.fields["position"] = position
    try:
        if distribution is None:
            distribution = _added(dataset, given, by, call)
        else:
            distribution = catalogue.change_distribution(distribution, _changes(distribution, given), by=by, at=call.at)
        return _uploaded(dataset, distribution, upload, by, call) if upload else distribution
    except Problem as problem:
        raise refusal_of(problem, RESOURCE_FIELDS) from problem


def _added(dataset: Dataset, given: GivenResource, by: Person, call: Call) -> Distribution:
    if given.id and Distribution.objects.filter(pk=given.id).exists():
        raise invalid(id=_("Resource id already exists."))
    table = _table_id(dataset, given) if given.is_table else None
    return catalogue.add_distribution(
        dataset,
        kind=Distribution.Kind.TABLE if table else Distribution.Kind.LINK,
        table=table,
        layer=table.removeprefix(dataset.name).lstrip("-") if table else "",
        id=given.id,
        created_at=given.created_at,
        by=by,
        at=call.at,
        **given.fields,
    )


def _table_id(dataset: Dataset, given: GivenResource) -> str:
    """The id that a table brings from another installation, if it can be had, else one of its own."""
    is_ours = given.table == dataset.name or given.table.startswith(f"{dataset.name}-")
    if is_ours and _TABLE.fullmatch(given.table) and not Distribution.objects.filter(table=given.table).exists():
        return given.table
    return free_table(dataset, plainly(given.fields["title"]) or "")


def _changes(distribution: Distribution, given: GivenResource) -> dict[str, Any]:
    changes = dict(given.fields)
    if distribution.kind == Distribution.Kind.FILE and changes.get("url"):
        nothing = {"file": "", "file_name": "", "size": None, "sha256": ""}
        changes = {**nothing, **changes, "kind": Distribution.Kind.LINK}  # an address took the file's place
    return changes


def _uploaded(dataset: Dataset, distribution: Distribution, upload: Upload, by: Person, call: Call) -> Distribution:
    """Keep a file of a distribution, served as it is until the worker has made a table of it."""
    load = receive_file(
        dataset,
        chunks=upload.chunks(),
        file_name=upload.name or "upload",
        door="ckan",
        by=by,
        at=call.at,
        into=distribution,
    )
    if distribution.kind == Distribution.Kind.TABLE:
        return distribution
    suffix = load.file_name.rpartition(".")[2]
    known = format_of(distribution.format or suffix)
    file: dict[str, Any] = {
        "kind": Distribution.Kind.FILE,
        "file": load.file,
        "file_name": load.file_name,
        "size": load.size,
        "sha256": load.sha256,
        "url": "",
        "format": distribution.format or (known.name if known else suffix.upper()[:60]),
        "media_type": distribution.media_type or (known.media_type if known else "application/octet-stream"),
    }
    return catalogue.change_distribution(distribution, file, by=by, at=call.at)


def _to_state(dataset: Dataset, state: str, given: Given, by: Person, call: Call) -> None:
    if state == Dataset.State.PUBLISHED:
        catalogue.publish_dataset(dataset, by=by, at=call.at, issued_at=given.issued_at)
    elif state == Dataset.State.DELETED:
        catalogue.withdraw_dataset(dataset, by=by, at=call.at)
    else:
        catalogue.unpublish_dataset(dataset, by=by, at=call.at)


def _publisher(call: Call, given: Given, by: Person) -> Organisation:
    """The organization that a package names. An administrator's package may bring one that isn't known here yet."""
    if not given.owner:
        own = Organisation.objects.filter(pk__in=publishes_for(by))
        if len(found := own[:2]) == 1:
            return found[0]
        raise invalid(owner_org=_("An organization must be provided"))
    found_one = organisation_of(given.owner) or organisation_of(str(given.organization.get("name") or ""))
    if found_one:
        return found_one
    if given.organization.get("name") and may_register(by):
        brought = organization_given({**given.organization, "id": given.owner}, None)
        if brought.name:
            return register_organisation(
                slug=brought.name, by=by, at=call.at, id=brought.id, created_at=brought.created_at, **brought.fields
            )
    raise invalid(owner_org=_("Organization does not exist"))


def organisation_of(word: str) -> Organisation | None:
    """The organisation of a name or of the id by which other catalogues know it."""
    found = uuid_of(word)
    if found and (organisation := Organisation.objects.filter(uuid=found).first()):
        return organisation
    return Organisation.objects.filter(slug=word).first() if word else None


def _city(name: str, publisher: Organisation) -> City | None:
    """The publisher's city, else the one that the name begins with."""
    if publisher.city:
        return publisher.city
    return next((city for city in City.objects.all() if name.startswith(f"{city.code}-")), None)


def _groups(listed: list[dict[str, Any]], by: Person, call: Call) -> tuple[list[str], list[Group]]:
    """The themes and groups of a package. An administrator's package may bring groups that aren't known here yet."""
    themes: list[str] = []
    groups: dict[Any, Group] = {}
    for values in listed:
        words = [str(values[key]) for key in ("id", "name") if isinstance(values.get(key), str) and values[key]]
        code = next((code for word in words if (code := theme_of(word))), None)
        if code:
            themes.append(code)
            continue
        group = next((one for word in words if (one := group_of(word))), None)
        if group is None and values.get("name") and permissions.may_keep_groups(by):
            brought = group_given(values, None)
            group = grouping.create_group(
                name=str(brought.name),
                by=by,
                at=call.at,
                id=brought.id,
                created_at=brought.created_at,
                **brought.fields,
            )
        if group is None:
            raise invalid(groups=_("Group does not exist: %(name)s") % {"name": (words or ["?"])[-1][:100]})
        groups[group.pk] = group
    return list(dict.fromkeys(themes)), list(groups.values())


def group_of(word: str) -> Group | None:
    """The group of a name or id."""
    found = uuid_of(word)
    by_id = Group.objects.filter(pk=found).first() if found else None
    return by_id or Group.objects.filter(name=word).first()
