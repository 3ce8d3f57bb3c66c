"""The columns of what customer service publishes, in three languages."""

from kuutio.core.published import Kind, column

CASE_FIELDS = (
    column("number", Kind.TEXT, "Asian numero", "Ärendets nummer", "Case number"),
    column("category", Kind.TEXT, "Aiheen tunnus", "Ämnets kod", "Category code"),
    column("category_name", Kind.TEXT, "Aihe suomeksi", "Ämne på finska", "Category in Finnish"),
    column("city", Kind.TEXT, "Vastuukaupunki", "Ansvarig stad", "City responsible"),
    column("first_office", Kind.TEXT, "Ensimmäinen vastaanottaja", "Första mottagare", "First receiver"),
    column("unit", Kind.TEXT, "Yksikkö suomeksi", "Enhet på finska", "Unit in Finnish"),
    column(
        "municipality", Kind.TEXT, "Kunta, jossa paikka on", "Kommun där platsen finns", "Municipality of the place"
    ),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    column("channel", Kind.TEXT, "Kanava", "Kanal", "Channel"),
    column("opened_at", Kind.DATETIME, "Saapui", "Inkom", "Received at"),
    column("first_answer_at", Kind.DATETIME, "Ensimmäinen vastaus", "Första svar", "First answered at"),
    column("settled_at", Kind.DATETIME, "Ratkaistu", "Avgjord", "Closed at"),
    column("handovers", Kind.INTEGER, "Siirtoja kaupunkien välillä", "Överföringar mellan städer", "Hand-overs"),
    column("reopenings", Kind.INTEGER, "Uudelleenavauksia", "Återöppningar", "Reopenings"),
    column("answered_in_time", Kind.BOOLEAN, "Vastattu ajoissa", "Besvarad i tid", "Answered in time"),
    column("settled_in_time", Kind.BOOLEAN, "Ratkaistu ajoissa", "Avgjord i tid", "Closed in time"),
    column("summary", Kind.TEXT, "Julkinen tiivistelmä", "Offentlig sammanfattning", "Public summary"),
    column(
        "point", Kind.GEOMETRY, "Paikka 50 metrin ruudussa", "Plats i en 50-metersruta", "Place in a square of 50 m"
    ),
)

_MONTH = column("month", Kind.DATE, "Kuukauden ensimmäinen päivä", "Månadens första dag", "First day of the month")
_OFFICE = column("office", Kind.TEXT, "Kaupunki, tai all: kaikki", "Stad, eller all: alla", "City, or all")

MONTH_FIELDS = (
    _MONTH,
    _OFFICE,
    column("received", Kind.INTEGER, "Saapuneet asiat", "Inkomna ärenden", "Cases received"),
    column("handed_in", Kind.INTEGER, "Toisilta vastaanotetut", "Övertagna från andra", "Taken over from others"),
    column("handed_out", Kind.INTEGER, "Toisille siirretyt", "Överförda till andra", "Handed over to others"),
    column("returned", Kind.INTEGER, "Palautetut siirrot", "Återsända överföringar", "Offers returned"),
    column("returned_percent", Kind.NUMBER, "Palautetut, %", "Återsända, %", "Offers returned, %", "%"),
    column("answered", Kind.INTEGER, "Ensimmäistä kertaa vastatut", "Besvarade första gången", "First answers"),
    column("answered_in_time", Kind.INTEGER, "Ajoissa vastatut", "Besvarade i tid", "First answers in time"),
    column("answered_late", Kind.INTEGER, "Myöhässä vastatut", "Besvarade för sent", "First answers too late"),
    column(
        "answered_in_time_percent", Kind.NUMBER, "Ajoissa vastatut, %", "Besvarade i tid, %", "Answered in time, %", "%"
    ),
    column(
        "answer_hours_median",
        Kind.NUMBER,
        "Ensimmäinen vastaus, mediaani",
        "Första svar, median",
        "First answer, median",
        "h",
    ),
    column(
        "answer_hours_p90", Kind.NUMBER, "Ensimmäinen vastaus, 90 %", "Första svar, 90 %", "First answer, 90 %", "h"
    ),
    column(
        "answer_business_hours_median",
        Kind.NUMBER,
        "Ensimmäinen vastaus työaikana, mediaani",
        "Första svar i arbetstid, median",
        "First answer in business hours, median",
        "h",
    ),
    column(
        "answer_business_hours_p90",
        Kind.NUMBER,
        "Ensimmäinen vastaus työaikana, 90 %",
        "Första svar i arbetstid, 90 %",
        "First answer in business hours, 90 %",
        "h",
    ),
    column("closed", Kind.INTEGER, "Ratkaistut asiat", "Avgjorda ärenden", "Cases closed"),
    column("closed_in_time", Kind.INTEGER, "Ajoissa ratkaistut", "Avgjorda i tid", "Closed in time"),
    column("closed_late", Kind.INTEGER, "Myöhässä ratkaistut", "Avgjorda för sent", "Closed too late"),
    column(
        "closed_in_time_percent", Kind.NUMBER, "Ajoissa ratkaistut, %", "Avgjorda i tid, %", "Closed in time, %", "%"
    ),
    column("close_hours_median", Kind.NUMBER, "Ratkaisu, mediaani", "Avgörande, median", "Closing, median", "h"),
    column("close_hours_p90", Kind.NUMBER, "Ratkaisu, 90 %", "Avgörande, 90 %", "Closing, 90 %", "h"),
    column(
        "close_business_hours_median",
        Kind.NUMBER,
        "Ratkaisu työaikana, mediaani",
        "Avgörande i arbetstid, median",
        "Closing in business hours, median",
        "h",
    ),
    column(
        "close_business_hours_p90",
        Kind.NUMBER,
        "Ratkaisu työaikana, 90 %",
        "Avgörande i arbetstid, 90 %",
        "Closing in business hours, 90 %",
        "h",
    ),
    column("reopened", Kind.INTEGER, "Uudelleen avatut", "Återöppnade", "Reopened"),
    column("rated", Kind.INTEGER, "Arvioita", "Betyg", "Ratings"),
    column("stars_mean", Kind.NUMBER, "Arvioiden keskiarvo (1–5)", "Betygens medelvärde (1–5)", "Mean rating (1–5)"),
)

CHANNEL_FIELDS = (
    _MONTH,
    _OFFICE,
    column("channel", Kind.TEXT, "Kanava", "Kanal", "Channel"),
    column("received", Kind.INTEGER, "Saapuneet asiat", "Inkomna ärenden", "Cases received"),
)
