"""A data set as schema.org's `Dataset`, for search engines.

Sources: schema.org/Dataset; developers.google.com/search/docs/appearance/structured-data/dataset.
"""

import json
from typing import Any

from django.utils import translation
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from kuutio.opendata import addresses
from kuutio.opendata.dcat import places
from kuutio.opendata.dcat.dataset import changed_at, shown
from kuutio.opendata.dcat.distribution import format_known, size_known
from kuutio.opendata.dcat.vocabulary import texts
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.vocabularies import LICENCE_ALIASES, LICENCES


def in_language(value: Any, language: str) -> str:
    """A translated field in a language, else in the first that it has."""
    known = texts(value)
    return known.get(language) or known.get("fi") or next(iter(known.values()), "")


def schema_org(dataset: Dataset, language: str | None = None) -> dict[str, Any]:
    """The data set as a JSON-LD object in one language (the reader's unless given); empty members are left out."""
    language = language or translation.get_language() or "fi"
    licence = LICENCES.get(LICENCE_ALIASES.get(dataset.licence, dataset.licence))
    publisher = {
        "@type": "Organization",
        "@id": addresses.organisation_uri(dataset.publisher),
        "name": in_language(dataset.publisher.name, language),
        "url": dataset.publisher.home_page,
    }
    contact = {
        "@type": "ContactPoint",
        "name": dataset.contact_name,
        "email": dataset.contact_email,
        "url": dataset.contact_page,
    }
    return _whole(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": addresses.dataset_uri(dataset),
            "url": addresses.dataset_page(dataset, language),
            "identifier": addresses.dataset_uri(dataset),
            "name": in_language(dataset.title, language) or dataset.name,
            "description": in_language(dataset.notes, language) or in_language(dataset.title, language),
            "inLanguage": dataset.languages,
            "keywords": [str(word) for word in dataset.keywords.get(language, [])],
            "license": licence.url if licence else "",
            "isAccessibleForFree": dataset.access == Dataset.Access.PUBLIC,
            "version": dataset.version,
            "datePublished": dataset.issued_at.isoformat() if dataset.issued_at else "",
            "dateModified": changed_at(dataset).isoformat(),
            "temporalCoverage": _time(dataset),
            "spatialCoverage": _area(dataset, language),
            "publisher": _whole(publisher),
            "creator": _whole(publisher),
            "contactPoint": _whole(contact) if dataset.contact_email or dataset.contact_page else {},
            "includedInDataCatalog": {"@type": "DataCatalog", "url": addresses.catalogue_browse(language)},
            "distribution": [_download(one, language) for one in shown(dataset)],
        }
    )


def _whole(members: dict[str, Any]) -> dict[str, Any]:
    """What has a value."""
    return {key: value for key, value in members.items() if value not in ("", None, [], {})}


def _time(dataset: Dataset) -> str:
    """ISO 8601 interval, open where an end is open."""
    if not (dataset.temporal_start or dataset.temporal_end):
        return ""
    start = dataset.temporal_start.isoformat() if dataset.temporal_start else ".."
    end = dataset.temporal_end.isoformat() if dataset.temporal_end else ".."
    return f"{start}/{end}"


def _area(dataset: Dataset, language: str) -> list[dict[str, Any]]:
    """The municipalities by name, and the box around the data (schema.org writes latitude first)."""
    named = [found for word in dataset.coverage if (found := places.municipality(word))]
    areas: list[dict[str, Any]] = [{"@type": "Place", "name": found[2 if language == "sv" else 1]} for found in named]
    corners = dataset.bbox or places.around(one.current.bbox for one in shown(dataset) if one.current)
    if corners and places.box(corners):
        west, south, east, north = corners
        areas.append({"@type": "Place", "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}})
    return areas


def _download(distribution: Distribution, language: str) -> dict[str, Any]:
    known, size = format_known(distribution), size_known(distribution)
    return _whole(
        {
            "@type": "DataDownload",
            "@id": addresses.distribution_uri(distribution),
            "name": in_language(distribution.title, language),
            "contentUrl": addresses.download(distribution) or addresses.access(distribution),
            "encodingFormat": known.media_type if known else distribution.media_type,
            "contentSize": f"{size} B" if size is not None else "",
        }
    )


def script(dataset: Dataset, language: str | None = None) -> SafeString:
    """The object as a `<script type="application/ld+json">`: data, which no browser runs and no policy forbids.

    What could end the element (`<`, `>`, `&`) is escaped as JSON allows it.
    """
    element = json_script(schema_org(dataset, language))
    return mark_safe(element.replace('type="application/json"', 'type="application/ld+json"', 1))  # noqa: S308  # escaped above


def document(dataset: Dataset, language: str | None = None) -> bytes:
    """The object as a file."""
    return json.dumps(schema_org(dataset, language), ensure_ascii=False, indent=2).encode()
