"""A resource as CKAN's clients send it, read into our fields; what has no field is kept as it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kuutio.opendata.ckan.readings import Errors, date_of, identifier, text, time_of, translated

#: CKAN's key: our field.
_TEXTS = {"format": "format", "mimetype": "media_type", "temporal_granularity": "temporal_granularity"}
_DATES = {"temporal_coverage_from": "temporal_start", "temporal_coverage_to": "temporal_end"}
_HANDLED = {
    *_TEXTS,
    *_DATES,
    *[
        "id",
        "package_id",
        "position",
        "name",
        "name_translated",
        "description",
        "description_translated",
        "url",
        "size",
        "hash",
        "created",
    ],
    *["metadata_modified", "datastore_active", "state", "table", "upload", "clear_upload", "package"],
}
#: Keys that we show so by ourselves: kept only when they say something else.
_EMPTY: dict[str, Any] = {
    "mimetype_inner": None,
    "resource_type": None,
    "cache_url": None,
    "cache_last_updated": None,
    "url_type": None,
    "last_modified": None,
}
_SHA256 = 64


@dataclass(slots=True)
class GivenResource:
    """A resource that came.

    Attributes:
        fields: for the verbs `add_distribution` and `change_distribution`.
        id: as given; None where not.
        is_table: it says that it has rows in a datastore.
        table: the table's id that it says it has.
        created_at: where given.
    """

    fields: dict[str, Any]
    id: UUID | None
    is_table: bool
    table: str
    created_at: datetime | None


def resource_given(
    values: Mapping[str, Any], shown: Mapping[str, Any] | None, stored: Mapping[str, Any], errors: Errors
) -> GivenResource:
    """Read a resource.

    Args:
        values: what came.
        shown: the resource as it is; None for a new one.
        stored: what it has kept of what came before, `Distribution.extras`.
        errors: takes what must be mended.
    """
    before = shown or {}
    kept = {
        key: value
        for key, value in values.items()
        if key not in _HANDLED
        and (key, value) not in _EMPTY.items()
        and (key in stored or not _is_shown(key, value, before))
    }
    fields: dict[str, Any] = {
        "title": translated(values, before, "name", errors),
        "notes": translated(values, before, "description", errors),
        **{field: text(values, key, errors) for key, field in _TEXTS.items()},
        **{field: date_of(values, key, errors) for key, field in _DATES.items()},
    }
    url = text(values, "url", errors).strip()
    if not shown or url != shown["url"]:
        fields["url"] = url
    size = _size(values, errors)
    if not shown or size != shown["size"]:
        fields["size"] = size
    digest = text(values, "hash", errors)
    if "hash" in stored and stored["hash"] == digest:
        kept["hash"] = digest
    elif not shown or digest != shown["hash"]:
        is_ours = len(digest) in {0, _SHA256}
        fields["sha256"] = digest if is_ours else ""
        if not is_ours:
            kept["hash"] = digest
    fields["extras"] = kept
    return GivenResource(
        fields=fields,
        id=identifier(values, errors),
        is_table=values.get("datastore_active") in (True, "true", "True"),
        table=text(values, "table", errors),
        created_at=time_of(values, "created", errors),
    )


def _is_shown(key: str, value: Any, shown: Mapping[str, Any]) -> bool:
    """A key that we work out by ourselves came back as it was shown."""
    return key in {"url_type", "last_modified"} and key in shown and shown[key] == value


def _size(values: Mapping[str, Any], errors: Errors) -> int | None:
    given = values.get("size")
    if given in (None, ""):
        return None
    if isinstance(given, str) and given.strip().isascii() and given.strip().isdigit() and len(given) < 19:
        given = int(given)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**63:
        return given
    errors.add("size", _("Invalid integer"))
    return None
