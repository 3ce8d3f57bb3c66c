"""The budget as an Excel sheet: out with what is computed beside it, in again with each difference told to the cent.

One row a partner, one column a category. What the rules compute stands in the sheet, too; when it comes back otherwise, the
difference is told and ours stands: a formula that somebody broke moves no money.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from kuutio.core.grants.balances import Moved, balance, moved
from kuutio.core.grants.budgets import MODELS, Category, CostModel, PartnerBudget, Source, compute
from kuutio.core.grants.findings import Finding
from kuutio.core.money import NotMoney, parse
from kuutio.programme import figures
from kuutio.programme.models import Application
from kuutio.programme.models.applications import CATEGORIES, MOST_CENTS, SOURCES
from kuutio.programme.sheets import TOO_MUCH, BadSheet, cell, number_of, rows_of, text_of
from kuutio.ui import wording

HEAD_ROW = 4
_CODE = "kuutio-budget-1"
COMPUTED = ("FLAT", "GROSS", "NET")


def columns_of(model: str) -> list[str]:
    """The sheet's columns after the partner's key, Business ID and name."""
    allowed = MODELS[CostModel(model)].categories
    return [
        *(one.value for one in Category if one in allowed),
        "FLAT",
        "GROSS",
        "INCOME",
        "NET",
        *(one.value for one in Source),
    ]


def write(application: Application) -> bytes:
    """The sheet. Texts stay texts: none is taken for a formula, whatever it begins with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    quiet = book.add_format({"num_format": "#,##0.00", "font_color": "#555555", "bg_color": "#f0f0f0"})
    sheet = book.add_worksheet("budget")
    sheet.write_string(0, 0, _CODE)
    sheet.write_string(0, 1, str(application.uuid))
    sheet.write_string(0, 2, application.cost_model)
    sheet.write_string(
        1, 0, _("Fill in the white columns, in euros. The grey ones are computed here when the sheet comes back.")
    )
    names, columns = names_of(), columns_of(application.cost_model)
    heads = [_("Key"), _("Business ID"), _("Partner"), *(names[one] for one in columns)]
    for at, head in enumerate(heads):
        sheet.write_string(HEAD_ROW - 2, at, str(head), bold)
    for at, code in enumerate(["KEY", "BUSINESS_ID", "NAME", *columns]):
        sheet.write_string(HEAD_ROW - 1, at, code)
    computed = figures.computed(application)
    for row, partner in enumerate(figures.partners_of(application), HEAD_ROW):
        told, costs = computed.partners[str(partner.pk)], figures.costs_of(partner)
        own: dict[str, int] = {
            **costs,
            "FLAT": told.flat,
            "GROSS": told.gross,
            "INCOME": partner.income_cents,
            "NET": told.net,
        }
        own |= {source.value: cents for source, cents in told.funding.items()}
        sheet.write_string(row, 0, str(partner.pk))
        sheet.write_string(row, 1, partner.business_id)
        sheet.write_string(row, 2, partner.name)
        for at, code in enumerate(columns, 3):
            grey = code in COMPUTED or code in set(Source)
            sheet.write_number(row, at, own.get(code, 0) / 100, quiet if grey else money)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 36)
    sheet.set_column(3, 3 + len(columns), 14)
    sheet.freeze_panes(HEAD_ROW, 3)
    book.close()
    return out.getvalue()


def names_of() -> dict[str, str]:
    """What the columns are called in the reader's language."""
    told = {code: str(name) for code, name in [*CATEGORIES, *SOURCES]}
    return told | {"FLAT": _("Flat rate"), "GROSS": _("Costs in all"), "INCOME": _("Income"), "NET": _("Net costs")}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a sheet says, beside what is there.

    Attributes:
        costs: by the partner's key: cents by category, and `INCOME`.
        moved: each line that it changes.
        findings: what the rules say of it, and where its own sums differ from ours.
        differing: `(cell, ours, theirs)` of the computed columns that came back otherwise, in cents.
    """

    costs: Mapping[str, Mapping[str, int]]
    moved: list[Moved]
    findings: list[Finding]
    differing: list[tuple[str, int, int]]


def read(application: Application, data: bytes) -> Brought:
    """Read a sheet that came back.

    Raises:
        BadSheet: it is another application's or cost model's, or cells can't be read; each error has its cell's address.
    """
    rows = rows_of(data)
    first = [text_of(value) for value in rows[0][:3]]
    if len(first) < 3 or first[0] != _CODE or len(rows) < HEAD_ROW:
        raise BadSheet(
            _("This isn’t the budget’s sheet. Take the sheet from this page, fill it in, and bring it back."),
            errors=[{"pointer": "A1", "detail": _("Here stands what the sheet is.")}],
        )
    if first[1] != str(application.uuid):
        raise BadSheet(
            _("This sheet belongs to another application."),
            errors=[{"pointer": "B1", "detail": _("Here stands whose the sheet is.")}],
        )
    if first[2] != application.cost_model:
        raise BadSheet(
            _("This sheet was made for another cost model. Take a new one."),
            errors=[{"pointer": "C1", "detail": _("Here stands the cost model.")}],
        )
    columns = columns_of(application.cost_model)
    heads = [text_of(value) for value in rows[HEAD_ROW - 1]]
    errors = [
        {
            "pointer": cell(HEAD_ROW, at),
            "detail": _("Here stood %(code)s: don’t move or rename columns.") % {"code": code},
        }
        for at, code in enumerate(["KEY", "BUSINESS_ID", "NAME", *columns], 1)
        if at > len(heads) or heads[at - 1] != code
    ]
    if errors:
        raise BadSheet(_("The sheet’s columns aren’t what they were."), errors=errors)
    there = {str(row.pk): row for row in figures.partners_of(application)}
    said: dict[str, dict[str, tuple[str, int]]] = {}
    for at, row in enumerate(rows[HEAD_ROW:], HEAD_ROW + 1):
        if all(value is None for value in row):
            continue
        key = text_of(row[0])
        if key not in there or key in said:
            words = (
                _("This partner stands twice.")
                if key in said
                else _("No partner has this key. Partners are added on the page, not in the sheet.")
            )
            errors.append({"pointer": cell(at, 1), "detail": words})
            continue
        said[key] = {}
        for column, code in enumerate(columns, 4):
            value = row[column - 1] if column <= len(row) else None
            try:
                said[key][code] = (cell(at, column), _cents(value))
            except ValueError as error:
                errors.append({"pointer": cell(at, column), "detail": str(error)})
    for key, partner in there.items():
        if key not in said and not errors:
            errors.append(
                {"pointer": "A", "detail": _("%(partner)s is missing from the sheet.") % {"partner": partner.name}}
            )
    if errors:
        raise BadSheet(_("Some cells can’t be read. Nothing was changed."), errors=errors)
    return _held(application, said)


def _cents(value: Any) -> int:
    if value is None:
        return 0
    exact = number_of(value)
    if exact is not None:
        if abs(exact) >= TOO_MUCH:
            raise ValueError(_("The amount is from 0 to a thousand million euros."))
        cents = round(exact * 100, 6)  # a spreadsheet's 0.1 + 0.2 is 0.30000000000000004
        if cents != cents.to_integral_value():
            raise ValueError(_("More than two decimals: %(value)s.") % {"value": text_of(value)[:40]})
        amount = int(cents)
    else:
        try:
            amount = parse(text_of(value), wording.language())
        except NotMoney:
            raise ValueError(_("Not an amount of euros: %(value)s.") % {"value": text_of(value)[:40]}) from None
    if not 0 <= amount <= MOST_CENTS:
        raise ValueError(_("The amount is from 0 to a thousand million euros."))
    return amount


def _held(application: Application, said: Mapping[str, Mapping[str, tuple[str, int]]]) -> Brought:
    allowed = {one.value for one in MODELS[CostModel(application.cost_model)].categories}
    before = figures.budget_of(application)
    after = tuple(
        PartnerBudget(key, {code: cents for code, (_cell, cents) in own.items() if code in allowed}, own["INCOME"][1])
        for key, own in said.items()
    )
    budget = type(before)(
        before.cost_model, before.eu_bp, before.state_bp, after, before.lump_ceiling, before.ceiling_on_gross
    )
    computed = compute(budget)
    differing = []
    entered: dict[str, dict[Source, int]] = {}
    for key, own in said.items():
        told = computed.partners[key]
        ours: dict[str, int] = {"FLAT": told.flat, "GROSS": told.gross, "NET": told.net}
        ours |= {source.value: cents for source, cents in told.funding.items()}
        differing += [(own[code][0], cents, own[code][1]) for code, cents in ours.items() if own[code][1] != cents]
        entered[key] = {source: own[source.value][1] for source in Source}
    changed = moved(before.partners, after)
    found = list(computed.findings)
    if not changed:  # who changed costs can't be asked to work out the shares as well
        found += balance(computed, entered)
    costs = {one.id: {**one.costs, "INCOME": one.income} for one in after}
    return Brought(costs, changed, found, differing)
