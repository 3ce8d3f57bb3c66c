"""Counts of what a search found, by organization, tag, format, licence and group: one query each."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, F, Func, QuerySet, TextField
from django.db.models.expressions import RawSQL

from kuutio.opendata.ckan import shapes
from kuutio.opendata.ckan.shapes import by_language, plainly
from kuutio.opendata.models import Dataset, Distribution, Group
from kuutio.opendata.vocabularies import LICENCES

#: name, what people read, how many.
Item = tuple[str, str, int]
#: The keywords in the first language that has any, each in a row of its own.
TAGS = """jsonb_array_elements_text(CASE
    WHEN jsonb_array_length(coalesce(keywords->'fi', '[]')) > 0 THEN keywords->'fi'
    WHEN jsonb_array_length(coalesce(keywords->'sv', '[]')) > 0 THEN keywords->'sv'
    ELSE coalesce(keywords->'en', '[]') END)"""


def facet(field: str, found: QuerySet[Dataset], *, most: int, least: int) -> list[Item]:
    """The values of a field among what was found, most frequent first; none for a field that isn't counted.

    Args:
        found: in no order.
        most: values at most, below 0 for all.
        least: packages that a value needs.
    """
    return arranged(_COUNTED[field](found), most=most, least=least) if field in _COUNTED else []


def arranged(items: Iterable[Item], *, most: int, least: int) -> list[Item]:
    """Values of a field as they are shown, most frequent first; one without a name is left out.

    Args:
        most, least: as of `facet`.
    """
    items = [item for item in items if item[0] and item[2] >= least]
    items.sort(key=lambda item: (-item[2], item[0]))
    return items if most < 0 else items[:most]


def shown(field: str, items: list[Item]) -> dict[str, Any]:
    """A facet as `search_facets` has it."""
    return {
        "title": field,
        "items": [{"name": name, "display_name": display, "count": count} for name, display, count in items],
    }


def _organizations(found: QuerySet[Dataset]) -> list[Item]:
    counted = found.values("publisher__slug", "publisher__name").annotate(count=Count("pk"))
    return [organization(row["publisher__slug"], row["publisher__name"], row["count"]) for row in counted]


def organization(slug: str, name: object, count: int) -> Item:
    """An organization that publishes what was found."""
    return slug, plainly(by_language(name)) or slug, count


def _licences(found: QuerySet[Dataset]) -> list[Item]:
    counted = found.values("licence").annotate(count=Count("pk"))
    return [licence(row["licence"], row["count"]) for row in counted]


def licence(code: str, count: int) -> Item:
    """A licence of what was found."""
    return code, LICENCES[code].title if code in LICENCES else code, count


def _formats(found: QuerySet[Dataset]) -> list[Item]:
    rows = Distribution.objects.filter(dataset__in=found.values("pk")).order_by()
    counted = rows.values("format").annotate(count=Count("dataset", distinct=True))
    return [(row["format"], row["format"], row["count"]) for row in counted]


def _tags(found: QuerySet[Dataset]) -> list[Item]:
    tag = RawSQL(TAGS, [], output_field=TextField())  # noqa: S611  # constant
    rows = Dataset.objects.filter(pk__in=found.values("pk")).order_by().annotate(tag=tag)
    return [(row["tag"], row["tag"], row["count"]) for row in rows.values("tag").annotate(count=Count("pk"))]


def _groups(found: QuerySet[Dataset]) -> list[Item]:
    rows = found.annotate(theme=Func(F("themes"), function="unnest", output_field=TextField()))
    themes: Counter[str] = Counter()
    for row in rows.values("theme").annotate(count=Count("pk")):
        themes[row["theme"]] += row["count"]
    items = [theme(code, count) for code, count in themes.items()]
    made = Group.objects.filter(datasets__in=found.values("pk")).annotate(count=Count("datasets")).order_by()
    return items + [group(row.name, row.title, row.count) for row in made]


def theme(code: str, count: int) -> Item:
    """A theme of what was found."""
    shown = shapes.theme(code)
    return shown["name"], shown["title"], count


def group(name: str, title: object, count: int) -> Item:
    """A group that somebody made, of what was found."""
    return name, plainly(by_language(title)) or name, count


_COUNTED: dict[str, Callable[[QuerySet[Dataset]], list[Item]]] = {
    "organization": _organizations,
    "license_id": _licences,
    "res_format": _formats,
    "tags": _tags,
    "groups": _groups,
}
