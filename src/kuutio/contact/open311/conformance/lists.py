"""Clause 10: the filters and the order of a list."""

from __future__ import annotations

from datetime import UTC, timedelta

from kuutio.contact.open311.conformance.asking import NOWHERE, Server, moment, must
from kuutio.contact.open311.conformance.statements import says


@says("10", "service_request_id beats every other filter.")
def _by_id(server: Server) -> None:
    first = server.requests[0]
    other = "closed" if first["status"] == "open" else "open"
    found = server.listed("requests", service_request_id=first["service_request_id"], status=other)
    ids = [row["service_request_id"] for row in found]
    must(ids == [first["service_request_id"]], f"it gives {ids}")


@says("10", "A list of ids gives each of them.")
def _by_ids(server: Server) -> None:
    wanted = {row["service_request_id"] for row in server.requests[:3]}
    found = {row["service_request_id"] for row in server.listed("requests", service_request_id=",".join(wanted))}
    must(found == wanted, f"it gives {sorted(found)}")


@says("10", "status=open gives open requests alone, closed the closed ones, both together all.")
def _by_status(server: Server) -> None:
    for status in ("open", "closed"):
        told = {row["status"] for row in server.listed("requests", status=status)}
        must(told <= {status}, f"status={status} gives {sorted(told)}")
    both = server.listed("requests", status="open,closed")
    must(len(both) == len(server.listed("requests")), "open,closed isn't all")


@says("10", "service_code, or a list of them, gives requests of those services alone.")
def _by_code(server: Server) -> None:
    code = str(server.requests[0]["service_code"])
    for asked in (code, f"{code},{NOWHERE}"):
        told = {str(row["service_code"]) for row in server.listed("requests", service_code=asked)}
        must(told == {code}, f"service_code={asked} gives {sorted(told)}")


@says("10", "start_date and end_date bound the time of asking.")
def _by_time(server: Server) -> None:
    middle = moment(server.requests[len(server.requests) // 2]["requested_datetime"])
    for name, sign in (("start_date", 1), ("end_date", -1)):
        bound = middle + timedelta(seconds=0 if sign > 0 else 1)
        for row in server.listed("requests", **{name: bound.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}):
            late = (moment(row["requested_datetime"]) - bound).total_seconds() * sign
            must(late >= -1, f"{name}={bound.isoformat()} gives one of {row['requested_datetime']}")


@says("10", "A span of more than 90 days is cut or refused, and no failure.")
def _long_span(server: Server) -> None:
    answer = server.get("requests", start_date="2020-01-01T00:00:00Z", end_date="2026-11-01T00:00:00Z")
    must(answer.status_code in {200, 400}, f"it answers {answer.status_code}")


@says("10", "A list has at most 1,000 requests, the newest first.")
def _order(server: Server) -> None:
    times = [moment(row["requested_datetime"]) for row in server.requests]
    must(times == sorted(times, reverse=True), "they aren't in that order")
    must(len(times) <= 1000, f"there are {len(times)}")
