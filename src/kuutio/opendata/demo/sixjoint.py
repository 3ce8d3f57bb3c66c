"""What is said of the harmonised data sets."""

from datetime import date

from kuutio.opendata.demo.declared import Declared, Texts

_HOW: Texts = {
    "fi": " Jokaisen kaupungin oma taulu on muunnettu yhteisiin sarakkeisiin, yksiköihin ja koodeihin. Yhden kaupungin rivit "
    "saa ehdolla city, esimerkiksi city=espoo.",
    "sv": " Varje stads egen tabell har omvandlats till gemensamma kolumner, enheter och koder. En stads rader fås med "
    "villkoret city, till exempel city=espoo.",
    "en": " Each city's own table is turned to the same columns, units and codes. The rows of one city come with the condition "
    "city, such as city=espoo.",
}


def _notes(fi: str, sv: str, en: str) -> Texts:
    return {"fi": fi + _HOW["fi"], "sv": sv + _HOW["sv"], "en": en + _HOW["en"]}


ALL = (
    Declared(
        city="",
        what="leikkipuistot",
        title={
            "fi": "Kuuden kaupungin leikkipuistot",
            "sv": "De sex städernas lekplatser",
            "en": "Playgrounds of the Six Cities",
        },
        notes=_notes(
            "Kuuden kaupungin leikkipuistot yhtenä tauluna: nimi, ikäryhmä, pinta-ala, rakennusvuosi, esteettömyys ja osoite.",
            "De sex städernas lekplatser i en tabell: namn, åldersgrupp, areal, byggnadsår, tillgänglighet och adress.",
            "The playgrounds of the Six Cities as one table: name, ages, area, year, accessibility and address.",
        ),
        keywords={
            "fi": ["leikkipuistot", "leikkipaikat", "yhtenäistetty rajapinta"],
            "sv": ["lekplatser", "harmoniserat gränssnitt"],
            "en": ["playgrounds", "harmonised interface"],
        },
        themes=("REGI", "SOCI"),
    ),
    Declared(
        city="",
        what="palvelupisteet",
        title={
            "fi": "Kuuden kaupungin palvelupisteet",
            "sv": "De sex städernas serviceställen",
            "en": "Service points of the Six Cities",
        },
        notes=_notes(
            "Kirjastot, terveysasemat, päiväkodit ja muut palvelupisteet kuudesta kaupungista yhtenä tauluna.",
            "Bibliotek, hälsostationer, daghem och andra serviceställen i sex städer i en tabell.",
            "Libraries, health stations, day care and other service points of six cities as one table.",
        ),
        keywords={
            "fi": ["palvelupisteet", "kirjastot", "terveysasemat", "yhtenäistetty rajapinta"],
            "sv": ["serviceställen", "bibliotek", "harmoniserat gränssnitt"],
            "en": ["service points", "libraries", "harmonised interface"],
        },
        themes=("GOVE", "HEAL", "EDUC"),
        frequency="MONTHLY",
        languages=("fi", "sv", "en"),
    ),
    Declared(
        city="",
        what="pyoralaskennat",
        title={
            "fi": "Kuuden kaupungin pyörälaskennat",
            "sv": "De sex städernas cykelräkningar",
            "en": "Bicycle counts of the Six Cities",
        },
        notes=_notes(
            "Pyöräilijöiden määrät laskureittain kuudesta kaupungista. Tunti on tyhjä, kun kaupunki laskee päivittäin.",
            "Antalet cyklister per räknare i sex städer. Timmen är tom när staden räknar per dag.",
            "Riders by counter in six cities. The hour is empty where a city counts by the day.",
        ),
        keywords={
            "fi": ["pyöräily", "liikennelaskennat", "yhtenäistetty rajapinta"],
            "sv": ["cykling", "trafikräkningar", "harmoniserat gränssnitt"],
            "en": ["cycling", "traffic counts", "harmonised interface"],
        },
        themes=("TRAN",),
        frequency="DAILY",
        start=date(2021, 1, 1),
    ),
    Declared(
        city="",
        what="paatokset",
        title={
            "fi": "Kuuden kaupungin päätökset",
            "sv": "De sex städernas beslut",
            "en": "Decisions of the Six Cities",
        },
        notes=_notes(
            "Päätökset kuudesta kaupungista yhtenä tauluna. Tehtäväluokka on Helsingin avoimen luokituksen pääluokka.",
            "Beslut från sex städer i en tabell. Uppgiftsklassen är huvudklassen i Helsingfors öppna klassificering.",
            "Decisions of six cities as one table. The class is the main class of Helsinki's open classification.",
        ),
        keywords={
            "fi": ["päätökset", "asianhallinta", "yhtenäistetty rajapinta"],
            "sv": ["beslut", "ärendehantering", "harmoniserat gränssnitt"],
            "en": ["decisions", "harmonised interface"],
        },
        themes=("GOVE",),
        frequency="WEEKLY",
        start=date(2024, 1, 2),
    ),
)
