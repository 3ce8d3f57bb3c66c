"""What is published of votes: their results project by project, and where the ballots and the log of each are to be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kuutio.core.published import Field, Kind, Published, Row, Texts, column
from kuutio.participation.actions.closing import supported_winners
from kuutio.participation.eligibility import cities_of
from kuutio.participation.models import Count, TurnoutDay
from kuutio.participation.texts import written

VOTE_FIELDS = (
    column("vote", Kind.TEXT, "Äänestyksen tunnus", "Röstningens kod", "Vote"),
    column("title", Kind.TEXT, "Otsikko", "Rubrik", "Title"),
    column("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    column("amount", Kind.NUMBER, "Budjetti, euroa", "Budget, euro", "Budget, euros"),
    column("paper", Kind.TEXT, "Äänestyslipun laji", "Typ av röstsedel", "Kind of ballot"),
    column("rule", Kind.TEXT, "Laskentasääntö", "Räkneregel", "Rule"),
    column("ballots", Kind.INTEGER, "Äänestyslippuja", "Röstsedlar", "Ballots"),
    column("counted_at", Kind.DATETIME, "Laskettu", "Räknad", "Counted at"),
    column("root", Kind.TEXT, "Lokin juuri", "Loggens rot", "Root of the log"),
    column("pb", Kind.TEXT, "Äänestysliput (.pb)", "Röstsedlar (.pb)", "Ballots (.pb)"),
    column("bundle", Kind.TEXT, "Koko äänestys (zip)", "Hela röstningen (zip)", "The whole vote (zip)"),
)
PROJECT_FIELDS = (
    column("vote", Kind.TEXT, "Äänestyksen tunnus", "Röstningens kod", "Vote"),
    column("project", Kind.TEXT, "Hankkeen tunnus", "Projektets kod", "Project"),
    column("title", Kind.TEXT, "Hanke", "Projekt", "Title"),
    column("cost", Kind.NUMBER, "Hinta, euroa", "Kostnad, euro", "Cost, euros"),
    column("category", Kind.TEXT, "Luokka", "Kategori", "Category"),
    column("support", Kind.NUMBER, "Ääniä tai pisteitä", "Röster eller poäng", "Votes or points"),
    column("place", Kind.INTEGER, "Sija rahoitusjärjestyksessä", "Plats i finansieringsordningen", "Place in funding"),
)


DAY_FIELDS = (
    column("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("vote", Kind.TEXT, "Äänestyksen tunnus", "Röstningens kod", "Vote"),
    column("day", Kind.DATE, "Päivä", "Dag", "Day"),
    column("part", Kind.TEXT, "Mistä luku on", "Vad talet gäller", "Of what"),
    column("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    column(
        "name", Kind.TEXT, "Postinumero tai äänestystapa", "Postnummer eller röstningssätt", "Postal code or channel"
    ),
    column("passes", Kind.INTEGER, "Äänestyslupia vähintään", "Röstpass, minst", "Passes, at least"),
    column("entries", Kind.INTEGER, "Merkintöjä lokissa", "Poster i loggen", "Entries in the log"),
)
TURNOUT_FIELDS = (
    column("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("vote", Kind.TEXT, "Äänestyksen tunnus", "Röstningens kod", "Vote"),
    column("part", Kind.TEXT, "Mistä luku on", "Vad talet gäller", "Of what"),
    column("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    column(
        "name", Kind.TEXT, "Postinumero tai äänestystapa", "Postnummer eller röstningssätt", "Postal code or channel"
    ),
    column("voters", Kind.INTEGER, "Äänestäjiä", "Röstande", "Voters"),
)


def vote_tables(publisher: str, keywords: Any) -> Iterator[Published]:
    """The tables of all votes: the counted ones, their projects and turnout, and how each went on evening by evening."""
    yield _table(
        "participation-votes",
        publisher,
        {
            "fi": "Osallistuvan budjetin äänestykset",
            "sv": "Röstningar om medborgarbudgetar",
            "en": "Participatory budget votes",
        },
        {
            "fi": "Lasketut äänestykset: sääntö, äänestyslippujen määrä ja osoitteet, joista koko äänestyksen voi laskea uudelleen.",
            "sv": "Räknade röstningar: regel, antal röstsedlar och adresser där hela röstningen kan räknas om.",
            "en": "Counted votes: rule, number of ballots, and the addresses from which the whole vote can be counted again.",
        },
        VOTE_FIELDS,
        _vote_rows,
        ("vote",),
        keywords,
    )
    yield _table(
        "participation-vote-projects",
        publisher,
        {
            "fi": "Osallistuvan budjetin hankkeet",
            "sv": "Projekt i medborgarbudgetar",
            "en": "Participatory budget projects",
        },
        {
            "fi": "Äänestettyjen hankkeiden hinta, kannatus ja sija; sija on tyhjä, jos hanke ei saanut rahaa.",
            "sv": "Projektens kostnad, stöd och plats; platsen är tom om projektet inte fick pengar.",
            "en": "The cost, support and place of the projects voted on; no place: it got no money.",
        },
        PROJECT_FIELDS,
        _project_rows,
        ("vote", "project"),
        keywords,
    )

    yield _table(
        "participation-vote-turnout",
        publisher,
        {"fi": "Äänestysten osallistujat", "sv": "Deltagare i röstningar", "en": "Turnout of votes"},
        {
            "fi": "Lasketun äänestyksen äänestäjät kaupungeittain, postinumeroittain ja äänestystavoittain. Pienet luvut puuttuvat.",
            "sv": "De röstande i räknade röstningar efter stad, postnummer och röstningssätt. Små tal saknas.",
            "en": "The voters of counted votes by city, postal code and channel. Small numbers are left out.",
        },
        TURNOUT_FIELDS,
        _turnout_rows,
        ("id",),
        keywords,
    )
    yield _table(
        "participation-vote-days",
        publisher,
        {"fi": "Äänestykset päivittäin", "sv": "Röstningar dag för dag", "en": "Votes day by day"},
        {
            "fi": "Annetut äänestysluvat ja lokin koko joka ilta; luvat alaspäin pyöristettyinä viiden tarkkuudella.",
            "sv": "Utfärdade röstpass och loggens storlek varje kväll; passen avrundade nedåt till närmaste fem.",
            "en": "Passes issued and the size of the log each evening; passes rounded down to fives.",
        },
        DAY_FIELDS,
        _day_rows,
        ("id",),
        keywords,
    )


def _table(
    slug: str, publisher: str, title: Texts, text: Texts, fields: tuple[Field, ...], rows: Any, key: Any, keywords: Any
) -> Published:
    return Published(
        slug=slug,
        publisher=publisher,
        title=title,
        text=text,
        fields=fields,
        rows=rows,
        key=key,
        themes=("GOVE",),
        keywords=keywords,
        filters=("vote",),
    )


def _counts() -> Iterator[Count]:
    rows = Count.objects.select_related("budget__process", "budget__stage", "budget__city")
    return rows.order_by("budget__process__slug", "budget__position").iterator(chunk_size=100)


def _name(value: Any) -> str:
    texts = written(value)
    return texts.get("fi") or next(iter(texts.values()), "")


def _vote(count: Count) -> str:
    return f"{count.budget.process.slug}/{count.budget.slug}"


def _vote_rows() -> Iterator[Row]:
    for count in _counts():
        budget = count.budget
        at = [budget.process.slug, budget.stage.slug, budget.slug]
        with translation.override("fi"):
            places = {name: reverse(f"participation:{name}", args=at) for name in ("votes-pb", "bundle")}
        cities = [city.pk for city in cities_of(budget)]
        yield {
            "vote": _vote(count),
            "title": _name(budget.title),
            "cities": ", ".join(map(str, cities)),
            "amount": budget.amount_cents / 100,
            "paper": budget.paper,
            "rule": count.result["rule"],
            "ballots": count.result["voters"],
            "counted_at": count.counted_at.replace(microsecond=0),
            "root": bytes(count.inputs).hex(),
            "pb": settings.SITE_URL + places["votes-pb"],
            "bundle": settings.SITE_URL + places["bundle"],
        }


def _parts(told: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None, int | None]]:
    """A table of turnout, line by line: of what, city, name, voters."""
    yield "all", None, None, told["all"]
    for name, voters in told["channels"].items():
        yield "channel", None, name, voters
    for city in told["cities"]:
        yield "city", city["city"], None, city["voters"]
        for one in city["districts"]:
            yield "district", city["city"], one["district"] or None, one["voters"]


def _id(*parts: object) -> str:
    return "/".join(str(part) for part in parts if part)


def _turnout_rows() -> Iterator[Row]:
    for count in _counts():
        for part, city, name, voters in _parts(count.turnout):
            yield {
                "id": _id(_vote(count), part, city, name),
                "vote": _vote(count),
                "part": part,
                "city": city,
                "name": name,
                "voters": voters,
            }


def _day_rows() -> Iterator[Row]:
    rows = TurnoutDay.objects.select_related("budget__process").order_by("budget__process__slug", "budget", "day")
    for row in rows.iterator(chunk_size=100):
        vote = f"{row.budget.process.slug}/{row.budget.slug}"
        for part, city, name, passes in _parts(row.passes):
            yield {
                "id": _id(vote, row.day, part, city, name),
                "vote": vote,
                "day": row.day,
                "part": part,
                "city": city,
                "name": name,
                "passes": passes,
                "entries": row.entries if part == "all" else None,
            }


def _project_rows() -> Iterator[Row]:
    for count in _counts():
        said = count.result
        support = {line["project"]: line["support"] for line in [*said["steps"], *said["losers"]]}
        place = {key: number for number, key in enumerate(supported_winners(count), 1)}
        for project in count.budget.projects.filter(key__in=support).order_by("pk"):
            yield {
                "vote": _vote(count),
                "project": project.key,
                "title": _name(project.title),
                "cost": project.cost_cents / 100,
                "category": project.category or None,
                "support": float(support[project.key]),
                "place": place.get(project.key),
            }
