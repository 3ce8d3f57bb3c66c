"""An application in the order of EURA's own form: the state's system stays the legal one, and nobody types twice.

Source: the form of EURA 2014 as its applicants filled it in (authority; applicant and part-implementers; basics; public summary; need and
aims; actions, results, impact; region; horizontal principles; indicators; staff; costs by kind; financing).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from kuutio.core.grants.budgets import Source
from kuutio.programme import figures, questions
from kuutio.programme.budget_sheet import names_of
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, Authority
from kuutio.programme.models.applications import CATEGORIES
from kuutio.ui.wording import localized


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the form: its number there, what it is called, what stands in it. Amounts are cents."""

    section: str
    field: str
    value: Any
    cents: bool = False


def rows_of(application: Application) -> list[Row]:
    """Every field in the form's order."""
    call, partners = application.call, figures.partners_of(application)
    authority = Authority.objects.filter(funding_source__programme=call.programme_id, funding_source__key=call.fund)
    decides = authority.select_related("organisation").first()
    rows = [
        Row("1", _("Authority"), localized(decides.organisation.name)[0] if decides else ""),
        Row("1", _("Call"), localized(call.title)[0]),
        Row("1", _("Number in Kuutio"), application.number),
        Row("2", _("Kind of application"), _("Joint project")),
    ]
    for at, partner in enumerate(partners):
        part = f"2.{at + 1}"
        rows += [
            Row(part, _("Applicant") if partner.is_lead else _("Part-implementer"), partner.name),
            Row(part, _("Business ID"), partner.business_id),
            Row(part, _("Kind of organisation"), str(partner.get_actor_type_display())),
            Row(part, _("City or town"), localized(partner.city.name)[0] if partner.city else partner.place),
            Row(part, _("Unit"), partner.unit),
            Row(part, _("Tasks"), partner.tasks),
        ]
    titles, summaries = application.title, application.summary
    rows += [
        Row("3", _("Public name"), localized(titles)[0]),
        Row("3", _("Starts"), application.starts_on.isoformat() if application.starts_on else ""),
        Row("3", _("Ends"), application.ends_on.isoformat() if application.ends_on else ""),
        Row("4", _("Public summary"), localized(summaries)[0]),
    ]
    rows += [Row(str(one.section), str(one.label), application.texts.get(one.key, "")) for one in CORE]
    for question in call.questions:
        answer = questions.said(question, application.answers.get(question["key"]))
        rows.append(Row("10", localized(question["text"])[0], answer))
    return rows + _money(application)


def _money(application: Application) -> list[Row]:
    computed, names = figures.computed(application), names_of()
    beside, _found = figures.beside_of(application)
    by_partner = [(partner, computed.partners[str(partner.pk)]) for partner in figures.partners_of(application)]
    rows = [Row("11", _("Cost model"), str(application.get_cost_model_display()))]
    for code, name in CATEGORIES:
        if cents := sum(figures.costs_of(partner).get(code, 0) for partner, _told in by_partner):
            rows.append(Row("11", str(name), cents, cents=True))
    project = computed.project
    rows += [
        Row("11", names["FLAT"], project.flat, cents=True),
        Row("11", names["GROSS"], project.gross, cents=True),
        Row("11", names["INCOME"], project.income, cents=True),
        Row("11", names["NET"], project.net, cents=True),
    ]
    for partner, told in by_partner:
        rows.append(Row("11", f"{partner.name}: {names['NET']}", told.net, cents=True))
    for source in Source:
        rows.append(Row("12", names[source], sum(one.decided for one in beside if one.source == source), cents=True))
        rows += [
            Row("12", f"{partner.name}: {names[source]}", one.decided, cents=True)
            for partner, _told in by_partner
            for one in beside
            if one.partner == str(partner.pk) and one.source == source
        ]
    return rows


def write(application: Application) -> bytes:
    """The form as a workbook: number, field, value. Texts stay texts."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0.00", "valign": "top", "align": "left"})
    sheet = book.add_worksheet("EURA")
    for at, (head, width) in enumerate(((_("Section"), 9), (_("Field"), 40), (_("Value"), 100))):
        sheet.write_string(0, at, head, bold)
        sheet.set_column(at, at, width)
    for at, row in enumerate(rows_of(application), 1):
        sheet.write_string(at, 0, row.section, wrap)
        sheet.write_string(at, 1, row.field, wrap)
        if row.cents:
            sheet.write_number(at, 2, row.value / 100, money)
        else:
            sheet.write_string(at, 2, str(row.value), wrap)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
