"""CKAN's Action API as a source: `package_search`, page by page.

Pages overlap by one record. A page without the record that the one before ended with shows that something was deleted meanwhile
and that a record may have slipped through between the two; then the listing isn't complete.

Source: CKAN 2.11, API guide: https://docs.ckan.org/en/2.11/api/ ; fields of avoindata.fi: ckanext-ytp_main.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import orjson

from kuutio.federation.readers.values import (
    LANGUAGES,
    Agent,
    Page,
    Parse,
    Quarantined,
    RemoteDataset,
    RemoteDistribution,
    Texts,
    Unreadable,
    box,
    language,
    moment,
    raw_of,
    short_format,
    texts,
    web_address,
    whole,
)

ROWS = 100


def first(base: str, *, since: datetime | None = None, query: str = "") -> str:
    """The address of the first page.

    Args:
        base: of the site, with or without `/api/3` and so on.
        since: only what was changed from then on; such a listing tells nothing of deletions.
        query: a further filter in Solr's words, such as `organization:helsinki`.
    """
    root = base.split("/api/")[0].rstrip("/")
    wanted = [query] if query else []
    if since:
        wanted.append(f"metadata_modified:[{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} TO *]")
    asked = {"rows": ROWS, "start": 0, "sort": "id asc"} | ({"fq": " ".join(wanted)} if wanted else {})
    return f"{root}/api/3/action/package_search?{urlencode(asked)}"


def parse(default: str = "fi") -> Parse:
    """A parser of pages for a source whose own language is `default`."""
    return partial(page, default=default)


def page(body: bytes, address: str, *, default: str = "fi") -> Page:
    """One page of `package_search`.

    Raises:
        Unreadable: it is none, or the source refuses.
    """
    try:
        answer = orjson.loads(body)
        if not answer["success"]:
            raise Unreadable("CKAN refused to list its data sets.")
        packages, total = list(answer["result"]["results"]), int(answer["result"]["count"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable("This isn't an answer of CKAN's package_search.") from error

    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    start, after = int(asked.get("start", 0)), parse_qs(parts.fragment).get("after", [""])[0]
    ids = [str(package.get("id", "")) if isinstance(package, Mapping) else "" for package in packages]
    gap = bool(after) and after not in ids

    records, quarantined = taken(packages, address, default)
    overlap = 1 if len(packages) > 1 else 0
    more = len(packages) > (1 if after else 0) and start + len(packages) < total
    following = None
    if more:
        query = urlencode(asked | {"start": start + len(packages) - overlap})
        following = urlunsplit(parts._replace(query=query, fragment=f"after={quote(ids[-1])}" if overlap else ""))
    short = not more and start + len(packages) < total  # the source says it has more, and gives none
    changes_only = "metadata_modified" in asked.get("fq", "")
    return Page(records, quarantined, following, None if changes_only else total, partial=gap or short or changes_only)


def taken(
    packages: Iterable[Any], address: str, default: str
) -> tuple[tuple[RemoteDataset, ...], tuple[Quarantined, ...]]:
    """The packages that can be read, and those that can't, with the reason."""
    records, quarantined = [], []
    for raw in packages:
        remote_id = str(raw.get("id") or "") if isinstance(raw, Mapping) else ""
        try:
            records.append(package(raw, address, default))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error) if isinstance(error, Unreadable) else f"A field has an unexpected form: {error!r}"
            quarantined.append(Quarantined(remote_id, reason, raw_of(raw)))
    return tuple(records), tuple(quarantined)


def package(raw: Any, address: str, default: str = "fi") -> RemoteDataset:
    """A CKAN package as a data set.

    Raises:
        Unreadable: it has no id, no name or no title.
    """
    if not isinstance(raw, Mapping):
        raise Unreadable("A data set must be a JSON object.")
    extra = {entry.get("key"): entry.get("value") for entry in raw.get("extras") or () if isinstance(entry, Mapping)}
    said = {**extra, **{name: value for name, value in raw.items() if value not in (None, "", [], {})}}
    remote_id = str(said.get("id") or said.get("name") or "")
    if not remote_id:
        raise Unreadable("The data set has no id.")
    title = _texts(said, "title", default)
    if not title:
        raise Unreadable("The data set has no title.")
    name = str(said.get("name") or "")
    parts = urlsplit(address)
    start, end = _period(said)
    return RemoteDataset(
        remote_id=remote_id,
        name=name,
        title=title,
        text=_texts(said, "notes", default),
        keywords=_keywords(said, default),
        licence=str(said.get("license_url") or said.get("license_id") or said.get("license_title") or ""),
        publisher=_publisher(said, default),
        contact=_contact(said, default),
        themes=_themes(said),
        rhythm=_rhythm(said),
        issued=moment(said.get("date_released") or said.get("issued") or said.get("metadata_created")),
        modified=moment(said.get("date_updated") or said.get("modified") or said.get("metadata_modified")),
        page=f"{parts.scheme}://{parts.netloc}/dataset/{quote(name)}" if name and parts.netloc else "",
        places=_names(said.get("geographical_coverage")),
        bbox=box(said.get("spatial")),
        period=(start, end),
        version=str(said.get("version") or ""),
        access_rights=str(said.get("access_rights") or ""),
        legislation=_names(said.get("applicable_legislation")),
        languages=_names(said.get("language")),
        rights=_texts(said, "rights", default),
        high_value=_names(said.get("highvalue_category")),
        distributions=tuple(
            resource(entry, remote_id, default)
            for entry in said.get("resources") or ()
            if entry.get("state", "active") == "active" and web_address(entry.get("url"))
        ),
    )


def resource(raw: Mapping[str, Any], dataset: str, default: str) -> RemoteDistribution:
    """A CKAN resource as a distribution."""
    url = web_address(raw.get("url"))
    return RemoteDistribution(
        remote_id=str(raw.get("id") or f"{dataset}:{url}"),
        url=web_address(raw.get("access_url")) or url,
        download=web_address(raw.get("download_url")) or (url if raw.get("url_type") == "upload" else ""),
        title=_texts(raw, "name", default),
        text=_texts(raw, "description", default),
        format=short_format(raw.get("format")),
        media_type=str(raw.get("mimetype") or raw.get("mimetype_inner") or ""),
        licence=str(raw.get("license") or ""),
        size=whole(raw.get("size")),
        modified=moment(raw.get("last_modified") or raw.get("metadata_modified") or raw.get("created")),
        conforms_to=_names(raw.get("conforms_to")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, also one that the source sends as text in JSON."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _texts(said: Mapping[str, Any], name: str, default: str) -> Texts:
    plain = said.get(name)
    translated = _mapping(said.get(f"{name}_translated")) or _mapping(plain)
    return texts([*translated.items(), (None, "" if _mapping(plain) else plain)], default)


def _names(value: Any) -> tuple[str, ...]:
    """Names from a list, or from one; of groups and the like their own."""
    if isinstance(value, str):
        value = [value]
    entries = value if isinstance(value, list) else []
    found = (entry.get("name") or entry.get("title") if isinstance(entry, Mapping) else entry for entry in entries)
    return tuple(dict.fromkeys(name.strip() for name in found if isinstance(name, str) and name.strip()))


def _keywords(said: Mapping[str, Any], default: str) -> dict[str, tuple[str, ...]]:
    translated = _mapping(said.get("keywords")) or _mapping(said.get("tags_translated"))
    found = {language(tag): _names(words) for tag, words in translated.items()}
    if not any(found.get(code) for code in LANGUAGES):
        found = {default: _names(said.get("tags"))}
    return {code: found[code] for code in LANGUAGES if found.get(code)}


def _publisher(said: Mapping[str, Any], default: str) -> Agent | None:
    listed = said.get("publisher")
    raw = listed[0] if isinstance(listed, list) and listed else _mapping(listed)
    if raw:
        name = _texts(raw, "name", default)
        return Agent(
            name,
            str(raw.get("uri") or raw.get("identifier") or ""),
            str(raw.get("email") or ""),
            web_address(raw.get("url")),
        )
    owner = _mapping(said.get("organization"))
    if owner:
        name = _texts(owner, "title", default) or texts([(None, owner.get("name"))], default)
        return Agent(name, str(owner.get("id") or ""))
    return None


def _contact(said: Mapping[str, Any], default: str) -> Agent | None:
    listed = said.get("contact")
    raw = listed[0] if isinstance(listed, list) and listed else _mapping(listed)
    if raw:
        return Agent(_texts(raw, "name", default), "", str(raw.get("email") or ""), web_address(raw.get("url")))
    for role in ("maintainer", "author"):
        if said.get(role) or said.get(f"{role}_email"):
            email, url = str(said.get(f"{role}_email") or ""), web_address(said.get(f"{role}_website"))
            return Agent(_texts(said, role, default), "", email, url)
    return None


def _themes(said: Mapping[str, Any]) -> tuple[str, ...]:
    return _names(said.get("theme")) or _names(said.get("categories")) or _names(said.get("groups"))


def _rhythm(said: Mapping[str, Any]) -> str:
    plain = said.get("frequency") or said.get("accrual_periodicity")
    if plain:
        return str(plain)
    told = _mapping(said.get("update_frequency"))
    words = told.get("en") or told.get("fi") or said.get("update_frequency")
    return next(iter(_names(words)), "")


def _period(said: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    listed = said.get("temporal_coverage")
    raw = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], Mapping) else {}
    first_told = (
        raw.get("start") or said.get("temporal_start") or said.get("time_series_start") or said.get("valid_from")
    )
    last_told = raw.get("end") or said.get("temporal_end") or said.get("time_series_end") or said.get("valid_till")
    return moment(first_told), moment(last_told)
