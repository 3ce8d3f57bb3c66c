"""The ranking: made once all reviews are in, by the same function that a stranger's recount uses; lots at its line."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.choosing.line import with_lots
from kuutio.core.choosing.tables import line_of
from kuutio.core.moves import Need, Role
from kuutio.core.moves.selecting import ROUND
from kuutio.core.problems import Conflict, NotAllowed
from kuutio.selection import permissions
from kuutio.selection.actions import logging
from kuutio.selection.actions.holding import after, held_round, move_candidate, office_of, round_thing
from kuutio.selection.actions.rounds import set_state
from kuutio.selection.models import Candidate, Draw, Ranking, Review, Round
from kuutio.selection.reading import OPEN_REVIEWS, judged, made_table


@transaction.atomic
def make_ranking(round_: Round, *, by: Person | None, at: datetime) -> Ranking:
    """Make the ranking; from here on no review changes (V14). Made again, it is the one that is there.

    Raises:
        NotAllowed, IllegalMove: it isn't its office, or a review is neither sent nor excused, or a candidate has none.
    """
    round_ = office_of(round_, by)
    if round_.is_frozen:
        return Ranking.objects.get(round=round_)
    running = judged(round_)
    waiting = Review.objects.filter(candidate__in=running, state__in=OPEN_REVIEWS).exists()
    sent = set(
        Review.objects.filter(candidate__in=running, state=Review.State.SUBMITTED).values_list("candidate", flat=True)
    )
    holds = {Need.ALL_REVIEWS_IN} if running and not waiting and len(sent) == len(running) else set()
    state = after(ROUND, round_.state, "rank", Role.OFFICE, holds)
    table = made_table(round_)
    logging.append(round_, [{"type": "ranking", "budget_cents": round_.budget_cents}], at=at)
    made = Ranking.objects.create(round=round_, table=table, made_at=at)
    round_.ranked_at = at
    set_state(round_, state, "rank", by=by, at=at, candidates=len(running))
    for one in running:
        one.round = round_
        move_candidate(one, "end_review", Role.OFFICE, by=by, at=at, holds={Need.ALL_REVIEWS_IN})
    return made


@transaction.atomic
def draw_lots(round_: Round, *, by: Person | None, at: datetime) -> Draw:
    """Draw the lots of those at the line, by the seed that was published before the first score (V5). Drawn again, they are the same.

    Raises:
        NotAllowed: the person is neither of the office nor one of those who decide.
        Conflict: there is no ranking yet, there are no equals at the line, or some of those at it are decided already.
    """
    round_ = held_round(round_)
    if not permissions.is_office(by, round_) and permissions.member_of(by, round_) is None:
        raise NotAllowed(_("Lots are drawn by those who decide, or by the office."))
    there = Draw.objects.filter(round=round_).first()
    if there is not None:
        return there
    table = Ranking.objects.filter(round=round_).values_list("table", flat=True).first()
    line = line_of(table) if table else None
    if round_.state != Round.State.RANKED or line is None or len(line.at_the_line) < 2:
        raise Conflict(_("There are no equals at the line for whom lots could be drawn."))
    tied = {str(one.number): one for one in Candidate.objects.filter(round=round_, number__in=line.at_the_line)}
    if any(one.state not in ("reviewed", "at_line") for one in tied.values()):
        raise Conflict(_("Some of those at the line are decided already."))
    drawn = with_lots(line, {name: one.asked_cents for name, one in tied.items()}, round_.seed)
    funded = list(drawn.funded[len(line.funded) :])
    order = [*funded, *drawn.at_the_line]
    made = Draw.objects.create(round=round_, order=order, funded=funded, drawn_by=by, drawn_at=at)
    logging.append(round_, [{"type": "draw", "order": order, "funded": funded}], at=at)
    record("draw_lots", round_thing(round_), by=by, at=at, order=order, funded=funded, seed=round_.seed)
    return made
