"""Clauses 2, 3, 4: times, jurisdictions, empty parameters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, moment, must, refused
from kuutio.contact.open311.conformance.statements import says


@says("2", "Times are given in ISO 8601 with their zone.")
def _times_out(server: Server) -> None:
    for row in server.requests:
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            if row.get(name):
                must(moment(row[name]).tzinfo is not None, f"{name} {row[name]} has no zone")


@says("2", "A time without a zone is taken.")
def _no_zone(server: Server) -> None:
    now = datetime.now(UTC)
    words = {"start_date": f"{now - timedelta(days=7):%Y-%m-%dT%H:%M:%S}", "end_date": f"{now:%Y-%m-%dT%H:%M:%S}"}
    answer = server.get("requests", **words)
    must(answer.status_code == 200, f"it answers {answer.status_code}")


@says("2", "A plus sign that arrives as a space is taken.")
def _plus(server: Server) -> None:
    start = f"{datetime.now(UTC) - timedelta(days=7):%Y-%m-%dT%H:%M:%S} 02:00"
    answer = server.get("requests", start_date=start)
    must(answer.status_code == 200, f"it answers {answer.status_code}")


@says("2", "A time that can't be read is a 400 with an error in the format.")
def _garbage(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get("requests", form, start_date="garbage"), 400)
        refused(server, server.get("requests", form, end_date="2026-13-45T99:00:00Z"), 400)


@says("3", "An unknown jurisdiction_id is a 404.")
def _jurisdiction(server: Server) -> None:
    for form in ("xml", "json"):
        refused(server, server.get("services", form, jurisdiction_id=NOWHERE), 404)
        refused(server, server.get("requests", form, jurisdiction_id=NOWHERE), 404)


@says("4", "An empty parameter is an absent one.")
def _empty(server: Server) -> None:
    for form in ("xml", "json"):
        words = dict.fromkeys(("status", "service_code", "start_date", "end_date", "service_request_id"), "")
        must(server.get("requests", form, **words).content == server.get("requests", form).content, f"in {form}")
