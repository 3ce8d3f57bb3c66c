"""What a resident may take with them of a case, and what is said of how long the rest is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from kuutio.contact import queries
from kuutio.contact.actions.states import ERASED_AFTER
from kuutio.contact.models import Case, Participant
from kuutio.core.when import here
from kuutio.ui import wording


def exported(row: Participant) -> dict[str, Any]:
    """One person's part in a case as JSON values: all that they wrote and were told; of a case that is followed, no word."""
    if row.kind == Participant.Kind.FOLLOWER:
        return {"number": row.case.number, "follows_since": row.joined_at.isoformat(), "email": row.contact.email}
    contact = row.contact
    reach = {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "postal_address": contact.postal_address,
        "preference": contact.preference,
    }
    if row.kind == Participant.Kind.WRITER:  # of somebody else's case, what they wrote there
        own = row.case.messages.filter(contact=contact)
        return {"number": row.case.number, "contact": reach, "messages": [_message(one) for one in own]}
    return exported_case(row.case) | {"contact": reach}


def exported_case(case: Case) -> dict[str, Any]:
    """A whole case as its resident sees it, as JSON values."""
    rating = getattr(case, "rating", None)
    return {
        "number": case.number,
        "opened_at": case.opened_at.isoformat(),
        "category": case.category_id,
        "state": case.state,
        "answers": case.answers,
        "address": case.address,
        "position": [case.lon, case.lat] if case.lon is not None else None,
        "position_from": case.place_source,
        "messages": [_message(row) for row in queries.thread_of_resident(case)],
        "events": [{"at": row.at.isoformat(), "kind": row.kind} for row in queries.public_events(case)],
        "rating": {"stars": rating.stars, "text": rating.text} if rating else None,
    }


def _message(row: Any) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "direction": row.direction,
        "channel": row.channel,
        "text": row.text,
        "files": [{"name": file.name, "description": file.description} for file in row.attachments.all()],
    }


def kept_in_words(case: Case) -> str:
    """What is kept of a case whose resident wants to be taken out, and until when, in the language of the page."""
    words = {"number": case.number, "category": str(case.category.name)}
    if not case.category.may_erase:
        years = timedelta(days=round(365.25 * case.category.keep_years))
        if case.settled_at is not None:
            words["day"] = wording.day(here(case.forget_at or case.settled_at + years).date())
            return _("%(number)s (%(category)s): the law has the city keep the case whole until %(day)s.") % words
        return _(
            "%(number)s (%(category)s): the law has the city keep the case whole for %(years)s years from when it is settled."
        ) % (words | {"years": wording.number(case.category.keep_years)})
    if case.settled_at is not None:
        words["moment"] = wording.moment(case.settled_at + ERASED_AFTER)
        return _("%(number)s (%(category)s): it is settled; what you wrote is removed after %(moment)s.") % words
    return (
        _(
            "%(number)s (%(category)s): it is being handled. What you wrote, your photos and how you are reached are kept until it"
            " is settled, and removed by themselves within a day of that."
        )
        % words
    )
