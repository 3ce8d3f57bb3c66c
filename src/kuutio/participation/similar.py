"""Proposals of a process that may mean the same: offered before a new one is sent, and to the officer who joins them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

from kuutio.core.language import similarity, tokens
from kuutio.participation.models import Contribution, Process, Proposal

MOST = 5
_RANKED = 40
_MOST_WORDS = 40
_ALIKE = 0.12
"""Below this much of common writing in the titles, the words alone must fit well."""
_FITS = 0.25
CONFIGS = {"fi": "finnish", "sv": "swedish", "en": "english"}


def similar(process: Process, title: str, text: str, language: str, *, but: int | None = None) -> list[Proposal]:
    """The proposals that are most like a title and a text, the likest first.

    Full text finds those with common words (PostgreSQL's stems of the language), the trigrams of the titles order them.

    Args:
        but: the key of a contribution that isn't compared: itself.
    """
    words = tokens(f"{title} {text}")[:_MOST_WORDS]
    config = CONFIGS.get(language, "simple")
    long = [word for word in dict.fromkeys(words) if len(word) > 3]
    if not long:
        return []
    query = SearchQuery(long[0], config=config)
    for word in long[1:]:
        query |= SearchQuery(word, config=config)
    vector: Any = SearchVector("contribution__title", weight="A", config=config)
    vector += SearchVector("contribution__text", weight="C", config=config)
    rows = (
        Proposal.objects.filter(
            contribution__process=process, contribution__state=Contribution.State.PUBLISHED, merged_into=None
        )
        .exclude(contribution=but)
        .annotate(vector=vector, rank=SearchRank(vector, query))
        .filter(vector=query)
        .select_related("contribution__stage", "city")
        .order_by("-rank", "-pk")[:_RANKED]
    )
    scored = []
    for row in rows:
        alike, rank = similarity(title, row.contribution.title), float(row.rank)
        if alike >= _ALIKE or rank >= _FITS:
            scored.append((alike + rank, row.pk, row))
    scored.sort(key=lambda line: line[:2], reverse=True)
    return [row for _score, _pk, row in scored[:MOST]]
