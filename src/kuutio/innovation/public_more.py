"""What the world may download of solutions, concepts and learnings. Of test users there is no row here.

How many they are stands on the promises page alone, down to fives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kuutio.cities.joint import desk_of_all
from kuutio.cities.models import City
from kuutio.core.published import Kind, Published, Row, column, in_three
from kuutio.core.texts import written
from kuutio.innovation import learnings
from kuutio.innovation.models import Adoption, Concept, Lacking, Learning, Solution

_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("innovaatiot", "kokeilut", "ratkaisut"),
    "sv": ("innovationer", "försök", "lösningar"),
    "en": ("innovation", "trials", "solutions"),
}


_IS_MADE = column(
    "is_made", Kind.BOOLEAN, "Tehty esittelyä varten", "Gjord för visningen", "Made for the demonstration"
)
SOLUTION_FIELDS = (
    column("solution", Kind.TEXT, "Ratkaisun tunnus", "Lösningens kod", "Solution id"),
    *in_three("title", "Nimi", "Namn", "Title"),
    column("maker", Kind.TEXT, "Tekijä", "Utvecklare", "Maker"),
    column("maker_kind", Kind.TEXT, "Tekijän laji", "Slag av utvecklare", "Kind of maker"),
    column("home_page", Kind.TEXT, "Osoite", "Adress", "Home page"),
    column("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    column("technologies", Kind.TEXT, "Teknologiat", "Tekniker", "Technologies"),
    column("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
    column("interfaces", Kind.TEXT, "Rajapinnat", "Gränssnitt", "Interfaces"),
    column("runs_in", Kind.TEXT, "Toimii kaupungeissa", "Fungerar i städerna", "Runs in cities"),
    column("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
    _IS_MADE,
)
RUNNING_FIELDS = (
    column("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("solution", Kind.TEXT, "Ratkaisun tunnus", "Lösningens kod", "Solution id"),
    column("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    column("runs", Kind.BOOLEAN, "Toimii", "Fungerar", "Runs"),
    column("fault", Kind.TEXT, "Mitä puuttuu", "Vad som saknas", "What is lacking"),
    column("dataset", Kind.TEXT, "Tietoaineisto", "Dataset", "Data set"),
    column("fields", Kind.TEXT, "Kentät", "Fält", "Fields"),
    column("since", Kind.DATETIME, "Alkaen", "Sedan", "Since"),
)
CONCEPT_FIELDS = (
    column("concept", Kind.TEXT, "Konseptin tunnus", "Konceptets kod", "Concept id"),
    column("city", Kind.TEXT, "Omistava kaupunki", "Ägande stad", "Owner city"),
    *in_three("title", "Nimi", "Namn", "Title"),
    column("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    column("versions", Kind.INTEGER, "Versioita", "Versioner", "Versions"),
    column("begun_at", Kind.DATETIME, "Aloitettu", "Inlett", "Begun at"),
    column("ended_at", Kind.DATETIME, "Päättynyt", "Avslutat", "Ended at"),
    _IS_MADE,
)
ADOPTION_FIELDS = (
    column("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("concept", Kind.TEXT, "Konseptin tunnus", "Konceptets kod", "Concept id"),
    column("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    column("version", Kind.INTEGER, "Versio", "Version", "Version"),
    column("adopted_on", Kind.DATE, "Otettu käyttöön", "Tagits i bruk", "Adopted on"),
    column("days", Kind.INTEGER, "Työpäiviä", "Arbetsdagar", "Working days"),
    column("cost_cents", Kind.INTEGER, "Ostettu, senttiä", "Köpt, cent", "Bought, euro cents"),
    *in_three("what_it_took", "Mitä se vaati", "Vad det krävde", "What it took"),
)
LEARNING_FIELDS = (
    column("learning", Kind.TEXT, "Tunnus", "Kod", "Id"),
    column("address", Kind.TEXT, "Pysyvä osoite", "Permanent adress", "Permanent address"),
    *in_three("title", "Otsikko", "Rubrik", "Title"),
    *in_three("tried", "Mitä kokeiltiin", "Vad som prövades", "What was tried"),
    *in_three("happened", "Mitä tapahtui", "Vad som hände", "What happened"),
    *in_three("lesson", "Mitä seuraavan pitäisi tietää", "Vad nästa borde veta", "What the next one should know"),
    column("again", Kind.TEXT, "Tehtäisiinkö uudelleen", "Skulle det göras igen", "Would it be done again"),
    column("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    column("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    column("technologies", Kind.TEXT, "Teknologiat", "Tekniker", "Technologies"),
    column("spearhead", Kind.TEXT, "Kärkihanke", "Spetsprojekt", "Spearhead"),
    column("trial", Kind.TEXT, "Kokeilun tunnus", "Försökets kod", "Trial id"),
    column("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
    column("authors", Kind.TEXT, "Oppijat", "Lärt av", "Learnt by"),
    column("reused_by", Kind.TEXT, "Sen varaan rakensivat", "Byggt vidare av", "Built on by"),
    column("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
    _IS_MADE,
)


def tables() -> Iterable[Published]:
    """The tables as they are declared now, where there is an organisation that publishes for all."""
    desk = desk_of_all()
    if desk is None:
        return
    yield Published(
        slug="innovation-solutions",
        publisher=desk.slug,
        title={"fi": "Avoimen datan ratkaisut", "sv": "Lösningar på öppna data", "en": "Solutions on open data"},
        text={
            "fi": "Kaupunkien avoimella datalla tehdyt palvelut: tekijä, tietoaineistot, rajapinnat ja missä kaupungeissa ne toimivat.",
            "sv": "Tjänster gjorda på städernas öppna data: utvecklare, dataset, gränssnitt och i vilka städer de fungerar.",
            "en": "Services made on the cities' open data: maker, data sets, interfaces, and in which cities they run.",
        },
        fields=SOLUTION_FIELDS,
        rows=_solutions,
        key=("solution",),
        themes=("TECH", "ECON"),
        keywords=_KEYWORDS,
        filters=("maker_kind",),
    )
    yield Published(
        slug="innovation-solutions-running",
        publisher=desk.slug,
        title={
            "fi": "Missä ratkaisut toimivat ja mitä muualta puuttuu",
            "sv": "Var lösningar fungerar och vad som saknas",
            "en": "Where solutions run and what is lacking",
        },
        text={
            "fi": "Jokaisesta ratkaisusta ja kaupungista: toimiiko se, ja ellei, mikä tietoaineisto tai kenttä puuttuu, on vanha tai rikki.",
            "sv": "Om varje lösning och stad: fungerar den, och om inte, vilket dataset eller fält som saknas, är gammalt eller trasigt.",
            "en": "Of each solution and city: whether it runs, and if not, which data set or field is missing, old or broken.",
        },
        fields=RUNNING_FIELDS,
        rows=_running,
        key=("id",),
        themes=("TECH", "GOVE"),
        keywords=_KEYWORDS,
        filters=("solution", "city", "fault"),
    )
    yield Published(
        slug="innovation-concepts",
        publisher=desk.slug,
        title={"fi": "Palvelukonseptit", "sv": "Tjänstekoncept", "en": "Service concepts"},
        text={
            "fi": "Palvelut, joita kaupungit, yritykset, tutkijat ja käyttäjät kehittävät yhdessä.",
            "sv": "Tjänster som städer, företag, forskare och användare utvecklar tillsammans.",
            "en": "Services that cities, firms, researchers and users develop together.",
        },
        fields=CONCEPT_FIELDS,
        rows=_concepts,
        key=("concept",),
        themes=("GOVE", "TECH"),
        keywords=_KEYWORDS,
        filters=("city",),
    )
    yield Published(
        slug="innovation-adoptions",
        publisher=desk.slug,
        title={
            "fi": "Palvelukonseptien käyttöönotot",
            "sv": "Tjänstekoncept som tagits i bruk",
            "en": "Service concepts taken into use",
        },
        text={
            "fi": "Mikä kaupunki on ottanut minkä konseptin käyttöön ja mitä se vaati.",
            "sv": "Vilken stad som har tagit vilket koncept i bruk och vad det krävde.",
            "en": "Which city has taken which concept into use, and what it took.",
        },
        fields=ADOPTION_FIELDS,
        rows=_adoptions,
        key=("id",),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("concept", "city"),
    )
    yield Published(
        slug="innovation-learnings",
        publisher=desk.slug,
        title={"fi": "Kokeilujen opit", "sv": "Försökens lärdomar", "en": "Learnings of trials"},
        text={
            "fi": "Mitä kaupunkien kokeilut opettivat: mitä kokeiltiin, mitä tapahtui ja mitä seuraavan pitäisi tietää.",
            "sv": "Vad städernas försök lärde: vad som prövades, vad som hände och vad nästa borde veta.",
            "en": "What the cities' trials taught: what was tried, what happened, and what the next one should know.",
        },
        fields=LEARNING_FIELDS,
        rows=_learnings,
        key=("learning",),
        themes=("TECH", "GOVE"),
        keywords=_KEYWORDS,
        filters=("again", "spearhead"),
    )


def _texts(name: str, value: Any) -> dict[str, str | None]:
    texts = written(value)
    return {f"{name}_{code}": texts.get(code) for code in ("fi", "sv", "en")}


def _seconds(at: Any) -> Any:
    return at.replace(microsecond=0) if at else None


def _public() -> Any:
    return Solution.objects.filter(state=Solution.State.PUBLISHED).order_by("slug")


def _solutions() -> Iterator[Row]:
    for row in _public().prefetch_related("needs__datasets", "runs_in"):
        yield {
            "solution": row.slug,
            "maker": row.maker,
            "maker_kind": row.maker_kind,
            "home_page": row.home_page,
            "themes": ", ".join(row.themes),
            "technologies": ", ".join(row.technologies),
            "datasets": ", ".join(one.name for need in row.needs.all() for one in need.datasets.all()),
            "interfaces": ", ".join(row.interfaces),
            "runs_in": ", ".join(one.city_id for one in row.runs_in.all()),
            "published_at": _seconds(row.decided_at),
            "is_made": row.is_made,
            **_texts("title", row.title),
        }


def _running() -> Iterator[Row]:
    cities = list(City.objects.values_list("pk", flat=True))
    for row in _public().prefetch_related("runs_in", "lacking__dataset", "lacking__need"):
        runs = {one.city_id: one.since for one in row.runs_in.all()}
        lacks: dict[str, list[Lacking]] = {}
        for lack in row.lacking.all():
            lacks.setdefault(lack.city_id, []).append(lack)
        for city in cities:
            common = {"solution": row.slug, "city": city}
            if city in runs:
                yield {
                    **common,
                    "id": f"{row.slug}-{city}",
                    "runs": True,
                    "fault": None,
                    "dataset": None,
                    "fields": None,
                    "since": _seconds(runs[city]),
                }
            for number, lack in enumerate(lacks.get(city, ()), 1):
                yield {
                    **common,
                    "id": f"{row.slug}-{city}-{number}",
                    "runs": False,
                    "fault": lack.fault,
                    "dataset": lack.dataset.name if lack.dataset else None,
                    "fields": ", ".join(lack.fields) or None,
                    "since": _seconds(lack.since),
                }


def _concepts() -> Iterator[Row]:
    for row in Concept.objects.order_by("slug").prefetch_related("versions"):
        yield {
            "concept": row.slug,
            "city": row.city_id,
            "themes": ", ".join(row.themes),
            "versions": len(row.versions.all()),
            "begun_at": _seconds(row.begun_at),
            "ended_at": _seconds(row.ended_at),
            "is_made": row.is_made,
            **_texts("title", row.title),
        }


def _adoptions() -> Iterator[Row]:
    for row in Adoption.objects.select_related("concept", "version").order_by("concept__slug", "city"):
        yield {
            "id": f"{row.concept.slug}-{row.city_id}",
            "concept": row.concept.slug,
            "city": row.city_id,
            "version": row.version.number,
            "adopted_on": row.adopted_on,
            "days": row.days,
            "cost_cents": row.cost_cents,
            **_texts("what_it_took", row.what_it_took),
        }


def _learnings() -> Iterator[Row]:
    rows = learnings.published().select_related("trial").prefetch_related("parts", "reuses", "evidence__dataset")
    for row in rows.order_by("slug"):
        yield _learning(row)


def _learning(row: Learning) -> Row:
    trial = row.trial
    return {
        "learning": row.slug,
        "address": learnings.address_of(row),
        "again": row.again,
        "cities": ", ".join(part.city_id for part in row.parts.all()),
        "themes": ", ".join(row.themes),
        "technologies": ", ".join(row.technologies),
        "spearhead": row.spearhead or None,
        "trial": trial.slug if trial is not None and trial.is_public else None,
        "datasets": ", ".join(
            one.dataset.name
            for one in row.evidence.all()
            if one.dataset.state == "published" and one.dataset.access == "PUBLIC"
        ),
        "authors": row.authors,
        "reused_by": ", ".join(one.city_id for one in row.reuses.all()),
        "published_at": _seconds(row.published_at),
        "is_made": row.is_made,
        **_texts("title", row.title),
        **_texts("tried", row.tried),
        **_texts("happened", row.happened),
        **_texts("lesson", row.lesson),
    }
