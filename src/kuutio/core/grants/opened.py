"""What the public gets of grants: a 360Giving package and the EU's list of operations, from the same rows (O1, O2, O3).

Rows hold organisations, amounts and dates, and have no place for a person, a telephone number or an address: what can't be put in
can't come out.

Sources: 360Giving Data Standard 1.4.3 (https://standard.threesixtygiving.org/); Regulation (EU) 1303/2013, article 115 and annex XII
(list of operations); the org-id scheme FI-PRH for Finnish Business IDs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from kuutio.core.money import plain

SCHEMA_VERSION = "1.4"
SCHEME = "FI-PRH"


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation by its Business ID and its name; one whose Business ID we don't know, by an identifier of our own."""

    business_id: str
    name: str
    own_id: str = ""

    @property
    def org_id(self) -> str:
        """Its identifier in the world's open data: the Finnish register and the Business ID."""
        return f"{SCHEME}-{self.business_id}" if self.business_id else self.own_id


@dataclass(frozen=True, slots=True)
class OpenGrant:
    """One partner's grant in one project.

    Attributes:
        project: the project's code; grants with the same one belong together.
        cents: all support granted to the partner, EU and state.
        eligible_cents: the partner's accepted net cost, of which the support is a part.
        place: the town or city where the partner works; "": not told.
        postcode: five digits; "": not told.
        from_call: chosen in an open call.
        page: the project's permanent address (O4); "": none.
    """

    project: str
    title: str
    description: str
    cents: int
    eligible_cents: int
    awarded_on: date
    starts_on: date
    ends_on: date
    recipient: Body
    funder: Body
    fund: str
    programme: str
    place: str = ""
    postcode: str = ""
    from_call: bool = True
    page: str = ""

    @property
    def id(self) -> str:
        """The grant's identifier in the package: stable for a project and a partner."""
        return f"360G-kuutio-{self.project}-{self.recipient.business_id}"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the package, under which licence (the address of its text), and where."""

    body: Body
    licence: str
    address: str
    title: str


def package(grants: Iterable[OpenGrant], publisher: Publisher, issued: datetime) -> dict[str, Any]:
    """A 360Giving package: one grant for each project and partner, so that no money of a consortium is counted twice.

    The sum of `amountAwarded` is the sum of the rows to the cent. A package holds one grant at least: ask before.

    Args:
        issued: aware; when the data was true.

    Raises:
        ValueError: no grants, or two for the same project and partner.
    """
    rows = list(grants)
    if not rows:
        raise ValueError("A 360Giving package holds at least one grant.")
    if len({row.id for row in rows}) < len(rows):
        raise ValueError("A partner has two grants in one project: add them up first.")
    return {
        "version": SCHEMA_VERSION,
        "title": publisher.title,
        "issued": issued.date().isoformat(),
        "modified": issued.isoformat(timespec="seconds"),
        "publisher": {"name": publisher.body.name, "identifier": publisher.body.org_id},
        "accessURL": publisher.address,
        "license": publisher.licence,
        "grants": [_grant(row, publisher) for row in rows],
    }


def _grant(row: OpenGrant, publisher: Publisher) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "description": row.description,
        "currency": "EUR",
        "amountAwarded": number(row.cents),
        "awardDate": row.awarded_on.isoformat(),
        "plannedDates": [{"startDate": row.starts_on.isoformat(), "endDate": row.ends_on.isoformat()}],
        "recipientOrganization": [{"id": row.recipient.org_id, "name": row.recipient.name}],
        "fundingOrganization": [{"id": row.funder.org_id, "name": row.funder.name}],
        "grantProgramme": [{"code": row.fund, "title": row.programme}],
        "relatedActivity": [row.project],
        "fromOpenCall": "Yes" if row.from_call else "No",
        "dataSource": row.page or publisher.address,
    }
    if row.place:
        told["beneficiaryLocation"] = [{"name": row.place, "countryCode": "FI"}]
    return told


def number(cents: int) -> int | float:
    """Cents as a JSON number of euros: whole ones without a fraction; two decimals come back as they went in, below 10**13 euros."""
    return cents // 100 if cents % 100 == 0 else cents / 100


OPERATIONS = (
    "Operation_Unique_Identifier",
    "Operation_Name_Programme_Language",
    "Operation_Summary_Programme_Language",
    "Beneficiary_Name",
    "Beneficiary_Identifier",
    "Operation_Start_Date",
    "Operation_End_Date",
    "Total_Eligible_Expenditure_Amount",
    "Support_Amount",
    "Union_Cofinancing_Rate",
    "Fund",
    "Location_Indicator_Postcode",
    "Location_Indicator_Name",
    "Country",
    "Date_Last_Updated",
)
"""The columns of the list of operations, in their order."""


def operations(grants: Sequence[OpenGrant], updated: date, eu_bp: Mapping[str, int]) -> list[dict[str, str]]:
    """The list of operations: a row for each project and partner, days as dd/mm/yyyy, amounts with a point and two decimals.

    Args:
        eu_bp: the EU's share of eligible cost by fund, in hundredths of a per cent; a fund that isn't in it tells none.
    """
    return [
        dict(
            zip(
                OPERATIONS,
                (
                    row.project,
                    row.title,
                    row.description,
                    row.recipient.name,
                    row.recipient.org_id,
                    row.starts_on.strftime("%d/%m/%Y"),
                    row.ends_on.strftime("%d/%m/%Y"),
                    plain(row.eligible_cents),
                    plain(row.cents),
                    _percent(eu_bp[row.fund]) if row.fund in eu_bp else "",
                    row.fund,
                    row.postcode,
                    row.place,
                    "FI",
                    updated.strftime("%d/%m/%Y"),
                ),
                strict=True,
            )
        )
        for row in grants
    ]


def _percent(basis_points: int) -> str:
    share = Fraction(basis_points, 100)
    return str(share.numerator) if share.denominator == 1 else plain(basis_points)
