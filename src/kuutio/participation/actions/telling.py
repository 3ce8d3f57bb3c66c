"""What a counted vote means for the proposals that its projects were made of: their authors and followers are told, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.participation.actions import deciding
from kuutio.participation.actions.deciding import ON_ITS_WAY, Status
from kuutio.participation.models import Budget, Project, Proposal
from kuutio.participation.texts import written
from kuutio.ui.wording import localized, money


def proposal_of(project: Project) -> Proposal | None:
    """The proposal that a project was made of; of one that was joined to another, the one that stays."""
    found = Proposal.objects.filter(contribution=project.source_id).first() if project.source_id else None
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found


def tell_proposals(budget: Budget, winners: Collection[str], *, at: datetime) -> None:
    """Set the status of the proposals of a counted vote: chosen, or not carried out and why. Later steps stay as they are.

    A proposal of which another vote of the process may still decide isn't told that it lost.
    """
    rows = list(budget.projects.exclude(source=None))
    rows.sort(key=lambda row: row.key not in winners)  # who won with one project is told of no loss
    for project in rows:
        proposal = proposal_of(project)
        if proposal is None or proposal.status in (*ON_ITS_WAY, Status.REJECTED):
            continue
        if project.key in winners:
            deciding.set_status(proposal, Status.CHOSEN, _words(project, _won), by=None, at=at)
        elif not _waits(project):
            lost = _unfit if project.feasibility == Project.Feasibility.INFEASIBLE else _lost
            deciding.set_status(proposal, Status.REJECTED, _words(project, lost), by=None, at=at)


def _waits(project: Project) -> bool:
    others = Project.objects.filter(source=project.source_id).exclude(budget=project.budget_id)
    return others.exclude(budget__state=Budget.State.COUNTED).exists()


def _words(project: Project, said: Callable[[], str]) -> dict[str, str]:
    """A sentence in each language, with the address of the result."""
    found, budget = {}, project.budget
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            path = reverse("participation:result", args=[budget.process.slug, budget.stage.slug, budget.slug])
            facts = {"budget": localized(budget.title)[0], "amount": money(project.cost_cents)}
            facts["why"] = written(project.reason).get(code) or localized(project.reason)[0]
            told = _("The result of the vote: %(page)s") % {"page": f"{settings.SITE_URL}{path}"}
            found[code] = f"{said() % facts} {told}"
    return found


def _won() -> str:
    return _("It won in the vote on “%(budget)s” and gets %(amount)s.")


def _lost() -> str:
    return _("It wasn’t among the winners of the vote on “%(budget)s”.")


def _unfit() -> str:
    return _("It wasn’t on the ballot of “%(budget)s”, since it can’t be done: %(why)s")
