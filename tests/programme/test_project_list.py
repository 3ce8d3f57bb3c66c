"""Official lists of projects, brought in: twice the same, at once, and at the command line."""

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.config import console, database, installation
from kuutio.config.environment import ROOT
from kuutio.core.grants.project_lists import Listed, ListRead
from kuutio.core.problems import NotAllowed
from kuutio.programme.actions.lists import TakenIn, take_in_list
from kuutio.programme.models import ListedProject, ProjectList
from tests.factories import PersonFactory
from tests.races import at_once

DATA = ROOT / "src" / "kuutio" / "programme" / "data"
ROWS = tuple(Listed(f"A{number}", f"Hanke {number}", granted=number) for number in range(3))


def bring(*rows: Listed, by: object = None) -> TakenIn:
    return take_in_list("test", ListRead(rows, (), ()), by=by, at=timezone.now())


@pytest.mark.django_db
def test_the_same_list_again_changes_nothing_and_is_not_noted():
    assert bring(*ROWS) == TakenIn(3, 0, 0)
    read_at = ProjectList.objects.get().read_at
    assert bring(*ROWS) == TakenIn(0, 0, 3)
    assert ProjectList.objects.get().read_at == read_at
    assert Entry.objects.filter(verb="take_in_list").count() == 1


@pytest.mark.django_db
def test_what_the_list_tells_otherwise_is_changed_and_what_it_leaves_out_stays():
    bring(*ROWS)
    assert bring(replace(ROWS[0], granted=-5, lead="Oulun kaupunki"), ROWS[1]) == TakenIn(0, 1, 1)
    changed = ListedProject.objects.get(code="A0")
    assert (changed.granted_cents, changed.lead, changed.name) == (-5, "Oulun kaupunki", "Hanke 0")
    assert ListedProject.objects.count() == 3
    assert Entry.objects.get(verb="take_in_list", facts__changed=1).thing == "project-list:test"


@pytest.mark.django_db
def test_only_an_administrator_brings_in_a_list():
    with pytest.raises(NotAllowed):
        bring(*ROWS, by=PersonFactory())
    assert not ProjectList.objects.exists()
    assert bring(*ROWS, by=PersonFactory(is_superuser=True)).made == 3


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_each_project_once():
    told = at_once(lambda: bring(*ROWS), times=4)
    assert sorted(told, key=lambda one: one.made) == [TakenIn(0, 0, 3)] * 3 + [TakenIn(3, 0, 0)]
    assert ListedProject.objects.count() == 3


@pytest.mark.django_db
def test_the_real_list_comes_in_by_the_command_line_twice_without_change(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(database, "database", nullcontext)
    monkeypatch.setattr(installation, "migrate", lambda: None)
    words = ["programme", "import", str(DATA / "projektilista-2014-2020.csv")]
    words += ["--map", str(DATA / "projektilista-2014-2020.yaml")]
    for made, same in ((2880, 0), (0, 2880)):
        assert console.main(words) == 1
        shown = capsys.readouterr()
        told = json.loads(shown.out)
        assert (told["list"], told["made"], told["changed"], told["same"]) == ("2014-2020", made, 0, same)
        assert told["rejected"] == [{"line": 148, "code": "A70447", "why": "starts_on is '7560', no day like d.m.yyyy"}]
        assert len(told["odd"]) == 28
        assert "line 148, A70447" in shown.err
    listed = ListedProject.objects.get(code="A70202")
    assert (listed.fund, listed.authority) == ("ERDF", "Uudenmaan liitto")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("a: [", "is no YAML"),
        ("!!python/object/apply:os.system [ls]", "is no YAML"),
        ("list: x", 'has no "columns"'),
        ("list: x\ncolumns: {code: a, name: b}", 'The file has no column "a" for code'),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(monkeypatch, capsys, tmp_path, mapping, said):
    monkeypatch.setattr(database, "database", nullcontext)
    monkeypatch.setattr(installation, "migrate", lambda: None)
    (tmp_path / "map.yaml").write_text(mapping)
    (tmp_path / "list.csv").write_text("x,y\n1,2\n")
    assert console.main(["programme", "import", str(tmp_path / "list.csv"), "--map", str(tmp_path / "map.yaml")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert not ProjectList.objects.exists()
