"""Decisions of six cities' boards: title, text, date, diary number, and the class of Helsinki's open classification."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from kuutio.opendata.demo import words, writing
from kuutio.opendata.demo.ground import chance, neighbourhoods

COUNTS = {"helsinki": 2400, "espoo": 940, "vantaa": 860, "tampere": 1180, "turku": 720, "oulu": 910}
_FILES = Path(__file__).parent / "files"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a board decides on: its class, the board, the title and the text with `{place}`, `{part}`, `{street}`, `{n}`."""

    code: str
    board: str
    title: str
    text: str


_TOPICS = (
    Topic("10 03 03", "Kaupunkiympäristölautakunta", "{part}, {place}, asemakaavan muuttaminen",
          "Lautakunta hyväksyi asemakaavan muutoksen ehdotuksen alueelle {place}. Alueelle tulee {n} uutta asuntoa."),
    Topic("10 03 02 00", "Kaupunginhallitus", "Yleiskaavan tarkistaminen, {part}",
          "Kaupunginhallitus päätti asettaa yleiskaavan tarkistuksen nähtäville {days} päivän ajaksi."),
    Topic("10 03 07", "Nimistötoimikunta", "Uuden kadun nimeäminen, {part}",
          "Kadun nimeksi päätettiin {street}."),
    Topic("10 04 01", "Rakennuslautakunta", "Poikkeamispäätös, {street} {number}",
          "Lautakunta myönsi poikkeamisen asemakaavasta {n} k-m² suuruiselle laajennukselle."),
    Topic("10 05 02", "Kaupunkiympäristölautakunta", "Puistosuunnitelman hyväksyminen, {place}",
          "Puistosuunnitelma hyväksyttiin. Rakentamisen kustannusarvio on {euros} euroa."),
    Topic("10 05 03", "Kaupunkiympäristölautakunta", "Leikkipaikan kunnostaminen, {place}",
          "Leikkipaikan välineet uusitaan. Kustannusarvio on {euros} euroa."),
    Topic("10 01 01 00", "Tonttijaosto", "Tontin varaaminen asuntorakentamiseen, {part}",
          "Tontti varattiin {months} kuukaudeksi asuntorakentamiseen hintaan {euros} euroa."),
    Topic("08 00 01", "Kaupunkiympäristölautakunta", "Katusuunnitelman hyväksyminen, {street}",
          "Katusuunnitelma hyväksyttiin. Kustannusarvio on {euros} euroa, pituus {n} metriä."),
    Topic("08 00 04", "Kaupunkiympäristölautakunta", "Pyörätien suunnitelma, {street}",
          "Päätettiin rakentaa {n} metriä eroteltua pyörätietä."),
    Topic("08 01 01", "Liikenneinsinööri", "Nopeusrajoituksen muuttaminen, {street}",
          "Nopeusrajoitukseksi määrättiin 30 km/h."),
    Topic("08 01 03", "Liikenneinsinööri", "Pysäköintijärjestelyjen muuttaminen, {street}",
          "Kadun varteen sallittiin {spaces} asukaspysäköintipaikkaa."),
    Topic("08 01 00", "Liikenneinsinööri", "Liikennevalojen rakentaminen, {street}",
          "Risteykseen rakennetaan liikennevalot. Kustannusarvio on {euros} euroa."),
    Topic("11 01 00 00", "Ympäristölautakunta", "Ympäristölupa, {part}",
          "Lautakunta myönsi ympäristöluvan määräaikaisena {months} kuukaudeksi."),
    Topic("11 01 00 02", "Ympäristölautakunta", "Meluilmoitus, {street}",
          "Tilapäinen melu sallittiin klo 7–18 yhteensä {days} päivänä."),
    Topic("12 01 00", "Kasvatus- ja koulutuslautakunta", "Koulun oppilaspaikkojen määrä, {part}",
          "Lautakunta vahvisti oppilaspaikkojen määräksi {n}."),
    Topic("12 02 02 02", "Kulttuuri- ja vapaa-aikalautakunta", "Kirjaston aukiolon muuttaminen, {part}",
          "Kirjaston omatoimiaikaa pidennettiin {hours} tunnilla viikossa."),
    Topic("05 01 02", "Kasvatus- ja koulutuslautakunta", "Päiväkodin hankesuunnitelma, {place}",
          "Hankesuunnitelma hyväksyttiin {spaces} hoitopaikalle. Kustannusarvio on {euros} euroa."),
    Topic("05 01 04", "Kasvatus- ja koulutuslautakunta", "Leikkipuistotoiminnan jatkaminen, {place}",
          "Ohjattua toimintaa jatketaan {months} kuukautta."),
    Topic("02 08 02 00", "Hankintajaosto", "Talvihoidon hankinta, {part}",
          "Hankinta kilpailutetaan. Sopimuskausi on {months} kuukautta ja ennakoitu arvo {euros} euroa."),
    Topic("02 08 03 00", "Hankintajaosto", "Rakennusurakan kilpailutus, {place}",
          "Urakka kilpailutetaan avoimella menettelyllä. Ennakoitu arvo on {euros} euroa."),
    Topic("02 05 01 00", "Kulttuuri- ja vapaa-aikalautakunta", "Kohdeavustukset, {part}",
          "Avustuksia myönnettiin yhteensä {euros} euroa {spaces} hakijalle."),
    Topic("00 01 04 00", "Kaupunginhallitus", "Kehittämishankkeeseen osallistuminen, {part}",
          "Kaupunki osallistuu hankkeeseen {months} kuukautta. Omarahoitus on {euros} euroa."),
    Topic("09 05 00", "Pelastuslautakunta", "Palotarkastusten suunnitelma, {part}",
          "Vuodessa tehdään {n} palotarkastusta."),
    Topic("14 00", "Kaupunginhallituksen elinkeinojaosto", "Yritystilojen vuokraaminen, {place}",
          "Tilat vuokrataan {months} kuukaudeksi hintaan {euros} euroa vuodessa."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision."""

    number: int
    day: date
    topic: Topic
    title: str
    text: str


@cache
def class_name(code: str) -> str:
    """The name of a class of Helsinki's open classification of cases."""
    with (_FILES / "openahjo_categories.csv").open(encoding="utf-8") as file:
        return {row[0]: row[1] for row in csv.reader(file)}[code]


def codes() -> list[str]:
    """The classes that occur."""
    return sorted({topic.code for topic in _TOPICS})


def _made(city: str) -> list[Decision]:
    rng = chance("decisions", city)
    count = COUNTS[city]
    parts = neighbourhoods(city)
    days = sorted(rng.integers(0, 730, count).tolist())
    numbers: dict[int, int] = {}
    made = []
    for place, after in zip(words.names(rng, count), days, strict=True):
        day = date(2024, 1, 2) + timedelta(days=after)
        if day.weekday() > 4:
            day -= timedelta(days=2)
        topic = _TOPICS[int(rng.integers(len(_TOPICS)))]
        told = {
            "place": place.fi,
            "part": parts[int(rng.integers(len(parts)))].name,
            "street": words.street(rng)[0],
            "number": int(rng.integers(1, 80)),
            "n": int(rng.integers(12, 900)),
            "euros": writing.spaced(int(rng.lognormal(12.3, 1.0)) // 1000 * 1000 + 5000),
            "months": int(rng.integers(6, 49)),
            "days": int(rng.integers(7, 31)),
            "hours": int(rng.integers(3, 20)),
            "spaces": int(rng.integers(4, 120)),
        }
        numbers[day.year] = numbers.get(day.year, 100) + int(rng.integers(1, 9))
        made.append(Decision(numbers[day.year], day, topic, topic.title.format(**told), topic.text.format(**told)))
    return made


def helsinki(folder: Path) -> Path:
    """An array of JSON objects."""
    names = ("diaarinumero", "otsikko", "sisältö", "toimielin", "päätöspäivä", "luokka_koodi", "luokka")
    rows = [
        (f"HEL {d.day.year}-{d.number:06}", d.title, d.text, d.topic.board, d.day.isoformat(), d.topic.code,
         class_name(d.topic.code))
        for d in _made("helsinki")
    ]  # fmt: skip
    return writing.objects(folder / "paatokset.json", names, rows)


def espoo(folder: Path) -> Path:
    """Separated text with Finnish dates; the class by its name."""
    names = ("Asianumero", "Otsikko", "Päätös", "Toimielin", "Kokouspäivä", "Tehtäväluokka")
    rows = [
        (f"{d.number}/{d.topic.code[:8].replace(' ', '.')}/{d.day.year}", d.title, d.text, d.topic.board,
         f"{d.day:%d.%m.%Y}", class_name(d.topic.code[:2]))
        for d in _made("espoo")
    ]  # fmt: skip
    return writing.delimited(folder / "paatokset.csv", names, rows, separator=";")


def vantaa(folder: Path) -> Path:
    """A workbook; the class by its number with points."""
    names = ("Diaarinumero", "Asia", "Päätösteksti", "Päättäjä", "Pvm", "Tehtäväluokka")
    rows = [
        (f"VD/{d.number}/{d.topic.code[:8].replace(' ', '.')}/{d.day.year}", d.title, d.text, d.topic.board, d.day,
         d.topic.code.replace(" ", "."))
        for d in _made("vantaa")
    ]  # fmt: skip
    return writing.workbook(folder / "paatokset.xlsx", "Päätökset", names, rows)


def tampere(folder: Path) -> Path:
    """Separated text in UTF-16, as office programs save it."""
    names = ("asia_id", "otsikko", "paatos", "toimielin", "paivays", "luokka")
    rows = [
        (f"TRE:{d.number}/{d.topic.code[:8].replace(' ', '.')}/{d.day.year}", d.title, d.text, d.topic.board,
         d.day.isoformat(), d.topic.code)
        for d in _made("tampere")
    ]  # fmt: skip
    return writing.delimited(folder / "paatokset.csv", names, rows, separator="\t", encoding="utf-16")


_SWEDISH = {
    "00": "Förvaltning", "02": "Ekonomi", "05": "Socialväsende", "08": "Trafik", "09": "Säkerhet",
    "10": "Markanvändning, byggande och boende", "11": "Miljö", "12": "Undervisning och bildning",
    "14": "Näringsliv och sysselsättning",
}  # fmt: skip


def turku(folder: Path) -> Path:
    """An object a line; the class in Swedish."""
    names = ("dnro", "rubrik", "text", "organ", "datum", "uppgiftsområde")
    rows = [
        (f"{d.number}-{d.day.year}", d.title, d.text, d.topic.board, d.day.isoformat(), _SWEDISH[d.topic.code[:2]])
        for d in _made("turku")
    ]
    return writing.objects(folder / "beslut.jsonl", names, rows)


def oulu(folder: Path) -> Path:
    """Latin-1 with semicolons; the class before the title."""
    names = ("Diaari", "Luokka", "Otsikko", "Teksti", "Toimielin", "Päivä")
    rows = [
        (f"OUKA/{d.number}/{d.topic.code[:8].replace(' ', '.')}/{d.day.year}", d.topic.code[:2], d.title, d.text,
         d.topic.board, f"{d.day.day}.{d.day.month}.{d.day.year}")
        for d in _made("oulu")
    ]  # fmt: skip
    return writing.delimited(folder / "paatokset.csv", names, rows, separator=";", encoding="cp1252")


MAKERS: dict[str, Callable[[Path], Path]] = {
    "helsinki": helsinki, "espoo": espoo, "vantaa": vantaa, "tampere": tampere, "turku": turku, "oulu": oulu
}  # fmt: skip
KEYS = {
    "helsinki": "diaarinumero", "espoo": "Asianumero", "vantaa": "Diaarinumero", "tampere": "asia_id", "turku": "dnro",
    "oulu": "Diaari",
}  # fmt: skip
FORMS = {
    "helsinki": "json", "espoo": "csv", "vantaa": "xlsx", "tampere": "tsv", "turku": "jsonl", "oulu": "csv"
}  # fmt: skip
