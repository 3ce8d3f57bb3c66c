"""Who reviews in a round."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.selection.actions import logging
from kuutio.selection.actions.finding import find_conflicts
from kuutio.selection.actions.holding import office_of, round_thing
from kuutio.selection.actions.reviewing import excuse_review
from kuutio.selection.models import Expertise, Reviewer, Round
from kuutio.selection.queries import candidates_seen_by
from kuutio.selection.reading import OPEN_REVIEWS
from kuutio.selection.texts import plain_text

_random = secrets.SystemRandom()
FREE_ALIASES = 100


@transaction.atomic
def add_reviewer(
    round_: Round,
    person: Person,
    organisation: Organisation,
    *,
    by: Person | None,
    at: datetime,
    unit: str = "",
    city: str | None = None,
    topics: Iterable[str] | None = None,
    most: int | None = None,
    least: int | None = None,
) -> Reviewer:
    """Ask somebody to review in a round; asked again, their limits and topics are those that are told.

    Args:
        organisation: whom they work for; they need the role `reviewer` in it.
        city: code of their own city; None: the organisation's.
        topics: of the round that they know; None: what they have said of themselves.
        most, least: reviews; None: the round's own.

    Raises:
        NotAllowed: `by` is not of the round's office.
        Conflict: the ranking is made.
        Invalid: the person has no such role, or the limits don't fit.
    """
    round_ = office_of(round_, by)
    if round_.is_frozen or round_.state == Round.State.CANCELLED:
        raise Conflict(_("The ranking is made: nobody reviews any more."))
    if not person.is_active or not person.roles.filter(role="reviewer", organisation=organisation).exists():
        raise Invalid(_("Give the person the role of a reviewer in the organisation first."))
    most = round_.most_per_reviewer if most is None else most
    least = min(round_.least_per_reviewer, most) if least is None else least
    if not 0 <= least <= most <= 1000:
        raise Invalid(_("The least is at most the most."))
    said = Expertise.objects.filter(person=person).first()
    known = {str(one["key"]) for one in round_.topics}
    told = set(topics) if topics is not None else set(said.topics if said else ())
    fields = {
        "organisation": organisation,
        "unit": plain_text(unit)[:300],
        "city": city if city is not None else organisation.city_id or "",
        "topics": sorted(told & known),
        "most": most,
        "least": least,
        "left_at": None,
    }
    there = Reviewer.objects.filter(round=round_, person=person).first()
    if there is None:
        taken = set(round_.reviewers.values_list("alias", flat=True))
        alias = _random.choice([one for one in range(1, FREE_ALIASES + len(taken)) if one not in taken])
        there = Reviewer(round=round_, person=person, alias=alias, added_at=at)
        new = True
    else:
        new = False
        same = all(getattr(there, name) == fields[name] for name in ("organisation", "unit", "city"))
        if round_.state == Round.State.REVIEWING and not same:
            raise Conflict(_("Whom a reviewer works for stays as it was when the reviews began."))
    for name, value in fields.items():
        setattr(there, name, value)
    there.save()
    if new and round_.state == Round.State.REVIEWING:
        logging.append(round_, [logging.reviewer_entry(there)], at=at)
    record("add_reviewer", round_thing(round_), by=by, at=at, reviewer=there.alias, most=most, least=least)
    if round_.state != Round.State.DRAFT:
        find_conflicts(round_, reviewers=[there], at=at)
    return there


@transaction.atomic
def let_reviewer_go(reviewer: Reviewer, *, reason: str, by: Person | None, at: datetime) -> Reviewer:
    """Give somebody no more reviews, and excuse those that they haven't sent. What they have sent stays.

    Reviews of candidates that a hard conflict hides from `by` stay open, and nothing tells of them: a colleague who is not barred
    asks for the same again and excuses those.

    Raises:
        NotAllowed, Conflict: as for `add_reviewer`.
        Invalid: no reason.
    """
    round_ = office_of(reviewer.round, by)
    if round_.is_frozen:
        raise Conflict(_("The ranking is made: nobody reviews any more."))
    reason = plain_text(reason)[:600]
    if not reason:
        raise Invalid(_("Tell why."))
    reviewer = Reviewer.objects.select_for_update().get(pk=reviewer.pk)
    stays = reviewer.left_at is None
    if stays:
        reviewer.left_at = at
        reviewer.save(update_fields=["left_at"])
    left = list(reviewer.reviews.filter(state__in=OPEN_REVIEWS, candidate__in=candidates_seen_by(by, round_)))
    for review in left:
        excuse_review(review, reason=reason, by=by, at=at)
    if stays or left:
        record("let_reviewer_go", round_thing(round_), by=by, at=at, reviewer=reviewer.alias, reason=reason)
    return reviewer


@transaction.atomic
def say_expertise(person: Person, *, topics: Iterable[str], words: str, by: Person, at: datetime) -> Expertise:
    """What a reviewer knows, said by themselves: it counts where reviews aren't handed out yet, and in rounds to come.

    Raises:
        NotAllowed: somebody else says it.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("What somebody knows is said by themselves."))
    row, _made = Expertise.objects.update_or_create(
        person=person, defaults={"topics": sorted(set(topics))[:50], "words": plain_text(words)[:600], "changed_at": at}
    )
    waiting = (Round.State.DRAFT, Round.State.DECLARING)
    for one in Reviewer.objects.filter(person=person, round__state__in=waiting).select_related("round"):
        one.topics = sorted(set(row.topics) & {str(topic["key"]) for topic in one.round.topics})
        one.save(update_fields=["topics"])
    record("say_expertise", f"person:{person.pk}", by=by, at=at)
    return row
