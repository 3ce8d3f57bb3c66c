"""The ballots of a vote as a `.pb` file, for everybody's tools; and whether such a file says what the log says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from kuutio.core.budgeting import BadFile, Election, make_pb, read_pb, write_pb
from kuutio.core.bundles.canonical import Broken
from kuutio.core.bundles.openings import Opening
from kuutio.core.bundles.votes import Votes

PB = "ballots.pb"


def ballots_pb(opening: Opening, votes: Votes, meta: Mapping[str, str]) -> bytes:
    """The ballots that count, in the order of the log, bare: nothing is told of who cast them.

    Args:
        meta: what Pabulib wants to know besides: `description`, `country`, `unit`, `instance`, `date_begin`, `date_end`, `rule` …
    """
    said = {name: _number(value) for name, value in opening.limits.items()}
    said = dict(meta) | {"budget": _number(opening.budget), "vote_type": str(opening.kind)} | said
    projects = [{"project_id": one.id, "cost": _number(one.cost), "name": one.name} for one in opening.projects]
    return write_pb(make_pb(said, projects, votes.choices)).encode()


def check_pb(opening: Opening, votes: Votes, text: bytes) -> None:
    """Whether a `.pb` file has the projects, the budget and exactly the ballots that count.

    Raises:
        Broken: it hasn't, or can't be read.
    """
    try:
        told = read_pb(text).election
    except BadFile as error:
        raise Broken(f"{PB} can't be read: {error}") from error
    own = Election.of(opening.projects, opening.budget, votes.choices, opening.kind)
    if (told.kind, told.budget, _costs(told)) != (own.kind, own.budget, _costs(own)):
        raise Broken(f"{PB} has another budget, other projects or another kind of ballots than the opening")
    if _ballots(told) != _ballots(own):
        raise Broken(f"{PB} has other ballots than the log")


def _costs(election: Election) -> dict[str, object]:
    return {project.id: project.cost for project in election.projects}


def _ballots(election: Election) -> Counter[tuple[tuple[str, float], ...]]:
    """How often each ballot was cast; an empty one too."""
    cast: Counter[tuple[tuple[str, float], ...]] = Counter()
    starts, items, points = election.starts.tolist(), election.items.tolist(), election.points.tolist()
    for row, voters in enumerate(election.weights.tolist()):
        part = slice(starts[row], starts[row + 1])
        given = zip(items[part], points[part], strict=True)
        cast[tuple(sorted((election.projects[item].id, point / election.point_unit) for item, point in given))] += (
            voters
        )
    return cast


def _number(value: Fraction) -> str:
    """An amount as the format writes it; an opening's have at most two decimals."""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
