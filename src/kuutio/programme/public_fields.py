"""The columns of what the programme publishes, in three languages."""

from kuutio.core.published import Field, Kind


def field(name: str, kind: Kind, fi: str, sv: str, en: str, unit: str = "") -> Field:
    """A column with its title in three languages."""
    return Field(name, kind, {"fi": fi, "sv": sv, "en": en}, unit)


def in_three(name: str, fi: str, sv: str, en: str) -> tuple[Field, ...]:
    """A text in three columns, one a language."""
    return (
        field(f"{name}_fi", Kind.TEXT, f"{fi} suomeksi", f"{sv} på finska", f"{en} in Finnish"),
        field(f"{name}_sv", Kind.TEXT, f"{fi} ruotsiksi", f"{sv} på svenska", f"{en} in Swedish"),
        field(f"{name}_en", Kind.TEXT, f"{fi} englanniksi", f"{sv} på engelska", f"{en} in English"),
    )


_PROJECT = field("project", Kind.TEXT, "Hankekoodi", "Projektkod", "Project code")
_AREA = field("focus_area", Kind.TEXT, "Painopiste", "Fokusområde", "Focus area")
_CITY = field("city", Kind.TEXT, "Kaupunki", "Stad", "City")
_FUND = field("fund", Kind.TEXT, "Rahasto", "Fond", "Fund")
_SOURCE = field("source", Kind.TEXT, "Lähde", "Källa", "Source")

PROJECT_FIELDS = (
    _PROJECT,
    field("name", Kind.TEXT, "Nimi", "Namn", "Name"),
    field("kind", Kind.TEXT, "Laji", "Typ", "Kind"),
    _FUND,
    _AREA,
    field("told_by", Kind.TEXT, "Mistä painopiste tiedetään", "Hur fokusområdet är känt", "How the focus area is known"),
    field("objective", Kind.TEXT, "Erityistavoite", "Särskilt mål", "Specific objective"),
    field("lead", Kind.TEXT, "Päätoteuttaja", "Huvudgenomförare", "Lead partner"),
    field("lead_business_id", Kind.TEXT, "Päätoteuttajan Y-tunnus", "Huvudgenomförarens FO-nummer", "Lead's Business ID"),
    field("lead_city", Kind.TEXT, "Päätoteuttajan kaupunki", "Huvudgenomförarens stad", "Lead's city"),
    field("cities", Kind.TEXT, "Toteuttajien kaupungit", "Genomförarnas städer", "Cities of the partners"),
    field("partners", Kind.INTEGER, "Toteuttajia lähteissä", "Genomförare i källorna", "Partners in our sources"),
    field("single_applicant", Kind.BOOLEAN, "Yksi hakija", "En sökande", "Single applicant"),
    field("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    field("first_ends_on", Kind.DATE, "Ensimmäinen päättymispäivä", "Första slutdag", "First end"),
    field("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    field("planned_cents", Kind.INTEGER, "Suunniteltu julkinen, senttiä", "Planerad offentlig, cent", "Planned public, cents"),
    field("granted_cents", Kind.INTEGER, "EU ja valtio myönnetty, senttiä", "EU och staten beviljat, cent", "EU and state granted, cents"),
    field("paid_cents", Kind.INTEGER, "EU ja valtio maksettu, senttiä", "EU och staten betalt, cent", "EU and state paid, cents"),
    field("realised_cents", Kind.INTEGER, "Julkinen toteutunut, senttiä", "Offentlig utfall, cent", "Public realised, cents"),
    _SOURCE,
    field("page", Kind.TEXT, "Sivu", "Sida", "Page"),
)  # fmt: skip
MONEY_FIELDS = (
    _PROJECT,
    _FUND,
    field("money_source", Kind.TEXT, "Rahan lähde", "Penningkälla", "Source of the money"),
    _AREA,
    _CITY,
    field("cents", Kind.INTEGER, "Senttiä", "Cent", "Cents"),
)
LISTED_FIELDS = (
    field("list", Kind.TEXT, "Luettelo", "Förteckning", "List"),
    _PROJECT,
    field("name", Kind.TEXT, "Nimi", "Namn", "Name"),
    _FUND,
    field("priority", Kind.TEXT, "Toimintalinja", "Insatsområde", "Priority axis"),
    field("authority", Kind.TEXT, "Viranomainen", "Myndighet", "Authority"),
    field("state", Kind.TEXT, "Tila", "Status", "State"),
    field("lead", Kind.TEXT, "Toteuttaja", "Genomförare", "Beneficiary"),
    field("starts_on", Kind.DATE, "Alkaa", "Börjar", "Starts on"),
    field("ends_on", Kind.DATE, "Päättyy", "Slutar", "Ends on"),
    field("granted_cents", Kind.INTEGER, "EU ja valtio myönnetty, senttiä", "EU och staten beviljat, cent", "EU and state granted, cents"),
    field("paid_cents", Kind.INTEGER, "EU ja valtio maksettu, senttiä", "EU och staten betalt, cent", "EU and state paid, cents"),
    field("planned_cents", Kind.INTEGER, "Suunniteltu julkinen, senttiä", "Planerad offentlig, cent", "Planned public, cents"),
    field("realised_cents", Kind.INTEGER, "Julkinen toteutunut, senttiä", "Offentlig utfall, cent", "Public realised, cents"),
)  # fmt: skip
ROLE_FIELDS = (
    _AREA,
    _CITY,
    *in_three("responsible", "Vastuutaho", "Ansvarig", "Responsible"),
    *in_three("unit", "Yksikkö", "Enhet", "Unit"),
    *in_three("role", "Yhteysrooli", "Kontaktroll", "Contact role"),
    field("reachable", Kind.BOOLEAN, "Voi kirjoittaa", "Kan nås", "Can be written to"),
    field("write_to", Kind.TEXT, "Yhteydenoton osoite", "Kontaktadress", "Address to write to"),
)
PROMISE_FIELDS = (
    field("promise", Kind.TEXT, "Lupauksen tunnus", "Löftets kod", "Promise"),
    _AREA,
    *in_three("text", "Lupaus", "Löfte", "Promise"),
    field("standing", Kind.TEXT, "Tila", "Läge", "Standing"),
    field("figures", Kind.INTEGER, "Lukuja", "Tal", "Figures"),
    *in_three("missing", "Mitä puuttuu", "Vad som saknas", "What is missing"),
)
EVIDENCE_FIELDS = (
    field("evidence", Kind.TEXT, "Luvun tunnus", "Talets kod", "Figure"),
    field("promise", Kind.TEXT, "Lupauksen tunnus", "Löftets kod", "Promise"),
    field("value", Kind.NUMBER, "Luku", "Tal", "Value"),
    field("of", Kind.INTEGER, "Kokonaisuus", "Helhet", "Of"),
    field("unit", Kind.TEXT, "Yksikkö", "Enhet", "Unit"),
    field("standing", Kind.TEXT, "Tila", "Läge", "Standing"),
    field("as_of", Kind.DATE, "Luvun päivä", "Talets dag", "As of"),
    field("measured_at", Kind.DATETIME, "Laskettu", "Beräknat", "Computed at"),
    *in_three("label", "Mitä luku kertoo", "Vad talet berättar", "What it is"),
    *in_three("rule", "Milloin pidetty", "När det är hållet", "When it is kept"),
    *in_three("origin", "Mistä luku tulee", "Varifrån talet kommer", "Where it comes from"),
    field("rows", Kind.TEXT, "Rivien osoite", "Radernas adress", "Address of the rows"),
    field("command", Kind.TEXT, "Komento, joka laskee sen", "Kommando som beräknar det", "Command that computes it"),
)
