"""A file becomes a served table, or is held, or refused with its reason; nothing is lost on the way."""

import io
import threading
import zipfile

import pytest
from django.db import connection
from django.utils import timezone

from kuutio.audit.models import Entry
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.opendata.actions.loading import decide_snapshot, receive_file, restore_snapshot, work_load
from kuutio.opendata.models import Dataset, Distribution, Load, Snapshot
from kuutio.opendata.tables import current_table, table_at
from tests.factories import OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db

TREES = "tunnus;laji;korkeus\n001;koivu;12,5\n002;mänty;20\n"


def test_a_csv_is_served_with_its_types_and_an_audit_line():
    load = bring(TREES, what="trees", confined=True)
    (table,) = load.result["tables"]
    assert (load.state, table["name"], table["state"]) == ("served", "helsinki-trees", "served")
    assert (table["rows_in"], table["rows"], table["rejects"]) == (2, 2, 0)
    assert table["columns"] == [
        {"name": "tunnus", "type": "text"},
        {"name": "laji", "type": "text"},
        {"name": "korkeus", "type": "number"},
    ]
    distribution = Distribution.objects.get(table="helsinki-trees")
    assert current_table(distribution).manifest.rows == 2
    assert Entry.objects.filter(verb="serve_snapshot", thing="table:helsinki-trees").count() == 1


def test_the_same_file_again_is_the_same_version():
    first, second = bring(TREES), bring(TREES)
    assert first.result["tables"][0]["snapshot"] == second.result["tables"][0]["snapshot"]
    assert Snapshot.objects.count() == 1
    assert Distribution.objects.count() == 1


def test_a_new_file_becomes_the_current_version_and_the_old_one_stays_readable():
    old = bring(TREES).result["tables"][0]["snapshot"]
    bring(TREES + "003;kuusi;7\n")
    distribution = Distribution.objects.get()
    assert current_table(distribution).manifest.rows == 3
    assert table_at(distribution, old).manifest.rows == 2


def test_personal_data_is_held_until_an_officer_decides():
    publisher = PersonFactory(publisher_of=[OrganisationFactory()])
    load = bring("nimi;tunnus\nA;131052-308T\nB;010594Y9032\n", what="people")
    assert load.state == "held"
    assert "hetu" in str(load.result["tables"][0]["findings"]) or load.result["tables"][0]["findings"]
    distribution = Distribution.objects.get()
    assert distribution.current is None
    snapshot = Snapshot.objects.get()
    with pytest.raises(NotAllowed):
        decide_snapshot(snapshot, serve=True, reason="Ok.", by=PersonFactory(), at=timezone.now())
    with pytest.raises(Invalid):
        decide_snapshot(snapshot, serve=True, reason=" ", by=publisher, at=timezone.now())
    decide_snapshot(snapshot, serve=True, reason="Esimerkkitunnuksia.", by=publisher, at=timezone.now())
    distribution.refresh_from_db()
    assert distribution.current == snapshot
    with pytest.raises(Conflict):
        decide_snapshot(snapshot, serve=False, reason="Toisin.", by=publisher, at=timezone.now())


def test_a_refused_version_is_never_served_and_the_last_good_one_stays():
    publisher = PersonFactory(publisher_of=[OrganisationFactory()])
    good = bring("nimi;arvo\nA;1\n", what="mixed").result["tables"][0]["snapshot"]
    bring("nimi;arvo\nA;131052-308T\n", what="mixed")
    held = Snapshot.objects.get(state="held")
    decide_snapshot(held, serve=False, reason="Henkilötietoja.", by=publisher, at=timezone.now())
    distribution = Distribution.objects.select_related("current").get()
    assert distribution.current.content == good
    assert Snapshot.objects.get(pk=held.pk).state == "refused"


def test_the_reason_given_with_the_file_serves_it_and_is_kept():
    load = bring("nimi;tunnus\nA;131052-308T\n", accept="Keksittyjä tunnuksia.")
    assert load.state == "served"
    assert Snapshot.objects.get().reason == "Keksittyjä tunnuksia."
    assert Entry.objects.filter(verb="accept_snapshot").exists()


def test_a_broken_contract_holds_the_version():
    bring("id;laji\n1;koivu\n", what="trees")
    Dataset.objects.update(
        contract={"columns": [{"name": "laji", "type": "text", "codes": {"koivu": "Koivu", "kuusi": "Kuusi"}}]}
    )
    load = bring("id;laji\n1;palmu\n", what="trees")
    assert load.state == "held"
    assert load.result["tables"][0]["violations"]
    assert bring("id;laji\n1;kuusi\n", what="trees").state == "served"


@pytest.mark.parametrize("content", [bytes(5000), b"<!DOCTYPE html><html><p>404; not found</p></html>\n"])
def test_what_is_called_a_table_and_is_none_is_refused(db, content):
    load = bring(content, "puut.csv", what="trees")
    assert (load.state, load.problem["kind"]) == ("failed", "not-a-table")
    assert not load.dataset.distributions.exists()


def test_what_is_no_table_is_kept_as_a_file():
    load = bring(b"%PDF-1.7\n" + bytes(range(256)) * 20, "suunnitelma.pdf", what="plans")
    assert (load.state, load.result["file"]) == ("served", "suunnitelma.pdf")
    distribution = Distribution.objects.get()
    assert (distribution.kind, distribution.format, distribution.size) == ("file", "PDF", 5129)


def test_a_file_that_cannot_be_read_fails_with_its_reason():
    load = bring(b'{"type": "FeatureCollection", "features": [{"type": ', "data.geojson", confined=True)
    assert load.state == "failed"
    assert load.problem["kind"]
    assert load.problem["detail"]
    assert Distribution.objects.count() == 0


def test_a_strangers_file_is_not_taken():
    bring(TREES)
    with pytest.raises(NotAllowed):
        receive_file(
            Dataset.objects.get(),
            chunks=iter([b"x"]),
            file_name="x.csv",
            door="page",
            by=PersonFactory(),
            at=timezone.now(),
        )
    assert Load.objects.count() == 1


def test_work_done_twice_is_done_once():
    load = bring(TREES)
    assert work_load(str(load.pk)).finished_at == load.finished_at
    assert Entry.objects.filter(verb="finish_load").count() == 1


def test_an_earlier_version_can_be_served_again():
    old = bring(TREES).result["tables"][0]["snapshot"]
    bring(TREES + "003;kuusi;7\n")
    restore_snapshot(Snapshot.objects.get(content=old), by=None, at=timezone.now())
    assert Distribution.objects.select_related("current").get().current.content == old


def test_several_tables_of_a_file_are_distributions_of_their_own():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "agency.txt",
            "agency_id,agency_name,agency_url,agency_timezone\n1,Föli,https://example.org,Europe/Helsinki\n",
        )
        archive.writestr("routes.txt", "route_id,route_short_name,route_type\n01,1,3\n02,2,3\n")
        archive.writestr("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\n1,Tori,60.45,22.26\n")
        archive.writestr("trips.txt", "route_id,service_id,trip_id\n01,1,1\n")
        archive.writestr(
            "stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n1,8:00:00,8:00:00,1,1\n"
        )
        archive.writestr("calendar.txt", "service_id,monday,start_date,end_date\n1,1,20260101,20261231\n")
    load = bring(packed.getvalue(), "gtfs.zip", what="transit", city="turku")
    assert load.state == "served"
    assert {table["name"]: table["rows"] for table in load.result["tables"]}["turku-transit-routes"] == 2
    assert Distribution.objects.filter(dataset__name="turku-transit", kind="table").count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_data_set_leave_one_truth(transactional_db):
    loads = []
    for rows in (2, 3):
        text = "id\n" + "\n".join(map(str, range(rows)))
        from kuutio.opendata.bringing import dataset_for

        dataset = dataset_for("helsinki", "raced", title="", at=timezone.now())
        loads.append(
            receive_file(
                dataset, chunks=iter([text.encode()]), file_name="a.csv", door="command", by=None, at=timezone.now()
            )
        )

    def work(load):
        try:
            work_load(str(load.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(load,)) for load in loads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {Load.objects.get(pk=load.pk).state for load in loads} == {"served"}
    assert Snapshot.objects.count() == 2
    assert Distribution.objects.get().current is not None
