"""Data sets that each of the six cities has in its own form: what the harmonised ones are made of."""

from datetime import date

from kuutio.opendata.demo import bicycles, decisions, playgrounds, real, services
from kuutio.opendata.demo.declared import Declared, of_city
from kuutio.opendata.demo.ground import CITIES

LAND_SURVEY = {
    "fi": "Maanmittauslaitos, kuntajako 2021. Sisältää Maanmittauslaitoksen aineistoa.",
    "sv": "Lantmäteriverket, kommunindelning 2021. Innehåller material från Lantmäteriverket.",
    "en": "National Land Survey of Finland, municipal division 2021. Contains data of the National Land Survey.",
}


def playgrounds_of(city: str) -> Declared:
    """Playgrounds."""
    return Declared(
        city=city,
        what="leikkipuistot",
        title=of_city(city, "{gen} leikkipuistot", "Lekplatser i {city}", "Playgrounds of {city}"),
        notes=of_city(
            city,
            "Leikkipuistot ja leikkipaikat {at}: nimi, ikäryhmä, pinta-ala, rakennusvuosi, esteettömyys, osoite ja sijainti.",
            "Lekparker och lekplatser i {city}: namn, åldersgrupp, areal, byggnadsår, tillgänglighet, adress och läge.",
            "Playgrounds in {city}: name, ages, area, year of building, accessibility, address and place.",
        ),
        keywords={
            "fi": ["leikkipuistot", "leikkipaikat", "puistot"],
            "sv": ["lekplatser", "lekparker"],
            "en": ["playgrounds", "parks"],
        },
        themes=("REGI", "SOCI"),
        versions=(playgrounds.MAKERS[city],),
        form=playgrounds.FORMS[city],
        key=(playgrounds.KEYS[city],),
        options=playgrounds.OPTIONS.get(city, {}),
    )


def bicycles_of(city: str) -> Declared:
    """Bicycle counts."""
    first, last = bicycles.YEARS[city]
    rhythm = (
        ("tunneittain", "per timme", "by the hour") if city == "helsinki" else ("päivittäin", "per dag", "by the day")
    )
    return Declared(
        city=city,
        what="pyoralaskennat",
        title=of_city(city, "{gen} pyörälaskennat", "Cykelräkningar i {city}", "Bicycle counts in {city}"),
        notes=of_city(
            city,
            f"Pyöräilijöiden määrät automaattisissa laskentapisteissä {{at}} {rhythm[0]} vuosina {first}–{last}. "
            "Tyhjä arvo tarkoittaa, että laskuri ei toiminut.",
            f"Antalet cyklister vid automatiska räknare i {{city}} {rhythm[1]} åren {first}–{last}. "
            "Ett tomt värde betyder att räknaren inte fungerade.",
            f"Riders at automatic counters in {{city}} {rhythm[2]} from {first} to {last}. "
            "An empty value means that the counter was out of order.",
        ),
        keywords={
            "fi": ["pyöräily", "liikennelaskennat", "liikenne"],
            "sv": ["cykling", "trafikräkningar"],
            "en": ["cycling", "traffic counts"],
        },
        themes=("TRAN",),
        frequency="DAILY",
        start=date(first, 1, 1),
        end=date(last, 12, 31),
        versions=(bicycles.MAKERS[city],),
        form=bicycles.FORMS[city],
        key=bicycles.KEYS[city],
    )


def services_of(city: str) -> Declared:
    """Service points."""
    return Declared(
        city=city,
        what="palvelupisteet",
        title=of_city(city, "{gen} palvelupisteet", "Serviceställen i {city}", "Service points of {city}"),
        notes=of_city(
            city,
            "Kirjastot, terveysasemat, päiväkodit, liikuntapaikat ja muut kaupungin palvelupisteet {at}: nimi, osoite, "
            "aukioloajat ja esteettömyys.",
            "Bibliotek, hälsostationer, daghem, idrottsplatser och stadens övriga serviceställen i {city}: namn, adress, "
            "öppettider och tillgänglighet.",
            "Libraries, health stations, day care, sports and other service points in {city}: name, address, opening hours "
            "and accessibility.",
        ),
        keywords={
            "fi": ["palvelupisteet", "toimipisteet", "kirjastot", "terveysasemat", "päiväkodit"],
            "sv": ["serviceställen", "bibliotek", "hälsostationer", "daghem"],
            "en": ["service points", "libraries", "health stations", "day care"],
        },
        themes=("GOVE", "HEAL", "EDUC"),
        frequency="MONTHLY",
        languages=("fi", "sv", "en") if city == "helsinki" else ("fi", "sv"),
        versions=(services.MAKERS[city],),
        form=services.FORMS[city],
        key=(services.KEYS[city],),
        options=services.OPTIONS.get(city, {}),
    )


def decisions_of(city: str) -> Declared:
    """Decisions."""
    return Declared(
        city=city,
        what="paatokset",
        title=of_city(city, "{gen} päätökset", "Beslut i {city}", "Decisions of {city}"),
        notes=of_city(
            city,
            "Lautakuntien ja viranhaltijoiden päätöksiä {at}: asianumero, otsikko, päätös, toimielin, päivä ja tehtäväluokka.",
            "Nämndernas och tjänsteinnehavarnas beslut i {city}: ärendenummer, rubrik, beslut, organ, dag och uppgiftsklass.",
            "Decisions of boards and office-holders in {city}: diary number, title, decision, body, day and class.",
        ),
        keywords={
            "fi": ["päätökset", "lautakunnat", "asianhallinta"],
            "sv": ["beslut", "nämnder", "ärendehantering"],
            "en": ["decisions", "boards"],
        },
        themes=("GOVE",),
        frequency="WEEKLY",
        start=date(2024, 1, 2),
        end=date(2025, 12, 31),
        versions=(decisions.MAKERS[city],),
        form=decisions.FORMS[city],
        key=(decisions.KEYS[city],),
    )


def border_of(city: str) -> Declared:
    """The border."""
    return Declared(
        city=city,
        what="kuntaraja",
        title=of_city(city, "{gen} kuntaraja", "Kommungränsen för {city}", "Municipal border of {city}"),
        notes=of_city(
            city,
            "{gen} kaupungin raja vesialueineen, leikattu Maanmittauslaitoksen kuntajaosta.",
            "Gränsen för {city} med vattenområden, tagen ur Lantmäteriverkets kommunindelning.",
            "The border of {city} with its waters, cut from the municipal division of the National Land Survey.",
        ),
        keywords={"fi": ["kuntarajat"], "sv": ["kommungränser"], "en": ["municipal borders"]},
        themes=("REGI", "GOVE"),
        start=date(2021, 1, 1),
        end=date(2021, 12, 31),
        versions=(real.border_of(city),),
        form="geojson",
        provenance=LAND_SURVEY,
        author="Maanmittauslaitos",
        landing_page="https://www.maanmittauslaitos.fi/",
        is_made=False,
        key=("kuntanumero",),
        options={"types": {"kuntanumero": "text"}},
    )


KINDS = (playgrounds_of, border_of, services_of, bicycles_of, decisions_of)
ALL = tuple(kind(city) for kind in KINDS for city in CITIES)
