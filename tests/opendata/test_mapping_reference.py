"""The reference of mappings is true: its schema and its mapping are read, fit each other, and give what they promise."""

import re
from pathlib import Path

from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import parse
from kuutio.opendata.engine.harmonise import units
from kuutio.opendata.engine.ingest import ingest
from kuutio.opendata.engine.limits import Limits, Options

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "mapping.md").read_text(encoding="utf-8")
ROWS = (
    "id;puisto;tyyppi;aarit;avattu;esteeton;katu;numero;tila;lon;lat\n"
    "1;Meri;L;65,51;avattu 4.5.2020;k;Merikatu;3;käytössä;25.47;65.01\n"
    "2;Joki;X;1;avattu 5.5.2020;E;Jokikatu;;käytössä;25.48;65.02\n"
    "3;Suo;L;2;;E;Suokatu;9;poistettu;25.49;65.03\n"
)


def test_the_example_gives_what_the_reference_says(tmp_path):
    schema, mapping = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "puistot.csv").write_text(ROWS, encoding="utf-8")
    (table,) = ingest(
        tmp_path / "puistot.csv",
        tmp_path / "out",
        table_prefix="oulu-puistot",
        options=Options(key=("id",)),
        limits=Limits(),
    )
    part = harmonise.Part(harmonise.parse(mapping), table.path)
    contract = parse(schema)
    report = harmonise.rehearse(contract, part)
    assert (report.rows_in, report.rows, report.other_rows, report.left_out) == (3, 2, 1, 0)
    assert (report.lost, report.without_code, report.unmapped) == ({}, {}, [])
    rows = {row["id"]: row for row in harmonise.sample(contract, part)}
    assert rows["oulu-1"] == {
        "city": "oulu",
        "id": "oulu-1",
        "name": "Meri",
        "kind": "playground",
        "area": "6551.0",
        "opened": "2020-05-04",
        "accessible": "true",
        "address": "Merikatu 3",
        "owner": "Oulun kaupunki",
        "geometry": "POINT (25.47 65.01)",
    }
    assert (rows["oulu-2"]["kind"], rows["oulu-2"]["address"]) == ("other", "Jokikatu")


def test_every_unit_and_word_stands_in_the_reference():
    for unit in units.known():
        assert re.search(rf"(?<![\w/]){re.escape(unit)}(?![\w/])", TEXT), unit
    for word in ("from", "unit", "codes", "date", "true", "false", "format", "value", "only", "geometry"):
        assert f"`{word}`" in TEXT
