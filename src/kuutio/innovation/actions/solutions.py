"""Solutions: anybody tells of one, an officer lets it be read, and it is looked at once where it runs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Conflict, NotAllowed
from kuutio.core.texts import plain_text
from kuutio.innovation import checking, findable_solutions, permissions, running
from kuutio.innovation.models import Need, NeededDataset, Solution
from kuutio.innovation.models.words import Technology, Theme
from kuutio.innovation.said import LONGEST_TITLE, Checked
from kuutio.innovation.subjects import Interface
from kuutio.opendata.engine.harmonise import CITY, KEY
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import public_datasets

MOST_NEEDS = 12
LONGEST_FIELD = 200
RESERVED = frozenset({"new"})
_LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class Needed:
    """Data that a solution can't do without.

    Attributes:
        datasets: the names of the data sets that would do, each with the fields that are read; several where each city has its own.
        most_days: how old the data may be, in days; None: as its publisher promises.
    """

    datasets: Mapping[str, Sequence[str]]
    most_days: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a maker tells of a solution; title and text by language, one is enough."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    maker: str
    maker_kind: str
    home_page: str
    themes: Sequence[str]
    needs: Sequence[Needed]
    source_code: str = ""
    technologies: Sequence[str] = ()
    interfaces: Sequence[str] = ()


@transaction.atomic
def submit_solution(
    told: Told,
    *,
    key: uuid.UUID,
    contact: str = "",
    language: str = "fi",
    by: Person | None,
    at: datetime,
    is_made: bool = False,
) -> Solution:
    """Tell of a solution; it waits for an officer. The same form sent twice is one solution.

    Args:
        contact: an e-mail address for the answer where nobody is signed in; it is removed with the answer.

    Raises:
        Invalid: something is missing or doesn't fit; a data set isn't in the catalogue, or has no such field.
    """
    if (there := Solution.objects.filter(key=key).first()) is not None:
        return there
    checked = Checked()
    fields = _fields(told, checked)
    needs = _needs(told.needs, checked)
    contact = contact.strip()
    if by is None and not is_made and not checking.is_email(contact):
        checked.say("/contact", _("Write an e-mail address for the answer, or sign in."))
    checked.settle()
    try:
        with transaction.atomic():
            solution = Solution.objects.create(
                slug=_free(next(iter(fields["title"].values()))),
                key=key,
                submitted_at=at,
                changed_at=at,
                submitted_by=by,
                contact="" if by else contact,
                language=language if language in LANGUAGES else LANGUAGES[0],
                is_made=is_made,
                **fields,
            )
    except IntegrityError as error:
        if (there := Solution.objects.filter(key=key).first()) is not None:
            return there
        raise Conflict(_("Somebody sent one of the same name just now. Send it again.")) from error
    _keep_needs(solution, needs)
    record("submit_solution", f"solution:{solution.slug}", by=by, at=at)
    running.judge([solution], at)
    return solution


@transaction.atomic
def change_solution(solution: Solution, told: Told, *, by: Person | None, at: datetime) -> Solution:
    """Tell anew what a solution is and needs: its maker while it waits, an officer at any time.

    Raises:
        NotAllowed: neither of them.
        Invalid: as for `submit_solution`.
    """
    held = Solution.objects.select_for_update().get(pk=solution.pk)
    if not may_change(by, held):
        raise NotAllowed(_("A solution is changed by who sent it while it waits, later by an officer of a city."))
    checked = Checked()
    fields, needs = _fields(told, checked), _needs(told.needs, checked)
    checked.settle()
    for name, value in fields.items():
        setattr(held, name, value)
    held.changed_at = at
    held.save()
    held.needs.all().delete()
    _keep_needs(held, needs)
    record("change_solution", f"solution:{held.slug}", by=by, at=at)
    running.judge([held], at)
    findable_solutions.refresh(held, at=at)
    return held


@transaction.atomic
def publish_solution(solution: Solution, *, by: Person | None, at: datetime) -> Solution:
    """Let everybody read it; its maker gets a letter.

    Raises:
        NotAllowed: no officer, or the one who sent it.
        Conflict: it is public already, or was taken back: nobody publishes what its maker has withdrawn.
    """
    held = _held(solution, by)
    if held.is_public:
        raise Conflict(_("It is published already."))
    if held.state not in (Solution.State.SUBMITTED, Solution.State.DECLINED):
        raise Conflict(_("It was taken back. Its maker can tell of it anew."))
    held.reason = ""
    return _decided(held, Solution.State.PUBLISHED, by=by, at=at)


@transaction.atomic
def decline_solution(solution: Solution, *, reason: str, by: Person | None, at: datetime) -> Solution:
    """Don't publish it, and say why; its maker gets the reason in a letter.

    Raises:
        NotAllowed: no officer, or the one who sent it.
        Conflict: it is public; then it is taken back.
        Invalid: no reason.
    """
    held = _held(solution, by)
    checked = Checked()
    held.reason = checked.text("reason", reason, longest=1000)
    checked.settle()
    if held.state != Solution.State.SUBMITTED:
        raise Conflict(_("It doesn’t wait for an answer any more."))
    return _decided(held, Solution.State.DECLINED, by=by, at=at)


@transaction.atomic
def withdraw_solution(solution: Solution, *, by: Person | None, at: datetime) -> Solution:
    """Take a solution back: who sent it, or an officer.

    Raises:
        NotAllowed: neither of them.
    """
    held = Solution.objects.select_for_update().get(pk=solution.pk)
    is_own = by is not None and held.submitted_by_id == by.pk
    if not (by is None or is_own or permissions.is_officer(by)):
        raise NotAllowed(_("A solution is taken back by who sent it, or by an officer of a city."))
    held.state, held.decided_at, held.decided_by, held.contact = Solution.State.WITHDRAWN, at, by, ""
    held.changed_at = at
    held.save()
    record("withdraw_solution", f"solution:{held.slug}", by=by, at=at)
    findable_solutions.refresh(held, at=at)
    return held


def may_change(person: Person | None, solution: Solution) -> bool:
    """Who sent it while it waits; an officer of any city at any time."""
    if person is None or permissions.is_officer(person):
        return True
    return solution.submitted_by_id == person.pk and solution.state == Solution.State.SUBMITTED


def may_decide(person: Person | None, solution: Solution) -> bool:
    """An officer of any city who didn't send it."""
    return person is None or (permissions.is_officer(person) and solution.submitted_by_id != person.pk)


def _held(solution: Solution, by: Person | None) -> Solution:
    held = Solution.objects.select_for_update().get(pk=solution.pk)
    if not may_decide(by, held):
        raise NotAllowed(_("Solutions are published by an officer of a city who didn’t send them."))
    return held


def _decided(held: Solution, state: Solution.State, *, by: Person | None, at: datetime) -> Solution:
    held.state, held.decided_at, held.decided_by, held.changed_at = state, at, by, at
    held.save()
    record(f"{'publish' if state == 'published' else 'decline'}_solution", f"solution:{held.slug}", by=by, at=at)
    findable_solutions.refresh(held, at=at)
    from kuutio.innovation import tasks_more  # tasks import the actions

    tasks_more.tell_maker.defer(solution_id=held.pk)
    return held


def _fields(told: Told, checked: Checked) -> dict[str, Any]:
    return {
        "title": checked.texts("title", told.title, longest=LONGEST_TITLE),
        "text": checked.texts("text", told.text, longest=_LONGEST),
        "maker": checked.text("maker", told.maker, longest=120),
        "maker_kind": checked.one("maker_kind", told.maker_kind, Solution.Maker.values),
        "home_page": checked.address("home_page", told.home_page),
        "source_code": checked.address("source_code", told.source_code, needed=False),
        "themes": checked.some("themes", told.themes, Theme.values, needed=True),
        "technologies": checked.some("technologies", told.technologies, Technology.values),
        "interfaces": checked.some("interfaces", told.interfaces, Interface.values),
    }


def _needs(needed: Sequence[Needed], checked: Checked) -> list[tuple[Needed, dict[str, Dataset]]]:
    """The needs with their data sets, each looked up in the catalogue."""
    if not needed:
        checked.say("/needs", _("Name one data set at least."))
    if len(needed) > MOST_NEEDS:
        checked.say("/needs", _("At most %(most)s needs.") % {"most": MOST_NEEDS})
        needed = needed[:MOST_NEEDS]
    names = {plain_text(name).strip("/") for need in needed for name in need.datasets}
    there = {row.name: row for row in public_datasets().filter(name__in=names).prefetch_related("distributions")}
    found: list[tuple[Needed, dict[str, Dataset]]] = []
    named: set[str] = set()
    for number, need in enumerate(needed):
        rows: dict[str, Dataset] = {}
        if not 1 <= len(need.datasets) <= MOST_NEEDS:
            checked.say(f"/needs/{number}", _("Name one data set at least."))
        if need.most_days is not None and not 1 <= need.most_days <= 36_500:
            checked.say(f"/needs/{number}/most_days", _("Days from 1 to 36,500."))
        for name, fields in need.datasets.items():
            dataset = there.get(plain_text(name).strip("/"))
            if dataset is None:
                checked.say(
                    f"/needs/{number}",
                    _("There is no open data set “%(name)s” in the catalogue.") % {"name": name[:100]},
                )
                continue
            if dataset.name in named:
                checked.say(f"/needs/{number}", _("Name each data set once: %(name)s.") % {"name": dataset.name})
                continue
            named.add(dataset.name)
            rows[name] = dataset
            if any(len(one) > LONGEST_FIELD for one in fields):
                most = {"most": LONGEST_FIELD}
                checked.say(f"/needs/{number}", _("A field’s name has at most %(most)s characters.") % most)
            known = fields_of(dataset)
            if known and (strangers := [one for one in fields if one not in known]):
                checked.say(
                    f"/needs/{number}",
                    _("%(name)s has no field %(fields)s. It has: %(known)s.")
                    % {
                        "name": dataset.name,
                        "fields": ", ".join(strangers)[:200],
                        "known": ", ".join(sorted(known)[:40]),
                    },
                )
        found.append((need, rows))
    return found


def fields_of(dataset: Dataset) -> frozenset[str]:
    """The fields that one can read of a data set; none where nobody can tell."""
    declared = [str(rule["name"]) for rule in dataset.contract.get("columns", ()) if isinstance(rule, dict)]
    columns = [str(column["name"]) for part in dataset.distributions.all() for column in part.columns]
    return frozenset([*columns, *declared, CITY, KEY]) if columns or declared else frozenset()


def _keep_needs(solution: Solution, needs: Iterable[tuple[Needed, dict[str, Dataset]]]) -> None:
    for position, (need, rows) in enumerate(needs):
        kept = Need.objects.create(solution=solution, position=position, most_days=need.most_days)
        NeededDataset.objects.bulk_create(
            NeededDataset(
                need=kept,
                position=number,
                dataset=dataset,
                name=dataset.name,
                fields=list(dict.fromkeys(need.datasets[name]))[:40],
            )
            for number, (name, dataset) in enumerate(rows.items())
        )


def _free(title: str) -> str:
    """An address that no other solution has."""
    named = slug_of(title)[:70].strip("-") or "solution"
    if named in RESERVED:
        named = f"{named}-1"
    taken = set(Solution.objects.filter(slug__startswith=named).values_list("slug", flat=True))
    return (
        named
        if named not in taken
        else next(name for number in range(2, 10_000) if (name := f"{named}-{number}") not in taken)
    )
