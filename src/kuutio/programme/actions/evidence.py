"""Files beside a claim, optional and apart from its lines: added while the partner writes it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import grant_files, grant_permissions
from kuutio.programme.models import Claim, ClaimEvidence, ClaimLine
from kuutio.programme.models.claims import OPEN_TO_PARTNER

MOST_FILES = 200


@transaction.atomic
def add_evidence(
    claim: Claim, data: bytes, name: str, *, line: ClaimLine | None = None, by: Person, at: datetime
) -> ClaimEvidence:
    """Add a file to a claim, to one of its lines where it is named. The same file again is the same evidence.

    Raises:
        NotAllowed: `by` acts for neither the partner nor the one that leads.
        Conflict: the claim was sent.
        Invalid: not a file that is taken, or too many.
    """
    row = _hold(claim, by)
    if row.evidence.count() >= MOST_FILES:
        raise Invalid(_("A claim has at most %(most)s files.") % {"most": MOST_FILES})
    kept = grant_files.keep(data, name, number=row.evidence.count() + 1)
    evidence, made = ClaimEvidence.objects.get_or_create(
        claim=row,
        sha256=kept.sha256,
        defaults={"line": line, "name": kept.name, "type": kept.type, "size": kept.size, "added_at": at},
    )
    if made:
        record("add_evidence", f"claim:{row.uuid}", by=by, at=at, sha256=kept.sha256)
    return evidence


@transaction.atomic
def remove_evidence(evidence: ClaimEvidence, *, by: Person, at: datetime) -> None:
    """Take a file away from a claim that is being written. What was sent with a receipt keeps its bytes.

    Raises:
        NotAllowed, Conflict: as of `add_evidence`.
    """
    row = _hold(evidence.claim, by)
    if row.evidence.filter(pk=evidence.pk).delete()[0]:
        record("remove_evidence", f"claim:{row.uuid}", by=by, at=at, sha256=evidence.sha256)


def _hold(claim: Claim, by: Person) -> Claim:
    row = Claim.objects.select_for_update(of=("self",)).select_related("part__grant", "part__partner").get(pk=claim.pk)
    if not grant_permissions.may_write(by, row):
        raise NotAllowed(_("A claim is written by the partner’s own people or the lead partner’s."))
    if row.state not in OPEN_TO_PARTNER:
        raise Conflict(_("The claim was sent; it can be changed when it is returned."), state=row.state)
    return row
