"""Which applications the money reaches, and what happens where it doesn't reach all equals (V4, V5, V13).

Lots anyone can draw again: of each tied application, SHA-256 of the text `kuutio-lots-1`, a line feed, the seed, a line feed and
the application's id, in UTF-8; the smallest digest is drawn first. The seed is published before the scores are known, or comes from
a public draw after them, so that nobody could try seeds out:

    printf 'kuutio-lots-1\\n%s\\n%s' SEED ID | sha256sum
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import groupby

from kuutio.core.choosing.scores import Method, Standing

THRESHOLD = Fraction(50)
LOTS = "kuutio-lots-1"


@dataclass(frozen=True, slots=True)
class Line:
    """Where the money ends.

    Attributes:
        funded: in the order of the ranking.
        at_the_line: equals that don't fit together: people decide with reasons, or lots are drawn. Nothing below is funded.
        below: fundable, but after the line.
        not_fundable: no score, or one below a threshold.
        left: cents that are not given.
    """

    funded: tuple[str, ...]
    at_the_line: tuple[str, ...]
    below: tuple[str, ...]
    not_fundable: tuple[str, ...]
    left: int


def fundable(standing: Standing, method: Method, threshold: Fraction = THRESHOLD) -> bool:
    """Whether an application's score reaches the call's threshold (V4) and each criterion's own (V13), exactly."""
    if standing.score is None or standing.score < threshold:
        return False
    return all(
        one.threshold is None or standing.criteria.get(one.key, Fraction(0)) >= one.threshold for one in method.criteria
    )


def draw_line(
    standings: Sequence[Standing],
    requested: Mapping[str, int],
    budget: int,
    method: Method,
    threshold: Fraction = THRESHOLD,
) -> Line:
    """Walk down the ranking by groups of equal score; the first group that doesn't fit whole stops the walk (V4).

    Args:
        requested: cents that each application asks for, by its id.
        budget: the call's cents.
    """
    good = [one for one in standings if fundable(one, method, threshold)]
    reached = {one.application for one in good}
    not_fundable = tuple(one.application for one in standings if one.application not in reached)
    good.sort(key=lambda one: (-(one.score or 0), one.application))
    groups = [[one.application for one in same] for _, same in groupby(good, key=lambda one: one.score)]
    funded: list[str] = []
    left = budget
    for at, group in enumerate(groups):
        asked = sum(requested[name] for name in group)
        if asked > left:
            below = tuple(name for later in groups[at + 1 :] for name in later)
            return Line(tuple(funded), tuple(group), below, not_fundable, left)
        funded += group
        left -= asked
    return Line(tuple(funded), (), (), not_fundable, left)


def drawn(seed: str, applications: Iterable[str]) -> list[str]:
    """The tied applications in the order in which the lots come out (V5); the order in which they are given doesn't matter."""
    return sorted(set(applications), key=lambda name: (lot(seed, name), name))


def lot(seed: str, application: str) -> str:
    """An application's lot: a SHA-256 digest in hexadecimal; the smallest comes first."""
    return sha256(f"{LOTS}\n{seed}\n{application}".encode()).hexdigest()


def with_lots(line: Line, requested: Mapping[str, int], seed: str) -> Line:
    """The line after the draw: the drawn are funded one by one, up to the first that doesn't fit (nobody is passed over for
    asking more). Those that got nothing stay at the line, in the order of the draw."""
    funded, left = list(line.funded), line.left
    order = drawn(seed, line.at_the_line)
    for at, name in enumerate(order):
        if requested[name] > left:
            return Line(tuple(funded), tuple(order[at:]), line.below, line.not_fundable, left)
        funded.append(name)
        left -= requested[name]
    return Line(tuple(funded), (), line.below, line.not_fundable, left)


def with_choice(line: Line, requested: Mapping[str, int], chosen: Sequence[str]) -> Line:
    """The line after people decided: some of those at the line are funded; the reasons are the decision's.

    Raises:
        ValueError: a chosen one isn't at the line, is chosen twice, or together they are more than the money that is left.
    """
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(line.at_the_line):
        raise ValueError("Only those at the line can be chosen, each once.")
    left = line.left - sum(requested[name] for name in chosen)
    if left < 0:
        raise ValueError("The chosen ones ask for more than is left.")
    rest = tuple(name for name in line.at_the_line if name not in chosen)
    return Line((*line.funded, *chosen), rest, line.below, line.not_fundable, left)
