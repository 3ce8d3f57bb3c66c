"""Where a solution runs: what `core.running` judges by, gathered from catalogue, mappings and snapshots, and kept with the solution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kuutio.cities.models import City, Organisation
from kuutio.core.running import Lack, Offer, lacks_of
from kuutio.core.running import Need as Asked
from kuutio.innovation import findable_datasets, findable_solutions
from kuutio.innovation.models import DataSeen, Lacking, Need, RunsIn, Solution
from kuutio.opendata import changes, permissions
from kuutio.opendata.dcat.queries import with_everything
from kuutio.opendata.engine.harmonise import CITY, KEY
from kuutio.opendata.models import Dataset, Distribution, LinkCheck, Mapping
from kuutio.opendata.promise import kept

_AT_ONCE = 50
_LATELY = timedelta(hours=1)
_OF_ITSELF = frozenset({CITY, KEY})
"""Columns that each harmonised table has, whatever the mappings say."""


class Ground:
    """What the cities have of some data sets, read in a few questions to the database."""

    def __init__(self, datasets: Iterable[UUID], at: datetime) -> None:
        self.at = at
        wanted = set(datasets)
        mappings = list(
            Mapping.objects.filter(joint__in=wanted).select_related("source__dataset__publisher", "source__current")
        )
        sources = {mapping.source.dataset_id for mapping in mappings}
        self.datasets = {row.pk: row for row in with_everything(Dataset.objects.filter(pk__in=wanted | sources))}
        self.mappings: dict[UUID, dict[str, Mapping]] = defaultdict(dict)
        for mapping in mappings:
            self.mappings[mapping.joint_id][mapping.city_id] = mapping
        failed = LinkCheck.objects.filter(distribution__dataset__in=wanted, failures__gt=0)
        self.silent = set(failed.values_list("distribution_id", flat=True))
        self.cities = list(City.objects.all())
        self.desks = {row.city_id: row for row in Organisation.objects.filter(kind=Organisation.Kind.CITY)}

    def offer(self, dataset: Dataset, city: City) -> Offer | None:
        """What a city has of a data set; None: nothing at all."""
        if dataset.city_id is None and dataset.pk in self.mappings:
            mapping = self.mappings[dataset.pk].get(city.pk)
            return self._part(dataset, mapping) if mapping else None
        # A data set of no city that isn't made of the cities' parts is the whole group's: each city has it.
        return self._own(dataset) if dataset.city_id in {city.pk, None} else None

    def owner(self, dataset: Dataset | None, city: City) -> Organisation | None:
        """Who can mend what a city lacks: the publisher of its own table, else the city itself."""
        if dataset is not None:
            mapping = self.mappings.get(dataset.pk, {}).get(city.pk)
            if mapping is not None:
                return mapping.source.dataset.publisher
            if dataset.city_id == city.pk:
                return dataset.publisher
        return self.desks.get(city.pk)

    def _part(self, joint: Dataset, mapping: Mapping) -> Offer:
        """A city's part of a harmonised table, by the report of its last making."""
        report, source = mapping.report, mapping.source
        if not (permissions.is_open(joint) and permissions.is_open(source.dataset)):
            return Offer(is_public=False)
        if report.get("problem") in {"does-not-fit", "bad-mapping"}:
            return Offer(is_broken=True)
        if not report.get("conforms") or not report.get("rows") or source.current is None:
            return Offer(has_data=False)
        promise = self._promise(source.dataset_id, source.pk)
        return Offer(
            columns=frozenset(report.get("mapped", ())) | _OF_ITSELF | self._places(mapping),
            empty=frozenset(name for name, count in report.get("filled", {}).items() if not count),
            updated_at=source.current.served_at,
            is_late=promise,
        )

    @staticmethod
    def _places(mapping: Mapping) -> frozenset[str]:
        """The column of places, which the report doesn't name: it comes along where the city's table has places."""
        columns = mapping.source.current.columns if mapping.source.current else ()
        return frozenset(["geometry"] if any(column["type"] == "geometry" for column in columns) else [])

    def _promise(self, dataset: UUID, table: UUID) -> bool:
        row = self.datasets.get(dataset)
        if row is None:
            return False
        part = next((one for one in row.distributions.all() if one.pk == table), None)
        promise = kept(row, part, now=self.at)
        return promise is not None and promise.late

    def _own(self, dataset: Dataset) -> Offer:
        """A data set as it is: its tables, else its files and addresses."""
        if not permissions.is_open(dataset):
            return Offer(is_public=False)
        parts = list(dataset.distributions.all())
        tables = [part for part in parts if part.kind == Distribution.Kind.TABLE and part.current is not None]
        if tables:
            served = [part.current.served_at for part in tables if part.current and part.current.served_at]
            columns = frozenset(column["name"] for part in tables for column in part.columns)
            late = any(self._promise(dataset.pk, part.pk) for part in tables)
            return Offer(columns=columns, updated_at=max(served, default=None), is_late=late)
        others = [part for part in parts if part.kind != Distribution.Kind.TABLE]
        if not others:
            return Offer(has_data=False)
        return Offer(answers=any(part.pk not in self.silent for part in others), updated_at=dataset.data_changed_at)


def needs_of(solution: Solution, known: Iterable[UUID]) -> list[Asked]:
    """A solution's needs as the rule reads them; a data set that is gone offers nothing to anybody."""
    there = set(known)
    found = []
    for need in solution.needs.all():
        rows = [row for row in need.datasets.all() if row.dataset_id in there]
        fields = {str(row.dataset_id): tuple(row.fields) for row in rows}
        found.append(Asked(need.pk, tuple(fields), fields, need.most_days))
    return found


def judge(solutions: Iterable[Solution], at: datetime) -> int:
    """Work out anew where some solutions run; returns how many changed. May run twice, also at the same time."""
    keys = sorted(solution.pk for solution in solutions)
    changed = 0
    for start in range(0, len(keys), _AT_ONCE):
        with transaction.atomic():
            rows = list(
                Solution.objects.select_for_update()
                .filter(pk__in=keys[start : start + _AT_ONCE])
                .order_by("pk")
                .prefetch_related("needs__datasets", "lacking", "runs_in")
            )
            wanted = {
                needed.dataset_id
                for row in rows
                for need in row.needs.all()
                for needed in need.datasets.all()
                if needed.dataset_id
            }
            ground = Ground(wanted, at)
            changed += sum(_judge(row, ground, at) for row in rows)
    return changed


def _judge(solution: Solution, ground: Ground, at: datetime) -> bool:
    needs = needs_of(solution, ground.datasets)
    offers: dict[str, dict[str, Offer]] = {city.pk: {} for city in ground.cities}
    for key in {UUID(key) for need in needs for key in need.offers}:
        for city in ground.cities:
            if (offer := ground.offer(ground.datasets[key], city)) is not None:
                offers[city.pk][str(key)] = offer
    lacks = {city.pk: lacks_of(needs, offers[city.pk], at) for city in ground.cities} if needs else {}
    runs = {city for city, found in lacks.items() if not found}
    changed = _keep_lacks(solution, lacks, ground, at) | _keep_runs(solution, runs, at)
    Solution.objects.filter(pk=solution.pk).update(judged_at=at)
    if changed and solution.is_public:
        findable_solutions.refresh(solution, at=at)
    return changed


def _keep_runs(solution: Solution, runs: set[str], at: datetime) -> bool:
    before = {row.city_id for row in solution.runs_in.all()}
    solution.runs_in.exclude(city__in=runs).delete()
    RunsIn.objects.bulk_create(RunsIn(solution=solution, city_id=city, since=at) for city in sorted(runs - before))
    return runs != before


def _keep_lacks(solution: Solution, lacks: dict[str, tuple[Lack, ...]], ground: Ground, at: datetime) -> bool:
    """Keep the rows that still hold, so that one sees since when; take out what was mended, put in what is new."""
    cities = {city.pk: city for city in ground.cities}
    wanted: dict[tuple[object, ...], Lacking] = {}
    for code, found in lacks.items():
        for lack in found:
            dataset = ground.datasets[UUID(lack.dataset)] if lack.dataset else None
            row = Lacking(
                solution=solution,
                city_id=code,
                need_id=lack.need,
                fault=str(lack.fault),
                dataset=dataset,
                fields=list(lack.fields),
                owner=ground.owner(dataset, cities[code]),
                since=at,
            )
            wanted[_said(row)] = row
    there = {_said(row): row.pk for row in solution.lacking.all()}
    Lacking.objects.filter(pk__in=[pk for said, pk in there.items() if said not in wanted]).delete()
    Lacking.objects.bulk_create(row for said, row in wanted.items() if said not in there)
    return wanted.keys() != there.keys()


def _said(row: Lacking) -> tuple[object, ...]:
    return (row.city_id, row.need_id, row.fault, row.dataset_id, tuple(row.fields), row.owner_id)


def using(datasets: Iterable[UUID]) -> list[Solution]:
    """The solutions that need any of some data sets, or what is harmonised of them."""
    found = set(datasets)
    joints = Mapping.objects.filter(source__dataset__in=found).values("joint")
    needs = Need.objects.filter(Q(datasets__dataset__in=found) | Q(datasets__dataset__in=joints))
    return list(Solution.objects.filter(pk__in=needs.values("solution")).exclude(state=Solution.State.DECLINED))


def follow_data(at: datetime) -> int:
    """Judge anew what uses the data sets that changed since the last time; returns how many solutions were looked at."""
    with transaction.atomic():
        seen = DataSeen.objects.select_for_update().first()
        if seen is None:
            DataSeen.objects.create(transaction=changes.now())
            touched = None
        else:
            seen.transaction, touched = changes.since(seen.transaction)
            seen.save(update_fields=["transaction"])
        found = using(touched) if touched is not None else list(Solution.objects.exclude(state="declined"))
        judge(found, at)
        if touched is None:
            findable_datasets.refresh_all()
        else:
            findable_datasets.refresh(touched, since=at - _LATELY)
    return len(found)


def judge_all(at: datetime) -> int:
    """Judge every solution anew: data grows old without any change."""
    return judge(Solution.objects.exclude(state=Solution.State.DECLINED).only("pk"), at)
