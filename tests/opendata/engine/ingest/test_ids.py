"""The id of a row: a key that a person declared, else one that survives a reload."""

import random

import pytest

HEAD = "id;kunta;nimi\n"
ROWS = ["1;Oulu;a", "2;Oulu;b", "3;Turku;c", "1;Oulu;a", "1;Oulu;a"]


def test_a_declared_key(load):
    table = load(HEAD + "1;Oulu;a\n2;Oulu;b\n", key=("kunta", "id"))
    assert table.ids == ["Oulu-1", "Oulu-2"]
    assert table.manifest.key == ["kunta", "id"]


def test_a_second_row_with_the_same_key_is_rejected(load):
    table = load(HEAD + "1;Oulu;a\n2;Oulu;b\n1;Turku;c\n;Turku;d\n", key=("id",))
    assert table.ids == ["1", "2"]
    assert table.rejected == [(3, "key"), (4, "key")]
    assert table.rejects[0][2] == "1;Turku;c"


def test_keys_that_look_alike_when_joined(load):
    table = load("a;b\nx-y;z\nx;y-z\nx~;z\nx;z\n", key=("a", "b"))
    assert len(set(table.ids)) == 4
    assert table.ids[3] == "x-z"
    assert table.rejected == []


def test_days_and_negative_numbers_stand_in_an_id_as_they_are(load):
    table = load("kunta;pvm;n\nOulu;2024-01-31;-5\nOulu;2024-02-01;7\n", key=("kunta", "pvm", "n"))
    assert table.ids == ["Oulu-2024-01-31--5", "Oulu-2024-02-01-7"]


def test_a_key_of_one_column_stands_as_it_is(load):
    assert load("a;b\nx-y;z\nx~y;z\n", key=("a",)).ids == ["x-y", "x~y"]


def test_rows_without_a_key_have_ids_of_their_content(load):
    table = load(HEAD + "\n".join(ROWS))
    first, second, third, fourth, fifth = table.ids
    assert [fourth, fifth] == [f"{first}-2", f"{first}-3"]
    assert len({first, second, third}) == 3


def test_unchanged_rows_keep_their_ids(load):
    before = load(HEAD + "\n".join(ROWS[:3]))
    after = load(HEAD + "\n".join(["9;Espoo;uusi", ROWS[2], ROWS[0]]))
    ids = dict(zip(before.column("nimi"), before.ids, strict=True))
    assert dict(zip(after.column("nimi"), after.ids, strict=True)).items() >= {"c": ids["c"], "a": ids["a"]}.items()


def test_ids_survive_a_column_that_changes_its_type(load):
    before = load(HEAD + "\n".join(ROWS[:3]))
    after = load(HEAD + "\n".join([*ROWS[:3], "4b;Oulu;d"]))
    assert after.types["id"] == "text"
    assert after.ids[:3] == before.ids


def test_the_same_content_has_the_same_snapshot(load):
    data = HEAD + "\n".join(ROWS)
    first, again = load(data), load(data.replace("\n", "\r\n"), name="toinen.csv")
    other = load(data + "\n7;Oulu;x")
    assert first.loaded.snapshot == again.loaded.snapshot
    assert first.loaded.path == again.loaded.path
    assert other.loaded.snapshot != first.loaded.snapshot


@pytest.mark.parametrize("points", [False, True])
def test_a_large_table_has_the_same_snapshot_again(load, points):
    """Threads must not decide about the order of rows or the bytes of the file."""
    chance = random.Random(1)
    head = "n;lon;lat\n" if points else "n;x;z\n"
    data = head + "".join(f"{n};{chance.uniform(20, 30):.6f};{chance.uniform(60, 69):.6f}\n" for n in range(300_000))
    assert load(data).loaded.snapshot == load(data, name="toinen.csv").loaded.snapshot


def test_what_was_rejected_is_part_of_the_snapshot(load):
    assert load("a;b\n1;2\n3;4\n").loaded.snapshot != load("a;b\n1;2\n3;4\n5\n").loaded.snapshot


def test_empty_and_missing_are_told_apart_from_other_cells(load):
    table = load("a;b;c\nx;;\n;x;\n;;x\n")
    assert len(set(table.ids)) == 3
