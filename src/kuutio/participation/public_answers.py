"""What is published of surveys and polls: how many chose what, never so few that it would tell of somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils import timezone

from kuutio.core.disclosure import hidden
from kuutio.core.published import Kind, Published, Row, column
from kuutio.participation import survey_results
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Poll, Process, Question, Stage
from kuutio.participation.texts import written

FIELDS = (
    column("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id"),
    column("stage", Kind.TEXT, "Vaihe", "Skede", "Stage"),
    column("asked_in", Kind.TEXT, "Kysely tai kuulemisen kysymys", "Enkät eller fråga i ett hörande", "Survey or poll"),
    column("kind", Kind.TEXT, "Vastauksen laji", "Typ av svar", "Kind of answer"),
    column("question_fi", Kind.TEXT, "Kysymys suomeksi", "Frågan på finska", "Question in Finnish"),
    column("question_sv", Kind.TEXT, "Kysymys ruotsiksi", "Frågan på svenska", "Question in Swedish"),
    column("question_en", Kind.TEXT, "Kysymys englanniksi", "Frågan på engelska", "Question in English"),
    column("choice_fi", Kind.TEXT, "Vaihtoehto suomeksi", "Alternativet på finska", "Choice in Finnish"),
    column("choice_sv", Kind.TEXT, "Vaihtoehto ruotsiksi", "Alternativet på svenska", "Choice in Swedish"),
    column("choice_en", Kind.TEXT, "Vaihtoehto englanniksi", "Alternativet på engelska", "Choice in English"),
    column("answered", Kind.INTEGER, "Vastanneita", "Antal som svarat", "People who answered"),
    column("chosen", Kind.INTEGER, "Valinneita", "Antal som valt", "People who chose it"),
)


def tables(publisher: str, keywords: Any) -> Iterator[Published]:
    """One table: each choice of each question whose results everybody may see."""
    yield Published(
        slug="participation-answers",
        publisher=publisher,
        title={"fi": "Kyselyjen vastaukset", "sv": "Svar på enkäter", "en": "Answers to surveys and polls"},
        text={
            "fi": "Kuinka moni valitsi minkäkin vaihtoehdon. Pienet luvut puuttuvat, eikä vapaita tekstejä ole.",
            "sv": "Hur många som valde vilket svarsalternativ. Små tal saknas, och fria texter ingår inte.",
            "en": "How many chose what. Small numbers are left out, and free texts are not in it.",
        },
        fields=FIELDS,
        rows=rows,
        key=("id",),
        themes=("GOVE", "SOCI"),
        keywords=keywords,
        filters=("process", "stage"),
    )


def rows() -> Iterator[Row]:
    """The surveys' questions, then the hearings' polls; of those alone whose results everybody sees on their pages."""
    now = timezone.now()
    stages = Stage.objects.exclude(process__state=Process.State.DRAFT).select_related("process")
    for stage in stages.filter(kind="survey").order_by("process__slug", "position"):
        when = STAGES["survey"].option(stage, "results")
        if when == "always" or (when == "after" and now >= stage.closes_at):
            yield from _survey(stage)
    polls = Poll.objects.filter(section__stage__in=stages.filter(closes_at__lte=now)).prefetch_related("options")
    for poll in polls.select_related("section__stage__process").order_by("pk"):
        yield from _poll(poll)


def _survey(stage: Stage) -> Iterator[Row]:
    found, _total = survey_results.results(stage)
    for one in found:
        question = one.question
        same = _same(stage, "survey", question.kind, question.title) | {"answered": one.answered}
        if question.kind == Question.Kind.TEXT:
            yield same | {"id": f"question/{question.pk}"} | _texts("choice", None)
        elif question.kind == Question.Kind.SCALE:
            for line in one.lines:
                said = {f"choice_{code}": line.title for code in ("fi", "sv", "en")}
                yield same | {"id": f"question/{question.pk}/{line.title}", "chosen": line.count} | said
        else:
            for choice, line in zip(question.choices.all(), one.lines, strict=True):
                yield same | {"id": f"choice/{choice.pk}", "chosen": line.count} | _texts("choice", choice.title)


def _poll(poll: Poll) -> Iterator[Row]:
    stage = poll.section.stage
    assert stage is not None  # noqa: S101  # it was found by its stage
    options = list(poll.options.annotate(chosen=Count("answers")))
    cells: dict[str, int] = {"": poll.answers.count()} | {str(one.pk): one.chosen for one in options}
    whole = [] if poll.several else [("", tuple(str(one.pk) for one in options))]
    kept_back = hidden(cells, whole)
    shown = {name: None if name in kept_back else number for name, number in cells.items()}
    kind = Question.Kind.MULTIPLE if poll.several else Question.Kind.SINGLE
    same = _same(stage, "poll", kind, poll.question) | {"answered": shown[""]}
    for one in options:
        yield same | {"id": f"option/{one.pk}", "chosen": shown[str(one.pk)]} | _texts("choice", one.text)


def _same(stage: Stage, asked_in: str, kind: str, question: Any) -> dict[str, Any]:
    said = {"process": stage.process.slug, "stage": stage.slug, "asked_in": asked_in, "kind": str(kind), "chosen": None}
    return said | _texts("question", question)


def _texts(name: str, value: Any) -> dict[str, str | None]:
    texts = written(value) if value else {}
    return {f"{name}_{code}": texts.get(code) for code in ("fi", "sv", "en")}
