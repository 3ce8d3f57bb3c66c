"""An answer on its way: kept while it is written, held for a moment before it leaves, taken back until then."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Person
from kuutio.contact import tasks
from kuutio.contact.actions.events import audit, hold
from kuutio.contact.actions.holding import hold_for
from kuutio.contact.actions.presence import note_presence
from kuutio.contact.actions.working import answer_case, check_answer
from kuutio.contact.models import AnswerDraft, Case, Channel, Message
from kuutio.contact.moves import may_move
from kuutio.contact.problems import AlreadySent, WrongMove
from kuutio.core.problems import Invalid, Problem

LONGEST = 20_000
DRAFTS_KEPT_DAYS = 30


@transaction.atomic
def keep_answer(
    case: Case, *, text: str, by: Person, at: datetime, then: str = "", key: str = ""
) -> AnswerDraft | None:
    """Keep what an officer has written so far, for themselves alone; nothing written: nothing is kept. No audit: nothing happened.

    What is on its way, or was sent from the same page, stays as it is: a late saving brings no sent answer back.

    Raises:
        NotAllowed: another city has the case.
        Invalid: longer than an answer can be.
    """
    text = text.replace("\0", "")
    if len(text) > LONGEST:
        raise Invalid(_("Keep the answer below 20,000 characters."))
    case, _organisation = hold_for(case, by, at)
    note_presence(case, by=by, at=at, is_typing=True)
    draft = AnswerDraft.objects.filter(case=case, person=by).first()
    if (draft is not None and draft.send_at is not None) or _was_sent(key):
        return draft
    if not text.strip():
        AnswerDraft.objects.filter(case=case, person=by).delete()
        return None
    return _written(case, by, text, then, key, at=at)


def _written(
    case: Case, by: Person, text: str, then: str, key: str, *, at: datetime, send_at: datetime | None = None
) -> AnswerDraft:
    told = {"text": text, "then": _state(then), "key": key[:40], "changed_at": at, "send_at": send_at, "problem": ""}
    return AnswerDraft.objects.update_or_create(case=case, person=by, defaults=told)[0]


def _state(then: str) -> str:
    return then if then in Case.State.values else ""


def _was_sent(key: str) -> bool:
    return bool(key) and Message.objects.filter(channel=Channel.EMAIL, external_id=f"answer:{key}").exists()


@transaction.atomic
def hold_answer(
    case: Case, *, text: str, by: Person, at: datetime, then: str = "", key: str = ""
) -> AnswerDraft | Message | None:
    """Send an answer in a moment (KUUTIO_UNDO_SEND_S seconds); until then it can be taken back.

    The same key again is the same answer, whether it is on its way or has gone; nothing is sent twice.

    Returns:
        The answer on its way, or as it was sent where nothing is held; None for what had gone before.

    Raises:
        NotAllowed: another city has the case.
        Invalid: nothing is written, or a template's place isn't filled.
        WrongMove: the case can't go to `then`.
    """
    if settings.UNDO_SEND_S <= 0:
        AnswerDraft.objects.filter(case=case, person=by).delete()
        return answer_case(case, text=text, then=then, draft_key=key, by=by, at=at)
    check_answer(text)
    case, _organisation = hold_for(case, by, at)
    if _was_sent(key):
        return None
    before = AnswerDraft.objects.filter(case=case, person=by, send_at__isnull=False).first()
    if before is not None and key and before.key == key:
        return before
    if before is not None:
        if not _send(before, at=at):
            raise WrongMove(
                _("Your earlier answer to this case could not be sent. Look at it first."), case=case.number
            )
        case.refresh_from_db()
    is_joined = case.state == Case.State.DUPLICATE
    if then and then != case.state and (is_joined or not may_move(case.state, then)):
        raise WrongMove(
            _("The case can't be moved so from the state that it is in now."), case=case.number, state=case.state
        )
    seconds = settings.UNDO_SEND_S
    draft = _written(case, by, text.strip(), then, key, at=at, send_at=at + timedelta(seconds=seconds))
    audit("hold_answer", case, by=by, at=at, seconds=seconds)
    tasks.send_held.configure(schedule_in={"seconds": seconds}).defer(draft_id=draft.pk)
    return draft


@transaction.atomic
def take_back_answer(case: Case, *, by: Person, at: datetime) -> AnswerDraft:
    """Take one's answer back before it leaves: what was written is a draft again.

    Raises:
        NotAllowed: another city has the case.
        AlreadySent: it has left.
    """
    case, _organisation = hold_for(case, by, at)
    draft = AnswerDraft.objects.filter(case=case, person=by, send_at__isnull=False).first()
    if draft is None:
        raise AlreadySent(_("The answer has been sent already."), case=case.number)
    draft.send_at, draft.changed_at = None, at
    draft.save(update_fields=["send_at", "changed_at"])
    audit("take_back_answer", case, by=by, at=at)
    return draft


@transaction.atomic
def send_held(draft_id: int, *, at: datetime, early: bool = False) -> bool:
    """Send an answer whose time has come; tells whether it left. May run twice, and after a crash.

    The row goes in the transaction that puts the answer into the thread. What can't be sent any more (the case is another
    city's by now, or was moved) stays with its officer as a draft that says why.

    Args:
        early: the officer goes on with the case, so that the answer leaves before what they do next.
    """
    found = AnswerDraft.objects.filter(pk=draft_id, send_at__isnull=False).first()
    if found is None:
        return False
    hold(found.case_id)  # first the case and then its drafts, as everybody does: nobody waits for the other for ever
    draft = AnswerDraft.objects.filter(pk=draft_id, send_at__isnull=False).select_related("case", "person").first()
    if draft is None or draft.send_at is None or (draft.send_at > at and not early):
        return False
    return _send(draft, at=at)


def _send(draft: AnswerDraft, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            answer_case(draft.case, text=draft.text, then=draft.then, draft_key=draft.key, by=draft.person, at=at)
            draft.delete()
    except Problem as refused:
        with translation.override(draft.person.language):
            draft.send_at, draft.problem = None, str(refused.detail)[:300]
        draft.save(update_fields=["send_at", "problem"])
        return False
    return True


def send_before_going_on(case: Case, *, by: Person, at: datetime) -> None:
    """Send one's held answer of a case now, since what one does next comes after it."""
    for pk in AnswerDraft.objects.filter(case=case, person=by, send_at__isnull=False).values_list("pk", flat=True):
        send_held(pk, at=at, early=True)


def look_at_the_answers(at: datetime | None = None) -> int:
    """Send the answers whose job died with its worker, forget the drafts of long ago; tells how many left."""
    at = at or timezone.now()
    late = AnswerDraft.objects.filter(send_at__lt=at).values_list("pk", flat=True)[:500]
    sent = sum(send_held(pk, at=at) for pk in list(late))
    AnswerDraft.objects.filter(send_at__isnull=True, changed_at__lt=at - timedelta(days=DRAFTS_KEPT_DAYS)).delete()
    return sent
