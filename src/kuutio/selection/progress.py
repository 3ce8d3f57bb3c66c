"""Where a round stands: who holds what, for how many days, and what is missing before it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.cities.models import Person
from kuutio.core.choosing.scores import WHOLE_WEIGHT
from kuutio.selection.actions.conflicts import unsettled
from kuutio.selection.models import Candidate, Review, Reviewer, Round
from kuutio.selection.queries import candidates_seen_by
from kuutio.selection.reading import OPEN_REVIEWS
from kuutio.ui.wording import localized

STEPS = ("draft", "declaring", "reviewing", "ranked", "decided", "published")
NEXT = {"draft": "declare", "declaring": "review", "reviewing": "rank", "ranked": "decide", "decided": "publish"}


@dataclass(frozen=True, slots=True)
class Held:
    """A candidate, and who holds it now.

    Attributes:
        holder: in words; "": nobody, it is decided.
        days: since when, in whole days.
        sent, asked: reviews.
    """

    candidate: Candidate
    holder: str
    days: int
    sent: int
    asked: int


@dataclass(frozen=True, slots=True)
class Load:
    """A reviewer, and what they have in hand.

    Attributes:
        waits_days: how long their oldest review has waited for them; None: none does.
        late_days: since when their reviews should be in, in whole days; None: they are not late.
    """

    reviewer: Reviewer
    open: int
    sent: int
    waits_days: int | None
    late_days: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must be there before a round goes on."""

    words: str
    is_met: bool


def held(round_: Round, candidates: Iterable[Candidate], at: datetime) -> list[Held]:
    """Each candidate with its holder."""
    rows = list(candidates)
    sent, waiting, oldest = Counter[int](), Counter[int](), dict[int, datetime]()
    for candidate, state, since in Review.objects.filter(candidate__in=rows).values_list(
        "candidate", "state", "state_since"
    ):
        if state == Review.State.SUBMITTED:
            sent[candidate] += 1
        elif state in OPEN_REVIEWS:
            waiting[candidate] += 1
            oldest[candidate] = min(since, oldest.get(candidate, since))
    body = localized(round_.body)[0]
    authority = localized(round_.authority.name)[0] if round_.authority else ""
    office = localized(round_.owner.name)[0]
    found = []
    for one in rows:
        since = one.state_since
        holder = {
            "handed": office,
            "reviewed": body,
            "at_line": body,
            "proposed_yes": authority,
            "proposed_no": authority,
        }
        name = holder.get(one.state, "")
        if one.state == "in_review":
            count = waiting[one.pk]
            name = ngettext("%(count)s reviewer", "%(count)s reviewers", count) % {"count": count} if count else office
            since = oldest.get(one.pk, since)
        found.append(Held(one, name, max((at - since).days, 0), sent[one.pk], sent[one.pk] + waiting[one.pk]))
    return found


def loads(round_: Round, person: Person | None, at: datetime) -> list[Load]:
    """Each reviewer with what they have in hand, of candidates that no hard conflict hides from the person who reads."""
    rows = list(round_.reviewers.select_related("person", "organisation"))
    open_, sent, oldest = Counter[int](), Counter[int](), dict[int, datetime]()
    seen = Review.objects.filter(reviewer__in=rows, candidate__in=candidates_seen_by(person, round_))
    for reviewer, state, since in seen.exclude(
        candidate__state=Candidate.State.WITHDRAWN, state__in=OPEN_REVIEWS
    ).values_list("reviewer", "state", "state_since"):
        if state == Review.State.SUBMITTED:
            sent[reviewer] += 1
        elif state in OPEN_REVIEWS:
            open_[reviewer] += 1
            oldest[reviewer] = min(since, oldest.get(reviewer, since))
    goes_on = round_.state == Round.State.REVIEWING
    late = (at - round_.review_by).days if goes_on and round_.review_by and round_.review_by < at else None
    return [
        Load(
            one,
            open_[one.pk],
            sent[one.pk],
            max((at - oldest[one.pk]).days, 0) if one.pk in oldest and goes_on else None,
            late if open_[one.pk] and one.left_at is None else None,
        )
        for one in rows
    ]


def _either(is_met: bool, met: str, unmet: str) -> Missing:
    return Missing(met if is_met else unmet, is_met)


def missing(round_: Round) -> list[Missing]:
    """What the next move needs, in words that say what to do."""
    running = round_.candidates.exclude(state=Candidate.State.WITHDRAWN)
    pool = round_.reviewers.filter(left_at__isnull=True)
    if round_.state == Round.State.DRAFT:
        weights = sum(round_.criteria.values_list("weight", flat=True))
        return [
            _either(
                weights == WHOLE_WEIGHT,
                _("The criteria weigh 100 together."),
                _("The criteria must weigh 100 together."),
            ),
            _either(running.exists(), _("Something is there to be judged."), _("Nothing has been handed in yet.")),
            _either(pool.exists(), _("Reviewers are asked."), _("No reviewer is asked yet.")),
        ]
    if round_.state == Round.State.DECLARING:
        silent, flags = pool.filter(declared_at__isnull=True).count(), unsettled(round_)
        wanted = running.count() * round_.reviews_wanted
        given = Review.objects.filter(candidate__in=running, state__in=OPEN_REVIEWS).count()
        return [
            Missing(
                ngettext(
                    "%(count)s reviewer hasn’t declared their conflicts yet.",
                    "%(count)s reviewers haven’t declared their conflicts yet.",
                    silent,
                )
                % {"count": silent}
                if silent
                else _("All reviewers have declared their conflicts."),
                not silent,
            ),
            Missing(
                ngettext(
                    "%(count)s flagged conflict waits for a ruling.",
                    "%(count)s flagged conflicts wait for a ruling.",
                    flags,
                )
                % {"count": flags}
                if flags
                else _("All flagged conflicts are ruled on."),
                not flags,
            ),
            Missing(
                _("%(given)s of %(wanted)s reviews are handed out.") % {"given": given, "wanted": wanted},
                given >= wanted > 0,
            ),
        ]
    if round_.state == Round.State.REVIEWING:
        waiting = Review.objects.filter(candidate__in=running, state__in=OPEN_REVIEWS).count()
        reviewed = running.filter(reviews__state=Review.State.SUBMITTED).distinct().count()
        return [
            Missing(
                ngettext("%(count)s review isn’t sent yet.", "%(count)s reviews aren’t sent yet.", waiting)
                % {"count": waiting}
                if waiting
                else _("All reviews are sent or excused."),
                not waiting,
            ),
            Missing(
                _("%(reviewed)s of %(all)s have a review that counts.")
                % {"reviewed": reviewed, "all": running.count()},
                reviewed == running.count() > 0,
            ),
        ]
    if round_.state == Round.State.RANKED:
        left = sum(not one.is_decided for one in running)
        return [
            Missing(
                ngettext(
                    "%(count)s candidate waits for its decision.", "%(count)s candidates wait for their decision.", left
                )
                % {"count": left}
                if left
                else _("All are decided."),
                not left,
            )
        ]
    return []
