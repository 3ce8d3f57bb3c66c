"""What the programme publishes of its calls: their times and terms, and once they have closed how much was applied for. No applicant is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from kuutio.core.published import Kind, Published, Row, column
from kuutio.programme import call_queries, figures
from kuutio.programme.models import Application, Call
from kuutio.programme.written import written

_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("6Aika", "haku", "hankehaku"),
    "sv": ("6Aika", "utlysning"),
    "en": ("6Aika", "call", "funding"),
}


FIELDS = (
    column("call", Kind.TEXT, "Haun tunnus", "Utlysningens kod", "Call id"),
    column("title_fi", Kind.TEXT, "Otsikko suomeksi", "Rubrik på finska", "Title in Finnish"),
    column("title_sv", Kind.TEXT, "Otsikko ruotsiksi", "Rubrik på svenska", "Title in Swedish"),
    column("title_en", Kind.TEXT, "Otsikko englanniksi", "Rubrik på engelska", "Title in English"),
    column("shape", Kind.TEXT, "Hakutapa", "Form", "Shape"),
    column("fund", Kind.TEXT, "Rahasto", "Fond", "Fund"),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    column("opens_at", Kind.DATETIME, "Alkaa", "Öppnas", "Opens at"),
    column("closes_at", Kind.DATETIME, "Päättyy", "Stängs", "Closes at"),
    column("max_support_bp", Kind.INTEGER, "Tuki enintään", "Stöd högst", "Support at most", "1/10000"),
    column("budget_cents", Kind.INTEGER, "Jaettava raha", "Pengar att dela ut", "Money to share out", "cent"),
    column("applications", Kind.INTEGER, "Hakemuksia", "Ansökningar", "Applications"),
    column("asked_cents", Kind.INTEGER, "Haettu tuki", "Sökt stöd", "Support asked for", "cent"),
)


def tables(publisher: str) -> Iterator[Published]:
    """The table of calls."""
    yield Published(
        slug="programme-calls",
        publisher=publisher,
        title={"fi": "Ohjelman haut", "sv": "Programmets utlysningar", "en": "Calls of the programme"},
        text={
            "fi": "Hakujen ajat ja ehdot. Hakemusten määrä ja haettu tuki kerrotaan haun päätyttyä; hakijoita taulussa ei ole.",
            "sv": "Utlysningarnas tider och villkor. Antalet ansökningar och sökt stöd anges när utlysningen stängts; sökande ingår inte.",
            "en": "Times and terms of calls. How many applications came, and what they ask for, is told once a call has closed.",
        },
        fields=FIELDS,
        rows=_rows,
        key=("call",),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("fund", "shape", "state"),
    )


def _rows() -> Iterator[Row]:
    at = timezone.now()
    for call in call_queries.public_calls().order_by("opens_at", "slug"):
        state, title = call.now(at), written(call.title)
        closed = state not in (Call.State.PUBLISHED, Call.State.OPEN)
        sent = (
            list(call_queries.whole().filter(call=call).exclude(number="").exclude(state=Application.State.WITHDRAWN))
            if closed
            else []
        )
        yield {
            "call": call.slug,
            **{f"title_{code}": title.get(code, "") for code in ("fi", "sv", "en")},
            "shape": call.shape,
            "fund": call.fund,
            "state": state,
            "opens_at": call.opens_at,
            "closes_at": call.closes_at,
            "max_support_bp": call.max_support_bp,
            "budget_cents": call.budget_cents,
            "applications": len(sent) if closed else None,
            "asked_cents": sum(figures.computed(row).project.support for row in sent) if closed else None,
        }
