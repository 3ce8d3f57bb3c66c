"""What the public gets of grants: O1, O2 and O3."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuutio.core.grants.opened import OPERATIONS, Body, OpenGrant, Publisher, number, operations, package
from tests.core.grants.real import DATA

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OULU, TURKU = Body("0187690-1", "Oulun kaupunki"), Body("0204819-8", "Turun kaupunki")
FUNDER = Body("0203303-6", "Uudenmaan liitto")
PUBLISHER = Publisher(
    FUNDER, "https://creativecommons.org/licenses/by/4.0/", "https://kuutio.example/api/grants.json", "6Aika"
)


def grant(cents: int = 123_456_78, recipient: Body = OULU, project: str = "A70202", **rest: object) -> OpenGrant:
    return OpenGrant(
        project=project,
        title="Avoimet innovaatioalustat",
        description="Kärkihanke",
        cents=cents,
        eligible_cents=2 * cents,
        awarded_on=date(2015, 2, 1),
        starts_on=date(2015, 2, 1),
        ends_on=date(2018, 1, 31),
        recipient=recipient,
        funder=FUNDER,
        fund="ERDF",
        programme="6Aika",
        **rest,
    )


@pytest.fixture(scope="module")
def official() -> jsonschema_rs.Draft202012Validator:
    """The official schemas, offline. They name their dialect with http, which no validator knows, and the package asks for the
    grants' schema by the number before its own."""
    grants, whole = (
        json.loads(
            (DATA / "360giving" / name)
            .read_text("utf-8")
            .replace('"http://json-schema.org/draft/2020-12', '"https://json-schema.org/draft/2020-12')
        )
        for name in ("360-giving-schema.json", "360-giving-package-schema.json")
    )
    asked = whole["properties"]["grants"]["items"]["$ref"]
    registry = jsonschema_rs.Registry([(grants["$id"], grants), (asked, grants)])
    return jsonschema_rs.Draft202012Validator(whole, registry=registry, validate_formats=True)


def test_the_schema_refuses_what_is_wrong(official):
    assert not official.is_valid(json.loads((DATA / "360giving" / "sample-2-grants.json").read_text("utf-8")))
    dated = package([grant()], PUBLISHER, NOW)
    dated["grants"][0]["awardDate"] = "01/02/2015"
    assert not official.is_valid(dated)


def test_a_package_is_valid_against_the_official_schema(official):
    grants = [
        grant(),
        grant(recipient=TURKU, place="Turku", page="https://kuutio.example/p/A70202"),
        grant(100, project="S1", from_call=False),
    ]
    made = json.loads(json.dumps(package(grants, PUBLISHER, NOW)))
    assert [error.message for error in official.iter_errors(made)] == []
    assert [one["id"] for one in made["grants"]] == [
        "360G-kuutio-A70202-0187690-1",
        "360G-kuutio-A70202-0204819-8",
        "360G-kuutio-S1-0187690-1",
    ]
    assert made["grants"][1]["beneficiaryLocation"] == [{"name": "Turku", "countryCode": "FI"}]
    assert made["grants"][2]["amountAwarded"] == 1


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10**14), min_size=1, max_size=6))
def test_awarded_amounts_add_up_to_the_cent(amounts):
    made = package([grant(cents, project=f"A{at}") for at, cents in enumerate(amounts)], PUBLISHER, NOW)
    read = json.loads(json.dumps(made), parse_float=Decimal, parse_int=Decimal)
    assert sum(one["amountAwarded"] for one in read["grants"]) * 100 == sum(amounts)


def test_a_partner_stands_once_in_a_project_and_an_empty_package_is_none():
    with pytest.raises(ValueError, match="two grants"):
        package([grant(), grant(1)], PUBLISHER, NOW)
    with pytest.raises(ValueError, match="at least one"):
        package([], PUBLISHER, NOW)
    assert (number(100), number(101), repr(number(10))) == (1, 1.01, "0.1")


def test_the_list_of_operations_has_its_fields():
    rows = operations(
        [grant(postcode="90100", place="Oulu"), grant(recipient=TURKU)], date(2026, 11, 29), {"ERDF": 5000}
    )
    assert all(tuple(row) == OPERATIONS for row in rows)
    assert rows[0]["Operation_Start_Date"] == "01/02/2015"
    assert rows[0]["Total_Eligible_Expenditure_Amount"] == "246913.56"
    assert (rows[0]["Union_Cofinancing_Rate"], rows[0]["Location_Indicator_Postcode"]) == ("50", "90100")
    assert rows[1]["Beneficiary_Identifier"] == "FI-PRH-0204819-8"
    (other,) = operations([grant()], date(2026, 11, 29), {"ESF": 5000})
    assert other["Union_Cofinancing_Rate"] == ""
    assert operations([grant()], date(2026, 11, 29), {"ERDF": 3333})[0]["Union_Cofinancing_Rate"] == "33.33"
