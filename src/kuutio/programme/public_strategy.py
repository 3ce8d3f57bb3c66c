"""The tables of the strategy that the programme publishes: projects, money, the official lists, contact roles, promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kuutio.core.published import Published
from kuutio.programme import public_rows as rows
from kuutio.programme.public_fields import (
    EVIDENCE_FIELDS,
    LISTED_FIELDS,
    MONEY_FIELDS,
    PROJECT_FIELDS,
    PROMISE_FIELDS,
    ROLE_FIELDS,
)

_KEYWORDS: dict[Any, tuple[str, ...]] = {
    "fi": ("strategia", "hankkeet", "rahoitus"),
    "sv": ("strategi", "projekt", "finansiering"),
    "en": ("strategy", "projects", "funding"),
}


def tables(desk: str) -> Iterator[Published]:
    """The declarations.

    Args:
        desk: the slug of the organisation that publishes for all.
    """
    yield Published(
        slug="strategy-projects",
        publisher=desk,
        title={"fi": "Strategian hankkeet", "sv": "Strategins projekt", "en": "Projects of the strategy"},
        text={
            "fi": "Kärkihankkeet, pilotti- ja kokeiluhankkeet ja strategiatoimisto: kuka, milloin, missä, millä rahalla.",
            "sv": "Spetsprojekten, pilot- och försöksprojekten och strategibyrån: vem, när, var, med vilka pengar.",
            "en": "Spearhead projects, pilot projects and the strategy's office: who, when, where, with what money.",
        },
        fields=PROJECT_FIELDS,
        rows=rows.project_rows,
        key=("project",),
        themes=("GOVE", "REGI"),
        keywords=_KEYWORDS,
        filters=("kind", "fund", "focus_area", "lead_city"),
    )
    yield Published(
        slug="strategy-money",
        publisher=desk,
        title={
            "fi": "Strategian raha lähteestä kaupunkiin",
            "sv": "Strategins pengar från källa till stad",
            "en": "The strategy's money from source to city",
        },
        text={
            "fi": "Kunkin hankkeen raha lähteittäin, painopisteittäin ja päätoteuttajan kaupungeittain. ESR-rahaa ei lasketa EAKR-rahaan.",
            "sv": "Varje projekts pengar per källa, fokusområde och huvudgenomförarens stad. ESF-pengar räknas inte in i ERUF-pengar.",
            "en": "Each project's money by source, focus area and the lead partner's city. ESF money is never added to ERDF money.",
        },
        fields=MONEY_FIELDS,
        rows=rows.money_rows,
        key=("project", "money_source"),
        themes=("GOVE", "ECON"),
        keywords=_KEYWORDS,
        filters=("fund", "money_source", "focus_area", "city"),
    )
    yield Published(
        slug="funded-projects",
        publisher=desk,
        title={
            "fi": "Rakennerahastohankkeet 2014–2020",
            "sv": "Strukturfondsprojekt 2014–2020",
            "en": "Structural funds projects 2014–2020",
        },
        text={
            "fi": "Viranomaisen luettelo kaikista rahoitetuista hankkeista sellaisena kuin se luettiin; lähde rakennerahastot.fi.",
            "sv": "Myndighetens förteckning över alla finansierade projekt så som den lästes; källa rakennerahastot.fi.",
            "en": "The authority's list of all funded projects as it was read; source rakennerahastot.fi.",
        },
        fields=LISTED_FIELDS,
        rows=rows.listed_rows,
        key=("list", "project"),
        rhythm="IRREG",
        themes=("GOVE", "REGI"),
        keywords=_KEYWORDS,
        filters=("fund", "authority"),
    )
    yield Published(
        slug="contact-roles",
        publisher=desk,
        title={
            "fi": "Kärkihankkeiden yhteysroolit",
            "sv": "Spetsprojektens kontaktroller",
            "en": "Contact roles of the spearheads",
        },
        text={
            "fi": "Kuka missäkin kaupungissa vastaa kärkihankkeesta, ja mistä häneen saa yhteyden: roolit ja yksiköt, ei henkilöitä.",
            "sv": "Vem som i varje stad svarar för ett spetsprojekt och hur rollen nås: roller och enheter, inga personer.",
            "en": "Who answers for a spearhead in each city, and how the role is reached: roles and units, no persons.",
        },
        fields=ROLE_FIELDS,
        rows=rows.role_rows,
        key=("focus_area", "city"),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("city",),
    )
    yield Published(
        slug="promises",
        publisher=desk,
        title={"fi": "Strategian lupaukset", "sv": "Strategins löften", "en": "Promises of the strategy"},
        text={
            "fi": "Kukin lupaus, miten se on pidetty ja mitä puuttuu.",
            "sv": "Varje löfte, hur det har hållits och vad som saknas.",
            "en": "Each promise, how it has been kept, and what is missing.",
        },
        fields=PROMISE_FIELDS,
        rows=rows.promise_rows,
        key=("promise",),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("standing", "focus_area"),
    )
    yield Published(
        slug="promise-figures",
        publisher=desk,
        title={"fi": "Lupausten luvut", "sv": "Löftenas tal", "en": "Figures of the promises"},
        text={
            "fi": "Luvut, jotka näyttävät miten lupaukset on pidetty: mistä ne tulevat ja miten kuka tahansa laskee ne uudelleen.",
            "sv": "Talen som visar hur löftena har hållits: varifrån de kommer och hur vem som helst räknar dem på nytt.",
            "en": "The figures that show how the promises are kept: where they come from and how anybody computes them again.",
        },
        fields=EVIDENCE_FIELDS,
        rows=rows.evidence_rows,
        key=("evidence",),
        themes=("GOVE",),
        keywords=_KEYWORDS,
        filters=("promise", "standing"),
    )
