"""What the last visit to an address elsewhere found."""

from datetime import datetime

from django.db import transaction

from kuutio.audit.actions import record
from kuutio.opendata import quality
from kuutio.opendata.models import Distribution, LinkCheck


@transaction.atomic
def note_link_check(
    distribution: Distribution, *, address: str, status: int | None, problem: str = "", at: datetime
) -> LinkCheck | None:
    """Keep what a visit found, and count the data set's points again when it answers no more, or again.

    Args:
        address: what was visited. A visit to an address that has been changed meanwhile says nothing of the new one.
        status: of HTTP, after redirects; none when nobody answered.
        problem: the kind of failure, such as `source-unreachable`; empty when it answered well.

    Returns:
        what is now known; none when the distribution is gone or has another address.
    """
    found = (
        Distribution.objects.select_for_update(of=("self",))
        .select_related("dataset")
        .filter(pk=distribution.pk)
        .first()
    )
    if found is None or found.url != address:
        return None
    before = LinkCheck.objects.filter(distribution=found).first()
    failed = status is None or status >= 400
    failures = (before.failures if before else 0) + 1 if failed else 0
    check, _created = LinkCheck.objects.update_or_create(
        distribution=found,
        defaults={"checked_at": at, "status": status, "problem": problem[:300], "failures": min(failures, 32767)},
    )
    if before is None or bool(before.failures) != failed:
        record(
            "note_link_check",
            f"dataset:{found.dataset.name}",
            by=None,
            at=at,
            distribution=str(found.pk),
            status=status,
            problem=problem,
        )
        quality.refresh(found.dataset)
    return check


def forget_link_check(distribution: Distribution) -> None:
    """A new address was never visited; called by the verb that changes it."""
    LinkCheck.objects.filter(distribution=distribution).delete()
