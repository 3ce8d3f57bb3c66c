"""The letters of solutions, test users and concepts, each in its reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.innovation.models import Developer, Invitation, Solution
from kuutio.ui.wording import localized, moment


def tell_maker(solution_id: int) -> bool:
    """Tell who sent a solution what was decided; the address that was left for this is removed with the letter."""
    with transaction.atomic():
        solution = (
            Solution.objects.select_for_update(of=("self",))
            .select_related("submitted_by")
            .filter(pk=solution_id)
            .first()
        )
        if solution is None or solution.state not in {Solution.State.PUBLISHED, Solution.State.DECLINED}:
            return False
        person = solution.submitted_by
        address = person.email if person is not None and person.is_active else solution.contact
        if not address:
            return False
        with translation.override(person.language if person is not None else solution.language):
            title = " ".join(localized(solution.title)[0].split())
            if solution.is_public:
                page = f"{settings.SITE_URL}{reverse('innovation:solution', args=[solution.slug])}"
                subject = _("Published: %(title)s") % {"title": title}
                text = _("Everybody can read of “%(title)s” now, and see in which cities it runs: %(page)s") % {
                    "title": title,
                    "page": page,
                }
            else:
                subject = _("Not published: %(title)s") % {"title": title}
                text = _(
                    "“%(title)s” was not published. The reason:\n\n%(reason)s\n\nYou can mend it and send it again."
                ) % {
                    "title": title,
                    "reason": solution.reason,
                }
        EmailMessage(subject, text, to=[address]).send()
        Solution.objects.filter(pk=solution.pk).update(contact="")
    return True


def forget_contacts(at: datetime) -> int:
    """Remove the addresses of solutions that were decided on a week ago, whose letters have left or never will."""
    decided = Solution.objects.exclude(state=Solution.State.SUBMITTED).exclude(contact="")
    return decided.filter(decided_at__lt=at - timedelta(days=7)).update(contact="")


def invite(invitation_id: int, at: datetime) -> bool:
    """Invite a test user; one who has left meanwhile has no invitation any more, and gets no letter."""
    with transaction.atomic():
        row = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("round__city", "test_user__person")
            .filter(pk=invitation_id, told_at=None)
            .first()
        )
        if row is None or at >= row.round.closes_at or not row.test_user.person.is_active:
            return False
        person = row.test_user.person
        with translation.override(person.language):
            title = " ".join(localized(row.round.title)[0].split())
            page = f"{settings.SITE_URL}{reverse('innovation:invitation', args=[row.uuid])}"
            leave = f"{settings.SITE_URL}{reverse('innovation:test_users')}"
            text = _(
                "%(city)s invites you to try: %(title)s\n\n%(text)s\n\nSay yes or no by %(until)s: %(page)s\n\n"
                "You were drawn among the test users who fit; nobody in the city sees who you are. "
                "You can stop being a test user at any time: %(leave)s"
            ) % {
                "city": str(row.round.city),
                "title": title,
                "text": localized(row.round.text)[0],
                "until": moment(row.round.closes_at),
                "page": page,
                "leave": leave,
            }
            subject = _("Would you try: %(title)s") % {"title": title}
        EmailMessage(subject, text, to=[person.email]).send()
        row.told_at = at
        row.save(update_fields=["told_at"])
    return True


def invite_developer(developer_id: int) -> bool:
    """Invite somebody to develop a concept."""
    row = Developer.objects.select_related("concept__city").filter(pk=developer_id, joined_at=None).first()
    if row is None:
        return False
    # Whose address it is isn't known yet, and so isn't their language: the city's own languages and English.
    parts, subject = [], ""
    for language in dict.fromkeys([*row.concept.city.languages, "en"]):
        with translation.override(language):
            page = f"{settings.SITE_URL}{reverse('innovation:concept', args=[row.concept.slug])}"
            title = " ".join(localized(row.concept.title)[0].split())
            subject = subject or _("You are invited to develop: %(title)s") % {"title": title}
            parts.append(
                _(
                    "%(city)s invites you to develop “%(title)s” together. Sign in with this address and accept: %(page)s"
                )
                % {"city": str(row.concept.city), "title": title, "page": page}
            )
    EmailMessage(subject, "\n\n".join(parts), to=[row.email]).send()
    return True
