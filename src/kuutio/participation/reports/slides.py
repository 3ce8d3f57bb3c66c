"""The report as slides: the facts, then each section with its polls and what was said, five to a slide."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.util import Inches, Pt

from kuutio.participation.reports.content import Line, Part, Report

ON_A_SLIDE = 5
LONGEST = 220
MOST_SLIDES = 40
"""Of one section; the workbook holds all that was said."""


def write_pptx(report: Report) -> bytes:
    """The slides' bytes."""
    slides: Any = Presentation()
    slides.slide_width, slides.slide_height = Inches(13.333), Inches(7.5)
    slides.core_properties.title = report.title
    slides.core_properties.author = ""
    first = slides.slides.add_slide(slides.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = report.title, report.stage
    _slide(slides, report.stage, [f"{word}: {value}" for word, value in report.facts])
    for part in report.parts:
        for result in part.polls:
            answers = [f"{text}: {count} ({share} %)" for text, count, share in result.shares]
            _slide(slides, result.question, answers)
        _said(slides, report, part)
    out = BytesIO()
    slides.save(out)
    return out.getvalue()


def _said(slides: Any, report: Report, part: Part) -> None:
    for start in range(0, min(len(part.lines), ON_A_SLIDE * MOST_SLIDES), ON_A_SLIDE):
        shown = part.lines[start : start + ON_A_SLIDE]
        _slide(slides, f"{part.title} ({part.said})", [_words(report, line) for line in shown])
    left = len(part.lines) - ON_A_SLIDE * MOST_SLIDES
    if left > 0:
        _slide(slides, part.title, [report.words["more"] % {"count": left}])


def _words(report: Report, line: Line) -> str:
    text = " ".join(line.text.split())
    short = text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + "…"
    head = f"{report.words['official']}, {line.who}: " if line.is_official else f"{line.who}: " if line.who else ""
    where = f" ({line.where})" if line.where else ""
    return f"{head}{short}{where}"


def _slide(slides: Any, title: str, lines: list[str]) -> None:
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = title
    slide.shapes.title.left, slide.shapes.title.width = Inches(0.6), Inches(12.1)
    body = slide.placeholders[1]
    body.left, body.top, body.width, body.height = Inches(0.6), Inches(1.6), Inches(12.1), Inches(5.4)
    frame = body.text_frame
    frame.word_wrap = True
    for number, text in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = text
        paragraph.font.size = Pt(18)
