"""A letter as PDF. The only module that knows the library that sets it."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from kuutio.selection.letters.content import Page

FONTS = Path(__file__).parent.parent / "fonts"
INK, PALE = "#1a1a2e", "#5c6070"


@cache
def _fonts() -> tuple[str, str]:
    """The house's own typeface, embedded, so that a letter looks and is copied the same everywhere."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (("Hanken", "HankenGrotesk-Regular.ttf"), ("Hanken-Bold", "HankenGrotesk-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))
    pdfmetrics.registerFontFamily(
        "Hanken", normal="Hanken", bold="Hanken-Bold", italic="Hanken", boldItalic="Hanken-Bold"
    )
    return "Hanken", "Hanken-Bold"


def write_pdf(page: Page) -> bytes:
    """The letter's bytes; the same for the same letter."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import (
        BaseDocTemplate,
        Frame,
        KeepTogether,
        PageTemplate,
        Paragraph,
        Spacer,
        Table,
        TableStyle,
    )

    regular, bold = _fonts()
    text = ParagraphStyle("text", fontName=regular, fontSize=10.5, leading=15, textColor=HexColor(INK), spaceAfter=6)
    pale = ParagraphStyle("pale", parent=text, fontSize=9, leading=13, textColor=HexColor(PALE), spaceAfter=0)
    title = ParagraphStyle("title", parent=text, fontName=bold, fontSize=20, leading=25, spaceBefore=18, spaceAfter=8)
    lead = ParagraphStyle("lead", parent=text, fontName=bold, fontSize=12.5, leading=17, spaceAfter=10)
    head = ParagraphStyle("head", parent=text, fontName=bold, fontSize=11.5, leading=16, spaceBefore=10, spaceAfter=3)

    def words(said: str, style: Any) -> Any:
        return Paragraph(escape(said).replace("\n", "<br/>"), style)

    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=20 * mm,
        bottomMargin=22 * mm,
        title=f"{page.title}: {page.facts[1][1]}",
        author=page.sender,
        lang=page.language,
        invariant=1,
    )

    def foot(canvas: Any, made: Any) -> None:
        canvas.setFont(regular, 8.5)
        canvas.setFillColor(HexColor(PALE))
        canvas.drawString(25 * mm, 12 * mm, " · ".join(filter(None, (page.sender, page.reference, page.day))))
        canvas.drawRightString(A4[0] - 25 * mm, 12 * mm, str(made.page))

    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    top = Table(
        [
            [
                [words(page.sender, lead), *[words(one, text) for one in page.addressee]],
                [words(page.day, pale), words(page.reference, pale)],
            ]
        ],
        colWidths=[115 * mm, 45 * mm],
    )
    plain = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    top.setStyle(plain)
    facts = Table(
        [[words(word, pale), words(value, text)] for word, value in page.facts], colWidths=[38 * mm, 122 * mm]
    )
    facts.setStyle(plain)
    story: list[Any] = [top, words(page.title, title), words(page.outcome, lead), facts, Spacer(1, 4)]
    for heading, paragraphs in page.parts:
        first, *rest = paragraphs or ("",)
        story.append(KeepTogether([words(heading, head), words(first, text)]))
        story += [words(one, text) for one in rest]
    document.build(story)
    return out.getvalue()
