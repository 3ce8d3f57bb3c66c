"""`./kuutio load`: what it prints, and by which exit code a script knows how it went."""

import io
import json
import zipfile
from contextlib import nullcontext

import pytest
from django.utils import timezone

from kuutio.config import console, database, installation, jobs
from kuutio.opendata.actions import loading
from kuutio.opendata.actions.catalogue import unpublish_dataset, withdraw_dataset
from kuutio.opendata.models import Dataset, Distribution, Load
from tests.factories import OrganisationFactory
from tests.opendata.bringing import in_this_process

pytestmark = pytest.mark.django_db
TREES = "tunnus;laji;korkeus\n001;koivu;12,5\n002;mänty;20\n"
PEOPLE = "nimi;tunnus\nA;131052-308T\nB;010594Y9032\n"


@pytest.fixture
def load(monkeypatch, capsys, tmp_path):
    """Run the command on what a file would hold; gives the exit code, the JSON of stdout and what stderr says.

    The jobs are done in this process, without the child whose start is most of a small file's time.
    """
    OrganisationFactory()
    monkeypatch.setattr(database, "database", nullcontext)
    monkeypatch.setattr(installation, "migrate", lambda: None)
    monkeypatch.setattr(loading, "run_limited", in_this_process)
    monkeypatch.setattr(
        jobs,
        "run_waiting_jobs",
        lambda: [loading.work_load(str(one.pk)) for one in Load.objects.filter(finished_at=None)],
    )

    def run(content: str | bytes, *words: str, name: str = "a.csv", dataset: str = "trees"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        code = console.main(["load", str(path), "--city", "helsinki", "--dataset", dataset, "--json", *words])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else None, told.err

    return run


def test_a_file_is_served_and_told_as_json(load):
    code, told, said = load(TREES)
    assert code == 0
    (table,) = told["tables"]
    assert {word: table[word] for word in ("name", "rows_in", "rows", "rejects", "crs", "state")} == {
        "name": "helsinki-trees",
        "rows_in": 2,
        "rows": 2,
        "rejects": 0,
        "crs": None,
        "state": "served",
    }
    assert table["columns"][2] == {"name": "korkeus", "type": "number"}
    assert table["snapshot"] == Distribution.objects.get().current.content
    assert "helsinki-trees: 2 rows" in said


def test_what_is_held_exits_with_1_and_a_reason_serves_it(load):
    code, told, said = load(PEOPLE)
    assert (code, told["tables"][0]["state"]) == (1, "held")
    assert "may be personal data" in said
    code, told, _said = load(PEOPLE, "--accept", "Keksittyjä tunnuksia.")
    assert (code, told["tables"][0]["state"]) == (0, "served")


def test_a_broken_contract_is_held(load):
    load(TREES)
    Dataset.objects.update(contract={"columns": [{"name": "korkeus", "max": 15}]})
    code, told, said = load(TREES + "003;kuusi;7\n")
    assert (code, told["tables"][0]["state"]) == (1, "held")
    assert "breaks the contract" in said


def test_what_cannot_be_read_exits_with_1_without_json(load):
    code, told, said = load(b'{"type": "FeatureCollection", "features": [{"type": ', name="a.geojson")
    assert (code, told) == (1, None)
    assert "cut short" in said


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a.csv"],
        ["a.csv", "--city", "helsinki"],
        ["a.csv", "--city", "helsinki", "--dataset", "x", "--colour"],
        ["a.csv", "--city", "helsinki", "--dataset", "x", "--type", "a=colour"],
        ["a.csv", "--city", "helsinki", "--dataset", "x", "--separator", "ab"],
        ["a.csv", "--city", "helsinki", "--dataset", "x", "--skip-rows", "-1"],
    ],
)
def test_wrong_usage_exits_with_2(words):
    with pytest.raises(SystemExit) as caught:
        console.main(["load", *words])
    assert caught.value.code == 2


@pytest.mark.parametrize("hide", [withdraw_dataset, unpublish_dataset])
def test_nothing_is_loaded_where_nobody_could_see_it(load, hide):
    load(TREES)
    hide(Dataset.objects.get(), by=None, at=timezone.now())
    code, told, said = load(TREES + "003;kuusi;7\n")
    assert (code, told) == (1, None)
    assert "helsinki-trees" in said
    assert Load.objects.count() == 1


def test_a_file_is_read_as_it_is_told(load):
    text = "Puut 2026\nlaskettu käsin\n001\tkoivu ä\t12.5\n002\tmänty\t20\n"
    words = ["--no-header", "--skip-rows", "2", "--separator", "tab", "--decimal", ".", "--encoding", "windows-1252"]
    code, told, said = load(text.encode("windows-1252"), *words)
    assert code == 0, said
    assert (told["tables"][0]["rows"], len(told["tables"][0]["columns"])) == (2, 3)
    code, told, said = load("id;n\n1;2\n2;x\n", "--type", "n=integer", "--type", "id=text", "--header", dataset="typed")
    assert code == 0, said
    assert told["tables"][0]["rejects"] == 1
    assert told["tables"][0]["columns"] == [{"name": "id", "type": "text"}, {"name": "n", "type": "integer"}]


LATE = "n;v\n" + "".join(f"{n};{n}\n" for n in range(150_000)) + "150000;sana\n"
BAD = {
    "empty": (b"", "a.csv", ["empty"]),
    "nuls": (b"a;b\n" + b"\0\0\0;1\n" * 1000, "a.csv", ["table"]),
    "ten-thousand-columns": (";".join(f"c{n}" for n in range(10_000)) + "\n1\n", "a.csv", ["columns"]),
    "wrong-encoding": ("nimi;n\nÄijälä;1\n".encode("windows-1252"), "a.csv", ["utf-8", "encod"]),
    "an-error-page": (b"<!DOCTYPE html><html><p>404; not found</p></html>\n", "a.csv", ["table"]),
    "cut-short": (b'[{"a": 1}, {"a": ', "a.json", ["cut short"]),
    "entities": (
        b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&x;</name></Placemark></kml>',
        "a.kml",
        ["entit", "doctype", "xml"],
    ),
    "no-such-crs": ("id;lon;lat\n1;24.9;60.1\n", "a.csv", ["crs", "coordinate"]),
}
WORDS = {"wrong-encoding": ["--encoding", "utf-8"], "no-such-crs": ["--crs", "EPSG:999999"]}


@pytest.mark.parametrize("what", sorted(BAD))
def test_bad_input_is_refused_with_its_reason_and_the_last_good_version_stays(load, what):
    good = load(TREES)[1]["tables"][0]["snapshot"]
    content, name, reasons = BAD[what]
    code, told, said = load(content, *WORDS.get(what, []), name=name)
    assert (code, told) == (1, None)
    assert any(reason in said.lower() for reason in reasons), said
    assert "Traceback" not in said
    assert Distribution.objects.select_related("current").get().current.content == good


def test_a_type_that_changes_late_is_found_over_every_row(load):
    code, told, _said = load(LATE, dataset="late")
    assert code == 0
    assert (told["tables"][0]["rows"], told["tables"][0]["rejects"]) == (150_001, 0)
    assert told["tables"][0]["columns"][1] == {"name": "v", "type": "text"}


def test_files_of_an_archive_that_hold_no_table_are_told(load):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("trees.csv", TREES)
        archive.writestr("ohje.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20)
    code, told, said = load(packed.getvalue(), name="a.zip")
    assert (code, told["passed_over"]) == (0, ["ohje.pdf"])
    assert "ohje.pdf" in said
