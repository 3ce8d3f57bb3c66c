"""What the rows of `participation.toml` speak of."""

import uuid
from datetime import timedelta

from django.utils import timezone

from kuutio.cities.models import City
from kuutio.participation.actions import documents, polling, processes, stages
from kuutio.participation.actions.contributing import Said, contribute
from kuutio.participation.voices import NOBODY


def things() -> dict[str, str]:
    """A published process of Helsinki with an open hearing, a comment and a milestone; a draft of Oulu with one of each part."""
    now, names = timezone.now(), {}
    for whose, city in (("own", "helsinki"), ("other", "oulu")):
        texts = {"fi": "Matriisi", "sv": "Matris"}
        begun = now - timedelta(days=2)
        process = processes.begin_process(
            City.objects.get(pk=city),
            title=texts,
            summary=texts,
            plain_summary=texts,
            theme="planning",
            slug=f"matrix-{city}",
            by=None,
            at=begun,
        )
        stage = stages.add_stage(
            process,
            "hearing",
            title=texts,
            opens_at=begun,
            closes_at=now + timedelta(days=1),
            identification="open",
            by=None,
            at=begun,
        )
        section = stages.add_section(process, title=texts, text=texts, stage=stage, by=None, at=begun)
        poll = polling.ask(section, question=texts, options=[texts, texts], several=False, by=None, at=begun)
        document = documents.add_document(section, b"%PDF-1.7\n", "plan.pdf", title=texts, by=None, at=begun)
        milestone = stages.set_milestone(process, title=texts, planned_on=now.date(), by=None, at=begun)
        if whose == "own":
            processes.publish_process(process, by=None, at=begun)
            said = Said(text="Hyvä.", language="fi", key=uuid.uuid4())
            names["contribution"] = str(contribute(stage, "comment", said, voice=NOBODY, at=now).uuid)
        names |= {
            f"{whose}_process": process.slug,
            f"{whose}_section": str(section.pk),
            f"{whose}_milestone": str(milestone.pk),
            f"{whose}_poll": str(poll.pk),
            f"{whose}_document": str(document.uuid),
        }
    return names
