"""What all pages of a data set share: which table and version of it is shown, its head, its tabs."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.models import Person
from kuutio.cities.places import City, cities
from kuutio.opendata import counted, permissions
from kuutio.opendata.actions.serving import contract_of
from kuutio.opendata.dcat.distribution import versions_of
from kuutio.opendata.dcat.queries import with_everything
from kuutio.opendata.engine.harmonise import CITY
from kuutio.opendata.engine.table import Table
from kuutio.opendata.models import Dataset, Distribution, Snapshot
from kuutio.opendata.pages.facets import licence_name
from kuutio.opendata.quality import MOST
from kuutio.opendata.tables import current_table, table_at
from kuutio.ui.wording import language, localized

#: The parameters that say which table and which version is shown; columns' own parameters begin otherwise.
TABLE, VERSION = "t", "v"


@dataclass
class Framed:
    """A data set as a reader looks at it.

    Attributes:
        tables: those that serve rows.
        table: the one that is shown.
        version: the id of an older version that is looked at; "" for the current one.
    """

    request: HttpRequest
    dataset: Dataset
    tables: list[Distribution]
    table: Distribution | None
    version: str
    members: list[City] = field(default_factory=list)

    @property
    def may_change(self) -> bool:
        """The reader publishes for this data set's publisher."""
        return permissions.may_change(reader(self.request), self.dataset) if reader(self.request) else False

    def open(self) -> Table:
        """The engine's table that is shown.

        Raises:
            Http404: there is none.
            NotFound, Gone: the version was never there, or isn't kept.
        """
        if self.table is None:
            raise Http404
        table = table_at(self.table, self.version) if self.version else current_table(self.table)
        return _in_words(table, self.titles)

    @property
    def titles(self) -> dict[str, str]:
        """What the contract calls the columns of the table in the reader's language; only those that it names."""
        declared = contract_of(self.dataset, self.table_id).get("columns") or [] if self.table else []
        # One that can't be read names nothing; its publisher is told elsewhere.
        named = {
            rule["name"]: (rule.get("title") or {}).get(language())
            for rule in declared
            if isinstance(rule, dict) and "name" in rule
        }
        if named and self.dataset.city_id is None and self.dataset.contract:
            named.setdefault(CITY, _("City"))
        return {name: title for name, title in named.items() if title}

    @property
    def snapshot(self) -> Snapshot | None:
        """The version that is shown."""
        if self.table is None:
            return None
        if not self.version or (self.table.current and self.table.current.content == self.version):
            return self.table.current
        return Snapshot.objects.filter(distribution=self.table, content=self.version, served_at__isnull=False).first()

    @property
    def table_id(self) -> str:
        """The id of the table that is shown."""
        return str(self.table.table) if self.table else ""

    @property
    def own(self) -> list[tuple[str, str]]:
        """The parameters that keep a form at this table and version."""
        table = [(TABLE, self.table.layer)] if self.table and self.table != first_shown(self.tables) else []
        return [*table, *([(VERSION, self.version)] if self.version else [])]

    @property
    def table_query(self) -> str:
        """The same as a query."""
        return urlencode(self.own)

    @property
    def tools(self) -> list[tuple[str, str]]:
        """The tools that there are lines for."""
        located = self.snapshot is not None and any(column["type"] == "geometry" for column in self.snapshot.columns)
        return [
            ("python", "Python"),
            ("r", "R"),
            *([("qgis", "QGIS")] if located else []),
            ("excel", "Excel"),
            ("curl", "curl"),
        ]

    @property
    def quality_url(self) -> str:
        """Where the points are told."""
        return self.url("dataset-quality")

    @property
    def current_url(self) -> str:
        """This data set's first page as it is now."""
        return reverse("opendata:dataset", args=[self.dataset.name])

    def url(self, page: str = "dataset", **values: str) -> str:
        """The address of a page of this data set, of the same table and version."""
        query = urlencode({name: value for name, value in {**dict(self.own), **values}.items() if value})
        return reverse(f"opendata:{page}", args=[self.dataset.name]) + (f"?{query}" if query else "")


def _in_words(table: Table, titles: dict[str, str]) -> Table:
    """The table as one that calls its columns so; it reads the same files."""
    if not titles:
        return table
    named = copy(table)
    columns = [replace(one, title=titles.get(one.name, one.title)) for one in table.manifest.columns]
    named.manifest = replace(table.manifest, columns=columns)
    return named


def reader(request: HttpRequest) -> Person | None:
    """Who is signed in; None for everybody else (never the system itself: check before asking permissions)."""
    return request.user if isinstance(request.user, Person) else None


def framed(request: HttpRequest, name: str) -> Framed:
    """The data set of a name, for a reader who may see it.

    Raises:
        Http404: there is none, or not for this reader.
    """
    dataset = with_everything(Dataset.objects.filter(name=name)).first()
    person = reader(request)
    public = dataset is not None and dataset.state == "published" and dataset.access == "PUBLIC"
    if dataset is None or not (public or (person and permissions.may_see(person, dataset))):
        raise Http404
    tables = [
        one for one in dataset.distributions.all() if one.kind == Distribution.Kind.TABLE and one.current_id is not None
    ]
    asked = request.GET.get(TABLE, "")
    chosen = next((one for one in tables if asked and asked in {one.layer, one.table}), None)
    if asked and chosen is None:
        raise Http404
    table = chosen or first_shown(tables)
    version = request.GET.get(VERSION, "")
    if table and table.current and table.current.content == version:
        version = ""
    return Framed(request, dataset, tables, table, version, cities())


def first_shown(tables: list[Distribution]) -> Distribution | None:
    """The table that is looked at first: the first with places, else with more than a row, else the first."""
    located = (one for one in tables if any(column["type"] == "geometry" for column in one.columns))
    longer = (one for one in tables if one.current and one.current.rows > 1)
    return next(located, None) or next(longer, None) or next(iter(tables), None)


def page(view: Callable[[Framed], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A page of one data set: the view gets it framed. Each look at a public one is counted."""

    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, name: str) -> HttpResponseBase:
        frame = framed(request, name)
        if frame.dataset.state == Dataset.State.PUBLISHED:
            counted.note(frame.dataset.pk, "page")
        return view(frame)

    return shown


def context(frame: Framed, current: str) -> dict[str, Any]:
    """What the head and the tabs of a page need.

    Args:
        current: the name of the page's tab.
    """
    dataset, snapshot = frame.dataset, frame.snapshot
    title = localized(dataset.title)[0] or dataset.name
    known = {city.code: city for city in frame.members}
    return {
        "frame": frame,
        "dataset": dataset,
        "title": title,
        "snapshot": snapshot,
        "tabs": tabs(frame, current),
        "tables": _chooser(frame, current),
        "licence": licence_name(dataset.licence or "notspecified"),
        "most": MOST,
        "city": known.get(dataset.city_id or ""),
        "held": _held(frame),
        "versions": versions_of(frame.table) if frame.table else [],
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": _("Open data"), "url": reverse("opendata:catalogue")},
            {"title": title},
        ],
    }


def tabs(frame: Framed, current: str) -> list[dict[str, Any]]:
    """The pages of a data set that have something to show."""
    snapshot = frame.table.current if frame.table else None
    located = any(column["type"] == "geometry" for column in snapshot.columns) if snapshot else False
    names = {
        "dataset": _("Look"),
        **({"dataset-map": _("Map")} if located else {}),
        **({"dataset-table": _("Table")} if frame.table else {}),
        **({"dataset-sql": "SQL"} if frame.table and _stands("dataset-sql", frame) else {}),
        **({"dataset-versions": _("Versions")} if frame.table else {}),
        **(
            {"dataset-cities": _("Cities")} if frame.dataset.city_id is None and frame.dataset.mappings.exists() else {}
        ),
        "dataset-quality": _("Quality"),
        "dataset-use": _("Download and interfaces"),
    }
    made = []
    for name, title in names.items():
        made.append({"title": title, "url": frame.url(name), "current": name == current})
    return made


def _stands(name: str, frame: Framed) -> bool:
    try:
        reverse(f"opendata:{name}", args=[frame.dataset.name])
    except NoReverseMatch:
        return False
    return True


def _chooser(frame: Framed, current: str) -> list[dict[str, Any]]:
    """The tables of a data set with several, each with this page's address for it."""
    if len(frame.tables) < 2:
        return []
    return [
        {
            "value": one.layer or one.table,
            "label": table_name(one),
            "rows": one.current.rows if one.current else 0,
            "checked": one == frame.table,
        }
        for one in frame.tables
    ]


def table_name(one: Distribution) -> str:
    """What a table of a data set is called."""
    return localized(one.title)[0] or one.layer or str(one.table)


def _held(frame: Framed) -> list[Snapshot]:
    """The versions that wait for a decision, for those who may decide; nobody else ever hears of them."""
    if not frame.may_change:
        return []
    held = Snapshot.objects.filter(distribution__dataset=frame.dataset, state=Snapshot.State.HELD)
    return list(held.select_related("distribution").order_by("created_at"))
