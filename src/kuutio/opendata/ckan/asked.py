"""What a search of packages asks for: Solr's language as conditions on data sets.

A field that the catalogue doesn't have is looked for among the extras, as CKAN does; so an unknown one finds nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast

from kuutio.core.problems import BadQuery
from kuutio.opendata import findable
from kuutio.opendata.ckan.errors import unreadable_search
from kuutio.opendata.ckan.inputs import moment
from kuutio.opendata.ckan.shapes import FIELDS, STATES, theme_of
from kuutio.opendata.engine import fq
from kuutio.opendata.models import Dataset, Distribution, Group
from kuutio.opendata.queries import uuid_of
from kuutio.opendata.vocabularies import LICENCE_ALIASES, LICENCES

NOTHING = Q(pk__in=[])
_LANGUAGES = [code for code, _name in settings.LANGUAGES]
_CLOCK = re.compile(r"NOW(?:/[A-Z]+)?((?:[+-]\d{1,5}(?:YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)S?(?:/[A-Z]+)?)*)")
_STEP = re.compile(r"([+-]\d+)(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)")
_SECONDS = {"YEAR": 31_557_600, "MONTH": 2_629_800, "DAY": 86_400, "HOUR": 3600, "MINUTE": 60, "SECOND": 1}


class _Has(Func):
    """Whether a translated field as plain text, in all its languages, has something; one without languages is plain already."""

    template = (
        "((CASE WHEN %(field)s ~ '^\\{\"[A-Za-z_-]+\": \"' THEN (SELECT string_agg(said.value, ' ') "
        "FROM jsonb_each_text(%(field)s::jsonb) said) ELSE %(field)s END) ILIKE %(like)s)"
    )
    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The field stands in it three times."""
        field, like = self.get_source_expressions()
        column, none = compiler.compile(field)
        value, values = compiler.compile(like)
        return self.template % {"field": column, "like": value}, [*none, *none, *none, *values]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in two parts.

    Attributes:
        words: what the text search is asked; "" for nothing.
        parts: all the rest, which has to fit too.
    """

    words: str
    parts: list[fq.Node]

    def condition(self, at: datetime) -> Q:
        """The rest as a condition on data sets."""
        return _all(self.parts, at)


def query(text: str) -> Asked:
    """What `q` asks; one that can't be read is plain words, as people write them."""
    try:
        node = fq.parse(text, "/q")
    except BadQuery:
        return Asked(" ".join(re.findall(r"\w+", text)), [])
    parts = node.parts if isinstance(node, fq.All) else (node,)
    words = [part.text for part in parts if is_word(part)]  # type: ignore[union-attr]  # a word is a term
    return Asked(" ".join(words), [part for part in parts if not is_word(part)])


def filters(texts: list[str], at: datetime) -> Q:
    """What `fq` and `fq_list` ask, all of them at once.

    Raises:
        Refusal: one can't be read.
    """
    condition = Q()
    for text in texts:
        try:
            condition &= _condition(fq.parse(text), at)
        except BadQuery as error:
            raise unreadable_search(str(error.detail)) from error
    return condition


def find_packages(words: str) -> Q:
    """The data sets that a text search for these words finds."""
    return Q(pk__in=findable.matching(Dataset.objects.all(), words).values("pk"))


def is_word(node: fq.Node) -> bool:
    """Whether it is a word for the text search."""
    return isinstance(node, fq.Term) and node.field is None and node.pattern is None


def _all(parts: list[fq.Node], at: datetime) -> Q:
    condition = Q()
    for part in parts:
        condition &= _condition(part, at)
    return condition


def _condition(node: fq.Node, at: datetime) -> Q:
    match node:
        case fq.All(parts):
            words = " ".join(part.text for part in parts if isinstance(part, fq.Term) and is_word(part))
            rest = _all([part for part in parts if not is_word(part)], at)
            return rest & find_packages(words) if words else rest
        case fq.Any(parts):
            either = NOTHING
            for part in parts:
                either |= _condition(part, at)
            return either
        case fq.Never(part):
            return ~_condition(part, at)
        case fq.Exists(None):
            return Q()
        case fq.Exists(field):
            return _exists(str(field))
        case fq.Range():
            return _range(node, at)
        case fq.Term(field=None):
            return _text("title", node) | _text("notes", node) if node.pattern else find_packages(node.text)
        case fq.Term():
            return _term(node, at)


def _term(term: fq.Term, at: datetime) -> Q:
    field = str(term.field)
    if field in _MATCHERS:
        return _MATCHERS[field](term)
    if field in _PLAIN:
        return compared(_PLAIN[field], term)
    if field in _TIMES:
        read = _time(term.text, at)
        return Q(**{_TIMES[field]: read}) if read else NOTHING
    return _extra(field.removeprefix("extras_"), term.text)


def compared(field: str, term: fq.Term) -> Q:
    """A text field that is what a term says, whatever the cases of letters."""
    if term.pattern is None:
        return Q(**{f"{field}__iexact": term.text})
    return Q(**{f"{field}__iregex": "^" + ".*".join(re.escape(piece) for piece in term.pattern) + "$"})


def _text(field: str, term: fq.Term) -> Q:
    """Every word of the term stands somewhere in a translated field."""
    return translated_has(field, " ".join(term.pattern or (term.text,)))


def translated_has(field: str, words: str) -> Q:
    """Every word stands somewhere in a translated field, in whatever language."""
    condition = Q()
    for piece in words.split():
        like = "%" + re.sub(r"([%_\\])", r"\\\1", piece) + "%"
        condition &= Q(_Has(F(field), Value(like)))
    return condition


def _organization(term: fq.Term) -> Q:
    return compared("publisher__slug", term)


def _owner(term: fq.Term) -> Q:
    found = uuid_of(term.text)
    return Q(publisher__uuid=found) if found else _organization(term)


def _group(term: fq.Term) -> Q:
    code = theme_of(term.text)
    made = Group.datasets.through.objects.filter(group__name=term.text.lower()).values("dataset_id")
    return (Q(themes__contains=[code]) if code else NOTHING) | Q(pk__in=made)


def _tag(term: fq.Term) -> Q:
    if term.pattern is None:
        either = NOTHING
        for language in _LANGUAGES:
            # Of the whole: a language that isn't there would be neither true nor false, and so missing from `-tags:x` too.
            either |= Q(keywords__contains={language: [term.text]})
        return either
    pattern = '"' + '[^"]*'.join(re.escape(piece) for piece in term.pattern) + '"'
    found = Dataset.objects.annotate(written=Cast("keywords", TextField())).filter(written__iregex=pattern)
    return Q(pk__in=found.values("pk"))


def _format(term: fq.Term) -> Q:
    return _of_distribution(compared("format", term))


def _of_distribution(condition: Q) -> Q:
    return Q(Exists(Distribution.objects.filter(condition, dataset=OuterRef("pk"))))


def _licence(term: fq.Term) -> Q:
    code = term.text.lower()
    known = compared("licence", fq.Term("licence", LICENCE_ALIASES.get(code, code), pattern=term.pattern))
    return known | _extra("license_id", term.text)


def _state(term: fq.Term) -> Q:
    found = next((state for state, name in STATES.items() if name == term.text.lower()), None)
    return Q(state=found) if found else NOTHING


def _private(term: fq.Term) -> Q:
    public = Q(access=Dataset.Access.PUBLIC)
    return public if term.text.lower() in {"false", "public"} else ~public


def _open(term: fq.Term) -> Q:
    is_open = Q(licence__in=[code for code, licence in LICENCES.items() if licence.is_open])
    return is_open if term.text.lower() == "true" else ~is_open


def _kind(term: fq.Term) -> Q:
    return Q() if term.text.lower() in {"dataset", "package"} else NOTHING


def _identifier(term: fq.Term) -> Q:
    found = uuid_of(term.text)
    return Q(pk=found) if found else NOTHING


def _extra(key: str, text: str) -> Q:
    return Q(extras__contains={key: text}) | Q(extras__contains={FIELDS: {key: text}})


_MATCHERS: dict[str, Callable[[fq.Term], Q]] = {
    "id": _identifier,
    "title": lambda term: _text("title", term),
    "notes": lambda term: _text("notes", term),
    "text": lambda term: find_packages(term.text),
    "organization": _organization,
    "owner_org": _owner,
    "groups": _group,
    "tags": _tag,
    "keywords": _tag,
    "res_format": _format,
    "res_url": lambda term: _of_distribution(compared("url", term)),
    "license_id": _licence,
    "license": _licence,
    "state": _state,
    "private": _private,
    "capacity": _private,
    "isopen": _open,
    "type": _kind,
    "dataset_type": _kind,
    "entity_type": _kind,
}
_PLAIN = {
    "name": "name",
    "author": "author",
    "author_email": "author_email",
    "maintainer": "contact_name",
    "maintainer_email": "contact_email",
    "url": "landing_page",
    "version": "version",
    "city": "city__code",
    "frequency": "frequency",
    "collection_type": "collection_type",
    "project": "project",
}
_TIMES = {"metadata_modified": "modified_at", "metadata_created": "created_at", "date_released": "issued_at"}
_ALWAYS = {"id", "title", "organization", "owner_org", "state", "private", "capacity", "type", "dataset_type", "isopen"}


def _exists(field: str) -> Q:
    if field in _ALWAYS:
        return Q()
    if field in {"tags", "keywords"}:
        return ~Q(keywords={})
    if field == "groups":
        return ~Q(themes=[]) | Q(pk__in=Group.datasets.through.objects.values("dataset_id"))
    if field == "res_format":
        return _of_distribution(~Q(format=""))
    if field == "res_url":
        return _of_distribution(~Q(url=""))
    if field in _TIMES:
        return Q(**{f"{_TIMES[field]}__isnull": False})
    plain = {**_PLAIN, "license_id": "licence", "license": "licence", "notes": "notes"}
    if field in plain:
        return ~Q(**{plain[field]: ""}) & Q(**{f"{plain[field]}__isnull": False})
    key = field.removeprefix("extras_")
    return Q(extras__has_key=key) | Q(**{f"extras__{FIELDS}__has_key": key})


def _range(asked: fq.Range, at: datetime) -> Q:
    name = _TIMES.get(asked.field) or {"name": "name"}.get(asked.field)
    if name is None:
        return NOTHING if (asked.low, asked.high) != (None, None) else _exists(asked.field)
    condition = Q()
    for text, inside, sign in ((asked.low, asked.with_low, "g"), (asked.high, asked.with_high, "l")):
        if text is not None:
            end: Any = _time(text, at) if asked.field in _TIMES else text
            if end is None:
                raise BadQuery(f"{text[:60]!r} is no time.")
            condition &= Q(**{f"{name}__{sign}t{'e' if inside else ''}": end})
    return condition


def _time(text: str, at: datetime) -> datetime | None:
    """A time as Solr writes it: ISO 8601, or `NOW-7DAYS`; a month is a twelfth of a year."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return moment(text)
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _STEP.findall(clock[1]))
    try:
        return at.astimezone(UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def quoted(text: str) -> str:
    """A text as it stands between quotes in a query."""
    return re.sub(r'(["\\])', r"\\\1", text)
