"""What the world may have of customer service: published every night by the doors of every data set, and taken back again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from kuutio.contact.actions.forgetting import forget_case
from kuutio.contact.actions.handing import accept_case, offer_case
from kuutio.contact.actions.residents import rate_case
from kuutio.contact.actions.summaries import publish_summary
from kuutio.contact.actions.working import answer_case
from kuutio.contact.incoming import Place
from kuutio.contact.models import Case
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.opendata.models import Dataset, Distribution, Snapshot
from tests.contact.making import HELSINKI, case
from tests.contact.open311.asking import ask
from tests.contact.publishing import publish

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def rows(name, **words):
    """The items of a collection, as any program gets them."""
    answer = Client().get(f"/api/ogc/collections/{name}/items", {"limit": 1000, **words})
    assert answer.status_code == 200, answer.content
    return [feature["properties"] | {"geometry": feature["geometry"]} for feature in answer.json()["features"]]


def test_a_night_publishes_each_citys_cases_once_and_an_unchanged_night_nothing(group, agents):
    agent, begun = agents["helsinki"], NOW - timedelta(days=1)
    first = case(at=begun)
    answer_case(first, text="Korjattu, Matti.", by=agent, at=begun + timedelta(minutes=30), then=Case.State.RESOLVED)
    publish_summary(first, text="Kuoppa on paikattu.", by=agent, at=begun + timedelta(hours=1))
    secret = case("Lapsestani", category="day-care", place=Place(), chosen="helsinki", at=begun)
    moved = case(at=begun + timedelta(hours=1), place=Place(lon=24.95, lat=60.175, source="map"))
    taken = offer_case(moved, to=group["vantaa"], reason="Teidän tie", by=agent, at=begun + timedelta(hours=2))
    accept_case(taken, by=agents["vantaa"], at=begun + timedelta(hours=3))
    made = publish()
    assert {name: one.rows for name, one in made.items()} == {
        "helsinki-service-cases": 1,
        "espoo-service-cases": 0,
        "vantaa-service-cases": 1,
        "kuutio-service-statistics": 0,
        "kuutio-service-channels": 0,
    }
    (told,) = rows("helsinki-service-cases")
    assert told["number"] == first.number
    assert (told["category"], told["state"], told["channel"], told["unit"]) == ("pothole", "resolved", "web", "Kadut")
    assert (told["answered_in_time"], told["settled_in_time"], told["handovers"]) == (True, True, 0)
    assert told["summary"] == "Kuoppa on paikattu."
    row = ask(f"requests/{first.number}").json()[0]
    assert told["geometry"]["coordinates"] == [row["long"], row["lat"]] != [HELSINKI.lon, HELSINKI.lat]
    (theirs,) = rows("vantaa-service-cases")
    assert (theirs["number"], theirs["first_office"], theirs["handovers"]) == (moved.number, "helsinki", 1)
    dataset = Dataset.objects.get(name="helsinki-service-cases")
    assert (dataset.state, dataset.publisher, dataset.city_id) == ("published", group["helsinki"], "helsinki")
    assert dataset.quality_points > 200
    page = Client().get("/fi/data/helsinki-service-cases/table/").content.decode()
    assert first.number in page
    assert secret.number not in page
    versions = Snapshot.objects.count()
    assert not [one for one in publish().values() if one.load]
    assert Snapshot.objects.count() == versions
    assert Dataset.objects.get(pk=dataset.pk).modified_at == dataset.modified_at


def test_what_is_taken_back_is_in_no_door_and_in_no_old_version(group, agents):
    agent = agents["helsinki"]
    place = Place(lon=24.941, lat=60.1702, source="map")
    one, other = case(at=NOW - timedelta(hours=5)), case(at=NOW - timedelta(hours=4), place=place)
    for held in (one, other):
        publish_summary(held, text=f"Paikattu {held.pk}.", by=agent, at=NOW)
    publish("helsinki-service-cases")
    version = Distribution.objects.get(table="helsinki-service-cases").current
    old = f"/data/helsinki-service-cases@{version.content}.csv"
    publish_summary(one, text="", by=agent, at=NOW)
    assert ask(f"requests/{one.number}").json()[0]["description"] == ""
    publish("helsinki-service-cases")
    assert {row["summary"] for row in rows("helsinki-service-cases")} == {None, f"Paikattu {other.pk}."}
    assert Client().get(old).status_code == 410
    version.refresh_from_db()
    assert version.state == Snapshot.State.PRUNED
    # New cases take nothing back: the version before them stays, and so does the change between the two.
    kept = Distribution.objects.get(table="helsinki-service-cases").current
    case(at=NOW - timedelta(hours=3))
    publish("helsinki-service-cases")
    kept.refresh_from_db()
    assert kept.state == Snapshot.State.SERVED
    # The person is forgotten: their words and the finer place go from every version.
    point = {row["number"]: row["geometry"] for row in rows("helsinki-service-cases")}[other.number]
    assert forget_case(other.pk, at=NOW)
    publish("helsinki-service-cases")
    told = {row["number"]: row for row in rows("helsinki-service-cases")}[other.number]
    assert told["summary"] is None
    assert told["geometry"] != point
    assert Snapshot.objects.exclude(state=Snapshot.State.PRUNED).count() == 1


def test_the_statistics_become_data_and_tell_nothing_small(group, agents):
    at = (NOW.replace(day=1) - timedelta(days=10)).replace(hour=9)
    for number in range(6):
        made = case(at=at, channel="web" if number else "email")
        answer_case(made, text="Ok", by=agents["helsinki"], at=at + timedelta(hours=1), then=Case.State.RESOLVED)
        rate_case(made, stars=4, at=at + timedelta(hours=2))
    for city, count in (("espoo", 2), ("vantaa", 7)):
        for _number in range(count):
            case(at=at, place=Place(), chosen=city, category="other", channel="phone")
    publish("kuutio")
    told = {row["office"]: row for row in rows("kuutio-service-statistics")}
    assert told["all"]["received"] == 15
    # Espoo's two would be told by the rest: the smallest other one is kept back with them.
    assert (told["espoo"]["received"], told["helsinki"]["received"]) == (None, None)
    assert (told["helsinki"]["rated"], told["helsinki"]["stars_mean"]) == (6, 4.0)
    assert (told["helsinki"]["closed_in_time_percent"], told["helsinki"]["answer_hours_median"]) == (100.0, 1.0)
    channels = {(row["office"], row["channel"]): row["received"] for row in rows("kuutio-service-channels")}
    assert channels[("helsinki", "email")] is None
    assert channels[("helsinki", "web")] is None
    assert not [count for count in channels.values() if count is not None and 0 < count < 5]


def refusal(made, agent, text, **words):
    """Why a summary is refused, in English."""
    with override("en"), pytest.raises(Invalid) as refused:
        publish_summary(made, text=text, by=agent, at=NOW, **words)
    return str(refused.value.detail)


def test_a_summary_with_personal_data_is_refused_and_never_shown(group, agents, jobs):
    agent, made = agents["helsinki"], case(at=NOW - timedelta(hours=2))
    for text, what in (
        ("Matti Virtanen soitti.", "a person’s name"),
        ("Soita 040 765 4321.", "a telephone number"),
        ("Tunnus 131052-308T.", "a personal identity code"),
        ("Tunnus 010203A123N, väärä tarkiste.", "a personal identity code"),
        ("Auto ABC-123.", "a registration plate"),
        ("Auto ABC 123.", "a registration plate"),
        ("Kirjoita matti.virtanen@example.org.", "an e-mail address"),
        ("Tilille FI21 1234 5600 0007 85.", "a bank account"),
    ):
        assert what in refusal(made, agent, text, has_looked=True)
        Case.objects.filter(pk=made.pk).update(public_text=text)  # as if it had come some other way
        assert ask(f"requests/{made.number}").json()[0]["description"] == ""
        Case.objects.filter(pk=made.pk).update(public_text="")
    assert "Confirm" in refusal(made, agent, "Lisätietoja: kirjaamo@hel.fi")
    publish_summary(made, text="Lisätietoja: kirjaamo@hel.fi", by=agent, at=NOW, has_looked=True)
    assert ask(f"requests/{made.number}").json()[0]["description"] == "Lisätietoja: kirjaamo@hel.fi"
    assert "publish_declared" not in jobs()
    publish_summary(made, text="Korjattu.", by=agent, at=NOW)
    assert jobs()[-1] == "publish_declared"
    with pytest.raises(NotAllowed):
        publish_summary(made, text="Meillä", by=agents["vantaa"], at=NOW)
    assert "below 1,000" in refusal(made, agent, "a" * 1001)
    secret = case("Lapsestani", category="day-care", place=Place(), chosen="helsinki", at=NOW)
    assert "confidential" in refusal(secret, agent, "Hoidettu.")
