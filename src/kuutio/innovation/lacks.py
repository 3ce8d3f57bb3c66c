"""Where a solution runs and what is lacking elsewhere, in words: for its page, for the data's owner, and for the data set's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, Count, F, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kuutio.cities.models import City, Person
from kuutio.cities.places import cities
from kuutio.core.running import Fault
from kuutio.innovation.models import Lacking, Solution
from kuutio.opendata.beside import Beside, Link
from kuutio.opendata.models import Dataset, Mapping
from kuutio.opendata.queries import publishes_for
from kuutio.ui.wording import localized

_SHOWN = 20
_BESIDE = 12


def running_of(solution: Solution) -> dict[str, Any] | None:
    """The cities in which a solution runs, and for each other one what it lacks; None where it isn't known."""
    rows = list(
        solution.lacking.select_related("city", "dataset")
        .prefetch_related("need__datasets__dataset")
        .order_by("city__position", "need__position", "pk")
    )
    runs = [row.city for row in solution.runs_in.all()]
    if not runs and not rows:
        return None
    lacking: dict[str, list[str]] = {}
    for row in rows:
        lacking.setdefault(row.city_id, []).append(sentence(row))
    return {
        "runs": runs,
        "lacks": [{"city": city, "lacks": lacking[city.pk]} for city in cities() if city.pk in lacking],
        "in_words": in_words(runs),
    }


def in_words(runs: Iterable[City]) -> str:
    """In which cities it runs, as one reads it aloud."""
    names = [str(city.name) for city in runs]
    if not names:
        return _("It doesn’t run in any city today.")
    shown = (
        names[0]
        if len(names) == 1
        else _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
    )
    return _("Runs today: %(cities)s.") % {"cities": shown}


def sentence(row: Lacking) -> str:
    """One lack in words."""
    title = localized(row.dataset.title)[0] if row.dataset else ""
    fields = ", ".join(row.fields)
    said: dict[str, Callable[[], str]] = {
        Fault.NO_DATASET: lambda: _("no data set like %(names)s") % {"names": _like(row)},
        Fault.NOT_PUBLIC: lambda: _("“%(title)s” isn’t public") % {"title": title},
        Fault.NO_DATA: lambda: _("“%(title)s” has no data") % {"title": title},
        Fault.BROKEN: lambda: (
            _("its part of “%(title)s” is broken: the city’s table no longer fits the mapping") % {"title": title}
        ),
        Fault.NO_ANSWER: lambda: _("the address of “%(title)s” doesn’t answer") % {"title": title},
        Fault.NO_FIELD: lambda: (
            ngettext(
                "“%(title)s” lacks the field %(fields)s", "“%(title)s” lacks the fields %(fields)s", len(row.fields)
            )
            % {"title": title, "fields": fields}
        ),
        Fault.EMPTY_FIELD: lambda: (
            ngettext(
                "in “%(title)s” the field %(fields)s is empty",
                "in “%(title)s” the fields %(fields)s are empty",
                len(row.fields),
            )
            % {"title": title, "fields": fields}
        ),
        Fault.OLD: lambda: _("“%(title)s” is too old") % {"title": title},
    }
    return said[row.fault]()


def _like(row: Lacking) -> str:
    """The data sets that would do, as a city may take them for its model."""
    names = [localized(one.dataset.title)[0] if one.dataset else one.name for one in row.need.datasets.all()]
    return _(" or ").join(names[:3])


def needs_of(solution: Solution) -> list[dict[str, Any]]:
    """The data that a solution needs, with the pages of the data sets."""
    return [
        {
            "most_days": need.most_days,
            "datasets": [
                {
                    "title": localized(one.dataset.title)[0] if one.dataset else one.name,
                    "url": reverse("opendata:dataset", args=[one.dataset.name])
                    if one.dataset and one.dataset.state == Dataset.State.PUBLISHED
                    else "",
                    "fields": one.fields,
                }
                for one in need.datasets.all()
            ],
        }
        for need in solution.needs.all()
    ]


def to_do(person: Person) -> list[dict[str, Any]]:
    """What solutions lack of the data that a person publishes, the one that keeps most of them from running first."""
    rows = (
        _owned_by(person)
        # Where there is no data set, the need says which one is missing.
        .annotate(missing=Case(When(dataset=None, then=F("need"))))
        .values("fault", "dataset", "fields", "city", "owner", "missing")
        .annotate(count=Count("solution", distinct=True))
        .order_by("-count", "city__position", "dataset__name")
    )
    found = []
    for group in rows[:_SHOWN]:
        same = _owned_by(person).filter(
            **{name: group[name] for name in ("fault", "dataset", "fields", "city", "owner")},
            **({"need": group["missing"]} if group["missing"] else {}),
        )
        shown = list(
            same.select_related("dataset", "city", "solution")
            .prefetch_related("need__datasets__dataset")
            .order_by("since")[:5]
        )
        first = shown[0]
        found.append(
            {
                "words": sentence(first),
                "city": first.city,
                "since": first.since,
                "url": _mend_at(first),
                "solutions": list({row.solution_id: row.solution for row in shown}.values()),
                "count": group["count"],
            }
        )
    return found


def _owned_by(person: Person) -> QuerySet[Lacking]:
    rows = Lacking.objects.filter(solution__state=Solution.State.PUBLISHED, owner__isnull=False)
    return rows if person.is_superuser else rows.filter(owner__in=publishes_for(person))


def _mend_at(row: Lacking) -> str:
    """Where the owner mends it."""
    if row.dataset is None:
        return reverse("opendata:upload")
    if row.dataset.city_id is None:
        page = "opendata:dataset-mapping" if row.fault in {Fault.BROKEN, Fault.NO_FIELD} else "opendata:dataset-cities"
        return reverse(page, args=[row.dataset.name, row.city_id] if page.endswith("mapping") else [row.dataset.name])
    return reverse("opendata:dataset", args=[row.dataset.name])


def beside(dataset: Dataset) -> Beside | None:
    """The solutions that use a data set, or one that is harmonised of it."""
    joints = Mapping.objects.filter(source__dataset=dataset).values("joint")
    rows = Solution.objects.filter(state=Solution.State.PUBLISHED)
    found = rows.filter(needs__datasets__dataset=dataset) | rows.filter(needs__datasets__dataset__in=joints)
    links = [
        Link(localized(row.title)[0], reverse("innovation:solution", args=[row.slug]))
        for row in found.distinct().order_by("-decided_at", "-pk")[:_BESIDE]
    ]
    return Beside(gettext_lazy("Solutions that use it"), links)
