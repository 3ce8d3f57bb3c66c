"""Offering a trial to cities that didn't ask for it, and what they answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.problems import IllegalMove, NotAllowed
from kuutio.core.working_time import OFFICE, due
from kuutio.innovation import checking, handing, letters, organisations, permissions
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import Confidential, InnovationDesk, ProposalCity, TrialProposal
from kuutio.innovation.texts import plain_text
from kuutio.ui.wording import localized

ANSWER_DAYS = 10
"""Working days in which a city answers where it has promised nothing else."""
_DAY_MINUTES = 480
MOST_OPEN = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A trial that somebody offers.

    Attributes:
        key: of the form: sent again, it is the same proposal.
        confidential, why: the trade secret and why it is one; kept in a table of their own.
    """

    key: uuid.UUID
    title: str
    summary: str
    organisation: Mapping[str, Any]
    cities: Sequence[City]
    language: str = "fi"
    needs: str = ""
    themes: Sequence[str] = ()
    technologies: Sequence[str] = ()
    confidential: str = ""
    why: str = field(default="")


@transaction.atomic
def propose_trial(offer: Offer, *, by: Person, at: datetime) -> TrialProposal:
    """Offer a trial to one city or several. In each it becomes a case of customer service; a named role answers in time.

    Raises:
        Invalid: something is missing or too long; `errors` say what.
        NotAllowed: the form is another's.
    """
    if (known := _known(offer, by)) is not None:
        return known
    told = organisations.cleaned(offer.organisation)
    errors = organisations.faults(told)
    title, summary, needs = plain_text(offer.title), plain_text(offer.summary), plain_text(offer.needs)
    secret = plain_text(offer.confidential)
    for name, text, longest, is_needed in (
        ("title", title, 200, True),
        ("summary", summary, 4000, True),
        ("needs", needs, 4000, False),
        ("confidential", secret, 6000, False),
    ):
        if is_needed and not text:
            errors.append(wrong(f"/{name}", _("Write something here.")))
        if len(text) > longest:
            errors.append(wrong(f"/{name}", _("This is too long: at most %(most)s characters.") % {"most": longest}))
    fields = checking.lists({"themes": offer.themes, "technologies": offer.technologies}, errors)
    if not fields["themes"]:
        errors.append(wrong("/themes", _("Choose one theme at least.")))
    cities = list(dict.fromkeys(offer.cities))
    if not cities:
        errors.append(wrong("/cities", _("Choose one city at least.")))
    waiting = TrialProposal.objects.filter(person=by, parts__state=ProposalCity.State.WAITING, withdrawn_at=None)
    if waiting.distinct().count() >= MOST_OPEN:
        errors.append(wrong("/title", _("Ten of your proposals wait for an answer already.")))
    checking.refuse(errors)
    organisation = organisations.organisation_of(told, by=by, at=at)
    # Behind its lock: of two that come at once the second finds what the first has written.
    if (known := _known(offer, by)) is not None:
        return known
    row = TrialProposal.objects.create(
        key=offer.key,
        organisation=organisation,
        person=by,
        language=checking.known_language(offer.language),
        title=title,
        summary=summary,
        needs=needs,
        made_at=at,
        **fields,
    )
    if secret:
        Confidential.objects.create(proposal=row, text=secret, why=plain_text(offer.why)[:500])
    record("propose_trial", f"trial_proposal:{row.uuid}", by=by, at=at, cities=[city.pk for city in cities])
    for city in cities:
        _offer_to(row, city, bool(secret), at)
    return row


def _known(offer: Offer, by: Person) -> TrialProposal | None:
    """The proposal that the form made already."""
    known = TrialProposal.objects.filter(key=offer.key).first()
    if known is not None and known.person_id != by.pk:
        raise NotAllowed(_("This form belongs to somebody else. Open the page again."))
    return known


def _offer_to(row: TrialProposal, city: City, has_secret: bool, at: datetime) -> None:
    desk = InnovationDesk.objects.filter(city=city).first()
    days = desk.answer_days if desk is not None else ANSWER_DAYS
    with override(row.language):
        words = [row.title, "", row.summary]
        if row.needs:
            words += ["", _("What is asked of the city:"), row.needs]
        if has_secret:
            words += ["", _("There is a confidential part as well. It is read on the proposal’s page alone.")]
        role = localized(desk.role)[0] if desk is not None else _("Innovation services of the city")
        opened = handing.open_case(
            handing.Offered(
                reference=f"trial-proposal:{row.uuid}:{city.pk}",
                city=city.pk,
                title=row.title,
                text="\n".join(words),
                language=row.language,
                organisation=localized(row.organisation.name)[0],
                person=row.person,
                address=reverse("innovation:work-proposal", args=[row.uuid]),
                at=at,
                answer_days=days,
            )
        )
    promised = opened.due_at if opened is not None else due(at, days * _DAY_MINUTES, OFFICE, ()) or at
    ProposalCity.objects.create(
        proposal=row,
        city=city,
        case_number=opened.number if opened is not None else "",
        role=role[:200],
        due_at=promised,
    )


@transaction.atomic
def answer_proposal(
    part: ProposalCity, *, interested: bool, answer: str, by: Person | None, at: datetime
) -> ProposalCity:
    """Tell a proposer what a city thinks of the trial: it wants to talk on, or not now, with the reason. They get a letter.

    Raises:
        NotAllowed: the person doesn't work for the city.
        IllegalMove: the city has answered before, or the proposal was taken back.
        Invalid: nothing is said.
    """
    row = ProposalCity.objects.select_for_update(of=("self",)).select_related("proposal", "city").get(pk=part.pk)
    if not permissions.may_begin(by, row.city):
        raise NotAllowed(_("A proposal is answered by the officers of the city that got it."))
    if row.state != ProposalCity.State.WAITING or row.proposal.withdrawn_at is not None:
        raise IllegalMove(_("The proposal has an answer already, or was taken back."), state=row.state)
    said = plain_text(answer)
    if not said or len(said) > 4000:
        checking.refuse([wrong("/answer", _("Write the answer in at most 4,000 characters."))])
    row.state = ProposalCity.State.INTERESTED if interested else ProposalCity.State.DECLINED
    row.answer, row.answered_at = said, at
    row.save(update_fields=["state", "answer", "answered_at"])
    record("answer_proposal", f"trial_proposal:{row.proposal.uuid}", by=by, at=at, city=row.city_id, state=row.state)
    if not handing.settle_case(handing.Answered(row.case_number, said, by, at)):
        letters.send_later("proposal", row.pk)  # else customer service tells them, by the channel that they chose
    return row


@transaction.atomic
def withdraw_proposal(proposal: TrialProposal, *, by: Person, at: datetime) -> TrialProposal:
    """Take a proposal back; the cities see that nobody waits for their answer, and the cases in which it waits are settled.

    Taken back again, it stays so.

    Raises:
        NotAllowed: it is another's.
    """
    row = TrialProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not permissions.is_own(by, row):
        raise NotAllowed(_("A proposal is taken back by who made it."))
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        record("withdraw_proposal", f"trial_proposal:{row.uuid}", by=by, at=at)
        with override(row.language):
            said = _("The proposal for a trial was taken back: nobody waits for an answer.")
        for part in row.parts.filter(state=ProposalCity.State.WAITING).order_by("pk"):
            handing.take_back_case(handing.TakenBack(part.case_number, said, row.language, at))
    return row
