"""Official lists of projects: every row of a file comes in or is told, whatever is in it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.config.environment import ROOT
from kuutio.core.grants.project_lists import Listed, NoList, Told, read_layout, read_list
from kuutio.core.grants.reading import Node, Unreadable

HEADER = "Koodi,Rahasto,Hankkeen nimi,Viranomainen,Aloituspvm,Päättymispvm,Toteuttajan nimi,Myönnetty,Suunniteltu"
COLUMNS = {
    "code": "koodi",
    "fund": "Rahasto",
    "name": "Hankkeen  nimi",
    "authority": "Viranomainen",
    "starts_on": "Aloituspvm",
    "ends_on": "Päättymispvm",
    "lead": "Toteuttajan nimi",
    "granted": "Myönnetty",
    "planned": "Suunniteltu",
}
MAPPING = {
    "list": "2014-2020",
    "columns": COLUMNS,
    "values": {"fund": {"EAKR": "ERDF"}},
    "replace": {"|": ","},
}


def read(*rows: str, **changes: object):
    layout = read_layout(Node({**MAPPING, **changes}))
    return read_list("\n".join([HEADER, *rows]).encode(), layout)


def test_a_row_is_read_with_its_dirt():
    told = read('A1,EAKR,Uudet  prosessit |kemikaalit,"  Häme,  ELY ",1.3.2015,28.2.2017,Oy,443909.5,443910')
    assert told.projects == (
        Listed(
            code="A1",
            name="Uudet prosessit, kemikaalit",
            fund="ERDF",
            authority="Häme, ELY",
            lead="Oy",
            starts_on=date(2015, 3, 1),
            ends_on=date(2017, 2, 28),
            granted=443_909_50,
            planned=443_910_00,
        ),
    )
    assert (told.rejected, told.odd) == ((), ())


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A1,EAKR,Nimi,V,7560,31.12.2016,Oy, ,7560", "starts_on is '7560', no day like d.m.yyyy"),
        ("A1,EAKR,Nimi,V,1.1.2015,30.2.2016,Oy,1,1", "ends_on is '30.2.2016', no day like d.m.yyyy"),
        ("A1,EAKR,Nimi,V,1.1.0215,,Oy,1,1", "starts_on is '1.1.0215', no day of our time"),
        ("A1,EAKR,Nimi,V,2.1.2015,1.1.2015,Oy,1,1", "it ends on 2015-01-01, before it starts on 2015-01-02"),
        (",EAKR,Nimi,V,,,Oy,1,1", "code is empty"),
        ("A1,EAKR, ,V,,,Oy,1,1", "name is empty"),
        ("A1,EAKR,Nimi,V,,,Oy,1,2,3", "it has 10 fields, the header 9"),
        ("A1,EAKR", "it has 2 fields, the header 9"),
        ("A1,EAKR,Nimi,V,,,Oy,1.005,1", "granted is '1.005', no amount like 1234.50"),
        ("A1,EAKR,Nimi,V,,,Oy,kyllä,1", "granted is 'kyllä', no amount like 1234.50"),
        (f"A1,EAKR,{'x' * 601},V,,,Oy,1,1", "name is too long"),
        ("A0,EAKR,Nimi,V,,,Oy,1,1", "its code stands in an earlier row"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_its_reason(row, why):
    told = read("A0,EAKR,Ensimmäinen,V,1.1.2015,1.2.2015,Oy,1,1", "", row)
    assert [project.name for project in told.projects] == ["Ensimmäinen"]
    assert told.rejected == (Told(4, row.partition(",")[0], why),)


def test_odd_rows_come_in_and_are_told():
    told = read("A1,EAKR,Nimi,V,,1.1.2016,,2,1", "A2,ESR,Nimi,V,1.1.2015,1.1.2016,Oy,-1,")
    assert [(one.code, one.why) for one in told.odd] == [
        ("A1", "more is granted than all planned public funding"),
        ("A1", "lead is empty"),
        ("A1", "starts_on is empty"),
        ("A2", "granted is below zero"),
    ]
    assert (told.projects[1].fund, told.projects[1].planned) == ("ESR", None)


def test_other_column_names_marks_and_days():
    austrian = '"Bezeichnung/\noperation name";Code;Start;"Betrag"\nAnkauf;K1;27/06/2016;1 403 514,06 €\n'
    columns = {"code": "code", "name": "bezeichnung/ OPERATION name", "starts_on": "Start", "granted": "Betrag"}
    layout = read_layout(
        Node(
            {
                "list": "at",
                "columns": columns,
                "delimiter": ";",
                "days": "dd/mm/yyyy",
                "decimal": ",",
                "encoding": "windows-1252",
            }
        )
    )
    told = read_list(austrian.encode("windows-1252"), layout)
    assert told.projects == (Listed("K1", "Ankauf", starts_on=date(2016, 6, 27), granted=1_403_514_06),)


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["A1", "1.1.2015", "5", '"', "\0", "|"]), max_size=11),
        max_size=6,
    )
)
def test_no_row_is_lost_and_nothing_falls_over(rows):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    try:
        told = read(*quoted)
    except NoList:
        return
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(told.projects) + len(told.rejected) == len(filled)
    assert len({project.code for project in told.projects}) == len(told.projects)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns": {**COLUMNS, "priority": "Tl"}}, 'no column "Tl" for priority. It has: Koodi, Rahasto'),
        ({"encoding": "utf-16"}, "not encoded in utf-16"),
    ],
)
def test_a_file_that_is_not_the_list_is_told(changes, said):
    with pytest.raises(NoList, match=said):
        read("A1", **changes)


@pytest.mark.parametrize(
    ("mapping", "pointer"),
    [
        ([], ""),
        ({"list": "x"}, ""),
        ({**MAPPING, "list": "../x"}, "/list"),
        ({**MAPPING, "nonsense": 1}, "/nonsense"),
        ({**MAPPING, "columns": {"code": "a"}}, "/columns"),
        ({**MAPPING, "columns": {**COLUMNS, "salary": "a"}}, "/columns/salary"),
        ({**MAPPING, "columns": {1: "a"}}, "/columns"),
        ({**MAPPING, "delimiter": "ab"}, "/delimiter"),
        ({**MAPPING, "days": "m/d/y"}, "/days"),
        ({**MAPPING, "decimal": "x"}, "/decimal"),
        ({**MAPPING, "encoding": "rot13"}, "/encoding"),
        ({**MAPPING, "values": {"fund": []}}, "/values/fund"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told_with_its_place(mapping, pointer):
    with pytest.raises(Unreadable) as caught:
        read_layout(Node(mapping))
    assert caught.value.pointer == pointer


def test_the_list_that_comes_along_is_read_but_for_the_shifted_row():
    import yaml

    data = ROOT / "src" / "kuutio" / "programme" / "data"
    layout = read_layout(Node(yaml.safe_load((data / "projektilista-2014-2020.yaml").read_text("utf-8"))))
    told = read_list((data / "projektilista-2014-2020.csv").read_bytes(), layout)
    assert len(told.projects) == 2880
    assert [(one.line, one.code) for one in told.rejected] == [(148, "A70447")]
    assert sum(project.granted or 0 for project in told.projects) == 507_063_529_00
    six = [one for one in told.projects if "6aika" in one.name.lower() or "kuutoskaupun" in one.name.lower()]
    assert (len(six), sum(one.planned or 0 for one in six)) == (15, 38_655_676_00)
