"""A trial from its idea to what was learnt: agreed on, measured, told of, ended with a next step that has an owner."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import CHALLENGE, TRIAL
from kuutio.core.problems import Conflict, IllegalMove, NotAllowed
from kuutio.core.when import here
from kuutio.innovation import checking, findable, handing, permissions
from kuutio.innovation.actions.moving import advance
from kuutio.innovation.checking import wrong
from kuutio.innovation.learnings import learnings_of
from kuutio.innovation.models import (
    Agreement,
    Challenge,
    Feedback,
    Measure,
    MeasureValue,
    Trial,
    TrialCity,
    TrialDataset,
    TrialProposal,
)
from kuutio.innovation.texts import plain_text, written
from kuutio.opendata.models import Dataset
from kuutio.ui.wording import localized

TITLES = ("title", "next_step_owner")
TEXTS = ("summary", "outcome_text", "next_step_text")
PLAIN = ("testbed", "pilot_project", "spearhead")
CLAUSES = ("parties", "place", "rights", "data_clause", "permits", "insurance", "dismantling")
LEARN_WITHIN = timedelta(days=60)
"""How long after its end a trial may lack its learning before it shows red."""
_BEFORE = (Trial.State.IDEA, Trial.State.AGREED)
_OVER = (Trial.State.ENDED, Trial.State.LEARNED)
MOST_VALUES = 2000


@transaction.atomic
def begin_trial(
    owner: City,
    organisation: Organisation,
    *,
    title: Mapping[str, str],
    cities: Sequence[City] = (),
    proposal: TrialProposal | None = None,
    lead: Person | None = None,
    slug: str = "",
    is_demo: bool = False,
    by: Person | None,
    at: datetime,
    **told: Any,
) -> Trial:
    """Begin a trial that came of no challenge: of a proposal, or agreed on otherwise. A challenge's are begun by its jury's choice.

    A proposal's is begun once by each city: asked again, it is the same one.

    Raises:
        NotAllowed: the person is no officer of the owner.
        IllegalMove: the proposal was taken back.
        Invalid: something is missing or too long.
        Conflict: another trial has the address.
    """
    if not permissions.may_begin(by, owner):
        raise NotAllowed(_("A trial is begun by the officers of the city that owns it."))
    if proposal is not None:
        proposal = TrialProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if (known := proposal.trials.filter(owner=owner).first()) is not None:
            return known
        if proposal.withdrawn_at is not None:
            raise IllegalMove(_("The proposal was taken back."))
    errors: checking.Errors = []
    fields = checking.texts({"title": title, **told}, TITLES, TEXTS, errors) | checking.lists(told, errors)
    fields |= {name: told[name] for name in PLAIN if name in told}
    named = checking.address(slug, fields["title"], errors)
    if not fields["title"]:
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    checking.refuse(errors)
    fields.pop("trial_kinds", None)
    try:
        with transaction.atomic():
            trial = Trial.objects.create(
                slug=named,
                owner=owner,
                organisation=organisation,
                proposal=proposal,
                lead=lead,
                is_demo=is_demo,
                created_at=at,
                changed_at=at,
                **fields,
            )
    except IntegrityError as error:
        raise Conflict(_("Another trial has this address. Choose another one.")) from error
    members = dict.fromkeys([owner, *cities])
    TrialCity.objects.bulk_create(TrialCity(trial=trial, city=city) for city in members)
    record("begin_trial", f"trial:{trial.slug}", by=by, at=at, proposal=str(proposal.uuid) if proposal else "")
    return trial


def hold(trial: Trial) -> Trial:
    """The trial as it is now, held until the transaction ends."""
    return Trial.objects.select_for_update(of=("self",)).select_related("owner", "organisation").get(pk=trial.pk)


def _run(trial: Trial, by: Person | None) -> Trial:
    held = hold(trial)
    if not permissions.may_run(by, held):
        raise NotAllowed(_("Only officers of its cities can do this with a trial."))
    return held


def _changed(trial: Trial, verb: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    trial.changed_at = at
    trial.save(update_fields=["changed_at"])
    record(verb, f"trial:{trial.slug}", by=by, at=at, **facts)
    findable.refresh_trial(trial, at=at)


@transaction.atomic
def describe_trial(
    trial: Trial, *, cities: Sequence[City] | None = None, by: Person | None, at: datetime, **told: Any
) -> Trial:
    """Change what is said of a trial: texts, who owns the next step, to which project it belongs.

    Args:
        told: any of TITLES, TEXTS, PLAIN, themes, technologies, outcome, next_step, next_step_on.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: it has been given up, or ended with what was learnt.
        Invalid: something doesn't fit.
    """
    held = _run(trial, by)
    errors: list[dict[str, str]] = []
    if held.state in (Trial.State.GIVEN_UP, Trial.State.LEARNED):
        raise IllegalMove(_("The trial is over: what was said of it stays as it is."), state=held.state)
    fields = checking.texts(told, TITLES, TEXTS, errors) | checking.lists(told, errors)
    fields |= {name: told[name] for name in (*PLAIN, "next_step_on") if name in told}
    for name, choices in (("outcome", Trial.Outcome), ("next_step", Trial.NextStep)):
        if name in told:
            fields[name] = told[name] or ""
            if fields[name] and fields[name] not in choices.values:
                errors.append(wrong(f"/{name}", _("Choose from the list.")))
    if "title" in told and not fields["title"]:
        errors.append(wrong("/title", _("Write a title in one language at least.")))
    if "next_step_owner" in told and not fields["next_step_owner"] and held.started_at is not None:
        errors.append(wrong("/next_step_owner", _("A trial that runs has somebody who owns its next step.")))
    checking.refuse(errors)
    fields.pop("trial_kinds", None)
    for name, value in fields.items():
        setattr(held, name, value)
    held.save()
    if cities is not None:
        wanted = {held.owner_id, *(city.pk for city in cities)}
        held.parts.exclude(city__in=wanted).delete()
        there = set(held.parts.values_list("city_id", flat=True))
        TrialCity.objects.bulk_create(TrialCity(trial=held, city_id=code) for code in wanted - there)
    _changed(held, "change_trial", by=by, at=at, fields=sorted(fields))
    return held


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed on: clauses in words, the period, the price in euro cents without VAT."""

    starts_on: date
    ends_on: date
    clauses: Mapping[str, str]
    price_cents: int = 0


@transaction.atomic
def write_agreement(trial: Trial, terms: Terms, *, by: Person | None, at: datetime) -> Agreement:
    """Write the agreement, or change it: then both sides sign anew, since nobody is bound by words they haven't seen.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: the trial runs already, or is over.
        Invalid: the period goes backwards, or the price is above what the challenge allows.
    """
    held, errors = _run(trial, by), []
    if held.state not in _BEFORE:
        raise IllegalMove(
            _("The agreement is settled once a trial runs. Prolong its period instead."), state=held.state
        )
    if terms.ends_on < terms.starts_on:
        errors.append(wrong("/ends_on", _("The last day can’t be before the first.")))
    most = held.challenge.budget_cents if held.challenge is not None else None
    if terms.price_cents < 0 or (most is not None and terms.price_cents > most):
        errors.append(wrong("/price", _("The price is above what one trial may cost.")))
    clauses = {name: plain_text(terms.clauses.get(name, "")) for name in CLAUSES}
    errors += [
        wrong(
            f"/{name}", _("This is too long: at most %(most)s characters.") % {"most": 300 if name == "place" else 6000}
        )
        for name, text in clauses.items()
        if len(text) > (300 if name == "place" else 6000)
    ]
    checking.refuse(errors)
    row, _made = Agreement.objects.update_or_create(
        trial=held,
        defaults={
            **clauses,
            "starts_on": terms.starts_on,
            "ends_on": terms.ends_on,
            "price_cents": terms.price_cents,
            "city_signed_on": None,
            "firm_signed_on": None,
            "changed_at": at,
        },
    )
    _changed(held, "write_agreement", by=by, at=at)
    return row


@transaction.atomic
def sign_agreement(trial: Trial, side: str, *, by: Person | None, at: datetime, on: date | None = None) -> Agreement:
    """Note that a side has signed. The firm's own lead signs for the firm; an officer may note the firm's signature on paper.

    Args:
        side: `city` or `firm`.
        on: the day on paper; today where None.

    Raises:
        NotAllowed: the person is of neither side.
        IllegalMove: there is no agreement yet, or the trial runs already.
        Invalid: a clause is empty: what isn't said can't be signed.
    """
    held = hold(trial)
    allowed = permissions.may_run(by, held) if side == "city" else permissions.may_write(by, held)
    if not allowed:
        raise NotAllowed(_("An agreement is signed by its own parties."))
    row = Agreement.objects.select_for_update().filter(trial=held).first()
    if row is None or held.state not in _BEFORE:
        raise IllegalMove(_("There is no agreement to sign now."), state=held.state)
    errors = [wrong(f"/{name}", _("Write something here.")) for name in CLAUSES if not getattr(row, name)]
    checking.refuse(errors)
    day = on or here(at).date()
    if side == "city":
        row.city_signed_on = day
    else:
        row.firm_signed_on = day
    row.changed_at = at
    row.save()
    _changed(held, "sign_agreement", by=by, at=at, side=side)
    return row


@transaction.atomic
def prolong(trial: Trial, ends_on: date, *, why: str, by: Person | None, at: datetime) -> Agreement:
    """Let a running trial run longer; the reason is public.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: it doesn't run.
        Invalid: the new day is no later than the old one, or no reason is told.
    """
    held = _run(trial, by)
    row = Agreement.objects.select_for_update().filter(trial=held).first()
    if held.state != Trial.State.RUNNING or row is None:
        raise IllegalMove(_("Only a running trial is prolonged."), state=held.state)
    errors = []
    if ends_on <= row.ends_on:
        errors.append(wrong("/ends_on", _("The new last day is later than the old one.")))
    if not plain_text(why):
        errors.append(wrong("/why", _("Say why.")))
    checking.refuse(errors)
    before, row.ends_on, row.changed_at = row.ends_on, ends_on, at
    row.save(update_fields=["ends_on", "changed_at"])
    held.events.create(before=held.state, after=held.state, note=plain_text(why), at=at)
    _changed(held, "prolong_trial", by=by, at=at, before=str(before), after=str(ends_on))
    return row


@transaction.atomic
def set_measure(
    trial: Trial,
    *,
    name: Mapping[str, str],
    target: Decimal,
    unit: str = "",
    better: str = Measure.Better.UP,
    baseline: Decimal | None = None,
    indicator: str = "",
    by: Person | None,
    at: datetime,
) -> Measure:
    """Say by what a trial's success is seen; the same said again is the same measure. Once it runs, its targets stay.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: the trial runs already, or is over.
        Invalid: no name, or a figure that is none.
    """
    held, errors = _run(trial, by), []
    if held.state not in _BEFORE:
        raise IllegalMove(_("What success is, is said before a trial runs."), state=held.state)
    told = written(name)
    if not told:
        errors.append(wrong("/name", _("Write a name in one language at least.")))
    for pointer, figure in (("/target", target), ("/baseline", baseline)):
        if figure is not None and (not figure.is_finite() or abs(figure) >= 10**11):
            errors.append(wrong(pointer, _("Give a number.")))
    if better not in Measure.Better.values:
        errors.append(wrong("/better", _("Choose from the list.")))
    checking.refuse(errors)
    fields = {
        "target": target,
        "unit": plain_text(unit)[:40],
        "better": better,
        "baseline": baseline,
        "indicator": plain_text(indicator)[:40],
    }
    there = next((row for row in held.measures.filter(**fields) if written(row.name) == told), None)
    if there is not None:
        return there
    row = Measure.objects.create(trial=held, name=told, **fields)
    _changed(held, "set_measure", by=by, at=at, measure=row.pk)
    return row


@transaction.atomic
def remove_measure(measure: Measure, *, by: Person | None, at: datetime) -> None:
    """Take a measure away before the trial runs.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: the trial runs already, or is over.
    """
    held = _run(measure.trial, by)
    if held.state not in _BEFORE:
        raise IllegalMove(_("What success is, is said before a trial runs."), state=held.state)
    Measure.objects.filter(pk=measure.pk).delete()
    _changed(held, "remove_measure", by=by, at=at)


@transaction.atomic
def measured(
    measure: Measure, on: date, value: Decimal, *, note: str = "", by: Person | None, at: datetime
) -> MeasureValue:
    """Write down a measure on a day; the same day again corrects it.

    Raises:
        NotAllowed: the person is neither of its cities nor the firm's lead.
        IllegalMove: the trial hasn't begun, or is over for good.
        Invalid: no number, a day outside the trial, or too many.
    """
    held, errors = hold(measure.trial), []
    if not permissions.may_write(by, held):
        raise NotAllowed(_("A trial’s measures are written by its own people."))
    if held.state not in (Trial.State.RUNNING, Trial.State.ENDED) or held.started_at is None:
        raise IllegalMove(_("Measures are written down while a trial runs."), state=held.state)
    if not value.is_finite() or abs(value) >= 10**11:
        errors.append(wrong("/value", _("Give a number.")))
    if not here(held.started_at).date() <= on <= here(at).date():
        errors.append(wrong("/on", _("The day lies between the trial’s beginning and today.")))
    if measure.values.count() >= MOST_VALUES:
        errors.append(wrong("/value", _("There are enough values.")))
    checking.refuse(errors)
    row, _made = MeasureValue.objects.update_or_create(
        measure=measure, on=on, defaults={"value": value, "note": plain_text(note)[:300], "by": by, "at": at}
    )
    _changed(held, "write_measure", by=by, at=at, measure=measure.pk, on=str(on))
    return row


def holds_of(trial: Trial, *, at: datetime) -> frozenset[Need]:
    """What holds of a trial now, for its table of moves."""
    found: set[Need] = set()
    agreement = Agreement.objects.filter(trial=trial).first()
    if agreement is not None:
        if agreement.city_signed_on and agreement.firm_signed_on:
            found.add(Need.AGREEMENT_SIGNED)
        if agreement.starts_on <= here(at).date() <= agreement.ends_on:
            found.add(Need.PERIOD)
        if agreement.rights:
            found.add(Need.IPR_CLAUSE)
        if agreement.data_clause:
            found.add(Need.DATA_CLAUSE)
    if trial.measures.exists():
        found.add(Need.SUCCESS_MEASURE)
    if written(trial.next_step_owner):
        found.add(Need.NEXT_OWNER)
    if len(learnings_of(trial)):
        found.add(Need.LEARNING)
    if trial.outcome and written(trial.outcome_text) and trial.next_step and trial.next_step_on:
        found.add(Need.NEXT_STEP)
    return frozenset(found)


@transaction.atomic
def move_trial(trial: Trial, act: str, *, by: Person | None, at: datetime, note: str = "") -> Trial:
    """Take a trial on: `agree`, `start`, `end`, `learn`, `give_up`.

    A trial starts only with a signed agreement, a measure of success and an owner of its next step; it ends for good (`learn`) only
    with a published learning, an outcome in words, a next step, its owner and its day. The figures that count for a project's
    indicators are handed to it then, in the same transaction.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: the table has no such move from here, or something must hold first; nothing is changed.
    """
    held, why = _run(trial, by), plain_text(note)
    holds = set(holds_of(held, at=at))
    if why:
        holds.add(Need.REASON)
    fields: list[str] = []
    if act == "start":
        held.started_at = at
        fields = ["started_at"]
    elif act == "end":
        held.ended_at = at
        fields = ["ended_at"]
    elif act == "give_up":
        held.given_up_reason = {"fi": why} if why else ""
        fields = ["given_up_reason"]
    advance(held, TRIAL, act, role=Role.CITY, holds=holds, by=by, at=at, note=why, fields=fields)
    if act == "start":
        _challenge_runs(held, at=at)
    if act == "learn":
        report_figures(held, by=by, at=at)
    findable.refresh_trial(held, at=at)
    return held


def _challenge_runs(trial: Trial, *, at: datetime) -> None:
    """The first trial that runs takes its challenge along."""
    if trial.challenge_id is None:
        return
    challenge = Challenge.objects.select_for_update(of=("self",)).get(pk=trial.challenge_id)
    if challenge.state == Challenge.State.CHOSEN:
        advance(challenge, CHALLENGE, "run", role=Role.CLOCK, holds={Need.TRIAL_RUNS}, by=None, at=at)
        findable.refresh_challenge(challenge, at=at)


def report_figures(trial: Trial, *, by: Person | None, at: datetime) -> int:
    """Hand the last value of each measure that feeds an indicator to the project of the trial; tells how many."""
    code, told = trial.pilot_project or trial.spearhead, 0
    if not code:
        return 0
    for measure in trial.measures.exclude(indicator=""):
        last = measure.values.order_by("-on").first()
        if last is None:
            continue
        handing.report(
            handing.Reported(
                reference=f"trial:{trial.slug}:{measure.pk}",
                project=code,
                indicator=measure.indicator,
                value=last.value,
                on=last.on,
                evidence=f"/innovation/trials/{trial.slug}/",
                note=localized(trial.title)[0],
                by=by,
                at=at,
            )
        )
        told += 1
    return told


@transaction.atomic
def finish_next_step(trial: Trial, on: date, *, by: Person | None, at: datetime) -> Trial:
    """Note that the next step was taken on a day.

    Raises:
        NotAllowed: the person works for none of its cities.
        IllegalMove: the trial has no next step yet.
        Invalid: the day hasn't come, or lies before the trial's end.
    """
    held = _run(trial, by)
    if held.state != Trial.State.LEARNED or held.ended_at is None:
        raise IllegalMove(_("A next step is taken after a trial has ended with what was learnt."), state=held.state)
    if not here(held.ended_at).date() <= on <= here(at).date():
        checking.refuse([wrong("/on", _("The day lies between the trial’s end and today."))])
    held.next_step_done_on = on
    held.save(update_fields=["next_step_done_on"])
    _changed(held, "finish_next_step", by=by, at=at, step=held.next_step)
    return held


@transaction.atomic
def link_dataset(trial: Trial, dataset: Dataset, *, by: Person | None, at: datetime) -> TrialDataset:
    """Say that a data set of the catalogue came of a trial; said again, it is the same.

    Raises:
        NotAllowed: the person works for none of its cities.
        Invalid: not everybody can see the data set.
    """
    held = _run(trial, by)
    if dataset.state != Dataset.State.PUBLISHED or dataset.access != Dataset.Access.PUBLIC:
        checking.refuse([wrong("/dataset", _("Publish the data set in the catalogue first."))])
    row, _made = TrialDataset.objects.get_or_create(trial=held, dataset=dataset, defaults={"at": at})
    _changed(held, "link_dataset", by=by, at=at, dataset=dataset.name)
    return row


@transaction.atomic
def unlink_dataset(link: TrialDataset, *, by: Person | None, at: datetime) -> None:
    """Take a data set off a trial.

    Raises:
        NotAllowed: the person works for none of its cities.
    """
    held = _run(link.trial, by)
    TrialDataset.objects.filter(pk=link.pk).delete()
    _changed(held, "unlink_dataset", by=by, at=at)


@transaction.atomic
def give_feedback(
    trial: Trial, *, key: uuid.UUID, grade: int, text: str, language: str, by: Person | None, at: datetime
) -> Feedback:
    """Say what one thinks of a trial, signed in or not; it is kept without who said it and read by the city before it is public.

    Raises:
        IllegalMove: the trial doesn't take feedback now.
        Invalid: no grade, or too long a text.
    """
    known = Feedback.objects.filter(key=key, trial=trial).first()
    if known is not None:
        return known
    trial = Trial.objects.get(pk=trial.pk)
    if trial.state not in (Trial.State.RUNNING, Trial.State.ENDED):
        raise IllegalMove(_("Feedback is given while a trial runs."), state=trial.state)
    errors, said = [], plain_text(text)
    if not 1 <= grade <= 5:
        errors.append(wrong("/grade", _("Choose a grade from 1 to 5.")))
    if len(said) > 2000:
        errors.append(wrong("/text", _("This is too long: at most %(most)s characters.") % {"most": 2000}))
    checking.refuse(errors)
    try:
        with transaction.atomic():
            row = Feedback.objects.create(
                key=key,
                trial=trial,
                grade=grade,
                text=said,
                language=checking.known_language(language),
                state=Feedback.State.HELD if said else Feedback.State.PUBLISHED,
                at=at,
            )
    except IntegrityError as error:
        raise Conflict(_("This form was sent already. Open the page again and write anew.")) from error
    record("give_feedback", f"trial:{trial.slug}", by=None, at=at)
    return row


@transaction.atomic
def read_feedback(feedback: Feedback, *, published: bool, by: Person | None, at: datetime) -> Feedback:
    """Publish what a resident said of a trial, or don't; its grade counts in either case.

    Raises:
        NotAllowed: the person works for none of its cities.
    """
    held = _run(feedback.trial, by)
    row = Feedback.objects.select_for_update().get(pk=feedback.pk)
    row.state = Feedback.State.PUBLISHED if published else Feedback.State.HIDDEN
    row.save(update_fields=["state"])
    record("read_feedback", f"trial:{held.slug}", by=by, at=at, state=row.state)
    return row
