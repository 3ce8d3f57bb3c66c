"""What a report holds, before it has a shape: nothing that the public pages don't show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.participation import shapes
from kuutio.participation.models import Contribution, Poll, Stage
from kuutio.participation.queries import contributions_of
from kuutio.participation.results import Result, results_of
from kuutio.ui.wording import localized, moment

#: Office files are XML: these signs can't stand in it.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution.

    Attributes:
        depth: how deep in its thread, 0 for one that answers nothing.
        who: the name that its author wanted shown, or the organisation of an official reply; "" for none.
        where: in words or coordinates; "" for no place.
    """

    depth: int
    who: str
    at: datetime
    text: str
    where: str
    quote: str
    supports: int
    language: str
    is_official: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what was said of it."""

    title: str
    lines: tuple[Line, ...]
    polls: tuple[Result, ...] = ()

    @property
    def said(self) -> int:
        """How many contributions there are, official replies left out."""
        return sum(not line.is_official for line in self.lines)


@dataclass(frozen=True, slots=True)
class Report:
    """A stage, to be read by who decides.

    Attributes:
        facts: words and values for the first page.
    """

    title: str
    stage: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    language: str
    words: dict[str, str] = field(default_factory=dict)


def report_of(stage: Stage, *, language: str, at: datetime) -> Report:
    """Gather a stage's report in a language.

    Args:
        at: when it is made; it stands on the first page.
    """
    with translation.override(language):
        process = stage.process
        rows = list(contributions_of(stage).filter(state=Contribution.State.PUBLISHED).order_by("made_at", "pk"))
        polls = list(Poll.objects.filter(section__stage=stage).prefetch_related("options"))
        results = results_of(polls)
        sections = [*process.sections.filter(stage=stage), None]
        parts = [
            Part(
                clean(localized(section.title)[0] if section else _("The whole")),
                _lines([row for row in rows if row.section_id == (section.pk if section else None)]),
                tuple(results[poll.pk] for poll in polls if section and poll.section_id == section.pk),
            )
            for section in sections
        ]
        said = [row for row in rows if row.organisation_id is None]
        facts = (
            (_("Cities"), ", ".join(localized(part.city.name)[0] for part in process.parts.select_related("city"))),
            (_("Times"), f"{moment(stage.opens_at)} – {moment(stage.closes_at)}"),
            (_("Who took part"), str(stage.get_identification_display())),
            (_("Comments"), str(len(said))),
            (_("Comments with a place"), str(sum(row.geometry is not None or bool(row.place) for row in said))),
            (_("Official replies"), str(len(rows) - len(said))),
            (_("Made on"), moment(at)),
        )
        return Report(
            title=clean(localized(process.title)[0]),
            stage=clean(localized(stage.title)[0]),
            facts=facts,
            parts=tuple(part for part in parts if part.lines or part.polls),
            language=language,
            words={
                "section": _("Section"),
                "who": _("Name"),
                "at": _("Time"),
                "text": _("Text"),
                "where": _("Place"),
                "quote": _("Paragraph"),
                "supports": _("Supports"),
                "language": _("Language"),
                "question": _("Question"),
                "answer": _("Answer"),
                "count": _("Count"),
                "comments": _("Comments"),
                "polls": _("Polls"),
                "report": _("Report"),
                "nameless": _("Without a name"),
                "official": _("Official reply"),
                "more": _("and %(count)s more"),
            },
        )


def _lines(rows: list[Contribution]) -> tuple[Line, ...]:
    """Contributions in the order of their threads, the oldest first."""
    below: dict[int | None, list[Contribution]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Line] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append(_line(row, depth))
        waiting += [(answer, depth + 1) for answer in reversed(below.get(row.pk, []))]
    return tuple(found)


def _line(row: Contribution, depth: int) -> Line:
    where = row.place
    if not where and row.geometry is not None:
        lon, lat = shapes.middle_of(row.geometry)
        where = f"{lat:.5f}, {lon:.5f}"
    return Line(
        depth=depth,
        who=clean(localized(row.organisation.name)[0] if row.organisation else row.signature),
        at=row.made_at,
        text=clean(row.text),
        where=clean(where),
        quote=clean(row.quote),
        supports=row.supports,  # type: ignore[attr-defined]  # annotated
        language=row.language,
        is_official=row.organisation_id is not None,
    )


def clean(text: str) -> str:
    """A text that can stand in an office file."""
    return _NOT_XML.sub("", text)
