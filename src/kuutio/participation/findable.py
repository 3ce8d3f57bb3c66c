"""Participation in the search over everything: processes, their stages and meetings, and proposals, each in its languages."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.participation import tasks
from kuutio.participation.kinds import STAGES
from kuutio.participation.models import Contribution, Meeting, Process, Proposal, Stage
from kuutio.participation.texts import written
from kuutio.search.actions import Words, forget, forget_others, put

KIND = "process"
STAGE, MEETING, PROPOSAL = "participation-stage", "meeting", "proposal"
SILENT = frozenset({"planning", "decision"})
"""Kinds of stages in which nobody does anything: found with their process."""


def refresh(process: Process, *, at: datetime) -> None:
    """Let a process be found, once it is public. What belongs to it follows by the worker, in some seconds."""
    if not process.is_public:
        forget_process(process)
        return
    titles = written(process.title)
    words = {language: _words(process, language) for language in LANGUAGES if language in titles}
    put(KIND, process.slug, words, at=at, city=_city(process), boost=1.1)
    _refresh_parts_later(process)


def _refresh_parts_later(process: Process) -> None:
    """Once, however much changes until it is done."""
    from procrastinate.exceptions import AlreadyEnqueued

    lock = f"participation-findable-{process.pk}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        tasks.refresh_parts.configure(queueing_lock=lock).defer(process_id=process.pk)


def refresh_parts(process: Process, *, at: datetime) -> None:
    """Let the stages and meetings of a public process be found, and those of its proposals that aren't yet."""
    city = _city(process)
    stages = [stage for stage in process.stages.all() if stage.kind not in SILENT]
    for stage in stages:
        put(STAGE, _key(process, stage.slug), _words_of_stage(process, stage), at=at, city=city)
    forget_others(STAGE, _key(process), [_key(process, stage.slug) for stage in stages])
    meetings = list(process.meetings.all())
    for meeting in meetings:
        put(MEETING, _key(process, str(meeting.uuid)), _words_of_meeting(process, meeting), at=at, city=city)
    forget_others(MEETING, _key(process), [_key(process, str(meeting.uuid)) for meeting in meetings])
    for proposal in Proposal.objects.filter(contribution__process=process).select_related("contribution"):
        refresh_proposal(proposal, at=at)


def refresh_proposal(proposal: Proposal, *, at: datetime) -> None:
    """Let a proposal be found while it is shown, in the language that it was written in. One that was joined to another isn't."""
    said = proposal.contribution
    shown = said.state == Contribution.State.PUBLISHED and proposal.merged_into_id is None and said.process.is_public
    language = next((code for code in LANGUAGES if code == said.language), None)
    if not shown or language is None:
        forget(PROPOSAL, _key(said.process, str(said.uuid)))
        return
    with translation.override(language):
        keywords = " ".join([str(said.process.title), str(proposal.get_category_display()), said.place])
        path = reverse("participation:proposal", args=[said.uuid])
    words = {language: Words(said.title, path, keywords, said.text)}
    put(PROPOSAL, _key(said.process, str(said.uuid)), words, at=at, city=proposal.city_id)


def refresh_contribution(row: Contribution, *, at: datetime) -> None:
    """The same of a contribution whose words have come or gone, where it is a proposal."""
    proposal = Proposal.objects.filter(contribution=row.pk).select_related("contribution__process").first()
    if proposal is not None:
        refresh_proposal(proposal, at=at)


def forget_process(process: Process) -> None:
    """Take a process and all that belongs to it out of the index."""
    forget(KIND, process.slug)
    for kind in (STAGE, MEETING, PROPOSAL):
        forget_others(kind, _key(process), [])


def _key(process: Process, rest: str = "") -> str:
    return f"{process.slug}/{rest}"


def _city(process: Process) -> str:
    cities = list(process.parts.values_list("city_id", flat=True))
    return cities[0] if len(cities) == 1 else ""


def _words(process: Process, language: Language) -> Words:
    with translation.override(language):
        names = [str(part.city) for part in process.parts.select_related("city")]
        stages = [str(stage.title) for stage in process.stages.all()]
        keywords = " ".join([*names, str(process.place), str(process.get_theme_display()), *stages])
        texts = [process.summary, process.plain_summary, process.description]
        texts += [part for section in process.sections.all() for part in (section.title, section.text)]
        if process.outcome:
            texts += [process.outcome.decided, process.outcome.why]
        body = "\n".join(text for value in texts if (text := written(value).get(language)))
        path = reverse("participation:process", args=[process.slug])
    return Words(written(process.title)[language], path, keywords, body)


def _words_of_stage(process: Process, stage: Stage) -> dict[Language, Words]:
    """A hearing's sections, a survey's questions, a vote's budgets and projects."""
    texts = [part for section in stage.sections.all() for part in (section.title, section.text)]
    texts += [question.title for question in stage.questions.all()]
    for budget in stage.budgets.all():
        texts += [budget.title, *(project.title for project in budget.projects.all())]
    found: dict[Language, Words] = {}
    for language in LANGUAGES:
        title = written(stage.title).get(language)
        if not title:
            continue
        with translation.override(language):
            keywords = f"{STAGES[stage.kind].label} {process.title} {process.place}" if stage.kind in STAGES else ""
            path = reverse("participation:stage", args=[process.slug, stage.slug])
        body = "\n".join(text for value in texts if (text := written(value).get(language)))
        about = written(process.title).get(language, "")
        found[language] = Words(f"{about}: {title}" if about else title, path, keywords, body)
    return found


def _words_of_meeting(process: Process, meeting: Meeting) -> dict[Language, Words]:
    found: dict[Language, Words] = {}
    for language in LANGUAGES:
        title = written(meeting.title).get(language)
        if not title:
            continue
        with translation.override(language):
            keywords = f"{process.title} {meeting.place}"
            path = reverse("participation:meeting", args=[meeting.uuid])
        texts = (meeting.text, meeting.minutes)
        body = "\n".join(text for value in texts if (text := written(value).get(language)))
        found[language] = Words(title, path, keywords, body)
    return found
