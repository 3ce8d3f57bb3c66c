"""Our things as CKAN's clients know them: packages, resources, organizations, groups, tags, licences.

A translated field has CKAN's plain key in the installation's first language, and `…_translated` beside it.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import translation
from i18nfield.strings import LazyI18nString

from kuutio.cities.models import Organisation
from kuutio.opendata import addresses
from kuutio.opendata.models import Dataset, Distribution, Group
from kuutio.opendata.models.catalogue import AS_GIVEN
from kuutio.opendata.vocabularies import FREQUENCIES, LICENCES, THEMES, Licence

#: The namespaces of ids that are made from a word: they must never change.
_THEMES = UUID("5f0cbb1e-6a0e-5d63-9f7c-2b0a86c7a3d1")
_TAGS = UUID("a2b4f3c8-1d37-5c5e-8f0e-7c9b5d0e4a62")

STATES = {Dataset.State.DRAFT: "draft", Dataset.State.PUBLISHED: "active", Dataset.State.DELETED: "deleted"}
#: Where `Dataset.extras` keeps what came at a package's top level and has no field.
FIELDS = AS_GIVEN

#: CKAN's key: our field; texts, where nothing is null.
TEXTS = {
    "url": "landing_page",
    "author": "author",
    "author_email": "author_email",
    "maintainer": "contact_name",
    "maintainer_email": "contact_email",
    "maintainer_website": "contact_page",
    "version": "version",
    "project": "project",
}
DATES = {
    "valid_from": "valid_from",
    "valid_till": "valid_till",
    "time_series_start": "temporal_start",
    "time_series_end": "temporal_end",
}
LISTS = {"external_urls": "external_urls", "geographical_coverage": "coverage", "language": "languages"}
TRANSLATED = {"title": "title", "notes": "notes", "copyright_notice": "rights", "provenance": "provenance"}


def stamp(at: datetime | None) -> str | None:
    """A time as CKAN writes it: UTC, microseconds, no zone."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") if at else None


def by_language(text: object) -> dict[str, str]:
    """A translated field's texts, empty ones left out; one without languages is in the installation's first."""
    data = text.data if isinstance(text, LazyI18nString) else text
    if isinstance(data, dict):
        return {str(code): str(said) for code, said in data.items() if said}
    return {settings.LANGUAGE_CODE: str(data)} if data else {}


def plainly(texts: dict[str, Any]) -> Any:
    """What stands for all languages: the installation's first, else any that there is, in the order of its languages."""
    order = [settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES), *texts]
    return next((texts[code] for code in order if texts.get(code)), None)


def named_in_all(name: object) -> dict[str, str]:
    """A lazily translated text in each language of the installation."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = str(name)
    return texts


def package(dataset: Dataset) -> dict[str, Any]:
    """A data set as a package; `dataset` is fetched `whole`."""
    licence = licence_of(dataset)
    resources = [resource(one) for one in dataset.distributions.all()]
    tags = tags_of(dataset)
    shown: dict[str, Any] = {
        "id": str(dataset.pk),
        "name": dataset.name,
        "type": "dataset",
        "state": STATES[Dataset.State(dataset.state)],
        "private": dataset.access != Dataset.Access.PUBLIC,
        **_translated(dataset, TRANSLATED),
        **{key: getattr(dataset, field) or None for key, field in TEXTS.items()},
        **{key: day.isoformat() if (day := getattr(dataset, field)) else None for key, field in DATES.items()},
        **{key: list(getattr(dataset, field)) for key, field in LISTS.items()},
        **licence,
        "access_rights": dataset.access,
        "collection_type": dataset.collection_type,
        "frequency": dataset.frequency or None,
        "update_frequency": _frequency(dataset.frequency),
        "highvalue": bool(dataset.hvd_category),
        "highvalue_category": [dataset.hvd_category] if dataset.hvd_category else [],
        "made_for_demonstration": dataset.is_made,
        "date_released": stamp(dataset.issued_at),
        "metadata_created": stamp(dataset.created_at),
        "metadata_modified": stamp(dataset.modified_at),
        "creator_user_id": None,
        "owner_org": str(dataset.publisher.uuid),
        "organization": organization_in_package(dataset.publisher),
        "groups": groups_of(dataset),
        "keywords": {code: list(words) for code, words in dataset.keywords.items() if words},
        "tags": tags,
        "extras": extras(dataset.extras),
        "resources": resources,
        "num_resources": len(resources),
        "num_tags": len(tags),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }
    if dataset.contract:
        shown["contract"] = dataset.contract
    if "spatial" not in dataset.extras:
        shown["spatial"] = rectangle(dataset.bbox) if dataset.bbox else None
    shown.update(dataset.extras.get(FIELDS, {}))
    return shown


def _translated(thing: object, fields: dict[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, field in fields.items():
        texts = by_language(getattr(thing, field))
        shown[key] = plainly(texts) or ""
        shown[f"{key}_translated"] = texts
    return shown


def licence_of(dataset: Dataset) -> dict[str, Any]:
    """The licence's keys; of one that the vocabulary lacks only its code is known."""
    known = LICENCES.get(dataset.licence)
    return {
        "license_id": dataset.licence or None,
        "license_title": known.title if known else dataset.licence or None,
        "license_url": known.url if known else None,
        "isopen": known.is_open if known else False,
    }


@cache
def _frequency(code: str) -> dict[str, list[str]]:
    return {lang: [said] for lang, said in named_in_all(FREQUENCIES[code]).items()} if code in FREQUENCIES else {}


def rectangle(bbox: Iterable[float]) -> str:
    """A box as GeoJSON text, as the spatial extension shows it."""
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}, separators=(",", ":"))


def extras(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """Keys and values that have no field, in the order of keys as CKAN has them."""
    return [{"key": key, "value": value} for key, value in sorted(kept.items()) if key != FIELDS]


def resource(distribution: Distribution) -> dict[str, Any]:
    """A distribution as a resource. A table that has rows here is downloaded here, whatever its origin."""
    is_table = distribution.kind == Distribution.Kind.TABLE
    ours = bool(distribution.file) or (is_table and distribution.current_id is not None)
    current = distribution.current if is_table else None
    shown = {
        "id": str(distribution.pk),
        "package_id": str(distribution.dataset_id),
        "position": distribution.position,
        **_translated(distribution, {"name": "title", "description": "notes"}),
        "format": distribution.format,
        "mimetype": distribution.media_type or None,
        "mimetype_inner": None,
        "url": addresses.download(distribution) if ours else distribution.url,
        "url_type": ("upload" if distribution.file else "datastore") if ours else None,
        "size": distribution.size,
        "hash": distribution.sha256,
        "created": stamp(distribution.created_at),
        "last_modified": stamp(current.served_at) if current else None,
        "metadata_modified": stamp(distribution.modified_at),
        "cache_last_updated": None,
        "cache_url": None,
        "datastore_active": is_table,
        "resource_type": None,
        "state": "active",
        "temporal_coverage_from": _iso(distribution.temporal_start),
        "temporal_coverage_to": _iso(distribution.temporal_end),
        "temporal_granularity": distribution.temporal_granularity or None,
    }
    if distribution.table:
        shown["table"] = distribution.table
    # What came with a resource from elsewhere says nothing of the rows or the file that are here now.
    stale = ("url_type", "last_modified", "hash", "size") if ours else ()
    return shown | {key: value for key, value in distribution.extras.items() if key not in stale}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def organization_in_package(organisation: Organisation) -> dict[str, Any]:
    """The part of an organization that each of its packages repeats."""
    texts = by_language(organisation.name)
    about = by_language(organisation.notes)
    return {
        "id": str(organisation.uuid),
        "name": organisation.slug,
        "title": plainly(texts) or organisation.slug,
        "title_translated": texts,
        "type": "organization",
        "description": plainly(about) or "",
        "image_url": organisation.image_url,
        "created": stamp(organisation.created_at),
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def organization(organisation: Organisation, *, with_extras: bool = True) -> dict[str, Any]:
    """An organization; `package_count` is there when the query counted."""
    title = plainly(by_language(organisation.name)) or organisation.slug
    shown = organization_in_package(organisation) | {
        "display_name": title,
        "description_translated": by_language(organisation.notes),
        "image_display_url": organisation.image_url,
        "num_followers": 0,
        "package_count": getattr(organisation, "package_count", 0),
        "groups": [],
        "tags": [],
        "users": [],
        "kind": organisation.kind,
        "city": organisation.city_id,
        "business_id": organisation.business_id or None,
        "home_page": organisation.home_page or None,
    }
    if with_extras:
        shown["extras"] = extras(organisation.extras)
    shown.update(organisation.extras.get(FIELDS, {}))
    return shown


def theme(code: str, count: int | None = None) -> dict[str, Any]:
    """One of the EU's data themes as a group."""
    return _theme(code) if count is None else _theme(code) | _group_only(count)


@cache
def _theme(code: str) -> dict[str, Any]:
    texts = named_in_all(THEMES.get(code, code))
    title = plainly(texts)
    return {
        "id": str(uuid5(_THEMES, code)),
        "name": code.lower(),
        "title": title,
        "title_translated": texts,
        "display_name": title,
        "description": "",
        "image_display_url": "",
    }


def group(kept: Group, count: int | None = None) -> dict[str, Any]:
    """A group that somebody made."""
    texts = by_language(kept.title)
    title = plainly(texts) or kept.name
    shown = {
        "id": str(kept.pk),
        "name": kept.name,
        "title": title,
        "title_translated": texts,
        "display_name": title,
        "description": plainly(by_language(kept.notes)) or "",
        "image_display_url": kept.image_url,
    }
    if count is None:
        return shown
    shown |= _group_only(count) | {
        "description_translated": by_language(kept.notes),
        "image_url": kept.image_url,
        "created": stamp(kept.created_at),
        "extras": extras(kept.extras),
    }
    shown.update(kept.extras.get(FIELDS, {}))
    return shown


def _group_only(count: int) -> dict[str, Any]:
    return {
        "type": "group",
        "is_organization": False,
        "approval_status": "approved",
        "state": "active",
        "image_url": "",
        "created": None,
        "num_followers": 0,
        "package_count": count,
        "extras": [],
        "groups": [],
        "tags": [],
        "users": [],
    }


def theme_of(word: str) -> str | None:
    """The code of the theme that a group's name or id means."""
    if word.upper() in THEMES:
        return word.upper()
    return next((code for code in THEMES if str(uuid5(_THEMES, code)) == word), None)


def groups_of(dataset: Dataset) -> list[dict[str, Any]]:
    """The themes and groups of a data set, by name."""
    found = [theme(code) for code in dict.fromkeys(dataset.themes)] + [group(one) for one in dataset.groups.all()]
    return sorted(found, key=lambda shown: shown["name"])


def tags_of(dataset: Dataset) -> list[dict[str, Any]]:
    """The keywords in the language that stands for all, as tags."""
    words = plainly({code: words for code, words in dataset.keywords.items() if words}) or []
    return [tag(word) for word in sorted(set(words))]


def tag(word: str) -> dict[str, Any]:
    """A keyword as a tag; it has no vocabulary."""
    return {
        "id": str(uuid5(_TAGS, word)),
        "name": word,
        "display_name": word,
        "state": "active",
        "vocabulary_id": None,
    }


def license_(licence: Licence) -> dict[str, Any]:
    """A licence of the vocabulary."""
    return {
        "id": licence.code,
        "title": licence.title,
        "url": licence.url,
        "status": "active",
        "family": "",
        "maintainer": "",
        "is_generic": False,
        "is_okd_compliant": licence.is_open,
        "is_osi_compliant": False,
        "od_conformance": "approved" if licence.is_open else "not reviewed",
        "osd_conformance": "not reviewed",
        "domain_content": licence.is_open,
        "domain_data": licence.is_open,
        "domain_software": False,
    }
