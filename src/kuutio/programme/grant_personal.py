"""What grants keep about a person: their copy of it, and what becomes of it when they leave."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kuutio.programme.models import ClaimSubmission, PartHolder


def exported(person: Any) -> dict[str, Any]:
    """The partners for which a person acts, and what they sent."""
    held = PartHolder.objects.filter(person=person).select_related("part__partner", "part__grant").order_by("since")
    sent = ClaimSubmission.objects.filter(by=person).select_related("claim__part__grant").order_by("at")
    return {
        "acts_for": [
            {
                "decision": one.part.grant.reference,
                "partner": one.part.partner.business_id,
                "since": one.since.isoformat(),
            }
            for one in held
        ],
        "sent_claims": [
            {
                "decision": one.claim.part.grant.reference,
                "claim": one.claim.number,
                "at": one.at.isoformat(),
                "sha256": one.digest,
            }
            for one in sent
        ],
    }


def kept(person: Any) -> list[str]:
    """What stays: claims are the partner's, not the person's."""
    if not ClaimSubmission.objects.filter(by=person).exists():
        return []
    return [_("Payment claims that you sent stay: they are your organisation’s. Your name is taken off them.")]
