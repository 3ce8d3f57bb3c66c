"""A domain hands over what is to be judged, and takes it back when its people withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.bundles import canonical
from kuutio.core.identifiers import is_business_id
from kuutio.core.moves import Role
from kuutio.core.problems import Conflict, Invalid, NotFound
from kuutio.selection.actions import logging
from kuutio.selection.actions.finding import find_conflicts
from kuutio.selection.actions.holding import held_candidate, held_round, move_candidate, thing_of
from kuutio.selection.models import Candidate, Party, Round, Version
from kuutio.selection.texts import plain_text, written, wrong

MOST_SECTIONS = 200
MOST_PARTIES = 60
MOST_BYTES = 2 * 2**20
MOST_CENTS = 10**13


@dataclass(frozen=True, slots=True)
class PartyIn:
    """An organisation as a domain gives it; what is empty is taken from `organisation` where that is known.

    Attributes:
        city: code of the member city that it counts for; "" for none.
        unit: that takes part.
    """

    name: str = ""
    organisation: Organisation | None = None
    business_id: str = ""
    foreign_register: str = ""
    foreign_number: str = ""
    unit: str = ""
    city: str = ""
    is_lead: bool = False


@transaction.atomic
def hand_over(
    round_: Round,
    reference: str,
    *,
    title: Mapping[str, str],
    document: Sequence[Mapping[str, Any]],
    parties: Sequence[PartyIn],
    language: str,
    version: int,
    by: Person | None,
    at: datetime,
    asked_cents: int = 0,
    cities: Iterable[str] = (),
    topics: Iterable[str] = (),
    address: str = "",
    contact: Person | None = None,
    named: Iterable[Person] = (),
) -> Candidate:
    """Hand a candidate over, or a newer version of it. The domain has judged that it may; the same version twice changes nothing.

    Args:
        reference: unique and unchanging, the kind first: `application:UUID`, `answer:UUID`.
        document: ordered sections for reading: `heading` and `text` (texts by language, or plain), `figures` (`label`, `value`),
            `identifies` (hidden from reviewers of a blind round until they have sent their review). JSON values, no floats.
        version: 1 and up.
        cities: member cities in it; () takes those of the parties.
        contact: who gets the decisions.
        named: people named in it, who can't judge it.

    Raises:
        Conflict: the round takes none any more, or this version was handed over with other words.
        Invalid: something doesn't fit.
    """
    round_ = held_round(round_)
    frozen = _frozen(document)
    digest = sha256(canonical(frozen)).hexdigest()
    candidate = Candidate.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if candidate is not None and candidate.round_id != round_.pk:
        raise Conflict(_("It is judged in another round."))
    if candidate is not None and (there := candidate.versions.filter(number=version).first()) is not None:
        if there.digest != digest:
            raise Conflict(_("This version was handed over with other words. Give the newer one a number of its own."))
        return candidate
    taking = (Round.State.DRAFT, Round.State.DECLARING) if candidate is None else (*_TAKING_VERSIONS,)
    if round_.state not in taking:
        raise Conflict(_("The round takes no more candidates."))
    if candidate is not None and (version < candidate.version or candidate.is_decided):
        raise Conflict(_("A newer version is here already, or it is decided."))
    told = _told(round_, title, parties, language, version, asked_cents, cities, topics)
    if candidate is None:
        number = (round_.candidates.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        candidate = Candidate(round=round_, reference=reference, number=number, handed_at=at, state_since=at)
    candidate.round = round_
    candidate.address, candidate.contact = address[:300], contact
    for name, value in told.items():
        setattr(candidate, name, value)
    try:
        with transaction.atomic():
            candidate.save()
    except IntegrityError as error:
        raise Invalid(_("This can’t be a candidate’s reference.")) from error
    Version.objects.create(candidate=candidate, number=version, document=frozen, digest=digest, handed_at=at)
    candidate.named.set(named)
    candidate.parties.all().delete()
    Party.objects.bulk_create(_party(candidate, place, one) for place, one in enumerate(parties, 1))
    record("hand_over_candidate", thing_of(candidate), by=by, at=at, round=round_.key, version=version, digest=digest)
    if round_.state == Round.State.REVIEWING:
        logging.append(round_, [logging.candidate_entry(candidate, digest)], at=at)
    if round_.state != Round.State.DRAFT:
        find_conflicts(round_, candidates=[candidate], at=at)
    return candidate


_TAKING_VERSIONS = (Round.State.DRAFT, Round.State.DECLARING, Round.State.REVIEWING)


@transaction.atomic
def withdraw_candidate(reference: str, *, by: Person | None, at: datetime) -> Candidate:
    """Take a candidate out, for its people; the domain has judged who may. What was reviewed stays in the log.

    Raises:
        NotFound: there is none.
        IllegalMove: it is decided.
    """
    found = Candidate.objects.filter(reference=reference).select_related("round").first()
    if found is None:
        raise NotFound(_("There is no such candidate."))
    round_ = held_round(found.round)
    candidate = held_candidate(found, round_)
    if candidate.state == Candidate.State.WITHDRAWN:
        return candidate
    move_candidate(candidate, "withdraw", Role.LEAD, by=by, at=at)
    if round_.state in (Round.State.REVIEWING, Round.State.RANKED):
        logging.append(round_, [{"type": "withdrawn", "candidate": str(candidate.number)}], at=at)
    return candidate


def _told(
    round_: Round,
    title: Mapping[str, str],
    parties: Sequence[PartyIn],
    language: str,
    version: int,
    asked_cents: int,
    cities: Iterable[str],
    topics: Iterable[str],
) -> dict[str, Any]:
    names = written(title)
    errors = []
    if not names or max(map(len, names.values())) > 600:
        errors.append(wrong("/title", _("Give it a name of at most 600 letters.")))
    if language not in ("fi", "sv", "en"):
        errors.append(wrong("/language", _("Choose one of the languages.")))
    if type(version) is not int or version < 1:
        errors.append(wrong("/version", _("Versions are counted from 1.")))
    if type(asked_cents) is not int or not 0 <= asked_cents <= MOST_CENTS:
        errors.append(wrong("/asked_cents", _("Give the amount in whole cents.")))
    if not 0 < len(parties) <= MOST_PARTIES or sum(one.is_lead for one in parties) > 1:
        errors.append(wrong("/parties", _("One to 60 organisations, and one of them leads.")))
    for place, one in enumerate(parties):
        if not (one.name.strip() or one.organisation):
            errors.append(wrong(f"/parties/{place}/name", _("An organisation has a name.")))
        if one.business_id and not is_business_id(one.business_id):
            errors.append(wrong(f"/parties/{place}/business_id", _("This is no Finnish Business ID.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    known = {str(one["key"]) for one in round_.topics}
    return {
        "title": names,
        "language": language,
        "version": version,
        "asked_cents": asked_cents,
        "cities": sorted({*cities} or {one.city for one in parties if one.city}),
        "topics": sorted(set(topics) & known),
    }


def _party(candidate: Candidate, place: int, one: PartyIn) -> Party:
    known = one.organisation
    return Party(
        candidate=candidate,
        position=place,
        organisation=known,
        name=(plain_text(one.name) or str(known))[:600],
        business_id=one.business_id or (known.business_id if known else ""),
        foreign_register=one.foreign_register or (known.foreign_register if known else ""),
        foreign_number=one.foreign_number or (known.foreign_number if known else ""),
        unit=plain_text(one.unit)[:300],
        city=one.city,
        is_lead=one.is_lead,
    )


def _frozen(document: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A document in the one form in which it is kept.

    Raises:
        Invalid: it is too large, or none.
    """
    try:
        sections = [
            {
                "heading": _words(one["heading"]),
                "text": _words(one.get("text", "")),
                "figures": [
                    {"label": _words(figure["label"]), "value": str(figure["value"])}
                    for figure in one.get("figures", ())
                ],
                "identifies": bool(one.get("identifies", False)),
            }
            for one in document
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise Invalid(_("The document can’t be read: each section has a heading.")) from error
    if not 0 < len(sections) <= MOST_SECTIONS or len(canonical(sections)) > MOST_BYTES:
        raise Invalid(_("A document has 1 to 200 sections and at most 2 MB."))
    return sections


def _words(value: Any) -> str | dict[str, str]:
    return written(value) if isinstance(value, Mapping) else str(value or "").replace("\0", "").replace("\r\n", "\n")
