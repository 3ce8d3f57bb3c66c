"""A package as CKAN's clients send it, read into our fields.

What has no field is kept as it came and comes back as it came: `Dataset.extras` holds the keys and values of CKAN's
extras, and under `_fields` whatever else stood at the top level. A client that changes only `title`, and sends
`title_translated` back as it got it, means the title: so what came is held against what was shown.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.opendata.ckan.errors import Refusal
from kuutio.opendata.ckan.inputs import day, moment, unpacked
from kuutio.opendata.ckan.shapes import (
    DATES,
    FIELDS,
    LISTS,
    STATES,
    TEXTS,
    TRANSLATED,
    named_in_all,
    plainly,
    rectangle,
)
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import uuid_of
from kuutio.opendata.vocabularies import FREQUENCIES, HVD_CATEGORIES, LICENCE_ALIASES, LICENCES

#: Keys that we make of something else, or that other keys say better: they are never kept as they came.
_DERIVED = {
    "organization",
    "num_resources",
    "num_tags",
    "relationships_as_subject",
    "relationships_as_object",
    "isopen",
    "license_title",
    "license_url",
    "metadata_modified",
    "update_frequency",
    "tag_string",
    "return_package_dict",
    "update_many",
}
_HANDLED = {
    *_DERIVED,
    *TEXTS,
    *DATES,
    *LISTS,
    *(key for name in TRANSLATED for key in (name, f"{name}_translated")),
    *[
        "id",
        "name",
        "state",
        "private",
        "access_rights",
        "license_id",
        "collection_type",
        "frequency",
        "highvalue",
        "highvalue_category",
    ],
    *[
        "made_for_demonstration",
        "date_released",
        "metadata_created",
        "owner_org",
        "groups",
        "keywords",
        "tags",
        "extras",
        "resources",
    ],
    *["contract", "spatial"],
}
#: Keys that we always show as null or the same: kept only when they say something else.
_EMPTY: dict[str, Any] = {"creator_user_id": None, "type": "dataset"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


class Errors:
    """What must be mended, gathered before it is told."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[Any]] = {}

    def add(self, key: str, message: str) -> None:
        """Note what is wrong with a key."""
        self.by_field.setdefault(key, []).append(message)

    def tell(self) -> None:
        """Refuse, if anything is wrong.

        Raises:
            Refusal: with all of it.
        """
        if self.by_field:
            raise Refusal(409, {**self.by_field, "__type": "Validation Error"})


@dataclass(slots=True)
class Given:
    """A package that came.

    Attributes:
        fields: for the verbs `create_dataset` and `change_dataset`.
        id, name: as given; None where not.
        owner: the id or name of its organization; "" where not given.
        organization: what came with it of the organization.
        groups: what came of its groups; None where nothing did.
        resources: likewise.
        state: ours; None where not given.
        created_at, issued_at: where given.
    """

    fields: dict[str, Any]
    id: UUID | None = None
    name: str | None = None
    owner: str = ""
    organization: dict[str, Any] = field(default_factory=dict)
    groups: list[dict[str, Any]] | None = None
    resources: list[dict[str, Any]] | None = None
    state: str | None = None
    created_at: datetime | None = None
    issued_at: datetime | None = None


def merged(shown: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A patch laid over what was shown."""
    return {**shown, **changes}


def package_given(values: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> Given:
    """Read a package.

    Args:
        values: what came.
        shown: the package as it is; None for a new one.

    Raises:
        Refusal: with all that must be mended.
    """
    errors, before = Errors(), shown or {}
    fields: dict[str, Any] = {}
    kept = {key: value for key, value in values.items() if key not in _HANDLED and (key, value) not in _EMPTY.items()}
    for key, name in TRANSLATED.items():
        fields[name] = translated(values, before, key, errors)
    if not fields["title"] and isinstance(values.get("name"), str):
        fields["title"] = {settings.LANGUAGE_CODE: values["name"]}
    for key, name in TEXTS.items():
        fields[name] = text(values, key, errors)
    for key, name in DATES.items():
        fields[name] = date_of(values, key, errors)
    if fields["temporal_start"] and fields["temporal_end"] and fields["temporal_start"] > fields["temporal_end"]:
        errors.add("time_series_end", _("The end is before the start."))
    for key, name in LISTS.items():
        fields[name] = _list(values, key, kept)
    fields["keywords"] = _keywords(values, before, errors, kept)
    _licence(values, fields, kept, errors)
    _access(values, before, fields, kept)
    _small_words(values, before, fields, kept, errors)
    extras = extras_given(values.get("extras"), errors)
    _extent(values, extras, fields, kept)
    fields["extras"] = extras | ({FIELDS: kept} if kept else {})
    given = Given(
        fields=fields,
        id=identifier(values, errors),
        name=text(values, "name", errors) or None,
        owner=text(values, "owner_org", errors),
        organization=values["organization"] if isinstance(values.get("organization"), dict) else {},
        groups=_dicts(values, "groups", errors),
        resources=_dicts(values, "resources", errors),
        state=_state(values, errors),
        created_at=time_of(values, "metadata_created", errors),
        issued_at=time_of(values, "date_released", errors),
    )
    errors.tell()
    return given


def translated(values: Mapping[str, Any], before: Mapping[str, Any], key: str, errors: Errors) -> dict[str, str]:
    """A translated field from its plain key and its `…_translated` one."""
    plain, texts = text(values, key, errors), unpacked(values.get(f"{key}_translated"))
    was: dict[str, str] = before.get(f"{key}_translated") or {}
    first = settings.LANGUAGE_CODE
    if texts in (None, ""):
        if plain:
            return {**was, first: plain}
        return dict(was) if key == "title" and key not in values else {}
    if not isinstance(texts, dict) or not all(
        _LANGUAGE.fullmatch(str(code)) and isinstance(said, str | None) for code, said in texts.items()
    ):
        errors.add(f"{key}_translated", _("expecting JSON object"))
        return {}
    read = {str(code): str(said) for code, said in texts.items() if said}
    if plain and read == was and plain != before.get(key):
        return {**read, first: plain}
    return read or ({first: plain} if plain else {})


def text(values: Mapping[str, Any], key: str, errors: Errors) -> str:
    """A text; nothing and null are empty."""
    value = values.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    errors.add(key, _("Must be a text."))
    return ""


def date_of(values: Mapping[str, Any], key: str, errors: Errors) -> Any:
    """A date, or None."""
    given = text(values, key, errors).strip()
    read = day(given) if given else None
    if given and read is None:
        errors.add(key, _("Date format incorrect"))
    return read


def time_of(values: Mapping[str, Any], key: str, errors: Errors) -> datetime | None:
    """A time, or None."""
    given = text(values, key, errors).strip()
    read = moment(given) if given else None
    if given and read is None:
        errors.add(key, _("Date format incorrect"))
    return read


def identifier(values: Mapping[str, Any], errors: Errors) -> UUID | None:
    """The id given, or None; ours are UUIDs."""
    given = text(values, "id", errors).strip()
    read = uuid_of(given) if given else None
    if given and read is None:
        errors.add("id", _("An id is a UUID here."))
    return read


def extras_given(value: Any, errors: Errors) -> dict[str, Any]:
    """CKAN's list of keys and values as a mapping."""
    value = unpacked(value)
    if value is None or value == "":
        return {}
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        errors.add("extras", _("Only lists of dicts can be placed against subschema"))
        return {}
    found: dict[str, Any] = {}
    for one in value:
        key = one.get("key")
        if not isinstance(key, str) or not key.strip() or key == FIELDS or len(key) > 200:
            errors.add("extras", _("Each extra has a key of its own."))
        elif key in found:
            errors.add("extras", _("Extras with the same key: %(key)s") % {"key": key[:60]})
        elif not one.get("deleted"):
            found[key] = one.get("value")
    return found


def _dicts(values: Mapping[str, Any], key: str, errors: Errors) -> list[dict[str, Any]] | None:
    value = unpacked(values.get(key))
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        errors.add(key, _("Only lists of dicts can be placed against subschema"))
        return None
    return value


def _list(values: Mapping[str, Any], key: str, kept: dict[str, Any]) -> list[str]:
    """A list of texts; what is none is kept as it came."""
    value = unpacked(values.get(key))
    if value in (None, ""):
        return []
    longest = {"language": 3, "geographical_coverage": 80}.get(key, 1000)
    if isinstance(value, list) and all(isinstance(one, str) and 0 < len(one) <= longest for one in value):
        return value
    kept[key] = values[key]
    return []


def _keywords(
    values: Mapping[str, Any], before: Mapping[str, Any], errors: Errors, kept: dict[str, Any]
) -> dict[str, list[str]]:
    was: dict[str, list[str]] = before.get("keywords") or {}
    given = unpacked(values.get("keywords"))
    if isinstance(given, dict) and all(
        _LANGUAGE.fullmatch(str(code)) and isinstance(words, list) and all(isinstance(word, str) for word in words)
        for code, words in given.items()
    ):
        now = {code: _unique(words) for code, words in given.items() if words}
    else:
        now = was
        if given not in (None, ""):
            kept["keywords"] = values["keywords"]
    tags = _tags(values, errors)
    if tags is None:
        return now
    shown = [one["name"] for one in before.get("tags") or []]
    if now != was or (sorted(tags) == sorted(shown) and was):
        return now
    language = next((code for code, words in now.items() if words == plainly(now)), settings.LANGUAGE_CODE)
    changed = {**now, language: _unique(tags)}
    return {code: words for code, words in changed.items() if words}


def _tags(values: Mapping[str, Any], errors: Errors) -> list[str] | None:
    given = unpacked(values.get("tags"))
    if given is None and isinstance(values.get("tag_string"), str):
        given = [{"name": word.strip()} for word in values["tag_string"].split(",") if word.strip()]
    if given is None:
        return None
    if not isinstance(given, list):
        errors.add("tags", _("Only lists of dicts can be placed against subschema"))
        return None
    words = [one if isinstance(one, str) else one.get("name") if isinstance(one, dict) else None for one in given]
    if not all(isinstance(word, str) and 0 < len(word.strip()) <= 100 for word in words):
        errors.add("tags", _("A tag has a name of 1 to 100 characters."))
        return None
    return [str(word).strip() for word in words]


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


def _licence(values: Mapping[str, Any], fields: dict[str, Any], kept: dict[str, Any], errors: Errors) -> None:
    given = text(values, "license_id", errors)
    if given == "" or given in LICENCES:
        fields["licence"] = given
        return
    fields["licence"] = LICENCE_ALIASES.get(given.lower(), "notspecified")
    kept.update({key: values[key] for key in ("license_id", "license_title", "license_url", "isopen") if key in values})


def _access(values: Mapping[str, Any], before: Mapping[str, Any], fields: dict[str, Any], kept: dict[str, Any]) -> None:
    was, given, private = before.get("access_rights"), values.get("access_rights"), values.get("private")
    known = given in Dataset.Access.values
    if not known and given not in (None, ""):
        kept["access_rights"] = given
    now = given if known else was if was in Dataset.Access.values else Dataset.Access.PUBLIC
    if private is not None:
        hidden = str(private).strip().lower() in {"true", "1", "yes", "t"}
        if hidden and now == Dataset.Access.PUBLIC:
            now = Dataset.Access.RESTRICTED
        elif not hidden and now == was:
            now = Dataset.Access.PUBLIC
    fields["access"] = str(now)


def _small_words(
    values: Mapping[str, Any], before: Mapping[str, Any], fields: dict[str, Any], kept: dict[str, Any], errors: Errors
) -> None:
    """Fields with a vocabulary of their own: what isn't in it is kept as it came."""
    frequency = values.get("frequency") or _frequency_of(values.get("update_frequency"))
    fields["frequency"] = frequency if isinstance(frequency, str) and frequency in FREQUENCIES else ""
    if not fields["frequency"]:
        kept.update({key: values[key] for key in ("frequency", "update_frequency") if values.get(key)})
    kind = text(values, "collection_type", errors)
    fields["collection_type"] = kind or before.get("collection_type") or "open-data"
    categories = values.get("highvalue_category")
    chosen = [one for one in categories if isinstance(one, str)] if isinstance(categories, list) else []
    fields["hvd_category"] = next((one for one in chosen if one in HVD_CATEGORIES), "")
    if categories and categories != [fields["hvd_category"]]:
        kept["highvalue_category"] = categories
    if values.get("highvalue") and not fields["hvd_category"]:
        kept["highvalue"] = values["highvalue"]
    made = values.get("made_for_demonstration", before.get("made_for_demonstration", False))
    fields["is_made"] = made is True
    contract = unpacked(values.get("contract", before.get("contract", {})))
    if isinstance(contract, dict):
        fields["contract"] = contract
    else:
        errors.add("contract", _("expecting JSON object"))


def _frequency_of(value: Any) -> str:
    """The code of a frequency that came by its name in some language."""
    said = [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []
    words = {word for one in said for word in (one if isinstance(one, list) else [one]) if isinstance(word, str)}
    return next((code for code, name in FREQUENCIES.items() if words & set(named_in_all(name).values())), "")


def _state(values: Mapping[str, Any], errors: Errors) -> str | None:
    given = text(values, "state", errors)
    if not given:
        return None
    found = next((str(state) for state, name in STATES.items() if name == given), None)
    if found is None:
        errors.add("state", _("A state is active, draft or deleted."))
    return found


def _extent(values: Mapping[str, Any], extras: Mapping[str, Any], fields: dict[str, Any], kept: dict[str, Any]) -> None:
    """The box of GeoJSON in `spatial`, which clients send as a key or as an extra; other shapes are kept as they came."""
    if "spatial" in extras:
        if box := box_of(extras["spatial"]):
            fields["bbox"] = box
        return
    if "spatial" not in values:
        return
    given = values["spatial"]
    fields["bbox"] = box_of(given)
    if given not in (None, "") and not _is_rectangle(given, fields["bbox"]):
        kept["spatial"] = given


def box_of(value: Any) -> list[float] | None:
    """West, south, east, north of a GeoJSON geometry in degrees; None when it is none."""
    value = unpacked(value)
    if not isinstance(value, dict):
        return None
    numbers: list[tuple[float, float]] = []
    waiting: list[Any] = [value.get("coordinates")]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if len(part) >= 2 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in part[:2]):
            numbers.append((float(part[0]), float(part[1])))
        else:
            waiting.extend(part)
    if not numbers or not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in numbers):
        return None
    xs, ys = [x for x, _y in numbers], [y for _x, y in numbers]
    return [min(xs), min(ys), max(xs), max(ys)]


def _is_rectangle(value: Any, box: list[float] | None) -> bool:
    """Whether what came is what we would show of the box, to the letter."""
    return box is not None and isinstance(value, str) and value == rectangle(box)
