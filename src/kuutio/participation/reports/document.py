"""The report as a document to be read from the first page to the last."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Cm, Pt

from kuutio.participation.reports.content import Line, Report
from kuutio.ui.wording import moment


def write_docx(report: Report) -> bytes:
    """The document's bytes."""
    document: Any = Document()
    document.core_properties.title = report.title
    document.core_properties.author = ""
    document.core_properties.language = report.language
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading(report.title, level=0)
    document.add_paragraph(report.stage)
    table = document.add_table(rows=0, cols=2)
    for word, value in report.facts:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(word).bold = True
        cells[1].text = value
    for part in report.parts:
        document.add_heading(f"{part.title} ({part.said})", level=1)
        for result in part.polls:
            document.add_heading(result.question, level=2)
            answers = document.add_table(rows=0, cols=2)
            for text, count, share in result.shares:
                cells = answers.add_row().cells
                cells[0].text, cells[1].text = text, f"{count} ({share} %)"
        for line in part.lines:
            _line(document, report, line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _line(document: Any, report: Report, line: Line) -> None:
    who = line.who or report.words["nameless"]
    head = f"{report.words['official']}: {who}" if line.is_official else who
    facts = [head, moment(line.at), line.where, f"{report.words['supports']}: {line.supports}" if line.supports else ""]
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.8 * min(line.depth, 6))
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(" · ".join(fact for fact in facts if fact))
    run.bold, run.font.size = line.is_official, Pt(9)
    if line.quote:
        quoted = document.add_paragraph()
        quoted.paragraph_format.left_indent = Cm(0.8 * min(line.depth, 6))
        quoted.add_run(f"”{line.quote}”").italic = True
    for text in line.text.split("\n"):
        if text.strip():
            said = document.add_paragraph(text)
            said.paragraph_format.left_indent = Cm(0.8 * min(line.depth, 6))
