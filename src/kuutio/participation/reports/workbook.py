"""The report as a workbook: facts, every contribution as a row, the polls."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from kuutio.core.when import here
from kuutio.participation.reports.content import Report

_WIDTHS = (24, 20, 17, 80, 30, 40, 12, 10)


def write_xlsx(report: Report) -> bytes:
    """The workbook's bytes. Texts stay texts: none is taken for a formula or a link, whatever it begins with."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    time = book.add_format({"num_format": "d.m.yyyy hh:mm", "valign": "top"})
    words = report.words
    sheet = book.add_worksheet(words["report"][:31])
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 70)
    sheet.write_string(0, 0, report.title, book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(1, 0, report.stage, bold)
    for place, (word, value) in enumerate(report.facts, start=3):
        sheet.write_string(place, 0, word, bold)
        sheet.write_string(place, 1, value)

    sheet = book.add_worksheet(words["comments"][:31])
    head = ("section", "who", "at", "text", "where", "quote", "supports", "language")
    for column, (name, width) in enumerate(zip(head, _WIDTHS, strict=True)):
        sheet.write_string(0, column, words[name], bold)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    row = 0
    for part in report.parts:
        for line in part.lines:
            row += 1
            who = f"{words['official']}: {line.who}" if line.is_official else line.who
            sheet.write_string(row, 0, part.title, wrap)
            sheet.write_string(row, 1, who, wrap)
            sheet.write_datetime(row, 2, here(line.at).replace(tzinfo=None), time)
            sheet.write_string(row, 3, f"{'> ' * line.depth}{line.text}", wrap)
            sheet.write_string(row, 4, line.where, wrap)
            sheet.write_string(row, 5, line.quote, wrap)
            sheet.write_number(row, 6, line.supports, wrap)
            sheet.write_string(row, 7, line.language, wrap)
    if row:
        sheet.autofilter(0, 0, row, len(head) - 1)

    if any(part.polls for part in report.parts):
        sheet = book.add_worksheet(words["polls"][:31])
        sheet.set_column(0, 1, 60)
        for column, name in enumerate(("question", "answer", "count")):
            sheet.write_string(0, column, words[name], bold)
        row = 0
        for part in report.parts:
            for result in part.polls:
                for text, count in result.counts:
                    row += 1
                    sheet.write_string(row, 0, result.question, wrap)
                    sheet.write_string(row, 1, text, wrap)
                    sheet.write_number(row, 2, count)
    book.close()
    return out.getvalue()
