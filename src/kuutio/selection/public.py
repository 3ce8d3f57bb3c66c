"""What is published of choosing: of each published round who was decided on, how, with which score and why. No reviewer is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kuutio.cities.joint import desk_of_all
from kuutio.core.choosing.scores import shown
from kuutio.core.choosing.tables import read
from kuutio.core.language import LANGUAGES
from kuutio.core.published import Kind, Published, Publisher, Row, column, in_three
from kuutio.selection.actions import publishing
from kuutio.selection.models import Candidate, Decision, Ranking, Round

FIELDS = (
    column("round", Kind.TEXT, "Valintakierroksen tunnus", "Urvalsomgångens kod", "Round"),
    column("number", Kind.INTEGER, "Numero", "Nummer", "Number"),
    *in_three("title", "Nimi", "Namn", "Title"),
    column("organisations", Kind.TEXT, "Organisaatiot", "Organisationer", "Organisations"),
    column("asked_cents", Kind.INTEGER, "Haettu", "Sökt", "Asked for", "cent"),
    column("rank", Kind.INTEGER, "Sija", "Placering", "Rank"),
    column("score", Kind.NUMBER, "Pisteet", "Poäng", "Score"),
    column(
        "score_outside",
        Kind.NUMBER,
        "Pisteet ilman omien kaupunkien arvioita",
        "Poäng utan de egna städernas bedömningar",
        "Score without own cities’ reviews",
    ),
    column("decision", Kind.TEXT, "Päätös", "Beslut", "Decision"),
    column("by_lot", Kind.BOOLEAN, "Arpa ratkaisi", "Lotten avgjorde", "The lots decided"),
    column("granted_cents", Kind.INTEGER, "Myönnetty", "Beviljat", "Granted", "cent"),
    *in_three("reason", "Perustelu", "Motivering", "Reason"),
    column("decided_at", Kind.DATETIME, "Päätetty", "Beslutat", "Decided at"),
)
_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("valinta", "arviointi", "päätökset"),
    "sv": ("urval", "bedömning", "beslut"),
    "en": ("selection", "reviews", "decisions"),
}


def tables() -> Iterator[Published]:
    """The decisions of all published rounds, where there is an organisation that publishes for all."""
    if (desk := desk_of_all()) is None:
        return
    yield Published(
        slug="selection-decisions",
        publisher=desk.slug,
        title={"fi": "Valintojen päätökset", "sv": "Besluten om urval", "en": "Decisions on what was chosen"},
        text={
            "fi": (
                "Jokaisen julkaistun valintakierroksen päätökset: pisteet, sija, myönnetty raha ja perustelut. Hylätyt ovat mukana, "
                "kun kierroksen ehdot sanovat niin. Järjestyksen voi laskea uudelleen kierroksen julkaistusta tiedostosta."
            ),
            "sv": (
                "Besluten i varje publicerad urvalsomgång: poäng, placering, beviljade pengar och motiveringar. De som fick avslag finns "
                "med när omgångens villkor säger det. Rangordningen kan räknas om ur den fil som publicerats för omgången."
            ),
            "en": (
                "The decisions of each published round: score, rank, money granted and reasons. Who was refused is in it where the "
                "round’s terms say so. The ranking can be made again from the round’s published file."
            ),
        },
        fields=FIELDS,
        rows=_rows,
        key=("round", "number"),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("round", "decision"),
    )


def _rows() -> Iterator[Row]:
    for round_ in Round.objects.filter(state=Round.State.PUBLISHED).order_by("key"):
        ranked = {row["candidate"]: row for row in Ranking.objects.get(round=round_).table["rows"]}
        last: dict[int, Decision] = {}
        for one in Decision.objects.filter(candidate__round=round_).order_by("pk"):
            last[one.candidate_id] = one
        named = publishing.named_in_results(round_)
        parties = {one.pk: [party.name for party in one.parties.all()] for one in _with_parties(named)}
        for candidate in named:
            row, decision = ranked.get(str(candidate.number)), last.get(candidate.pk)
            if row is None or decision is None:
                continue
            yield {
                "round": round_.key,
                "number": candidate.number,
                **_texts("title", candidate.title),
                "organisations": ", ".join(parties[candidate.pk]),
                "asked_cents": candidate.asked_cents,
                "rank": row["rank"],
                "score": _number(row["score"]),
                "score_outside": _number(row["outside"]),
                "decision": decision.outcome,
                "by_lot": decision.by_lot,
                "granted_cents": decision.granted_cents,
                **_texts("reason", decision.reason),
                "decided_at": decision.made_at,
            }


def _with_parties(candidates: list[Candidate]) -> Iterator[Candidate]:
    rows = Candidate.objects.filter(pk__in=[one.pk for one in candidates])
    yield from rows.prefetch_related("parties").order_by("number")


def _texts(name: str, value: Any) -> dict[str, str | None]:
    data = getattr(value, "data", value)
    texts = data if isinstance(data, dict) else {LANGUAGES[0]: data}
    return {f"{name}_{code}": texts.get(code) or None for code in LANGUAGES}


def _number(text: str | None) -> float | None:
    value = read(text)
    return None if value is None else float(shown(value))


PUBLISHED = Publisher(tables=tables)
