"""The lists ask the database as little for many rows as for few, find what is asked for, and hide what isn't public."""

import pytest
from django.utils import timezone

from kuutio.core.language import LANGUAGES
from kuutio.innovation import models
from kuutio.innovation.models import Challenge, ChallengeCity, Trial, TrialCity
from tests.innovation.making import DAY, bed_of, challenge, three, trial


def many(count: int, start: int = 0) -> None:
    """So many more of each, written straight into the tables."""
    bed, one, run = (
        models.Testbed.objects.get(slug="eka"),
        Challenge.objects.get(slug="eka"),
        Trial.objects.get(slug="eka"),
    )
    numbers = range(start, start + count)

    def copies(row, **more):
        fields = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in ("id", "slug", "uuid") and field.attname not in more
        }
        return [type(row)(slug=f"kopio-{number}", **fields, **more) for number in numbers]

    models.Testbed.objects.bulk_create(copies(bed))
    ChallengeCity.objects.bulk_create(
        ChallengeCity(challenge=row, city_id="helsinki") for row in Challenge.objects.bulk_create(copies(one))
    )
    made = Trial.objects.bulk_create(copies(run, state="agreed", started_at=None))
    TrialCity.objects.bulk_create(TrialCity(trial=row, city_id="helsinki") for row in made)


@pytest.mark.django_db
def test_ten_rows_and_a_hundred_cost_the_same_questions(client, django_assert_max_num_queries):
    now = timezone.now()
    bed_of(slug="eka")
    challenge(slug="eka", now=now)
    trial(slug="eka", now=now)
    many(10)
    for room in ("testbeds", "challenges", "trials"):
        address = f"/fi/innovation/{room}/"
        client.get(address)
        with django_assert_max_num_queries(12) as few:
            assert client.get(address).status_code == 200
        if not models.Testbed.objects.filter(slug="kopio-90").exists():
            many(90, start=10)
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_filters_choose_and_nonsense_asks_for_nothing(client):
    now = timezone.now()
    bed_of(slug="eka")
    bed_of("oulu", slug="toka", name="Hanki", themes=["mobility"], trial_kinds=["vehicle"], technologies=["data"])
    challenge(slug="auki", now=now)
    challenge("oulu", slug="tulossa", title="Tuleva", now=now, opens_at=now + DAY)
    trial(slug="kaynnissa", now=now)
    trial("oulu", slug="ideana", run=False, now=now)
    asked = {
        "testbeds/?city=oulu": (["toka"], ["eka"]),
        "testbeds/?kind=vehicle&theme=mobility": (["toka"], ["eka"]),
        "testbeds/places.geojson?technology=data": (["toka"], ["eka"]),
        "testbeds/places.geojson?q=hanki": (["toka"], ["eka"]),
        "testbeds/?city=atlantis&theme=x&from=-1&kind=%00": (["toka", "eka"], []),
        "challenges/?when=open": (["auki"], ["tulossa"]),
        "challenges/?when=coming": (["tulossa"], ["auki"]),
        "trials/?when=running": (["kaynnissa"], ["ideana"]),
        "trials/": (["kaynnissa"], ["ideana"]),
        "trials/?q=meluanturi": (["kaynnissa"], ["ideana"]),
    }
    for address, (there, not_there) in asked.items():
        text = client.get(f"/fi/innovation/{address}").content.decode()
        for slug in there:
            assert f"/{slug}/" in text, address
        for slug in not_there:
            assert f"/{slug}/" not in text, address
    assert client.get("/fi/innovation/trials/ideana/").status_code == 404


@pytest.mark.django_db
def test_the_calendar_says_when_and_not_who(client):
    from icalendar import Calendar

    from kuutio.innovation.actions import booking
    from kuutio.innovation.availability import free_slots
    from tests.factories import PersonFactory
    from tests.innovation.making import key

    bed, now = bed_of(slug="eka", days_ahead=20), timezone.now()
    slot = free_slots(bed, at=now)[0]
    wish = booking.Wish(key(), slot.starts_at, "Salainen Yritys Oy", "Salainen tarkoitus")
    booking.book(bed, wish, by=PersonFactory(), at=now)
    for code in LANGUAGES:
        answer = client.get(f"/{code}/innovation/testbeds/eka/calendar.ics")
        assert answer["Content-Type"].startswith("text/calendar")
        found = Calendar.from_ical(answer.content)
        taken = [one for one in found.walk("VEVENT") if one["TRANSP"] == "OPAQUE"]
        assert [one.decoded("dtstart") for one in taken] == [slot.starts_at]
        assert len(found.walk("VEVENT")) > 1
        assert b"Salainen" not in answer.content


@pytest.mark.django_db
def test_a_page_in_each_language_of_what_is_written_in_one(client):
    now = timezone.now()
    row = challenge(slug="eka", now=now, description={"fi": "Vain suomeksi."})
    for code in LANGUAGES:
        page = client.get(f"/{code}/innovation/challenges/{row.slug}/").content.decode()
        assert "Vain suomeksi." in page
        assert three("Hiljainen katu")[code] in page


@pytest.mark.django_db
def test_public_data_sets_show_on_the_pages_of_a_testbed_and_a_trial_and_no_others(client):
    from kuutio.innovation.actions import testbeds, trials
    from kuutio.innovation.models import TrialDataset
    from kuutio.innovation.pages.work_forms import LinkForm
    from tests.factories import DatasetFactory

    now = timezone.now()
    bed, run, open_one, closed = bed_of(slug="eka"), trial(slug="eka", now=now), DatasetFactory(), DatasetFactory()
    for dataset in (open_one, closed):
        testbeds.add_resource(bed, sort="dataset", dataset=dataset, by=None, at=now)
        trials.link_dataset(run, dataset, by=None, at=now)
    type(closed).objects.filter(pk=closed.pk).update(access="RESTRICTED")
    for room in ("testbeds", "trials"):
        page = client.get(f"/fi/innovation/{room}/eka/").content.decode()
        assert open_one.name in page
        assert closed.name not in page
    assert TrialDataset.objects.count() == 2
    assert LinkForm({"dataset": f"https://kuutio.example/fi/data/{open_one.name}/"}).is_valid()
    assert not LinkForm({"dataset": closed.name}).is_valid()
