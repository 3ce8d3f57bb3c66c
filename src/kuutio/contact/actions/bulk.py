"""One act upon many cases: each by its own verb, in its own transaction, with its own lines; what became of each is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person
from kuutio.contact import permissions
from kuutio.contact.actions.working import direct_case, move_case, take_case
from kuutio.contact.models import Case, Category
from kuutio.core.problems import Invalid, Problem, Text

MOST = 200


class Outcome(StrEnum):
    """What became of one case."""

    DONE = "done"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """One case of many: its number as it was said, what became of it, why where it was refused; whether the officer sees it."""

    number: str
    outcome: Outcome
    why: Text = ""
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done to each: exactly one of these; with a state, what its people are told."""

    assignee: Person | None = None
    category: Category | None = None
    state: str = ""
    text: str = ""


def act_on_many(numbers: Sequence[str], act: Act, *, by: Person, at: datetime) -> list[Result]:
    """Do one thing to many cases. What is so already stays untouched, so that doing it again after a failure is safe.

    A case that the officer doesn't see is told as not found, whether there is one or not.

    Raises:
        Invalid: no case, more than 200, nothing or more than one thing to do.
    """
    chosen = list(dict.fromkeys(numbers))
    if not chosen:
        raise Invalid(_("Choose the cases first."))
    if len(chosen) > MOST:
        raise Invalid(_("At most 200 cases at a time."))
    if sum((act.assignee is not None, act.category is not None, bool(act.state))) != 1:
        raise Invalid(_("Choose what to do with the cases."))
    rows = Case.objects.filter(number__in=chosen).select_related("responsible", "category")
    known = {case.number: case for case in rows}
    return [_one(number, known.get(number), act, by, at) for number in chosen]


def _one(number: str, case: Case | None, act: Act, by: Person, at: datetime) -> Result:
    if case is None or permissions.view_of(by, case, at).sight is permissions.Sight.NONE:
        return Result(number, Outcome.REFUSED, _("There is no case of that number."), is_seen=False)
    if _is_so(case, act):
        return Result(number, Outcome.SAME)
    try:
        if act.assignee is not None:
            take_case(case, to=act.assignee, by=by, at=at)
        elif act.category is not None:
            direct_case(case, category=act.category, by=by, at=at)
        else:
            move_case(case, act.state, text=act.text, by=by, at=at)
    except Problem as refused:
        return Result(number, Outcome.REFUSED, refused.detail)
    return Result(number, Outcome.DONE)


def _is_so(case: Case, act: Act) -> bool:
    if act.assignee is not None:
        return case.assignee_id == act.assignee.pk
    if act.category is not None:
        return case.category_id == act.category.pk
    return case.state == act.state
