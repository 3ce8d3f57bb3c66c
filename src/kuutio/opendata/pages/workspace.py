"""What waits for a publisher's work in the workspace: drafts, loads that failed or wait, promises, points and links."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from kuutio.core.parts import Request
from kuutio.opendata.dcat.queries import with_everything
from kuutio.opendata.models import Dataset, Distribution, LinkCheck, Load
from kuutio.opendata.promise import kept
from kuutio.opendata.quality import MOST
from kuutio.opendata.queries import publishes_for

_SHOWN = 20
_TOP = 10
_LOOKED = 200


def own(person: Any) -> QuerySet[Dataset]:
    """The data sets of a person's organisations that aren't withdrawn."""
    found = Dataset.objects.exclude(state=Dataset.State.DELETED)
    return found if person.is_superuser else found.filter(publisher__in=publishes_for(person))


def bringing(request: Request) -> dict[str, Any]:
    """The way to bring data, the drafts, and the loads that wait or failed with nothing served of that file since."""
    loads = Load.objects.filter(dataset__in=own(request.user).values("pk")).select_related("dataset")
    since = Load.objects.filter(
        dataset=OuterRef("dataset"),
        file_name=OuterRef("file_name"),
        state="served",
        created_at__gt=OuterRef("created_at"),
    )
    failed = Q(state="failed") & ~Exists(since)
    open_or_failed = loads.filter(failed | Q(finished_at__isnull=True)).order_by("-created_at")
    return {
        "drafts": list(own(request.user).filter(state=Dataset.State.DRAFT).order_by("-modified_at")[:_SHOWN]),
        "loads": list(open_or_failed[:_SHOWN]),
    }


def mending(request: Request) -> dict[str, Any] | None:
    """Data sets that are late by their promise, or whose descriptions lack the most points; addresses that don't answer."""
    mine = own(request.user).filter(state=Dataset.State.PUBLISHED)
    late = []
    for one in with_everything(mine.exclude(contract={}, frequency="").order_by("data_changed_at")[:_LOOKED]):
        table = next((part for part in one.distributions.all() if part.kind == Distribution.Kind.TABLE), None)
        promise = kept(one, table)
        if promise and promise.late:
            late.append({"dataset": one, "updated_at": promise.updated_at})
    poor = list(mine.filter(quality_points__lt=MOST).order_by("quality_points", "name")[:_TOP])
    broken = LinkCheck.objects.filter(distribution__dataset__in=mine.values("pk"), failures__gt=0)
    broken = broken.select_related("distribution__dataset").order_by("-failures")
    found = {"late": late[:_TOP], "poor": poor, "broken": list(broken[:_TOP]), "most": MOST}
    return found if late or poor or found["broken"] else None
