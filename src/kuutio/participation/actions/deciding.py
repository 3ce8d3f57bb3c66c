"""What a city does with a proposal: joins it to another, hands it on, decides on it, tells how far it is and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, letters, permissions
from kuutio.participation.actions.holding import wrong
from kuutio.participation.models import (
    Handover,
    MailFollow,
    Proposal,
    ProposalFollow,
    ProposalMilestone,
    Reaction,
    Spending,
    StatusChange,
    SupportFlag,
)
from kuutio.participation.problems import ProposalMerged
from kuutio.participation.texts import LONGEST_TEXT, plain_text, written

Texts = Mapping[str, str]
Status = Proposal.Status
ON_ITS_WAY = (Status.CHOSEN, Status.IN_PROGRESS, Status.DONE)
"""Only what was chosen has milestones and spending."""


def hold(proposal: Proposal, *, by: Person | None) -> Proposal:
    """The proposal as it is now, held until the transaction ends, for an officer of the city that has it.

    Raises:
        NotAllowed: another city has it.
        ProposalMerged: it was joined to another one, which is worked on instead.
    """
    held = Proposal.objects.select_for_update(of=("self",)).select_related("contribution", "city").get(pk=proposal.pk)
    if not permissions.may_handle(by, held):
        raise NotAllowed(_("Only the city that has the proposal works on it."))
    if held.merged_into_id is not None:
        raise _merged(held)
    return held


def _merged(proposal: Proposal) -> ProposalMerged:
    into = proposal.merged_into or proposal
    return ProposalMerged(
        _("This proposal was joined to another one. Go on there: “%(title)s”.") % {"title": into.contribution.title},
        into=str(into.contribution.uuid),
    )


def _note(verb: str, proposal: Proposal, *, by: Person | None, at: datetime, **facts: object) -> None:
    record(verb, f"contribution:{proposal.contribution.uuid}", by=by, at=at, **facts)


@transaction.atomic
def merge(proposal: Proposal, into: Proposal, *, by: Person | None, at: datetime) -> Proposal:
    """Join a proposal to another one that means the same: whoever supported either supports the one that stays, once.

    The joined one stays to be read, with a link; its authors and followers are told and follow the one that stays.

    Raises:
        NotAllowed: the person works for neither city, or only for one of them and not on the process.
        ProposalMerged: either was joined to another one before.
        Invalid: itself, or of another process.
    """
    # In one order, so that two officers who join them the other way round don't wait for each other.
    both_rows = Proposal.objects.filter(Q(pk=proposal.pk) | Q(pk=into.pk)).order_by("pk")
    rows = both_rows.select_for_update(of=("self",)).select_related("contribution__process", "city")
    held = {row.pk: row for row in rows}
    gone, stays = held[proposal.pk], held[into.pk]
    both = permissions.may_handle(by, gone) and permissions.may_handle(by, stays)
    if not both and not permissions.may_edit(by, gone.contribution.process):
        raise NotAllowed(_("Only the city that has the proposal works on it."))
    if gone == stays or gone.contribution.process_id != stays.contribution.process_id:
        told = _("Choose another proposal of the same process.")
        raise Invalid(told, errors=[wrong("/into", told)])
    for row in (gone, stays):
        if row.merged_into_id is not None:
            raise _merged(row)
    if hasattr(gone, "initiative") or hasattr(stays, "initiative"):
        told = _("An initiative stands by itself: its supporters have signed its very words.")
        raise Invalid(told, errors=[wrong("/into", told)])
    _unite(gone, stays, at=at)
    gone.merged.update(merged_into=stays)
    gone.merged_into, gone.merged_at = stays, at
    gone.save(update_fields=["merged_into", "merged_at"])
    findable.refresh_proposal(gone, at=at)
    _note("merge_proposal", gone, by=by, at=at, into=str(stays.contribution.uuid))
    letters.send_later("merged", gone.pk)
    return stays


def _unite(gone: Proposal, stays: Proposal, *, at: datetime) -> None:
    """Supports and followers of both, each person once."""
    supports = Reaction.objects.filter(contribution=gone.contribution_id, value=Reaction.Value.FOR)
    flags = list(SupportFlag.objects.filter(reaction__in=supports).values_list("reaction__person", "why", "at"))
    Reaction.objects.bulk_create(
        [
            Reaction(contribution_id=stays.contribution_id, person_id=person, value=Reaction.Value.FOR, at=when)
            for person, when in supports.values_list("person", "at")
        ],
        ignore_conflicts=True,
    )
    there = dict(stays.contribution.reactions.values_list("person", "pk"))
    SupportFlag.objects.bulk_create(
        [SupportFlag(reaction_id=there[person], why=why, at=when) for person, why, when in flags],
        ignore_conflicts=True,
    )
    followers = gone.contribution.followers.values_list("person", flat=True)
    ProposalFollow.objects.bulk_create(
        [ProposalFollow(contribution_id=stays.contribution_id, person_id=person, at=at) for person in followers],
        ignore_conflicts=True,
    )
    by_mail = MailFollow.objects.filter(contribution=stays.contribution_id).values("email")
    MailFollow.objects.filter(contribution=gone.contribution_id).exclude(email__in=by_mail).update(
        contribution=stays.contribution_id
    )
    stays.earlier_supports += gone.earlier_supports
    stays.save(update_fields=["earlier_supports"])


@transaction.atomic
def hand_over(proposal: Proposal, city: City, reason: str, *, by: Person | None, at: datetime) -> Handover:
    """Give a proposal to the city whose matter it is; its authors are told.

    Raises:
        NotAllowed, ProposalMerged: as for `hold`.
        Invalid: no reason, or the city has it already.
    """
    row = hold(proposal, by=by)
    reason = plain_text(reason)
    if not reason or len(reason) > 500:
        told = _("Say in a sentence why the matter is the other city’s.")
        raise Invalid(told, errors=[wrong("/reason", told)])
    if city.pk == row.city_id:
        told = _("This city has the proposal already.")
        raise Invalid(told, errors=[wrong("/city", told)])
    made = Handover.objects.create(proposal=row, before=row.city, after=city, reason=reason, by=by, at=at)
    row.city = city
    row.save(update_fields=["city"])
    _note("hand_over_proposal", row, by=by, at=at, to=city.pk)
    letters.send_later("handed_over", made.pk)
    return made


@transaction.atomic
def set_status(proposal: Proposal, status: str, words: Texts, *, by: Person | None, at: datetime) -> StatusChange:
    """Tell how far a proposal has come; its followers get a letter.

    Args:
        words: what was decided and why, in the languages that the city serves in; a rejection always has them.

    Raises:
        NotAllowed, ProposalMerged: as for `hold`.
        Invalid: no such status, or a rejection without its reason.
    """
    row = hold(proposal, by=by)
    told = written(words)
    if status not in Status.values:
        raise Invalid(_("Some things are missing."), errors=[wrong("/status", _("Choose one of these."))])
    if status == Status.REJECTED and not told:
        why = _("Say why it isn’t carried out: its maker has a right to know.")
        raise Invalid(why, errors=[wrong("/words", why)])
    if any(len(text) > LONGEST_TEXT for text in told.values()):
        raise Invalid(_("Some things are missing."), errors=[wrong("/words", _("This is too long."))])
    made = StatusChange.objects.create(proposal=row, status=status, words=told or "", city=row.city, by=by, at=at)
    row.status = status
    row.save(update_fields=["status"])
    _note("set_proposal_status", row, by=by, at=at, status=status)
    letters.send_later("status", made.pk)
    return made


@transaction.atomic
def add_milestone(
    proposal: Proposal,
    *,
    title: Texts,
    planned_on: date,
    reached_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> ProposalMilestone:
    """Tell of a day on the way of what was chosen; its followers get a letter.

    Raises:
        NotAllowed, ProposalMerged: as for `hold`.
        Conflict: it wasn't chosen.
        Invalid: no title.
    """
    row = _chosen(proposal, by=by)
    told = written(title)
    if not told:
        raise Invalid(_("Some things are missing."), errors=[wrong("/title", _("Write a title."))])
    made = ProposalMilestone.objects.create(proposal=row, title=told, planned_on=planned_on, reached_on=reached_on)
    _note("add_proposal_milestone", row, by=by, at=at)
    letters.send_later("milestone", made.pk)
    return made


@transaction.atomic
def add_spending(
    proposal: Proposal, *, on: date, amount_cents: int, what: Texts, by: Person | None, at: datetime
) -> Spending:
    """Tell what was paid for what was chosen.

    Args:
        amount_cents: euro cents; what came back is below zero.

    Raises:
        NotAllowed, ProposalMerged: as for `hold`.
        Conflict: it wasn't chosen.
        Invalid: nothing, or a day to come.
    """
    row = _chosen(proposal, by=by)
    told, errors = written(what), []
    if not amount_cents:
        errors.append(wrong("/amount", _("Write how much was paid.")))
    if on > at.date():
        errors.append(wrong("/on", _("Only what was paid is written down: choose a day that has been.")))
    if not told:
        errors.append(wrong("/what", _("Say for what it was paid.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    made = Spending.objects.create(proposal=row, on=on, amount_cents=amount_cents, what=told)
    _note("add_spending", row, by=by, at=at, amount_cents=amount_cents)
    letters.send_later("spending", made.pk)
    return made


def _chosen(proposal: Proposal, *, by: Person | None) -> Proposal:
    row = hold(proposal, by=by)
    if row.status not in ON_ITS_WAY:
        raise Conflict(_("Only what was chosen has milestones and costs. Set its status first."))
    return row


@transaction.atomic
def follow(proposal: Proposal, *, by: Person, at: datetime) -> None:
    """Have a person told what becomes of a proposal; twice is once."""
    _row, created = ProposalFollow.objects.get_or_create(
        contribution=proposal.contribution, person=by, defaults={"at": at}
    )
    if created:
        _note("follow_proposal", proposal, by=by, at=at)


@transaction.atomic
def unfollow(proposal: Proposal, *, by: Person, at: datetime) -> None:
    """Stop telling a person."""
    gone, _each = ProposalFollow.objects.filter(contribution=proposal.contribution, person=by).delete()
    if gone:
        _note("unfollow_proposal", proposal, by=by, at=at)
