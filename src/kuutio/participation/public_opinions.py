"""What is published of opinion maps: the statements and the votes under random numbers, shaped as Polis exports them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kuutio.core.opinions import AGREE, DISAGREE, UNSEEN, Conversation
from kuutio.core.published import Kind, Published, Row, column
from kuutio.opendata.engine.detectors import Level, signs
from kuutio.participation.conversations import statements_of, talk_of
from kuutio.participation.models import Process, Stage


@dataclass(frozen=True, slots=True)
class NoPersonalData:
    """A text in which a person could be told isn't published."""

    column: str

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        text = row[self.column]
        told = text and any(sign.level is Level.STRONG for sign in signs(text))
        return row | {self.column: None} if told else row

    def columns(self) -> tuple[str, ...]:
        return (self.column,)


_WHERE = (
    column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id"),
    column("stage", Kind.TEXT, "Vaihe", "Skede", "Stage"),
)
STATEMENT_FIELDS = (
    *_WHERE,
    column("comment_id", Kind.INTEGER, "Väittämän numero", "Påståendets nummer", "Statement number"),
    column("agrees", Kind.INTEGER, "Samaa mieltä", "Håller med", "Agrees"),
    column("disagrees", Kind.INTEGER, "Eri mieltä", "Håller inte med", "Disagrees"),
    column("moderated", Kind.INTEGER, "Näkyy (1) tai ei (-1)", "Visas (1) eller inte (-1)", "Shown (1) or not (-1)"),
    column("language", Kind.TEXT, "Kieli", "Språk", "Language"),
    column("comment_body", Kind.TEXT, "Väittämä", "Påstående", "Statement"),
)
VOTE_FIELDS = (
    *_WHERE,
    column("comment_id", Kind.INTEGER, "Väittämän numero", "Påståendets nummer", "Statement number"),
    column("voter_id", Kind.INTEGER, "Vastaajan satunnaisnumero", "Svararens slumptal", "Random number of the voter"),
    column("vote", Kind.INTEGER, "Vastaus: 1, 0 tai -1", "Svar: 1, 0 eller -1", "Vote: 1, 0 or -1"),
)


def tables(publisher: str, keywords: dict[Any, tuple[str, ...]]) -> Iterator[Published]:
    """The statements and the votes of all public conversations."""
    yield Published(
        slug="participation-statements",
        publisher=publisher,
        title={
            "fi": "Mielipidekarttojen väittämät",
            "sv": "Åsiktskartornas påståenden",
            "en": "Statements of opinion maps",
        },
        text={
            "fi": "Väittämät ja vastausten määrät. Sarakkeet vastaavat Polis-viennin tiedostoa comments.csv.",
            "sv": "Påståenden och antal svar. Kolumnerna motsvarar filen comments.csv i Polis export.",
            "en": "Statements and how many agreed. The columns are those of comments.csv in an export of Polis.",
        },
        fields=STATEMENT_FIELDS,
        rows=_statement_rows,
        key=("process", "stage", "comment_id"),
        privacy=(NoPersonalData("comment_body"),),
        themes=("GOVE", "SOCI"),
        keywords=keywords,
        filters=("process", "stage"),
        taken_back=("comment_body",),
    )
    yield Published(
        slug="participation-statement-votes",
        publisher=publisher,
        title={"fi": "Vastaukset väittämiin", "sv": "Svar på påståenden", "en": "Votes on statements"},
        text={
            "fi": (
                "Jokaisen vastaajan viimeisin vastaus väittämään. Ihmisen tilalla on satunnaisluku, eikä aikoja ole. Sarakkeet "
                "vastaavat Polis-viennin tiedostoa votes.csv."
            ),
            "sv": (
                "Varje svarares senaste svar på ett påstående. I stället för en person står ett slumptal, och inga tider finns med. "
                "Kolumnerna motsvarar filen votes.csv i Polis export."
            ),
            "en": (
                "Everybody’s last vote on a statement. A random number stands for the person, and no times are told. The columns are "
                "those of votes.csv in an export of Polis."
            ),
        },
        fields=VOTE_FIELDS,
        rows=_vote_rows,
        key=("process", "stage", "comment_id", "voter_id"),
        themes=("GOVE", "SOCI"),
        keywords=keywords,
        filters=("process", "stage"),
    )


def _public() -> Iterator[tuple[Stage, Conversation]]:
    rows = Stage.objects.filter(kind="opinions").exclude(process__state=Process.State.DRAFT).select_related("process")
    for stage in rows.order_by("process__slug", "position"):
        yield stage, talk_of(stage).conversation


def _statement_rows() -> Iterator[Row]:
    for stage, talk in _public():
        languages = dict(statements_of(stage).values_list("pk", "language"))
        for place, one in enumerate(talk.statements):
            votes = talk.votes[:, place]
            yield {
                "process": stage.process.slug,
                "stage": stage.slug,
                "comment_id": int(one.id),
                "agrees": int((votes == AGREE).sum()),
                "disagrees": int((votes == DISAGREE).sum()),
                "moderated": -1 if one.out else 1,
                "language": languages.get(int(one.id)),
                "comment_body": one.text or None,
            }


def _vote_rows() -> Iterator[Row]:
    for stage, talk in _public():
        for row, person in enumerate(talk.people):
            for place, one in enumerate(talk.statements):
                vote = int(talk.votes[row, place])
                if vote != UNSEEN:
                    yield {
                        "process": stage.process.slug,
                        "stage": stage.slug,
                        "comment_id": int(one.id),
                        "voter_id": int(person),
                        "vote": vote,
                    }
