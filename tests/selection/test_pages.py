"""The pages at the doors that people use: a reviewer, the office, those who decide, everybody."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kuutio.selection.models import Candidate, Conflict, Letter, Meeting, Review
from tests.factories import PersonFactory
from tests.selection import made as given

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, name, *args, status=200, language="fi", **query):
    """A page's text; the status is what is expected."""
    answer = client.get(reverse(f"selection:{name}", args=args).replace("/fi/", f"/{language}/"), query)
    assert answer.status_code == status, (name, answer.status_code, answer.content[:500])
    return answer.content.decode()


def post(client, name, *args, status=302, **told):
    answer = client.post(reverse(f"selection:{name}", args=args), told)
    assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[-3000:])
    return answer


def test_a_round_walks_through_its_pages_from_the_first_declaration_to_the_results():
    made = given.make_round()
    key, office = made.round.key, as_(made.office)
    page(Client(), "results", key, status=404)
    assert "Mitä seuraavaksi" in page(office, "board", key)
    page(office, "settings", key)
    post(office, "move", key, "declare")

    for reviewer in made.reviewers:
        client = as_(reviewer.person)
        assert "Hanke 1" in page(client, "declare", key) or reviewer.city in ("turku", "oulu")
        told = {"interest_1": "2", "interest_2": "0"}
        post(client, "declare", key, **told)
        page(client, "mine")
    assert post(as_(made.reviewers[-1].person), "declare", key, ground_1="DECLARED_KIN", status=422)
    for ground in ("SAME_CITY", "PARTNER_ORGANISATION"):
        post(office, "conflicts", key, ground=ground, level="SOFT", reason="Toinen yksikkö.")
    for row in Conflict.objects.filter(level="SOFT", ruled=""):
        page(office, "conflicts", key)
        post(office, "conflicts", key, conflict=str(row.pk), level="SOFT", reason="Toinen yksikkö.")
    page(office, "conflicts", key)
    page(office, "reviewers", key)
    post(office, "assignment", key)
    page(office, "assignment", key)
    post(office, "move", key, "review")

    for review in Review.objects.select_related("reviewer__person", "candidate"):
        client = as_(review.reviewer.person)
        page(client, "review", review.uuid)
        half = {"score_impact": "4", "revision": "0"}
        assert "Tallennettu" in post(client, "review-save", review.uuid, status=200, **half).content.decode()
        late = post(client, "review-save", review.uuid, status=200, score_impact="1", revision="0").content.decode()
        assert "toisessa ikkunassa" in late
        whole = {f"score_{name}": str(score) for name, score in given.scores_for(review).items()}
        post(client, "review", review.uuid, act="submit", revision="1", status=422)
        assert (
            "score_impact"
            in post(client, "review", review.uuid, act="submit", revision="2", status=422).content.decode()
        )
        revision = str(Review.objects.get(pk=review.pk).revision)
        post(client, "review", review.uuid, act="submit", revision=revision, to_applicant="Hyvä idea.", **whole)
        page(client, "review", review.uuid)
    first = Review.objects.filter(candidate__number=1).select_related("reviewer__person").first()
    post(as_(first.reviewer.person), "consensus", first.uuid, text="Olemme samaa mieltä.")
    page(office, "ranking", key)
    post(office, "move", key, "rank")
    assert "Raha loppuu tähän" in page(office, "ranking", key)

    post(office, "meetings", key, held_at="2026-12-01T10:00", place="Kaupungintalo")
    meeting = Meeting.objects.get()
    page(office, "meetings", key)
    page(office, "meeting", meeting.uuid)
    post(office, "meeting", meeting.uuid, title="Muut asiat")
    post(office, "meeting-act", meeting.uuid, "begin", present=[str(one.pk) for one in made.members])
    item = meeting.items.order_by("position").first()
    turku = next(one for one in made.members if one.organisation.slug == "turku")
    post(as_(turku.person), "item", meeting.uuid, 1, do="aside", member=str(turku.pk), ground="PARTNER_ORGANISATION")
    page(as_(turku.person), "item", meeting.uuid, 1)
    for one in meeting.items.filter(candidate__isnull=False).order_by("position"):
        page(office, "item", meeting.uuid, one.position)
        act = "propose_yes" if one.position < 3 else "propose_no"
        post(office, "item", meeting.uuid, one.position, do="decide", act=act, reason_0="Perustelu", status=302)
    post(office, "item", meeting.uuid, 5, do="note", minutes="Ei muuta.")
    post(office, "meeting-act", meeting.uuid, "end")
    post(as_(made.members[0].person), "meeting-act", meeting.uuid, "confirm")
    page(office, "meeting", meeting.uuid)
    assert item.recusals.count() == 1

    authority = as_(made.authority)
    for row in Candidate.objects.order_by("number"):
        page(authority, "candidate", row.uuid)
        page(authority, "legality", row.uuid)
        act = "approve" if row.state == "proposed_yes" else "reject"
        if act == "approve":
            post(authority, "legality", row.uuid, act="approve_with_conditions", reason_0="Laillinen", status=409)
        post(authority, "legality", row.uuid, act=act, reason_0="Laillinen", number="UL/1")
    post(office, "move", key, "decide")
    post(office, "move", key, "publish")
    text = page(Client(), "results", key)
    assert "Hyväksytyt" in text and "Perustelu" not in text and "Laillinen" in text
    for language in ("sv", "en"):
        page(Client(), "results", key, language=language)
    assert Client().get(reverse("selection:bundle", args=[key])).content[:2] == b"PK"
    for name in ("opening", "leaves", "heads"):
        assert Client().get(reverse(f"selection:{name}", args=[key])).status_code == 200
    for language, words in (
        ("fi", "Julkaisi tulokset"),
        ("sv", "Publicerade resultaten"),
        ("en", "Published the results"),
    ):
        with translation.override(language):
            text = page(office, "audit", key, language=language)
        assert words in text and "_round" not in text and "proposed_yes" not in text
    letter = Letter.objects.first()
    assert authority.get(reverse("selection:letter", args=[letter.uuid])).content[:5] == b"%PDF-"
    page(as_(PersonFactory()), "letter", letter.uuid, status=404)
    page(office, "work")


@pytest.mark.parametrize("key", ["call:nothing", "nothing", "call:%00", "call:A b", "call:" + "x" * 2000])
def test_what_is_no_round_is_not_found(key):
    person = PersonFactory(is_superuser=True)
    for path in (f"/fi/selection/{key}/", f"/fi/work/selection/{key}/", f"/fi/work/selection/{key}/ranking/"):
        assert as_(person).get(path).status_code == 404


def test_hostile_words_are_refused_or_cleaned_and_nothing_breaks():
    made = given.assigned(given.make_round(count=1))
    review = Review.objects.select_related("reviewer__person").first()
    client, office = as_(review.reviewer.person), as_(made.office)
    long = "x" * 25_000
    for told in (
        {"score_impact": "-1"},
        {"score_impact": "9" * 400, "revision": "9" * 400},
        {"score_impact": "٣", "why_impact": "\0nolla"},
        {"why_impact": long},
        {"to_office": long},
        {"score_unknown": "3"},
    ):
        answer = client.post(reverse("selection:review", args=[review.uuid]), {"act": "submit", **told})
        assert answer.status_code in (409, 422), told
    key = made.round.key
    for name, args, told, status in (
        ("conflicts", [key], {"ground": "\0", "level": "SOFT", "reason": "x"}, 302),
        ("conflicts", [key], {"conflict": "9" * 30, "level": "SOFT", "reason": "x"}, 404),
        ("reviewer-leave", [key, made.reviewers[0].alias], {"reason": "\0"}, 302),
        ("candidate", [made.candidates[0].uuid], {"reviewer": "9" * 30, "reason": "x"}, 404),
        ("settings", [key], {"budget_cents": "paljon"}, 422),
    ):
        assert office.post(reverse(f"selection:{name}", args=args), told).status_code == status, (name, told)
    assert client.post(reverse("selection:expertise"), {"topics": ["\0"], "words": "\0" + long}).status_code == 302
