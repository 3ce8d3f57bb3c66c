"""The columns of what the programme publishes, in three languages."""

from kuutio.core.published import Kind, column, in_three

_PROJECT = column("project", Kind.TEXT, "Hankekoodi", "Projektkod", "Project code")
_AREA = column("focus_area", Kind.TEXT, "Painopiste", "Fokusområde", "Focus area")
_CITY = column("city", Kind.TEXT, "Kaupunki", "Stad", "City")
_FUND = column("fund", Kind.TEXT, "Rahasto", "Fond", "Fund")
_SOURCE = column("source", Kind.TEXT, "Lähde", "Källa", "Source")

PROJECT_FIELDS = (
    _PROJECT,
    column("name", Kind.TEXT, "Nimi", "Namn", "Name"),
    column("kind", Kind.TEXT, "Laji", "Typ", "Kind"),
    _FUND,
    _AREA,
    column("told_by", Kind.TEXT, "Mistä painopiste tiedetään", "Hur fokusområdet är känt", "How the focus area is known"),
    column("objective", Kind.TEXT, "Erityistavoite", "Särskilt mål", "Specific objective"),
    column("lead", Kind.TEXT, "Päätoteuttaja", "Huvudgenomförare", "Lead partner"),
    column("lead_business_id", Kind.TEXT, "Päätoteuttajan Y-tunnus", "Huvudgenomförarens FO-nummer", "Lead's Business ID"),
    column("lead_city", Kind.TEXT, "Päätoteuttajan kaupunki", "Huvudgenomförarens stad", "Lead's city"),
    column("cities", Kind.TEXT, "Toteuttajien kaupungit", "Genomförarnas städer", "Cities of the partners"),
    column("partners", Kind.INTEGER, "Toteuttajia lähteissä", "Genomförare i källorna", "Partners in our sources"),
    column("single_applicant", Kind.BOOLEAN, "Yksi hakija", "En sökande", "Single applicant"),
    column("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    column("first_ends_on", Kind.DATE, "Ensimmäinen päättymispäivä", "Första slutdag", "First end"),
    column("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    column("planned_cents", Kind.INTEGER, "Suunniteltu julkinen, senttiä", "Planerad offentlig, cent", "Planned public, cents"),
    column("granted_cents", Kind.INTEGER, "EU ja valtio myönnetty, senttiä", "EU och staten beviljat, cent", "EU and state granted, cents"),
    column("paid_cents", Kind.INTEGER, "EU ja valtio maksettu, senttiä", "EU och staten betalt, cent", "EU and state paid, cents"),
    column("realised_cents", Kind.INTEGER, "Julkinen toteutunut, senttiä", "Offentlig utfall, cent", "Public realised, cents"),
    _SOURCE,
    column("page", Kind.TEXT, "Sivu", "Sida", "Page"),
)  # fmt: skip
MONEY_FIELDS = (
    _PROJECT,
    _FUND,
    column("money_source", Kind.TEXT, "Rahan lähde", "Penningkälla", "Source of the money"),
    _AREA,
    _CITY,
    column("cents", Kind.INTEGER, "Senttiä", "Cent", "Cents"),
)
LISTED_FIELDS = (
    column("list", Kind.TEXT, "Luettelo", "Förteckning", "List"),
    _PROJECT,
    column("name", Kind.TEXT, "Nimi", "Namn", "Name"),
    _FUND,
    column("priority", Kind.TEXT, "Toimintalinja", "Insatsområde", "Priority axis"),
    column("authority", Kind.TEXT, "Viranomainen", "Myndighet", "Authority"),
    column("state", Kind.TEXT, "Tila", "Status", "State"),
    column("lead", Kind.TEXT, "Toteuttaja", "Genomförare", "Beneficiary"),
    column("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    column("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    column("granted_cents", Kind.INTEGER, "EU ja valtio myönnetty, senttiä", "EU och staten beviljat, cent", "EU and state granted, cents"),
    column("paid_cents", Kind.INTEGER, "EU ja valtio maksettu, senttiä", "EU och staten betalt, cent", "EU and state paid, cents"),
    column("planned_cents", Kind.INTEGER, "Suunniteltu julkinen, senttiä", "Planerad offentlig, cent", "Planned public, cents"),
    column("realised_cents", Kind.INTEGER, "Julkinen toteutunut, senttiä", "Offentlig utfall, cent", "Public realised, cents"),
)  # fmt: skip
ROLE_FIELDS = (
    _AREA,
    _CITY,
    *in_three("responsible", "Vastuutaho", "Ansvarig", "Responsible"),
    *in_three("unit", "Yksikkö", "Enhet", "Unit"),
    *in_three("role", "Yhteysrooli", "Kontaktroll", "Contact role"),
    column("reachable", Kind.BOOLEAN, "Voi kirjoittaa", "Kan nås", "Can be written to"),
    column("write_to", Kind.TEXT, "Yhteydenoton osoite", "Kontaktadress", "Address to write to"),
)
PROMISE_FIELDS = (
    column("promise", Kind.TEXT, "Lupauksen tunnus", "Löftets kod", "Promise"),
    _AREA,
    *in_three("text", "Lupaus", "Löfte", "Promise"),
    column("standing", Kind.TEXT, "Tila", "Läge", "Standing"),
    column("figures", Kind.INTEGER, "Lukuja", "Tal", "Figures"),
    *in_three("missing", "Mitä puuttuu", "Vad som saknas", "What is missing"),
)
EVIDENCE_FIELDS = (
    column("evidence", Kind.TEXT, "Luvun tunnus", "Talets kod", "Figure"),
    column("promise", Kind.TEXT, "Lupauksen tunnus", "Löftets kod", "Promise"),
    column("value", Kind.NUMBER, "Luku", "Tal", "Value"),
    column("of", Kind.INTEGER, "Kokonaisuus", "Helhet", "Of"),
    column("unit", Kind.TEXT, "Yksikkö", "Enhet", "Unit"),
    column("standing", Kind.TEXT, "Tila", "Läge", "Standing"),
    column("as_of", Kind.DATE, "Luvun päivä", "Talets dag", "As of"),
    column("measured_at", Kind.DATETIME, "Laskettu", "Beräknat", "Computed at"),
    *in_three("label", "Mitä luku kertoo", "Vad talet berättar", "What it is"),
    *in_three("rule", "Milloin pidetty", "När det är hållet", "When it is kept"),
    *in_three("origin", "Mistä luku tulee", "Varifrån talet kommer", "Where it comes from"),
    column("rows", Kind.TEXT, "Rivien osoite", "Radernas adress", "Address of the rows"),
    column("command", Kind.TEXT, "Komento, joka laskee sen", "Kommando som beräknar det", "Command that computes it"),
)
