"""What residents write is found in no public answer, wherever they write it."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from kuutio.contact.actions.working import answer_case, note_case
from kuutio.contact.incoming import Place, Sender
from kuutio.contact.models import Case
from tests.contact.making import bring
from tests.contact.open311.asking import ask, key, send

pytestmark = pytest.mark.django_db

PLANTED = (
    *("131052-308T", "010203A123N", "Matti Meikäläinen", "Aino-Kaisa Ståhlberg", "040 765 4321", "+358407654321"),
    *("matti.meikalainen@example.org", "ABC-123", "ÅÄÖ-987", "FI21 1234 5600 0007 85", "Kotikatu 7 B 12"),
)


def test_planted_details_are_in_no_answer(group, agents):
    chance, now = random.Random(311), timezone.now()
    numbers = []
    for number in range(60):
        said = PLANTED[number % len(PLANTED)]
        case = bring(
            f"Hei, olen {said}, ja tässä on kuoppa.",
            at=now - timedelta(hours=number + 2),
            title=f"{said} kertoo",
            answers={"danger": "no", "note": said},
            sender=Sender(name=said, email="matti.meikalainen@example.org", phone="+358407654321", postal_address=said),
            place=Place(
                lon=24.9414 + chance.uniform(-0.02, 0.02),
                lat=60.1908 + chance.uniform(-0.01, 0.01),
                address=f"Kotikatu 7 B 12, {said}",
                source="address",
            ),
        ).case
        numbers.append(case.number)
        if number % 3 == 0:
            note_case(case, text=f"Soitin: {said}", by=agents["helsinki"], at=now - timedelta(hours=1))
        if number % 4 == 0:
            answer_case(
                case,
                text=f"Hei {said}, korjattu.",
                by=agents["helsinki"],
                at=now - timedelta(minutes=50),
                then=Case.State.RESOLVED,
            )
    sent = send(
        api_key=key(),
        description=f"Olen {PLANTED[0]}",
        title=PLANTED[2],
        address_string=PLANTED[-1],
        email=PLANTED[6],
        first_name="Matti",
        last_name="Meikäläinen",
        phone=PLANTED[5],
        device_id=PLANTED[3],
        account_id=PLANTED[7],
        media_url="https://example.org/ABC-123.jpg",
    )
    assert sent.status_code == 200
    numbers.append(sent.json()[0]["service_request_id"])
    answers = [sent.content.decode()]
    for form in ("xml", "json"):
        for words in ({}, {"extensions": "true"}, {"locale": "sv", "extensions": "true"}):
            answers.append(ask("requests", form, **words).content.decode())
            answers += [ask(f"requests/{number}", form, **words).content.decode() for number in numbers[:12]]
        answers += [ask(f"tokens/{number}", form).content.decode() for number in numbers[:3]]
    for answer in answers:
        assert not [said for said in (*PLANTED, "Meikäläinen", "7654321", "Kotikatu", "Soitin") if said in answer]
    points = {(row["lat"], row["long"]) for row in ask("requests").json()}
    exact = set(Case.objects.values_list("lat", "lon"))
    assert len(numbers) == len(ask("requests").json())
    assert not points & exact
