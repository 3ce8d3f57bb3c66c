"""What there is to know of a data set beside its data: who, under which licence, how fresh, how much it is used."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kuutio.opendata import addresses
from kuutio.opendata.beside import beside
from kuutio.opendata.dcat import places
from kuutio.opendata.models import Dataset, Follow, Mapping, Use
from kuutio.opendata.pages.frame import Framed, reader
from kuutio.opendata.promise import Kept, kept
from kuutio.opendata.vocabularies import FREQUENCIES, LICENCE_ALIASES, LICENCES, THEMES
from kuutio.ui.marked import rendered
from kuutio.ui.wording import language, localized

_LATELY = timedelta(days=30)
_KEYWORDS = 12


def context(frame: Framed) -> dict[str, Any]:
    """The column beside the data."""
    dataset = frame.dataset
    licence = LICENCES.get(LICENCE_ALIASES.get(dataset.licence, dataset.licence))
    catalogue = reverse("opendata:catalogue")
    person = reader(frame.request)
    return {
        "notes": localized(dataset.notes),
        "notes_html": rendered(localized(dataset.notes)[0]),
        "provenance_html": rendered(localized(dataset.provenance)[0]),
        "licence_url": licence.url if licence else "",
        "publisher_url": f"{catalogue}?{urlencode({'publisher': dataset.publisher.slug})}",
        "themes": [
            {"title": THEMES.get(code, code), "url": f"{catalogue}?{urlencode({'theme': code})}"}
            for code in dataset.themes
        ],
        "keywords": [
            {"title": word, "url": f"{catalogue}?{urlencode({'q': word})}"} for word in _keywords(dataset)[:_KEYWORDS]
        ],
        "rhythm": FREQUENCIES.get(dataset.frequency, ""),
        "promise": promise_of(frame),
        "coverage": _coverage(dataset),
        "uses": uses(dataset),
        "joined_from": _joined_from(dataset),
        "joined_into": _joined_into(frame),
        "beside": beside(dataset),
        "follows": bool(person) and Follow.objects.filter(dataset=dataset, person=person).exists(),
        "uri": addresses.dataset_uri(dataset),
    }


def promise_of(frame: Framed) -> Kept | None:
    """Whether the promised rhythm is kept, where one is promised or told."""
    return kept(frame.dataset, frame.table)


def _keywords(dataset: Dataset) -> list[str]:
    words = dataset.keywords
    return [str(word) for word in words.get(language()) or words.get("fi") or next(iter(words.values()), [])]


def _coverage(dataset: Dataset) -> str:
    names = []
    for word in dataset.coverage:
        found = places.municipality(word)
        names.append(found[2 if language() == "sv" else 1] if found else word)
    return ", ".join(names)


def uses(dataset: Dataset) -> dict[str, int]:
    """How many times the data set was asked for in thirty days: on its pages, as files, through interfaces."""
    since = timezone.localdate() - _LATELY
    counted = Use.objects.filter(dataset=dataset, day__gt=since).values("door").annotate(times=Sum("count"))
    doors = {row["door"]: row["times"] for row in counted}
    pages, files = doors.pop("page", 0), doors.pop("download", 0)
    return {"pages": pages, "files": files, "interfaces": sum(doors.values())}


def _joined_from(dataset: Dataset) -> list[dict[str, Any]]:
    """The data sets that a harmonised one is made of, by city, with how well each fits."""
    found = Mapping.objects.filter(joint=dataset).select_related("city", "source__dataset").order_by("city__position")
    return [
        {
            "city": mapping.city,
            "title": localized(mapping.source.dataset.title)[0],
            "url": reverse("opendata:dataset", args=[mapping.source.dataset.name]),
            "conforms": mapping.report.get("conforms"),
        }
        for mapping in found
    ]


def _joined_into(frame: Framed) -> list[dict[str, str]]:
    """The harmonised data sets that this one is part of."""
    tables = [one.pk for one in frame.tables]
    found = Dataset.objects.filter(mappings__source__in=tables, state="published", access="PUBLIC").distinct()
    return [{"title": localized(one.title)[0], "url": reverse("opendata:dataset", args=[one.name])} for one in found]
