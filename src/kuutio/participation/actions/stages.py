"""Adding, changing and removing the stages of a process, its sections and its milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.problems import Conflict, Invalid
from kuutio.participation.actions.holding import changed, hold, keep_whole, wrong
from kuutio.participation.kinds import STAGES, WrongOption
from kuutio.participation.models import Milestone, PollAnswer, Process, Section, Stage
from kuutio.participation.problems import Frozen, HasContributions
from kuutio.participation.texts import LONGEST_TEXT, LONGEST_TITLE, written

Texts = Mapping[str, str]
_FROZEN = ("opens_at", "closes_at", "identification")


@transaction.atomic
def add_stage(
    process: Process,
    kind: str,
    *,
    title: Texts,
    opens_at: datetime,
    closes_at: datetime,
    by: Person | None,
    at: datetime,
    text: Texts | None = None,
    identification: str = Stage.Identification.REGISTERED,
    settings: Mapping[str, Any] | None = None,
) -> Stage:
    """Add a stage at the end of a process.

    Args:
        opens_at: from when what its kind allows may be done.
        closes_at: the first moment when it is over.
        settings: options of the kind; those left out have their defaults.

    Raises:
        NotAllowed: the person works for none of the process's cities.
        Conflict: the process is closed.
        Invalid: no such kind, an option that doesn't fit, times in the wrong order, or a text missing.
    """
    process = hold(process, by=by)
    fields = _stage_fields(kind, title, text or {}, opens_at, closes_at, identification, settings or {})
    taken = set(process.stages.values_list("slug", flat=True))
    names = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(taken) + 2))
    stage = Stage.objects.create(
        process=process,
        kind=kind,
        slug=next(name for name in names if name not in taken),
        position=_next(process.stages),
        **fields,
    )
    keep_whole(process)
    changed(process, "add_stage", by=by, at=at, stage=stage.slug, kind=kind)
    return stage


@transaction.atomic
def change_stage(
    stage: Stage,
    *,
    title: Texts,
    opens_at: datetime,
    closes_at: datetime,
    by: Person | None,
    at: datetime,
    text: Texts | None = None,
    identification: str,
    settings: Mapping[str, Any],
) -> Stage:
    """Change a stage's times, texts and options; its kind and address stay.

    Raises:
        NotAllowed, Conflict, Invalid: as for `add_stage`.
        Frozen: a vote of it was opened, and its times or who takes part would be others.
    """
    process = hold(stage.process, by=by)
    stage = Stage.objects.select_for_update().get(pk=stage.pk)
    fields = _stage_fields(stage.kind, title, text or {}, opens_at, closes_at, identification, settings)
    before = {name: getattr(stage, name) for name in ("opens_at", "closes_at", "identification", "settings")}
    for name in ("opens_at", "closes_at"):
        if before[name].replace(second=0, microsecond=0) == fields[name]:
            fields[name] = before[name]  # forms tell minutes
    if any(before[name] != fields[name] for name in _FROZEN) and stage.budgets.filter(opened_at__isnull=False).exists():
        raise Frozen(_("A vote of this stage was opened: its times and who takes part stay as they are."))
    for name, value in fields.items():
        setattr(stage, name, value)
    stage.save(update_fields=list(fields))
    keep_whole(process)
    facts = {name: str(fields[name]) for name, value in before.items() if value != fields[name]}
    changed(process, "change_stage", by=by, at=at, stage=stage.slug, **facts)
    return stage


@transaction.atomic
def remove_stage(stage: Stage, *, by: Person | None, at: datetime) -> None:
    """Take a stage away in which nobody has said anything.

    Raises:
        NotAllowed, Conflict: as for `add_stage`.
        HasContributions: people have taken part in it, or begun to answer its survey.
        Conflict: it has a budget.
    """
    process = hold(stage.process, by=by)
    taken = stage.contributions.exists() or stage.answers.exists() or stage.turns.exclude(draft={}).exists()
    if taken or PollAnswer.objects.filter(poll__section__stage=stage).exists():
        raise HasContributions(_("People have taken part in this stage, so that it stays. Change its times instead."))
    if stage.budgets.exists():
        raise Conflict(_("This stage has a budget, so that it stays. Change its times instead."))
    slug = stage.slug
    stage.delete()
    keep_whole(process)
    changed(process, "remove_stage", by=by, at=at, stage=slug)


@transaction.atomic
def add_section(
    process: Process,
    *,
    title: Texts,
    by: Person | None,
    at: datetime,
    text: Texts | None = None,
    kind: str = Section.Kind.PART,
    stage: Stage | None = None,
    geometry: bytes | None = None,
) -> Section:
    """Add a part of the city's text at the end.

    Args:
        stage: where it is commented on; None: it belongs to the whole process.
        geometry: the plan on the map, WKB in CRS84.

    Raises:
        NotAllowed: the person works for none of the process's cities.
        Conflict: the process is closed.
        Invalid: a text is missing or too long, or the stage is another process's.
    """
    process = hold(process, by=by)
    fields = _section_fields(process, kind, title, text or {}, stage, geometry)
    section = Section.objects.create(process=process, position=_next(process.sections), **fields)
    keep_whole(process)
    changed(process, "add_section", by=by, at=at, section=section.pk)
    return section


@transaction.atomic
def change_section(
    section: Section,
    *,
    title: Texts,
    text: Texts,
    kind: str,
    stage: Stage | None,
    geometry: bytes | None,
    by: Person | None,
    at: datetime,
) -> Section:
    """Change a part of the city's text; comments keep the words that they were about.

    Raises:
        NotAllowed, Conflict, Invalid: as for `add_section`.
    """
    process = hold(section.process, by=by)
    fields = _section_fields(process, kind, title, text, stage, geometry)
    section = Section.objects.select_for_update().get(pk=section.pk)
    for name, value in fields.items():
        setattr(section, name, value)
    section.save(update_fields=list(fields))
    keep_whole(process)
    changed(process, "change_section", by=by, at=at, section=section.pk)
    return section


@transaction.atomic
def remove_section(section: Section, *, by: Person | None, at: datetime) -> None:
    """Take a part away that nobody has commented on.

    Raises:
        NotAllowed, Conflict: as for `add_section`.
        HasContributions: it has comments, or answers to its questions.
    """
    process = hold(section.process, by=by)
    if section.contributions.exists():
        raise HasContributions(_("People have commented on this section, so that it stays."))
    if PollAnswer.objects.filter(poll__section=section).exists():
        raise HasContributions(_("People have answered the questions of this section, so that it stays."))
    number = section.pk
    section.delete()
    changed(process, "remove_section", by=by, at=at, section=number)


@transaction.atomic
def set_milestone(
    process: Process,
    *,
    title: Texts,
    planned_on: date,
    by: Person | None,
    at: datetime,
    reached_on: date | None = None,
    milestone: Milestone | None = None,
) -> Milestone:
    """Add a day on the way, or change one.

    Raises:
        NotAllowed: the person works for none of the process's cities.
        Conflict: the process is closed.
        Invalid: no title.
    """
    process = hold(process, by=by)
    titles, errors = written(title), []
    if not titles or any(len(text) > LONGEST_TITLE for text in titles.values()):
        errors.append(wrong("/title", _("Write a title of at most %(most)s characters.") % {"most": LONGEST_TITLE}))
        raise Invalid(_("Some things are missing."), errors=errors)
    row = milestone or Milestone(process=process)
    row.title, row.planned_on, row.reached_on = titles, planned_on, reached_on
    row.save()
    keep_whole(process)
    changed(process, "set_milestone", by=by, at=at, milestone=row.pk)
    return row


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: Person | None, at: datetime) -> None:
    """Take a milestone away.

    Raises:
        NotAllowed, Conflict: as for `set_milestone`.
    """
    process, number = hold(milestone.process, by=by), milestone.pk
    milestone.delete()
    changed(process, "remove_milestone", by=by, at=at, milestone=number)


def _next(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _stage_fields(
    kind: str,
    title: Texts,
    text: Texts,
    opens_at: datetime,
    closes_at: datetime,
    identification: str,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    errors = _texts(title, text)
    checked: Mapping[str, Any] = {}
    if kind not in STAGES:
        errors.append(wrong("/kind", _("Choose a kind of stage.")))
    else:
        try:
            checked = STAGES[kind].checked(settings)
        except WrongOption as error:
            errors.append(wrong(f"/settings/{error.name}", _("This value doesn’t fit.")))
    if identification not in Stage.Identification.values:
        errors.append(wrong("/identification", _("Choose who takes part.")))
    if closes_at <= opens_at:
        errors.append(wrong("/closes_at", _("A stage ends after it has begun.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return {
        "title": written(title),
        "text": written(text),
        "opens_at": opens_at,
        "closes_at": closes_at,
        "identification": identification,
        "settings": dict(checked),
    }


def _section_fields(
    process: Process, kind: str, title: Texts, text: Texts, stage: Stage | None, geometry: bytes | None
) -> dict[str, Any]:
    errors = _texts(title, text)
    if kind not in Section.Kind.values:
        errors.append(wrong("/kind", _("Choose what the section is.")))
    if stage is not None and stage.process_id != process.pk:
        errors.append(wrong("/stage", _("Choose one of the process’s own stages.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return {"kind": kind, "title": written(title), "text": written(text), "stage": stage, "geometry": geometry}


def _texts(title: Texts, text: Texts) -> list[dict[str, str]]:
    errors = []
    if not written(title):
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    for name, texts, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        errors += [
            wrong(f"/{name}/{code}", _("This is too long: at most %(most)s characters.") % {"most": longest})
            for code, said in written(texts).items()
            if len(said) > longest
        ]
    return errors
