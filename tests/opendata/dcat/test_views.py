"""The addresses of the descriptions: negotiated, tagged, paged, the same in every process."""

import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import rdflib
from django.conf import settings as django_settings
from django.db import connection
from django.urls import resolve
from django.utils import timezone

from kuutio.opendata import addresses
from kuutio.opendata.actions import catalogue as verbs
from kuutio.opendata.dcat import catalogue
from kuutio.opendata.models import Dataset
from tests.factories import DatasetFactory, DistributionFactory
from tests.opendata.dcat.described import snapshot_of, whole_dataset

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
    ),  # rdflib's own JSON-LD reader
]
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")


def path_of(address: str) -> str:
    """An address of ours without its host."""
    assert addresses.is_ours(address)
    return address.removeprefix(django_settings.SITE_URL)


def read(response) -> rdflib.Graph:
    form = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
    return rdflib.Graph().parse(data=response.content, format=form[response["Content-Type"].partition(";")[0]])


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("text/turtle", 200, "text/turtle"),
        ("application/rdf+xml", 200, "application/rdf+xml"),
        ("application/ld+json", 200, "application/ld+json"),
        ("text/turtle;q=0.3, application/ld+json;q=0.9, text/html;q=0.2", 200, "application/ld+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 303, ""),
        ("text/html;q=0.5, application/rdf+xml", 200, "application/rdf+xml"),
        ("*/*", 303, ""),
        (None, 303, ""),
        ("image/png", 406, ""),
    ],
)
@pytest.mark.parametrize("thing", ["dataset", "catalogue", "distribution", "organisation"])
def test_a_name_answers_in_the_form_that_is_liked_best(client, accept, status, media_type, thing):
    dataset = whole_dataset()
    address = {
        "dataset": addresses.dataset_uri(dataset),
        "catalogue": addresses.catalogue_uri(),
        "distribution": addresses.distribution_uri(dataset.distributions.first()),
        "organisation": addresses.organisation_uri(dataset.publisher),
    }[thing]
    response = client.get(path_of(address), headers={"Accept": accept} if accept else {})
    assert response.status_code == status
    if status == 200:
        assert response["Content-Type"] == f"{media_type}; charset=utf-8"
        assert "Accept" in response["Vary"]
        assert len(read(response))
    if status == 303:
        assert response["Location"].startswith(f"{django_settings.SITE_URL}/fi/data/")
    if status in {200, 303}:
        assert response["Access-Control-Allow-Origin"] == "*"


def test_a_data_set_is_found_by_name_and_by_uuid(client):
    dataset = whole_dataset(name="helsinki-puistot")
    by_name = client.get("/dataset/helsinki-puistot.ttl")
    by_uuid = client.get(f"/dataset/{dataset.pk}.ttl")
    assert by_name.status_code == by_uuid.status_code == 200
    assert by_name.content == by_uuid.content
    assert client.get("/dataset/helsinki-nothing.ttl").status_code == 404


@pytest.mark.parametrize(
    "changes", [{"state": "draft"}, {"state": "deleted"}, {"access": "RESTRICTED"}, {"access": "NON_PUBLIC"}]
)
def test_what_is_not_public_is_nowhere(client, changes):
    dataset = whole_dataset(name="helsinki-hidden")
    Dataset.objects.update(**changes)
    for path in (".ttl", ".schema.jsonld", "/datapackage.json", "/feed.atom", ""):
        assert client.get(f"/dataset/helsinki-hidden{path}", headers={"Accept": "text/turtle"}).status_code == 404
    for path in ("/catalog.ttl", "/feed.atom", "/sitemap-pages.xml"):
        response = client.get(path)
        assert response.status_code == 200
        assert b"hidden" not in response.content
    assert client.get("/sitemap-data-1.xml").status_code == 404
    assert client.get(path_of(addresses.organisation_uri(dataset.publisher))).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl", "/catalog.rdf", "/catalog.jsonld", "/catalog.ttl?profile=2.1.1", "/dataset/helsinki-x.ttl",
        "/dataset/helsinki-x.schema.jsonld", "/dataset/helsinki-x/datapackage.json", "/dataset/helsinki-x/feed.atom",
        "/feed.atom", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-data-1.xml", "/municipality/235",
    ],
)  # fmt: skip
def test_an_unchanged_document_is_not_sent_twice(client, path):
    whole_dataset(name="helsinki-x")
    first, second = client.get(path), client.get(path)
    assert first.status_code == 200
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl", "/catalog.rdf", "/catalog.jsonld", "/dataset/helsinki-x.ttl", "/dataset/helsinki-x.schema.jsonld",
        "/dataset/helsinki-x/datapackage.json", "/dataset/helsinki-x/feed.atom", "/feed.atom", "/sitemap-data-1.xml",
    ],
)  # fmt: skip
def test_a_changed_document_is_sent_again(client, path):
    whole_dataset(name="helsinki-x")
    first = client.get(path)
    Dataset.objects.update(title={"fi": "Toinen"}, modified_at=timezone.now() + timedelta(days=40))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1&page=2", "profile=1.0", "after=x", "sort=name"]
)
def test_a_question_that_has_no_answer_is_refused(client, query):
    response = client.get(f"/catalog.ttl?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_page_beyond_the_last_is_not_there(client):
    whole_dataset()
    assert client.get("/catalog.ttl?page=2").status_code == 404
    assert client.get("/catalog.ttl?page=1").status_code == 200


def test_an_empty_catalogue_is_a_catalogue(client):
    graph = read(client.get("/catalog.ttl"))
    assert len(set(graph.subjects(rdflib.RDF.type, DCAT.Catalog))) == 1
    assert [int(total) for total in graph.objects(None, HYDRA.totalItems)] == [0]


def test_other_methods_are_refused_and_browsers_may_ask(client):
    assert client.post("/catalog.ttl").status_code == 405
    asked = client.options("/catalog.ttl")
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
    assert client.head("/catalog.ttl").status_code == 200


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_a_walk_meets_each_data_set_once_while_others_come_and_go(client, monkeypatch, suffix):
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 10)
    there = {addresses.dataset_uri(DatasetFactory()) for _ in range(45)}
    address, met, steps = addresses.catalogue(suffix), [], 0
    while address:
        graph = read(client.get(path_of(address)))
        on_page = {str(one) for one in graph.objects(None, DCAT.dataset)}
        met += on_page
        for number in range(4):
            verbs.publish_dataset(
                DatasetFactory(name=f"helsinki-new-{steps}-{number}", state="draft"), by=None, at=timezone.now()
            )
        # What was met already goes: pages by number would now skip as many.
        for one in sorted(on_page)[:3]:
            Dataset.objects.filter(pk=one.rsplit("/", 1)[1]).update(state="deleted")
        address = next((str(one) for one in graph.objects(None, HYDRA.next)), None)
        assert address == next((str(one) for one in graph.objects(None, HYDRA.nextPage)), None)
        steps += 1
    assert steps >= 5
    assert len(met) == len(set(met)), "no data set twice"
    assert there <= set(met), "each that was there from the beginning"


def test_pages_have_their_numbers_too(client, monkeypatch):
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 10)
    for _ in range(25):
        DatasetFactory()
    pages = [read(client.get(f"/catalog.ttl?page={number}")) for number in (1, 2, 3)]
    assert [len(set(page.objects(None, DCAT.dataset))) for page in pages] == [10, 10, 5]
    assert [str(last) for last in pages[0].objects(None, HYDRA.last)] == [addresses.catalogue_page(3)]
    assert [str(one) for one in pages[2].objects(None, HYDRA.previous)] == [addresses.catalogue_page(2)]
    assert not list(pages[2].objects(None, HYDRA.next))
    assert client.get("/catalog.ttl?page=4").status_code == 404


@pytest.mark.parametrize("path", ["/catalog.ttl", "/catalog.jsonld", "/feed.atom", "/sitemap-data-1.xml"])
def test_the_number_of_queries_does_not_grow(client, path, django_assert_max_num_queries):
    for number in range(3):
        whole_dataset(name=f"helsinki-few-{number}")
    client.get(path)
    with django_assert_max_num_queries(7) as few:
        client.get(path)
    for number in range(27):
        whole_dataset(name=f"helsinki-many-{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def test_every_address_that_is_written_is_one_that_is_served():
    dataset = whole_dataset()
    part = dataset.distributions.first()
    written = [
        addresses.catalogue_uri(), addresses.catalogue("rdf"), addresses.dataset_uri(dataset), addresses.distribution_uri(part),
        addresses.dataset_description(dataset), addresses.dataset_description(dataset, "schema.jsonld"),
        addresses.dataset_package(dataset), addresses.dataset_feed(dataset), addresses.catalogue_feed(), addresses.sitemap(),
        addresses.organisation_uri(dataset.publisher), addresses.municipality_uri("235"),
    ]  # fmt: skip
    for address in written:
        assert resolve(urlsplit(address).path).app_names == ["dcat"], address


def test_a_size_a_version_and_a_coordinate_system_stand_by_a_table(client):
    dataset = whole_dataset(name="helsinki-puistot", hvd_category="c_ac64a52d")
    graph = read(client.get("/dataset/helsinki-puistot.ttl"))
    table = rdflib.URIRef(addresses.distribution_uri(dataset.distributions.get(kind="table")))
    assert str(graph.value(table, DCAT.downloadURL)) == addresses.table_download("helsinki-puistot-all")
    assert str(graph.value(table, DCAT.accessURL)) == addresses.collection("helsinki-puistot-all")
    assert int(graph.value(table, DCAT.byteSize)) == 120
    assert str(graph.value(table, DCAT.version)) == "1" * 16
    older = addresses.table_download("helsinki-puistot-all", snapshot="0" * 16)
    assert str(graph.value(table, DCAT.previousVersion)) == older
    services = {str(one) for one in graph.objects(table, DCAT.accessService)}
    assert services == {addresses.ogc_root(), addresses.ckan_root()}


def test_a_new_version_changes_the_document(client):
    dataset = whole_dataset(name="helsinki-puistot")
    before = client.get("/dataset/helsinki-puistot.ttl")
    snapshot_of(dataset.distributions.get(kind="table"), "2" * 16)
    after = client.get("/dataset/helsinki-puistot.ttl", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert b"2222222222222222" in after.content


@pytest.mark.django_db(transaction=True)
def test_two_processes_export_the_same_bytes():
    for number in range(5):
        whole_dataset(name=f"helsinki-{number}", hvd_category="c_ac64a52d" if number % 2 else "")
    DistributionFactory(dataset=DatasetFactory(), format="WMS")
    script = (
        "import django, hashlib; django.setup()\n"
        "from kuutio.opendata.dcat import catalogue, writing\n"
        "page = catalogue.page_of(1)\n"
        "for form in writing.FORMS.values():\n"
        "    print(hashlib.sha256(form.write(catalogue.graph_of(page, suffix='ttl'))).hexdigest())\n"
    )
    here = "".join(
        hashlib.sha256(form.write(catalogue.graph_of(catalogue.page_of(1)))).hexdigest() + "\n"
        for form in catalogue_forms()
    )
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": "src", "PYTHONHASHSEED": seed, "DATABASE_URL": _database_url(),
                 "DJANGO_SETTINGS_MODULE": "kuutio.config.settings"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == here


def catalogue_forms():
    """The three forms of RDF."""
    from kuutio.opendata.dcat.writing import FORMS

    return FORMS.values()


def _database_url() -> str:
    """This test's own database, for another process."""
    made = connection.settings_dict
    port = f":{made['PORT']}" if made["PORT"] else ""
    if str(made["HOST"]).startswith("/"):
        return f"postgresql://{made['USER']}:{made['PASSWORD']}@/{made['NAME']}?host={made['HOST']}"
    return f"postgresql://{made['USER']}:{made['PASSWORD']}@{made['HOST']}{port}/{made['NAME']}"


def test_the_addresses_of_the_interfaces_answer(client):
    whole_dataset(name="helsinki-puistot", hvd_category="c_ac64a52d")
    graph = read(client.get("/dataset/helsinki-puistot.ttl"))
    ours = {
        str(one)
        for predicate in (DCAT.endpointURL, DCAT.endpointDescription, DCAT.accessService)
        for one in graph.objects(None, predicate)
        if addresses.is_ours(str(one))
    }
    assert {addresses.ogc_description(), addresses.ckan_root(), addresses.ogc_root()} <= ours
    for address in ours:
        assert client.get(path_of(address)).status_code == 200, address
