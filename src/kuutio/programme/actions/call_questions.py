"""The office's verbs of a call's own questions: to ask one, change it, move it up, take it away; while nobody has seen the call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import Conflict
from kuutio.programme.actions.calls import demand_office, write_call
from kuutio.programme.models import Call


@transaction.atomic
def put_question(call: Call, question: Mapping[str, Any], *, by: Person | None, at: datetime) -> Call:
    """Ask a question, the last one so far; one whose key is there already takes the place of that one.

    Args:
        question: as `programme/questions.py` describes it.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: the call is public.
        Invalid: the question can't be understood, or there are too many.
    """
    call, rows = _held(call, by)
    keys = [one["key"] for one in rows]
    if question.get("key") in keys:
        rows[keys.index(question["key"])] = dict(question)
    else:
        rows.append(dict(question))
    return write_call(call, questions=rows, by=by, at=at)


@transaction.atomic
def lift_question(call: Call, key: str, *, by: Person | None, at: datetime) -> Call:
    """Ask a question one place earlier; the first one stays where it is.

    Raises:
        NotAllowed, IllegalMove: as of `put_question`.
        Conflict: it isn't there any more.
    """
    call, rows = _held(call, by)
    place = _place(rows, key)
    if place == 0:
        return call
    rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return write_call(call, questions=rows, by=by, at=at)


@transaction.atomic
def remove_question(call: Call, key: str, *, by: Person | None, at: datetime) -> Call:
    """Take a question away.

    Raises:
        NotAllowed, IllegalMove: as of `put_question`.
        Conflict: it isn't there any more.
    """
    call, rows = _held(call, by)
    del rows[_place(rows, key)]
    return write_call(call, questions=rows, by=by, at=at)


def _held(call: Call, by: Person | None) -> tuple[Call, list[dict[str, Any]]]:
    demand_office(by)
    call = Call.objects.select_for_update().get(pk=call.pk)
    return call, list(call.questions)


def _place(rows: list[dict[str, Any]], key: str) -> int:
    for place, one in enumerate(rows):
        if one["key"] == key:
            return place
    raise Conflict(_("The question isn’t there any more."))
