"""Making a budget and its projects, until the vote is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Person
from kuutio.core.budgeting import BadFile, BadRule, read_pb, rule_to_json
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.problems import Conflict, Invalid
from kuutio.participation.actions.holding import changed, hold, wrong
from kuutio.participation.models import Budget, Contribution, Process, Project, Stage
from kuutio.participation.papers import Paper, checked_limits, rule_of
from kuutio.participation.problems import Frozen
from kuutio.participation.texts import LONGEST_TEXT, LONGEST_TITLE, written

MOST_CENTS = 10**13
Texts = Mapping[str, str]


@transaction.atomic
def add_budget(
    stage: Stage,
    *,
    title: Texts,
    amount_cents: int,
    by: Person | None,
    at: datetime,
    city: City | None = None,
    paper: str = Paper.APPROVAL,
    limits: Mapping[str, Any] | None = None,
    rule: str = "",
    slug: str = "",
    group: str = "",
    **more: Any,
) -> Budget:
    """Add a sum of money with a ballot paper of its own to a stage of voting.

    Args:
        city: whose people vote on it; None: the people of all the process's cities.
        limits: of a ballot, by Pabulib's names; those left out are as usual for the paper.
        rule: a name such as `mes-cost+add1+u`; "" takes the usual one for the paper.
        group: of the budgets of one group each person votes on one; "": on this one beside the others.
        more: area, postal_codes, least_age, most_age, work_city_counts.

    Raises:
        NotAllowed: the person works for none of the process's cities.
        Conflict: the process is closed, or has such a budget.
        Invalid: something is missing or doesn't fit.
    """
    process = hold(stage.process, by=by)
    fields = _checked(process, stage, paper, {"title": title, "amount_cents": amount_cents, "city": city, **more})
    named = slug_of(slug or (city.pk if city else "common"))[:60].strip("-") or "budget"
    position = (process.budgets.aggregate(last=Max("position"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            budget = Budget.objects.create(
                process=process,
                stage=stage,
                slug=named,
                group=slug_of(group)[:60] or named,
                position=position,
                paper=paper,
                limits=_limits(paper, limits or {}),
                rule=_rule(paper, rule),
                **fields,
            )
    except IntegrityError as error:
        raise Conflict(_("The process has a budget with this address. Choose another one.")) from error
    changed(process, "add_budget", by=by, at=at, budget=budget.slug, amount_cents=budget.amount_cents)
    return budget


@transaction.atomic
def change_budget(
    budget: Budget,
    *,
    by: Person | None,
    at: datetime,
    limits: Mapping[str, Any] | None = None,
    rule: str | None = None,
    stage: Stage | None = None,
    **fields: Any,
) -> Budget:
    """Change a budget before its vote is opened.

    Args:
        stage: in which it is voted on from now on; None: where it was.
        fields: any of title, amount_cents, city, paper, area, postal_codes, least_age, most_age, work_city_counts, group.

    Raises:
        NotAllowed, Conflict, Invalid: as for `add_budget`.
        Frozen: its vote was opened.
    """
    process, budget = hold_draft(budget, by=by)
    group = fields.pop("group", budget.group)
    paper = fields.pop("paper", budget.paper)
    budget.stage = stage or budget.stage
    for name, value in _checked(process, budget.stage, paper, fields).items():
        setattr(budget, name, value)
    if limits is not None or paper != budget.paper:
        budget.limits = _limits(paper, limits or {})
    if rule is not None or paper != budget.paper:
        budget.rule = _rule(paper, rule or "")
    budget.paper, budget.group = paper, slug_of(group)[:60] or budget.slug
    budget.save()
    changed(process, "change_budget", by=by, at=at, budget=budget.slug, fields=sorted(fields))
    return budget


@transaction.atomic
def add_project(
    budget: Budget,
    *,
    title: Texts,
    cost_cents: int,
    by: Person | None,
    at: datetime,
    key: str = "",
    source: Contribution | None = None,
    feasible: bool = False,
    **more: Any,
) -> Project:
    """Put a project into a budget.

    Args:
        key: its id on the ballot; "": the next number.
        source: the proposal that it is made of; title, text and area are carried over from it where none are given.
        feasible: whether officers found already that it can be done.
        more: text, category, area.

    Raises:
        NotAllowed, Conflict, Invalid, Frozen: as for `change_budget`.
    """
    process, budget = hold_draft(budget, by=by)
    if source is not None and (source.process_id != process.pk or source.kind != Contribution.Kind.PROPOSAL):
        raise Invalid(_("A project is made of a proposal of the same process."))
    if source is not None:
        title = written(title) or {source.language: source.title}
        for name, text in (("text", source.text), ("area", source.place)):
            more[name] = written(more.get(name, {})) or ({source.language: text} if text else {})
    fields = _project_fields(budget, {"title": title, "cost_cents": cost_cents, **more})
    taken = set(budget.projects.values_list("key", flat=True))
    named = key or next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
    state = Project.Feasibility.FEASIBLE if feasible else Project.Feasibility.WAITING
    try:
        with transaction.atomic():
            project = Project.objects.create(budget=budget, key=named, source=source, feasibility=state, **fields)
    except IntegrityError as error:
        raise Conflict(_("This budget has the project already, or its id isn’t letters and digits.")) from error
    changed(process, "add_project", by=by, at=at, budget=budget.slug, project=project.key)
    return project


@transaction.atomic
def change_project(project: Project, *, by: Person | None, at: datetime, **fields: Any) -> Project:
    """Change a project's title, text, cost_cents, category or area.

    Raises:
        NotAllowed, Conflict, Invalid, Frozen: as for `change_budget`.
    """
    process, budget = hold_draft(project.budget, by=by)
    project = Project.objects.select_for_update().get(pk=project.pk)
    for name, value in _project_fields(budget, fields).items():
        setattr(project, name, value)
    project.save()
    changed(process, "change_project", by=by, at=at, budget=budget.slug, project=project.key)
    return project


@transaction.atomic
def judge_project(
    project: Project, *, feasible: bool, reason: Texts | None = None, by: Person | None, at: datetime
) -> Project:
    """Say whether a project can be done; who reads the ballot sees why not.

    Raises:
        NotAllowed, Conflict, Frozen: as for `change_budget`.
        Invalid: no reason for what can't be done, or it costs more than the budget.
    """
    process, budget = hold_draft(project.budget, by=by)
    project = Project.objects.select_for_update().get(pk=project.pk)
    words = written(reason or {})
    if not feasible and not words:
        raise Invalid(_("Some things are missing."), errors=[wrong("/reason", _("Tell why it can’t be done."))])
    if feasible and project.cost_cents > budget.amount_cents:
        raise Invalid(
            _("Some things are missing."), errors=[wrong("/feasible", _("It costs more than the whole budget."))]
        )
    project.feasibility = Project.Feasibility.FEASIBLE if feasible else Project.Feasibility.INFEASIBLE
    project.reason = words
    project.save(update_fields=["feasibility", "reason"])
    changed(process, "judge_project", by=by, at=at, budget=budget.slug, project=project.key, feasible=feasible)
    return project


@transaction.atomic
def remove_project(project: Project, *, by: Person | None, at: datetime) -> None:
    """Take a project out of a budget.

    Raises:
        NotAllowed, Conflict, Frozen: as for `change_budget`.
    """
    process, budget = hold_draft(project.budget, by=by)
    key = project.key
    project.delete()
    changed(process, "remove_project", by=by, at=at, budget=budget.slug, project=key)


@transaction.atomic
def import_projects(
    budget: Budget, data: bytes, *, language: str = "fi", by: Person | None, at: datetime
) -> list[Project]:
    """Bring in the projects of a `.pb` file, whose currency is taken for euros; those that are there already stay as they are.

    Raises:
        NotAllowed, Conflict, Frozen: as for `change_budget`.
        Invalid: the file is no `.pb` file; the detail says which line.
    """
    process, budget = hold_draft(budget, by=by)
    try:
        found = read_pb(data)
    except BadFile as bad:
        raise Invalid(
            _("The file can’t be read."),
            errors=[wrong("/file", _("Line %(line)s: %(why)s") % {"line": bad.line, "why": bad.reason})],
        ) from bad
    columns = found.projects.columns
    rows = [dict(zip(columns, row, strict=False)) for row in found.projects.rows]
    there = set(budget.projects.values_list("key", flat=True))
    made = []
    for project, row in zip(found.election.projects, rows, strict=True):
        if project.id in there:
            continue
        cents = project.cost * 100
        if cents.denominator != 1:
            raise Invalid(_("The cost of project %(id)s isn’t whole cents.") % {"id": project.id})
        made.append(
            add_project(
                budget,
                key=project.id,
                title={language: (project.name or project.id)[:LONGEST_TITLE]},
                cost_cents=int(cents),
                category=row.get("category", "").split(",")[0][:80],
                by=by,
                at=at,
            )
        )
    changed(process, "import_projects", by=by, at=at, budget=budget.slug, projects=len(made))
    return made


def hold_draft(budget: Budget, *, by: Person | None) -> tuple[Process, Budget]:
    """A budget whose vote isn't opened, held.

    Raises:
        NotAllowed, Conflict: as `hold`.
        Frozen: its vote was opened.
    """
    process = hold(budget.process, by=by)
    held = Budget.objects.select_for_update().get(pk=budget.pk)
    if held.is_frozen:
        raise Frozen(_("The vote was opened: its rule, its projects and its times stay as they are."))
    return process, held


def _checked(process: Process, stage: Stage, paper: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a budget as they are kept.

    Raises:
        Invalid: as the verbs say.
    """
    errors: list[dict[str, str]] = []
    if stage.kind != "vote" or stage.process_id != process.pk:
        errors.append(wrong("/stage", _("A budget belongs to a stage of voting.")))
    if paper not in Paper.values:
        errors.append(wrong("/paper", _("Choose what is asked of voters.")))
    fields = _texts(told, ("title", "area"), errors)
    for name in ("least_age", "most_age", "work_city_counts"):
        if name in told:
            fields[name] = told[name]
    if "amount_cents" in told:
        fields["amount_cents"] = _cents(told["amount_cents"], "/amount_cents", errors)
    if "city" in told:
        fields["city"] = city = told["city"]
        if city is not None and not process.parts.filter(city=city).exists():
            errors.append(wrong("/city", _("This city doesn’t take part in the process.")))
    if "postal_codes" in told:
        codes = list(dict.fromkeys(told["postal_codes"]))
        fields["postal_codes"] = codes
        if not all(len(code) == 5 and code.isdecimal() and code.isascii() for code in codes):
            errors.append(wrong("/postal_codes", _("A postal code has five digits.")))
        if codes and not told.get("city"):
            errors.append(wrong("/city", _("A district belongs to a city: choose which.")))
    least, most = told.get("least_age", 12), told.get("most_age")
    if not 0 <= least <= 100 or (most is not None and most < least):
        errors.append(wrong("/most_age", _("The ages don’t fit together.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return fields


def _project_fields(budget: Budget, told: Mapping[str, Any]) -> dict[str, Any]:
    errors: list[dict[str, str]] = []
    fields = _texts(told, ("title", "text", "area"), errors)
    if "cost_cents" in told:
        fields["cost_cents"] = _cents(told["cost_cents"], "/cost_cents", errors)
    if "category" in told:
        fields["category"] = str(told["category"]).strip()[:80]
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return fields


def _texts(told: Mapping[str, Any], names: tuple[str, ...], errors: list[dict[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in names:
        if name not in told:
            continue
        fields[name] = written(told[name])
        longest = LONGEST_TEXT if name == "text" else LONGEST_TITLE
        errors += [
            wrong(f"/{name}/{code}", _("This is too long: at most %(most)s characters.") % {"most": longest})
            for code, text in fields[name].items()
            if len(text) > longest
        ]
    if "title" in names and "title" in fields and not fields["title"]:
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    return fields


def _cents(value: int, pointer: str, errors: list[dict[str, str]]) -> int:
    if not 0 < value <= MOST_CENTS:
        errors.append(wrong(pointer, _("Write an amount above zero.")))
    return value


def _limits(paper: str, told: Mapping[str, Any]) -> dict[str, int]:
    try:
        return checked_limits(paper, told)
    except ValueError as error:
        raise Invalid(
            _("Some things are missing."), errors=[wrong(f"/{error}", _("This doesn’t fit the ballot paper."))]
        ) from error


def _rule(paper: str, name: str) -> dict[str, Any]:
    try:
        return rule_to_json(rule_of(paper, name))
    except BadRule as error:
        raise Invalid(
            _("Some things are missing."), errors=[wrong("/rule", _("This rule doesn’t fit the ballot paper."))]
        ) from error
