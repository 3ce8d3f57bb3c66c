"""The columns of what customer service publishes, in three languages."""

from kuutio.core.published import Field, Kind


def _field(name: str, kind: Kind, fi: str, sv: str, en: str, unit: str = "") -> Field:
    return Field(name, kind, {"fi": fi, "sv": sv, "en": en}, unit)


CASE_FIELDS = (
    _field("number", Kind.TEXT, "Asian numero", "Ärendets nummer", "Case number"),
    _field("category", Kind.TEXT, "Aiheen tunnus", "Ämnets kod", "Category code"),
    _field("category_name", Kind.TEXT, "Aihe suomeksi", "Ämne på finska", "Category in Finnish"),
    _field("city", Kind.TEXT, "Vastuukaupunki", "Ansvarig stad", "City responsible"),
    _field("first_office", Kind.TEXT, "Ensimmäinen vastaanottaja", "Första mottagare", "First receiver"),
    _field("unit", Kind.TEXT, "Yksikkö suomeksi", "Enhet på finska", "Unit in Finnish"),
    _field(
        "municipality", Kind.TEXT, "Kunta, jossa paikka on", "Kommun där platsen finns", "Municipality of the place"
    ),
    _field("state", Kind.TEXT, "Tila", "Status", "State"),
    _field("channel", Kind.TEXT, "Kanava", "Kanal", "Channel"),
    _field("opened_at", Kind.DATETIME, "Saapui", "Inkom", "Received at"),
    _field("first_answer_at", Kind.DATETIME, "Ensimmäinen vastaus", "Första svar", "First answered at"),
    _field("settled_at", Kind.DATETIME, "Ratkaistu", "Avgjord", "Closed at"),
    _field("handovers", Kind.INTEGER, "Siirtoja kaupunkien välillä", "Överföringar mellan städer", "Hand-overs"),
    _field("reopenings", Kind.INTEGER, "Uudelleenavauksia", "Återöppningar", "Reopenings"),
    _field("answered_in_time", Kind.BOOLEAN, "Vastattu ajoissa", "Besvarad i tid", "Answered in time"),
    _field("settled_in_time", Kind.BOOLEAN, "Ratkaistu ajoissa", "Avgjord i tid", "Closed in time"),
    _field("summary", Kind.TEXT, "Julkinen tiivistelmä", "Offentlig sammanfattning", "Public summary"),
    _field(
        "point", Kind.GEOMETRY, "Paikka 50 metrin ruudussa", "Plats i en 50-metersruta", "Place in a square of 50 m"
    ),
)

_MONTH = _field("month", Kind.DATE, "Kuukauden ensimmäinen päivä", "Månadens första dag", "First day of the month")
_OFFICE = _field("office", Kind.TEXT, "Kaupunki, tai all: kaikki", "Stad, eller all: alla", "City, or all")

MONTH_FIELDS = (
    _MONTH,
    _OFFICE,
    _field("received", Kind.INTEGER, "Saapuneet asiat", "Inkomna ärenden", "Cases received"),
    _field("handed_in", Kind.INTEGER, "Toisilta vastaanotetut", "Övertagna från andra", "Taken over from others"),
    _field("handed_out", Kind.INTEGER, "Toisille siirretyt", "Överförda till andra", "Handed over to others"),
    _field("returned", Kind.INTEGER, "Palautetut siirrot", "Återsända överföringar", "Offers returned"),
    _field("returned_percent", Kind.NUMBER, "Palautetut, %", "Återsända, %", "Offers returned, %", "%"),
    _field("answered", Kind.INTEGER, "Ensimmäistä kertaa vastatut", "Besvarade första gången", "First answers"),
    _field("answered_in_time", Kind.INTEGER, "Ajoissa vastatut", "Besvarade i tid", "First answers in time"),
    _field("answered_late", Kind.INTEGER, "Myöhässä vastatut", "Besvarade för sent", "First answers too late"),
    _field(
        "answered_in_time_percent", Kind.NUMBER, "Ajoissa vastatut, %", "Besvarade i tid, %", "Answered in time, %", "%"
    ),
    _field(
        "answer_hours_median",
        Kind.NUMBER,
        "Ensimmäinen vastaus, mediaani",
        "Första svar, median",
        "First answer, median",
        "h",
    ),
    _field(
        "answer_hours_p90", Kind.NUMBER, "Ensimmäinen vastaus, 90 %", "Första svar, 90 %", "First answer, 90 %", "h"
    ),
    _field(
        "answer_business_hours_median",
        Kind.NUMBER,
        "Ensimmäinen vastaus työaikana, mediaani",
        "Första svar i arbetstid, median",
        "First answer in business hours, median",
        "h",
    ),
    _field(
        "answer_business_hours_p90",
        Kind.NUMBER,
        "Ensimmäinen vastaus työaikana, 90 %",
        "Första svar i arbetstid, 90 %",
        "First answer in business hours, 90 %",
        "h",
    ),
    _field("closed", Kind.INTEGER, "Ratkaistut asiat", "Avgjorda ärenden", "Cases closed"),
    _field("closed_in_time", Kind.INTEGER, "Ajoissa ratkaistut", "Avgjorda i tid", "Closed in time"),
    _field("closed_late", Kind.INTEGER, "Myöhässä ratkaistut", "Avgjorda för sent", "Closed too late"),
    _field(
        "closed_in_time_percent", Kind.NUMBER, "Ajoissa ratkaistut, %", "Avgjorda i tid, %", "Closed in time, %", "%"
    ),
    _field("close_hours_median", Kind.NUMBER, "Ratkaisu, mediaani", "Avgörande, median", "Closing, median", "h"),
    _field("close_hours_p90", Kind.NUMBER, "Ratkaisu, 90 %", "Avgörande, 90 %", "Closing, 90 %", "h"),
    _field(
        "close_business_hours_median",
        Kind.NUMBER,
        "Ratkaisu työaikana, mediaani",
        "Avgörande i arbetstid, median",
        "Closing in business hours, median",
        "h",
    ),
    _field(
        "close_business_hours_p90",
        Kind.NUMBER,
        "Ratkaisu työaikana, 90 %",
        "Avgörande i arbetstid, 90 %",
        "Closing in business hours, 90 %",
        "h",
    ),
    _field("reopened", Kind.INTEGER, "Uudelleen avatut", "Återöppnade", "Reopened"),
    _field("rated", Kind.INTEGER, "Arvioita", "Betyg", "Ratings"),
    _field("stars_mean", Kind.NUMBER, "Arvioiden keskiarvo (1–5)", "Betygens medelvärde (1–5)", "Mean rating (1–5)"),
)

CHANNEL_FIELDS = (
    _MONTH,
    _OFFICE,
    _field("channel", Kind.TEXT, "Kanava", "Kanal", "Channel"),
    _field("received", Kind.INTEGER, "Saapuneet asiat", "Inkomna ärenden", "Cases received"),
)
