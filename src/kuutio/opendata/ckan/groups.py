"""Groups: the EU's data themes, which always are there, and those that the catalogue's keepers make."""

from collections import Counter
from typing import Any

from django.db.models import Count, F, Func, TextField
from django.utils.translation import gettext as _

from kuutio.opendata.actions.grouping import change_group, create_group, remove_group
from kuutio.opendata.ckan.errors import denied, invalid, missing
from kuutio.opendata.ckan.group_readings import group_given
from kuutio.opendata.ckan.organizations import MOST_WHOLE, in_order
from kuutio.opendata.ckan.registry import Call, reading, writing
from kuutio.opendata.ckan.search import MAX_ROWS, listed
from kuutio.opendata.ckan.shapes import group, package, theme, theme_of
from kuutio.opendata.ckan.writing import group_of
from kuutio.opendata.models import Group
from kuutio.opendata.queries import groups as counted_groups
from kuutio.opendata.queries import whole
from kuutio.opendata.vocabularies import THEMES


@reading
def group_list(call: Call) -> list[Any]:
    """List the groups: the themes, and those made here.

    :param all_fields: whole ones instead of their names.
    :param include_extras, include_dataset_count: with what else was said of each; with how many packages.
    :param groups: only these names.
    :param sort: `name asc`, `title asc` or `package_count desc`; also as order_by.
    :param limit, offset: a part of the list.
    """
    shown = _all(call)
    if wanted := call.data.texts("groups"):
        shown = [one for one in shown if one["name"] in wanted]
    ordered = in_order(shown, call.data)
    if not call.data.flag("all_fields"):
        return [one["name"] for one in ordered]
    left_out = set() if call.data.flag("include_extras") else {"extras"}
    return [{key: value for key, value in one.items() if key not in left_out} for one in ordered[:MOST_WHOLE]]


@reading
def group_show(call: Call) -> dict[str, Any]:
    """Show a group.

    :param id: its id or name.
    :param include_datasets: with its packages, 1000 at most.
    """
    word = call.data.needed("id")
    shown = next((one for one in _all(call) if word in {one["id"], one["name"]}), None)
    if shown is None:
        raise missing()
    if call.data.flag("include_datasets"):
        code = theme_of(word)
        rows = listed(call)
        rows = rows.filter(themes__contains=[code]) if code else rows.filter(groups__pk=shown["id"])
        shown["packages"] = [package(one) for one in whole(rows).order_by("name")[:MAX_ROWS]]
    return shown


@reading
def group_autocomplete(call: Call) -> list[dict[str, Any]]:
    """Groups whose name or title has what somebody types.

    :param q: what was typed.
    :param limit: how many, 20 unless told.
    """
    typed = call.data.text("q").lower()
    chosen = [one for one in _all(call) if typed in one["name"] or typed in one["title"].lower()]
    keys = ("id", "name", "title")
    return [{key: one[key] for key in keys} for one in chosen[: call.data.number("limit", 20, most=MAX_ROWS)]]


@writing
def group_create(call: Call) -> dict[str, Any]:
    """Make a group; for administrators.

    :param name: part of its address: a-z, 0-9, - and _; not that of a theme.
    :param title, description, image_url, extras: what is said of it; `title_translated` in several languages.
    :param id: a UUID, where it should keep the one it has elsewhere.
    """
    by = call.writer()
    given = group_given(call.data.values, None)
    if not given.name:
        raise invalid(name=_("Missing value"))
    if given.id and Group.objects.filter(pk=given.id).exists():
        raise invalid(id=_("Group id already exists"))
    made = create_group(name=given.name, by=by, at=call.at, id=given.id, created_at=given.created_at, **given.fields)
    return group(made, 0)


@writing
def group_update(call: Call) -> dict[str, Any]:
    """Change a group to what is given; what isn't given is emptied.

    :param id: its id or name.
    """
    return _updated(call, patch=False)


@writing
def group_patch(call: Call) -> dict[str, Any]:
    """Change some keys of a group.

    :param id: its id or name.
    """
    return _updated(call, patch=True)


@writing
def group_delete(call: Call) -> None:
    """Remove a group; its packages stay; for administrators.

    :param id: its id or name.
    """
    by = call.writer()
    remove_group(_made(call), by=by, at=call.at)


def _all(call: Call) -> list[dict[str, Any]]:
    """All groups with how many packages of each the caller sees."""
    rows = listed(call).order_by().annotate(theme=Func(F("themes"), function="unnest", output_field=TextField()))
    counts = Counter({row["theme"]: row["count"] for row in rows.values("theme").annotate(count=Count("pk"))})
    themes = [theme(code, counts[code]) for code in THEMES]
    return themes + [group(row, row.package_count) for row in counted_groups(call.reader)]  # type: ignore[attr-defined]


def _made(call: Call) -> Group:
    """A group that somebody made; a theme is the EU's, and no one's to change."""
    word = call.data.needed("id")
    if theme_of(word):
        raise denied(_("A theme of the EU can't be changed."))
    row = group_of(word)
    if row is None:
        raise missing()
    return row


def _updated(call: Call, *, patch: bool) -> dict[str, Any]:
    by, row = call.writer(), _made(call)
    shown = group(row, row.datasets.count())
    changes = {key: value for key, value in call.data.values.items() if key != "id"}
    given = group_given({**shown, **changes} if patch else changes, shown)
    fields = given.fields | ({"name": given.name} if given.name else {})
    return group(change_group(row, fields, by=by, at=call.at), shown["package_count"])
