"""What the strategy's tables hold after loading, and what the database refuses."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kuutio.cities import demo as cities_demo
from kuutio.cities.models import City
from kuutio.core.identifiers import is_business_id
from kuutio.programme import demo, queries
from kuutio.programme.models import (
    Authority,
    FocusArea,
    FundingSource,
    PartImplementation,
    Partner,
    PlannedShare,
    Programme,
    Project,
    Promise,
    Source,
    Spearhead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    cities_demo.load_cities()
    loaded = demo.load()
    assert loaded
    return loaded


def test_loading_twice_changes_nothing(programme):
    before = [model.objects.count() for model in (Programme, Project, Partner, Promise, Source)]
    assert demo.load() is None
    assert [model.objects.count() for model in (Programme, Project, Partner, Promise, Source)] == before


def test_every_finnish_text_of_the_facts_is_in_three_languages():
    words = demo._words()
    facts = json.loads((demo.DATA / "strategy.json").read_text())

    def texts(value, key=""):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from texts(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner, key)
        elif isinstance(value, str) and key.endswith("_fi"):
            yield value

    shown_elsewhere = {"EAKR", "ESR", "kärkihanke", "pilotti- ja kokeiluhanke", *demo._ACTORS}
    for text in set(texts(facts)) - shown_elsewhere:
        assert all(words(text)[language].strip() for language in ("fi", "sv", "en")), text


def test_helsinki_is_the_only_city_whose_units_the_page_tells(programme):
    cities = queries.cities_of(programme)
    for area in queries.focus_areas_of(programme):
        told = [row.city.code for row in queries.city_parts_of(area.spearhead, cities) if row.part]
        assert told == ["helsinki"]
        assert len(queries.city_parts_of(area.spearhead, cities)) == 6


def test_the_planned_money_is_the_sum_of_its_shares_and_esf_is_in_none(programme):
    plan = queries.funding_plan_of(programme)
    assert plan.total_cents == (39_000_000 + 26_000_000 + 13_000_000) * 100
    assert plan.total_cents < programme.funding_limit_cents == 80_000_000 * 100
    assert [source.key for source in plan.on_top] == ["esf"]
    assert sum(share.percent for share in plan.shares) == 100
    assert {source.key for source in plan.sources if source.share_id} == {"erdf", "cities", "others", "state"}


def test_the_database_refuses_a_share_for_a_fund_that_comes_on_top(programme):
    esf, share = FundingSource.objects.get(key="esf"), PlannedShare.objects.first()
    with pytest.raises(IntegrityError, match="funding_source_on_top_apart"), transaction.atomic():
        FundingSource.objects.filter(pk=esf.pk).update(share=share)


def test_each_fund_has_its_authority(programme):
    found = {row.funding_source.key: str(row.organisation) for row in Authority.objects.all()}
    assert found == {"erdf": "Uudenmaan liitto", "esf": "Hämeen ELY-keskus"}


def test_projects_keep_codes_dates_leads_and_business_ids(programme):
    project = Project.objects.get(code="A70202")
    assert (project.starts_on, project.ends_on) == (date(2015, 2, 1), date(2018, 7, 31))
    assert project.spearhead.focus_area.slug == "open-innovation-platforms"
    lead = project.partners.get(is_lead=True)
    assert (lead.name, lead.business_id, lead.organisation.city_id) == ("Oulun kaupunki", "0187690-1", "oulu")
    assert project.partners.count() == 12
    assert all(is_business_id(number) for number in Partner.objects.values_list("business_id", flat=True))


def test_facts_of_the_page_and_of_other_sources_are_kept_apart(programme):
    assert programme.source.is_own_page
    assert all(part.source.is_own_page for part in PartImplementation.objects.all())
    assert all(spearhead.source.is_own_page for spearhead in Spearhead.objects.all())
    others = [programme.approval, *Project.objects.all(), *PlannedShare.objects.all()]
    assert not any(row.source.is_own_page for row in others)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (lambda: Project.objects.filter(kind="spearhead").update(spearhead=None), "project_has_spearhead"),
        (
            lambda: Project.objects.filter(code="A70009").update(spearhead=Spearhead.objects.first()),
            "project_has_spearhead",
        ),
        (lambda: Project.objects.filter(code="A70009").update(ends_on=date(2013, 1, 1)), "project_period"),
        (lambda: Project.objects.filter(code="A70009").update(code="70009"), "project_code"),
        (lambda: Project.objects.filter(code="A70011").update(kind="trial"), "project_kind"),
        (lambda: Partner.objects.filter(project__code="A70011").update(is_lead=True), "partner_one_leads"),
        (lambda: Partner.objects.filter(is_lead=True).update(business_id="123"), "partner_business_id"),
        (lambda: Programme.objects.update(actor_kinds=["company", "anybody"]), "programme_actor_kinds"),
        (lambda: Programme.objects.update(last_year=2001), "programme_period"),
        (lambda: Programme.objects.update(least_organisations=1), "programme_consortium"),
        (lambda: FocusArea.objects.update(face="programme"), "focus_area_face"),
        (lambda: Source.objects.update(is_own_page=True), "source_one_own_page"),
        (lambda: PartImplementation.objects.all()[0].clone(), "part_implementation_once"),
    ],
)
def test_the_database_refuses_what_can_not_be(programme, change, constraint, monkeypatch):
    def clone(part):
        part.pk = None
        part.save(force_insert=True)

    monkeypatch.setattr(PartImplementation, "clone", clone, raising=False)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change()


def test_a_missing_translation_stops_the_loading_and_leaves_nothing(monkeypatch):
    cities_demo.load_cities()
    whole = demo._words()

    def without(text):
        if text == "Tietokeskus":
            raise KeyError(text)
        return whole(text)

    monkeypatch.setattr(demo, "_words", lambda: without)
    with pytest.raises(KeyError, match="Tietokeskus"):
        demo.load()
    assert not Programme.objects.exists()
    assert not Source.objects.exists()
    assert City.objects.count() == 6
