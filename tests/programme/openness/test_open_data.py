"""O1 to O4: the grants in the world's format, the EU's list, every table in the catalogue, nobody's telephone number."""

import csv
import io
import json
import re
from decimal import Decimal

import jsonschema_rs
import pytest
from django.db.models import Sum

from kuutio.core.grants.opened import OPERATIONS
from kuutio.core.published import Kind
from kuutio.opendata.declared import publisher_of
from kuutio.programme.models import BudgetVersion, Commitment, Grant, ListedProject, ProjectList
from kuutio.programme.open_urls import urlpatterns
from tests.core.grants.real import DATA
from tests.programme.money.granted import AT, AwardedPartner, awards
from tests.programme.openness.test_money import award

PAGES = (
    "promises/",
    "strategy/",
    "strategy/money/",
    "strategy/projects/",
    "strategy/projects/A70202/",
    "strategy/open-data-and-interfaces/",
    "strategy/open-innovation-platforms/",
    "strategy/open-participation-and-customership/",
    "strategy/promised/",
    "report/to/open-data-and-interfaces.helsinki/",
)


@pytest.fixture(scope="module")
def official():
    """360Giving's own schemas, offline (tests/data/programme/README.md names their source and licence)."""
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


def test_grants_are_valid_against_the_official_schema_and_equal_the_database_to_the_cent(client, desk, official):
    first = award()
    award("S20516", reference="DEC/2/2027", fund="esf")
    award("A70965", reference="DEC/3/2027")
    refused = award("A72014", reference="DEC/4/2027")
    Grant.objects.filter(pk=refused.pk).update(state=Grant.State.REFUSED)
    Grant.objects.filter(pk=first.pk).update(state=Grant.State.RUNNING)
    first.refresh_from_db()
    more = [
        AwardedPartner("0155668-4", "Tampereen Yliopisto", {"STAFF": 77_777_77}, is_lead=True, city="tampere"),
        AwardedPartner("0204819-8", "Turun kaupunki", {"STAFF": 60_000_01}, city="turku"),
    ]
    awards.change_award(
        first, awards.Change("DEC/1b/2027", AT.date(), first.ends_on, more, "Työ siirtyi Turkuun."), by=None, at=AT
    )
    response = client.get("/api/grants.json")
    assert response.headers["Content-Type"] == "application/json"
    assert [error.message for error in official.iter_errors(response.json())] == []
    told = json.loads(response.content, parse_float=Decimal, parse_int=Decimal)["grants"]
    last = [
        version.pk
        for grant in Grant.objects.exclude(state="refused")
        for version in BudgetVersion.objects.filter(grant=grant).order_by("-number")[:1]
    ]
    kept = Commitment.objects.filter(version__in=last, source__in=["EU", "STATE"]).aggregate(sum=Sum("cents"))["sum"]
    assert sum(one["amountAwarded"] for one in told) * 100 == kept
    assert len(told) == 6, "one for each project and partner; what was turned down is none"
    tampere = next(one for one in told if one["id"] == "360G-kuutio-A71103-0155668-4")
    assert tampere["fundingOrganization"][0]["name"] == "Uudenmaan liitto"
    assert tampere["grantProgramme"][0]["code"] == "ERDF"
    assert tampere["beneficiaryLocation"] == [{"name": "Tampere", "countryCode": "FI"}]
    assert tampere["dataSource"].endswith("/fi/strategy/projects/A71103/")


def test_a_partner_with_two_decisions_in_one_project_has_one_grant(client, desk, official):
    award()
    award(reference="DEC/2/2027")
    told = client.get("/api/grants.json").json()
    assert official.is_valid(told)
    assert len(told["grants"]) == 2


def test_the_list_of_operations_has_the_regulations_fields(client, desk):
    assert client.get("/api/operations.csv").content.decode().splitlines() == [",".join(OPERATIONS)]
    award()
    rows = list(csv.DictReader(io.StringIO(client.get("/api/operations.csv").content.decode())))
    assert [row["Beneficiary_Name"] for row in rows] == ["Tampereen Yliopisto", "Turun kaupunki"]
    assert (
        rows[1]
        | {
            "Operation_Unique_Identifier": "A71103",
            "Total_Eligible_Expenditure_Amount": "70000.00",
            "Support_Amount": "46900.00",
            "Union_Cofinancing_Rate": "50",
            "Location_Indicator_Name": "Turku",
            "Operation_End_Date": "31/12/2028",
        }
        == rows[1]
    )


def test_nothing_granted_is_told_as_such(client, desk):
    response = client.get("/api/grants.json")
    assert response.status_code == 404
    assert response.json()["detail"]


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_each_door_knows_what_a_caller_has_is_open_to_all_and_only_read(client, desk, pattern):
    award()
    path = f"/api/{pattern.pattern}"
    first = client.get(path)
    body = first.getvalue()
    assert (first.status_code, first.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert body
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"{path}?limit=5").status_code == 400
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_the_longest_list_streams_and_changes_its_tag_with_its_data(client, strategy):
    ListedProject.objects.bulk_create(
        ListedProject(list=ProjectList.objects.get(), code=f"X{at}", name="=HYPERLINK()" if at == 0 else "Hanke")
        for at in range(5000)
    )
    response = client.get("/api/funded-projects.csv")
    assert response.streaming
    chunks = list(response.streaming_content)
    assert len(chunks) == 1 + ListedProject.objects.count()
    assert b",'=HYPERLINK()," in b"".join(chunks), "no formula for a spreadsheet"
    ListedProject.objects.filter(code="X1").delete()
    assert client.get("/api/funded-projects.csv").headers["ETag"] != response.headers["ETag"]


def test_every_table_of_the_programme_goes_to_the_catalogue_in_three_languages(desk):
    award()
    tables = {table.slug: table for table in publisher_of("programme").tables()}
    assert set(tables) >= {
        "strategy-projects",
        "strategy-money",
        "programme-grants",
        "funded-projects",
        "contact-roles",
        "promises",
        "promise-figures",
    }
    kinds = {Kind.INTEGER: int, Kind.BOOLEAN: bool, Kind.NUMBER: (int, float), Kind.TEXT: str}
    for table in tables.values():
        rows = list(table.released())
        assert rows or table.slug.startswith("programme-"), table.slug
        assert len({tuple(row[name] for name in table.key) for row in rows}) == len(rows), table.slug
        assert all(set(texts) == {"fi", "sv", "en"} for texts in (table.title, table.text))
        for row in rows:
            for field in table.fields:
                value, kind = row[field.name], kinds.get(field.kind)
                assert value is None or kind is None or isinstance(value, kind), (table.slug, field.name, value)


_MAIL = re.compile(r"[\w.+-]+(?:@|\(at\))[\w-]+\.\w+")
_PHONE = re.compile(r"(?<![\d.,/-])(?:\+358|0(?:4\d|50|9|1\d|2\d|3\d|8))[ -]?\d(?:[ -]?\d){5,8}(?![\d.,/-])")


def test_the_patterns_find_what_they_look_for():
    assert _MAIL.search("joku.nimi(at)tampere.fi")
    assert _MAIL.search("joku@hel.fi")
    assert _PHONE.search("p. 040 806 3245")
    assert _PHONE.search("+358 40 1234567")
    assert not _PHONE.search("0204819-8 ja 2017-06-30, 37 423 617")


def test_no_public_door_of_the_programme_has_a_persons_telephone_or_address(client, desk):
    from kuutio.contact.catalogue import load_catalogue

    load_catalogue()
    award()
    told = {path: client.get(f"/{language}/{path}").content.decode() for language in ("fi", "en") for path in PAGES}
    told |= {str(one.pattern): client.get(f"/api/{one.pattern}").getvalue().decode() for one in urlpatterns}
    for table in publisher_of("programme").tables():
        told[table.slug] = json.dumps(list(table.released()), default=str, ensure_ascii=False)
    assert all(told.values())
    for path, text in told.items():
        text = re.sub(r"\b\d{7}-\d\b", "", text)  # Business IDs
        plain = re.sub(r"<(script|style|svg).*?</\1>", " ", text, flags=re.DOTALL) if "<main" in text else text
        for pattern in (_MAIL, _PHONE):
            assert not (found := pattern.search(plain)), (path, found)
