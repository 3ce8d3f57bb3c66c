"""The result of a vote: who won and why, what others lacked, how many took part; and all that is needed to count again."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.models import City
from kuutio.core.bundles import LOG, PB, unpack
from kuutio.core.ledger import read_head
from kuutio.participation.eligibility import WORK
from kuutio.participation.models import Budget, Channel, Count, Project, Witness
from kuutio.participation.pages import papers
from kuutio.participation.pages.processes import head
from kuutio.participation.pages.shared import crumbs
from kuutio.participation.pages.votes import found_budget, goes_on, seen_budget
from kuutio.participation.papers import gives_points
from kuutio.ui.wording import localized, money, number


@require_safe
def result(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The page of a result, or how far the vote is."""
    row = seen_budget(request, slug, stage, budget)
    count = Count.objects.filter(budget=row).first()
    context: dict[str, Any] = {
        **head(request, row.process),
        "budget": row,
        "stage": row.stage,
        "amount": money(row.amount_cents),
        "rule": papers.rule_words(row),
        "goes_on": goes_on(row, timezone.now()),
        "last_head": row.heads.order_by("-size").first(),
        "count": count,
        "days": _days(row),
        "crumbs": [
            *crumbs(row.process, localized(row.title)[0])[:-1],
            {
                "title": localized(row.stage.title)[0],
                "url": reverse("participation:stage", args=[row.process.slug, row.stage.slug]),
            },
            {"title": localized(row.title)[0]},
        ],
    }
    if count is not None:
        context |= _told(row, count)
    return render(request, "participation/result.html", context)


def _days(budget: Budget) -> list[dict[str, Any]]:
    """The evenings of a vote, the newest first, with the passes of that one by city, district and channel."""
    names = {city.pk: localized(city.name)[0] for city in City.objects.all()}
    return [
        {
            "day": row.day,
            "entries": row.entries,
            "passes": row.passes["all"],
            "parts": [
                *(
                    (f"{names.get(city['city'], city['city'])}, {_district(one['district'])}", one["voters"])
                    for city in row.passes["cities"]
                    for one in city["districts"]
                ),
                *((str(Channel(name).label), voters) for name, voters in row.passes["channels"].items()),
            ],
        }
        for row in budget.days.order_by("-day")
    ]


def _told(budget: Budget, count: Count) -> dict[str, Any]:
    projects = {project.key: project for project in budget.projects.select_related("taken_back")}
    said = count.result
    steps = [_step(place, step, projects, said) for place, step in enumerate(said["steps"], 1)]
    cents = sum(step["cents"] for step in steps if step["votes"])
    losers = [_loser(one, projects) for one in said["losers"]]
    most = max((line["votes"] for line in [*steps, *losers]), default=0) or 1
    for line in [*steps, *losers]:
        line["share"] = round(100 * line["votes"] / most)
    compared = count.comparison
    away = set(Witness.objects.filter(key__isnull=True).values_list("name", flat=True))
    signed = read_head(bytes(budget.heads.order_by("-size").values_list("signed", flat=True)[0]))
    return {
        "steps": steps,
        "losers": losers,
        "sums": ";".join(f"{line['project'].key}={line['votes']}" for line in [*steps, *losers]),
        "won": ";".join(step["project"].key for step in steps),
        "voters": said["voters"],
        "funded": sum(1 for step in steps if step["votes"]),
        "cost": money(cents),
        "left": money(budget.amount_cents - cents),
        "endowment": money(_cents(said["endowment"])) if said["endowment"] else "",
        "points": "points" in said["rule"] or gives_points(budget.paper) or budget.paper == "ordinal",
        "compared": {
            **compared,
            "only_first": [localized(projects[key].title)[0] for key in compared["only_first"]],
            "only_second": [localized(projects[key].title)[0] for key in compared["only_second"]],
            "mean_first": number(compared["mean_first"], 2),
            "mean_second": number(compared["mean_second"], 2),
        },
        "areas": _areas(steps, losers),
        "alike": _alike(count, projects),
        "turnout": _turnout(count),
        "witnesses": [
            {"name": one.name, "is_external": one.name in away}
            for one in signed.signatures
            if one.name != signed.head.origin
        ],
        "root": bytes(count.inputs).hex(),
        "entries": signed.head.size,
        "origin": signed.head.origin,
    }


def _cents(amount: float) -> int:
    return round(amount * 100)


def _step(place: int, step: dict[str, Any], projects: dict[str, Project], said: dict[str, Any]) -> dict[str, Any]:
    payers = [
        {"amount": money(_cents(one["amount"])), "voters": one["voters"]} for one in step["payers"] if one["amount"] > 0
    ]
    return {
        "place": place,
        "project": projects[step["project"]],
        "cost": money(_cents(step["cost"])),
        "cents": _cents(step["cost"]),
        "votes": step["support"],
        "shown": number(step["support"]),
        "payers": payers,
        "by_shares": step["phase"] == "equal-shares",
        "by_rest": step["phase"] == "completion",
        "effective": number(step["effective_votes"], 1) if step["effective_votes"] else "",
    }


def _loser(one: dict[str, Any], projects: dict[str, Project]) -> dict[str, Any]:
    return {
        "project": projects[one["project"]],
        "cost": money(_cents(one["cost"])),
        "votes": one["support"],
        "shown": number(one["support"]),
        "money": money(_cents(one["money"])),
        "lack": one["lack"],
        "more": one["more"],
    }


def _areas(steps: list[dict[str, Any]], losers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the money goes: by the area that each project is in, most money first; nothing where no project has one.

    Votes here are all voters' for the projects of an area. Who of them lives there isn't known: ballots have no home.
    """
    found: dict[str, dict[str, Any]] = {}
    for line in [*steps, *losers]:
        name = localized(line["project"].area)[0]
        area = found.setdefault(name, {"name": name, "cents": 0, "funded": 0, "projects": 0, "votes": 0})
        area["projects"] += 1
        area["votes"] += line["votes"]
        if line.get("place") and line["votes"]:
            area["funded"] += 1
            area["cents"] += line["cents"]
    if set(found) <= {""}:
        return []
    lines = sorted(found.values(), key=lambda area: (-area["cents"], -area["votes"], area["name"]))
    return [line | {"money": money(line["cents"]), "votes": number(line["votes"])} for line in lines]


def _alike(count: Count, projects: dict[str, Project]) -> dict[str, Any]:
    found = count.alike
    if not found.get("groups"):
        return {}
    return {
        "groups": [
            {"names": [localized(projects[key].title)[0] for key in group["projects"]], "ballots": group["ballots"]}
            for group in found["groups"]
        ],
        "ballots": found["ballots"],
        "same": found["same"],
        "without": [localized(projects[key].title)[0] for key in found["winners_without"]],
    }


def _turnout(count: Count) -> dict[str, Any]:
    names = {city.pk: localized(city.name)[0] for city in City.objects.all()}
    told = count.turnout
    channels = {"web": _("Browser"), "form": _("Form without scripts"), "desk": _("Service desk"), "paper": _("Paper")}
    return {
        "all": told["all"],
        "least": told["least"],
        "channels": [(channels[name], voters) for name, voters in told["channels"].items()],
        "cities": [
            {
                "name": names.get(line["city"], line["city"]),
                "voters": line["voters"],
                "districts": [(_district(one["district"]), one["voters"]) for one in line["districts"]],
            }
            for line in told["cities"]
        ],
    }


def _district(code: str) -> str:
    if code == WORK:
        return _("work or study there, by their own word")
    return code or _("postal code not known")


@require_safe
def bundle(request: HttpRequest, slug: str, stage: str, budget: str) -> FileResponse:
    """All of a vote in one file, for `kuutio verify`."""
    count = _counted(slug, stage, budget)
    name = f"{count.budget.process.slug}-{count.budget.slug}.zip"
    return FileResponse(count.bundle.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@require_safe
def pb(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The ballots in Pabulib's format: bare, in a drawn order."""
    count = _counted(slug, stage, budget)
    response = HttpResponse(_file(count, PB), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{count.budget.process.slug}-{count.budget.slug}.pb"'
    return response


@require_safe
def log(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The log, an entry a line; for the recount on the page."""
    return HttpResponse(_file(_counted(slug, stage, budget), LOG), content_type="application/jsonl")


def _file(count: Count, name: str) -> bytes:
    with count.bundle.open("rb") as kept:
        return unpack(kept.read()).files[name]


def _counted(slug: str, stage: str, budget: str) -> Count:
    count = Count.objects.filter(budget=found_budget(slug, stage, budget)).select_related("budget__process").first()
    if count is None:
        raise Http404
    return count
