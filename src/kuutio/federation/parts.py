"""What harvesting gives to the joint pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kuutio.core.parts import Parts, Request, WorkPart
from kuutio.federation.models import HarvestRun
from kuutio.federation.queries import counted, keeps_sources, last_runs, sources_of


def troubled(request: Request) -> dict[str, Any] | None:
    """The person's sources whose last run failed or waits for a decision, or that have records that can't be read."""
    sources: list[Any] = list(counted(sources_of(request.user)))
    if not sources:
        return {"lines": [], "sources": 0} if request.user.held_roles else None
    runs = last_runs(sources_of(request.user))
    lines = [
        {"source": source, "run": runs.get(source.pk), "failed": _failed(runs.get(source.pk))}
        for source in sources
        if source.broken or _failed(runs.get(source.pk)) or _held(runs.get(source.pk))
    ]
    return {"lines": lines, "sources": len(sources)}


def _failed(run: HarvestRun | None) -> bool:
    return run is not None and run.state == HarvestRun.State.FAILED


def _held(run: HarvestRun | None) -> bool:
    return run is not None and run.held > 0


PARTS = Parts(
    work=(
        WorkPart(
            key="federation-sources",
            title=_("Sources that are harvested"),
            template="federation/parts/troubled.html",
            context=troubled,
            allowed=keeps_sources,
            order=400,
        ),
    )
)
