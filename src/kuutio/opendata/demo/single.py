"""Made data sets that one city has; each shows something that real catalogues have."""

from datetime import date

from kuutio.opendata.demo import measured, outdoors
from kuutio.opendata.demo.declared import Declared, Extra

ALL = (
    Declared(
        city="helsinki",
        what="puurekisteri",
        title={"fi": "Helsingin puurekisteri", "sv": "Trädregistret i Helsingfors", "en": "Tree register of Helsinki"},
        notes={
            "fi": "Katu- ja puistopuut: laji, korkeus, rungon ympärysmitta, istutusvuosi ja kunto. Kaikkia puita ei ole mitattu.",
            "sv": "Träd längs gator och i parker: art, höjd, stammens omkrets, planteringsår och skick. Alla träd har inte "
            "mätts.",
            "en": "Trees along streets and in parks: species, height, girth, year of planting and condition. Not all of them "
            "have been measured.",
        },
        keywords={"fi": ["puut", "katupuut", "viheralueet"], "sv": ["träd", "grönområden"], "en": ["trees", "green areas"]},
        themes=("ENVI", "REGI"),
        versions=(outdoors.trees,),
        key=("puu_id",),
        options={"crs": "EPSG:3879"},
    ),
    Declared(
        city="espoo",
        what="katuvalot",
        title={"fi": "Espoon katuvalot", "sv": "Gatubelysningen i Esbo", "en": "Street lights of Espoo"},
        notes={
            "fi": "Katuvalaistuksen valopisteet: katu, lampun tyyppi, teho ja asennusvuosi.",
            "sv": "Gatubelysningens ljuspunkter: gata, lamptyp, effekt och installationsår.",
            "en": "Points of the street lighting: street, kind of lamp, power and year of installation.",
        },
        keywords={
            "fi": ["katuvalaistus", "valaistus", "kadut"], "sv": ["gatubelysning", "gator"], "en": ["street lighting"]
        },
        themes=("TRAN", "ENER"),
        versions=(outdoors.lights,),
        key=("tunnus",),
    ),
    Declared(
        city="vantaa",
        what="katutyot",
        title={"fi": "Vantaan katutyöt", "sv": "Gatuarbeten i Vanda", "en": "Road works in Vantaa"},
        notes={
            "fi": "Kaduilla tehtävät työt viivoina: syy, alku, loppu ja haitta liikenteelle.",
            "sv": "Arbeten på gatorna som linjer: orsak, början, slut och olägenhet för trafiken.",
            "en": "Works on streets as lines: reason, beginning, end and what they do to traffic.",
        },
        keywords={"fi": ["katutyöt", "liikenne"], "sv": ["gatuarbeten", "trafik"], "en": ["road works", "traffic"]},
        themes=("TRAN",),
        frequency="DAILY",
        versions=(outdoors.works,),
        form="geojson",
        key=("tunnus",),
    ),
    Declared(
        city="tampere",
        what="asemakaavat",
        title={"fi": "Tampereen asemakaavat", "sv": "Detaljplaner i Tammerfors", "en": "Land-use plans of Tampere"},
        notes={
            "fi": "Voimassa olevat asemakaavat alueina: nimi, käyttötarkoitus, voimaantulo, pinta-ala ja rakennusoikeus.",
            "sv": "Gällande detaljplaner som områden: namn, användning, ikraftträdande, areal och byggrätt.",
            "en": "Land-use plans in force as areas: name, use, day of entry into force, area and building right.",
        },
        keywords={
            "fi": ["asemakaavat", "kaavoitus", "maankäyttö"], "sv": ["detaljplaner", "markanvändning"],
            "en": ["land-use plans"],
        },
        themes=("REGI",),
        start=date(1968, 3, 1),
        versions=(outdoors.plans,),
        form="gpkg",
        key=("kaavatunnus",),
        extras=(
            Extra(
                {"fi": "Taulun lukuohje", "sv": "Läsanvisning", "en": "How to read the table"},
                "pdf",
                file="asemakaavat_lukuohje.pdf",
            ),
        ),
    ),
    Declared(
        city="turku",
        what="ilmanlaatu",
        title={"fi": "Turun ilmanlaatu", "sv": "Luftkvaliteten i Åbo", "en": "Air quality in Turku"},
        notes={
            "fi": "Hengitettävien hiukkasten ja typpidioksidin pitoisuudet tunneittain kolmella asemalla, µg/m³.",
            "sv": "Halterna av inandningsbara partiklar och kvävedioxid per timme vid tre stationer, µg/m³.",
            "en": "Inhalable particles and nitrogen dioxide by the hour at three stations, µg/m³.",
        },
        keywords={"fi": ["ilmanlaatu", "ympäristö"], "sv": ["luftkvalitet", "miljö"], "en": ["air quality", "environment"]},
        themes=("ENVI", "HEAL"),
        frequency="HOURLY",
        versions=(measured.air,),
        key=("asema", "aika"),
    ),
    Declared(
        city="oulu",
        what="pysakointipaikat",
        title={"fi": "Oulun pysäköintipaikat", "sv": "Parkeringsplatser i Uleåborg", "en": "Car parks in Oulu"},
        notes={
            "fi": "Pysäköintialueet, pysäköintitalot ja liityntäpysäköinti: paikat, sähkölatauspaikat ja hinta tunnissa.",
            "sv": "Parkeringsområden, parkeringshus och infartsparkering: platser, laddplatser och pris per timme.",
            "en": "Car parks, multi-storey car parks and park-and-ride: places, charging places and price by the hour.",
        },
        keywords={"fi": ["pysäköinti", "liikenne"], "sv": ["parkering", "trafik"], "en": ["parking", "traffic"]},
        themes=("TRAN",),
        frequency="MONTHLY",
        versions=(outdoors.parking,),
        form="json",
        key=("id",),
    ),
    Declared(
        city="tampere",
        what="puistonpenkit",
        title={"fi": "Tampereen puistonpenkit", "sv": "Parkbänkar i Tammerfors", "en": "Park benches of Tampere"},
        notes={
            "fi": "Penkit kolmessa inventoinnissa: versioita vertaamalla näkee, mitä tuli lisää, siirtyi, kului tai poistui.",
            "sv": "Bänkarna vid tre inventeringar: genom att jämföra versioner ser man vad som tillkom, flyttades, slets eller "
            "togs bort.",
            "en": "The benches at three stock-takings: comparing versions shows what came, moved, wore out or went.",
        },
        keywords={"fi": ["puistot", "kalusteet"], "sv": ["parker", "möbler"], "en": ["parks", "furniture"]},
        themes=("REGI",),
        versions=(outdoors.benches(1), outdoors.benches(2), outdoors.benches(3)),
        key=("tunnus",),
    ),
    Declared(
        city="turku",
        what="uimavedet",
        title={"fi": "Turun uimavedet", "sv": "Badvattnet i Åbo", "en": "Bathing waters of Turku"},
        notes={
            "fi": "Uimarantojen veden lämpötila ja laatu viikoittain kesällä. Aineistolla on sopimus: uusi versio, joka rikkoo "
            "sen, ei tule näkyviin.",
            "sv": "Vattnets temperatur och kvalitet vid badstränderna varje vecka om sommaren. Datasetet har ett avtal: en ny "
            "version som bryter mot det visas inte.",
            "en": "Temperature and quality of the water at beaches, weekly in summer. The data set has a contract: a new version "
            "that breaks it isn't shown.",
        },
        keywords={"fi": ["uimavesi", "uimarannat"], "sv": ["badvatten", "badstränder"], "en": ["bathing water", "beaches"]},
        themes=("HEAL", "ENVI"),
        frequency="WEEKLY",
        start=date(2025, 6, 2),
        end=date(2025, 8, 25),
        versions=(measured.bathing(broken=False), measured.bathing(broken=True)),
        contract=measured.WATER,
        key=("uimaranta", "pvm"),
    ),
    Declared(
        city="vantaa",
        what="palautteet",
        title={"fi": "Vantaan palautteet", "sv": "Respons i Vanda", "en": "Feedback to Vantaa"},
        notes={
            "fi": "Asukkaiden palautteet kaupunkiympäristöstä: aihe, palaute ja vastausaika päivinä.",
            "sv": "Invånarnas respons om stadsmiljön: ämne, respons och svarstid i dagar.",
            "en": "Residents' feedback on the city's environment: subject, text and days until the answer.",
        },
        keywords={"fi": ["palaute", "asukkaat"], "sv": ["respons", "invånare"], "en": ["feedback", "residents"]},
        themes=("GOVE", "SOCI"),
        frequency="MONTHLY",
        versions=(measured.feedback(personal=False), measured.feedback(personal=True)),
        key=("id",),
    ),
    Declared(
        city="helsinki",
        what="karttapalvelu",
        title={"fi": "Helsingin karttapalvelu", "sv": "Helsingfors karttjänst", "en": "Map service of Helsinki"},
        notes={
            "fi": "Kaupungin avoimet kartat ja ilmakuvat WMS-rajapintana. Tässä on vain osoite: kartat tulevat kaupungin omasta "
            "palvelusta.",
            "sv": "Stadens öppna kartor och flygbilder som WMS-gränssnitt. Här finns bara adressen: kartorna kommer från "
            "stadens egen tjänst.",
            "en": "The city's open maps and aerial photographs as a WMS interface. Only the address is here: the maps come from "
            "the city's own service.",
        },
        keywords={"fi": ["kartat", "ilmakuvat", "WMS"], "sv": ["kartor", "flygbilder"], "en": ["maps", "aerial photographs"]},
        themes=("REGI", "GOVE"),
        frequency="CONT",
        provenance={
            "fi": "Helsingin kaupunki, kaupunkimittauspalvelut",
            "sv": "Helsingfors stad, stadsmätningstjänster",
            "en": "City of Helsinki, city survey services",
        },
        is_made=False,
        extras=(
            Extra(
                {"fi": "WMS-rajapinta", "sv": "WMS-gränssnitt", "en": "WMS interface"},
                "wms",
                url="https://kartta.hel.fi/ws/geoserver/avoindata/wms",
            ),
        ),
    ),
)  # fmt: skip
