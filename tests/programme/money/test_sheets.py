"""Cost lines from Excel with errors by the cell; payments of the state's system from a file, twice without change."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from kuutio.audit.models import Entry
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.programme import grant_sheets, settling
from kuutio.programme.actions import claims, cost_sheets, payment_files
from kuutio.programme.grant_sheets import Cell
from kuutio.programme.models import Payment
from tests.programme.money.granted import AT, OULU, granted
from tests.programme.money.test_claims import DAYS, decided, written

pytestmark = pytest.mark.django_db


def workbook(*rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


HEAD = ("Kululaji", "What was paid for", "Verifikat", "Paid on", "Euros")


def test_a_sheet_s_lines_take_the_place_of_the_claim_s_and_come_out_as_they_went_in():
    made = granted()
    claim = written(made)
    sheet = workbook(
        HEAD,
        ("palkat", "Työ", "T-1", "30.6.2027", 0.1 + 0.2),
        ("STAFF", "=1+1", "", "", "1 234,50"),
        ("salaries", "", "", "", ""),
    )
    assert cost_sheets.bring_costs(claim, sheet, by=made.partner, at=AT) == 2
    lines = Entry.objects.count()
    assert cost_sheets.bring_costs(claim, sheet, by=made.partner, at=AT) == 2
    assert Entry.objects.count() == lines
    kept = [(one.category, one.text, one.claimed_cents, one.paid_on) for one in claim.lines.all()]
    assert kept == [("STAFF", "Työ", 30, date(2027, 6, 30)), ("STAFF", "=1+1", 123_450, None)]
    out = cost_sheets.cost_sheet(claim)
    assert cost_sheets.read_costs(out, "FLAT_40") == cost_sheets.read_costs(sheet, "FLAT_40")


def test_what_is_wrong_is_told_by_the_cell_and_nothing_is_changed():
    made = granted()
    claim = written(made)
    sheet = workbook(
        HEAD, ("matkat", "Juna", "", "eilen", 10), ("palkat", "", "", "", -5), ("palkat", "x", "", "", 0.001)
    )
    with pytest.raises(Invalid) as refused:
        cost_sheets.bring_costs(claim, sheet, by=made.partner, at=AT)
    told = " ".join(error["detail"] for error in refused.value.errors)
    assert all(cell in told for cell in ("A2:", "D2:", "B3:", "E3:", "E4:"))
    assert claim.lines.count() == 1


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", b" " * (grant_sheets.MOST_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04 no archive",
        b"a;b;c\n1;2;3\n",
        b"x" * (grant_sheets.MOST_BYTES + 1),
        b"Kululaji;What was paid for;Euros\n" + b"palkat;x;1\n" * (grant_sheets.MOST_ROWS + 1),
        bomb(),
    ],
    ids=["empty", "binary", "broken", "other columns", "large", "long", "bomb"],
)
def test_what_is_no_sheet_is_refused(data):
    with pytest.raises(Invalid):
        cost_sheets.read_costs(data, "FLAT_40")


@given(st.integers(-(10**12), 10**12))
def test_every_cent_survives_a_sheet(amount):
    assert grant_sheets.cents(Cell(0, 1, amount / 100)) == amount


def test_payments_come_in_by_file_and_the_same_file_changes_nothing():
    made = granted()
    claim = decided(made)
    head = "Payment reference;Decision reference;Business ID;Kind of payment;Claim number;Euros;Paid on\n"
    rows = [
        f"M1;DEC/1/2027;{OULU};ennakko;;100,00;1.3.2027",
        f"M2;DEC/1/2027;{OULU};claim;1;{claim.pay_cents / 100:.2f};2027-09-01".replace(".", ",", 1),
        f"M3;DEC/1/2027;{OULU};claim;1;1,00;1.9.2027",
        f"M4;DEC/1/2027;{OULU};claim;9;1,00;1.9.2027",
        f"M5;DEC/1/2027;{OULU};gift;;1,00;1.9.2027",
        "M6;DEC/9/9999;1234567-1;advance;;1,00;1.9.2027",
        f"M7;DEC/1/2027;{OULU};advance;;99999999,00;1.9.2027",
        f"M8;DEC/1/2027;{OULU};advance;;paljon;1.9.2027",
        f";DEC/1/2027;{OULU};advance;;1,00;1.9.2027",
    ]
    data = (head + "\n".join(rows)).encode("cp1252")
    # The advance is in before the claim was decided, or it would be more than was ordered.
    brought = payment_files.bring_payments(data, by=made.office, at=AT)
    assert (brought.made, brought.same) == (2, 0)
    assert [one.row for one in brought.rejected] == [4, 5, 6, 7, 8, 9, 10]
    assert all(one.why for one in brought.rejected)
    lines = Entry.objects.count()
    again = payment_files.bring_payments(data, by=made.office, at=AT)
    assert (again.made, again.same, len(again.rejected)) == (0, 2, 7)
    assert (Payment.objects.count(), Entry.objects.count()) == (2, lines)
    with pytest.raises(NotAllowed):
        payment_files.bring_payments(data, by=made.partner, at=AT)
    assert next(one for one in settling.standings(made.grant) if one.part == made.oulu).paid == 100_00 + claim.pay_cents
    assert claims.MOST_LINES >= grant_sheets.MOST_ROWS
    assert DAYS
