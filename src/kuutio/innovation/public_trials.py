"""What the world may download of testbeds, challenges and trials. What firms wrote is none of it but the names of chosen ones.

No row reads a confidential part, an attachment, an answer that wasn't chosen, a booking, or who asked or answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kuutio.cities.joint import desk_of_all
from kuutio.core.published import Field, Kind, Published, Row
from kuutio.innovation import queries
from kuutio.innovation.models import MeasureValue, Question, Trial
from kuutio.innovation.texts import written


def _field(name: str, kind: Kind, fi: str, sv: str, en: str) -> Field:
    return Field(name, kind, {"fi": fi, "sv": sv, "en": en})


def _in_three(name: str, fi: str, sv: str, en: str) -> tuple[Field, ...]:
    return (
        _field(f"{name}_fi", Kind.TEXT, f"{fi} suomeksi", f"{sv} på finska", f"{en} in Finnish"),
        _field(f"{name}_sv", Kind.TEXT, f"{fi} ruotsiksi", f"{sv} på svenska", f"{en} in Swedish"),
        _field(f"{name}_en", Kind.TEXT, f"{fi} englanniksi", f"{sv} på engelska", f"{en} in English"),
    )


def _texts(name: str, value: Any) -> dict[str, str | None]:
    there = written(value)
    return {f"{name}_{code}": there.get(code) for code in ("fi", "sv", "en")}


TESTBED_FIELDS = (
    _field("testbed", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("owner", Kind.TEXT, "Ylläpitäjä", "Upprätthållare", "Kept by"),
    _field("city", Kind.TEXT, "Kaupunki", "Stad", "City"),
    *_in_three("name", "Nimi", "Namn", "Name"),
    *_in_three("summary", "Tiivistelmä", "Sammanfattning", "Summary"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("technologies", Kind.TEXT, "Teknologiat", "Teknologier", "Technologies"),
    _field("trial_kinds", Kind.TEXT, "Mitä voi kokeilla", "Vad som kan prövas", "What can be tried"),
    _field("trl_from", Kind.INTEGER, "Teknologinen valmius alkaen", "Teknologisk mognad från", "Readiness from"),
    _field("trl_to", Kind.INTEGER, "Teknologinen valmius enintään", "Teknologisk mognad till", "Readiness to"),
    _field("price_cents", Kind.INTEGER, "Hinta, senttiä", "Avgift, cent", "Price, euro cents"),
    _field("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
    _field("state", Kind.TEXT, "Tila", "Status", "State"),
    _field("place", Kind.GEOMETRY, "Paikka", "Plats", "Place"),
)
CHALLENGE_FIELDS = (
    _field("challenge", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("owner", Kind.TEXT, "Omistajakaupunki", "Ägande stad", "Owner city"),
    _field("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    *_in_three("title", "Otsikko", "Rubrik", "Title"),
    *_in_three("summary", "Tarve", "Behov", "Need"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("technologies", Kind.TEXT, "Teknologiat", "Teknologier", "Technologies"),
    _field(
        "budget_cents",
        Kind.INTEGER,
        "Enintään kokeilua kohti, senttiä",
        "Högst per försök, cent",
        "At most a trial, cents",
    ),
    _field("opens_at", Kind.DATETIME, "Vastaukset alkaen", "Svar från", "Answers from"),
    _field("closes_at", Kind.DATETIME, "Vastaukset viimeistään", "Svar senast", "Answers until"),
    _field("state", Kind.TEXT, "Vaihe", "Skede", "Stage"),
    _field("answers", Kind.INTEGER, "Vastauksia", "Antal svar", "Answers"),
    _field("chosen", Kind.TEXT, "Valitut", "Valda", "Chosen"),
    _field("pilot_project", Kind.TEXT, "Pilottihanke", "Pilotprojekt", "Pilot project"),
    _field("spearhead", Kind.TEXT, "Kärkihanke", "Spetsprojekt", "Spearhead project"),
)
QUESTION_FIELDS = (
    _field("question", Kind.INTEGER, "Tunnus", "Kod", "Id"),
    _field("challenge", Kind.TEXT, "Haaste", "Utmaning", "Challenge"),
    _field("language", Kind.TEXT, "Kieli", "Språk", "Language"),
    _field("text", Kind.TEXT, "Kysymys", "Fråga", "Question"),
    *_in_three("answer", "Vastaus", "Svar", "Answer"),
    _field("answered_at", Kind.DATETIME, "Vastattu", "Besvarad", "Answered at"),
)
TRIAL_FIELDS = (
    _field("trial", Kind.TEXT, "Tunnus", "Kod", "Id"),
    _field("owner", Kind.TEXT, "Omistajakaupunki", "Ägande stad", "Owner city"),
    _field("cities", Kind.TEXT, "Kaupungit", "Städer", "Cities"),
    _field("organisation", Kind.TEXT, "Kenen ratkaisua kokeillaan", "Vems lösning prövas", "Whose thing is tried"),
    _field("challenge", Kind.TEXT, "Haaste", "Utmaning", "Challenge"),
    _field("testbed", Kind.TEXT, "Kokeiluympäristö", "Försöksmiljö", "Testbed"),
    *_in_three("title", "Otsikko", "Rubrik", "Title"),
    *_in_three("summary", "Tiivistelmä", "Sammanfattning", "Summary"),
    _field("themes", Kind.TEXT, "Teemat", "Teman", "Themes"),
    _field("technologies", Kind.TEXT, "Teknologiat", "Teknologier", "Technologies"),
    _field("state", Kind.TEXT, "Vaihe", "Skede", "Stage"),
    _field("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    _field("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    _field("price_cents", Kind.INTEGER, "Kaupunki maksaa, senttiä", "Staden betalar, cent", "The city pays, cents"),
    _field("outcome", Kind.TEXT, "Tulos", "Resultat", "Outcome"),
    *_in_three("outcome_text", "Tulos sanoin", "Resultat i ord", "Outcome in words"),
    _field("next_step", Kind.TEXT, "Seuraava askel", "Nästa steg", "Next step"),
    _field("next_step_on", Kind.DATE, "Seuraava askel viimeistään", "Nästa steg senast", "Next step by"),
    _field("pilot_project", Kind.TEXT, "Pilottihanke", "Pilotprojekt", "Pilot project"),
    _field("spearhead", Kind.TEXT, "Kärkihanke", "Spetsprojekt", "Spearhead project"),
    _field("datasets", Kind.TEXT, "Tietoaineistot", "Dataset", "Data sets"),
)
MEASURE_FIELDS = (
    _field("value_id", Kind.INTEGER, "Tunnus", "Kod", "Id"),
    _field("trial", Kind.TEXT, "Kokeilu", "Försök", "Trial"),
    *_in_three("measure", "Mittari", "Mätare", "Measure"),
    _field("unit", Kind.TEXT, "Yksikkö", "Enhet", "Unit"),
    _field("on", Kind.DATE, "Päivä", "Dag", "Day"),
    _field("value", Kind.NUMBER, "Arvo", "Värde", "Value"),
    _field("target", Kind.NUMBER, "Tavoite", "Mål", "Target"),
)
_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("kokeilut", "innovaatiot", "kokeiluympäristöt"),
    "sv": ("försök", "innovationer", "försöksmiljöer"),
    "en": ("trials", "innovation", "testbeds"),
}


def tables() -> Iterable[Published]:
    """The tables of all the cities, where there is an organisation that publishes for all."""
    desk = desk_of_all()
    if desk is None:
        return
    common: dict[str, Any] = {"publisher": desk.slug, "keywords": _KEYWORDS, "themes": ("TECH",)}
    yield Published(
        slug="testbeds",
        title={"fi": "Kokeiluympäristöt", "sv": "Försöksmiljöer", "en": "Testbeds"},
        text={
            "fi": "Kaupunkien ja kampusten kokeiluympäristöt: missä ne ovat, mitä niissä voi kokeilla ja millä ehdoilla.",
            "sv": "Städernas och campusens försöksmiljöer: var de finns, vad man kan pröva där och på vilka villkor.",
            "en": "Testbeds of the cities and campuses: where they are, what can be tried there and on which terms.",
        },
        fields=TESTBED_FIELDS,
        rows=testbed_rows,
        key=("testbed",),
        filters=("city", "state"),
        **common,
    )
    yield Published(
        slug="challenges",
        title={"fi": "Innovaatiohaasteet", "sv": "Innovationsutmaningar", "en": "Innovation challenges"},
        text={
            "fi": "Kaupunkien haasteet yrityksille ja tutkimusryhmille: tarve, raha, ajat, vaihe ja mitkä vastaukset valittiin.",
            "sv": "Städernas utmaningar för företag och forskargrupper: behov, pengar, tider, skede och vilka svar som valdes.",
            "en": "The cities’ challenges to firms and research groups: need, money, times, stage and which answers were chosen.",
        },
        fields=CHALLENGE_FIELDS,
        rows=challenge_rows,
        key=("challenge",),
        filters=("owner", "state"),
        **common,
    )
    yield Published(
        slug="challenge-questions",
        title={"fi": "Haasteiden kysymykset", "sv": "Frågor om utmaningar", "en": "Questions on challenges"},
        text={
            "fi": "Haasteista esitetyt kysymykset vastauksineen, ilman kysyjiä.",
            "sv": "Frågor om utmaningarna med svar, utan vem som frågade.",
            "en": "Questions on the challenges with their answers, without who asked.",
        },
        fields=QUESTION_FIELDS,
        rows=question_rows,
        key=("question",),
        filters=("challenge",),
        taken_back=("text",),
        **common,
    )
    yield Published(
        slug="trials",
        title={"fi": "Kokeilut", "sv": "Försök", "en": "Trials"},
        text={
            "fi": "Yritysten ja tutkimusryhmien kokeilut kaupungeissa: mitä kokeiltiin, mitä siitä tuli ja mikä on seuraava askel.",
            "sv": "Företags och forskargruppers försök i städerna: vad som prövades, vad det ledde till och vad som är nästa steg.",
            "en": "Trials of firms and research groups in the cities: what was tried, what came out and what the next step is.",
        },
        fields=TRIAL_FIELDS,
        rows=trial_rows,
        key=("trial",),
        filters=("owner", "state", "outcome"),
        **common,
    )
    yield Published(
        slug="trial-measures",
        title={"fi": "Kokeilujen mittarit", "sv": "Försökens mätare", "en": "Measures of trials"},
        text={
            "fi": "Kokeilujen onnistumisen mittarit päivä päivältä, tavoitteineen.",
            "sv": "Mätarna för försökens framgång dag för dag, med mål.",
            "en": "The measures of the trials’ success day by day, with their targets.",
        },
        fields=MEASURE_FIELDS,
        rows=measure_rows,
        key=("value_id",),
        filters=("trial",),
        **common,
    )


def testbed_rows() -> Iterator[Row]:
    """The public testbeds. Made-up ones of the demonstration aren't facts, and stay out."""
    rows = (
        queries.public_testbeds().filter(is_demo=False).select_related("owner").prefetch_related("resources__dataset")
    )
    for row in rows.order_by("slug"):
        yield {
            "testbed": row.slug,
            "owner": row.owner.slug,
            "city": row.city_id,
            **_texts("name", row.name),
            **_texts("summary", row.summary),
            "themes": " ".join(row.themes),
            "technologies": " ".join(row.technologies),
            "trial_kinds": " ".join(row.trial_kinds),
            "trl_from": row.trl_from,
            "trl_to": row.trl_to,
            "price_cents": row.price_cents,
            "datasets": " ".join(
                sorted(
                    one.dataset.name for one in row.resources.all() if one.dataset is not None and _is_open(one.dataset)
                )
            ),
            "state": row.state,
            "place": (row.lon, row.lat) if row.lon is not None and row.lat is not None else None,
        }


def _is_open(dataset: Any) -> bool:
    return dataset is not None and dataset.state == "published" and dataset.access == "PUBLIC"


def challenge_rows() -> Iterator[Row]:
    """The public challenges; how many answered is told once the time for answers is over."""
    rows = queries.with_cities(queries.public_challenges().filter(is_demo=False)).order_by("slug")
    for row in rows:
        is_over = row.state not in ("draft", "open")
        chosen = [found.organisation.slug for found in queries.chosen_answers(row) if found.organisation is not None]
        yield {
            "challenge": row.slug,
            "owner": row.owner_id,
            "cities": " ".join(part.city_id for part in row.parts.all()),
            **_texts("title", row.title),
            **_texts("summary", row.summary),
            "themes": " ".join(row.themes),
            "technologies": " ".join(row.technologies),
            "budget_cents": row.budget_cents,
            "opens_at": row.opens_at,
            "closes_at": row.closes_at,
            "state": row.state,
            "answers": row.answers.filter(state__in=["sent", "chosen", "not_chosen"]).count() if is_over else None,
            "chosen": " ".join(sorted(chosen)) or None,
            "pilot_project": row.pilot_project or None,
            "spearhead": row.spearhead or None,
        }


def question_rows() -> Iterator[Row]:
    """The questions that are answered."""
    public = queries.public_challenges().filter(is_demo=False)
    rows = Question.objects.filter(answered_at__isnull=False, challenge__in=public.values("pk"))
    for row in rows.select_related("challenge").order_by("pk"):
        yield {
            "question": row.pk,
            "challenge": row.challenge.slug,
            "language": row.language,
            "text": row.text,
            **_texts("answer", row.answer),
            "answered_at": row.answered_at,
        }


def _trials() -> Any:
    return queries.public_trials().filter(is_demo=False)


def trial_rows() -> Iterator[Row]:
    """The trials that everybody may read; their outcome once they have ended with what was learnt."""
    rows = queries.with_cities(_trials()).select_related("organisation", "challenge", "testbed", "agreement")
    for row in rows.prefetch_related("datasets__dataset").order_by("slug"):
        agreement = getattr(row, "agreement", None)
        is_told = row.state == Trial.State.LEARNED
        yield {
            "trial": row.slug,
            "owner": row.owner_id,
            "cities": " ".join(part.city_id for part in row.parts.all()),
            "organisation": written(row.organisation.name).get("fi") or str(row.organisation.name),
            "challenge": row.challenge.slug if row.challenge is not None else None,
            "testbed": row.testbed.slug if row.testbed is not None and row.testbed.is_public else None,
            **_texts("title", row.title),
            **_texts("summary", row.summary),
            "themes": " ".join(row.themes),
            "technologies": " ".join(row.technologies),
            "state": row.state,
            "starts_on": agreement.starts_on if agreement is not None else None,
            "ends_on": agreement.ends_on if agreement is not None else None,
            "price_cents": agreement.price_cents if agreement is not None else None,
            "outcome": row.outcome if is_told else None,
            **_texts("outcome_text", row.outcome_text if is_told else ""),
            "next_step": row.next_step if is_told else None,
            "next_step_on": row.next_step_on if is_told else None,
            "pilot_project": row.pilot_project or None,
            "spearhead": row.spearhead or None,
            "datasets": " ".join(sorted(one.dataset.name for one in row.datasets.all() if _is_open(one.dataset))),
        }


def measure_rows() -> Iterator[Row]:
    """The measures of the public trials, a row a day."""
    rows = MeasureValue.objects.filter(measure__trial__in=_trials().values("pk")).select_related("measure__trial")
    for row in rows.order_by("pk"):
        yield {
            "value_id": row.pk,
            "trial": row.measure.trial.slug,
            **_texts("measure", row.measure.name),
            "unit": row.measure.unit,
            "on": row.on,
            "value": float(row.value),
            "target": float(row.measure.target),
        }
