"""A contract that can't be read is refused by the verb, and one that is there all the same stops nothing but its own table."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from kuutio.cities.keys import issue_api_key
from kuutio.core.problems import Invalid
from kuutio.opendata.actions import rows as verbs
from kuutio.opendata.actions.catalogue import change_dataset, create_dataset
from kuutio.opendata.models import Dataset, Distribution, RowWrite
from tests.factories import OrganisationFactory, PersonFactory
from tests.opendata.bringing import bring

pytestmark = pytest.mark.django_db
BAD = [{"columns": [{}]}, {"tables": []}, {"tables": {"a": {"every": "sometimes"}}}, {"cols": []}, ["x"]]


@pytest.mark.parametrize("contract", BAD)
def test_what_cannot_be_read_is_refused_with_a_pointer(client, contract):
    bring("id;n\n1;2\n")
    publisher = PersonFactory(publisher_of=[OrganisationFactory()])
    _row, secret = issue_api_key(publisher, name="t", scopes=["publish"], by=publisher, at=timezone.now())
    answer = client.patch(
        "/api/v1/datasets/helsinki-things",
        json.dumps({"contract": contract}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 422, answer.content
    assert any("contract" in error["pointer"] for error in answer.json()["errors"])
    assert Dataset.objects.get().contract == {}
    with pytest.raises(Invalid):
        create_dataset(
            name="helsinki-x",
            publisher=OrganisationFactory(),
            city=None,
            by=None,
            at=timezone.now(),
            title={"fi": "X"},
            contract=contract,
        )


def test_a_contract_for_each_table_can_be_declared():
    bring("id;n\n1;2\n")
    said = {"tables": {"helsinki-things": {"columns": [{"name": "n", "max": 1}]}}}
    assert change_dataset(Dataset.objects.get(), {"contract": said}, by=None, at=timezone.now()).contract == said
    assert bring("id;n\n1;3\n").state == "held"


@pytest.mark.parametrize("contract", BAD[:3])
def test_one_that_is_there_all_the_same_breaks_no_page(client, contract):
    bring("id;n\n1;2\n")
    Dataset.objects.update(contract=contract)
    for page in ("", "table/", "quality/", "versions/", "use/"):
        assert client.get(f"/en/data/helsinki-things/{page}").status_code == 200, page
    client.force_login(PersonFactory(publisher_of=[OrganisationFactory()]))
    assert client.get("/en/work/").status_code == 200
    assert bring("id;n\n1;3\n").finished_at


def test_the_rows_of_other_tables_do_not_wait_for_its_mending():
    first, second = (
        Distribution.objects.get(table=bring("id;n\n1;2\n", what=what).result["tables"][0]["name"])
        for what in ("bad", "good")
    )
    Dataset.objects.filter(pk=first.dataset_id).update(contract={"columns": [{}]})
    long_ago = timezone.now() - timedelta(minutes=1)
    writes = [verbs.queue_rows(one, "insert", [{"id": 5, "n": 6}], by=None, at=long_ago) for one in (first, second)]
    assert verbs.write_left_over(timezone.now()) == 2
    told = [RowWrite.objects.get(pk=write.pk) for write in writes]
    assert told[0].problem and told[0].snapshot is None
    assert told[1].snapshot is not None
    assert verbs.write_left_over(timezone.now()) == 0


def test_a_bug_at_one_table_stops_no_other(monkeypatch, caplog):
    first, second = (
        Distribution.objects.get(table=bring("id;n\n1;2\n", what=what).result["tables"][0]["name"])
        for what in ("bad", "good")
    )
    long_ago = timezone.now() - timedelta(minutes=1)
    for one in (first, second):
        verbs.queue_rows(one, "insert", [{"id": 5, "n": 6}], by=None, at=long_ago)
    write = verbs._write_waiting

    def breaks(distribution_id):
        if distribution_id == first.pk:
            raise RuntimeError("a bug")
        write(distribution_id)

    monkeypatch.setattr(verbs, "_write_waiting", breaks)
    verbs.write_left_over(timezone.now())
    assert set(RowWrite.objects.filter(done_at__isnull=True).values_list("distribution", flat=True)) == {first.pk}
    assert "a bug" in caplog.text
