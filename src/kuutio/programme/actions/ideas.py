"""Ideas, the first of two stages: sent, talked through with the office, and green or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import IDEA
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.programme import call_letters
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.moving import advance
from kuutio.programme.models import Call, Idea
from kuutio.programme.written import plain_text

OFFICE_ACTS = ("spar", "green", "not_green")


@transaction.atomic
def send_idea(
    call: Call, *, title: str, text: str, organisation_name: str, cities: str = "", key: UUID, by: Person, at: datetime
) -> Idea:
    """Send an idea; the same key again gives the same one.

    Raises:
        IllegalMove: the call takes no ideas now.
        Invalid: something isn't written, or is too long.
    """
    if found := Idea.objects.filter(actor=by, key=key).first():
        return found
    if not call.takes_ideas(at):
        raise IllegalMove(
            _("The call doesn’t take ideas now. Its page shows when it does."), missing=[str(Need.IN_TIME)]
        )
    told = {
        "title": plain_text(title),
        "text": plain_text(text),
        "organisation_name": plain_text(organisation_name),
        "cities": plain_text(cities),
    }
    longest = {"title": 200, "text": 8000, "organisation_name": 200, "cities": 300}
    errors = [
        {"pointer": f"/{name}", "detail": _("Write this.")}
        for name in ("title", "text", "organisation_name")
        if not told[name]
    ]
    errors += [
        {"pointer": f"/{name}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
        for name, value in told.items()
        if len(value) > longest[name]
    ]
    if errors:
        raise Invalid(_("The idea isn’t told as it should be."), errors=errors)
    try:
        with transaction.atomic():
            idea = Idea.objects.create(call=call, state_since=at, actor=by, key=key, **told)
    except IntegrityError:
        return Idea.objects.get(actor=by, key=key)
    idea.submitted_at = at
    idea.save(update_fields=["submitted_at"])
    advance(idea, IDEA, "submit", role=Role.LEAD, holds={Need.IN_TIME}, by=by, at=at, call=call.slug)
    return idea


@transaction.atomic
def answer_idea(idea: Idea, act: str, *, answer: str = "", by: Person | None, at: datetime) -> Idea:
    """The office's: begin to talk it through, then say whether it may become an application, and why.

    Raises:
        NotAllowed: `by` isn't of the office.
        IllegalMove: not from this state, or a no without a reason.
    """
    if not permissions.is_office(by) or act not in OFFICE_ACTS:
        raise NotAllowed(_("The programme’s office answers ideas."))
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea.pk)
    answer = plain_text(answer)[:8000]
    advance(idea, IDEA, act, role=Role.OFFICE, holds={Need.REASON} if answer else set(), by=by, at=at)
    if answer:
        idea.answer = answer
        idea.save(update_fields=["answer"])
    call_letters.tell("idea", idea.pk)
    return idea


@transaction.atomic
def withdraw_idea(idea: Idea, *, by: Person, at: datetime) -> Idea:
    """Take an idea back.

    Raises:
        NotAllowed: somebody else's.
        IllegalMove: it was answered.
    """
    idea = Idea.objects.select_for_update(of=("self",)).get(pk=idea.pk)
    if idea.actor_id != by.pk:
        raise NotAllowed(_("Only who sent an idea takes it back."))
    advance(idea, IDEA, "withdraw", role=Role.LEAD, by=by, at=at)
    return idea
