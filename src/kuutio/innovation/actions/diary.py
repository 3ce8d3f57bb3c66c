"""What happens in a trial, day by day, and what could go wrong in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.pictures import NoPicture, clean
from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.core.when import here
from kuutio.innovation import checking, permissions
from kuutio.innovation.actions.trials import hold
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import DiaryEntry, Risk, Trial
from kuutio.innovation.texts import plain_text

MOST_BYTES = 15_000_000
_WRITTEN_IN = (Trial.State.AGREED, Trial.State.RUNNING, Trial.State.ENDED)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry: what happened on a day, with a photo and what it shows, or without.

    Attributes:
        key: of the form: sent again, it is the same entry.
    """

    key: uuid.UUID
    on: date
    text: str
    language: str
    photo: bytes | None = None
    photo_text: str = ""


def _written(trial: Trial, by: Person | None) -> Trial:
    held = hold(trial)
    if not permissions.may_write(by, held):
        raise NotAllowed(_("A trial’s diary is written by its own people."))
    if held.state not in _WRITTEN_IN:
        raise IllegalMove(
            _("The diary is written while a trial is agreed on, runs or has just ended."), state=held.state
        )
    return held


@transaction.atomic
def write_diary(trial: Trial, told: Told, *, by: Person | None, at: datetime) -> DiaryEntry:
    """Write down what happened. A photo is made anew, so that it tells of no camera and no place.

    Raises:
        NotAllowed: the person is neither of its cities nor the firm's lead.
        IllegalMove: the trial isn't at a stage with a diary.
        Conflict: the form was sent for another trial.
        Invalid: nothing is written, a day that hasn't come, a photo that can't be read or isn't described.
    """
    held, errors = _written(trial, by), []
    known = DiaryEntry.objects.filter(key=told.key).first()
    if known is not None:
        if known.trial_id != held.pk:
            raise Conflict(_("This form was sent already. Open the page again and write anew."))
        return known
    text, shows, picture = plain_text(told.text), plain_text(told.photo_text), None
    if not text or len(text) > 6000:
        errors.append(wrong("/text", _("Write in at most 6,000 characters what happened.")))
    if told.on > here(at).date():
        errors.append(wrong("/on", _("This day hasn’t come yet.")))
    if told.photo:
        if not shows:
            errors.append(wrong("/photo_text", _("Say what the picture shows, for those who can’t see it.")))
        try:
            if len(told.photo) > MOST_BYTES:
                raise NoPicture("too many bytes")
            picture = clean(told.photo)
        except NoPicture:
            errors.append(wrong("/photo", _("This picture can’t be read. Give a JPEG, PNG or WebP of at most 15 MB.")))
    checking.refuse(errors)
    row = DiaryEntry.objects.create(
        key=told.key,
        trial=held,
        on=told.on,
        text=text,
        language=checking.known_language(told.language),
        photo=picture.data if picture else None,
        photo_type=picture.type if picture else "",
        photo_text=shows[:300] if picture else "",
        by=by,
        at=at,
    )
    record("write_diary", f"trial:{held.slug}", by=by, at=at, entry=str(row.uuid))
    return row


@transaction.atomic
def remove_entry(entry: DiaryEntry, *, by: Person | None, at: datetime) -> None:
    """Take an entry out, with its photo, for good.

    Raises:
        NotAllowed: the person is neither of its cities nor who wrote it.
    """
    held = hold(entry.trial)
    wrote_it = by is not None and entry.by_id == by.pk and permissions.may_write(by, held)
    if not permissions.may_run(by, held) and not wrote_it:
        raise NotAllowed(_("An entry is removed by who wrote it, or by the city."))
    record("remove_entry", f"trial:{held.slug}", by=by, at=at, entry=str(entry.uuid))
    entry.delete()


@transaction.atomic
def name_risk(
    trial: Trial,
    *,
    text: str,
    likelihood: int,
    impact: int,
    response: str,
    owner: str,
    by: Person | None,
    at: datetime,
) -> Risk:
    """Name what could go wrong, from 1 to 5 how likely and how bad, what is done about it and by which role.

    The same named again is the same risk, as long as it is open.

    Raises:
        NotAllowed: the person is neither of its cities nor the firm's lead.
        IllegalMove: the trial is over.
        Invalid: something is missing or off the scale.
    """
    held, errors = hold(trial), []
    if not permissions.may_write(by, held):
        raise NotAllowed(_("A trial’s risks are named by its own people."))
    if held.state in (Trial.State.LEARNED, Trial.State.GIVEN_UP):
        raise IllegalMove(_("The trial is over: what was said of it stays as it is."), state=held.state)
    words = {"text": plain_text(text), "response": plain_text(response), "owner": plain_text(owner)}
    errors += [
        wrong(f"/{name}", _("Write something here, in at most 500 characters."))
        for name, said in words.items()
        if not said or len(said) > (200 if name == "owner" else 500)
    ]
    errors += [
        wrong(f"/{name}", _("From 1 to 5."))
        for name, value in (("likelihood", likelihood), ("impact", impact))
        if not 1 <= value <= 5
    ]
    checking.refuse(errors)
    said = {**words, "likelihood": likelihood, "impact": impact}
    if (there := held.risks.filter(**said, closed_at=None).first()) is not None:
        return there
    row = Risk.objects.create(trial=held, at=at, **said)
    record("name_risk", f"trial:{held.slug}", by=by, at=at, risk=row.pk)
    return row


@transaction.atomic
def close_risk(risk: Risk, *, by: Person | None, at: datetime) -> Risk:
    """Note that a risk is over; noted again, it stays so.

    Raises:
        NotAllowed: the person is neither of its cities nor the firm's lead.
    """
    held = hold(risk.trial)
    if not permissions.may_write(by, held):
        raise NotAllowed(_("A trial’s risks are named by its own people."))
    row = Risk.objects.select_for_update().get(pk=risk.pk)
    if row.closed_at is None:
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        record("close_risk", f"trial:{held.slug}", by=by, at=at, risk=row.pk)
    return row
