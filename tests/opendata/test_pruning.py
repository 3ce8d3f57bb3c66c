"""Old versions go by the setting, after those who page through them had their time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.opendata.actions.afterwards import prune
from kuutio.opendata.models import Distribution, Snapshot
from kuutio.opendata.tables import files_of, serving_path
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db


def test_as_many_old_versions_stay_as_the_setting_says(settings):
    settings.SNAPSHOTS_KEPT = 1
    made = [bring(f"nimi;arvo\nA;{n}\n", what="mixed").result["tables"][0]["snapshot"] for n in range(4)]
    distribution = Distribution.objects.get()
    assert prune(str(distribution.pk)) == []  # all were served within the hour

    Snapshot.objects.filter(content__in=made[1:3]).update(served_at=timezone.now() - timedelta(hours=2))
    Snapshot.objects.filter(content=made[1]).update(state=Snapshot.State.HELD)
    Snapshot.objects.filter(content=made[0]).update(served_at=timezone.now() - timedelta(hours=2))
    assert prune(str(distribution.pk)) == [made[0]]
    assert prune(str(distribution.pk)) == []
    assert Snapshot.objects.get(content=made[0]).state == Snapshot.State.PRUNED
    assert [files_of(distribution.table, content).exists() for content in made] == [False, True, True, True]
    assert not serving_path(distribution.table, made[0]).exists()
    assert Entry.objects.filter(verb="prune_snapshots").count() == 1
