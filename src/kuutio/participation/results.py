"""How polls were answered: counts of each option and of the people who answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from kuutio.participation.models import Poll, PollAnswer, PollOption
from kuutio.ui.wording import localized


@dataclass(frozen=True, slots=True)
class Result:
    """A poll's answers.

    Attributes:
        people: how many answered; with several choices the counts add up to more.
        counts: the options in their order, each with how often it was chosen.
    """

    question: str
    people: int
    counts: tuple[tuple[str, int], ...]

    @property
    def shares(self) -> list[tuple[str, int, int]]:
        """The options with their counts and what percent of the people that is."""
        return [(text, count, round(100 * count / self.people) if self.people else 0) for text, count in self.counts]


def results_of(polls: Sequence[Poll]) -> dict[int, Result]:
    """The results of polls whose options are there, by their keys: two questions to the database, however many."""
    people = dict(PollAnswer.objects.filter(poll__in=polls).order_by().values_list("poll").annotate(count=Count("pk")))
    chosen = dict(
        PollOption.objects.filter(poll__in=polls).order_by().annotate(count=Count("answers")).values_list("pk", "count")
    )
    return {
        poll.pk: Result(
            localized(poll.question)[0],
            people.get(poll.pk, 0),
            tuple((localized(option.text)[0], chosen[option.pk]) for option in poll.options.all()),
        )
        for poll in polls
    }
