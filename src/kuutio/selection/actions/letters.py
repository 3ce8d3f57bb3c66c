"""Letters of final decisions: made and kept in the act's own transaction, sent after it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.selection.letters.content import letter_of, outcome_sentence
from kuutio.selection.letters.paper import write_pdf
from kuutio.selection.models import Decision, Letter
from kuutio.ui.wording import localized


def write_letter(decision: Decision, *, at: datetime) -> Letter:
    """Make the letter of a final decision and have it sent when the transaction stands."""
    from kuutio.selection import tasks  # tasks import the actions

    file = write_pdf(letter_of(decision))
    letter = Letter.objects.create(
        decision=decision,
        language=decision.candidate.language,
        file=file,
        digest=sha256(file).hexdigest(),
        made_at=at,
    )
    tasks.send_letter.defer(letter_id=letter.pk)
    return letter


@transaction.atomic
def send_letter(letter: Letter, *, at: datetime) -> bool:
    """Send a letter to the candidate's contact, in the candidate's language, with the PDF; once.

    Returns:
        whether it was sent now: not when it was before, nor while nobody is there to get it.
    """
    letter = (
        Letter.objects.select_for_update(of=("self",)).select_related("decision__candidate__contact").get(pk=letter.pk)
    )
    candidate = letter.decision.candidate
    person = candidate.contact
    if letter.sent_at is not None or person is None or not person.is_active:
        return False
    with translation.override(letter.language):
        subject = _("Decision: %(title)s") % {"title": localized(candidate.title)[0]}
        text = "\n\n".join(
            (
                outcome_sentence(letter.decision),
                localized(letter.decision.reason)[0],
                _("The decision is attached. You can read it here, too: %(page)s")
                % {"page": f"{settings.SITE_URL}{reverse('selection:letter', args=[letter.uuid])}"},
            )
        )
        name = _("decision") + f"-{candidate.number}.pdf"
    message = EmailMessage(" ".join(subject.split())[:200], text, to=[person.email])
    message.attach(name, bytes(letter.file), "application/pdf")
    message.send()
    letter.sent_at = at
    letter.save(update_fields=["sent_at"])
    record("send_letter", f"candidate:{candidate.uuid}", by=None, at=at, decision=str(letter.decision.uuid))
    return True
