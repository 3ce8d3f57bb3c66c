"""What open data gives to the joint pages."""

from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db.models import Avg, Sum
from django.utils.translation import gettext_lazy as _

from kuutio.cities.places import cities
from kuutio.core.parts import Card, Door, Face, Figure, Menu, MinePart, Parts, Personal, Request, SearchSource, WorkPart
from kuutio.opendata.evidence import EVIDENCE
from kuutio.opendata.findable import KIND
from kuutio.opendata.listing import Asked, listed
from kuutio.opendata.models import Distribution, Follow, Snapshot
from kuutio.opendata.pages import results, workspace
from kuutio.opendata.quality import MOST
from kuutio.opendata.queries import public_datasets, publishes_for
from kuutio.ui import wording

_NEWEST = 3
_KEPT_S = 60
_WAITING = 50


def newest(request: Request) -> dict[str, Any] | None:
    """The data sets whose data changed last."""
    found = listed(Asked(limit=_NEWEST, reader=wording.language()))
    if not found.part.keys:
        return None
    known = {city.code: city for city in cities()}
    shown = [results.result(one, known, wording.language()) for one in results.by_keys(found.part.keys)]
    return {"results": shown, "total": found.everything}


def _kept(key: str, compute: Callable[[], Any]) -> Any:
    """A number that may be a minute old."""
    return caches["process"].get_or_set(f"opendata-figure-{key}", compute, _KEPT_S)


def _count() -> str | None:
    count = _kept("count", lambda: public_datasets().count())
    return wording.number(count) if count else None


def _quality() -> str | None:
    mean = _kept("quality", lambda: public_datasets().aggregate(mean=Avg("quality_points"))["mean"] or 0)
    return f"{wording.number(mean, 0)}/{MOST}" if mean else None


def _rows() -> str | None:
    def compute() -> int:
        tables = Distribution.objects.filter(dataset__in=public_datasets(), current__isnull=False)
        return tables.aggregate(rows=Sum("current__rows"))["rows"] or 0

    rows = _kept("rows", compute)
    return wording.number(rows) if rows else None


def followed(request: Request) -> dict[str, Any] | None:
    """The data sets that a person follows."""
    follows = list(
        Follow.objects.filter(person=request.user, dataset__in=public_datasets())
        .select_related("dataset")
        .order_by("-dataset__data_changed_at")[:100]
    )
    return {"follows": follows} if follows else None


def waiting(request: Request) -> dict[str, Any] | None:
    """The versions that wait for a decision of this person's organisations, the longest wait first."""
    held = Snapshot.objects.filter(state=Snapshot.State.HELD).select_related("distribution__dataset__publisher")
    if not request.user.is_superuser:
        held = held.filter(distribution__dataset__publisher__in=publishes_for(request.user))
    found = list(held.order_by("created_at")[:_WAITING])
    return {"held": found} if found else None


def publishes(person: Any) -> bool:
    """Whoever may publish for somebody."""
    return person.is_authenticated and (person.is_superuser or bool(publishes_for(person)))


def _exported(person: Any) -> list[dict[str, Any]]:
    follows = Follow.objects.filter(person=person).select_related("dataset").order_by("created_at")
    return [{"dataset": follow.dataset.name, "since": follow.created_at.isoformat()} for follow in follows]


PARTS = Parts(
    evidence=EVIDENCE,
    cards=(Card(key="opendata-newest", template="opendata/parts/newest.html", context=newest, order=300),),
    doors=(
        Door(
            key="opendata",
            title=_("Use open data"),
            text=_("Tables, maps and interfaces of all the cities: look at them here, or build on them."),
            go=_("Browse the data sets"),
            url="opendata:catalogue",
            face=Face.DATA,
            order=300,
        ),
    ),
    searches=(SearchSource(kind=KIND, label=_("Data set"), plural=_("Data sets"), face=Face.DATA, order=300),),
    mine=(
        MinePart(
            key="opendata-followed",
            title=_("Data sets you follow"),
            template="opendata/parts/followed.html",
            context=followed,
            order=300,
        ),
    ),
    work=(
        WorkPart(
            key="opendata-held",
            title=_("Versions that wait for your decision"),
            template="opendata/parts/held.html",
            context=waiting,
            allowed=publishes,
            order=50,
        ),
        WorkPart(
            key="opendata-bringing",
            title=_("Bring data"),
            template="opendata/parts/bringing.html",
            context=workspace.bringing,
            allowed=publishes,
            order=60,
        ),
        WorkPart(
            key="opendata-mending",
            title=_("Data sets to mend"),
            template="opendata/parts/mending.html",
            context=workspace.mending,
            allowed=publishes,
            order=70,
        ),
    ),
    figures=(
        Figure(key="opendata-count", label=_("data sets open to all"), compute=_count, url="opendata:catalogue", order=300),
        Figure(key="opendata-rows", label=_("rows served as tables and interfaces"), compute=_rows, order=310),
        Figure(key="opendata-quality", label=_("mean quality of descriptions, by the EU’s rules"), compute=_quality, order=320),
    ),
    menu=(Menu(key="opendata", title=_("Open data"), url="opendata:catalogue", order=300),),
    personal=(Personal(key="followed-datasets", export=_exported, order=300),),
)  # fmt: skip
