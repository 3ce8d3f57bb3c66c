"""Where calls meet the selection: what came in time and is eligible becomes a candidate, in the version that was sent; what is decided on a
candidate moves its application in the same transaction; and what is approved becomes a grant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Organisation, Person
from kuutio.core.grants.budgets import CostModel, Source
from kuutio.core.grants.eligibility import ActorType
from kuutio.core.language import LANGUAGES
from kuutio.core.money import euros, exact
from kuutio.core.problems import IllegalMove, Invalid, NotAllowed
from kuutio.core.when import here
from kuutio.programme import call_permissions as permissions
from kuutio.programme import figures, questions
from kuutio.programme.actions import deciding
from kuutio.programme.core_form import CORE
from kuutio.programme.models import (
    Application,
    ApplicationVersion,
    BudgetVersion,
    Call,
    ChangeRequest,
    Grant,
    Project,
    ProjectKind,
)
from kuutio.programme.models import Source as FactSource
from kuutio.programme.models.applications import ACTOR_TYPES
from kuutio.programme.written import written
from kuutio.ui.wording import money

if TYPE_CHECKING:
    from kuutio.programme.actions.awards import AwardedPartner
    from kuutio.selection.handing import Moved
    from kuutio.selection.models import Letter, Round

Said = TypeVar("Said")


def reference_of(application: Application) -> str:
    """By what the selection knows an application."""
    return f"application:{application.uuid}"


def application_of(reference: str) -> Application | None:
    """The application of a candidate."""
    return Application.objects.filter(uuid=reference.partition(":")[2]).select_related("call").first()


def letter_for(person: Person, application: Application) -> Letter | None:
    """The decision letter of an application, where it is decided and the person may read it."""
    from kuutio.selection.permissions import may_read_letter
    from kuutio.selection.queries import letter_of

    letter = letter_of(reference_of(application))
    return letter if letter is not None and may_read_letter(person, letter.decision.candidate) else None


def round_key(application: Application) -> str:
    """The round that judges an application: its call's, or its cut-off day's."""
    return _key(application.call, application.cutoff_at)


def _key(call: Call, cutoff_at: datetime | None) -> str:
    if call.shape != Call.Shape.CONTINUOUS or cutoff_at is None:
        return f"call:{call.slug}"
    days = [row.at for row in call.cutoffs.all()]
    return f"call:{call.slug}-cutoff-{days.index(cutoff_at) + 1 if cutoff_at in days else len(days)}"


def is_due(application: Application, at: datetime) -> bool:
    """Its deadline is behind: the call's, or the cut-off day's that takes it."""
    call = application.call
    if call.shape == Call.Shape.CONTINUOUS:
        return application.cutoff_at is not None and at > application.cutoff_at
    return call.now(at) not in (Call.State.DRAFT, Call.State.PUBLISHED, Call.State.OPEN)


@transaction.atomic
def candidates_of(call: Call, *, at: datetime) -> int:
    """Hand over each eligible application whose deadline is behind; gives how many are new. May run at any time and twice."""
    from kuutio.selection.actions.candidates import PartyIn, hand_over
    from kuutio.selection.queries import candidate_of

    rows = Application.objects.filter(call=call, state=Application.State.ELIGIBLE).prefetch_related(
        "partners__organisation", "partners__city", "partners__members", "partners__lines"
    )
    made = 0
    for row in rows.order_by("number"):
        row.call = call
        version = row.versions.last()
        if version is None or not is_due(row, at) or candidate_of(reference_of(row)) is not None:
            continue
        partners = figures.partners_of(row)
        people = [person for partner in partners for person in partner.members.all()]
        hand_over(
            open_round_of(row, at=at),
            reference_of(row),
            title=written(row.title),
            version=version.number,
            language=row.language,
            document=document_of(version),
            parties=[
                PartyIn(
                    name=partner.name,
                    organisation=partner.organisation,
                    business_id=partner.business_id,
                    unit=partner.unit,
                    city=partner.city_id or "",
                    is_lead=partner.is_lead,
                )
                for partner in partners
            ],
            asked_cents=figures.computed(row).project.support,
            cities=[partner.city_id for partner in partners if partner.city_id],
            address=_plain_path(reverse("programme:application", args=[row.uuid])),
            contact=next((person for person in partners[0].members.all()), None),
            named=people,
            by=None,
            at=at,
        )
        made += 1
    return made


def _plain_path(path: str) -> str:
    """A page's path without its language, which is each reader's own."""
    first, _slash, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in LANGUAGES else path


def open_round_of(application: Application, *, at: datetime) -> Round:
    """The round of an application, opened where it isn't yet."""
    from kuutio.selection.actions.rounds import CriterionIn, open_round
    from kuutio.selection.queries import round_of

    call, key = application.call, round_key(application)
    authority = Organisation.objects.filter(pk__in=permissions.authorities_of(call)).first()
    title = written(call.title)
    return open_round(
        key,
        title=title,
        owner=call.owner,
        authority=authority,
        decisions="two" if authority else "one",
        criteria=[
            CriterionIn(one["key"], one["name"], one["weight"], help=one.get("help") or {}) for one in call.criteria
        ],
        address=_plain_path(reverse("programme:call", args=[call.slug])),
        budget_cents=_left_of(call) if round_of(key) is None else None,
        threshold=call.threshold,
        by=None,
        at=at,
    )


def _left_of(call: Call) -> int | None:
    """What a round that opens now shares out: the call's money without what earlier cut-off days were granted of it.

    What they still judge isn't counted: the office sets the sum of a round that overlaps with another.
    """
    if call.budget_cents is None:
        return None
    granted = (
        Application.State.APPROVED,
        Application.State.APPROVED_WITH_CONDITIONS,
        Application.State.CONTRACTED,
        Application.State.CLOSED,
    )
    taken = call.applications.filter(state__in=granted).values_list("pk", flat=True)
    return max(0, call.budget_cents - sum(_support(_whole(pk)) for pk in taken))


def document_of(version: ApplicationVersion) -> list[dict[str, Any]]:
    """A sent version as reviewers read it, what the house says of it in each of our languages.

    What names the partners is marked, so that a blind round hides it.
    """
    from kuutio.programme.budget_sheet import names_of

    content, names = version.content, _in_each(names_of)
    sections: list[dict[str, Any]] = [
        {"heading": {"fi": "Tiivistelmä", "sv": "Sammanfattning", "en": "Summary"}, "text": content["summary"]}
    ]
    sections += [
        {"heading": _in_each(partial(str, one.label)), "text": content["texts"][one.key]}
        for one in CORE
        if content["texts"].get(one.key)
    ]
    for question in version.application.call.questions:
        answer = content["answers"].get(question["key"])
        if answer not in (None, ""):
            chosen = question["kind"] in ("choice", "yes-no")
            words = _in_each(partial(questions.said, question, answer)) if chosen else str(answer)
            sections.append({"heading": question["text"], "text": words})
    told = content["figures"]
    labels = {name: {code: names[code][name] for code in LANGUAGES} for name in ("NET", *Source)}
    figures_told = [(labels["NET"], told["net"]), (_in_each(lambda: _("Support asked for")), told["support"])]
    figures_told += [(labels[source], told[source]) for source in Source]
    sections.append(
        {
            "heading": {"fi": "Rahoitus", "sv": "Finansiering", "en": "Money"},
            "text": "",
            "figures": [
                {"label": label, "value": euros(exact(amount), LANGUAGES[0])} for label, amount in figures_told
            ],
        }
    )
    kinds, cities = dict(ACTOR_TYPES), {city.pk: written(city.name) for city in City.objects.all()}
    for partner in content["partners"]:
        kind = _in_each(partial(str, kinds.get(partner["actor_type"], "")))
        place = cities.get(partner["city"], {})
        facts = {
            code: ", ".join(
                one
                for one in (kind[code], place.get(code, partner["city"] or partner["place"]), partner["unit"])
                if one
            )
            for code in LANGUAGES
        }
        whole = {code: f"{facts[code]}\n\n{partner['tasks']}".strip() for code in LANGUAGES}
        sections.append({"heading": partner["name"], "text": whole, "identifies": True})
    return sections


def _in_each(say: Callable[[], Said]) -> dict[str, Said]:
    """What is said, in each of our languages."""
    found: dict[str, Said] = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = say()
    return found


def withdrawn(application: Application, *, by: Person | None, at: datetime) -> None:
    """Take a candidate out when its application is withdrawn."""
    from kuutio.selection.actions.candidates import withdraw_candidate
    from kuutio.selection.queries import candidate_of

    candidate = candidate_of(reference_of(application))
    if candidate is not None and candidate.state != "withdrawn":
        withdraw_candidate(candidate.reference, by=by, at=at)


def application_moved(moved: Moved) -> None:
    """The selection has moved a candidate: its application follows, or neither moves.

    Raises:
        IllegalMove: the application isn't where the candidate is.
        Invalid: another sum is granted than the decided figures add up to: the letter and the grant would differ (M8).
    """
    row = application_of(moved.candidate.reference)
    if row is None or moved.act not in deciding.FOLLOWED:
        return
    reason = ""
    if moved.decision is not None:
        granted = moved.decision.granted_cents
        if granted is not None and granted != (support := _support(_whole(row.pk))):
            raise Invalid(
                _(
                    "The figures of the application add up to %(support)s. Decide its figures first, then grant their sum."
                )
                % {"support": money(support)}
            )
        told = [_in(row.language, words) for words in (moved.decision.reason, moved.decision.conditions)]
        reason = "\n\n".join(dict.fromkeys(one for one in told if one))
    deciding.follow(row, moved.act, reason=reason, by=moved.by, at=moved.at, candidate=str(moved.candidate.uuid))


def _support(application: Application) -> int:
    """What the EU and the state give by the figures: the decided ones, where they differ."""
    beside, _found = figures.beside_of(application)
    return sum(one.decided for one in beside if one.source in (Source.EU, Source.STATE))


@transaction.atomic
def decide_legality(
    application: Application, act: str, *, reason: str, reference: str, by: Person | None, at: datetime
) -> None:
    """The authority's decision, taken where the candidate is judged: the cities' decision on expediency is asked for there.

    Raises:
        IllegalMove: it isn't judged, or isn't where this can be decided.
        NotAllowed: `by` doesn't act for the authority.
    """
    from kuutio.selection.actions.deciding import decide_legality as decide
    from kuutio.selection.permissions import is_authority
    from kuutio.selection.queries import candidate_of

    if not permissions.may_decide(by, application):
        raise NotAllowed(_("The authority of the call’s fund does this."))
    candidate = candidate_of(reference_of(application))
    if candidate is None:
        raise IllegalMove(_("The application isn’t being judged."), state=application.state, act=act)
    beside, _found = figures.beside_of(_whole(application.pk))
    yes = act != "reject"
    support = _support(_whole(application.pk))
    record("write_down_decision", f"application:{application.uuid}", by=by, at=at, act=act, reference=reference)
    decide(
        candidate,
        act,
        reason={application.language: reason},
        conditions={application.language: reason} if act == "approve_with_conditions" else None,
        granted_cents=support if yes else None,
        granted_why=next((one.reason for one in beside if one.difference), "") if yes else "",
        number=reference[:60],
        by=by if is_authority(by, candidate.round) else None,  # written down for an authority that nobody acts for here
        at=at,
    )


@transaction.atomic
def make_grant(
    application: Application,
    *,
    code: str,
    reference: str,
    decided_on: date,
    objective: str = "",
    conditions_met: bool = False,
    by: Person | None,
    at: datetime,
) -> Grant:
    """Make the project and its grant of what was approved, with each figure as decided; the same decision again gives the same grant.

    Args:
        code: the project's in the authority's register, such as `A80001`.
        reference: the decision's number there.

    Raises:
        NotAllowed: `by` isn't of the authority.
        IllegalMove: it isn't approved.
        Invalid: a partner is a company, or the code has another form; whatever else the grant's rules refuse.
    """
    from kuutio.programme.actions.awards import Award, award, found_project

    row = _whole(Application.objects.select_for_update(of=("self",)).get(pk=application.pk).pk)
    if row.state == Application.State.CONTRACTED and (
        made := Grant.objects.filter(reference=reference, application=str(row.uuid)).first()
    ):
        return made
    if row.state not in (Application.State.APPROVED, Application.State.APPROVED_WITH_CONDITIONS):
        raise IllegalMove(_("A grant is made of what was approved."), state=row.state, act="contract")
    if row.starts_on is None or row.ends_on is None:
        raise Invalid(_("Set when the project starts and ends."))
    partners = figures.partners_of(row)
    if any(partner.actor_type == ActorType.COMPANY for partner in partners):
        raise Invalid(_("A company can’t receive the grant."))
    spearhead = figures.spearhead_of(row)
    if spearhead is None:
        raise Invalid(_("Choose which spearhead it supports."))
    project = Project.objects.filter(code=code).first()
    if project is None:
        page = FactSource.objects.filter(key="kuutio").first() or row.call.programme.source
        project = found_project(
            row.call.programme, code, kind=ProjectKind(row.kind), spearhead=spearhead, name=written(row.title), objective=objective,
            starts_on=row.starts_on, ends_on=row.ends_on, source=page, by=by, at=at,
        )  # fmt: skip
    grant = award(
        Award(
            reference=reference,
            decided_on=decided_on,
            project=project,
            fund=row.call.fund,
            cost_model=CostModel(row.cost_model),
            eu_bp=row.eu_bp,
            state_bp=row.state_bp,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            partners=_awarded(row),
            application=str(row.uuid),
            conditions=_conditions_of(row),
        ),
        by=by,
        at=at,
    )
    deciding.contract(row, conditions_met=conditions_met, by=by, at=at)
    return grant


@transaction.atomic
def change_grant(change: ChangeRequest, *, by: Person | None, at: datetime) -> BudgetVersion | None:
    """Bring an accepted change into the grant of its application; None where no grant is kept here."""
    from kuutio.programme.actions.awards import Change, change_award

    row = _whole(change.application.pk)
    grant = Grant.objects.filter(application=str(row.uuid)).first()
    if grant is None or row.ends_on is None:
        return None
    return change_award(
        grant,
        Change(
            reference=f"{grant.reference}/{change.number}",
            decided_on=here(at).date(),
            ends_on=row.ends_on,
            partners=_awarded(row),
            reason=change.reason,
        ),
        by=by,
        at=at,
    )


def _in(language: str, words: Any) -> str:
    """A text in a language, else in the first that it has."""
    said = written(words)
    return said.get(language) or next(iter(said.values()), "")


def _conditions_of(row: Application) -> str:
    """The conditions of an application's approval, in its language; what the decision said, where it told none apart."""
    from kuutio.selection.queries import candidate_of

    if row.state != Application.State.APPROVED_WITH_CONDITIONS:
        return ""
    candidate = candidate_of(reference_of(row))
    decision = candidate.decisions.filter(outcome=row.state).last() if candidate is not None else None
    return (_in(row.language, decision.conditions) if decision is not None else "") or row.note


def _whole(pk: int) -> Application:
    rows = Application.objects.select_related("call__programme", "spearhead")
    return rows.prefetch_related("partners__lines", "partners__decided", "partners__city", "partners__members").get(
        pk=pk
    )


def _awarded(row: Application) -> list[AwardedPartner]:
    from kuutio.programme.actions.awards import AwardedPartner, over_years

    beside, _found = figures.beside_of(row)
    start, end = row.starts_on, row.ends_on
    if start is None or end is None:
        raise Invalid(_("Set when the project starts and ends."))
    return [
        AwardedPartner(
            business_id=partner.business_id,
            name=partner.name,
            is_lead=partner.is_lead,
            city=partner.city_id or "",
            costs=figures.costs_of(partner),
            income=partner.income_cents,
            funding={
                one.source.value: over_years(one.decided, start, end)
                for one in beside
                if one.partner == str(partner.pk)
            }
            if partner.decided.all()
            else None,
            reasons={one.source: one.reason for one in partner.decided.all()},
            people=list(partner.members.all()),
        )
        for partner in figures.partners_of(row)
    ]
