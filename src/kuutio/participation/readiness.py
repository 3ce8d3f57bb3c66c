"""What a process must have before it is published, and what it lacks: the same for the officer's list and for the verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kuutio.participation.models import CityRule, Poll, Process, Question
from kuutio.participation.texts import lacking, written


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a process needs; `lacks` names the languages in which it isn't written."""

    pointer: str
    label: str
    is_met: bool
    lacks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What to do, in a sentence."""
        names = dict(settings.LANGUAGES)
        if self.lacks:
            return _("%(what)s: missing in %(languages)s.") % {
                "what": self.label,
                "languages": ", ".join(str(names[code]).lower() for code in self.lacks),
            }
        return _("%(what)s: missing.") % {"what": self.label}


def languages_of(process: Process) -> list[str]:
    """In which languages a process must be written: what each of its cities asks for, together."""
    cities = [part.city for part in process.parts.select_related("city")]
    rules = {rule.city_id: rule.languages for rule in CityRule.objects.filter(city__in=cities)}
    asked = {code for city in cities for code in rules.get(city.pk, city.languages)}
    return [code for code, _name in settings.LANGUAGES if code in asked]


def needs_of(process: Process) -> list[Need]:
    """All that a process needs before it is published, met or not, in the order of the officer's pages."""
    languages = languages_of(process)
    stages = list(process.stages.all())
    found = [
        _text("/title", _("Title"), process.title, languages),
        _text("/summary", _("Summary"), process.summary, languages),
        _text("/plain_summary", _("Summary in plain language"), process.plain_summary, languages),
        Need("/stages", _("A stage with its times"), bool(stages)),
    ]
    if stages:
        missing = {code for stage in stages for code in lacking(stage.title, languages)}
        found.append(_of_languages("/stages/title", _("Titles of the stages"), missing, languages))
    if sections := list(process.sections.all()):
        missing = {code for section in sections for code in lacking(section.title, languages)}
        missing |= {code for section in sections if section.text for code in lacking(section.text, languages)}
        found.append(_of_languages("/sections", _("Texts of the sections"), missing, languages))
    for pointer, label, texts in (
        ("/stages/text", _("Texts of the stages"), [stage.text for stage in stages if stage.text]),
        ("/polls", _("Polls with their answers"), _polls(process)),
        ("/questions", _("Questions of the surveys"), _questions(process)),
        ("/meetings", _("Titles, texts and places of the meetings"), _meetings(process)),
        ("/milestones", _("Titles of the milestones"), [row.title for row in process.milestones.all()]),
    ):
        if texts:
            missing = {code for text in texts for code in lacking(text, languages)}
            found.append(_of_languages(pointer, label, missing, languages))
    return found


def _polls(process: Process) -> list[Any]:
    polls = Poll.objects.filter(section__process=process).prefetch_related("options")
    return [text for poll in polls for text in (poll.question, *(option.text for option in poll.options.all()))]


def _questions(process: Process) -> list[Any]:
    found = []
    for question in Question.objects.filter(stage__process=process).prefetch_related("choices"):
        found += [question.title, *(choice.title for choice in question.choices.all())]
        if question.hint:
            found.append(question.hint)
    return found


def _meetings(process: Process) -> list[Any]:
    rows = process.meetings.filter(is_cancelled=False)
    return [text for row in rows for text in (row.title, row.text, row.place) if written(text)]


def missing_of(process: Process) -> list[dict[str, str]]:
    """What is missing, as the errors of a refusal."""
    return [{"pointer": need.pointer, "detail": need.words} for need in needs_of(process) if not need.is_met]


def _text(pointer: str, label: str, value: Any, languages: list[str]) -> Need:
    return _of_languages(pointer, label, set(lacking(value, languages)), languages)


def _of_languages(pointer: str, label: str, missing: set[str], languages: list[str]) -> Need:
    return Need(pointer, label, not missing, tuple(code for code in languages if code in missing))
