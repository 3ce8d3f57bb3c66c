"""What the rows of `proposals.toml` speak of."""

import uuid
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from kuutio.cities.models import City, Person
from kuutio.participation.actions import asking, meeting, moderating, processes, proposing, stages
from kuutio.participation.actions.asking import Asked
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.actions.proposing import Extras
from kuutio.participation.models import Turn
from kuutio.participation.voices import NOBODY, Level, Voice


def things() -> dict[str, str]:
    """A process of Helsinki with a proposal, an initiative, a survey, a meeting, and an appeal against what was hidden."""
    now, texts = timezone.now(), {"fi": "Matriisin", "sv": "Matris", "en": "Matrix"}
    begun = now - timedelta(days=2)
    process = processes.begin_process(
        City.objects.get(pk="helsinki"),
        title=texts,
        summary=texts,
        plain_summary=texts,
        theme="planning",
        slug="matrix-proposals",
        by=None,
        at=begun,
    )
    made = {
        kind: stages.add_stage(
            process,
            kind,
            title=texts,
            opens_at=begun,
            closes_at=now + timedelta(days=1),
            identification="open",
            settings={"results": "always"} if kind == "survey" else {},
            by=None,
            at=begun,
        )
        for kind in ("proposals", "initiatives", "survey")
    }
    processes.publish_process(process, by=None, at=begun)

    def said(title=""):
        return Said(text="Matriisin sanat.", title=title, language="fi", key=uuid.uuid4())

    proposal = proposing.propose(made["proposals"], said("Penkki"), Extras("planning"), voice=NOBODY, at=now)
    extras = Extras("planning", initiative="initiative", municipality=process.owner.municipality)
    initiative = proposing.propose(made["initiatives"], said("Aloite"), extras, voice=NOBODY, at=now)
    author = Voice(Person.objects.create_user("author@matrix.example.org"), Level.REGISTERED)
    against = replace(said(), parent=proposal.contribution)
    hidden = contribute(made["proposals"], "argument_against", against, voice=author, at=now)
    decision = moderating.hide(hidden, "spam", "Mainos", by=None, at=now)
    appeal = moderating.appeal(decision, "Ei ole", by=author.person, at=now)
    question = asking.add_question(made["survey"], Asked("text", texts, {}), by=None, at=now)
    call = meeting.Call(texts, now + timedelta(days=1), now + timedelta(days=2), {}, texts)
    return {
        "proposal": str(proposal.contribution.uuid),
        "initiative": str(initiative.contribution.uuid),
        "decision": str(decision.uuid),
        "appeal": str(appeal.pk),
        "question": str(question.pk),
        "turn": str(Turn.objects.create(stage=made["survey"], begun_at=now).uuid),
        "meeting": str(meeting.call_meeting(process, call, by=None, at=now).uuid),
    }
