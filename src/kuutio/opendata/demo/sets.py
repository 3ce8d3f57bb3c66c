"""The list of the demonstration's data sets."""

from datetime import date

from kuutio.opendata.demo import playgrounds, real
from kuutio.opendata.demo.declared import Declared, of_city
from kuutio.opendata.demo.ground import CITIES


def _playgrounds(city: str) -> Declared:
    return Declared(
        city=city,
        what="leikkipuistot",
        title=of_city(city, "{gen} leikkipuistot", "Lekplatser i {city}", "Playgrounds of {city}"),
        notes=of_city(
            city,
            "{gen} kaupungin leikkipuistot: nimi, tyyppi, koko, rakennusvuosi, esteettömyys ja osoite.",
            "Lekplatserna i {city}: namn, typ, storlek, byggnadsår, tillgänglighet och adress.",
            "The playgrounds of {city}: name, type, size, year, accessibility and address.",
        ),
        keywords={"fi": ["leikkipuistot", "puistot"], "sv": ["lekplatser", "parker"], "en": ["playgrounds", "parks"]},
        themes=("REGI", "SOCI"),
        versions=(playgrounds.MAKERS[city],),
        key=(playgrounds.KEYS[city],),
        options=playgrounds.OPTIONS.get(city, {}),
    )


def _border(city: str) -> Declared:
    return Declared(
        city=city,
        what="rajat",
        title=of_city(city, "{gen} kaupungin raja", "Stadsgränsen för {city}", "Border of {city}"),
        notes=of_city(
            city,
            "{gen} kaupungin raja vesialueineen Maanmittauslaitoksen kuntajaosta.",
            "Gränsen för {city} med vattenområden, ur Lantmäteriverkets kommunindelning.",
            "The border of {city} with its waters, from the municipal division of the National Land Survey.",
        ),
        keywords={"fi": ["kuntarajat"], "sv": ["kommungränser"], "en": ["borders"]},
        themes=("REGI", "GOVE"),
        versions=(real.border_of(city),),
        provenance={"fi": "Maanmittauslaitos", "sv": "Lantmäteriverket", "en": "National Land Survey of Finland"},
        is_made=False,
        key=("kuntanumero",),
        options={"types": {"kuntanumero": "text"}},
    )


def _districts() -> Declared:
    return Declared(
        city="helsinki",
        what="suurpiirit",
        title={"fi": "Helsingin suurpiirit", "sv": "Helsingfors stordistrikt", "en": "Major districts of Helsinki"},
        notes={
            "fi": "Helsingin suurpiirien alueet vuonna 2021.",
            "sv": "Områdena för Helsingfors stordistrikt år 2021.",
            "en": "The areas of the major districts of Helsinki in 2021.",
        },
        keywords={"fi": ["suurpiirit"], "sv": ["stordistrikt"], "en": ["districts"]},
        themes=("REGI",),
        versions=(real.copied("helsinki_city_districts_2021.gpkg"),),
        start=date(2021, 1, 1),
        end=date(2021, 12, 31),
        provenance={
            "fi": "Helsingin kaupunki, Helsinki Region Infoshare",
            "sv": "Helsingfors stad, Helsinki Region Infoshare",
            "en": "City of Helsinki, Helsinki Region Infoshare",
        },
        is_made=False,
    )


def declared() -> list[Declared]:
    """All of them, in the order in which they are brought in."""
    return [*map(_playgrounds, CITIES), *map(_border, CITIES), _districts()]
