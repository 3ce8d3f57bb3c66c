"""The budget's Excel sheet, out and in again, and the authority's file of decisions: to the cent, hostile ones by their cells."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.utils import translation

from kuutio.core.problems import NotAllowed
from kuutio.programme import budget_sheet, eura
from kuutio.programme.actions import authority_files, drafting, submitting
from kuutio.programme.models import AuthorityRow
from kuutio.programme.sheets import BadSheet
from tests.programme.calls import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def consortium():
    with translation.override("fi"):
        yield made.consortium(made.call())


def changed(data, **cells):
    """A sheet that somebody has filled in."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for address, value in cells.items():
        book.active[address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_that_comes_back_as_it_left_changes_nothing(consortium):
    row, _people = consortium
    back = budget_sheet.read(row, budget_sheet.write(row))
    assert (back.moved, back.findings, back.differing) == ([], [], [])


def test_differences_are_told_to_the_cent_and_ours_stand(consortium):
    row, people = consortium
    data = budget_sheet.write(row)
    heads = {cell.value: cell.column_letter for cell in openpyxl.load_workbook(io.BytesIO(data)).active[4]}
    back = budget_sheet.read(row, changed(data, **{f"{heads['STAFF']}6": 0.1 + 0.2, f"{heads['EU']}5": 1}))
    assert [(one.line, one.before, one.after) for one in back.moved] == [("STAFF", 10_000_001, 30)]
    assert any(address == f"{heads['EU']}5" and theirs == 100 for address, _ours, theirs in back.differing)
    revisions = {str(one.pk): one.revision for one in row.partners.all()}
    drafting.bring_costs(
        row, {one.partner: back.costs[one.partner] for one in back.moved}, revisions, by=people["turku"], at=made.NOW
    )
    partner = made.fresh(row).partners.get(city="oulu")
    assert partner.lines.get().cents == 30 and partner.signed_at is None


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"D5": "kaksi"}, "D5"),
        ({"D5": 1.234}, "D5"),
        ({"D5": -1}, "D5"),
        ({"D6": "=1+1"}, "D6"),
        ({"D6": 10**12}, "D6"),
        ({"A5": "999999"}, "A5"),
        ({"D4": "TRAVEL"}, "D4"),
        ({"B1": "toinen"}, "B1"),
        ({"C1": "LUMP"}, "C1"),
        ({"A1": "x"}, "A1"),
    ],
)
def test_a_cell_that_can_t_be_read_is_named(consortium, cells, where):
    row, _people = consortium
    with pytest.raises(BadSheet) as refused:
        budget_sheet.read(row, changed(budget_sheet.write(row), **cells))
    assert where in [error["pointer"] for error in refused.value.errors]


def _bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04rubbish", b"\x00\x01\x02" * 10, b"x" * 2_000_001, _bomb(), b"a;b\n1;2\n"]
)
def test_what_is_no_sheet_is_refused_with_words(consortium, data):
    row, _people = consortium
    with pytest.raises(BadSheet):
        budget_sheet.read(row, data)


def test_a_text_that_looks_like_a_formula_stays_a_text(consortium):
    row, people = consortium
    drafting.write_common(row, revision=2, by=people["turku"], at=made.NOW, texts={"need": '=HYPERLINK("http://x")'})
    sheet = openpyxl.load_workbook(io.BytesIO(eura.write(made.fresh(row)))).active
    assert any(cell.value == '=HYPERLINK("http://x")' and cell.data_type == "s" for cells in sheet for cell in cells)
    sections = [float(cells[0].value) for cells in sheet.iter_rows(min_row=2)]
    assert sections == sorted(sections), "in the order of the form"


def test_the_authority_s_file_is_taken_once_and_says_which_rows_it_refuses(consortium):
    row, people = consortium
    office = made.office()
    submitting.submit(row, key="version-1", by=people["turku"], at=made.NOW)
    row.refresh_from_db()
    at = made.NOW + timedelta(days=40)
    file = (
        "hakemus;päätös;päätöspäivä;perustelu\n"
        f"{row.number};hakukelpoinen;1.4.2027;\n"
        f"{row.number}x;hylätty;1.4.2027;Ei ole.\n"
        f"{row.number};ehkä;1.4.2027;\n"
        f"{row.number};hylätty;huomenna;\n"
    ).encode()
    taken = authority_files.take_in(file, by=office, at=at)
    row.refresh_from_db()
    assert (taken.moved, row.state, [one.row for one in taken.rejected]) == (1, "eligible", [3, 4, 5])
    again = authority_files.take_in(file, by=office, at=at)
    assert (again.moved, again.unchanged, AuthorityRow.objects.count()) == (0, 1, 1)
    early = f"hakemus,päätös,päivä,perustelu\n{row.number},hyväksytty,2027-05-01,Hyvä.\n".encode()
    assert authority_files.take_in(early, by=office, at=at).rejected[0].row == 2, "nobody has proposed it yet"
    with pytest.raises(NotAllowed):
        authority_files.take_in(file, by=people["turku"], at=at)
    with pytest.raises(BadSheet):
        authority_files.take_in(b"a;b\n1;2\n", by=office, at=at)
