"""A claim's cost lines as a sheet: taken along, filled in in Excel, brought back."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kuutio.cities.models import Person
from kuutio.core.problems import Invalid
from kuutio.programme import grant_sheets as sheets
from kuutio.programme import settling
from kuutio.programme.actions.claims import Cost, replace_lines, wrong_with
from kuutio.programme.grant_sheets import Cell, Column
from kuutio.programme.models import Claim
from kuutio.ui.findings import TOKENS, token

COLUMNS = (
    Column("category", gettext_lazy("Cost category")),
    Column("text", gettext_lazy("What was paid for")),
    Column("voucher", gettext_lazy("Voucher"), needed=False),
    Column("paid_on", gettext_lazy("Paid on"), needed=False),
    Column("euros", pgettext_lazy("heading of a column", "Euros")),
)
"""What a sheet of costs has; headings in any of our languages will do."""

MOST_ERRORS = 50


def cost_sheet(claim: Claim) -> bytes:
    """The claim's lines as a workbook; of a claim without lines, the categories that its cost model takes, to be filled in."""
    lines = list(claim.lines.all())
    rows: list[list[sheets.Value]] = [
        [token(one.category), one.text, one.voucher, one.paid_on, one.claimed_cents / 100] for one in lines
    ]
    if not rows:
        rows = [[token(one), None, None, None, None] for one in settling.lines_of(claim.part.grant.cost_model)]
    return sheets.write(_("Costs"), COLUMNS, rows)


def read_costs(data: bytes, cost_model: str) -> list[Cost]:
    """The cost lines of a sheet. A row that has a category alone is one of the empty form, and left out.

    Raises:
        Invalid: something doesn't fit; each error begins with the cell's address.
    """
    names = sheets.in_any_language(TOKENS)
    errors: list[dict[str, str]] = []
    costs: list[Cost] = []
    for row in sheets.read(data, COLUMNS):
        if not any(row[name].text for name in ("text", "voucher", "paid_on", "euros")):
            continue
        own: list[dict[str, str]] = []
        cents = sheets.ask(row["euros"], sheets.cents, own)
        paid_on = sheets.ask(row["paid_on"], sheets.day, own) if row["paid_on"].text else None
        category = names.get(row["category"].text.lower(), row["category"].text or "–")
        cost = Cost(
            category,
            row["text"].text,
            cents if isinstance(cents, int) else 1,
            row["voucher"].text,
            paid_on if isinstance(paid_on, date) else None,
        )
        places: dict[str, Cell] = {**row, "cents": row["euros"]}
        own += [
            sheets.wrong(places[error["pointer"].strip("/")], error["detail"]) for error in wrong_with(cost, cost_model)
        ]
        errors += own
        costs.append(cost)
    if errors:
        if len(errors) > MOST_ERRORS:
            more = len(errors) - MOST_ERRORS
            errors = [*errors[:MOST_ERRORS], {"pointer": "/file", "detail": _("And %(more)s more.") % {"more": more}}]
        raise Invalid(_("The sheet has something to mend. Nothing was changed."), errors=errors)
    if not costs:
        raise Invalid(_("The file has no rows."), errors=[{"pointer": "/file", "detail": _("The file has no rows.")}])
    return costs


def bring_costs(claim: Claim, data: bytes, *, by: Person, at: datetime) -> int:
    """Put a sheet's lines in the place of the claim's; how many there are now. The same sheet again changes nothing.

    Raises:
        Invalid: something doesn't fit: nothing was changed, and each error begins with the cell's address.
        NotAllowed, Conflict: as of every change by the partner.
    """
    return replace_lines(claim, read_costs(data, claim.part.grant.cost_model), by=by, at=at)
