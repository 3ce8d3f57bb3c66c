"""The list of the demonstration's data sets."""

from kuutio.opendata.demo import playgrounds
from kuutio.opendata.demo.declared import Declared, of_city
from kuutio.opendata.demo.ground import CITIES

_PLAYGROUND_KEYS = {
    "helsinki": "id",
    "espoo": "kod",
    "vantaa": "Tunnus",
    "tampere": "kohde_id",
    "turku": "TUNNUS",
    "oulu": "Kohdenumero",
}


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
        key=(_PLAYGROUND_KEYS[city],),
    )


def declared() -> list[Declared]:
    """All of them, in the order in which they are brought in."""
    return [_playgrounds(city) for city in CITIES]
