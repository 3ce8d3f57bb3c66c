"""What a text is about, learnt from texts whose matter is known: naive Bayes over stems, without a name in it.

The words of a text are counted by their stems in all three languages at once, since people write in another language than that of
the page. A stem is learnt when so many different people used it that it tells nothing about any of them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

import numpy as np
from numpy.typing import NDArray

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

    Attributes:
        counts: (labels, stems).
    """

    labels: tuple[str, ...]
    texts: tuple[int, ...]
    stems: tuple[str, ...]
    counts: NDArray[np.int64]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self.stems)}

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """The logarithm of how likely each stem is in a text of each label."""
        smooth = self.counts + SMOOTHING
        weights: NDArray[np.float64] = np.log(smooth / smooth.sum(axis=1, keepdims=True))
        return weights

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Each label with its probability, the likeliest first; nothing when no word of the text is known."""
        known = [self._place[word] for word in stems(text) if word in self._place]
        if not known:
            return []
        total = sum(self.texts)
        # A word has up to three stems, which say the same: their evidence is shared out.
        evidence = self._weights[:, known].sum(axis=1) / len(LANGUAGES)
        scores = [
            log((count + 1) / (total + len(self.labels))) + float(score)
            for count, score in zip(self.texts, evidence, strict=True)
        ]
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
    kept = tuple(sorted(word for word, known in people.items() if len(known) >= SEEN_BY))
    counts = np.array([[counted[word][label] for word in kept] for label in labels], dtype=np.int64)
    return Learnt(labels, tuple(texts[label] for label in labels), kept, counts.reshape(len(labels), len(kept)))


def to_json(learnt: Learnt, facts: Mapping[str, object]) -> str:
    """What was learnt as a text: facts about it, labels, stems and counts, nothing else."""
    told = {
        **facts,
        "texts": dict(zip(learnt.labels, learnt.texts, strict=True)),
        "stems": {word: learnt.counts[:, at].tolist() for at, word in enumerate(learnt.stems)},
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Learnt:
    """What `to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is something else.
    """
    told = json.loads(text)
    labels = tuple(sorted(told["texts"].keys()))
    words: Sequence[str] = sorted(told["stems"])
    counts = np.array([told["stems"][word] for word in words], dtype=np.int64).reshape(len(words), len(labels)).T
    return Learnt(labels, tuple(int(told["texts"][label]) for label in labels), tuple(words), counts)
