"""The verbs of calls: to write, publish, take back, change once everybody has read it; and the clock's own."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.identifiers import slug as slugged
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import CALL
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed, Problem
from kuutio.programme import call_findable, questions
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.moving import advance
from kuutio.programme.call_needs import needs_of
from kuutio.programme.models import Application, Call, CallChange, CallCutoff, Programme, Spearhead
from kuutio.programme.problems import CallNotReady
from kuutio.programme.written import written

log = logging.getLogger(__name__)

TEXTS = frozenset({"title", "summary", "text", "contact"})
FIELDS = TEXTS | {
    "shape", "fund", "kind", "opens_at", "ideas_close_at", "closes_at", "earliest_start", "latest_end", "max_months",
    "spearhead_months", "max_support_bp", "eu_bp", "cost_models", "lump_ceiling_cents", "ceiling_on_gross", "budget_cents",
    "threshold", "questions", "criteria",
}  # fmt: skip
"""What a draft's writer sets."""

DAYS = ("opens_at", "ideas_close_at", "closes_at", "earliest_start", "latest_end")
MOST_CENTS = 10**15

LATER = frozenset({"closes_at", "ideas_close_at", "latest_end"})
MORE = frozenset({"budget_cents", "max_months"})
CHANGEABLE = TEXTS | LATER | MORE
"""What may change once a call is public, each with a reason that everybody reads: words are corrected, times only move later, money and
lengths only grow. Who has written an application already loses nothing by it. Criteria, questions, shares and cost models stay."""

GRACE = timedelta(seconds=5)
"""After the last second, before the clock closes a call: what was sent in time is still being written then."""


def demand_office(by: Person | None) -> None:
    """Refuse whoever isn't of the office.

    Raises:
        NotAllowed: `by` isn't.
    """
    if not permissions.is_office(by):
        raise NotAllowed(_("Calls are made by the programme’s office. Ask your organisation for the role."))


@transaction.atomic
def write_call(
    call: Call | None,
    *,
    programme: Programme | None = None,
    owner: Organisation | None = None,
    cutoffs: Sequence[datetime] | None = None,
    spearheads: Sequence[Spearhead] | None = None,
    by: Person | None,
    at: datetime,
    **fields: Any,
) -> Call:
    """Begin a call, or change one that nobody has seen yet.

    Args:
        call: None for a new one, which needs its `programme`, `shape` and `fund`.
        owner: whose office runs it; None: the writer's own, which somebody without one can't leave out.
        fields: any of `FIELDS`.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: the call is public: see `change_call`.
        Invalid: a field doesn't fit.
    """
    demand_office(by)
    if call is None:
        owner = owner or permissions.office_of(by)
        if programme is None or owner is None:
            raise Invalid(
                _("Say whose office runs the call."),
                errors=[{"pointer": "/owner", "detail": _("Say whose office runs the call.")}],
            )
        call = Call(programme=programme, owner=owner, state_since=at, changed_at=at, cost_models=["FLAT_40"])
        call.slug = free_slug(
            str(written(fields.get("title")).get("en") or written(fields.get("title")).get("fi") or "call")
        )
        verb = "begin_call"
    else:
        call = Call.objects.select_for_update().get(pk=call.pk)
        verb = "write_call"
    if call.state != Call.State.DRAFT:
        raise IllegalMove(_("The call is public: change it with a reason that everybody can read."), state=call.state)
    if cutoffs and not all(1990 <= each.year <= 2090 for each in cutoffs):
        raise Invalid(
            _("Some parts don’t fit together."),
            errors=[{"pointer": "/cutoffs", "detail": _("Give a day between 1990 and 2090.")}],
        )
    for name, value in _checked(call, fields).items():
        setattr(call, name, value)
    if call.shape != Call.Shape.TWO_STAGES:
        call.ideas_close_at = None
    call.changed_at = at
    call.save()
    if cutoffs is not None:
        call.cutoffs.all().delete()
        days = sorted(set(cutoffs)) if call.shape == Call.Shape.CONTINUOUS else []
        CallCutoff.objects.bulk_create(CallCutoff(call=call, at=each) for each in days)
    if spearheads is not None:
        call.spearheads.set(spearheads)
    record(verb, f"call:{call.slug}", by=by, at=at, fields=sorted(fields))
    return call


def free_slug(title: str) -> str:
    """A name that no call has yet."""
    base = slugged(title, longest=50) or "call"
    taken = set(Call.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(name for name in [base, *(f"{base}-{n}" for n in range(2, 10_000))] if name not in taken)


def _checked(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are kept, looked at together with those that stay as they are."""
    if strangers := sorted(set(fields) - FIELDS):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    kept = dict(fields)
    for name in TEXTS & set(kept):
        kept[name] = written(kept[name])
    if "questions" in kept:
        kept["questions"] = questions.read(kept["questions"])
    for name in ("opens_at", "ideas_close_at", "closes_at"):
        if kept.get(name) is not None:
            kept[name] = kept[name].replace(microsecond=0)
    if errors := _unfit({**{name: getattr(call, name) for name in FIELDS}, **kept}):
        raise Invalid(_("Some parts don’t fit together."), errors=errors)
    return kept


def _unfit(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of a whole call doesn't fit; what isn't told yet fits."""
    errors = [
        {"pointer": f"/{name}", "detail": _("Give a day between 1990 and 2090.")}
        for name in DAYS
        if (day := told[name]) is not None and not 1990 <= day.year <= 2090
    ]
    opens, ideas, closes = told["opens_at"], told["ideas_close_at"], told["closes_at"]
    if opens and closes and closes <= opens:
        errors.append({"pointer": "/closes_at", "detail": _("It must close after it opens.")})
    late = ideas and ((opens and ideas <= opens) or (closes and ideas >= closes))
    if told["shape"] == Call.Shape.TWO_STAGES and late:
        errors.append(
            {"pointer": "/ideas_close_at", "detail": _("Ideas close after the call opens and before it closes.")}
        )
    if told["eu_bp"] > told["max_support_bp"]:
        errors.append({"pointer": "/eu_bp", "detail": _("The EU’s part can’t be more than the whole support.")})
    errors += [
        {"pointer": f"/{name}", "detail": _("The amount must be above zero.")}
        for name in ("budget_cents", "lump_ceiling_cents")
        if told[name] is not None and not 0 < told[name] <= MOST_CENTS
    ]
    return errors


@transaction.atomic
def publish_call(call: Call, *, by: Person | None, at: datetime) -> Call:
    """Let everybody read a call; subscribers get a letter. It opens by itself at its time.

    Raises:
        NotAllowed: `by` isn't of the office.
        CallNotReady: it lacks something.
        IllegalMove: it is public already.
    """
    demand_office(by)
    call = Call.objects.select_for_update().get(pk=call.pk)
    lacks = [need for need in needs_of(call) if not need.is_met]
    if lacks and call.state == Call.State.DRAFT:
        errors = [{"pointer": need.pointer, "detail": str(need.label)} for need in lacks]
        raise CallNotReady(_("The call lacks something before it can be published."), errors=errors)
    call.published_at = call.changed_at = at
    call.save(update_fields=["published_at", "changed_at"])
    advance(call, CALL, "publish", role=Role.OFFICE, holds={Need.CALL_COMPLETE}, by=by, at=at)
    call_findable.refresh(call, at=at)
    _tell("published", call)
    return call


@transaction.atomic
def unpublish_call(call: Call, *, reason: str, by: Person | None, at: datetime) -> Call:
    """Take a call back before it opens.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: it has opened, or there is no reason.
    """
    demand_office(by)
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.opens_at and at >= call.opens_at and call.state == Call.State.PUBLISHED:
        raise IllegalMove(_("The call has opened: it can’t be taken back any more."), state=call.state)
    holds = {Need.REASON} if reason.strip() else set()
    advance(call, CALL, "unpublish", role=Role.OFFICE, holds=holds, by=by, at=at, note=reason.strip())
    call_findable.remove(call)
    return call


@transaction.atomic
def change_call(call: Call, *, reason: Any, by: Person | None, at: datetime, **fields: Any) -> CallChange:
    """Change a public call: see `CHANGEABLE`. The change stands on the call's page; who applies gets a letter.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: the call isn't public, or has closed.
        Invalid: there is no reason; a field may not change, or not this way.
    """
    demand_office(by)
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.now(at) not in (Call.State.PUBLISHED, Call.State.OPEN):
        raise IllegalMove(_("Only a call that is published and hasn’t closed is changed this way."), state=call.now(at))
    words, errors = written(reason), []
    if not words:
        errors.append({"pointer": "/reason", "detail": _("Give the reason: everybody reads it.")})
    what: dict[str, list[Any]] = {}
    for name, value in _checked(call, fields).items():
        before = getattr(call, name)
        before = written(before) if name in TEXTS else before
        if value == before:
            continue
        if wrong := _wrong_change(name, before, value):
            errors.append({"pointer": f"/{name}", "detail": wrong})
            continue
        what[name] = [_plain(before), _plain(value)]
        setattr(call, name, value)
    if not what and not errors:
        errors.append({"pointer": "", "detail": _("Nothing was changed.")})
    if errors:
        raise Invalid(_("The call can’t be changed this way."), errors=errors)
    if "closes_at" in what and call.closes_at is not None and call.shape == Call.Shape.CONTINUOUS:
        last = call.cutoffs.last()
        if last is not None:
            Application.objects.filter(call=call, cutoff_at=last.at).update(cutoff_at=call.closes_at)
            last.at = call.closes_at
            last.save(update_fields=["at"])
    call.changed_at = at
    call.save()
    change = CallChange.objects.create(call=call, at=at, what=what, reason=words)
    record("change_call", f"call:{call.slug}", by=by, at=at, fields=sorted(what))
    call_findable.refresh(call, at=at)
    _tell("changed", call, change.pk)
    return change


def _wrong_change(name: str, before: Any, value: Any) -> str:
    if name not in CHANGEABLE:
        return _("This stays as everybody read it: applications have been written for it.")
    if name in LATER and (value is None or (before is not None and value < before)):
        return _("A time only moves later.")
    if name in MORE and (value is None or (before is not None and value < before)):
        return _("It only grows: nobody who has begun loses by it.")
    return ""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _tell(kind: str, call: Call, pk: int | None = None) -> None:
    from kuutio.programme import call_letters  # the letters' tasks import the verbs

    call_letters.tell(kind, pk if pk is not None else call.pk)


# --- the clock --------------------------------------------------------------------------------------------------------


def tend(*, at: datetime) -> list[str]:
    """What the clock does each minute: opens, takes what came by a cut-off day, closes. Gives the calls that it touched.

    A call that can't be moved is told in the log, tried again the next minute, and holds up no other.
    """
    due = Call.objects.filter(state__in=["published", "open"], opens_at__lte=at)
    touched = []
    for pk, slug in list(due.values_list("pk", "slug")):
        try:
            if by_the_clock(pk, at=at):
                touched.append(slug)
        except Problem:
            log.exception("The clock couldn't move the call %s.", slug)
    return touched


@transaction.atomic
def by_the_clock(pk: int, *, at: datetime) -> bool:
    """Bring one call to where its clock is; whether anything moved. May run at any time and twice."""
    from kuutio.programme import handing  # handing reads applications, which read calls

    call = Call.objects.select_for_update(of=("self",)).get(pk=pk)
    if call.opens_at is None or call.closes_at is None:
        return False
    moved = False
    if call.state == Call.State.PUBLISHED and at >= call.opens_at:
        advance(call, CALL, "open", role=Role.CLOCK, holds={Need.OPENING_TIME}, by=None, at=at)
        call_findable.refresh(call, at=at)
        _tell("opened", call)
        moved = True
    if call.state == Call.State.OPEN:
        for cutoff in call.cutoffs.filter(taken_at=None, at__lt=at - GRACE):
            cutoff.taken_at = at
            cutoff.save(update_fields=["taken_at"])
            record("take_cutoff", f"call:{call.slug}", by=None, at=at, cutoff=cutoff.at.isoformat())
            moved = True
        if at > call.closes_at + GRACE:
            advance(call, CALL, "close", role=Role.CLOCK, holds={Need.CLOSING_TIME}, by=None, at=at)
            call_findable.refresh(call, at=at)
            moved = True
        if moved:
            handing.candidates_of(call, at=at)
    return moved


@transaction.atomic
def move_call(call: Call, act: str, *, by: Person | None, at: datetime) -> Call:
    """The office's own moves: `evaluate`, `decide`, `archive`.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: not from this state, or something must hold first.
    """
    demand_office(by)
    call = Call.objects.select_for_update().get(pk=call.pk)
    holds = set()
    rows = Application.objects.filter(call=call)
    if rows.filter(state__in=["eligible", "in_review", "reviewed"]).exists():
        holds.add(Need.REVIEWS_STARTED)
    undecided = ["submitted", "returned", "eligible", "in_review", "reviewed", "proposed_yes", "proposed_no", "at_line"]
    if not rows.filter(state__in=undecided).exists():
        holds.add(Need.ALL_DECIDED)
    advance(call, CALL, act, role=Role.OFFICE, holds=holds, by=by, at=at)
    call_findable.refresh(call, at=at)
    return call
