"""Units of the service map of the capital region (TPR): `unit`, `connection` and accessibility sentences of its REST interface.

A table (CSV) with the same names as its columns is read as well; `opening_hours` is written as OpenStreetMap does.

Source: https://www.hel.fi/palvelukarttaws/restpages/ (City of Helsinki, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kuutio.cities.importing.values import BadRow, Rejected, Texts, UnitIn, osm_hours, phone, position, rows_of, texts
from kuutio.core.language import LANGUAGES

_KNOWN_AS = {"kirkanta": "kirjastot", "hauki": "hauki", "ptv": "ptv"}
"""Whose numbers stand among a unit's sources; `hauki` there says that it has hours in Hauki, by its number here."""


def read(document: Any) -> Iterator[UnitIn | Rejected]:
    """The units of one or several of the interface's answers put together; persons named in connections stay out."""
    rows = rows_of(document, "units", "results")
    connections = document.get("connections", []) if isinstance(document, dict) else []
    units = [row for row in rows if "connection_id" not in row and "sentence_fi" not in row]
    more: dict[str, list[dict[str, Any]]] = {}
    for row in [*rows, *(row for row in connections if isinstance(row, dict))]:
        if "unit_id" in row:
            more.setdefault(str(row["unit_id"]), []).append(row)
    for row in units:
        try:
            yield _unit(row, more.get(str(row.get("id")), []))
        except BadRow as error:
            yield Rejected(f"tpr:{str(row.get('id'))[:40]}", str(error))


def _said(row: dict[str, Any], name: str, longest: int = 20_000) -> Texts:
    return texts({language: row.get(f"{name}_{language}") for language in LANGUAGES}, longest=longest)


def _unit(row: dict[str, Any], more: list[dict[str, Any]]) -> UnitIn:
    name = _said(row, "name", 200)
    if not isinstance(row.get("id"), int | str) or not str(row["id"]).strip():
        raise BadRow("it has no id")
    if not name:
        raise BadRow("it has no name")
    streets, cities = _said(row, "street_address", 120), _said(row, "address_city", 60)
    fields: dict[str, Any] = {
        "name": name,
        "address": {language: _address(row, street, cities.get(language, "")) for language, street in streets.items()},
        "text": _said(row, "desc") or _said(row, "short_desc"),
        "www": _said(row, "www", 500),
        "phone": phone(row.get("phone")),
        "email": _email(row.get("email")),
        "accessibility": [sentence for one in more if (sentence := _said(one, "sentence", 500))],
        "hours_text": _hours(more),
        "osm_hours": osm_hours(row.get("opening_hours")),
    }
    ids = {"tpr": str(row["id"])}
    for known in row.get("sources") or []:
        if isinstance(known, dict) and known.get("source") in _KNOWN_AS and known["source"] != "hauki":
            ids[_KNOWN_AS[known["source"]]] = str(known.get("id"))
    return UnitIn(ids, fields | position(row.get("longitude"), row.get("latitude")))


def _address(row: dict[str, Any], street: str, city: str) -> str:
    place = " ".join(word for word in (str(row.get("address_zip") or "")[:10], city) if word)
    return f"{street}, {place}" if place else street


def _email(found: Any) -> str:
    said = str(found or "").strip()
    return said if "@" in said and len(said) <= 254 and " " not in said else ""


def _hours(more: list[dict[str, Any]]) -> Texts:
    """Hours in words: those that say something themselves, not the title of a link elsewhere."""
    told = [
        _said(row, "name", 1000) for row in more if row.get("section_type") == "OPENING_HOURS" and not row.get("www_fi")
    ]
    return {
        language: said
        for language in LANGUAGES
        if (said := "\n".join(dict.fromkeys(one[language] for one in told if language in one)))
    }
