"""Snapshots are whole or not there."""

import json
import os
import threading
import time
from dataclasses import replace

import pytest

from kuutio.opendata.engine import snapshot
from kuutio.opendata.engine.snapshot import Geometry, Manifest, Source
from kuutio.opendata.engine.types import Column, ColumnType

MANIFEST = Manifest(
    id="0123456789abcdef",
    table="oulu-koulut",
    created_at="2026-11-24T12:00:00Z",
    source=Source("koulut.csv", "ab" * 32, "csv", "utf-8", ";", ",", None, "EPSG:3067"),
    rows_in=3,
    rows=2,
    rejects=1,
    key=["id"],
    columns=[Column("id", ColumnType.INTEGER, "Id", min=1, max=2, distinct=2, top=[[1, 1], [2, 1]])],
    geometry=Geometry(["Point"], [24.0, 60.0, 25.0, 61.0], "EPSG:3067"),
    bytes={"data": 4},
)


def publish(root, manifest=MANIFEST, data=b"data"):
    with snapshot.building(root, manifest.table) as place:
        (place / snapshot.DATA).write_bytes(data)
        return snapshot.publish(root, place, manifest)


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    directory = publish(tmp_path)
    assert directory == tmp_path / "oulu-koulut" / "0123456789abcdef"
    assert snapshot.read_manifest(directory) == MANIFEST
    assert snapshot.read_manifest(directory).column("id").type is ColumnType.INTEGER
    with pytest.raises(KeyError):
        MANIFEST.column("nimi")


def test_manifests_have_json_values_only():
    text = json.dumps(MANIFEST.as_json(), allow_nan=False)
    assert Manifest.from_json(json.loads(text)) == MANIFEST


def test_the_same_content_is_published_once(tmp_path):
    first = publish(tmp_path)
    inode = (first / snapshot.DATA).stat().st_ino
    assert publish(tmp_path) == first
    assert (first / snapshot.DATA).stat().st_ino == inode
    assert [path.name for path in (tmp_path / "oulu-koulut").iterdir()] == [MANIFEST.id]


def test_eight_at_once_publish_one_snapshot(tmp_path):
    errors = []

    def run():
        try:
            publish(tmp_path)
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert [path.name for path in (tmp_path / "oulu-koulut").iterdir()] == [MANIFEST.id]


def test_nothing_is_seen_before_it_is_whole(tmp_path):
    with snapshot.building(tmp_path, MANIFEST.table) as place:
        (place / snapshot.DATA).write_bytes(b"half")
        assert snapshot.snapshots(tmp_path, MANIFEST.table) == []
    assert not place.exists(), "what wasn't published is gone"


def test_a_failure_while_building_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="x"), snapshot.building(tmp_path, MANIFEST.table):
        raise ValueError("x")
    assert list((tmp_path / MANIFEST.table).iterdir()) == []


def test_prune_keeps_what_it_is_told(tmp_path):
    ids = [f"{n:016x}" for n in range(4)]
    for n, name in enumerate(ids):
        publish(tmp_path, replace(MANIFEST, id=name, created_at=f"2026-11-2{n}T12:00:00Z"))
    assert [found.id for found in snapshot.snapshots(tmp_path, "oulu-koulut")] == ids
    assert snapshot.prune(tmp_path, "oulu-koulut", keep=ids[2:]) == ids[:2]
    assert [found.id for found in snapshot.snapshots(tmp_path, "oulu-koulut")] == ids[2:]


def test_sweep_removes_what_a_killed_worker_left(tmp_path):
    publish(tmp_path)
    left = [tmp_path / "oulu-koulut" / ".building-x", tmp_path / f"{snapshot.WORK}x"]
    for path in left:
        path.mkdir()
        os.utime(path, (time.time() - 7200,) * 2)
    (tmp_path / "oulu-koulut" / ".building-new").mkdir()
    assert snapshot.sweep(tmp_path, older_than_s=3600) == 2
    assert not any(path.exists() for path in left)
    assert (tmp_path / "oulu-koulut" / ".building-new").exists()
    assert len(snapshot.snapshots(tmp_path, "oulu-koulut")) == 1


@pytest.mark.parametrize("name", ["../x", "", "Oulu", "a/b", ".building-x", "ä"])
def test_ids_that_are_no_names_of_directories(tmp_path, name):
    with pytest.raises(ValueError, match="not a"):
        snapshot.table_dir(tmp_path, name)
    with pytest.raises(ValueError, match="not a"):
        snapshot.snapshot_dir(tmp_path, "oulu", name)
