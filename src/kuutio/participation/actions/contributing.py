"""What people do: contribute, withdraw, react. Time, identity and kind are judged by one rule (`permissions.refusal`)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Organisation, Person
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, permissions, shapes, tasks
from kuutio.participation.actions import screening
from kuutio.participation.actions.holding import wrong
from kuutio.participation.kinds import CONTRIBUTIONS, STAGES, Verb
from kuutio.participation.models import Contribution, Held, Photo, Process, Reaction, Section, Stage
from kuutio.participation.problems import IdentificationNeeded
from kuutio.participation.texts import plain_text
from kuutio.participation.voices import Voice

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says.

    Attributes:
        key: of the form: the same key again is the same contribution.
        paragraph, quote: which paragraph of the section, from 1, and how it begins.
        geometry: WKB, CRS84.
        signature: the name to be shown; "" for none.
    """

    text: str
    language: str
    key: uuid.UUID
    title: str = ""
    section: Section | None = None
    parent: Contribution | None = None
    paragraph: int | None = None
    quote: str = ""
    geometry: bytes | None = None
    place: str = ""
    signature: str = ""


@transaction.atomic
def contribute(stage: Stage, kind: str, said: Said, *, voice: Voice, at: datetime) -> Contribution:
    """Say something in a stage. Sent twice with the same key it is there once.

    Raises:
        NotInStage: nothing of this kind is said in the stage.
        StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        Invalid: no text, too long, about something of another process, or a reply without what it answers.
        Conflict: the key belongs to somebody else's contribution.
    """
    if (known := Contribution.objects.filter(key=said.key).first()) is not None:
        return _again(known, stage, voice)
    sort = CONTRIBUTIONS[kind]
    stage = _now(stage.pk)
    permissions.demand(voice, sort.verb, stage, at)
    permissions.demand_kind(kind, stage)
    _check(stage, kind, said)
    screening.demand_pace(stage.process, voice.person, at=at)
    try:
        with transaction.atomic():
            made = _made(stage, kind, said, author=voice.person, organisation=None, at=at)
    except IntegrityError:
        return _again(Contribution.objects.get(key=said.key), stage, voice)
    record("contribute", f"contribution:{made.uuid}", by=voice.person, at=at, kind=kind, process=stage.process.slug)
    return made


@transaction.atomic
def reply_officially(
    parent: Contribution, organisation: Organisation, said: Said, *, by: Person | None, at: datetime
) -> Contribution:
    """A city's reply to what somebody said, also when the stage is over, until the process is closed.

    Args:
        by: None brings in a reply that was given in another system.

    Raises:
        NotAllowed: the person is no officer of that organisation's city, or it takes no part.
        Conflict: the process is closed.
        Invalid: no text, or too long.
    """
    process = Process.objects.select_for_update(no_key=True).get(pk=parent.process_id)
    city = organisation.city
    is_theirs = by is None or city in permissions.cities_of(by)
    if city is None or not is_theirs or not process.parts.filter(city=city).exists():
        raise NotAllowed(_("A city’s reply is written by its own officers, in a process that it takes part in."))
    if process.state == Process.State.CLOSED:
        raise Conflict(_("The process is closed. What led to its decision stays as it was."))
    if parent.kind not in CONTRIBUTIONS["comment"].answers:
        raise Invalid(_("This can’t be answered here."))
    if (known := Contribution.objects.filter(key=said.key).first()) is not None:
        return _again(known, parent.stage, Voice(by))
    check_words("comment", said)
    made = _made(parent.stage, "comment", said, author=by, organisation=organisation, at=at, parent=parent)
    record("reply_officially", f"contribution:{made.uuid}", by=by, at=at, process=process.slug, city=city.pk)
    return made


@transaction.atomic
def withdraw(contribution: Contribution, *, by: Person, at: datetime) -> Contribution:
    """Take back what one said: the words go, the place in the thread stays, so that replies still make sense.

    Raises:
        NotAllowed: somebody else wrote it.
    """
    row = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if not permissions.may_withdraw(by, row):
        raise NotAllowed(_("Only its author withdraws a contribution."))
    if row.state != Contribution.State.WITHDRAWN:
        empty(row, at=at)
        record("withdraw", f"contribution:{row.uuid}", by=by, at=at)
        if row.kind == Contribution.Kind.STATEMENT:
            tasks.make_opinion_map.defer(stage_id=row.stage_id)  # its words are in the map's files
    return row


def empty(row: Contribution, *, at: datetime) -> None:
    """Take the words and what tells of the author out of a contribution."""
    row.state, row.text, row.title, row.signature = Contribution.State.WITHDRAWN, "", "", ""
    row.geometry, row.place, row.changed_at = None, "", at
    row.save(update_fields=["state", "text", "title", "signature", "geometry", "place", "changed_at"])
    row.versions.all().delete()
    Photo.objects.filter(contribution=row).delete()
    findable.refresh_contribution(row, at=at)


@transaction.atomic
def react(
    contribution: Contribution, value: int | None, *, voice: Voice, at: datetime, stage: Stage | None = None
) -> Reaction | None:
    """Support something, or say what one thinks of it; a second time replaces the first, None takes it back.

    Args:
        value: 1 for, 0 neither, -1 against.
        stage: another stage of the process, in which what was proposed before is supported.

    Raises:
        NotInStage, StageClosed, IdentificationNeeded, NotEligible: the stage doesn't let this person do it now.
        IdentificationNeeded: nobody is signed in; a reaction is one a person.
        Invalid: another value, or a contribution that isn't there to be seen.
    """
    permissions.demand(voice, Verb.SUPPORT, _now(stage.pk if stage else contribution.stage_id), at)
    if voice.person is None:
        raise IdentificationNeeded(_("Sign in to say what you think of it: each person counts once."))
    if value is not None and value not in Reaction.Value.values:
        raise Invalid(_("Some things are missing."), errors=[wrong("/value", _("Choose one of the answers."))])
    if contribution.state != Contribution.State.PUBLISHED:
        raise Invalid(_("This contribution isn’t shown any more."))
    if value is None:
        Reaction.objects.filter(contribution=contribution, person=voice.person).delete()
        record("take_back_reaction", f"contribution:{contribution.uuid}", by=voice.person, at=at)
        return None
    reaction, _made_now = Reaction.objects.update_or_create(
        contribution=contribution, person=voice.person, defaults={"value": value, "at": at}
    )
    record("react", f"contribution:{contribution.uuid}", by=voice.person, at=at)
    return reaction


def _now(pk: int) -> Stage:
    """The stage as it stands, with its process."""
    return Stage.objects.select_related("process").get(pk=pk)


def _again(known: Contribution, stage: Stage, voice: Voice) -> Contribution:
    """The contribution that was sent before, if it is this person's in this stage."""
    person = voice.person.pk if voice.person else None
    if known.stage_id != stage.pk or known.author_id != person:
        raise Conflict(_("This form was sent already. Open the page again and write anew."))
    return known


def _check(stage: Stage, kind: str, said: Said) -> None:
    sort = CONTRIBUTIONS[kind]
    check_words(kind, said)
    errors = []
    if said.section is not None and said.section.process_id != stage.process_id:
        errors.append(wrong("/section", _("Choose a section of this process.")))
    parent = said.parent
    if parent is None and not sort.alone:
        errors.append(wrong("/parent", _("This can’t be answered here.")))
    if parent is not None:
        # What was proposed in one stage is argued about in a later one that is for this.
        near = parent.stage_id == stage.pk or (stage.kind == "support" and parent.process_id == stage.process_id)
        of_stage = near and parent.state == Contribution.State.PUBLISHED
        may_reply = STAGES[stage.kind].option(stage, "replies", default=True)
        if not of_stage or parent.kind not in sort.answers or not may_reply:
            errors.append(wrong("/parent", _("This can’t be answered here.")))
    if said.geometry is not None and shapes.kind_of(said.geometry) not in STAGES[stage.kind].places(stage):
        errors.append(wrong("/geometry", _("A contribution of this stage has no such place.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def check_words(kind: str, said: Said) -> None:
    """Refuse words that a kind of contribution can't have.

    Raises:
        Invalid: none, too long, without the title that the kind needs, or in no language.
    """
    sort, errors = CONTRIBUTIONS[kind], []
    text, title = plain_text(said.text), plain_text(said.title)
    if not text:
        errors.append(wrong("/text", _("Write what you want to say.")))
    if len(text) > sort.longest:
        over = len(text) - sort.longest
        errors.append(wrong("/text", _("The text is %(over)s characters too long. Shorten it.") % {"over": over}))
    if sort.titled and not title:
        errors.append(wrong("/title", _("Write a title.")))
    if len(title) > LONGEST_TITLE:
        errors.append(wrong("/title", _("This is too long: at most %(most)s characters.") % {"most": LONGEST_TITLE}))
    if said.language not in LANGUAGES:
        errors.append(wrong("/language", _("Choose the language of the text.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _made(
    stage: Stage,
    kind: str,
    said: Said,
    *,
    author: Person | None,
    organisation: Organisation | None,
    at: datetime,
    parent: Contribution | None = None,
) -> Contribution:
    parent = parent or said.parent
    beside = "\n".join(plain_text(words) for words in (said.title, said.place, said.signature))
    why = "" if organisation else screening.why_held(stage.process, plain_text(said.text), author, at=at, beside=beside)
    made = Contribution.objects.create(
        key=said.key,
        kind=kind,
        state=Contribution.State.HELD if why or CONTRIBUTIONS[kind].waits(stage) else Contribution.State.PUBLISHED,
        process_id=stage.process_id,
        stage=stage,
        section=parent.section if parent else said.section,
        parent=parent,
        paragraph=None if parent else said.paragraph,
        quote="" if parent else said.quote[:200],
        title=plain_text(said.title),
        text=plain_text(said.text),
        language=said.language,
        geometry=said.geometry,
        place=plain_text(said.place)[:200],
        author=author,
        signature=plain_text(said.signature)[:80],
        organisation=organisation,
        made_at=at,
        changed_at=at,
    )
    if why:
        Held.objects.create(contribution=made, why=why)
    return made
