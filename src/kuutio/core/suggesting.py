"""What a text is about, learnt from texts whose matter is known: naive Bayes over stems, without a name in it.

The words of a text are counted by their stems in all three languages at once, since people write in another language than that of
the page. A stem is learnt when so many different people used it that it tells nothing about any of them.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

from kuutio.core.language import LANGUAGES
from kuutio.core.stems import stems

SEEN_BY = 5
"""So many different people must have used a stem before it is learnt: a name, a street or an illness of few isn't."""
SMOOTHING = 0.3


@dataclass(frozen=True, slots=True)
class Told:
    """One text whose matter is known.

    Attributes:
        who: whoever wrote it, in any form that is the same for the same person; it isn't kept.
    """

    label: str
    text: str
    who: str


@dataclass(frozen=True)
class Learnt:
    """What was learnt: for each label how many texts, and how many of them had a stem.

    In plain Python: a text has some fifty stems, and the library that would add them up faster takes more memory in each web
    process than all that is learnt.

    Attributes:
        counts: of each stem, by the place of the label.
    """

    labels: tuple[str, ...]
    texts: tuple[int, ...]
    counts: Mapping[str, array[int]]

    @cached_property
    def _wholes(self) -> list[float]:
        """The logarithm of what all stems of each label sum up to."""
        sums = [0] * len(self.labels)
        for row in self.counts.values():
            for at, count in enumerate(row):
                sums[at] += count
        return [log(whole + SMOOTHING * len(self.counts)) for whole in sums]

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Each label with its probability, the likeliest first; nothing when no word of the text is known."""
        known = [self.counts[word] for word in stems(text) if word in self.counts]
        if not known:
            return []
        total = sum(self.texts)
        scores = []
        for at, (count, whole) in enumerate(zip(self.texts, self._wholes, strict=True)):
            evidence = sum(log(row[at] + SMOOTHING) - whole for row in known)
            # A word has up to three stems, which say the same: their evidence is shared out.
            scores.append(log((count + 1) / (total + len(self.labels))) + evidence / len(LANGUAGES))
        top = max(scores)
        shares = [exp(score - top) for score in scores]
        found = zip(self.labels, (share / sum(shares) for share in shares), strict=True)
        return sorted(found, key=lambda row: (-row[1], row[0]))


def learn(told: Iterable[Told]) -> Learnt:
    """Learn from texts; the same texts in any order give the same."""
    texts: Counter[str] = Counter()
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, set[str]] = defaultdict(set)
    for one in told:
        texts[one.label] += 1
        for word in stems(one.text):
            counted[word][one.label] += 1
            if len(people[word]) < SEEN_BY:
                people[word].add(one.who)
    labels = tuple(sorted(texts))
    kept = sorted(word for word, known in people.items() if len(known) >= SEEN_BY)
    counts = {word: array("L", [counted[word][label] for label in labels]) for word in kept}
    return Learnt(labels, tuple(texts[label] for label in labels), counts)


def to_json(learnt: Learnt, facts: Mapping[str, object]) -> str:
    """What was learnt as a text: facts about it, labels, stems and counts, nothing else."""
    told = {
        **facts,
        "texts": dict(zip(learnt.labels, learnt.texts, strict=True)),
        "stems": {word: row.tolist() for word, row in learnt.counts.items()},
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Learnt:
    """What `to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, OverflowError: it is something else.
    """
    told = json.loads(text)
    labels = tuple(sorted(told["texts"].keys()))
    counts = {str(word): array("L", row) for word, row in told["stems"].items()}
    if any(len(row) != len(labels) for row in counts.values()):
        raise ValueError("a stem has not as many counts as there are labels")
    return Learnt(labels, tuple(int(told["texts"][label]) for label in labels), counts)
