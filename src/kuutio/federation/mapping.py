"""A record of a source in the fields of our catalogue. What can't be kept as it is, is left out, never the whole record."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kuutio.federation.models import HarvestSource
from kuutio.federation.readers import RemoteDataset, RemoteDistribution
from kuutio.federation.readers.values import language
from kuutio.federation.words import access_of, coverage_of, licence_of, rhythm_of, themes_of
from kuutio.opendata.models.catalogue import AS_GIVEN
from kuutio.opendata.vocabularies import HVD_CATEGORIES, format_of

#: Made larger when the mapping changes, so that unchanged records are mapped anew.
EDITION = 2
#: Formats whose rows can be served.
_TABLES = frozenset(
    format_of(word)
    for word in "csv tsv jsonl geojson xlsx xls ods gpkg fgb parquet shp gml kml gpx gtfs zip".split()  # noqa: SIM905
)
_is_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class MappedForm:
    """One form of a data set.

    Attributes:
        fields: of `Distribution`.
        address: where its rows are had, and `reads` how: file, ogcapi, wfs, "" for not at all.
    """

    remote_id: str
    fields: dict[str, Any]
    address: str
    reads: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A data set.

    Attributes:
        fields: of `Dataset`.
        left_out: sentences on what of the record could not be kept.
    """

    fields: dict[str, Any]
    forms: list[MappedForm]
    left_out: list[str] = field(default_factory=list)


def mapped(remote: RemoteDataset, source: HarvestSource) -> Mapped:
    """A record as its source describes it, in our fields."""
    options, left_out = source.options, list[str]()
    forms = []
    for position, form in enumerate(remote.distributions):
        if _address(form.url, 2000):
            forms.append(_form(form, position, source))
        else:
            left_out.append(f"An address that isn't one was left out: {form.url[:200]}")
    start, end = (_day(moment) for moment in remote.period)
    if start and end and start > end:
        left_out.append(f"The period ends before it begins and was left out: {start} to {end}.")
        start = end = None
    contact, publisher = remote.contact, remote.publisher
    author = _first(publisher.name) if publisher else ""
    licence = licence_of(remote.licence) or next(
        (code for form in remote.distributions if (code := licence_of(form.licence))), ""
    )
    coverage = coverage_of(remote.places)
    extras: dict[str, Any] = {"harvest_source": source.slug, "harvest_id": remote.remote_id}
    if remote.licence and not licence:
        extras["source_licence"] = remote.licence
    high_value = [code for one in remote.high_value if (code := _last(one)) in HVD_CATEGORIES]
    if len(high_value) > 1:
        extras[AS_GIVEN] = {"highvalue_category": high_value}
    if remote.legislation:
        extras["applicable_legislation"] = list(remote.legislation)
    fields: dict[str, Any] = {
        "title": {code: text[:1000] for code, text in remote.title.items()},
        "notes": dict(remote.text),
        "keywords": {code: list(words) for code, words in remote.keywords.items()},
        "themes": themes_of(remote.themes),
        "licence": licence or (options.get("licence", "") if not remote.licence else ""),
        "access": access_of(remote.access_rights),
        "frequency": rhythm_of(remote.rhythm),
        "contact_name": (_first(contact.name) if contact else "")[:200],
        "contact_email": _email(contact.email) if contact else "",
        "contact_page": _address(contact.url, 500) if contact else "",
        "author": author[:200],
        "author_email": _email(publisher.email) if publisher else "",
        "landing_page": _address(remote.page, 1000),
        "coverage": coverage or ([source.city.municipality_id] if source.city else []),
        "bbox": list(remote.bbox) if remote.bbox else None,
        "temporal_start": start,
        "temporal_end": end,
        "version": remote.version[:60],
        "languages": _languages(remote.languages),
        "rights": dict(remote.rights),
        "hvd_category": high_value[0] if high_value else "",
        "provenance": _provenance(source),
        "extras": extras,
    }
    return Mapped(fields, forms, left_out)


def _form(form: RemoteDistribution, position: int, source: HarvestSource) -> MappedForm:
    known = format_of(form.format) or format_of(form.media_type)
    title = dict(form.title) or {
        source.options.get("language", "fi"): PurePosixPath(unquote(urlsplit(form.url).path)).name
    }
    fields = {
        "position": position,
        "title": {code: text[:1000] for code, text in title.items()},
        "notes": dict(form.text),
        "format": (known.name if known else form.format)[:60],
        "media_type": (form.media_type or (known.media_type if known else ""))[:120],
        "url": form.url,
        "size": form.size,
    }
    address = _address(form.download, 2000) or form.url
    return MappedForm(form.remote_id, fields, address, reads_of(form, source.kind))


def reads_of(form: RemoteDistribution, kind: str) -> str:
    """How the rows of a form are had: as a file, as a layer of the service that is the source, or not at all."""
    if kind == HarvestSource.Kind.OGC_API:  # a collection's files are the same rows again
        return "ogcapi" if form.remote_id.endswith(":items") else ""
    if kind == HarvestSource.Kind.WFS:
        return "wfs"
    suffix = PurePosixPath(urlsplit(form.download or form.url).path).suffix.lower()
    known = format_of(form.format) or format_of(form.media_type) or format_of(suffix)
    if known is None:
        return ""
    if known.name == "JSON":  # an address of JSON is more often an interface than a file
        return "file" if form.download or suffix == ".json" else ""
    return "file" if known in _TABLES else ""


def _provenance(source: HarvestSource) -> dict[str, str]:
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = _("Harvested from %(source)s, %(address)s.") % {
                "source": source.title,
                "address": source.address,
            }
    return said


def _last(address: str) -> str:
    """The code at the end of an authority's address, or the code itself."""
    return address.rstrip("/#").rpartition("/")[2]


def _languages(said: tuple[str, ...]) -> list[str]:
    """ISO codes of languages, in two letters where it is one of ours."""
    codes = (_last(one).lower() for one in said)
    known = (
        language(code) or (code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else "") for code in codes
    )
    return list(dict.fromkeys(code for code in known if code))


def _first(texts: Any) -> str:
    return next(iter(texts.values()), "")


def _day(moment: datetime | None) -> date | None:
    """The day in Finland; a date without an hour, which readers give as midnight in UTC, stays the same day."""
    return timezone.localdate(moment) if moment else None


def _address(text: str, longest: int) -> str:
    """An address as a field takes it, "" for one that it doesn't."""
    try:
        _is_address(text)
    except ValidationError:
        return ""
    return text if len(text) <= longest else ""


def _email(text: str) -> str:
    """The first address of a line, "" when there is none."""
    for word in text.replace(";", ",").split(","):
        word = word.strip().removeprefix("mailto:")
        try:
            validate_email(word)
        except ValidationError:
            continue
        return word if len(word) <= 254 else ""
    return ""
