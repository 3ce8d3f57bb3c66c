"""What was learnt: who reads which learning, which ones are like another, how one is cited."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kuutio.cities.models import Person
from kuutio.core.stems import stems
from kuutio.core.texts import written
from kuutio.core.when import here
from kuutio.innovation import permissions
from kuutio.innovation.models import Learning, LearningCity, Term, Trial
from kuutio.innovation.things import known_of
from kuutio.ui.wording import localized

LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_ALIKE = 5
_TELLING_STEMS = 25


def learnings_of(trial: Trial) -> QuerySet[Learning]:
    """The published learnings of a trial, the newest first."""
    return published().filter(trial=trial)


def published() -> QuerySet[Learning]:
    """What everybody may read, the newest first."""
    return Learning.objects.filter(published_at__isnull=False).order_by("-published_at", "-pk")


def seen_by(person: Person | None) -> QuerySet[Learning]:
    """What a person may read: drafts that they wrote or that are of their cities, too."""
    if person is None:
        return published()
    own = permissions.cities_of(person)
    mine = Q(made_by=person) | Exists(LearningCity.objects.filter(learning=OuterRef("pk"), city__in=own))
    return Learning.objects.filter(Q(published_at__isnull=False) | mine)


def whole(rows: QuerySet[Learning]) -> QuerySet[Learning]:
    """With what a list shows of each."""
    return rows.select_related("trial").prefetch_related("parts__city")


def address_of(learning: Learning) -> str:
    """The permanent address: of this very learning, in no language, for as long as it exists."""
    return f"{settings.SITE_URL}/learnings/{learning.uuid}"


def citation_of(learning: Learning) -> str:
    """How it is cited: who, when, what, where, as DataCite recommends for what has a permanent address.

    Source: DataCite, "Cite your data": Creator (PublicationYear). Title. Publisher. Identifier.
    """
    year = here(learning.published_at).year if learning.published_at else "–"
    title = localized(learning.title)[0]
    return f"{learning.authors} ({year}). {title}. Kuutio. {address_of(learning)}. CC BY 4.0"


def others_who_tried(learning: Learning) -> list[Learning]:
    """Learnings of others on the same things, those that share most first: themes, technologies, telling words."""
    subjects = [f"theme:{one}" for one in learning.themes] + [f"technology:{one}" for one in learning.technologies]
    texts = " ".join([*written(learning.title).values(), *written(learning.lesson).values()])
    words = [f"word:{one}" for one in stems(texts, known_of(texts))[:_TELLING_STEMS]]
    keys = nearest("learning", subjects, words, without=learning.slug)
    rows = {row.slug: row for row in whole(published().filter(slug__in=keys))}
    return [rows[key] for key in keys if key in rows]


def nearest(
    kind: str, subjects: Sequence[str], words: Sequence[str], *, without: str = "", most: int = _ALIKE
) -> list[str]:
    """The keys of the things of a kind that share most terms: one subject at least, and another term besides."""
    same = Term.objects.filter(term__in=subjects, findable__kind=kind).exclude(findable__key=without)
    rows = Term.objects.filter(term__in=[*subjects, *words], findable__in=same.values("findable"))
    counted = rows.values("findable__key").annotate(shared=Count("pk")).filter(shared__gte=2)
    return [row["findable__key"] for row in counted.order_by("-shared", "findable__key")[:most]]
