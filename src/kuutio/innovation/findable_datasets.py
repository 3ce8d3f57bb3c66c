"""Open data sets among the things that are matched; the search over everything has them from the catalogue itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from kuutio.core.language import LANGUAGES
from kuutio.core.texts import written
from kuutio.innovation import things
from kuutio.innovation.models import Findable, Technology, Theme
from kuutio.opendata import addresses
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import public_datasets

KIND = "dataset"
_AT_ONCE = 500
THEMES: dict[str, tuple[Theme, ...]] = {
    "TRAN": (Theme.MOBILITY,),
    "ENER": (Theme.ENERGY,),
    "ENVI": (Theme.ENERGY, Theme.CIRCULAR),
    "HEAL": (Theme.WELLBEING,),
    "SOCI": (Theme.WELLBEING,),
    "EDUC": (Theme.LEARNING, Theme.CULTURE),
    "JUST": (Theme.SAFETY,),
    "REGI": (Theme.BUILDING,),
    "GOVE": (Theme.SERVICES,),
    "TECH": (Theme.SERVICES,),
}
"""Our themes by the data themes of the EU (https://publications.europa.eu/resource/authority/data-theme); others have none."""


def refresh(datasets: Iterable[UUID], *, since: datetime | None = None) -> int:
    """Match some data sets anew; those that aren't public any more are taken out. Returns how many were put in.

    Args:
        since: those that are in already and were described before this are left as they are: the log of changes tells of
            each count of uses, too.
    """
    keys = sorted(set(datasets))
    count = 0
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        rows = list(public_datasets().filter(pk__in=some))
        gone = {str(key) for key in some} - {str(row.pk) for row in rows}
        if since is not None:
            names = [str(row.pk) for row in rows]
            there = set(Findable.objects.filter(kind=KIND, key__in=names).values_list("key", flat=True))
            rows = [row for row in rows if str(row.pk) not in there or row.modified_at > since]
        Findable.objects.filter(kind=KIND, key__in=gone).delete()
        for row in rows:
            _put(row)
        count += len(rows)
    return count


def refresh_all() -> int:
    """Match all data sets anew."""
    public = list(public_datasets().values_list("pk", flat=True))
    Findable.objects.filter(kind=KIND).exclude(key__in=[str(key) for key in public]).delete()
    return refresh(public)


def _put(row: Dataset) -> None:
    titles = written(row.title)
    faces = {
        language: things.Face(titles[language], addresses.dataset_page(row, language).removeprefix(settings.SITE_URL))
        for language in LANGUAGES
        if language in titles
    }
    keywords = [str(word) for words in row.keywords.values() if isinstance(words, list) for word in words]
    at: datetime = row.issued_at or row.created_at
    things.put(
        KIND,
        str(row.pk),
        faces,
        themes=[theme for code in row.themes for theme in THEMES.get(code, ())],
        technologies=[Technology.DATA],
        cities=[row.city_id] if row.city_id else list(row.mappings.values_list("city_id", flat=True)),
        text=" ".join([*titles.values(), *keywords]),
        at=at,
    )
