"""Who may do what in a round. A person with a hard conflict may do nothing with that candidate, whatever else they are."""

from __future__ import annotations

from kuutio.cities.models import Organisation, Person
from kuutio.selection.models import Candidate, Conflict, Item, Member, Review, Reviewer, Round


def may_open(person: Person | None, owner: Organisation) -> bool:
    """The office of the organisation that is to own the round; `None` as the person is the installation itself."""
    return person is None or _is_office(person, owner.pk)


def is_office(person: Person | None, round_: Round) -> bool:
    """Who runs the round."""
    return person is None or _is_office(person, round_.owner_id)


def is_authority(person: Person | None, round_: Round) -> bool:
    """Who decides on legality: the office of the fund's authority."""
    return person is None or (round_.authority_id is not None and _is_office(person, round_.authority_id))


def is_auditor(person: Person) -> bool:
    """Who may read all of every round and change nothing; a hard conflict hides its candidate from them, too."""
    return person.is_active and (person.is_superuser or person.has_role("auditor"))


def _is_office(person: Person, organisation_id: int) -> bool:
    return person.is_active and (person.is_superuser or person.has_role("office", organisation_id))


def member_of(person: Person | None, round_: Round) -> Member | None:
    """The person as one of those who decide."""
    if person is None or not person.is_active:
        return None
    return Member.objects.filter(round=round_, person=person).first()


def reviewer_of(person: Person | None, round_: Round) -> Reviewer | None:
    """The person as a reviewer of the round."""
    if person is None or not person.is_active:
        return None
    return Reviewer.objects.filter(round=round_, person=person, left_at__isnull=True).first()


def is_barred(person: Person | None, candidate: Candidate) -> bool:
    """Whether a hard conflict stands between somebody and a candidate: then it doesn't exist for them, at no door."""
    if person is None:
        return False
    return Conflict.objects.filter(candidate=candidate, reviewer__person=person, level=Conflict.Level.HARD).exists()


def may_work(person: Person | None, candidate: Candidate) -> bool:
    """The office, unless it is barred."""
    return is_office(person, candidate.round) and not is_barred(person, candidate)


def may_review(person: Person | None, review: Review) -> bool:
    """The reviewer whose it is."""
    return person is not None and person.is_active and review.reviewer.person_id == person.pk


def may_read_letter(person: Person, candidate: Candidate) -> bool:
    """Whoever the decision is about: the candidate's contact and the people named in it. The office, the authority and auditors,
    unless they are barred."""
    if candidate.contact_id == person.pk or candidate.named.filter(pk=person.pk).exists():
        return True
    staff = is_office(person, candidate.round) or is_authority(person, candidate.round) or is_auditor(person)
    return staff and not is_barred(person, candidate)


def may_decide_item(person: Person | None, item: Item) -> bool:
    """A member who was there and didn't stand aside, or the office that keeps the minutes, unless it is barred."""
    if person is None:
        return True
    round_ = item.meeting.round
    if item.candidate is not None and is_barred(person, item.candidate):
        return False
    if item.recusals.filter(member__person=person).exists():
        return False
    return is_office(person, round_) or item.meeting.present.filter(person=person).exists()
