"""Beginning, changing, publishing and closing a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.identifiers import slug as slug_of
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.participation import findable, permissions, shapes
from kuutio.participation.actions.holding import changed, hold, keep_whole, wrong
from kuutio.participation.models import Budget, CityRule, Outcome, Process, ProcessCity
from kuutio.participation.problems import Frozen, HasContributions, NotReady
from kuutio.participation.readiness import languages_of, missing_of
from kuutio.participation.texts import LONGEST_TEXT, LONGEST_TITLE, lacking, written

Texts = Mapping[str, str]
RESERVED = frozenset({"new", "languages"})
"""Addresses of the officers' own pages."""
GOING_ON = (Budget.State.OPEN, Budget.State.CLOSED)
"""Votes that are frozen and not counted yet."""
_TITLES = ("title", "place")
_TEXTS = ("summary", "plain_summary", "description", "contact")


@transaction.atomic
def begin_process(
    owner: City,
    *,
    title: Texts,
    theme: str,
    cities: Sequence[City] = (),
    slug: str = "",
    by: Person | None,
    at: datetime,
    **texts: Any,
) -> Process:
    """Begin a process as a draft of one city, or of several with one that owns it.

    Args:
        cities: those that take part besides the owner.
        slug: its part of the address; "" makes one of the title.
        texts: as for `change_process`.

    Raises:
        NotAllowed: the person is no officer of the owner.
        Invalid: no title, no such theme, an address that can't be one.
        Conflict: another process has the address.
    """
    if not permissions.may_begin(by, owner):
        raise NotAllowed(_("A process is begun by the officers of the city that owns it."))
    fields = _checked({"title": title, "theme": theme, **texts}, needs_title=True)
    named = slug_of(slug or next(iter(fields["title"].values())))[:80].strip("-")
    if not named or named in RESERVED:
        raise Invalid(_("Some things are missing."), errors=[wrong("/slug", _("Write letters a–z and digits."))])
    try:
        with transaction.atomic():
            process = Process.objects.create(
                slug=named, owner=owner, created_by=by, created_at=at, changed_at=at, **fields
            )
    except IntegrityError as error:
        raise Conflict(_("Another process has this address. Choose another one.")) from error
    members = dict.fromkeys([owner, *cities])
    ProcessCity.objects.bulk_create(ProcessCity(process=process, city=city) for city in members)
    changed(process, "begin_process", by=by, at=at, cities=[city.pk for city in members])
    return process


@transaction.atomic
def change_process(
    process: Process, *, cities: Sequence[City] | None = None, by: Person | None, at: datetime, **texts: Any
) -> Process:
    """Change what is said of a process, and which cities take part.

    Args:
        cities: all that take part, the owner is always among them; None leaves them as they are.
        texts: any of title, summary, plain_summary, description, place, contact (texts by language), theme, and area (WKB).

    Raises:
        NotAllowed: the person works for none of its cities, or changes the cities without working for the owner.
        Frozen: a vote goes on, and other cities would take part.
        Conflict: the process is closed.
        Invalid: a text is too long, or a published process would lack something.
    """
    process = hold(process, by=by)
    fields = _checked(texts, needs_title="title" in texts)
    for name, value in fields.items():
        setattr(process, name, value)
    process.save(update_fields=[*fields])
    if cities is not None:
        _set_cities(process, [process.owner, *cities], by=by)
    keep_whole(process)
    changed(process, "change_process", by=by, at=at, fields=sorted(fields))
    return process


def _set_cities(process: Process, cities: Sequence[City], *, by: Person | None) -> None:
    wanted = {city.pk for city in cities}
    there = set(process.parts.values_list("city_id", flat=True))
    if wanted == there:
        return
    if not permissions.may_decide(by, process):
        raise NotAllowed(_("Only the city that owns a process decides who takes part."))
    if process.budgets.filter(state__in=GOING_ON).exists():
        raise Frozen(_("A vote was opened: which cities take part stays as it is until it is counted."))
    process.parts.exclude(city__in=wanted).delete()
    ProcessCity.objects.bulk_create(ProcessCity(process=process, city_id=code) for code in sorted(wanted - there))


@transaction.atomic
def publish_process(process: Process, *, by: Person | None, at: datetime) -> Process:
    """Let everybody read a process. What its stages allow follows from their times alone.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        Conflict: it is published already.
        NotReady: something is missing; `errors` say what, and in which language.
    """
    process = _decided(process, by=by)
    if process.state != Process.State.DRAFT:
        raise Conflict(_("The process is published already."))
    if missing := missing_of(process):
        raise NotReady(_("The process can’t be published yet: something is missing."), errors=missing)
    process.state, process.published_at = Process.State.PUBLISHED, at
    process.save(update_fields=["state", "published_at"])
    changed(process, "publish_process", by=by, at=at)
    return process


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the texts by language, by whom and on which day, where it can be looked up."""

    decided: Texts
    why: Texts
    decided_on: date
    decided_by: Texts
    reference: str = ""
    link: str = ""


@transaction.atomic
def close_process(process: Process, decision: Decision, *, by: Person | None, at: datetime) -> Process:
    """Close a process with what was decided and why; those who follow it are told.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        Conflict: it isn't public yet, or closed already, or a vote isn't counted yet.
        NotReady: a stage isn't over yet.
        Invalid: the outcome isn't told in a language that the cities require.
    """
    process = _decided(process, by=by)
    if process.state != Process.State.PUBLISHED:
        raise Conflict(_("Only a published process is closed."))
    if last := process.stages.filter(closes_at__gt=at).exclude(kind="decision").first():
        detail = wrong(f"/stages/{last.slug}", _("This stage isn’t over yet."))
        raise NotReady(_("A process is closed when people’s turn is over. End the stage first."), errors=[detail])
    if process.budgets.filter(state__in=GOING_ON).exists():
        raise Conflict(_("A vote isn’t counted yet. Close the process when its result is there."))
    decided, why = written(decision.decided), written(decision.why)
    languages = languages_of(process)
    errors = [
        wrong(f"/{name}/{code}", _("Write it in this language, too."))
        for name, texts in (("decided", decided), ("why", why))
        for code in lacking(texts, languages)
    ]
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    outcome = Outcome.objects.create(
        decided=decided,
        why=why,
        decided_by=written(decision.decided_by),
        decided_on=decision.decided_on,
        reference=decision.reference.strip(),
        link=decision.link,
        at=at,
    )
    process.outcome, process.state, process.closed_at = outcome, Process.State.CLOSED, at
    process.save(update_fields=["outcome", "state", "closed_at"])
    changed(process, "close_process", by=by, at=at)
    from kuutio.participation import tasks  # tasks import the actions

    tasks.tell_of_outcome.defer(process_id=process.pk)
    return process


@transaction.atomic
def remove_draft(process: Process, *, by: Person | None, at: datetime) -> None:
    """Remove a draft that never became public, with the budgets that were prepared in it.

    Raises:
        NotAllowed: the person is no officer of the city that owns it.
        Conflict: it was published.
        HasContributions: what people said elsewhere was brought into it.
    """
    process = _decided(process, by=by)
    if process.state != Process.State.DRAFT:
        raise Conflict(_("What was published stays. Close the process instead."))
    if process.contributions.exists():
        raise HasContributions(_("What people have said elsewhere was brought into this draft, so that it stays."))
    process.budgets.all().delete()
    findable.forget_process(process)
    record("remove_draft", f"process:{process.slug}", by=by, at=at)
    process.delete()


@transaction.atomic
def set_languages(city: City, languages: Sequence[str], *, by: Person | None, at: datetime) -> CityRule:
    """Decide in which languages a city's processes must be written before they are published.

    Raises:
        NotAllowed: the person is no officer of the city.
        Invalid: none at all, or a language that the city serves in by law is left out.

    Source: Language Act 423/2003, section 32: information of bilingual authorities is given in Finnish and Swedish.
    """
    if not permissions.may_begin(by, city):
        raise NotAllowed(_("A city’s own officers decide this."))
    if not set(city.languages) <= set(languages):
        raise Invalid(
            _("Some things are missing."),
            errors=[wrong("/languages", _("The languages in which the city serves by law can’t be left out."))],
        )
    rule, _made = CityRule.objects.update_or_create(city=city, defaults={"languages": list(languages)})
    record("set_languages", f"city:{city.pk}", by=by, at=at, languages=list(languages))
    return rule


def _decided(process: Process, *, by: Person | None) -> Process:
    """The process, held, for an officer of its owner."""
    held = Process.objects.select_for_update().get(pk=process.pk)
    if not permissions.may_decide(by, held):
        raise NotAllowed(_("Only the city that owns a process publishes and closes it."))
    return held


def _checked(told: Mapping[str, Any], *, needs_title: bool = False) -> dict[str, Any]:
    """The fields as they are kept.

    Raises:
        Invalid: as the verbs say.
    """
    errors: list[dict[str, str]] = []
    fields: dict[str, Any] = {}
    for name in (*_TITLES, *_TEXTS):
        if name not in told:
            continue
        fields[name] = written(told[name])
        longest = LONGEST_TITLE if name in _TITLES else LONGEST_TEXT
        errors += [
            wrong(f"/{name}/{code}", _("This is too long: at most %(most)s characters.") % {"most": longest})
            for code, text in fields[name].items()
            if len(text) > longest
        ]
    if needs_title and not fields.get("title"):
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    if "theme" in told:
        fields["theme"] = told["theme"]
        if told["theme"] not in Process.Theme.values:
            errors.append(wrong("/theme", _("Choose a theme.")))
    if "area" in told:
        fields["area"] = _shape(told["area"], errors)
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    return fields


def _shape(told: Any, errors: list[dict[str, str]]) -> bytes | None:
    """A shape as WKB, or read from GeoJSON."""
    if told is None or isinstance(told, bytes):
        return told
    try:
        return shapes.read(str(told))
    except shapes.NoShape:
        errors.append(wrong("/area", _("This isn’t a place in Finland as GeoJSON.")))
        return None
