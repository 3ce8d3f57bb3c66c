"""A small server with the faults that the cities' old reference server was measured to have, for whoever looks for them."""

import json
from urllib.parse import parse_qs

import httpx

SERVICES = [{"service_code": "171", "service_name": "Kuopat", "metadata": True, "type": "realtime", "keywords": ""}]
REQUESTS = [
    {
        "service_request_id": str(number),
        "status": "open",
        "service_code": "171",
        # Imported later than it happened: the order is that of the primary key.
        "requested_datetime": f"2026-11-{day:02}T08:00:00+02:00",
        "updated_datetime": f"2026-11-{day:02}T08:00:00+02:00",
        "lat": 60.17,
        "long": 24.94,
    }
    for number, day in ((3, 2), (2, 20), (1, 10))
]
KEY = "right"


def _json(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, headers={"Content-Type": "application/json"}, content=json.dumps(body).encode())


def _xml(root: str, part: str, rows: list[dict[str, object]]) -> httpx.Response:
    inside = "".join(
        f"<{part}>{''.join(f'<{name}>{str(value).lower()}</{name}>' for name, value in row.items())}</{part}>"
        for row in rows
    )
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<{root}>{inside}</{root}>'
    return httpx.Response(200, headers={"Content-Type": "application/xml"}, content=text.encode())


def answer(request: httpx.Request) -> httpx.Response:
    """What that server says."""
    what, _dot, form = request.url.path.removeprefix("/open311/").rpartition(".")
    words = {name: values[-1] for name, values in parse_qs(request.url.query.decode()).items()}
    if request.method == "POST":
        told = {name: values[-1] for name, values in parse_qs(request.read().decode()).items()}
        if told.get("api_key", KEY) != KEY:
            return _json({"code": 400, "detail": "Invalid api key"}, 400)
        return _json([told | {"service_request_id": "4"}], 201)
    if words.get("start_date") == "garbage":
        return httpx.Response(500, headers={"Content-Type": "text/html"}, content=b"<h1>Server Error (500)</h1>")
    rows = {"services": SERVICES, "requests": REQUESTS, "requests/3": REQUESTS[:1]}.get(what)
    if rows is None:
        return _json({"code": 404, "detail": "Not found."}, 404)
    if "jurisdiction_id" in words:
        rows = []
    if ids := words.get("service_request_id"):
        rows = [row for row in rows if row.get("service_request_id") in ids.split(",")]
    root, part = ("services", "service") if what == "services" else ("requests", "request")
    return _json(rows) if form == "json" else _xml(root, part, rows)
