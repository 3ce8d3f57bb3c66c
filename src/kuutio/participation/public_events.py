"""What is published of meetings, milestones, initiatives and moderation: days, counts and reasons, no people and no words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kuutio.core.published import Kind, Published, Row, column, in_three
from kuutio.participation.actions import supporting
from kuutio.participation.models import Initiative, Meeting, Milestone, Moderation
from kuutio.participation.queries import public_processes, published
from kuutio.participation.texts import written

_ID = column("id", Kind.TEXT, "Tunnus", "Kod", "Id")
_PROCESS = column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id")
MEETING_FIELDS = (
    _ID,
    _PROCESS,
    *in_three("title", "Otsikko", "Rubrik", "Title"),
    *in_three("place", "Paikka", "Plats", "Place"),
    column("link", Kind.TEXT, "Verkko-osoite", "Webbadress", "Address on the web"),
    column("starts_at", Kind.DATETIME, "Alkaa", "Börjar", "Begins at"),
    column("ends_at", Kind.DATETIME, "Päättyy", "Slutar", "Ends at"),
    column("seats", Kind.INTEGER, "Paikkoja", "Platser", "Seats"),
    column("is_cancelled", Kind.BOOLEAN, "Peruttu", "Inställt", "Cancelled"),
)
MILESTONE_FIELDS = (
    _ID,
    _PROCESS,
    *in_three("title", "Otsikko", "Rubrik", "Title"),
    column("planned_on", Kind.DATE, "Suunniteltu", "Planerad", "Planned on"),
    column("reached_on", Kind.DATE, "Toteutunut", "Uppnådd", "Reached on"),
)
INITIATIVE_FIELDS = (
    column("contribution", Kind.TEXT, "Ehdotuksen tunnus", "Förslagets kod", "Id of the proposal"),
    _PROCESS,
    column("sort", Kind.TEXT, "Laji", "Typ", "Kind"),
    column("municipality", Kind.TEXT, "Kuntanumero", "Kommunnummer", "Municipality code"),
    column("counted", Kind.INTEGER, "Laskettuja kannattajia", "Räknade understödjare", "Counted supporters"),
    column(
        "identified",
        Kind.INTEGER,
        "Heistä vahvasti tunnistautuneita",
        "Av dem starkt identifierade",
        "Of them identified strongly",
    ),
    column("needed", Kind.INTEGER, "Tarvitaan", "Behövs", "Needed"),
    column("handed_in_at", Kind.DATETIME, "Jätetty", "Inlämnad", "Handed in at"),
    column("due_on", Kind.DATE, "Käsiteltävä viimeistään", "Ska behandlas senast", "To be taken up by"),
)
MODERATION_FIELDS = (
    _ID,
    _PROCESS,
    column("act", Kind.TEXT, "Päätös", "Beslut", "Decision"),
    column("ground", Kind.TEXT, "Peruste", "Skäl", "Reason"),
    column("on", Kind.DATE, "Päivä", "Dag", "Day"),
    column("appeal", Kind.TEXT, "Oikaisupyynnön tulos", "Resultatet av överklagandet", "Outcome of the appeal"),
)


def tables(publisher: str, keywords: Any) -> Iterator[Published]:
    """The four tables."""

    def table(
        slug: str, title: tuple[str, str, str], text: tuple[str, str, str], fields: Any, rows: Any, key: str
    ) -> Any:
        codes = ("fi", "sv", "en")
        return Published(
            slug=slug,
            publisher=publisher,
            title=dict(zip(codes, title, strict=True)),  # type: ignore[arg-type]  # three codes, three texts
            text=dict(zip(codes, text, strict=True)),  # type: ignore[arg-type]
            fields=fields,
            rows=rows,
            key=(key,),
            themes=("GOVE",),
            keywords=keywords,
            filters=("process",),
        )

    yield table(
        "participation-meetings",
        ("Osallisuuden tilaisuudet", "Evenemang för delaktighet", "Meetings of participation processes"),
        (
            "Asukastilaisuudet: mikä, missä ja milloin. Ilmoittautuneita ei ole mukana.",
            "Invånarmöten: vad, var och när. De anmälda ingår inte.",
            "Meetings with residents: what, where and when. Who registered is not in it.",
        ),
        MEETING_FIELDS,
        _meeting_rows,
        "id",
    )
    yield table(
        "participation-milestones",
        (
            "Osallisuusprosessien välitavoitteet",
            "Delaktighetsprocessernas delmål",
            "Milestones of participation processes",
        ),
        (
            "Mitä prosessissa on luvattu tehdä mihin mennessä ja milloin se on tehty.",
            "Vad som utlovats i processen till vilken dag, och när det gjorts.",
            "What was promised in a process by when, and when it was done.",
        ),
        MILESTONE_FIELDS,
        _milestone_rows,
        "id",
    )
    yield table(
        "participation-initiatives",
        ("Kuntalaisaloitteet", "Invånarinitiativ", "Residents’ initiatives"),
        (
            "Aloitteiden kannattajat, kuinka monta laki vaatii ja milloin aloite on jätetty.",
            "Initiativens understödjare, hur många lagen kräver och när initiativet lämnats in.",
            "The supporters of initiatives, how many the law asks for, and when they were handed in.",
        ),
        INITIATIVE_FIELDS,
        _initiative_rows,
        "contribution",
    )
    yield table(
        "participation-moderation",
        ("Moderoinnin päätökset", "Modereringens beslut", "Decisions of moderation"),
        (
            "Mitä on piilotettu tai palautettu, millä perusteella ja mitä oikaisupyynnöistä tuli. Sanoja tai ihmisiä ei ole.",
            "Vad som dolts eller visats igen, av vilket skäl och hur överklaganden slutade. Utan ord och personer.",
            "What was hidden or shown again, for which reason, and what came of appeals. No words and no people.",
        ),
        MODERATION_FIELDS,
        _moderation_rows,
        "id",
    )


def _texts(name: str, value: Any) -> dict[str, str | None]:
    texts = written(value) if value else {}
    return {f"{name}_{code}": texts.get(code) for code in ("fi", "sv", "en")}


def _seconds(at: Any) -> Any:
    return at.replace(microsecond=0) if at else None


def _meeting_rows() -> Iterator[Row]:
    rows = Meeting.objects.filter(process__in=public_processes().values("pk")).select_related("process")
    for row in rows.order_by("starts_at", "pk"):
        yield {
            "id": str(row.uuid),
            "process": row.process.slug,
            "link": row.link or None,
            "starts_at": _seconds(row.starts_at),
            "ends_at": _seconds(row.ends_at),
            "seats": row.capacity,
            "is_cancelled": row.is_cancelled,
            **_texts("title", row.title),
            **_texts("place", row.place),
        }


def _milestone_rows() -> Iterator[Row]:
    rows = Milestone.objects.filter(process__in=public_processes().values("pk")).select_related("process")
    for row in rows.order_by("process__slug", "planned_on", "pk"):
        yield {
            "id": f"{row.process.slug}/{row.pk}",
            "process": row.process.slug,
            "planned_on": row.planned_on,
            "reached_on": row.reached_on,
            **_texts("title", row.title),
        }


def _initiative_rows() -> Iterator[Row]:
    rows = Initiative.objects.filter(proposal__contribution__in=published().values("pk"))
    for row in rows.select_related("proposal__contribution__process", "population").order_by("pk"):
        population = supporting.population_of(row)
        yield {
            "contribution": str(row.proposal.contribution.uuid),
            "process": row.proposal.contribution.process.slug,
            "sort": row.sort,
            "municipality": row.municipality_id,
            "counted": row.counted if row.handed_in_at else supporting.counted(row),
            "identified": supporting.counted(row, identified_only=True),
            "needed": row.needed or (supporting.needed(row, population) if population else None),
            "handed_in_at": _seconds(row.handed_in_at),
            "due_on": row.due_on,
        }


def _moderation_rows() -> Iterator[Row]:
    rows = Moderation.objects.filter(contribution__process__in=public_processes().values("pk"))
    for row in rows.select_related("contribution__process", "appeal").order_by("at", "pk").iterator(chunk_size=2000):
        appeal = getattr(row, "appeal", None)
        yield {
            "id": f"{row.contribution.process.slug}/{row.pk}",
            "process": row.contribution.process.slug,
            "act": row.act,
            "ground": row.ground or None,
            "on": row.at.date(),
            "appeal": (appeal.outcome or "open") if appeal else None,
        }
