"""The controlled words of the catalogue, with their codes in the EU's authority tables and their names in three languages.

Source: Publications Office of the EU, authority tables data-theme, frequency, licence, file-type, access-right;
IANA media types; the licence ids that CKAN portals in Finland use.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: CKAN's id, its name, its own address, its code in the EU's table, whether it is open."""

    code: str
    title: str
    url: str
    eu: str
    is_open: bool = True


LICENCES = {
    licence.code: licence
    for licence in (
        Licence(
            "cc-by-4.0",
            "Creative Commons Attribution 4.0 (CC BY 4.0)",
            "https://creativecommons.org/licenses/by/4.0/",
            "CC_BY_4_0",
        ),
        Licence("cc-zero-1.0", "Creative Commons CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        Licence(
            "cc-by-sa-4.0",
            "Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0)",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            "CC_BYSA_4_0",
        ),
        Licence(
            "odc-by", "Open Data Commons Attribution License", "https://opendatacommons.org/licenses/by/1-0/", "ODC_BY"
        ),
        Licence(
            "odc-odbl",
            "Open Data Commons Open Database License (ODbL)",
            "https://opendatacommons.org/licenses/odbl/1-0/",
            "ODC_BL",
        ),
        Licence(
            "odc-pddl",
            "Open Data Commons Public Domain Dedication and License",
            "https://opendatacommons.org/licenses/pddl/1-0/",
            "ODC_PDDL",
        ),
        Licence(
            "eupl-1.1", "European Union Public Licence 1.1", "https://joinup.ec.europa.eu/collection/eupl", "EUPL_1_1"
        ),
        Licence(
            "eupl-1.2", "European Union Public Licence 1.2", "https://joinup.ec.europa.eu/collection/eupl", "EUPL_1_2"
        ),
        Licence("mit", "MIT License", "https://opensource.org/license/mit", "MIT"),
        Licence("notspecified", "Licence not specified", "", "", False),
    )
}
#: Other spellings that portals send.
LICENCE_ALIASES = {
    "cc-by": "cc-by-4.0",
    "cc-zero": "cc-zero-1.0",
    "cc0": "cc-zero-1.0",
    "cc-by-sa": "cc-by-sa-4.0",
    "other-open": "notspecified",
}

THEMES: dict[str, str | Promise] = {
    "AGRI": _("Agriculture, fisheries, forestry and food"),
    "ECON": _("Economy and finance"),
    "EDUC": _("Education, culture and sport"),
    "ENER": _("Energy"),
    "ENVI": _("Environment"),
    "GOVE": _("Government and public sector"),
    "HEAL": _("Health"),
    "INTR": _("International issues"),
    "JUST": _("Justice, legal system and public safety"),
    "REGI": _("Regions and cities"),
    "SOCI": _("Population and society"),
    "TECH": _("Science and technology"),
    "TRAN": _("Transport"),
}

FREQUENCIES: dict[str, str | Promise] = {
    "CONT": _("Continuously"),
    "HOURLY": _("Every hour"),
    "DAILY": _("Daily"),
    "WEEKLY": _("Weekly"),
    "MONTHLY": _("Monthly"),
    "QUARTERLY": _("Every three months"),
    "ANNUAL": _("Yearly"),
    "BIENNIAL": _("Every two years"),
    "IRREG": _("Irregularly"),
    "NEVER": _("Not updated"),
    "UNKNOWN": _("Not known"),
}

#: High-value categories of Regulation (EU) 2023/138: code in the EU's table and name.
HVD_CATEGORIES: dict[str, str | Promise] = {
    "c_ac64a52d": _("Geospatial"),
    "c_dd313021": _("Earth observation and environment"),
    "c_164e0bf5": _("Meteorological"),
    "c_e1da4e07": _("Statistics"),
    "c_a9135398": _("Companies and company ownership"),
    "c_b79e35eb": _("Mobility"),
}

LANGUAGES = {"fi": "FIN", "sv": "SWE", "en": "ENG"}


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name for people, EU file-type code, media type, and how open and readable it is."""

    name: str
    eu: str
    media_type: str
    non_proprietary: bool = True
    machine_readable: bool = True


#: By the name in lower case.
FORMATS = {
    key: Format(*values)  # type: ignore[arg-type]  # two texts more, or two answers more
    for key, values in {
        "csv": ("CSV", "CSV", "text/csv"),
        "tsv": ("TSV", "TSV", "text/tab-separated-values"),
        "json": ("JSON", "JSON", "application/json"),
        "jsonl": ("JSON Lines", "JSON", "application/x-ndjson"),
        "geojson": ("GeoJSON", "GEOJSON", "application/geo+json"),
        "jsonld": ("JSON-LD", "JSON_LD", "application/ld+json"),
        "xlsx": ("XLSX", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        "xls": ("XLS", "XLS", "application/vnd.ms-excel", False),
        "ods": ("ODS", "ODS", "application/vnd.oasis.opendocument.spreadsheet"),
        "gpkg": ("GeoPackage", "GPKG", "application/geopackage+sqlite3"),
        "fgb": ("FlatGeobuf", "BIN", "application/octet-stream"),
        "parquet": ("Parquet", "PARQUET", "application/vnd.apache.parquet"),
        "shp": ("Shapefile", "SHP", "application/zip"),
        "zip": ("ZIP", "ZIP", "application/zip", True, False),
        "gml": ("GML", "GML", "application/gml+xml"),
        "kml": ("KML", "KML", "application/vnd.google-earth.kml+xml"),
        "gpx": ("GPX", "GPX", "application/gpx+xml"),
        "gtfs": ("GTFS", "GTFS", "application/zip"),
        "xml": ("XML", "XML", "application/xml"),
        "rdf": ("RDF/XML", "RDF_XML", "application/rdf+xml"),
        "ttl": ("Turtle", "RDF_TURTLE", "text/turtle"),
        "html": ("HTML", "HTML", "text/html", True, False),
        "pdf": ("PDF", "PDF", "application/pdf", False, False),
        "png": ("PNG", "PNG", "image/png", True, False),
        "jpg": ("JPEG", "JPEG", "image/jpeg", True, False),
        "txt": ("TXT", "TXT", "text/plain"),
        "wms": ("WMS", "WMS_SRVC", "application/xml", True, True),
        "wfs": ("WFS", "WFS_SRVC", "application/gml+xml", True, True),
        "ogc-api": ("OGC API", "REST", "application/json", True, True),
        "api": ("API", "REST", "application/json", True, True),
        "mvt": ("Vector tiles", "BIN", "application/vnd.mapbox-vector-tile"),
    }.items()
}


def format_of(text: str) -> Format | None:
    """The format that a publisher's word means, if known: `.CSV`, `application/json` and `GeoJSON` all are."""
    key = text.strip().lower().lstrip(".").rsplit("/", 1)[-1].removeprefix("x-")
    key = {
        "geo+json": "geojson",
        "ld+json": "jsonld",
        "geopackage": "gpkg",
        "geoparquet": "parquet",
        "jpeg": "jpg",
        "excel": "xls",
        "ndjson": "jsonl",
        "turtle": "ttl",
        "shapefile": "shp",
    }.get(key, key)
    return FORMATS.get(key)
