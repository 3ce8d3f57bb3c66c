"""The public summary of a case: the one free text of it that the world may read, written and published by an officer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.contact import permissions
from kuutio.contact.actions.events import audit, hold, tell, touch
from kuutio.contact.models import Case, Event
from kuutio.contact.public_words import CASES, LONGEST, doubtful, kinds_of, never_public
from kuutio.core.identifiers import dataset_name
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.opendata.tasks import publish_declared


@transaction.atomic
def publish_summary(case: Case, *, text: str, by: Person, at: datetime, has_looked: bool = False) -> Case:
    """Write the public summary of a case; "" takes it back.

    What was told before is gone from Open311 at once, and from the data set as soon as the worker has made it anew.

    Args:
        has_looked: the officer has looked again at what is most likely an organisation's (a desk's address, a firm's number).

    Raises:
        NotAllowed: another city has the case.
        Invalid: the category isn't public, the text is too long, holds personal data, or something to look at again.
    """
    case = hold(case.pk)
    view = permissions.view_of(by, case, at)
    if not view.may_write:
        raise NotAllowed(_("Only the city that is responsible for the case can do this."), case=case.number)
    before, case.public_text = case.public_text, text.replace("\0", "").strip()
    if case.public_text and (wrong := faults(case, case.public_text, has_looked=has_looked)):
        raise Invalid(" ".join(wrong), errors=[{"pointer": "/text", "detail": one} for one in wrong])
    facts = {"empty": not case.public_text}
    tell(case, Event.Kind.PUBLISHED, by=by, at=at, organisation=view.organisation, facts=facts)
    touch(case, at, "public_text")
    audit("publish_summary", case, by=by, at=at)
    if before and before != case.public_text and case.responsible.city_id:
        # The old words don't wait for the night.
        name = dataset_name(case.responsible.city_id, CASES)
        publish_declared.configure(lock=f"publish:{name}").defer(domain="contact", name=name)
    return case


def faults(case: Case, text: str, *, has_looked: bool) -> list[str]:
    """Why a text can't be published as a case's summary, in sentences; none: it can."""
    if not case.category.is_public:
        return [_("Cases of this category are confidential: nothing of them is published.")]
    found = [_("Keep the summary below 1,000 characters.")] if len(text) > LONGEST else []
    found += [_("Take out the personal data: %(what)s.") % {"what": what} for what in kinds_of(never_public(text))]
    return found or ([] if has_looked else doubts(text))


def doubts(text: str) -> list[str]:
    """What an officer has to look at again before a text is published."""
    return [
        _("This may be personal data: %(what)s. Confirm that it is an organisation’s.") % {"what": what}
        for what in kinds_of(doubtful(text))
    ]
