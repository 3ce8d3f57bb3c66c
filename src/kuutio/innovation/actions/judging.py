"""Answers go to those who judge them, and what they decide comes back: trials of the chosen, reasons to all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.language import LANGUAGES
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import ANSWER, CHALLENGE
from kuutio.core.problems import Conflict, NotFound
from kuutio.innovation import findable
from kuutio.innovation.actions.moving import advance
from kuutio.innovation.models import Answer, Challenge, Trial, TrialCity
from kuutio.selection.actions.candidates import PartyIn, hand_over, withdraw_candidate
from kuutio.selection.actions.rounds import CriterionIn, open_round
from kuutio.selection.handing import Moved
from kuutio.selection.models import Round
from kuutio.selection.queries import candidate_of, round_of
from kuutio.ui.wording import money

KIND = "answer"
"""The first part of the reference by which choosing knows an answer."""


def key_of(challenge: Challenge) -> str:
    """By what choosing knows a challenge."""
    return f"challenge:{challenge.slug}"


def reference_of(answer: Answer) -> str:
    """By what choosing knows an answer."""
    return f"{KIND}:{answer.uuid}"


def round_for(challenge: Challenge, *, at: datetime) -> Round:
    """The round of a challenge, opened when there is none: its jury alone decides, its owner's office runs it."""
    known = round_of(key_of(challenge))
    if known is not None:
        return known
    owner = Organisation.objects.get(kind=Organisation.Kind.CITY, city=challenge.owner_id)
    criteria = [
        CriterionIn(f"criterion-{row.position}", _texts(row.name), row.weight, help=_texts(row.text))
        for row in challenge.criteria.all()
    ]
    return open_round(
        key_of(challenge),
        title=_texts(challenge.title),
        owner=owner,
        decisions=Round.Decisions.ONE,
        body={"fi": "Raati", "sv": "Jury", "en": "Jury"},
        criteria=criteria,
        address=f"/innovation/challenges/{challenge.slug}/",
        budget_cents=challenge.budget_cents * challenge.trials_wanted,
        names_rejected=False,
        reviews_wanted=2,
        topics=[],
        by=None,
        at=at,
    )


def _texts(value: Any) -> dict[str, str]:
    data = getattr(value, "data", value)
    return {code: text for code, text in data.items() if text} if isinstance(data, dict) else {"fi": str(data or "")}


def hand_over_answers(challenge: Challenge, *, at: datetime) -> int:
    """Hand over every answer that was sent in time; tells how many. Asked again, nothing changes."""
    rows = list(challenge.answers.filter(state=Answer.State.SENT).select_related("organisation", "person"))
    if not rows:
        return 0
    round_ = round_for(challenge, at=at)
    for row in sorted(rows, key=lambda one: (one.sent_at, one.pk)):
        hand_over(
            round_,
            reference_of(row),
            title={row.language: row.title},
            version=1,
            language=row.language,
            document=document_of(row),
            parties=[PartyIn(organisation=row.organisation, is_lead=True)],
            asked_cents=row.price_cents or 0,
            cities=row.cities,
            address=f"/work/innovation/answers/{row.uuid}/",
            contact=row.person,
            named=[row.person] if row.person is not None else [],
            by=None,
            at=at,
        )
    return len(rows)


def document_of(answer: Answer) -> list[dict[str, Any]]:
    """What those who judge read of an answer, as it was sent. The confidential part isn't copied: they read it where it lies."""
    sections = (
        ("summary", gettext_noop("In short")),
        ("solution", gettext_noop("The solution")),
        ("plan", gettext_noop("How it would be tried")),
        ("measures", gettext_noop("How its success is seen")),
    )
    found: list[dict[str, Any]] = [
        {"heading": _in_three(words), "text": getattr(answer, name)}
        for name, words in sections
        if getattr(answer, name)
    ]
    price = {"label": _in_three(gettext_noop("Price, without VAT")), "value": money(answer.price_cents)}
    found[0]["figures"] = [price]
    return found


def _in_three(text: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for code in LANGUAGES:
        with override(code):
            said[code] = _(text)
    return said


def take_back(answer: Answer, *, by: Person, at: datetime) -> None:
    """Take a withdrawn answer off the jury's table, where it lies there already."""
    if candidate_of(reference_of(answer)) is None:
        return
    try:
        withdraw_candidate(reference_of(answer), by=by, at=at)
    except NotFound:
        return


@transaction.atomic
def answer_moved(moved: Moved) -> None:
    """Hear what became of an answer: a chosen one begins its trial, and everybody is told why.

    `config` installs it as the receiver of answers; it runs inside the jury's own transaction.
    """
    act = {"approve": "choose", "approve_with_conditions": "choose", "reject": "leave_out"}.get(moved.act)
    if act is None:
        return
    number = moved.candidate.reference.partition(":")[2]
    found = Answer.objects.filter(uuid=number).first()
    if found is None:
        return
    challenge = Challenge.objects.select_for_update(of=("self",)).select_related("owner").get(pk=found.challenge_id)
    answer = Answer.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=found.pk)
    answer.challenge = challenge
    decision = moved.decision
    answer.reason = _reason(decision, answer.language) if decision is not None else ""
    answer.ended_at = moved.at
    advance(
        answer,
        ANSWER,
        act,
        role=Role.CITY,
        holds={Need.JURY_DECIDED},
        by=moved.by,
        at=moved.at,
        fields=("reason", "ended_at"),
    )
    if act == "choose":
        begin_trial_of(answer, by=moved.by, at=moved.at)
    if not challenge.answers.filter(state=Answer.State.SENT).exists():
        settle_choice(challenge, by=moved.by, at=moved.at)


def _reason(decision: Any, language: str) -> str:
    """The reasons and the conditions in one language, whichever form they come in."""
    parts = []
    for value in (decision.reason, decision.conditions):
        texts = _texts(value)
        parts.append(texts.get(language) or next(iter(texts.values()), ""))
    return "\n\n".join(part for part in parts if part)


def begin_trial_of(answer: Answer, *, by: Person | None, at: datetime) -> Trial:
    """The trial of a chosen answer, to be agreed on; asked again, it is the same one."""
    known = Trial.objects.filter(answer=answer).first()
    if known is not None:
        return known
    if answer.organisation is None:  # the database lets no answer be sent without one
        raise Conflict(_("The answer hasn’t been sent."))
    challenge = answer.challenge
    testbeds = list(challenge.places.values_list("testbed_id", flat=True)[:2])
    trial = Trial.objects.create(
        slug=f"{challenge.slug[:60].strip('-')}-{str(answer.uuid)[:8]}",
        owner=challenge.owner,
        organisation=answer.organisation,
        challenge=challenge,
        answer=answer,
        testbed_id=testbeds[0] if len(testbeds) == 1 else None,
        title={answer.language: answer.title},
        summary={answer.language: answer.summary},
        themes=challenge.themes,
        technologies=challenge.technologies,
        lead_id=answer.person_id,
        pilot_project=challenge.pilot_project,
        spearhead=challenge.spearhead,
        is_demo=challenge.is_demo,
        created_at=at,
        changed_at=at,
    )
    codes = dict.fromkeys([challenge.owner_id, *(answer.cities or challenge.parts.values_list("city_id", flat=True))])
    TrialCity.objects.bulk_create(TrialCity(trial=trial, city_id=code) for code in codes)
    record("begin_trial", f"trial:{trial.slug}", by=by, at=at, challenge=challenge.slug)
    return trial


@transaction.atomic
def settle_choice(challenge: Challenge, *, by: Person | None, at: datetime) -> Challenge:
    """Note that the jury has decided on every answer: the challenge is at its choice, or ends where nobody was chosen.

    Raises:
        IllegalMove: the jury hasn't decided on all of them, or it isn't being evaluated.
    """
    held = Challenge.objects.select_for_update(of=("self",)).select_related("owner").get(pk=challenge.pk)
    states = set(held.answers.filter(sent_at__isnull=False).values_list("state", flat=True))
    if Answer.State.SENT not in states and Answer.State.CHOSEN not in states:
        # The reason stands in each language as the challenge's own; a note of the move has but one.
        held.end_reason = _in_three(gettext_noop("No answer was chosen."))
        holds = {Need.REASON}
        advance(held, CHALLENGE, "end_without", role=Role.CITY, holds=holds, by=by, at=at, fields=("end_reason",))
    else:
        holds = set() if Answer.State.SENT in states else {Need.JURY_DECIDED}
        advance(held, CHALLENGE, "choose", role=Role.CITY, holds=holds, by=by, at=at)
    findable.refresh_challenge(held, at=at)
    return held
