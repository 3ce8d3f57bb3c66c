"""What the world may download of solutions, concepts and learnings. Of test users there is no row here.

How many they are stands on the promises page alone, down to fives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kuutio.cities.joint import desk_of_all
from kuutio.cities.models import City
from kuutio.core.published import Field, Kind, Published, Row
from kuutio.core.texts import written
from kuutio.innovation import learnings
from kuutio.innovation.models import Adoption, Concept, Lacking, Learning, Solution

_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("innovaatiot", "kokeilut", "ratkaisut"),
    "sv": ("innovationer", "försök", "lösningar"),
    "en": ("innovation", "trials", "solutions"),
}


def _field(name: str, kind: Kind, fi: str, sv: str, en: str) -> Field:
    return Field(name, kind, {"fi": fi, "sv": sv, "en": en})


def _in_three(name: str, fi: str, sv: str, en: str) -> tuple[Field, ...]:
    return (
        _field(f"{name}_fi", Kind.TEXT, f"{fi} suomeksi", f"{sv} på finska", f"{en} in Finnish"),
        _field(f"{name}_sv", Kind.TEXT, f"{fi} ruotsiksi", f"{sv} på svenska", f"{en} in Swedish"),
        _field(f"{name}_en", Kind.TEXT, f"{fi} englanniksi", f"{sv} på engelska", f"{en} in English"),
    )


_IS_MADE = _field(
    "is_made", Kind.BOOLEAN, "Tehty esittelyä varten", "Gjord för visningen", "Made for the demonstration"
)
SOLUTION_FIELDS = (
    _field("solution", Kind.TEXT, "Ratkaisun tunnus", "Lösningens kod", "Solution id"),
    *_in_three("title", "Nimi", "Namn", "Title"),
    _field("maker", Kind.TEXT, "Tekijä", "Utvecklare", "Maker"),
    _field("maker_kind", Kind.TEXT, "Tekijän laji", "Slag av utvecklare", "Kind of maker"),
    _field("home_page", Kind.TEXT, "Osoite", "Adress", "Home page"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("technologies", Kind.TEXT, "Teknologiat", "Tekniker", "Technologies"),
    _field("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
    _field("interfaces", Kind.TEXT, "Rajapinnat", "Gränssnitt", "Interfaces"),
    _field("runs_in", Kind.TEXT, "Toimii kaupungeissa", "Fungerar i städerna", "Runs in cities"),
    _field("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
    _IS_MADE,
)
RUNNING_FIELDS = (
    _field("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("solution", Kind.TEXT, "Ratkaisun tunnus", "Lösningens kod", "Solution id"),
    _field("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    _field("runs", Kind.BOOLEAN, "Toimii", "Fungerar", "Runs"),
    _field("fault", Kind.TEXT, "Mitä puuttuu", "Vad som saknas", "What is lacking"),
    _field("dataset", Kind.TEXT, "Tietoaineisto", "Dataset", "Data set"),
    _field("fields", Kind.TEXT, "Kentät", "Fält", "Fields"),
    _field("since", Kind.DATETIME, "Alkaen", "Sedan", "Since"),
)
CONCEPT_FIELDS = (
    _field("concept", Kind.TEXT, "Konseptin tunnus", "Konceptets kod", "Concept id"),
    _field("city", Kind.TEXT, "Omistava kaupunki", "Ägande stad", "Owner city"),
    *_in_three("title", "Nimi", "Namn", "Title"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("versions", Kind.INTEGER, "Versioita", "Versioner", "Versions"),
    _field("begun_at", Kind.DATETIME, "Aloitettu", "Inlett", "Begun at"),
    _field("ended_at", Kind.DATETIME, "Päättynyt", "Avslutat", "Ended at"),
    _IS_MADE,
)
ADOPTION_FIELDS = (
    _field("id", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("concept", Kind.TEXT, "Konseptin tunnus", "Konceptets kod", "Concept id"),
    _field("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    _field("version", Kind.INTEGER, "Versio", "Version", "Version"),
    _field("adopted_on", Kind.DATE, "Otettu käyttöön", "Tagits i bruk", "Adopted on"),
    _field("days", Kind.INTEGER, "Työpäiviä", "Arbetsdagar", "Working days"),
    _field("cost_cents", Kind.INTEGER, "Ostettu, senttiä", "Köpt, cent", "Bought, euro cents"),
    *_in_three("what_it_took", "Mitä se vaati", "Vad det krävde", "What it took"),
)
LEARNING_FIELDS = (
    _field("learning", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("address", Kind.TEXT, "Pysyvä osoite", "Permanent adress", "Permanent address"),
    *_in_three("title", "Otsikko", "Rubrik", "Title"),
    *_in_three("tried", "Mitä kokeiltiin", "Vad som prövades", "What was tried"),
    *_in_three("happened", "Mitä tapahtui", "Vad som hände", "What happened"),
    *_in_three("lesson", "Mitä seuraavan pitäisi tietää", "Vad nästa borde veta", "What the next one should know"),
    _field("again", Kind.TEXT, "Tehtäisiinkö uudelleen", "Skulle det göras igen", "Would it be done again"),
    _field("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("technologies", Kind.TEXT, "Teknologiat", "Tekniker", "Technologies"),
    _field("spearhead", Kind.TEXT, "Kärkihanke", "Spetsprojekt", "Spearhead"),
    _field("trial", Kind.TEXT, "Kokeilun tunnus", "Försökets kod", "Trial id"),
    _field("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
    _field("authors", Kind.TEXT, "Oppijat", "Lärt av", "Learnt by"),
    _field("reused_by", Kind.TEXT, "Sen varaan rakensivat", "Byggt vidare av", "Built on by"),
    _field("published_at", Kind.DATETIME, "Julkaistu", "Publicerad", "Published at"),
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
