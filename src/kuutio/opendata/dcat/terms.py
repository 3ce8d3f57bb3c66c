"""Names, texts and numbers of RDF, and the vocabularies that DCAT-AP is made of."""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import quote

#: Prefixes as they stand in every answer.
NAMESPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_LANGUAGE = re.compile(r"^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$")
#: What XML 1.0 can't carry; a text that holds it would be lost in one of the three forms.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:")
#: What an IRI may not hold raw, in any of the three forms. Source: Turtle, production IRIREF.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f-\xa0]')


class Iri(str):
    """The name of a thing."""

    __slots__ = ()


class Literal(NamedTuple):
    """A text in a language, or a value of a datatype."""

    value: str
    language: str = ""
    datatype: str = ""


Term = Iri | Literal


def name(curie: str) -> Iri:
    """The name that a shortened one (`dcat:Dataset`) stands for."""
    prefix, _, local = curie.partition(":")
    return Iri(NAMESPACES[prefix] + local)


def iri(address: str) -> Iri | None:
    """An address as the name of a thing, made writable; none when it isn't absolute."""
    address = address.strip()
    if not _ABSOLUTE.match(address):
        return None
    return Iri(_NOT_IN_IRI.sub(lambda found: quote(found.group()), address))


def text(value: str, language: str = "") -> Literal | None:
    """A text, its line ends and characters such that all forms carry it; none when nothing is left of it."""
    value = _NOT_IN_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not value:
        return None
    return Literal(value, language.lower() if _LANGUAGE.match(language) else "")


def moment(at: datetime | None) -> Literal | None:
    """A time as `xsd:dateTime` in UTC, to the second."""
    if at is None:
        return None
    utc = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return Literal(f"{utc.isoformat()}Z", datatype=NAMESPACES["xsd"] + "dateTime")


def day(on: date | None) -> Literal | None:
    """A day as `xsd:date`."""
    return None if on is None else Literal(on.isoformat(), datatype=NAMESPACES["xsd"] + "date")


def whole(number: int | None, datatype: str = "nonNegativeInteger") -> Literal | None:
    """A whole number of zero or more."""
    return None if number is None or number < 0 else Literal(str(number), datatype=NAMESPACES["xsd"] + datatype)
