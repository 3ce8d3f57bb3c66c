"""SQL on a page: a question has an address, an answer a file, a mistake its explanation."""

import pytest
from django.test import Client

from kuutio.opendata import sql
from tests.opendata.bringing import bring
from tests.opendata.pages import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _table() -> None:
    samples.place()
    bring("nimi;arvo\nA;1\nB;2\nB;3\n", what="asked")


def test_a_question_is_answered_as_a_page_and_as_csv(client: Client) -> None:
    asked = {"q": 'SELECT nimi, sum(arvo) AS s FROM "helsinki-asked" GROUP BY nimi ORDER BY nimi'}
    for address in ("/en/data/sql/", "/en/data/helsinki-asked/sql/"):
        page = client.get(address, asked)
        assert page.status_code == 200
        assert [row[0] for row in page.context["rows"]] == ["A", "B"]
    body = client.get("/en/data/sql/", {**asked, "as": "csv"}).content.decode("utf-8-sig").split()
    assert body == ["nimi,s", "A,1", "B,5"]


def test_a_mistake_is_explained_and_the_question_stays(client: Client) -> None:
    page = client.get("/en/data/sql/", {"q": "SELECT * FROM nowhere"})
    assert page.status_code == 422 and page.context["problem"]
    assert page.context["written"] == "SELECT * FROM nowhere"
    assert client.get("/en/data/sql/", {"q": "DROP TABLE x"}).status_code == 422


def test_the_page_of_a_data_set_has_a_query_ready_and_its_columns(client: Client) -> None:
    page = client.get("/en/data/helsinki-asked/sql/")
    assert '"helsinki-asked"' in page.context["written"]
    for one in page.context["examples"]:
        assert client.get(f"/en/data/sql/{one['url']}").status_code == 200


def test_each_visitor_has_a_turn_of_their_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(sql, "run", lambda asked, *, caller: seen.append(caller) or sql.Result([], [], False, 0.0))
    for address in ("192.0.2.1", "192.0.2.2"):
        client.get("/en/data/sql/", {"q": "SELECT 1"}, REMOTE_ADDR=address)
    assert seen == ["address:192.0.2.1", "address:192.0.2.2"]
