"""What came of a survey: counts that tell of nobody, and all answers as rows, one at a time."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from kuutio.core.disclosure import hidden
from kuutio.participation.models import Answers, Question, Stage
from kuutio.ui.wording import localized

CHUNK = 2000
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Line:
    """One choice of a question.

    Attributes:
        count: None where it isn't shown, since it would tell of few people.
    """

    title: str
    count: int | None
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What was answered to a question; texts are counted and never shown."""

    question: Question
    lines: list[Line]
    answered: int | None


def results(stage: Stage) -> tuple[list[Result], int]:
    """The counts of each question, small ones left out so that nobody is told by them; and how many answered in all."""
    rows = list(stage.questions.prefetch_related("choices"))
    total = Answers.objects.filter(stage=stage).count()
    counts = _counts(stage)
    return [_result(row, counts.get(str(row.pk), Counter())) for row in rows], total


def _counts(stage: Stage) -> dict[str, Counter[str]]:
    """How often each value was given to each question, and how many answered it (`""`); counted by the database."""
    found: dict[str, Counter[str]] = {}
    texts = [str(pk) for pk in stage.questions.filter(kind=Question.Kind.TEXT).values_list("pk", flat=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT each.key, given.value, count(*) FROM participation_answers answers
            CROSS JOIN LATERAL jsonb_each(answers.values) each
            CROSS JOIN LATERAL (
                SELECT '' AS value UNION ALL
                SELECT element FROM jsonb_array_elements_text(
                    CASE jsonb_typeof(each.value) WHEN 'array' THEN each.value
                    WHEN 'number' THEN jsonb_build_array(each.value) ELSE '[]'::jsonb END) element
            ) given
            WHERE answers.stage_id = %s AND NOT (each.key = ANY(%s) AND given.value <> '')
            GROUP BY each.key, given.value
            """,
            [stage.pk, texts],
        )
        for key, value, count in cursor.fetchall():
            found.setdefault(key, Counter())[value] = count
    return found


def _result(question: Question, counts: Counter[str]) -> Result:
    answered = counts[""]
    match question.kind:
        case Question.Kind.TEXT:
            known: list[tuple[str, str]] = []
        case Question.Kind.SCALE:
            known = [(str(number), str(number)) for number in range(1, 6)]
        case _:
            known = [(str(choice.pk), localized(choice.title)[0]) for choice in question.choices.all()]
    cells = {"": answered, **{value: counts[value] for value, _title in known}}
    sums = [("", tuple(value for value, _title in known))] if _adds_up(question) and known else []
    kept_back = hidden(cells, sums)
    lines = [
        Line(title, None if value in kept_back else cells[value], _percent(cells[value], answered, value in kept_back))
        for value, title in known
    ]
    return Result(question, lines, None if "" in kept_back else answered)


def _adds_up(question: Question) -> bool:
    return question.kind in {Question.Kind.SINGLE, Question.Kind.SCALE}


def _percent(count: int, answered: int, is_hidden: bool) -> int:
    return 0 if is_hidden or not answered else round(100 * count / answered)


def rows_of(stage: Stage) -> Iterator[list[Any]]:
    """A header, then each answer as a row, without holding more than a few thousand at once.

    A question of several choices has a column for each of them. Texts are as they were written: for the officers alone.
    """
    questions = list(stage.questions.prefetch_related("choices"))
    titles = {choice.pk: localized(choice.title)[0] for row in questions for choice in row.choices.all()}
    header = ["answer", "language", "sent_on"]
    for row in questions:
        title = f"{row.position}. {localized(row.title)[0]}"
        if row.kind == Question.Kind.MULTIPLE:
            header += [f"{title}: {titles[choice.pk]}" for choice in row.choices.all()]
        else:
            header.append(title)
    yield header
    found = Answers.objects.filter(stage=stage).order_by("uuid")
    for uuid, language, sent_on, values in found.values_list("uuid", "language", "sent_on", "values").iterator(
        chunk_size=CHUNK
    ):
        line: list[Any] = [str(uuid), language, sent_on.isoformat()]
        for row in questions:
            value = values.get(str(row.pk))
            if row.kind == Question.Kind.MULTIPLE:
                line += [int(choice.pk in (value or [])) if value is not None else None for choice in row.choices.all()]
            elif row.kind == Question.Kind.SINGLE:
                line.append(titles.get(value[0]) if value else None)
            else:
                line.append(value)
        yield line


def csv_lines(stage: Stage) -> Iterator[str]:
    """The answers as CSV (RFC 4180), piece by piece; a text that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield "\ufeff"
    for number, row in enumerate(rows_of(stage), 1):
        writer.writerow([_harmless(value) for value in row])
        if number % CHUNK == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def write_workbook(stage: Stage, path: Path) -> int:
    """The answers as an Excel workbook, written row by row; returns how many."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    count = -1
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("answers")
        sheet.freeze_panes(1, 0)
        for count, row in enumerate(rows_of(stage)):
            for at, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(count, at, value)
                elif value is not None:
                    sheet.write_string(count, at, str(value))
    return max(count, 0)
