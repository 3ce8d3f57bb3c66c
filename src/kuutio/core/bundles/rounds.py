"""A round of choosing as a bundle: the method frozen before the first score, each review as it was sent, what was decided.

- Entry 0 is the opening: the method, the threshold, how conflicts are read, the seed of the lots.
- `candidate`: what is judged, by its number, with the cities in it, the cents that it asks for, and the hash of what reviewers read.
  A later one of the same number is a newer version; `withdrawn` takes it out.
- `reviewer`: an alias and its city; who it is, is told nowhere here.
- `review`: scores by criterion. A later one of the same pair takes its place; `void` takes it out (a conflict, or excused).
- `ranking`: from here on no review changes. Its `budget_cents` is what the line was drawn by.
- `draw`: the lots of those at the line; `decision`: what was decided on a candidate.
- The last entry is the closing: how many conflicts there were, without whose, and the hashes of the files for people.

Each entry but the first has a `nonce`, so that its hash, which is public at once, doesn't tell what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from kuutio.core.bundles.archive import Bundle
from kuutio.core.bundles.canonical import Broken, canonical, from_b64u, read_canonical
from kuutio.core.bundles.logs import HEADS, LEAVES, LOG, CheckedLog, log_files
from kuutio.core.choosing.line import with_lots
from kuutio.core.choosing.scores import Criterion, Level, Method, Review, method_findings, review_findings
from kuutio.core.choosing.tables import AT_THE_LINE, line_of, ranking_table
from kuutio.core.ledger import SignedHead

KIND = "round"
VERSION = 1
RESULT = "result.json"
TITLES = "titles.json"
NONCE_BYTES = 16
MOST_CENTS = 10**15

OUTCOMES = {
    "expediency": ("proposed_yes", "proposed_no", "at_line"),
    "legality": ("approved", "approved_with_conditions", "rejected"),
    "jury": ("approved", "approved_with_conditions", "rejected", "at_line"),
}
APPROVED = frozenset({"approved", "approved_with_conditions"})
FINAL = APPROVED | {"rejected", "withdrawn"}


@dataclass(slots=True)
class Told:
    """What the entries of a log say.

    Attributes:
        outcomes: the last decision on each candidate.
        table: the ranking, as it is made again from the entries before it.
        voided: how many reviews were taken out.
        files: the hashes of the files for people, by their names.
    """

    method: Method
    threshold: int
    seed: str
    cities: dict[str, frozenset[str]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    reviews: dict[tuple[str, str], Review] = field(default_factory=dict)
    voided: int = 0
    table: dict[str, Any] | None = None
    funded_by_lot: tuple[str, ...] | None = None
    outcomes: dict[str, str] = field(default_factory=dict)
    proposed: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def round_opening(
    origin: str, *, method: Method, threshold: int, seed: str, log_key: str, facts: Mapping[str, Any] | None = None
) -> bytes:
    """Entry 0 of a round.

    Args:
        log_key: the public key that signs the log's heads.
        facts: what else is frozen, such as the title and how conflicts are read.

    Raises:
        Broken: the method can't be used.
    """
    entry = dict(facts or {}) | {
        "type": KIND,
        "version": VERSION,
        "origin": origin,
        "method": {
            "criteria": [
                {"key": one.key, "weight": one.weight, "threshold": _ratio(one.threshold)} for one in method.criteria
            ],
            "scale": list(method.scale),
        },
        "threshold": threshold,
        "seed": seed,
        "keys": {"log": log_key, "witnesses": [], "quorum": 0},
    }
    read_round_opening(entry)
    return canonical(entry)


def read_round_opening(entry: Mapping[str, Any]) -> Told:
    """The method of a round.

    Raises:
        Broken: it is no opening of a round, or can't be used.
    """
    if entry.get("type") != KIND or entry.get("version") != VERSION:
        raise Broken("it is not the opening of a round, or of a version that isn't known yet", 0)
    try:
        said = entry["method"]
        criteria = tuple(
            Criterion(
                _text(one["key"]),
                _whole(one["weight"], 1, 100),
                None if one["threshold"] is None else Fraction(_text(one["threshold"])),
            )
            for one in said["criteria"]
        )
        low, high = said["scale"]
        method = Method(criteria, (_whole(low, 0, 99), _whole(high, 1, 100)))
        told = Told(method, _whole(entry["threshold"], 0, 100), _text(entry["seed"]))
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise Broken(f"the method can't be read: {error}", 0) from error
    if method_findings(method) or low >= high or len({one.key for one in criteria}) < len(criteria):
        raise Broken("the weights are not 100 together, or the scale has no width", 0)
    return told


def read_round(log: CheckedLog) -> Told:
    """What the entries say, each judged by those before it, and the ranking made again.

    Raises:
        Broken: the first entry that can't stand where it stands.
    """
    told = read_round_opening(log.entries[0])
    last = len(log.entries) - 1
    nonces: set[str] = set()
    for number, entry in enumerate(log.entries[1:], 1):
        try:
            nonce = entry["nonce"]
            from_b64u(nonce, NONCE_BYTES)
            if nonce in nonces:
                raise ValueError("its nonce was used already")
            nonces.add(nonce)
            kind = _text(entry["type"])
            if (kind == "close") != (number == last):
                raise ValueError("the closing is the last entry, and only that")
            _READERS[kind](told, entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"{error.args[0]!r} is missing or not known" if isinstance(error, KeyError) else str(error)
            raise Broken(why, number) from error
    if told.table is None:
        raise Broken("there is no ranking in it", last)
    if open_ones := sorted(name for name in told.cities if told.outcomes.get(name) not in FINAL):
        raise Broken(f"candidate {open_ones[0]} was never decided", last)
    return told


def result_of(told: Told) -> dict[str, Any]:
    """What `result.json` has to say."""
    return dict(told.table or {}) | {"outcomes": dict(sorted(told.outcomes.items()))}


def round_bundle(
    entries: Sequence[bytes],
    heads: Iterable[SignedHead],
    *,
    origin: str,
    result: Mapping[str, Any],
    words: Mapping[str, bytes],
    facts: Mapping[str, Any] | None = None,
) -> Bundle:
    """A round as it is published, to be packed (`archive.pack`).

    Args:
        words: the files for people by their names, as the last entry names them: `titles.json` of the candidates by their numbers.
    """
    files = dict(words) | log_files(entries, heads) | {RESULT: canonical(result) + b"\n"}
    return Bundle(KIND, origin, files, facts=facts)


def check_round(bundle: Bundle, log: CheckedLog) -> tuple[str, ...]:
    """The ranking, the scores without own cities, the advice and the outcomes made again; what was found, for people.

    Raises:
        Broken: an entry can't stand, or `result.json` says otherwise; then with the first value that differs.
    """
    told = read_round(log)
    beside = {name: body for name, body in bundle.files.items() if name not in (LOG, LEAVES, HEADS, RESULT)}
    digests = {name: sha256(body).hexdigest() for name, body in beside.items()}
    if other := sorted(name for name in {*digests, *told.files} if digests.get(name) != told.files.get(name)):
        raise Broken(f"{other[0]} isn't the file that the log's last entry names")
    try:
        claimed = read_canonical(bundle.files[RESULT].rstrip(b"\n"))
    except (KeyError, ValueError) as error:
        raise Broken(f"{RESULT} is missing or can't be read") from error
    made = read_canonical(canonical(result_of(told)))
    if canonical(claimed) != canonical(made):
        raise Broken(_difference(made, claimed))
    counted = sum(row["reviews"] for row in made["rows"])
    advised = "none" if made["weak"] is None else "weak" if made["weak"] else "firm"
    approved = [name for name, outcome in made["outcomes"].items() if outcome in APPROVED]
    against = [row["candidate"] for row in made["rows"] if row["place"] in ("below", "not_fundable")]
    return (
        f"candidates ranked: {len(made['rows'])}; reviews that count: {counted}; taken out: {told.voided}",
        f"rank changed by 3 or more without own cities: {sum(row['moved'] for row in made['rows'])}; advice on bias: {advised}",
        f"approved: {', '.join(sorted(approved, key=_order)) or 'none'}; "
        f"against the line: {', '.join(sorted(set(approved) & set(against), key=_order)) or 'none'}",
    )


def _difference(made: Any, claimed: Any, where: str = "") -> str:
    """The first place in which two values differ, in the order in which they are written."""
    if isinstance(made, dict) and isinstance(claimed, dict):
        for key in sorted({*made, *claimed}):
            if made.get(key) != claimed.get(key):
                return _difference(made.get(key), claimed.get(key), f"{where}/{key}")
    if isinstance(made, list) and isinstance(claimed, list):
        for place, (one, other) in enumerate(zip(made, claimed, strict=False)):
            if one != other:
                name = one.get("candidate") if isinstance(one, dict) else None
                return _difference(one, other, f"{where}/{f'candidate {name}' if name else place}")
    return f"{RESULT} isn't what the entries give: at {where or '/'} it says {claimed!r}, the recount gives {made!r}"


def _order(name: str) -> tuple[int, str]:
    return (int(name) if name.isdigit() else 0, name)


# --- entries ----------------------------------------------------------------------------------------------------------


def _candidate(told: Told, entry: Mapping[str, Any]) -> None:
    name, version = _text(entry["candidate"]), _whole(entry["version"], 1, 10**6)
    if told.table is not None or version <= told.versions.get(name, 0):
        raise ValueError("it comes after the ranking, or is no newer version")
    if len(bytes.fromhex(_text(entry["sha256"]))) != 32:
        raise ValueError("it has no hash of what was read")
    told.versions[name] = version
    told.cities[name] = frozenset(_text(city) for city in entry["cities"])
    told.asked[name] = _whole(entry["asked_cents"], 0, MOST_CENTS)


def _withdrawn(told: Told, entry: Mapping[str, Any]) -> None:
    name = _known(told, entry)
    if told.table is None:
        for known in (told.cities, told.asked):
            known.pop(name)
    else:
        told.outcomes[name] = "withdrawn"


def _reviewer(told: Told, entry: Mapping[str, Any]) -> None:
    name = _text(entry["reviewer"])
    if told.table is not None:
        raise ValueError("it comes after the ranking")
    told.homes[name] = _text(entry["city"], 0)


def _review(told: Told, entry: Mapping[str, Any]) -> None:
    name, reviewer = _known(told, entry), _text(entry["reviewer"])
    if told.table is not None:
        raise ValueError("it comes after the ranking")
    scores = {_text(key): _whole(value, 0, 100) for key, value in entry["scores"].items()}
    level = Level(entry["conflict"])
    review = Review(
        name, reviewer, told.homes[reviewer], scores, level, version=_whole(entry["version"], 1, told.versions[name])
    )
    if level is Level.HARD:
        raise ValueError("a review under a hard conflict can't be sent")
    if found := [one for one in review_findings(told.method, review) if one.rule == "V1"]:
        raise ValueError(f"its scores don't fit the method: {found[0].key} {found[0].where}")
    told.reviews[name, reviewer] = review


def _void(told: Told, entry: Mapping[str, Any]) -> None:
    pair = (_text(entry["candidate"]), _text(entry["reviewer"]))
    if told.table is not None or pair not in told.reviews:
        raise ValueError("there is no such review, or it comes after the ranking")
    del told.reviews[pair]
    told.voided += 1


def _ranking(told: Told, entry: Mapping[str, Any]) -> None:
    if told.table is not None:
        raise ValueError("there is a ranking already")
    budget = entry["budget_cents"]
    budget = None if budget is None else _whole(budget, 0, MOST_CENTS)
    reviews = [one for one in told.reviews.values() if one.application in told.cities]
    told.table = ranking_table(told.method, told.cities, reviews, told.asked, budget, told.threshold)


def _draw(told: Told, entry: Mapping[str, Any]) -> None:
    if told.table is None or told.funded_by_lot is not None:
        raise ValueError("lots are drawn once, after the ranking")
    line = line_of(told.table)
    drawn = with_lots(line, told.asked, told.seed)
    funded = drawn.funded[len(line.funded) :]
    if (
        not line.at_the_line
        or list(entry["order"]) != [*funded, *drawn.at_the_line]
        or list(entry["funded"]) != [*funded]
    ):
        raise ValueError(
            f"the lots of the published seed come out otherwise: {', '.join([*funded, *drawn.at_the_line])}"
        )
    told.funded_by_lot = funded


def _decision(told: Told, entry: Mapping[str, Any]) -> None:
    name, kind, outcome = _known(told, entry), _text(entry["kind"]), _text(entry["outcome"])
    if told.table is None or outcome not in OUTCOMES[kind]:
        raise ValueError("it comes before the ranking, or there is no such outcome")
    if told.outcomes.get(name) in FINAL:
        raise ValueError("it is decided already")
    granted = entry["granted_cents"]
    if granted is not None and (_whole(granted, 0, MOST_CENTS) < 0 or outcome not in APPROVED):
        raise ValueError("money is granted by an approval alone")
    if kind == "legality":
        before = told.proposed.get(name)
        if before not in ("proposed_yes", "proposed_no") or (outcome in APPROVED and before != "proposed_yes"):
            raise ValueError("nothing was proposed that the authority could decide so")
    if entry["by_lot"] is True:
        place = next(row["place"] for row in told.table["rows"] if row["candidate"] == name)
        won = told.funded_by_lot is not None and name in told.funded_by_lot
        if place != AT_THE_LINE or told.funded_by_lot is None or (outcome in ("proposed_yes", *APPROVED)) != won:
            raise ValueError("the lots didn't come out so")
    if kind == "expediency":
        told.proposed[name] = outcome
    told.outcomes[name] = outcome


def _close(told: Told, entry: Mapping[str, Any]) -> None:
    counts = entry["conflicts"]
    if not all(_whole(counts[name], 0, 10**9) >= 0 for name in ("hard", "soft", "declared")):
        raise ValueError("it doesn't say how many conflicts there were")
    told.files = {_text(name): _text(digest) for name, digest in entry["files"].items()}


_READERS = {
    "candidate": _candidate,
    "withdrawn": _withdrawn,
    "reviewer": _reviewer,
    "review": _review,
    "void": _void,
    "ranking": _ranking,
    "draw": _draw,
    "decision": _decision,
    "close": _close,
}


def _known(told: Told, entry: Mapping[str, Any]) -> str:
    name = _text(entry["candidate"])
    if name not in told.cities:
        raise ValueError(f"there is no candidate {name[:40]!r}")
    return name


def _text(value: Any, least: int = 1) -> str:
    if not isinstance(value, str) or not least <= len(value) <= 1000:
        raise ValueError("a text is missing")
    return value


def _whole(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{value!r} is no whole number from {low} to {high}")
    return value


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"
