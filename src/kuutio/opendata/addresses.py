"""Where everything of the catalogue is found: the one place that knows the form of our addresses.

All of them are absolute, begin with `settings.SITE_URL` and stay the same for as long as the thing exists. What names a
thing for machines holds its UUID, which no renaming changes; what people read holds its name. Doors build links with these
functions; the `urls.py` of each door follows them.
"""

from pathlib import PurePosixPath
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils import translation

from kuutio.cities.models import Organisation
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.vocabularies import FORMATS

#: What a table's rows can be downloaded as, in the order in which they are offered.
TABLE_FORMATS = ("csv", "xlsx", "json", "geojson", "gpkg", "fgb", "parquet")
#: Those that need a geometry in the table.
GEOMETRY_FORMATS = frozenset({"geojson", "gpkg", "fgb"})
#: The forms of RDF that the catalogue and each data set have, by suffix.
RDF_SUFFIXES = ("ttl", "rdf", "jsonld")
_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def site(path: str = "/") -> str:
    """The address of a path of this installation, which begins with `/`."""
    return f"{settings.SITE_URL}{path}"


def _language(language: str | None) -> str:
    """A language that has pages: the one given, else the reader's, else the installation's first."""
    code = (language or translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return code if code in _LANGUAGES else settings.LANGUAGE_CODE


def is_ours(url: str) -> bool:
    """Whether an address is served by this installation."""
    return url == settings.SITE_URL or url.startswith(f"{settings.SITE_URL}/")


# Pages, for people.


def front_page(language: str | None = None) -> str:
    """The first page in a language."""
    return site(f"/{_language(language)}/")


def catalogue_browse(language: str | None = None) -> str:
    """The page that lists the data sets."""
    return site(f"/{_language(language)}/data/")


def dataset_page(dataset: Dataset, language: str | None = None) -> str:
    """The page of a data set."""
    return site(f"/{_language(language)}/data/{dataset.name}/")


def distribution_page(distribution: Distribution, language: str | None = None) -> str:
    """Where the data set's page shows this distribution."""
    return f"{dataset_page(distribution.dataset, language)}#{distribution.pk}"


# Names for machines (URIs), each of which answers.


def catalogue_uri() -> str:
    """The catalogue itself."""
    return site("/catalog")


def dataset_uri(dataset: Dataset) -> str:
    """A data set; browsers are sent to its page, programs get RDF."""
    return site(f"/dataset/{dataset.pk}")


def distribution_uri(distribution: Distribution) -> str:
    """A distribution; the same UUID as its CKAN resource."""
    return site(f"/dataset/{distribution.dataset_id}/resource/{distribution.pk}")


def organisation_uri(organisation: Organisation) -> str:
    """An organisation that publishes."""
    return site(f"/organization/{organisation.slug}")


def municipality_uri(code: str) -> str:
    """A municipality of Finland, by its three digits."""
    return site(f"/municipality/{code}")


# The catalogue's descriptions.


def catalogue(suffix: str = "ttl") -> str:
    """The catalogue as RDF: ttl, rdf or jsonld."""
    return site(f"/catalog.{suffix}")


def catalogue_page(number: int, suffix: str = "ttl") -> str:
    """A page of the catalogue as RDF; the first is 1."""
    return f"{catalogue(suffix)}?page={number}"


def dataset_description(dataset: Dataset, suffix: str = "ttl") -> str:
    """A data set's description: ttl, rdf, jsonld (DCAT-AP) or schema.jsonld (schema.org)."""
    return site(f"/dataset/{dataset.name}.{suffix}")


def dataset_package(dataset: Dataset) -> str:
    """A data set as a Frictionless data package."""
    return site(f"/dataset/{dataset.name}/datapackage.json")


def dataset_feed(dataset: Dataset) -> str:
    """The changes of one data set as an Atom feed."""
    return site(f"/dataset/{dataset.name}/feed.atom")


def catalogue_feed() -> str:
    """What is new and changed in the catalogue as an Atom feed."""
    return site("/feed.atom")


def sitemap() -> str:
    """The list of pages for search engines."""
    return site("/sitemap.xml")


# Data.


def table_download(table: str, suffix: str = "csv", *, snapshot: str | None = None) -> str:
    """A table's rows as a file, of its current snapshot or of a given one.

    Args:
        table: the table's id, `CITY-DATASET[-TABLE]`.
        suffix: one of `TABLE_FORMATS`.
        snapshot: the content id of an older snapshot: "the data as it was".
    """
    return site(f"/data/{table}{f'@{snapshot}' if snapshot else ''}.{suffix}")


def original(distribution: Distribution) -> str:
    """The original of a distribution that is a file, as its publisher brought it; that of a table isn't given out."""
    return site(f"/data/original/{distribution.pk}/{quote(distribution.file_name or 'file')}")


def collection(table: str) -> str:
    """A table as a collection of the OGC API."""
    return site(f"/api/ogc/collections/{table}")


def collection_items(table: str) -> str:
    """The rows of a table in the OGC API."""
    return f"{collection(table)}/items"


def collection_item(table: str, item: str) -> str:
    """One row of a table in the OGC API, by its id."""
    return f"{collection_items(table)}/{quote(item, safe='')}"


def collection_schema(table: str) -> str:
    """What can be asked of a table, as JSON Schema."""
    return f"{collection(table)}/queryables"


# Interfaces.


def ogc_root() -> str:
    """The landing page of the OGC API."""
    return site("/api/ogc/")


def ogc_description() -> str:
    """The OpenAPI description of the OGC API."""
    return site("/api/ogc/openapi")


def ckan_root() -> str:
    """Where the CKAN Action API begins."""
    return site("/api/3/action/")


def ckan_package(dataset: Dataset) -> str:
    """A data set in the CKAN Action API."""
    return site(f"/api/3/action/package_show?{urlencode({'id': dataset.name})}")


def ckan_resource(distribution: Distribution) -> str:
    """A distribution in the CKAN Action API."""
    return site(f"/api/3/action/resource_show?{urlencode({'id': distribution.pk})}")


def ckan_rows(distribution: Distribution) -> str:
    """The rows of a table in the CKAN DataStore API."""
    return site(f"/api/3/action/datastore_search?{urlencode({'resource_id': distribution.pk})}")


def access(distribution: Distribution) -> str:
    """Where a distribution can be reached: the collection of a table, the original of a file, an address elsewhere.

    A table that came from another catalogue, and has no rows here yet, is reached where it came from.
    """
    has_rows = distribution.current_id is not None or not distribution.url
    if distribution.kind == Distribution.Kind.TABLE and distribution.table and has_rows:
        return collection(distribution.table)
    if distribution.kind == Distribution.Kind.FILE and distribution.file:
        return original(distribution)
    return distribution.url


def download(distribution: Distribution) -> str:
    """The file that a distribution is, empty where there is none (an interface or a page elsewhere)."""
    if distribution.kind == Distribution.Kind.TABLE and distribution.table:
        return table_download(distribution.table) if distribution.current_id else ""
    if distribution.kind == Distribution.Kind.FILE and distribution.file:
        return original(distribution)
    return distribution.url if is_file(distribution) else ""


#: Formats that name an interface or a page, not a file that could be downloaded.
_NO_FILES = frozenset({"html", "wms", "wfs", "wmts", "ogc-api", "ogc api", "api", "rest", "mvt"})


def is_file(distribution: Distribution) -> bool:
    """Whether an address elsewhere is that of a file, and not of an interface or a page: by its format, else by its name."""
    if word := distribution.format.strip().lower().lstrip("."):
        return word not in _NO_FILES
    suffix = PurePosixPath(urlsplit(distribution.url).path).suffix.lower().lstrip(".")
    return suffix in FORMATS and suffix not in _NO_FILES
