"""An answer to a challenge: kept while it is written, sent before the last moment, taken back by who sent it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.media import safe_name, type_of
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import ANSWER
from kuutio.core.pictures import NoPicture, clean
from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.innovation import checking, keeping, letters, organisations, permissions
from kuutio.innovation.actions import judging
from kuutio.innovation.actions.moving import advance
from kuutio.innovation.checking import wrong
from kuutio.innovation.models import Answer, Attachment, Challenge, Confidential
from kuutio.innovation.problems import TooLate
from kuutio.innovation.texts import plain_text

WORDS: Mapping[str, int] = {"title": 200, "summary": 1500, "solution": 6000, "plan": 6000, "measures": 3000}
"""What is written, and how long it may be, in characters."""
NEEDED = ("title", "summary", "solution")
LONGEST_SECRET = 6000
REMIND_BEFORE = timedelta(days=3)
MOST_FILES = 10
MOST_BYTES = 25 * 1024 * 1024
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
TAKEN = PICTURES | {
    "application/pdf",
    "text/plain",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread aloud or in print


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody has written so far; everything may be empty.

    Attributes:
        organisation: as `organisations.cleaned` takes it.
        confidential, why: the trade secret and why it is one; kept in a table of their own.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    organisation: Mapping[str, Any] = field(default_factory=dict)
    price_cents: int | None = None
    cities: tuple[str, ...] = ()
    language: str = "fi"
    confidential: str = ""
    why: str = ""


@transaction.atomic
def begin_answer(challenge: Challenge, *, language: str, by: Person, at: datetime) -> Answer:
    """Begin an answer, or go on with the one that is begun. After a withdrawal the new one holds what the old one did.

    Raises:
        TooLate: the challenge doesn't take answers any more.
        IllegalMove: it doesn't yet, or one is sent already.
    """
    held = Challenge.objects.select_for_update(of=("self",)).get(pk=challenge.pk)
    if draft := held.answers.filter(person=by, state=Answer.State.DRAFT).first():
        return draft
    _demand_time(held, at)
    if held.answers.filter(person=by, state=Answer.State.SENT).exists():
        raise IllegalMove(_("You have sent an answer already. Take it back first, if you want to write another."))
    row = Answer.objects.create(
        challenge=held, person=by, language=checking.known_language(language), created_at=at, changed_at=at
    )
    before = held.answers.filter(person=by, state=Answer.State.WITHDRAWN).order_by("-ended_at").first()
    if before is not None:
        for name in (*WORDS, "told_organisation", "price_cents", "cities", "language"):
            setattr(row, name, getattr(before, name))
        row.save()
        secret = Confidential.objects.filter(answer=before).first()
        if secret is not None:
            Confidential.objects.create(answer=row, text=secret.text, why=secret.why)
    record("begin_answer", f"answer:{row.uuid}", by=by, at=at, challenge=held.slug)
    return row


def _demand_time(challenge: Challenge, at: datetime) -> None:
    """Refuse an answer outside of its time, by the server's clock: the last moment itself is in time.

    Raises:
        TooLate: the time is over.
        IllegalMove: the challenge isn't open, or its time hasn't begun.
    """
    if at > challenge.closes_at or challenge.state not in (Challenge.State.DRAFT, Challenge.State.OPEN):
        raise TooLate(_("The time for answers is over."), closes_at=challenge.closes_at.isoformat())
    if challenge.state != Challenge.State.OPEN or at < challenge.opens_at:
        raise IllegalMove(_("The time for answers hasn’t begun yet."), opens_at=challenge.opens_at.isoformat())


def _own(answer: Answer, by: Person) -> Answer:
    held = Answer.objects.select_for_update(of=("self",)).select_related("challenge").get(pk=answer.pk)
    if not permissions.is_own(by, held):
        raise NotAllowed(_("An answer is written by the person who began it."))
    return held


@transaction.atomic
def keep_answer(answer: Answer, written: Written, *, by: Person, at: datetime) -> Answer:
    """Keep what was written so far, whole or half; nothing is judged but its length. No audit: nothing has happened.

    Raises:
        NotAllowed: it is another's.
        IllegalMove: it was sent.
        Invalid: a text is longer than it can be.
    """
    held = _own(answer, by)
    if held.state != Answer.State.DRAFT:
        raise IllegalMove(_("The answer was sent: it stays as it was. Take it back to change it."), state=held.state)
    errors = []
    for name, longest in WORDS.items():
        text = plain_text(written.words.get(name, ""))
        if len(text) > longest:
            over = {"most": longest}
            errors.append(wrong(f"/{name}", _("This is too long: at most %(most)s characters.") % over))
        setattr(held, name, text)
    secret, why = plain_text(written.confidential), plain_text(written.why)
    if len(secret) > LONGEST_SECRET:
        errors.append(
            wrong("/confidential", _("This is too long: at most %(most)s characters.") % {"most": LONGEST_SECRET})
        )
    if written.price_cents is not None and not 0 <= written.price_cents <= 10**12:
        errors.append(wrong("/price", _("Give the price in euros, such as 7500.")))
    checking.refuse(errors)
    known = set(held.challenge.parts.values_list("city_id", flat=True))
    held.told_organisation = organisations.cleaned(written.organisation).as_json()
    held.price_cents, held.cities = written.price_cents, [code for code in written.cities if code in known]
    held.language, held.changed_at = checking.known_language(written.language), at
    held.save()
    if secret:
        Confidential.objects.update_or_create(answer=held, defaults={"text": secret, "why": why[:500]})
    else:
        Confidential.objects.filter(answer=held).delete()
    return held


@transaction.atomic
def attach(answer: Answer, data: bytes, name: str, *, by: Person, at: datetime) -> Attachment:
    """Put a file to a draft, for those who judge it alone. A picture is made anew; the same file again is there once.

    Raises:
        NotAllowed: the answer is another's.
        IllegalMove: it was sent.
        Invalid: too large, too many, or of a type that nobody can read safely.
    """
    held = _own(answer, by)
    if held.state != Answer.State.DRAFT:
        raise IllegalMove(_("The answer was sent: it stays as it was. Take it back to change it."), state=held.state)
    errors, media = [], type_of(data, "text/plain")
    if held.attachments.count() >= MOST_FILES:
        errors.append(wrong("/file", _("There are enough files: at most %(most)s.") % {"most": MOST_FILES}))
    elif len(data) > MOST_BYTES:
        errors.append(wrong("/file", _("The file is too large: at most 25 megabytes.")))
    elif not data or media not in TAKEN:
        errors.append(wrong("/file", _("Give a PDF, a picture, a text or an office document.")))
    elif media in PICTURES:
        try:
            picture = clean(data)
        except NoPicture:
            errors.append(wrong("/file", _("This file can’t be read as a picture.")))
        else:
            data, media = picture.data, picture.type
    checking.refuse(errors)
    digest = keeping.keep(data)
    number = held.attachments.count() + 1
    row, _made = Attachment.objects.get_or_create(
        answer=held,
        sha256=digest,
        defaults={
            "name": safe_name(name, number=number, media=media)[:200],
            "type": media,
            "size": len(data),
            "added_at": at,
        },
    )
    return row


@transaction.atomic
def detach(attachment: Attachment, *, by: Person, at: datetime) -> None:
    """Take a file off a draft, for good.

    Raises:
        NotAllowed: the answer is another's.
        IllegalMove: it was sent.
    """
    held = _own(attachment.answer, by)
    if held.state != Answer.State.DRAFT:
        raise IllegalMove(_("The answer was sent: it stays as it was. Take it back to change it."), state=held.state)
    digest = attachment.sha256
    attachment.delete()
    transaction.on_commit(lambda: forget_unless_used(digest))


def forget_unless_used(digest: str) -> None:
    """Remove bytes that no attachment has any more."""
    if not Attachment.objects.filter(sha256=digest).exists():
        keeping.forget(digest)


def missing_of(answer: Answer) -> checking.Errors:
    """What an answer lacks before it can be sent."""
    told = organisations.cleaned(answer.told_organisation)
    errors = organisations.faults(told)
    errors += [wrong(f"/{name}", _("Write something here.")) for name in NEEDED if not getattr(answer, name)]
    most = answer.challenge.budget_cents
    if answer.price_cents is None:
        errors.append(wrong("/price", _("Give the price in euros, such as 7500.")))
    elif answer.price_cents > most:
        errors.append(wrong("/price", _("The price is above what one trial may cost.")))
    return errors


@transaction.atomic
def send_answer(answer: Answer, *, by: Person, at: datetime) -> Answer:
    """Send an answer; sent again, it is the same answer with the same receipt.

    Args:
        at: when the request came, by the server's clock: the last moment itself is in time.

    Raises:
        NotAllowed: it is another's.
        TooLate: it came after the last moment.
        Invalid: it lacks something; `errors` say what. It stays a draft.
        Conflict: the organisation has another answer to this challenge.
    """
    challenge = Challenge.objects.select_for_update(of=("self",), no_key=True).get(pk=answer.challenge_id)
    held = _own(answer, by)
    held.challenge = challenge
    if held.state == Answer.State.SENT:
        return held
    if held.state == Answer.State.DRAFT:
        _demand_time(challenge, at)
        checking.refuse(missing_of(held))
        told = organisations.cleaned(held.told_organisation)
        held.organisation = organisations.organisation_of(told, by=by, at=at)
    held.sent_at, held.receipt, held.sha256 = at, new_receipt(), digest_of(held)
    fields = ("organisation", "sent_at", "receipt", "sha256")
    holds = {Need.IN_TIME, Need.ANSWER_COMPLETE}
    try:
        with transaction.atomic():
            advance(
                held,
                ANSWER,
                "send",
                role=Role.LEAD,
                holds=holds,
                by=by,
                at=at,
                fields=fields,
                challenge=challenge.slug,
                receipt=held.receipt,
            )
    except IntegrityError as error:
        raise Conflict(_("Your organisation has sent an answer to this challenge already.")) from error
    letters.send_later("receipt", held.pk)
    return held


def new_receipt() -> str:
    """The number of a receipt: ten signs that nobody misreads, such as `7K3M-9QXT-2F`."""
    signs = "".join(secrets.choice(_ALPHABET) for _n in range(10))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def digest_of(answer: Answer) -> str:
    """SHA-256 of what was sent, hexadecimal: the same words, files and secret give the same."""
    secret = Confidential.objects.filter(answer=answer).first()
    told = {
        "challenge": answer.challenge.slug,
        "organisation": answer.told_organisation,
        "words": {name: getattr(answer, name) for name in WORDS},
        "price_cents": answer.price_cents,
        "cities": sorted(answer.cities),
        "files": sorted(answer.attachments.values_list("sha256", flat=True)),
        "confidential": secret.text if secret else "",
    }
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def remind_of_drafts(*, at: datetime) -> int:
    """Write to those whose draft isn't sent three days before the last moment, once, in their own language; tells to how many.

    Who has begun on this very day knows when it ends.
    """
    due = Answer.objects.filter(
        state=Answer.State.DRAFT,
        reminded_at=None,
        person__is_active=True,
        created_at__lte=at - timedelta(days=1),
        challenge__state=Challenge.State.OPEN,
        challenge__closes_at__gt=at,
        challenge__closes_at__lte=at + REMIND_BEFORE,
    )
    told = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            still = Answer.objects.filter(pk=pk, state=Answer.State.DRAFT, reminded_at=None)
            if still.update(reminded_at=at):
                letters.send_later("deadline", pk)
                told += 1
    return told


@transaction.atomic
def withdraw_answer(answer: Answer, *, by: Person, at: datetime) -> Answer:
    """Take an answer back: before the last moment another can be sent, later it only leaves the jury's table.

    Raises:
        NotAllowed: it is another's.
        IllegalMove: it wasn't sent, or the jury has decided on it.
    """
    found = Answer.objects.get(pk=answer.pk)
    if not permissions.is_own(by, found):
        raise NotAllowed(_("An answer is written by the person who began it."))
    # The jury's table first, then the challenge, then the answer: in the order in which a decision holds them.
    if found.state == Answer.State.SENT:
        judging.take_back(found, by=by, at=at)
    challenge = Challenge.objects.select_for_update(of=("self",)).get(pk=found.challenge_id)
    held = _own(answer, by)
    held.ended_at = at
    advance(held, ANSWER, "withdraw", role=Role.LEAD, by=by, at=at, fields=("ended_at",))
    is_last = not challenge.answers.filter(state=Answer.State.SENT).exists()
    if challenge.state == Challenge.State.EVALUATION and is_last:
        judging.settle_choice(challenge, by=None, at=at)
    return held


@transaction.atomic
def withdraw_person(answer: Answer, *, by: Person, at: datetime) -> Answer:
    """Take one's own person out of an answer that was sent: the organisation's answer stays, its writer is forgotten.

    Raises:
        NotAllowed: it is another's.
        IllegalMove: it is a draft: taking it back removes it altogether.
    """
    held = _own(answer, by)
    if held.state == Answer.State.DRAFT:
        raise IllegalMove(_("A draft is taken back whole."), state=held.state)
    held.person, held.changed_at = None, at
    held.save(update_fields=["person", "changed_at"])
    record("withdraw_person", f"answer:{held.uuid}", by=None, at=at)
    return held


@transaction.atomic
def discard_draft(answer: Answer, *, by: Person, at: datetime) -> None:
    """Remove a draft with its files and its secret, for good; what was sent isn't removed so.

    Raises:
        NotAllowed: it is another's.
        IllegalMove: it was sent.
    """
    held = _own(answer, by)
    if held.state != Answer.State.DRAFT:
        raise IllegalMove(_("The answer was sent: it stays as it was. Take it back to change it."), state=held.state)
    digests = list(held.attachments.values_list("sha256", flat=True))
    record("discard_answer", f"answer:{held.uuid}", by=by, at=at)
    held.delete()
    for digest in digests:
        transaction.on_commit(partial(forget_unless_used, digest))
