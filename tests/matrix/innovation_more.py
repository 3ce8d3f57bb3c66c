"""What the rows of `innovation_more.toml` speak of."""

import uuid
from datetime import timedelta

from django.utils import timezone

from kuutio.cities.models import City
from kuutio.innovation.actions import concepts, learnings
from kuutio.innovation.models import TestRound
from tests.factories import DatasetFactory
from tests.innovation.more import consent, needed, solution_of, three


def things() -> dict[str, str]:
    """A published solution and one that waits; a concept of Helsinki with a round; a published learning and Oulu's draft."""
    now = timezone.now()
    helsinki, oulu = City.objects.get(pk="helsinki"), City.objects.get(pk="oulu")
    consent(now)
    DatasetFactory(name="helsinki-matrix", city=helsinki)
    shown = solution_of(needed("helsinki-matrix"), title="Matriisi", at=now)
    waits = solution_of(needed("helsinki-matrix"), title="Odottaa", publish=False, at=now)
    concept = concepts.begin_concept(
        helsinki, title=three("Matriisi"), summary=three("Apu"), themes=["safety"], by=None, at=now
    )
    words = concepts.Written("Kaikille", "Auttaa")
    version = concepts.write_version(concept, words, language="fi", based_on=0, key=uuid.uuid4(), by=None, at=now)
    made = TestRound.objects.create(
        city=helsinki, concept_version=version, title=three("Testi"), text=three("Teksti"), wanted=5, made_at=now,
        closes_at=now + timedelta(days=1), criteria={"cities": [], "age_bands": [], "languages": [], "trained_in": []},
    )  # fmt: skip
    told = learnings.Told(
        three("Oppi"), three("Kokeiltiin"), three("Tapahtui"), three("Muista"), "yes", "Helsinki", ["safety"]
    )
    learning = learnings.publish_learning(
        learnings.write_learning(told, cities=[helsinki], by=None, at=now), by=None, at=now
    )
    draft = learnings.write_learning(told, cities=[oulu], by=None, at=now)
    return {
        "solution": shown.slug,
        "waiting_solution": waits.slug,
        "concept": concept.slug,
        "test_round": str(made.uuid),
        "learning": learning.slug,
        "learning_uuid": str(learning.uuid),
        "draft_learning": draft.slug,
    }
