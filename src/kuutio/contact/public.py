"""What customer service publishes of itself: the cases of each city, and how well the cities serve.

A case's row holds structured facts, a place to fifty metres and the summary that an officer published, never what anybody wrote to
the city. Categories that are confidential aren't there at all. The figures are those of `actions.figuring`, in which no small
count is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kuutio.cities.models import City, Organisation
from kuutio.contact.actions.figuring import work_out_statistics
from kuutio.contact.courses import courses_of
from kuutio.contact.models import Case, ServiceMonth
from kuutio.contact.public_fields import CASE_FIELDS, CHANNEL_FIELDS, MONTH_FIELDS
from kuutio.contact.public_words import CASES, public_words
from kuutio.contact.routing import default_desk
from kuutio.core.published import Published, Publisher, RoundedPoint, Row
from kuutio.core.service_figures import Course

METRES = 50.0
"""The squares of Open311: places would be told more finely by two grids than by one."""

EVERYBODY = "all"
"""In the column of offices: all of them together."""


@dataclass(frozen=True, slots=True)
class PublicWords:
    """A text that could be of a person isn't published, whoever wrote it."""

    column: str

    def safe(self, row: dict[str, Any]) -> dict[str, Any]:
        return row | {self.column: public_words(row[self.column] or "") or None}

    def columns(self) -> tuple[str, ...]:
        return (self.column,)


def tables() -> Iterator[Published]:
    """Each city's cases; the figures of all, where there is an organisation that publishes for all."""
    organisations = Organisation.objects.filter(kind=Organisation.Kind.CITY, city__isnull=False).select_related("city")
    for organisation in organisations.order_by("city__position"):
        assert organisation.city is not None  # noqa: S101  # told by the filter
        yield _cases_of(organisation, organisation.city)
    if desk := default_desk():
        yield _months(desk)
        yield _channels(desk)


PUBLISHED = Publisher(tables=tables, prepare=work_out_statistics)


def _cases_of(organisation: Organisation, city: City) -> Published:
    names = {language: city.name.localize(language) for language in ("fi", "sv", "en")}
    return Published(
        slug=CASES,
        city=city.code,
        publisher=organisation.slug,
        title={
            "fi": f"Asiakaspalvelun asiat, {names['fi']}",
            "sv": f"Kundservicens ärenden, {names['sv']}",
            "en": f"Customer service cases, {names['en']}",
        },
        text={
            "fi": (
                "Asiat, jotka ovat nyt kaupungin vastuulla: aihe, yksikkö, ajat, tila, kanava, siirrot kaupunkien välillä, "
                "palvelulupauksen pitäminen ja paikka 50 metrin ruudussa. Asukkaiden kirjoittamaa tekstiä, kuvia tai yhteystietoja "
                "aineistossa ei ole; tiivistelmä on käsittelijän kirjoittama ja julkaisema. Salassa pidettävät aiheet puuttuvat. "
                "Asia on yhden kaupungin aineistossa kerrallaan: siirretty asia löytyy vastaanottajalta."
            ),
            "sv": (
                "Ärenden som staden ansvarar för just nu: ämne, enhet, tider, status, kanal, överföringar mellan städer, om "
                "servicelöftet hölls och plats inom en ruta på 50 meter. Datamängden innehåller inte invånarnas texter, bilder eller "
                "kontaktuppgifter; sammanfattningen är skriven och publicerad av handläggaren. Sekretessbelagda ämnen saknas. Ett "
                "ärende finns hos en stad åt gången: ett överfört ärende finns hos mottagaren."
            ),
            "en": (
                "The cases that the city is responsible for now: category, unit, times, state, channel, hand-overs between cities, "
                "whether the promise was kept, and the place within a square of 50 metres. Nothing that residents wrote, no photos and "
                "no contact details are in it; the summary was written and published by an officer. Confidential categories are left "
                "out. A case is in one city’s data at a time: one that was handed over is with its receiver."
            ),
        },
        fields=CASE_FIELDS,
        rows=lambda: _case_rows(organisation, city),
        key=("number",),
        privacy=(RoundedPoint("point", METRES), PublicWords("summary")),
        themes=("GOVE", "SOCI"),
        keywords=_WORDS,
        filters=("category", "state", "channel", "unit"),
        taken_back=("summary", "point"),
    )


_WORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("asiakaspalvelu", "palaute", "palvelupyyntö"),
    "sv": ("kundservice", "återkoppling", "servicebegäran"),
    "en": ("customer service", "feedback", "service request"),
}


def _case_rows(organisation: Organisation, city: City) -> Iterator[Row]:
    cases = Case.objects.filter(responsible=organisation, category__is_public=True)
    cases = cases.select_related("category", "unit", "municipality", "origin__city")
    for case, course in courses_of(cases):
        yield _case_row(case, course, city)


def _case_row(case: Case, course: Course, city: City) -> Row:
    first = case.origin.city.code if case.origin.city else case.origin.slug
    return {
        "number": case.number,
        "category": case.category_id,
        "category_name": case.category.name.localize("fi"),
        "city": city.code,
        "first_office": first,
        "unit": case.unit.name.localize("fi") if case.unit else None,
        "municipality": case.municipality.name_fi if case.municipality else None,
        "state": case.state,
        "channel": case.channel,
        "opened_at": _seconds(case.opened_at),
        "first_answer_at": _seconds(case.first_answer_at),
        "settled_at": _seconds(case.settled_at),
        "handovers": sum(move.is_taken for move in course.passed),
        "reopenings": len(course.reopened),
        "answered_in_time": course.answered_in_time(),
        "settled_in_time": course.settled_in_time() if case.settled_at else None,
        "summary": case.public_text,
        "point": (case.lon, case.lat) if case.lon is not None else None,
    }


def _seconds(at: Any) -> Any:
    return at.replace(microsecond=0) if at else None


def _months(desk: Organisation) -> Published:
    return Published(
        slug="service-statistics",
        publisher=desk.slug,
        title={
            "fi": "Asiakaspalvelun tilastot kaupungeittain ja kuukausittain",
            "sv": "Statistik över kundservicen per stad och månad",
            "en": "Customer service statistics by city and month",
        },
        text={
            "fi": (
                "Saapuneet ja ratkaistut asiat, ensimmäisen vastauksen ja ratkaisun ajat (mediaani ja aika, jossa 90 % valmistui), "
                "palvelulupausten pitäminen, siirrot, palautukset, uudelleenavaukset ja asukkaiden arviot. Rivi «all» on kaikki yhdessä: "
                "siinä asia on yksi, vaikka kaksi kaupunkia olisi käsitellyt sitä. Viittä pienemmät luvut on jätetty pois, samoin luvut, "
                "joista ne voisi laskea. Mukana ovat päättyneet kuukaudet ja julkiset aiheet."
            ),
            "sv": (
                "Inkomna och avgjorda ärenden, tider för första svar och avgörande (median och den tid inom vilken 90 % blev klara), hur "
                "servicelöften hölls, överföringar, återsändningar, återöppningar och invånarnas betyg. Raden «all» är alla tillsammans: "
                "där är ärendet ett, även om två städer har behandlat det. Tal under fem har utelämnats, liksom tal som de kunde räknas ut "
                "av. Avslutade månader och offentliga ämnen ingår."
            ),
            "en": (
                "Cases received and closed, times to the first answer and to closing (the median, and the time within which 90 % were done), "
                "promises kept, hand-overs, returns, reopenings and residents’ ratings. The row “all” is all together: there a case is one, "
                "also when two cities handled it. Counts below five are left out, and so are those from which they could be worked out. "
                "Whole months and public categories are counted."
            ),
        },
        fields=MONTH_FIELDS,
        rows=_month_rows,
        key=("month", "office"),
        themes=("GOVE",),
        keywords=_WORDS,
        filters=("office",),
    )


def _channels(desk: Organisation) -> Published:
    return Published(
        slug="service-channels",
        publisher=desk.slug,
        title={
            "fi": "Asiakaspalvelun kanavat kaupungeittain ja kuukausittain",
            "sv": "Kundservicens kanaler per stad och månad",
            "en": "Customer service channels by city and month",
        },
        text={
            "fi": (
                "Saapuneet asiat kanavittain: verkko, sähköposti, puhelin ja muut. Tyhjä luku on viittä pienempi tai sellainen, josta "
                "pienemmän voisi laskea."
            ),
            "sv": (
                "Inkomna ärenden per kanal: webben, e-post, telefon och andra. Ett tomt tal är mindre än fem eller ett tal som ett mindre "
                "kunde räknas ut av."
            ),
            "en": (
                "Cases received by channel: the web, e-mail, telephone and others. An empty count is below five, or one from which a "
                "smaller one could be worked out."
            ),
        },
        fields=CHANNEL_FIELDS,
        rows=_channel_rows,
        key=("month", "office", "channel"),
        themes=("GOVE",),
        keywords=_WORDS,
        filters=("office", "channel"),
    )


def _kept() -> Iterator[tuple[str, ServiceMonth]]:
    rows = ServiceMonth.objects.select_related("organisation__city").order_by("month", "organisation__slug")
    for row in rows:
        organisation = row.organisation
        # Months from before there was any customer service would be nothing but zeros.
        if row.figures["received"] == 0 and not any(row.figures["channels"].values()) and not row.figures["closed"]:
            continue
        yield EVERYBODY if organisation is None else office_of(organisation), row


def office_of(organisation: Organisation) -> str:
    """An office as the columns name it: a city by its code, a joint desk by its own name in addresses."""
    return organisation.city.code if organisation.city else organisation.slug


def _month_rows() -> Iterator[Row]:
    for office, row in _kept():
        figures = {field.name: row.figures.get(field.name) for field in MONTH_FIELDS}
        yield figures | {"month": row.month, "office": office}


def _channel_rows() -> Iterator[Row]:
    for office, row in _kept():
        for channel, count in row.figures["channels"].items():
            yield {"month": row.month, "office": office, "channel": channel, "received": count}
