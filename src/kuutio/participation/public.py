"""What participation publishes of itself: processes, their stages, and what people contributed, without the people.

A contribution's row holds what its page shows everybody, without the name that its author may have signed with. A text that
seems to hold personal data isn't published, whoever wrote it; what was hidden or withdrawn is taken out of older versions, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q, Sum

from kuutio.cities.joint import desk_of_all
from kuutio.core.published import Kind, Published, Publisher, Row, column, in_three
from kuutio.participation import public_answers, public_events, public_opinions
from kuutio.participation.models import Contribution, Population, Process, Proposal, Reaction, Spending, Stage
from kuutio.participation.proposal_queries import counted
from kuutio.participation.public_opinions import NoPersonalData
from kuutio.participation.public_votes import vote_tables
from kuutio.participation.queries import public_processes, published, with_parts
from kuutio.participation.texts import written

PROCESS_FIELDS = (
    column("process", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("owner", Kind.TEXT, "Omistajakaupunki", "Ägande stad", "Owner city"),
    column("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    *in_three("title", "Otsikko", "Rubrik", "Title"),
    *in_three("summary", "Tiivistelmä", "Sammanfattning", "Summary"),
    column("theme", Kind.TEXT, "Teema", "Tema", "Theme"),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    column("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
    column("closed_at", Kind.DATETIME, "Päätetty", "Avslutad", "Closed at"),
    column("contributions", Kind.INTEGER, "Osallistumisia", "Inlägg", "Contributions"),
    *in_three("decided", "Mitä päätettiin", "Vad som beslöts", "What was decided"),
    *in_three("why", "Miksi", "Varför", "Why"),
    column("area", Kind.GEOMETRY, "Paikka", "Plats", "Place"),
)
STAGE_FIELDS = (
    column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id"),
    column("stage", Kind.TEXT, "Vaihe", "Skede", "Stage"),
    column("position", Kind.INTEGER, "Järjestys", "Ordning", "Order"),
    column("kind", Kind.TEXT, "Vaiheen laji", "Skedets typ", "Kind of stage"),
    *in_three("title", "Otsikko", "Rubrik", "Title"),
    column("opens_at", Kind.DATETIME, "Alkaa", "Börjar", "Opens at"),
    column("closes_at", Kind.DATETIME, "Päättyy", "Slutar", "Closes at"),
    column("identification", Kind.TEXT, "Tunnistautuminen", "Identifiering", "Identification"),
)
CONTRIBUTION_FIELDS = (
    column("contribution", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id"),
    column("stage", Kind.TEXT, "Vaihe", "Skede", "Stage"),
    column("section", Kind.INTEGER, "Osan numero", "Delens nummer", "Section number"),
    column("paragraph", Kind.INTEGER, "Kappale", "Stycke", "Paragraph"),
    column("reply_to", Kind.TEXT, "Vastaus tunnukseen", "Svar på", "Reply to"),
    column("kind", Kind.TEXT, "Laji", "Typ", "Kind"),
    column("language", Kind.TEXT, "Kieli", "Språk", "Language"),
    column("title", Kind.TEXT, "Otsikko", "Rubrik", "Title"),
    column("text", Kind.TEXT, "Teksti", "Text", "Text"),
    column("official_of", Kind.TEXT, "Kaupungin vastaus", "Stadens svar", "Official reply of"),
    column("supports", Kind.INTEGER, "Kannatuksia", "Understöd", "Supports"),
    column("made_at", Kind.DATETIME, "Kirjoitettu", "Skriven", "Written at"),
    column("place", Kind.GEOMETRY, "Paikka kartalla", "Plats på kartan", "Place on the map"),
)
PROPOSAL_FIELDS = (
    column("contribution", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("process", Kind.TEXT, "Prosessin tunnus", "Processens kod", "Process id"),
    column("city", Kind.TEXT, "Kaupunki, jolla ehdotus on", "Stad som har förslaget", "City that has it"),
    column("municipality", Kind.TEXT, "Kuntanumero", "Kommunnummer", "Municipality code"),
    column("category", Kind.TEXT, "Teema", "Tema", "Theme"),
    column("status", Kind.TEXT, "Tila", "Status", "Status"),
    column("joined_to", Kind.TEXT, "Yhdistetty ehdotukseen", "Sammanslaget med", "Joined to"),
    column("supports", Kind.INTEGER, "Kannatuksia", "Understöd", "Supports"),
    column(
        "supports_unmarked",
        Kind.INTEGER,
        "Kannatuksia ilman järjestelmällisen toiminnan merkkejä",
        "Understöd utan tecken på samordning",
        "Supports without signs of coordination",
    ),
    column("spent_cents", Kind.INTEGER, "Maksettu, senttiä", "Betalat, cent", "Paid, euro cents"),
)
POPULATION_FIELDS = (
    column("municipality", Kind.TEXT, "Kuntanumero", "Kommunnummer", "Municipality code"),
    column("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    column("on", Kind.DATE, "Päivä", "Dag", "Day"),
    column("residents", Kind.INTEGER, "Asukkaita", "Invånare", "Residents"),
    column("source", Kind.TEXT, "Lähde", "Källa", "Source"),
)
_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("osallisuus", "kuuleminen", "ehdotukset"),
    "sv": ("delaktighet", "hörande", "förslag"),
    "en": ("participation", "hearing", "proposals"),
}


def tables() -> Iterator[Published]:
    """The processes, stages and contributions of all the cities, where there is an organisation that publishes for all."""
    desk = desk_of_all()
    if desk is None:
        return
    yield Published(
        slug="participation-processes",
        publisher=desk.slug,
        title={
            "fi": "Osallisuusprosessit",
            "sv": "Delaktighetsprocesser",
            "en": "Participation processes",
        },
        text={
            "fi": "Kuulemiset ja muut osallisuusprosessit: missä kaupungeissa, mistä, milloin, mitä päätettiin ja miksi.",
            "sv": "Höranden och andra delaktighetsprocesser: i vilka städer, om vad, när, vad som beslöts och varför.",
            "en": "Hearings and other processes of participation: in which cities, on what, when, what was decided and why.",
        },
        fields=PROCESS_FIELDS,
        rows=_process_rows,
        key=("process",),
        themes=("GOVE", "SOCI"),
        keywords=_KEYWORDS,
        filters=("owner", "theme", "state"),
    )
    yield Published(
        slug="participation-stages",
        publisher=desk.slug,
        title={
            "fi": "Osallisuusprosessien vaiheet",
            "sv": "Delaktighetsprocessernas skeden",
            "en": "Stages of participation processes",
        },
        text={
            "fi": "Kunkin prosessin vaiheet: laji, ajat ja kuka voi osallistua.",
            "sv": "Skedena i varje process: typ, tider och vem som kan delta.",
            "en": "The stages of each process: kind, times and who can take part.",
        },
        fields=STAGE_FIELDS,
        rows=_stage_rows,
        key=("process", "stage"),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("process", "kind"),
    )
    yield Published(
        slug="participation-contributions",
        publisher=desk.slug,
        title={
            "fi": "Asukkaiden kommentit ja ehdotukset",
            "sv": "Invånarnas kommentarer och förslag",
            "en": "Residents’ comments and proposals",
        },
        text={
            "fi": (
                "Julkaistut kommentit, ehdotukset ja perustelut sekä kaupunkien vastaukset. Kirjoittajien nimiä ei ole; teksti, jossa "
                "näyttää olevan henkilötietoja, on jätetty pois."
            ),
            "sv": (
                "Publicerade kommentarer, förslag och argument samt städernas svar. Skribenternas namn finns inte med; en text som "
                "verkar innehålla personuppgifter har utelämnats."
            ),
            "en": (
                "Published comments, proposals and arguments, and the cities’ replies. No names of authors are in it; a text that seems "
                "to hold personal data is left out."
            ),
        },
        fields=CONTRIBUTION_FIELDS,
        rows=_contribution_rows,
        key=("contribution",),
        privacy=(NoPersonalData("title"), NoPersonalData("text")),
        themes=("GOVE", "SOCI"),
        keywords=_KEYWORDS,
        filters=("process", "stage", "kind", "language"),
        taken_back=("title", "text", "place"),
    )
    yield from public_opinions.tables(desk.slug, _KEYWORDS)
    yield from vote_tables(desk.slug, _KEYWORDS)
    yield from public_answers.tables(desk.slug, _KEYWORDS)
    yield from public_events.tables(desk.slug, _KEYWORDS)
    yield Published(
        slug="participation-proposals",
        publisher=desk.slug,
        title={
            "fi": "Asukkaiden ehdotusten eteneminen",
            "sv": "Hur invånarnas förslag framskrider",
            "en": "Progress of residents’ proposals",
        },
        text={
            "fi": "Kunkin ehdotuksen kaupunki, tila, kannatukset ja mitä siihen on käytetty rahaa. Sanat ovat puheenvuorojen aineistossa.",
            "sv": "Varje förslags stad, status, understöd och vad som har betalats. Orden finns i datasetet med inlägg.",
            "en": "The city, status, supports and costs of each proposal. Its words are in the data set of contributions.",
        },
        fields=PROPOSAL_FIELDS,
        rows=_proposal_rows,
        key=("contribution",),
        themes=("GOVE", "SOCI"),
        keywords=_KEYWORDS,
        filters=("process", "city", "status", "category"),
    )

    yield Published(
        slug="city-populations",
        publisher=desk.slug,
        title={"fi": "Kaupunkien väkiluvut", "sv": "Städernas folkmängd", "en": "Populations of the cities"},
        text={
            "fi": "Kuinka monta asukasta kussakin kaupungissa on, lähteineen. Aloitteiden rajat lasketaan näistä.",
            "sv": "Hur många invånare varje stad har, med källa. Gränserna för initiativ räknas av dem.",
            "en": "How many people live in each city, with the source. The limits of initiatives are counted from them.",
        },
        fields=POPULATION_FIELDS,
        rows=_population_rows,
        key=("municipality", "on"),
        themes=("SOCI",),
        keywords={"fi": ("väestö",), "sv": ("befolkning",), "en": ("population",)},
        filters=("city",),
    )


PUBLISHED = Publisher(tables=tables)


def _population_rows() -> Iterator[Row]:
    for row in Population.objects.filter(municipality__city__isnull=False).select_related("municipality__city"):
        yield {
            "municipality": row.municipality_id,
            "city": row.municipality.city.pk,
            "on": row.on,
            "residents": row.residents,
            "source": row.source,
        }


def _texts(name: str, value: Any) -> dict[str, str | None]:
    texts = written(value) if value else {}
    return {f"{name}_{code}": texts.get(code) for code in ("fi", "sv", "en")}


def _seconds(at: Any) -> Any:
    return at.replace(microsecond=0) if at else None


def _process_rows() -> Iterator[Row]:
    counts = dict(published().filter(organisation=None).order_by().values_list("process").annotate(count=Count("pk")))
    for row in with_parts(public_processes()).select_related("outcome").order_by("slug"):
        yield {
            "process": row.slug,
            "owner": row.owner_id,
            "cities": ", ".join(part.city_id for part in row.parts.all()),
            "theme": row.theme,
            "state": row.state,
            "published_at": _seconds(row.published_at),
            "closed_at": _seconds(row.closed_at),
            "contributions": counts.get(row.pk, 0),
            "area": bytes(row.area) if row.area else None,
            **_texts("title", row.title),
            **_texts("summary", row.summary),
            **_texts("decided", row.outcome.decided if row.outcome else None),
            **_texts("why", row.outcome.why if row.outcome else None),
        }


def _stage_rows() -> Iterator[Row]:
    stages = Stage.objects.exclude(process__state=Process.State.DRAFT).select_related("process")
    for stage in stages.order_by("process__slug", "position"):
        yield {
            "process": stage.process.slug,
            "stage": stage.slug,
            "position": stage.position,
            "kind": stage.kind,
            "opens_at": _seconds(stage.opens_at),
            "closes_at": _seconds(stage.closes_at),
            "identification": stage.identification,
            **_texts("title", stage.title),
        }


def _contribution_rows() -> Iterator[Row]:
    rows = published().select_related("process", "stage", "section", "parent", "organisation")
    rows = rows.annotate(supports=Count("reactions", filter=Q(reactions__value=Reaction.Value.FOR)))
    for row in rows.order_by("process__slug", "made_at", "pk").iterator(chunk_size=2000):
        yield _contribution_row(row)


def _contribution_row(row: Contribution) -> Row:
    parent = row.parent
    shown = parent is not None and parent.state == Contribution.State.PUBLISHED
    return {
        "contribution": str(row.uuid),
        "process": row.process.slug,
        "stage": row.stage.slug,
        "section": row.section.position if row.section else None,
        "paragraph": row.paragraph,
        "reply_to": str(parent.uuid) if parent and shown else None,
        "kind": row.kind,
        "language": row.language,
        "title": row.title or None,
        "text": row.text,
        "official_of": row.organisation.slug if row.organisation else None,
        "supports": row.supports,  # type: ignore[attr-defined]  # annotated
        "made_at": _seconds(row.made_at),
        "place": bytes(row.geometry) if row.geometry else None,
    }


def _proposal_rows() -> Iterator[Row]:
    rows = counted(Proposal.objects.filter(contribution__in=published().values("pk")))
    rows = rows.select_related("contribution__process", "merged_into__contribution")
    spent = dict(Spending.objects.order_by().values_list("proposal").annotate(sum=Sum("amount_cents")))
    for row in rows.order_by("contribution__process__slug", "pk").iterator(chunk_size=2000):
        into = row.merged_into.contribution if row.merged_into else None
        shown = into is not None and into.state == Contribution.State.PUBLISHED
        yield {
            "contribution": str(row.contribution.uuid),
            "process": row.contribution.process.slug,
            "city": row.city_id,
            "municipality": row.municipality_id,
            "category": row.category,
            "status": row.status,
            "joined_to": str(into.uuid) if into and shown else None,
            "supports": row.supports,  # type: ignore[attr-defined]  # annotated
            "supports_unmarked": row.unmarked,  # type: ignore[attr-defined]  # annotated
            "spent_cents": spent.get(row.pk, 0),
        }
