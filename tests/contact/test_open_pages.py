"""The pages of figures, and the officer's page of what is public."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kuutio.contact.actions.figuring import past_months, work_out_statistics
from kuutio.contact.actions.working import answer_case
from kuutio.contact.models import Case
from tests.contact.making import case
from tests.contact.publishing import publish

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_the_figures_are_there_in_three_languages_with_their_tables_and_data(
    group, agents, django_assert_max_num_queries
):
    client = Client()
    for lang, none in (("fi", "Lukuja ei vielä ole"), ("sv", "Det finns inga siffror än"), ("en", "no figures yet")):
        assert none in client.get(f"/{lang}/service/statistics/").content.decode()
    month = past_months(NOW)[-1]
    at = NOW.replace(year=month.year, month=month.month, day=10, hour=8)
    for _number in range(7):
        made = case(at=at)
        answer_case(made, text="Ok", by=agents["helsinki"], at=at + timedelta(hours=2), then=Case.State.RESOLVED)
    publish("kuutio")
    for lang, title in (
        ("fi", "Näin kaupungit palvelevat"),
        ("sv", "Så betjänar städerna"),
        ("en", "How the cities serve"),
    ):
        with django_assert_max_num_queries(8):
            page = client.get(f"/{lang}/service/statistics/").content.decode()
        assert title in page
        assert f"{month.month}/{month.year}" in page
        assert '<td class="n nowrap">7</td>' in page
        assert f"/{lang}/data/kuutio-service-statistics/" in page
    with django_assert_max_num_queries(8):
        page = client.get(f"/en/service/statistics/helsinki/?month={month:%Y-%m}").content.decode()
    assert "How we serve: Helsinki" in page
    assert "kuutio-chart" in page
    assert "2.0 h" in page
    espoo = client.get("/en/service/statistics/espoo/").content.decode()
    assert "There are no figures yet" in espoo
    for wrong in ("?month=1999-01", "?month=%00", f"?month={'9' * 5000}"):
        assert client.get(f"/fi/service/statistics/{wrong}").status_code == 404
    assert client.get("/fi/service/statistics/nowhere/").status_code == 404
    assert work_out_statistics(NOW) == work_out_statistics(NOW)


def test_an_officer_looks_before_the_public_does_and_takes_it_back(group, agents):
    made, client = case(at=NOW - timedelta(hours=1)), Client()
    client.force_login(agents["helsinki"])
    address = f"/en/work/cases/{made.number}/public/"
    assert address in client.get(f"/en/work/cases/{made.number}/").content.decode()
    page = client.get(address).content.decode()
    assert "24.9414" not in page  # the place is that of the square
    assert "24.9416" in page or "24.9421" in page or "24.9412" in page
    looked = client.post(address, {"act": "preview", "text": "The hole is filled."})
    assert looked.status_code == 200
    assert "Summary, not published yet" in looked.content.decode()
    bad = client.post(address, {"act": "publish", "text": "Call Matti Virtanen, 040 765 4321."})
    assert bad.status_code == 422
    assert "a person’s name (M•••• V•••••••)" in bad.content.decode()
    doubtful = client.post(address, {"act": "publish", "text": "Ask kirjaamo@hel.fi."})
    assert (doubtful.status_code, "has_looked" in doubtful.content.decode()) == (422, True)
    for text in ("", "\0", "a" * 20_000):
        assert client.post(address, {"act": "publish", "text": text}).status_code == 422
    assert client.post(address, {"act": "nonsense"}).status_code == 404
    made.refresh_from_db()
    assert made.public_text == ""
    assert client.post(address, {"act": "publish", "text": "The hole is filled."}).status_code == 302
    made.refresh_from_db()
    assert made.public_text == "The hole is filled."
    assert client.post(address, {"act": "withdraw"}).status_code == 302
    made.refresh_from_db()
    assert made.public_text == ""
