"""The words that sources use, in the words of our catalogue: licences, themes, rhythms, places."""

import re
from functools import cache

from kuutio.cities.places import Municipality
from kuutio.core.identifiers import slug
from kuutio.opendata.vocabularies import FREQUENCIES, LICENCE_ALIASES, LICENCES, THEMES

#: Roots of the names that Finnish, Swedish and English portals give their groups, with the EU's theme.
_ROOTS = (
    ("TRAN", ("liiken", "matkailu", "transport", "traffic", "trafik", "mobility")),
    ("ENVI", ("ymparist", "luonto", "environment", "milj", "natur", "climate", "ilmasto")),
    ("EDUC", ("koulutus", "opetus", "kulttuuri", "urheilu", "liikunta", "education", "culture", "sport", "utbildning", "kultur")),
    ("HEAL", ("terveys", "sosiaali", "health", "halsa", "hyvinvointi")),
    ("ECON", ("talous", "rahoitus", "verot", "tyo", "elinkeino", "economy", "finance", "ekonomi", "employment")),
    ("GOVE", ("hallinto", "julkinen", "paatoksenteko", "government", "administration", "forvaltning", "politics")),
    ("SOCI", ("vaesto", "yhteiskunta", "asuminen", "population", "society", "befolkning", "samhalle", "housing")),
    ("REGI", ("alueet", "kaupungi", "rakennettu", "kartat", "regions", "cities", "regioner", "maps", "urban")),
    ("TECH", ("tiede", "teknologia", "science", "technology", "vetenskap", "teknik")),
    ("JUST", ("oikeus", "turvallisuus", "justice", "safety", "rattsvasende", "sakerhet")),
    ("ENER", ("energia", "energy", "energi")),
    ("AGRI", ("maatalous", "kalastus", "metsa", "elintarvik", "agriculture", "fisher", "forest", "jordbruk")),
    ("INTR", ("kansainvali", "international", "internationell")),
)  # fmt: skip
_RHYTHMS = (
    ("CONT", ("cont", "jatkuva", "reaaliaika", "real-time", "realtime", "kontinuerlig", "update-cont")),
    ("HOURLY", ("hourly", "tunneittain", "tunnin")),
    ("DAILY", ("daily", "paivittain", "dagligen", "every-day", "joka-paiva", "kerran-paivassa")),
    ("WEEKLY", ("weekly", "viikoittain", "viikottain", "kerran-viikossa", "varje-vecka", "veckovis")),
    ("MONTHLY", ("monthly", "kuukausittain", "kerran-kuukaudessa", "manatligen")),
    ("QUARTERLY", ("quarterly", "neljannesvuosittain", "kvartalsvis")),
    ("BIENNIAL", ("biennial", "joka-toinen-vuosi", "kahden-vuoden")),
    ("ANNUAL", ("annual", "yearly", "vuosittain", "kerran-vuodessa", "arligen")),
    ("NEVER", ("never", "ei-paivit", "not-updated", "not-planned", "uppdateras-inte")),
    ("IRREG", ("irreg", "epasaannol", "tarvittaessa", "as-needed", "oregelbund", "satunnai")),
    ("UNKNOWN", ("unknown", "ei-tiedossa")),
)
_OLD_VERSIONS = re.compile(r"creativecommons\.org/licenses/(by|by-sa)/[123]\.")


def licence_of(text: str) -> str:
    """The code of a licence from an id, an address or a name; "" for one that we don't know, or know in another version."""
    said = text.strip().lower()
    said = LICENCE_ALIASES.get(said, said)
    if said in LICENCES:
        return said
    if not said or _OLD_VERSIONS.search(said):
        return ""
    return _licences().get(_bare_address(said)) or _licences().get(slug(said), "")


@cache
def _licences() -> dict[str, str]:
    """Codes by address and by name, as `licence_of` looks them up."""
    found: dict[str, str] = {}
    for code, licence in LICENCES.items():
        if licence.url:
            found[_bare_address(licence.url.lower())] = code
        if licence.eu:
            found[_bare_address(f"http://publications.europa.eu/resource/authority/licence/{licence.eu}".lower())] = (
                code
            )
            found[slug(licence.eu)] = code
        found[slug(licence.title)] = code
    creative = (("by", "cc-by-4.0"), ("by-sa", "cc-by-sa-4.0"))
    for word, code in creative:
        found[slug(f"CC {word} 4.0")] = found[slug(f"Creative Commons {word} 4.0")] = code
    found[slug("Creative Commons Nimeä 4.0 Kansainvälinen")] = "cc-by-4.0"
    found[slug("Creative Commons Attribution 4.0")] = found[slug("Creative Commons Attribution 4.0 International")] = (
        "cc-by-4.0"
    )
    return found


def _bare_address(text: str) -> str:
    """An address without what differs between its spellings: the scheme, `www.`, the end, the language of a deed."""
    text = re.sub(r"^https?://(www\.)?", "", text).rstrip("/")
    return re.sub(r"/(deed|legalcode)(\.[a-z-]+)?$", "", text)


def themes_of(words: tuple[str, ...]) -> list[str]:
    """The EU's themes that a source's groups or themes mean, each once, in their order."""
    found = []
    for word in words:
        code = word.rstrip("/").rpartition("/")[2].upper()
        name = slug(word.rpartition("/")[2])
        by_root = next((theme for theme, roots in _ROOTS if any(root in name for root in roots)), "")
        found.append(code if code in THEMES else by_root)
    return list(dict.fromkeys(theme for theme in found if theme))


def rhythm_of(text: str) -> str:
    """The EU's frequency that a source's words mean; "" when they aren't understood."""
    code = text.rstrip("/").rpartition("/")[2].upper()
    code = {"UPDATE_CONT": "CONT", "OTHER": "IRREG"}.get(code, code)
    if code in FREQUENCIES:
        return code
    name = slug(text)
    return next((rhythm for rhythm, roots in _RHYTHMS if any(root in name for root in roots)), "")


def access_of(text: str) -> str:
    """PUBLIC, RESTRICTED or NON_PUBLIC; what says nothing of it is public."""
    code = text.rstrip("/").rpartition("/")[2].upper().replace("-", "_")
    return code if code in {"RESTRICTED", "NON_PUBLIC"} else "PUBLIC"


def coverage_of(places: tuple[str, ...]) -> list[str]:
    """Municipality codes where a place is one by name or address, else its name; addresses of other places are left out."""
    if not places:
        return []
    names = {
        name.lower(): code
        for code, *both in Municipality.objects.values_list("code", "name_fi", "name_sv")
        for name in both
    }
    codes, found = set(names.values()), []
    for place in places:
        tail = re.search(r"(?:^|[/_k])(\d{3})$", place)
        code = names.get(place.strip().lower()) or (tail[1] if tail and tail[1] in codes else "")
        if code:
            found.append(code)
        elif "://" not in place and len(place) <= 80:
            found.append(place.strip())
    return list(dict.fromkeys(found))
