"""Sending an application: judged by the server's clock, frozen as a version, answered with a receipt; and what comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.grants.findings import Finding
from kuutio.core.money import plain
from kuutio.core.moves import Need, Role
from kuutio.core.moves.tables import APPLICATION
from kuutio.core.problems import IllegalMove, NotAllowed
from kuutio.programme import call_letters, figures, questions
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.applying import demand_lead
from kuutio.programme.actions.moving import advance
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, ApplicationVersion, Call, Idea
from kuutio.programme.problems import RulesNotMet
from kuutio.programme.written import bilingual, digest_of, written
from kuutio.ui import findings as said
from kuutio.ui.wording import localized, moment


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the form itself still needs; `pointer` is the field, `where` the page that has it."""

    pointer: str
    words: str
    where: str = "text"


def lacks_of(application: Application) -> list[Lack]:
    """What the form still needs before it is sent."""
    found = []
    if not bilingual(application.title):
        found.append(Lack("/title", _("Write the title in Finnish or Swedish, and in English.")))
    if not bilingual(application.summary):
        found.append(Lack("/summary", _("Write the summary in Finnish or Swedish, and in English.")))
    found += [
        Lack(f"/{one.key}", _("Write this part: %(part)s.") % {"part": one.label})
        for one in CORE
        if one.needed and not application.texts.get(one.key)
    ]
    if application.starts_on is None or application.ends_on is None:
        found.append(Lack("/starts_on", _("Set when the project starts and ends.")))
    if figures.spearhead_of(application) is None:
        found.append(Lack("/spearhead", _("Choose which spearhead it supports.")))
    asked = {one["key"]: one for one in application.call.questions}
    for key in questions.unanswered(application.call.questions, application.answers):
        words = localized(asked[key]["text"])[0]
        found.append(Lack(f"/{key}", _("Answer the call’s question: %(question)s") % {"question": words}))
    for partner in figures.partners_of(application):
        if partner.state == partner.State.INVITED:
            continue  # E7 says it already
        if not partner.tasks:
            found.append(
                Lack(
                    f"/partners/{partner.pk}", _("%(partner)s: write what it does.") % {"partner": partner.name}, "part"
                )
            )
    if figures.computed(application).project.gross == 0:
        found.append(Lack("/budget", _("The budget is empty."), "part"))
    return found


def content_of(application: Application) -> dict[str, Any]:
    """All that is sent, as JSON: no person's name or address is in it."""
    computed = figures.computed(application)
    project = computed.project
    return {
        "call": application.call.slug,
        "number": application.number,
        "kind": application.kind,
        "language": application.language,
        "title": written(application.title),
        "summary": written(application.summary),
        "texts": {key: text for key, text in sorted(application.texts.items()) if text},
        "answers": dict(sorted(application.answers.items())),
        "cost_model": application.cost_model,
        "starts_on": application.starts_on.isoformat() if application.starts_on else None,
        "ends_on": application.ends_on.isoformat() if application.ends_on else None,
        "eu_bp": application.eu_bp,
        "state_bp": application.state_bp,
        "partners": [
            {
                "id": str(row.pk),
                "lead": row.is_lead,
                "name": row.name,
                "business_id": row.business_id,
                "actor_type": row.actor_type,
                "city": row.city_id or "",
                "place": row.place,
                "unit": row.unit,
                "tasks": row.tasks,
                "costs": dict(sorted(figures.costs_of(row).items())),
                "income": row.income_cents,
                "signed_at": row.signed_at.isoformat() if row.signed_at else None,
                "signed_digest": row.signed_digest,
            }
            for row in figures.partners_of(application)
        ],
        "figures": {
            "direct": plain(project.direct),
            "flat": plain(project.flat),
            "net": plain(project.net),
            "support": plain(project.support),
            **{str(source): plain(cents) for source, cents in project.funding.items()},
        },
    }


def freeze(application: Application, *, key: str, at: datetime) -> ApplicationVersion:
    """Keep the application as it is now as its next version; called with the application locked."""
    content = content_of(application)
    application.versions_sent += 1
    version = ApplicationVersion.objects.create(
        application=application,
        number=application.versions_sent,
        made_at=at,
        content=content,
        digest=digest_of(content),
        key=key,
    )
    application.save(update_fields=["versions_sent"])
    return version


def name_of(application: Application, pk: str) -> str:
    """A partner's name by the id that findings use."""
    return next((row.name for row in application.partners.all() if str(row.pk) == pk), pk)


def told(application: Application, found: list[Finding]) -> list[dict[str, Any]]:
    """Findings as errors of a refusal: the rule's code, where, and what to mend."""
    return [
        {
            "pointer": f"/partners/{one.where}" if one.where else "",
            "rule": one.rule,
            "code": one.code,
            "detail": said.words(one, lambda pk: name_of(application, pk)),
        }
        for one in found
    ]


@transaction.atomic
def submit(application: Application, *, key: str, by: Person | None, at: datetime) -> ApplicationVersion:
    """Send an application, or send a returned one again; the same key again gives the same receipt.

    Args:
        key: of this submission: a press that is repeated, or a request that is sent again, does nothing more.
        at: when the request reached this server, not when its turn came.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: it isn't in time, or isn't to be sent now.
        RulesNotMet: rules E1 to E12, M1 to M7, or the form: each error says what to mend.
    """
    demand_lead(application, by)
    row = Application.objects.select_for_update(of=("self",)).select_related("call", "idea").get(pk=application.pk)
    if done := row.versions.filter(key=key).first():
        return done
    again = row.state == Application.State.RETURNED
    holds = {Need.IDEA_GREEN} if row.call.shape != Call.Shape.TWO_STAGES else set()
    if row.idea is not None and row.idea.state == Idea.State.GREEN:
        holds.add(Need.IDEA_GREEN)
    if row.call.takes(at):
        holds.add(Need.IN_TIME)
    if row.state == Application.State.DRAFT and Need.IN_TIME not in holds:
        late = row.call.closes_at is not None and at > row.call.closes_at
        words = (
            _("The call closed at %(time)s by the server’s clock; this came after it.")
            % {"time": moment(row.call.closes_at)}
            if late
            else _("The call doesn’t take applications now. Its page shows when it does.")
        )
        raise IllegalMove(words, state=row.state, act="submit", missing=[str(Need.IN_TIME)], came_at=at.isoformat())
    found = [one for checked in figures.panel_of(row, None if again else at) for one in checked.findings]
    if not any(one.rule == "E7" for one in found):
        holds.add(Need.INTENTS_SIGNED)
    budget = list(figures.computed(row).findings)
    lacks = lacks_of(row)
    if not budget and not lacks and not [one for one in found if one.rule != "E7"]:
        holds.add(Need.RULES_PASS)
    if again:
        last = row.versions.last()
        if last is None or last.digest != digest_of(content_of(row)):
            holds.add(Need.NEW_VERSION)
    if (found or budget or lacks) and row.is_editable:
        errors = told(row, [*found, *budget]) + [{"pointer": one.pointer, "detail": one.words} for one in lacks]
        raise RulesNotMet(_("The application can’t be sent yet. Mend what is listed; nothing was lost."), errors=errors)
    if not again and row.state == Application.State.DRAFT:
        row.number, row.submitted_at = _next_number(row.call), at.replace(microsecond=0)
        row.cutoff_at = _cutoff(row.call, at)
        row.save(update_fields=["number", "submitted_at", "cutoff_at"])
    version = freeze(row, key=key, at=at) if row.is_editable else None
    advance(
        row, APPLICATION, "submit", role=Role.LEAD, holds=holds, by=by, at=at,
        version=row.versions_sent, digest=version.digest if version else "",
    )  # fmt: skip
    if version is None:
        raise IllegalMove(_("The application isn’t to be sent now."), state=row.state)
    call_letters.tell("received", version.pk)
    if row.call.state not in (Call.State.PUBLISHED, Call.State.OPEN):
        from kuutio.programme import handing

        handing.candidates_of(row.call, at=at)
    return version


def _next_number(call: Call) -> str:
    """The next application's number in a call; given once, in the order of submission."""
    Call.objects.filter(pk=call.pk).update(numbered=F("numbered") + 1)
    counted = Call.objects.values_list("numbered", flat=True).get(pk=call.pk)
    return f"{call.slug}-{counted:03}"


def _cutoff(call: Call, at: datetime) -> datetime | None:
    return call.cutoffs.filter(at__gte=at.replace(microsecond=0)).values_list("at", flat=True).first()


@transaction.atomic
def withdraw(application: Application, *, by: Person | None, at: datetime) -> Application:
    """Take an application back before it is decided on; it stays readable for those who wrote it.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: it was decided on.
    """
    demand_lead(application, by)
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    advance(row, APPLICATION, "withdraw", role=Role.LEAD, by=by, at=at)
    from kuutio.programme import handing

    handing.withdrawn(row, by=by, at=at)
    return row


@transaction.atomic
def screen(application: Application, act: str, *, reason: str = "", by: Person | None, at: datetime) -> Application:
    """The authority's first look: `return`, `find_eligible`, `find_ineligible`; each is told to the consortium.

    Raises:
        NotAllowed: `by` isn't of the call's authority.
        IllegalMove: not from this state, or there is no reason.
    """
    if not permissions.may_decide(by, application):
        raise NotAllowed(_("The authority of the call’s fund does this."))
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    reason = reason.strip()[:8000]
    holds = {Need.REASON} if reason else set()
    advance(row, APPLICATION, act, role=Role.AUTHORITY, holds=holds, by=by, at=at)
    row.note = reason
    row.save(update_fields=["note"])
    call_letters.tell("moved", row.pk)
    if act == "find_eligible":
        from kuutio.programme import handing

        handing.candidates_of(row.call, at=at)
    return row
