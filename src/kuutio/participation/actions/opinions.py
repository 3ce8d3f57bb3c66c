"""Statements and answers: what people do in a stage of opinions, and what officers do with the statements."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Invalid
from kuutio.participation import permissions
from kuutio.participation.actions import contributing
from kuutio.participation.actions.contributing import Said
from kuutio.participation.actions.holding import changed, hold, wrong
from kuutio.participation.kinds import STAGES, Verb
from kuutio.participation.models import Contribution, OpinionVoter, Reaction, Stage
from kuutio.participation.problems import IdentificationNeeded, NotInStage
from kuutio.participation.texts import plain_text
from kuutio.participation.voices import Voice

LONGEST = 200
_NUMBERS = 10**9


def write_statement(stage: Stage, said: Said, *, voice: Voice, at: datetime) -> Contribution:
    """Write a statement for others to answer. Where the stage says so, it waits for an officer.

    Raises:
        NotInStage: people write none in this stage.
        StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: no text, too long, or one that is there already.
    """
    kind = STAGES[stage.kind]
    permissions.demand(voice, Verb.PROPOSE, stage, at)
    if not kind.option(stage, "writing"):
        raise NotInStage(_("People write no statements in this stage."), stage=stage.slug)
    text, longest = plain_text(said.text), int(str(kind.option(stage, "longest", default=LONGEST)))
    if len(text) > longest:
        over = len(text) - longest
        detail = _("The text is %(over)s characters too long. Shorten it.") % {"over": over}
        raise Invalid(_("Some things are missing."), errors=[wrong("/text", detail)])
    same = Contribution.objects.filter(stage=stage, kind="statement", state="published", text__iexact=text)
    if text and same.exclude(key=said.key).exists():
        detail = _("This statement is there already. Answer it, or write another.")
        raise Invalid(_("Some things are missing."), errors=[wrong("/text", detail)])
    return contributing.contribute(stage, "statement", said, voice=voice, at=at)


def answer(statement: Contribution, value: int | None, *, voice: Voice, at: datetime) -> Reaction | None:
    """Agree (1), disagree (-1) or pass (0); again replaces it, None takes it back.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: no statement, another value, or a statement that isn't shown.
    """
    if statement.kind != Contribution.Kind.STATEMENT:
        raise Invalid(_("This can’t be answered here."))
    return contributing.react(statement, value, voice=voice, at=at)


@transaction.atomic
def tell_city(stage: Stage, city: City | None, *, voice: Voice, at: datetime) -> OpinionVoter:
    """Say in which of the process's cities one lives, or that one would rather not.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: a city that takes no part, or a stage that doesn't ask.
    """
    permissions.demand(voice, Verb.SUPPORT, stage, at)
    if voice.person is None:
        raise IdentificationNeeded(_("Sign in to say what you think of it: each person counts once."))
    asks = STAGES[stage.kind].option(stage, "by_city")
    if not asks or (city is not None and not stage.process.parts.filter(city=city).exists()):
        raise Invalid(_("Choose one of the cities of this process."))
    number_people(stage, [voice.person.pk])
    voter = OpinionVoter.objects.select_for_update().get(stage=stage, person=voice.person)
    voter.city = city
    voter.save(update_fields=["city"])
    record("tell_city", f"opinions:{stage.process.slug}/{stage.slug}", by=voice.person, at=at)
    return voter


@transaction.atomic
def number_people(stage: Stage, people: Iterable[int]) -> None:
    """Give random numbers to those who have none yet in a stage."""
    held = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
    rows = OpinionVoter.objects.filter(stage=held)
    known = set(rows.filter(person__isnull=False).values_list("person", flat=True))
    taken = set(rows.values_list("number", flat=True))
    fresh = [OpinionVoter(stage=held, person_id=pk, number=draw_number(taken)) for pk in people if pk not in known]
    OpinionVoter.objects.bulk_create(fresh, batch_size=2000)


def draw_number(taken: set[int]) -> int:
    """A random number that nobody has; it is put among the taken."""
    while (number := secrets.randbelow(_NUMBERS) + 1) in taken:
        pass
    taken.add(number)
    return number


@transaction.atomic
def add_statements(
    stage: Stage, texts: Sequence[str], language: str, *, by: Person | None, at: datetime
) -> list[Contribution]:
    """The city's own statements, with which a conversation begins; those that are there already aren't added.

    Raises:
        NotAllowed: the person works for none of the process's cities.
        Conflict: the process is closed.
        Invalid: none, one that is too long, or an unknown language.
    """
    process = hold(stage.process, by=by)
    lines = list(dict.fromkeys(text for text in map(plain_text, texts) if text))
    errors = []
    if not lines:
        errors.append(wrong("/texts", _("Write at least one statement.")))
    if too_long := [text for text in lines if len(text) > LONGEST]:
        detail = _("This statement is too long, at most %(most)s characters: “%(text)s”")
        errors.append(wrong("/texts", detail % {"most": LONGEST, "text": too_long[0][:60]}))
    if language not in LANGUAGES:
        errors.append(wrong("/language", _("Choose the language of the text.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    there = set(
        Contribution.objects.filter(stage=stage, kind="statement", text__in=lines).values_list("text", flat=True)
    )
    made = [
        Contribution.objects.create(
            kind="statement", process=process, stage=stage, text=text, language=language, made_at=at, changed_at=at
        )
        for text in lines
        if text not in there
    ]
    changed(process, "add_statements", by=by, at=at, stage=stage.slug, count=len(made))
    return made
