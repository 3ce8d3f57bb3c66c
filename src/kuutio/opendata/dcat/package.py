"""A data set as a Frictionless data package: each table a resource with its schema, its CSV one address away.

Source: datapackage.org, Data Package 2.0: package, resource, schema.
"""

import json
from typing import Any

from django.conf import settings

from kuutio.opendata import addresses
from kuutio.opendata.dcat.dataset import changed_at, shown
from kuutio.opendata.dcat.distribution import format_known, size_known
from kuutio.opendata.dcat.schema_org import in_language
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.vocabularies import LICENCE_ALIASES, LICENCES

_PROFILE = "https://datapackage.org/profiles/2.0/"
#: Our column types in Frictionless' words; a geometry is text (WKT) in a CSV.
_TYPES = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "geometry": "string",
}


def data_package(dataset: Dataset) -> dict[str, Any]:
    """The package; titles in the installation's first language."""
    licence = LICENCES.get(LICENCE_ALIASES.get(dataset.licence, dataset.licence))
    words = [str(word) for language, _name in settings.LANGUAGES for word in dataset.keywords.get(language, [])]
    members = {
        "$schema": _PROFILE + "datapackage.json",
        "name": dataset.name,
        "id": addresses.dataset_uri(dataset),
        "title": in_language(dataset.title, settings.LANGUAGE_CODE),
        "description": in_language(dataset.notes, settings.LANGUAGE_CODE),
        "homepage": addresses.dataset_page(dataset, settings.LANGUAGE_CODE),
        "version": dataset.version,
        "created": changed_at(dataset).isoformat(),
        "keywords": list(dict.fromkeys(words)),
        "licenses": [{"name": licence.code, "title": licence.title, "path": licence.url}]
        if licence and licence.url
        else [],
        "contributors": [
            {"title": in_language(dataset.publisher.name, settings.LANGUAGE_CODE), "roles": ["publisher"]},
            *([{"title": dataset.author, "roles": ["author"]}] if dataset.author else []),
        ],
        "resources": [resource for one in shown(dataset) if (resource := _resource(one))],
    }
    return {key: value for key, value in members.items() if value}


def _resource(distribution: Distribution) -> dict[str, Any]:
    """A table or a file as a resource; nothing for an interface or a page, which no package can hold."""
    path = addresses.download(distribution)
    if not path:
        return {}
    known = format_known(distribution)
    is_table = distribution.kind == Distribution.Kind.TABLE
    members: dict[str, Any] = {
        "$schema": _PROFILE + "dataresource.json",
        "name": (distribution.table or str(distribution.pk)).lower(),
        "title": in_language(distribution.title, settings.LANGUAGE_CODE),
        "description": in_language(distribution.notes, settings.LANGUAGE_CODE),
        "path": path,
        "format": path.rpartition(".")[2].lower() if is_table else distribution.format.lower(),
        "mediatype": known.media_type if known else distribution.media_type,
        "encoding": "utf-8" if is_table else "",
        "bytes": size_known(distribution),
        "hash": f"sha256:{distribution.sha256}" if distribution.sha256 and not is_table else "",
    }
    if is_table:
        members["type"] = "table"
        members["schema"] = _schema(distribution)
    return {key: value for key, value in members.items() if value not in ("", None)}


def _schema(distribution: Distribution) -> dict[str, Any]:
    """The columns of the current version."""
    current = distribution.current
    columns: list[dict[str, Any]] = distribution.columns or (current.columns if current else [])
    fields = []
    for column in columns:
        one = {"name": column["name"], "type": _TYPES.get(str(column.get("type")), "any")}
        title = in_language(column.get("title") or "", settings.LANGUAGE_CODE)
        fields.append({**one, "title": title} if title and title != column["name"] else one)
    schema: dict[str, Any] = {"$schema": _PROFILE + "tableschema.json", "fields": fields}
    names = {one["name"] for one in fields}
    if distribution.key and names.issuperset(distribution.key):
        schema["primaryKey"] = list(distribution.key)
    return schema


def document(dataset: Dataset) -> bytes:
    """The package as a file."""
    return (json.dumps(data_package(dataset), ensure_ascii=False, indent=2) + "\n").encode()
