"""A round's lines in the audit: every move of its own, its candidates, reviews and meetings."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from kuutio.audit.models import Entry
from kuutio.cities.models import Person
from kuutio.selection.models import Candidate, Meeting, Review, Round
from kuutio.selection.queries import candidates_seen_by
from kuutio.selection.wordings import VERBS


def lines_of(round_: Round, person: Person | None) -> QuerySet[Entry]:
    """The lines, newest first, without those of candidates that a hard conflict hides from the person."""
    seen = candidates_seen_by(person, round_)
    things = [
        *_things("candidate:", seen),
        *_things("review:", Review.objects.filter(candidate__in=seen)),
        *_things("meeting:", Meeting.objects.filter(round=round_)),
        f"round:{round_.key}",
    ]
    hidden = Candidate.objects.filter(round=round_).exclude(pk__in=seen).values_list("number", flat=True)
    rows = Entry.objects.filter(thing__in=things).exclude(
        verb="rule_conflict", facts__has_key="candidate", facts__candidate__in=list(hidden)
    )
    return rows.select_related("actor").order_by("-at", "-pk")


def _things(kind: str, rows: QuerySet[Any]) -> list[str]:
    named = rows.annotate(thing=Concat(Value(kind), Cast("uuid", CharField()), output_field=CharField()))
    return list(named.values_list("thing", flat=True))


def told(round_: Round, lines: list[Entry]) -> list[dict[str, Any]]:
    """Lines for people: when, who, what of what, from where to where."""
    candidates = {
        f"candidate:{uuid}": _("Candidate %(number)s") % {"number": number}
        for uuid, number in Candidate.objects.filter(round=round_).values_list("uuid", "number")
    }
    reviews = {
        f"review:{uuid}": _("Review of candidate %(number)s by R%(alias)s") % {"number": number, "alias": alias}
        for uuid, number, alias in Review.objects.filter(
            candidate__round=round_, uuid__in=[line.thing[7:] for line in lines if line.thing.startswith("review:")]
        ).values_list("uuid", "candidate__number", "reviewer__alias")
    }
    names = candidates | reviews | {f"round:{round_.key}": _("The round")}
    return [
        {
            "at": line.at,
            "who": str(line.actor) if line.actor else _("Kuutio itself"),
            "what": VERBS.get(line.verb, line.verb),
            "thing": names.get(line.thing, _("Decision meeting")),
            "before": _state(line, "before"),
            "after": _state(line, "after"),
            "note": line.facts.get("reason", ""),
        }
        for line in lines
    ]


_STATES: dict[str, Any] = {
    "round": Round.State,
    "candidate": Candidate.State,
    "review": Review.State,
    "meeting": Meeting.State,
}


def _state(line: Entry, which: str) -> str:
    """The state before or after a move, in words; nothing where the line is of no move."""
    state = line.facts.get(which, "")
    return str(dict(_STATES[line.thing.partition(":")[0]].choices).get(state, state))
