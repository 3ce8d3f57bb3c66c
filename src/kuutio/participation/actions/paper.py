"""Paper and the service desk: a voter is marked before they get a ballot; a ballot is typed in by two people."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.identified import Facts, person_of
from kuutio.cities.models import Person
from kuutio.core.bundles import check_choice
from kuutio.core.bundles.openings import Choice
from kuutio.core.bundles.votes import TOKEN_BYTES
from kuutio.core.identity_codes import NoIdentityCode, read_code
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import permissions
from kuutio.participation.actions.holding import wrong
from kuutio.participation.actions.voting import Ballot, mark_voter, record_ballot, signed
from kuutio.participation.models import Budget, Channel, Pass, Sheet
from kuutio.participation.opened import STRONG, frozen_of, hold_uncounted
from kuutio.participation.problems import BadBallot

HANDS = (Channel.PAPER, Channel.DESK)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a voter shows at the desk: the identity document, and where the register says that they live."""

    code: str
    municipality: str
    postal_code: str = ""
    works_in: str = ""


@transaction.atomic
def mark_at_desk(budget: Budget, shown: Shown, *, channel: Channel, by: Person | None, at: datetime) -> Pass:
    """Give a ballot to a voter at a desk: refused to who has voted by any door already.

    Raises:
        NotAllowed: the officer works for no city of the process.
        Invalid: the identity code isn't one, or the channel isn't a desk's.
        NotEligible, HasVoted, StageClosed: as for `voting.mark_voter`.
    """
    _officer(budget, by)
    if channel not in HANDS:
        raise Invalid(_("A desk gives out paper ballots, or takes votes itself."))
    try:
        code, born_on = read_code(shown.code)
    except NoIdentityCode as error:
        raise Invalid(
            _("Some things are missing."),
            errors=[wrong("/code", _("This isn’t a personal identity code. Check each character."))],
        ) from error
    facts = Facts(person_of(code), shown.municipality, shown.postal_code, born_on)
    return mark_voter(budget, facts, channel=channel, voice=STRONG, at=at, works_in=shown.works_in)


@transaction.atomic
def enter_sheet(
    budget: Budget, choice: Choice, *, serial: str, channel: Channel, key: uuid.UUID, by: Person | None, at: datetime
) -> Sheet:
    """Type a paper ballot in, the first time. Sent twice, it is one.

    Raises:
        NotAllowed: the officer works for no city of the process.
        Conflict: a ballot with this number was typed in already.
        BadBallot: the ballot isn't valid; such a paper is put aside.
        Invalid: no number.
    """
    officer = _officer(budget, by)
    hold_uncounted(budget)
    if (there := Sheet.objects.filter(key=key).first()) is not None:
        return there
    serial = serial.strip()
    if not serial or len(serial) > 40 or channel not in HANDS:
        raise Invalid(_("Some things are missing."), errors=[wrong("/serial", _("Write the number on the ballot."))])
    _valid(budget, choice)
    try:
        with transaction.atomic():
            sheet = Sheet.objects.create(
                key=key, budget=budget, serial=serial, channel=channel, choice=choice, entered_by=officer
            )
    except IntegrityError as error:
        raise Conflict(_("A ballot with this number is typed in already.")) from error
    record("enter_sheet", _thing(sheet), by=by, at=at)
    return sheet


@transaction.atomic
def confirm_sheet(sheet: Sheet, choice: Choice, *, by: Person | None, at: datetime) -> Sheet:
    """Type the same ballot in again, by somebody else: it goes into the log if both saw the same.

    Raises:
        NotAllowed: it is the same person, or one who works for no city of the process.
        Conflict: the two differ, or more ballots would be in than were given out.
    """
    officer = _officer(sheet.budget, by)
    hold_uncounted(sheet.budget)
    sheet = Sheet.objects.select_for_update().select_related("budget__process").get(pk=sheet.pk)
    budget = sheet.budget
    if sheet.leaf is not None:
        return sheet
    if officer.pk == sheet.entered_by_id:
        raise NotAllowed(_("Another person confirms a ballot than the one who typed it in."))
    if choice != sheet.choice:
        raise Conflict(_("The two don’t say the same. Look at the paper together, and take the sheet back if need be."))
    given = Pass.objects.filter(budget=budget, channel=sheet.channel).count()
    if Sheet.objects.filter(budget=budget, channel=sheet.channel, leaf__isnull=False).count() >= given:
        raise Conflict(
            _("More ballots would be in the log than were given out. Count the papers and the voters marked.")
        )
    ballot = signed(budget, Ballot(choice, secrets.token_bytes(TOKEN_BYTES)))
    sheet.leaf = record_ballot(budget, ballot, channel=Channel(sheet.channel))
    sheet.confirmed_by = officer
    sheet.save(update_fields=["leaf", "confirmed_by"])
    record("confirm_sheet", _thing(sheet), by=by, at=at)  # without the entry: an audit line is never forgotten
    return sheet


@transaction.atomic
def take_back_sheet(sheet: Sheet, *, by: Person | None, at: datetime) -> None:
    """Take a sheet back that isn't confirmed, to type it in anew.

    Raises:
        NotAllowed: the officer works for no city of the process.
        Conflict: it is in the log.
    """
    _officer(sheet.budget, by)
    sheet = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.leaf is not None:
        raise Conflict(_("The ballot is in the log already, and stays there."))
    record("take_back_sheet", _thing(sheet), by=by, at=at)
    sheet.delete()


def _officer(budget: Budget, by: Person | None) -> Person:
    if by is None or not permissions.may_edit(by, budget.process):
        raise NotAllowed(_("Ballots on paper are handled by the officers of the cities that take part."))
    return by


def _valid(budget: Budget, choice: Any) -> None:
    frozen = frozen_of(budget)
    try:
        check_choice(frozen.opening, choice, frozen.costs)
    except ValueError as error:
        raise BadBallot(_("The ballot doesn’t keep to the rules that stand on the paper.")) from error


def _thing(sheet: Sheet) -> str:
    return f"sheet:{sheet.budget.process.slug}/{sheet.budget.slug}/{sheet.serial}"
