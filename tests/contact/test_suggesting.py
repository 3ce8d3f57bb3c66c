"""A category is suggested from the text, in three languages: by rules at first, better with what settled cases taught."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from kuutio.contact import suggesting
from kuutio.contact.actions import learning, working
from kuutio.contact.incoming import Sender
from kuutio.contact.models import Case, Category, Event
from kuutio.core.suggesting import Told, learn, to_json
from tests.contact.conftest import MONDAY
from tests.contact.making import ESPOO, HELSINKI
from tests.contact.making import case as made
from tests.contact.matters import HELD_OUT, messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(group):
    """What the fragments teach, each sent by two people."""
    told = [Told(row, text, f"{at}-{who}") for at, (row, _lang, text) in enumerate(messages()) for who in range(2)]
    suggesting.keep(to_json(learn(told), {"made_on": "2026-11-28"}))


def ranks() -> list[tuple[str, int]]:
    """Language of each sentence held out, and the place of its category among the first three; 3 for none of them."""
    categories = list(Category.objects.filter(is_active=True))
    found = []
    for category, language, text in HELD_OUT:
        codes = [row.pk for row in suggesting.suggest(text, categories, most=3)]
        found.append((language, codes.index(category) if category in codes else 3))
    return found


def test_rules_suggest_before_anything_is_learnt_and_cases_teach_more(group, taught):
    learnt = ranks()
    suggesting.file().unlink()
    rules = ranks()
    firsts = Counter(language for language, place in learnt if place == 0)
    assert sum(place == 0 for _language, place in rules) >= 18
    assert firsts.total() >= 27 and min(firsts[language] for language in ("fi", "sv", "en")) >= 8
    assert sum(place < 3 for _language, place in learnt) >= 29


def test_a_file_that_is_spoilt_leaves_the_rules(group, taught, caplog):
    suggesting.file().write_text("{", encoding="utf-8")
    assert suggesting.suggest("katuvalo", Category.objects.all())[0].pk == "street-light"
    assert "can't be read" in caplog.text


def test_the_night_learns_from_settled_cases_of_all_cities_and_keeps_no_one(group, monkeypatch):
    for n in range(8):
        case = made(
            "Hehku himmenee. Terveisin Virtanen" if n < 4 else "Hehku himmenee kokonaan.",
            category="street-light",
            place=(HELSINKI, ESPOO)[n % 2],
            sender=Sender(email=f"asukas{n}@example.org", preference="none"),
        )
        if n < 7:
            Case.objects.filter(pk=case.pk).update(state="resolved", settled_at=MONDAY, title="Kirkkaus")
    learnt = learning.learn_categories(MONDAY)
    assert (learnt.labels, learnt.texts) == (("street-light",), (7,))  # the eighth isn't settled
    kept = suggesting.file().read_text(encoding="utf-8")
    assert json.loads(kept)["made_on"] == "2026-11-23" and "hehku" in kept
    assert not any(word in kept.lower() for word in ("virta", "asukas", "example", "ku-"))
    assert suggesting.suggest("Hehku on poissa", Category.objects.all()) == []  # from so few nothing is concluded
    monkeypatch.setattr(suggesting, "LEAST", 7)
    assert suggesting.suggest("Hehku on poissa", Category.objects.all())[0].pk == "street-light"


def test_an_officer_sees_a_better_category_and_correcting_it_is_in_the_history(group, agents, client):
    case = made("Katuvalo ei pala, kadulla on pimeää", category="other")
    client.force_login(agents["helsinki"])
    page = client.get(reverse("contact:case", args=[case.number])).content.decode()
    assert 'name="category" value="street-light"' in page
    client.post(reverse("contact:direct", args=[case.number]), {"category": "street-light"})
    case.refresh_from_db()
    assert case.category_id == "street-light" and case.unit_id
    assert case.events.get(kind=Event.Kind.CATEGORISED).facts == {"from": "other", "to": "street-light"}
    assert 'id="suggested-title"' not in client.get(reverse("contact:case", args=[case.number])).content.decode()
    working.answer_case(case, text="Korjattu.", by=agents["helsinki"], then="resolved", at=MONDAY + timedelta(hours=1))
