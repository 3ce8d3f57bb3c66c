"""Whether this process lives, and whether it can serve."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from kuutio.cities.models import Municipality


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, has its borders, and the data folder can be written to."""
    checks = {"database": False, "borders": False, "data": False}
    try:
        connection.ensure_connection()
        checks["database"] = True
        checks["borders"] = Municipality.objects.exists()
        probe = settings.DATA / ".ready"
        probe.touch()
        checks["data"] = True
    except Exception:  # noqa: BLE001  # any failure means: not ready
        connection.close()
    good = all(checks.values())
    return JsonResponse(
        {"status": "ok" if good else "unavailable", "checks": checks},
        status=200 if good else 503,
        headers={"Cache-Control": "no-store"},
    )
