"""Letters about claims: to those who act for the partner, and for the one that leads, each in their own language."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kuutio.programme.models import Claim, PartHolder
from kuutio.ui.wording import day, localized, money

Letter = tuple[str, str, str]


def holders_of(claim: Claim) -> list[int | None]:
    """Who acts for the claim's partner, and for the one that leads."""
    own = Q(part=claim.part_id) | Q(part__grant=claim.part.grant_id, part__partner__is_lead=True)
    return list(PartHolder.objects.filter(own).order_by("pk").values_list("person", flat=True))


def returned(claim: Claim) -> Letter:
    """The claim came back to be mended."""
    return _letter(claim, _("Returned to be mended: claim %(number)s of %(partner)s"), claim.said)


def reopened(claim: Claim) -> Letter:
    """A decided claim was opened again."""
    return _letter(claim, _("Opened again: claim %(number)s of %(partner)s"), claim.said)


def decided(claim: Claim) -> Letter:
    """Control has decided on the claim."""
    # By its lines, not its state alone: it may be paid already when the letter is written.
    is_cut = any((line.accepted_cents or 0) < line.claimed_cents for line in claim.lines.all())
    if claim.state == Claim.State.REJECTED:
        subject = _("Rejected: claim %(number)s of %(partner)s")
    elif is_cut:
        subject = _("Accepted in part: claim %(number)s of %(partner)s")
    else:
        subject = _("Accepted: claim %(number)s of %(partner)s")
    pays = _("By the decision %(money)s is paid.") % {"money": money(claim.pay_cents)}
    return _letter(claim, subject, f"{pays}\n\n{claim.decision}".strip())


def paid(claim: Claim) -> Letter:
    """The claim's payment is recorded."""
    payment = claim.payments.order_by("pk").last()
    told = {"money": money(payment.cents), "day": day(payment.paid_on)} if payment is not None else None
    text = _("%(money)s was paid on %(day)s.") % told if told else ""
    return _letter(claim, _("Paid: claim %(number)s of %(partner)s"), text)


def _letter(claim: Claim, subject: str, text: str) -> Letter:
    facts = {"number": claim.number, "partner": claim.part.partner.name}
    about = _("%(project)s, claim of %(first)s to %(last)s.") % {
        "project": localized(claim.part.grant.project.name)[0],
        "first": day(claim.starts_on),
        "last": day(claim.ends_on),
    }
    return subject % facts, f"{about}\n\n{text}".strip(), reverse("programme:my-claim", args=[claim.uuid])
