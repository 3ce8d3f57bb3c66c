"""Whether this process lives, whether it can serve, and the same in words for people."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.cities.models import Municipality

#: A worker writes its heartbeat every ten seconds; this much later it is taken for dead.
_WORKER_SILENT_AFTER = timedelta(seconds=45)


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, has its borders, and the data folder can be written to."""
    found = checks()
    good = all(found.values())
    return JsonResponse(
        {"status": "ok" if good else "unavailable", "checks": found},
        status=200 if good else 503,
        headers={"Cache-Control": "no-store"},
    )


def checks() -> dict[str, bool]:
    """What this process needs before it can serve."""
    found = {"database": False, "borders": False, "data": False}
    try:
        connection.ensure_connection()
        found["database"] = True
        found["borders"] = Municipality.objects.exists()
        probe = settings.DATA / ".ready"
        probe.touch()
        found["data"] = True
    except Exception:  # noqa: BLE001  # any failure means: not ready
        connection.close()
    return found


def workers(now: Any) -> tuple[int, int]:
    """How many workers are alive, and how many jobs wait for one."""
    from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

    try:
        alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - _WORKER_SILENT_AFTER).count()
        return alive, ProcrastinateJob.objects.filter(status="todo").count()
    except DatabaseError:
        connection.close()
        return 0, 0


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Is everything working: the same checks in words, and what it means for the reader when one fails."""
    now = timezone.now()
    found = checks()
    alive, waiting = workers(now) if found["database"] else (0, 0)
    parts = [
        {
            "title": _("Pages and interfaces"),
            "good": found["database"] and found["borders"],
            "text": _("Looking things up, signing in and calling the interfaces."),
        },
        {
            "title": _("Data and files"),
            "good": found["data"],
            "text": _("Downloading data sets and sending in files."),
        },
        {
            "title": _("Background work"),
            "good": alive > 0,
            "text": _("Loading new data, fetching from the cities’ systems, sending messages."),
        },
    ]
    context = {
        "parts": parts,
        "all_good": all(part["good"] for part in parts),
        "waiting": waiting,
        "now": now,
        "version": settings.VERSION,
        "crumbs": [{"title": _("Front page"), "url": reverse("web:front")}, {"title": _("Is everything working")}],
    }
    return render(request, "web/status.html", context)
