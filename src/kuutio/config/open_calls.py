"""The programme's open calls among what firms and groups are shown; the two domains don't know each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation

from kuutio.cities.models import City, Organisation
from kuutio.core.language import LANGUAGES, Language
from kuutio.innovation.offers import Offer
from kuutio.innovation.receiving import may_receive
from kuutio.programme.models import Call


def open_calls(at: datetime) -> list[Offer]:
    """The calls that are open, for those whom the matching shows what there is; who may not receive the grant sees why."""
    members = tuple(City.objects.values_list("pk", flat=True))
    kinds = frozenset(kind for kind in Organisation.Kind.values if may_receive(kind))
    return [
        Offer(
            kind="call",
            key=row.slug,
            title=_texts_of(row.title),
            path={language: _page_in(language, "programme:call", row.slug) for language in LANGUAGES},
            kinds=kinds,
            cities=members,
            text=" ".join([*_texts_of(row.title).values(), *_texts_of(row.summary).values()]),
            closes_at=row.closes_at,
            changed_at=row.opens_at,
        )
        for row in Call.objects.filter(state=Call.State.OPEN, closes_at__gt=at).order_by("closes_at")
    ]


def _texts_of(value: Any) -> dict[Language, str]:
    data = getattr(value, "data", value)
    texts = data if isinstance(data, dict) else {"fi": str(data or "")}
    return {language: text for language in LANGUAGES if (text := texts.get(language))}


def _page_in(language: Language, name: str, slug: str) -> str:
    with translation.override(language):
        return reverse(name, args=[slug])
