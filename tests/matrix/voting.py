"""What the rows of `voting.toml` speak of."""

import uuid

from django.utils import timezone

from kuutio.cities.models import City
from kuutio.participation.actions import batches, budgets, voting
from kuutio.participation.models import Sheet
from tests.factories import PersonFactory
from tests.participation.voting import STRONG, Browser, make_vote, resident


def things() -> dict[str, str]:
    """A vote of Helsinki that is open, with a ballot in its log, a sheet to confirm, and a budget that isn't frozen."""
    now = timezone.now()
    cities = {city.pk: city for city in City.objects.all()}
    budget = make_vote(cities, slug="matrix-vote")
    browser = Browser(budget, None)
    browser.signature = voting.issue_pass(budget, resident(1), blinded=browser.blinded, voice=STRONG, at=now)
    signed = voting.signed(budget, voting.Ballot(["1"], browser.token))
    leaf = voting.cast_ballot(budget, signed, at=now)
    batches.append_batch(budget, least=1, at=now)
    sheet = Sheet.objects.create(
        key=uuid.uuid4(),
        budget=budget,
        serial="1",
        channel="paper",
        choice=["1"],
        entered_by=PersonFactory(email="typist@matrix.example.org"),
    )
    draft = budgets.add_budget(
        budget.stage, title={"fi": "Luonnos", "sv": "Utkast"}, amount_cents=1000_00, slug="draft", by=None, at=now
    )
    budgets.add_project(draft, title={"fi": "Penkki", "sv": "Bänk"}, cost_cents=500_00, by=None, at=now)
    return {"vote_process": budget.process.slug, "vote_leaf": leaf.hex(), "vote_sheet": str(sheet.pk)}
