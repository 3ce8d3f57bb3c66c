"""A house that isn't the demonstration's: catalogue, rules, desks and mandates come by files and by the administrator's pages."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.cities.founding import found_city
from kuutio.cities.models import Municipality, Organisation, Unit
from kuutio.config import installation
from kuutio.contact.actions import mailing
from kuutio.contact.actions.mandating import end_mandate, grant_mandate
from kuutio.contact.actions.ruling import Told, end_rule, set_rule
from kuutio.contact.actions.setting_up import bring_catalogue, bring_rules, read_toml
from kuutio.contact.catalogue import OURS
from kuutio.contact.models import (
    Case,
    Category,
    CategoryGroup,
    CategoryRule,
    ExternalBody,
    JointDesk,
    Mandate,
    RawMail,
)
from kuutio.contact.permissions import Sight, view_of
from kuutio.core.problems import Invalid, NotAllowed
from tests.contact.making import HELSINKI
from tests.contact.making import case as made
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)

RULES = """
[[desk]]
organisation = "joint"
name = { fi = "Yhteinen", sv = "Gemensam", en = "Joint" }
default = true

[[mandate]]
desk = "joint"
city = "091"
categories = ["pothole"]
may_answer = true
starts_on = 2026-01-01

[[rule]]
city = "helsinki"
categories = ["pothole", "street-light"]
unit = "streets"
answer = 240
resolve = 2400

[[rule]]
city = "helsinki"
category = "pothole"
unit = "east"
area = "east.geojson"
area_name = "Itä"

[[body]]
slug = "harbour"
kind = "port"
name = { fi = "Satama", sv = "Hamnen", en = "Harbour" }
text = { fi = "Soita.", sv = "Ring.", en = "Call." }
phone = "09 1234"
"""


@pytest.fixture
def city():
    """An empty house in which one city has just begun."""
    installation.migrate()
    return found_city(Municipality.objects.get(pk="091"), by=None, at=timezone.now())


@pytest.fixture
def file(tmp_path: Path, city) -> Path:
    for slug in ("streets", "east"):
        Unit.objects.create(slug=slug, city=city, name={"fi": slug})
    lon, lat = HELSINKI.lon + 0.05, HELSINKI.lat
    ring = [[lon + x, lat + y] for x, y in ((-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, 0.01), (-0.01, -0.01))]
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "east.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    found = tmp_path / "rules.toml"
    found.write_text(RULES)
    return found


def test_an_empty_house_has_the_catalogue_and_takes_mail_in(city):
    assert Category.objects.get(pk="other").name.localize("sv")
    data = b"From: aino@example.org\r\nTo: palvelu@example.org\r\nSubject: Hei\r\nMessage-ID: <1@example.org>\r\n\r\nKuka auttaa?\r\n"
    raw = mailing.keep(data, sender="aino@example.org", recipients=["palvelu@example.org"], at=timezone.now())
    mailing.take_in(raw.pk)
    assert RawMail.objects.get().state == "done"
    assert Case.objects.get().responsible.city == city
    Category.objects.filter(pk="other").update(position=77)
    installation.migrate()
    assert Category.objects.get(pk="other").position == 77, "what is there isn't brought in again"


def test_rules_desks_mandates_and_bodies_come_by_a_file(file, city):
    told, now = read_toml(file), timezone.now()
    counts = bring_rules(told, file.parent, at=now)
    assert counts == {"body": 1, "desk": 1, "mandate": 1, "rule": 2}
    lines = Entry.objects.count()
    bring_rules(told, file.parent, at=now + timedelta(days=1))
    assert CategoryRule.objects.count() == 3, "again, it changes nothing"
    assert Entry.objects.count() == lines + 1, "but who else there is was looked at"
    case = made(at=now)
    assert (case.unit.slug, case.answer_minutes, case.resolve_minutes) == ("streets", 240, 2400)
    east = made(at=now, place=type(HELSINKI)(lon=HELSINKI.lon + 0.05, lat=HELSINKI.lat, source="map"))
    assert east.unit.slug == "east"
    desk = PersonFactory(agent_of=[Organisation.objects.get(slug="joint")])
    assert view_of(desk, case, now).sight is Sight.MANDATE
    assert JointDesk.objects.get().is_default
    assert ExternalBody.objects.get(slug="harbour").phone == "09 1234"


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ('city = "091"', 'city = "nowhere"', "/mandate/0"),
        ('category = "pothole"', 'category = "nothing"', "/rule/1"),
        ('unit = "streets"', 'unit = "none"', "/rule/0"),
        ("answer = 240", "answer = 9000", "/rule/0/answer_minutes"),
        ('phone = "09 1234"', "", "/body/0"),
        ('sv = "Hamnen", ', "", "/body/0"),
        ("2026-01-01", '"tomorrow"', "/mandate/0"),
        ('slug = "harbour"', "", "/body/0/slug"),
        ("[[body]]", "[[bodies]]", "/bodies"),
        ("east.geojson", "west.geojson", "/rule/1"),
        ("answer = 240", 'answer = "soon"', "/rule/0"),
        ("[[body]]", "[body]", "/body"),
    ],
)
def test_a_file_with_a_mistake_says_where_and_leaves_nothing(file, old, new, pointer):
    file.write_text(RULES.replace(old, new))
    with pytest.raises(Invalid) as refused:
        bring_rules(read_toml(file), file.parent, at=timezone.now())
    assert pointer in [error["pointer"] for error in refused.value.errors]
    assert not JointDesk.objects.exists()
    assert not CategoryRule.objects.exists()


def test_a_catalogue_comes_by_a_file_and_says_what_it_lacks(city):
    told = read_toml(OURS)
    CategoryGroup.objects.create(code="own", name={"fi": "Oma"}, position=90)
    assert bring_catalogue(told, at=timezone.now())["categories"] == len(told["category"])
    assert [group.code for group in CategoryGroup.objects.order_by("position")][-1] == "own"
    del told["category"][0]["sv"]
    told["category"][1]["answer"] = "soon"
    with pytest.raises(Invalid) as refused:
        bring_catalogue(told, at=timezone.now())
    assert [error["pointer"] for error in refused.value.errors] == ["/category/0/sv", "/category/1/answer"]
    with pytest.raises(Invalid) as refused:
        bring_catalogue({"group": "x", "category": 3}, at=timezone.now())
    assert [error["pointer"] for error in refused.value.errors] == ["/group", "/category"]


def test_a_rule_that_held_is_never_changed(city):
    unit, category = Unit.objects.create(slug="u", city=city, name={"fi": "U"}), Category.objects.get(pk="pothole")
    at, day = timezone.now(), timedelta(days=1)

    def ruled(first: date, minutes: int, **words) -> CategoryRule:
        return set_rule(city, category, Told(unit, minutes, 4800), valid_from=first, by=None, at=at, **words)

    first = ruled(TODAY, 480)
    assert ruled(TODAY + day, 480) == first, "the same again"
    second = ruled(TODAY + 10 * day, 240)
    first.refresh_from_db()
    assert (first.answer_minutes, first.valid_to) == (480, TODAY + 9 * day)
    between = ruled(TODAY + 5 * day, 120)
    assert between.valid_to == TODAY + 9 * day, "what begins later stays"
    assert second.valid_to is None
    assert ruled(TODAY + 10 * day, 60).pk == second.pk, "one that hasn't held is put right"
    with pytest.raises(Invalid):
        end_rule(second, last_day=TODAY, by=None, at=at)
    assert end_rule(second, last_day=TODAY + 20 * day, by=None, at=at).valid_to == TODAY + 20 * day
    for who in (PersonFactory(), PersonFactory(agent_of=[Organisation.objects.get(city=city)])):
        with pytest.raises(NotAllowed):
            set_rule(city, category, Told(unit, 1, 2), valid_from=TODAY, by=who, at=at)


def test_a_mandate_is_given_changed_from_a_day_on_and_ended(city):
    desk = JointDesk.objects.create(
        organisation=Organisation.objects.create(slug="joint", kind="public", name={"fi": "Y"}), is_default=True
    )
    giver, at = Organisation.objects.get(city=city), timezone.now()

    def given(first: date, **words) -> Mandate:
        words = {"categories": ["pothole"], "may_answer": True, "by": None, "at": at} | words
        return grant_mandate(desk, giver, starts_on=first, **words)

    first = given(TODAY)
    assert given(TODAY + timedelta(days=3)) == first
    second = given(TODAY + timedelta(days=3), may_answer=False)
    first.refresh_from_db()
    assert first.ends_on == TODAY + timedelta(days=2)
    end_mandate(second, last_day=TODAY + timedelta(days=9), by=None, at=at)
    assert Mandate.objects.get(pk=second.pk).ends_on == TODAY + timedelta(days=9)
    with pytest.raises(Invalid):
        given(TODAY, categories=["nothing"])
    with pytest.raises(NotAllowed):
        given(TODAY, by=PersonFactory(agent_of=[giver]))


def test_the_administrators_pages_set_rules_and_give_mandates(city, client):
    unit = Unit.objects.create(slug="streets", city=city, name={"fi": "Kadut"})
    giver = Organisation.objects.get(city=city)
    admin = PersonFactory()
    admin.roles.create(organisation=giver, role="admin")
    desk = JointDesk.objects.create(
        organisation=Organisation.objects.create(slug="joint", kind="public", name={"fi": "Yhteinen"}), is_default=True
    )
    client.force_login(admin)
    assert client.get("/fi/work/rules/").url == "/fi/work/rules/helsinki/"
    assert client.get("/fi/work/rules/oulu/").status_code == 404
    page = "/fi/work/rules/helsinki/"
    rule = {
        "category": "pothole",
        "unit": unit.pk,
        "answer_hours": "4",
        "resolve_hours": "40",
        "valid_from": "2026-01-01",
    }
    assert client.post(page, rule | {"resolve_hours": "1"}).status_code == 422
    shown = client.post(page, rule, follow=True).content.decode()
    assert "Kadut" in shown and "Kuka hoitaa" in shown
    case = made(at=timezone.now())
    assert (case.unit, case.answer_minutes) == (unit, 240)
    client.post(page, {"end": str(CategoryRule.objects.get().pk)})
    assert CategoryRule.objects.get().valid_to == timezone.localdate()
    mandates = "/fi/work/mandates/"
    told = {"giver": giver.slug, "desk": desk.pk, "categories": ["pothole"], "starts_on": "2026-01-01"}
    assert client.post(mandates, told | {"ends_on": "2025-01-01"}).status_code == 422
    client.post(mandates, told)
    mandate = Mandate.objects.get()
    assert (mandate.categories, mandate.may_answer) == (["pothole"], False)
    assert "Yhteinen" in client.get(mandates).content.decode()
    client.post(mandates, {"end": str(mandate.pk)})
    assert Mandate.objects.get().ends_on == timezone.localdate()
    assert client.post(mandates, {"end": "x"}).status_code == 404
    client.force_login(PersonFactory(agent_of=[giver]))
    assert client.get(page).status_code == client.get(mandates).status_code == 403
