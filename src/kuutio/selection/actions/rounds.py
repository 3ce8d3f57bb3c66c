"""A round: opened by the domain whose it is, prepared by its office, moved on by its table."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.choosing.scores import WHOLE_WEIGHT
from kuutio.core.moves import Need, Role
from kuutio.core.moves.selecting import ROUND
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.selection import permissions
from kuutio.selection.actions import logging
from kuutio.selection.actions.finding import find_conflicts
from kuutio.selection.actions.holding import after, office_of, round_thing
from kuutio.selection.models import Affiliation, Criterion, Member, Round
from kuutio.selection.texts import LONGEST_TEXT, LONGEST_TITLE, plain_text, written, wrong

Texts = Mapping[str, str]
MOST_CRITERIA = 30
SEED_BYTES = 16
KEY = re.compile(r"[a-z]+:[a-z0-9][a-z0-9-]{0,100}", re.ASCII)
CHANGEABLE = frozenset(
    (
        *("title", "body", "address", "budget_cents", "threshold", "scale_low", "scale_high", "blind"),
        *("names_reviewers", "names_rejected", "employer", "reviews_wanted", "most_per_reviewer", "least_per_reviewer"),
        *("one_per_city", "one_outside", "topics", "review_by"),
    )
)
"""What `change_round` takes while a round is prepared."""
LATER = frozenset(("review_by", "budget_cents", "names_reviewers", "names_rejected"))
"""What may still be changed until the ranking is made; it takes no part in any score."""


@dataclass(frozen=True, slots=True)
class CriterionIn:
    """A criterion as a domain gives it.

    Attributes:
        weight: of 100; all of a round's criteria together weigh 100 (V1).
        threshold: a mean below it makes a candidate not fundable (V13).
    """

    key: str
    title: Texts
    weight: int
    help: Texts = field(default_factory=dict)
    threshold: Decimal | None = None


@transaction.atomic
def open_round(
    key: str,
    *,
    title: Texts,
    owner: Organisation,
    criteria: Sequence[CriterionIn],
    by: Person | None,
    at: datetime,
    body: Texts | None = None,
    authority: Organisation | None = None,
    decisions: str = Round.Decisions.TWO,
    **more: Any,
) -> Round:
    """Make a round for a call or a challenge; asked again for the same key by the same owner, it gives the one that is there.

    Args:
        key: the kind and the name of what it belongs to, such as `call:pilots-2017-1`.
        owner: whose office runs it.
        body: who decides on expediency, or alone.
        authority: who decides on legality, where two decide.
        more: any of `CHANGEABLE`.

    Raises:
        NotAllowed: the person is not of the owner's office.
        Invalid: something is missing or doesn't fit.
        Conflict: another owner has a round of this key.
    """
    if not permissions.may_open(by, owner):
        raise NotAllowed(_("Only the office of the organisation that owns the round can open it."))
    there = Round.objects.filter(key=key).first()
    if there is not None:
        if there.owner_id != owner.pk:
            raise Conflict(_("There is a round with this key already."), key=key)
        return there
    if not KEY.fullmatch(key):
        raise Invalid(_("Some things are missing."), errors=[wrong("/key", _("A key is such as call:pilots-2017-1."))])
    usual = {"fi": "Ohjausryhmä", "sv": "Styrgrupp", "en": "Steering group"}
    fields = {"title": title, "body": body or usual, **more}
    round_ = Round(key=key, owner=owner, authority=authority, decisions=decisions, opened_at=at, state_since=at)
    for name, value in _checked(round_, fields).items():
        setattr(round_, name, value)
    if (decisions == Round.Decisions.TWO) != (authority is not None):
        raise Invalid(_("Where two decide, there is an authority; where a jury decides alone, there is none."))
    try:
        with transaction.atomic():
            round_.save()
    except IntegrityError as error:
        raise Conflict(_("There is a round with this key already."), key=key) from error
    _set_criteria(round_, criteria)
    record("open_round", round_thing(round_), by=by, at=at, criteria=len(criteria))
    return round_


@transaction.atomic
def change_round(
    round_: Round, *, by: Person | None, at: datetime, criteria: Sequence[CriterionIn] | None = None, **fields: Any
) -> Round:
    """Change how a round is judged, while it is prepared; of what takes no part in scores, some until the ranking is made.

    Raises:
        NotAllowed: the person is not of its office.
        Conflict: it has begun.
        Invalid: something doesn't fit.
    """
    round_ = office_of(round_, by)
    begun = round_.state != Round.State.DRAFT
    if begun and (criteria is not None or set(fields) - LATER or round_.is_frozen or round_.state == "cancelled"):
        raise Conflict(_("The round has begun: what it is judged by stays as it is."))
    for name, value in _checked(round_, fields).items():
        setattr(round_, name, value)
    round_.save()
    if criteria is not None:
        _set_criteria(round_, criteria)
    record(
        "change_round", round_thing(round_), by=by, at=at, fields=sorted({*fields, *(["criteria"] if criteria else [])})
    )
    return round_


@transaction.atomic
def add_member(
    round_: Round,
    person: Person,
    organisation: Organisation,
    *,
    part: str = Member.Part.MEMBER,
    by: Person | None,
    at: datetime,
) -> Member:
    """Name one of those who decide; named again, they get the part that is told.

    Raises:
        NotAllowed: `by` is not of the round's office.
        Conflict: the round is decided, or has a chair already.
        Invalid: there is no such part.
    """
    round_ = office_of(round_, by)
    if round_.state in (Round.State.DECIDED, Round.State.PUBLISHED, Round.State.CANCELLED):
        raise Conflict(_("The round is decided."))
    if part not in Member.Part.values:
        raise Invalid(_("Choose chair, member or deputy."))
    try:
        with transaction.atomic():
            member, _made = Member.objects.update_or_create(
                round=round_, person=person, defaults={"organisation": organisation, "part": part}
            )
    except IntegrityError as error:
        raise Conflict(_("There is a chair already.")) from error
    record("add_member", round_thing(round_), by=by, at=at, member=member.pk, part=part)
    return member


@transaction.atomic
def affiliate(
    owner: Organisation, organisation: Organisation, *, ground: str, round_: Round, by: Person | None, at: datetime
) -> Affiliation:
    """Note that an organisation is another's: owned, steered. Told twice, the newer ground stands. A round that goes on is looked
    through again at once.

    Raises:
        NotAllowed: `by` is not of the round's office.
        Conflict: the ranking is made.
        Invalid: no ground, or an organisation of its own.
    """
    round_ = office_of(round_, by)
    if round_.is_frozen or round_.state == Round.State.CANCELLED:
        raise Conflict(_("The ranking is made: what stood between people stays as it was."))
    if owner.pk == organisation.pk or not plain_text(ground):
        raise Invalid(_("Tell which organisation is whose, and how."))
    row, _made = Affiliation.objects.update_or_create(
        owner=owner, organisation=organisation, defaults={"ground": plain_text(ground)[:200]}
    )
    record("affiliate", round_thing(round_), by=by, at=at, owner=owner.slug, organisation=organisation.slug)
    if round_.state != Round.State.DRAFT:
        find_conflicts(round_, at=at)
    return row


@transaction.atomic
def begin_declaring(round_: Round, *, by: Person | None, at: datetime) -> Round:
    """Let reviewers see who applies and declare their conflicts. The seed of the lots is drawn and published here, the log begins.

    Raises:
        NotAllowed, IllegalMove: it isn't its office, or the round lacks its method, candidates or reviewers.
    """

    round_ = office_of(round_, by)
    holds = set()
    if sum(one.weight for one in round_.criteria.all()) == WHOLE_WEIGHT:
        holds.add(Need.METHOD_COMPLETE)
    if round_.candidates.exclude(state="withdrawn").exists():
        holds.add(Need.CANDIDATES_IN)
    if round_.reviewers.filter(left_at__isnull=True).exists():
        holds.add(Need.REVIEWERS_IN)
    state = after(ROUND, round_.state, "declare", Role.OFFICE, holds)
    round_.seed = secrets.token_hex(SEED_BYTES)
    set_state(round_, state, "declare", by=by, at=at, seed=round_.seed)
    logging.begin(round_, at=at)
    find_conflicts(round_, at=at)
    return round_


@transaction.atomic
def cancel_round(round_: Round, *, reason: str, by: Person | None, at: datetime) -> Round:
    """Give a round up before its ranking is made.

    Raises:
        NotAllowed, IllegalMove: not its office, too late, or no reason.
    """
    round_ = office_of(round_, by)
    reason = plain_text(reason)
    state = after(ROUND, round_.state, "cancel", Role.OFFICE, {Need.REASON} if reason else ())
    return set_state(round_, state, "cancel", by=by, at=at, reason=reason)


def set_state(round_: Round, state: str, act: str, *, by: Person | None, at: datetime, **facts: Any) -> Round:
    """Save a move of a round that is held, with its line."""
    before, round_.state, round_.state_since = round_.state, state, at
    round_.save()
    record(f"{act}_round", round_thing(round_), by=by, at=at, before=before, after=state, **facts)
    return round_


def _checked(round_: Round, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a round as they are kept.

    Raises:
        Invalid: with all that is wrong.
    """
    if strangers := sorted(set(fields) - CHANGEABLE):
        raise Invalid(_("Some things are missing."), errors=[wrong(f"/{name}", _("Unknown.")) for name in strangers])
    found: dict[str, Any] = dict(fields)
    errors = []
    for name in ("title", "body"):
        if name in found:
            found[name] = written(found[name])
            if not found[name] or max(map(len, found[name].values())) > LONGEST_TITLE:
                errors.append(wrong(f"/{name}", _("Give it a name of at most 300 letters.")))
    whole = {
        "threshold": (0, 100),
        "scale_low": (0, 99),
        "scale_high": (1, 100),
        "reviews_wanted": (1, 20),
        "most_per_reviewer": (1, 1000),
        "least_per_reviewer": (0, 1000),
    }
    for name, (low, high) in whole.items():
        value = found.get(name, low)
        if type(value) is not int or not low <= value <= high:
            errors.append(wrong(f"/{name}", _("A whole number from %(low)s to %(high)s.") % {"low": low, "high": high}))
    budget = found.get("budget_cents")
    if budget is not None and (type(budget) is not int or not 0 <= budget <= 10**13):
        errors.append(wrong("/budget_cents", _("Give the amount in whole cents.")))
    if found.get("employer", "UNIT") not in Round.Employer.values:
        errors.append(wrong("/employer", _("Choose one of the readings.")))
    if "topics" in found:
        found["topics"] = [
            {"key": str(one["key"])[:60], "title": written(one["title"])} for one in found["topics"] or []
        ]
    together = {name: found.get(name, getattr(round_, name)) for name in whole}
    if not errors and together["scale_low"] >= together["scale_high"]:
        errors.append(wrong("/scale_high", _("The highest score is above the lowest.")))
    if not errors and together["least_per_reviewer"] > together["most_per_reviewer"]:
        errors.append(wrong("/least_per_reviewer", _("The least is at most the most.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return found


def _set_criteria(round_: Round, criteria: Sequence[CriterionIn]) -> None:
    errors = []
    if not 0 < len(criteria) <= MOST_CRITERIA or len({one.key for one in criteria}) < len(criteria):
        errors.append(wrong("/criteria", _("Give one to 30 criteria, each with a key of its own.")))
    for place, one in enumerate(criteria):
        if not re.fullmatch(r"[a-z0-9_-]{1,40}", one.key, re.ASCII) or not written(one.title):
            errors.append(wrong(f"/criteria/{place}", _("A criterion has a key and a name.")))
        if type(one.weight) is not int or not 0 < one.weight <= WHOLE_WEIGHT:
            errors.append(
                wrong(
                    f"/criteria/{place}/weight", _("A whole number from %(low)s to %(high)s.") % {"low": 1, "high": 100}
                )
            )
        if one.threshold is not None and not round_.scale_low <= one.threshold <= round_.scale_high:
            errors.append(wrong(f"/criteria/{place}/threshold", _("A threshold lies on the scale.")))
        if any(len(text) > LONGEST_TEXT for text in written(one.help).values()):
            errors.append(wrong(f"/criteria/{place}/help", _("The text is too long.")))
    if not errors and sum(one.weight for one in criteria) != WHOLE_WEIGHT:
        errors.append(wrong("/criteria", _("All weights together are 100.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    round_.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(
            round=round_,
            key=one.key,
            position=place,
            title=written(one.title),
            help=written(one.help),
            weight=one.weight,
            threshold=one.threshold,
        )
        for place, one in enumerate(criteria, 1)
    )
