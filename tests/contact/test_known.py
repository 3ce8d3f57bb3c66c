"""What a process keeps of the catalogue holds exactly as long as the catalogue stays the same."""

import threading

import pytest
from django.db import connection, transaction

from kuutio.cities.models import Unit
from kuutio.contact.actions import receiving
from kuutio.contact.known import known
from kuutio.contact.models import Case, Category, CategoryRule, ExternalBody, JointDesk
from kuutio.core.case_numbers import make
from tests.contact.making import ESPOO, HELSINKI, bring
from tests.contact.making import case as made

pytestmark = pytest.mark.django_db


def test_what_is_kept_costs_one_question(group, django_assert_num_queries):
    first = known()
    with django_assert_num_queries(1):
        again = known()
        assert again is first
        assert again.category("pothole").group.name
        assert again.rules["espoo"][0].unit.slug == "espoo-streets"
        assert list(again.category("pothole").questions.all())
        assert again.city("049").municipality.name_fi == again.city("espoo").municipality.name_fi == "Espoo"


@pytest.mark.parametrize(
    "change",
    [
        lambda: Category.objects.filter(pk="pothole").update(is_active=False),
        lambda: CategoryRule.objects.filter(category="pothole").delete(),
        lambda: Unit.objects.filter(slug="espoo-streets").update(slug="espoo-roads"),
        lambda: JointDesk.objects.update(is_default=False),
        lambda: ExternalBody.objects.create(slug="x", kind="rail", name={"fi": "X"}, phone="+3581"),
        lambda: known_organisation("espoo", home_page="https://espoo.example"),
    ],
)
def test_a_change_is_seen_at_once_and_one_taken_back_is_not(group, change):
    before = known()
    with pytest.raises(RuntimeError), transaction.atomic():
        change()
        changed = known()
        assert changed.version != before.version
        raise RuntimeError
    assert known().version == before.version
    assert known().category("pothole") is not None
    change()
    assert known().version not in {before.version, changed.version}


def known_organisation(city, **fields):
    row = known().organisations[city]
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_what_isn_t_kept_of_a_unit_changes_nothing(group):
    before = known()
    Unit.objects.update(phone="+358931010111")
    assert known() is before


@pytest.mark.django_db(transaction=True)
def test_a_change_by_another_process_counts_from_its_commit(group):
    assert made(place=ESPOO).unit.slug == "espoo-streets"
    written, committed, seen = threading.Event(), threading.Event(), threading.Event()

    def another() -> None:
        with transaction.atomic():
            CategoryRule.objects.filter(city="espoo", category="pothole").update(unit=None)
            written.set()
            seen.wait(10)
        committed.set()
        connection.close()

    thread = threading.Thread(target=another)
    thread.start()
    assert written.wait(10)
    assert made(place=ESPOO).unit is not None, "not committed yet"
    seen.set()
    assert committed.wait(10)
    thread.join()
    assert made(place=ESPOO).unit is None


def test_opening_asks_few_questions_whatever_the_catalogue_holds(group, django_assert_max_num_queries):
    made()
    with django_assert_max_num_queries(8):
        made(place=HELSINKI, external_id="once")


def test_a_number_that_is_taken_is_drawn_again(group, monkeypatch):
    taken = made().number
    free = make(b"something new")
    drawn = iter([taken, taken, free])
    monkeypatch.setattr(receiving, "new_number", lambda: next(drawn))
    assert bring("Toinen kuoppa.").case.number == free
    assert Case.objects.count() == 2
    assert Case.objects.get(number=free).messages.count() == 1, "nothing is left of the tries before"
