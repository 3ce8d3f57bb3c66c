"""What the verbs of claims and payments have in common: a claim locked with its grant, what is asked of it, its line in the audit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.findings import Finding
from kuutio.core.problems import Conflict
from kuutio.programme import settling
from kuutio.programme.models import Claim, ClaimLine, Grant, GrantPart
from kuutio.programme.problems import wrong
from kuutio.ui import findings


def locked_part(pk: int) -> GrantPart:
    """A part of a grant, its grant locked: whatever comes at once comes one after another."""
    part = GrantPart.objects.select_related("partner").get(pk=pk)
    part.grant = Grant.objects.select_for_update().select_related("project").get(pk=part.grant_id)
    return part


def hold(claim: Claim) -> Claim:
    """The claim as it is now, locked with its grant, with its lines and its report.

    Raises:
        Conflict: it isn't there any more.
    """
    part = locked_part(claim.part_id)
    lines = ClaimLine.objects.prefetch_related("corrections")
    row = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("report")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .filter(pk=claim.pk)
        .first()
    )
    if row is None:
        raise Conflict(_("The claim isn’t there any more."))
    row.part = part
    return row


def others_of(claim: Claim) -> list[Claim]:
    """The other claims of the claim's partner."""
    return [other for other in settling.claims_of([claim.part]) if other.pk != claim.pk]


def demand_running(grant: Grant) -> None:
    """Refuse what comes while the grant doesn't run.

    Raises:
        Conflict: it doesn't.
    """
    if grant.state == Grant.State.CLOSED:
        raise Conflict(findings.words(Finding("c7-closed")), state=grant.state, rule="C7")
    if grant.state != Grant.State.RUNNING:
        raise Conflict(_("Claims can be sent while the grant is running."), state=grant.state)


def note(claim: Claim, verb: str, by: Person | None, at: datetime, **facts: str | int) -> None:
    """Write an act on a claim down."""
    record(verb, f"claim:{claim.uuid}", by=by, at=at, **facts)


def as_error(one: Finding) -> dict[str, str]:
    """A finding as an error of a refusal, with its rule."""
    return wrong("/", findings.words(one)) | {"rule": one.code}
