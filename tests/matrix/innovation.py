"""What the rows of `innovation.toml` speak of."""

from django.utils import timezone

from kuutio.innovation.actions import answering, booking, challenges, diary, proposing
from kuutio.innovation.actions.booking import Wish
from kuutio.innovation.availability import free_slots
from tests.factories import PersonFactory
from tests.innovation.making import FINNISH, answer, bed_of, challenge, key, trial


def things() -> dict[str, str]:
    """A testbed of Helsinki with a booking, an open challenge with a draft of an answer, a draft of Oulu's, a running trial, an offer."""
    now, person = timezone.now(), PersonFactory()
    bed = bed_of(slug="matrix-testbed")
    slot = free_slots(bed, at=now)[0].starts_at
    booked = booking.book(bed, Wish(key(), slot, "Anturi Oy", "Mitataan."), by=person, at=now)
    row = challenge(slug="matrix-challenge", now=now, title="Matriisi")
    draft = answer(row, by=person, at=now, send=False)
    file = answering.attach(draft, b"%PDF-1.7\n", "plan.pdf", by=person, at=now)
    question = challenges.ask(row, key=key(), text="Milloin?", language="fi", by=person, at=now)
    other = challenge("oulu", slug="matrix-draft", publish=False, now=now)
    running = trial(slug="matrix-trial", now=now)
    entry = diary.write_diary(running, diary.Told(key(), now.date(), "Asennettu.", "fi"), by=None, at=now)
    offer = proposing.Offer(
        key=key(),
        title="Robotti",
        summary="Auraa pihan.",
        organisation=FINNISH,
        cities=[bed.city],
        themes=["mobility"],
    )
    offered = proposing.propose_trial(offer, by=person, at=now)
    return {
        "testbed": bed.slug,
        "booking": str(booked.uuid),
        "challenge": row.slug,
        "other_challenge": other.slug,
        "answer": str(draft.uuid),
        "file": str(file.uuid),
        "challenge_question": str(question.pk),
        "trial": running.slug,
        "measure": str(running.measures.get().pk),
        "entry": str(entry.uuid),
        "offered": str(offered.uuid),
    }
