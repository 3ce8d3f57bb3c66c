"""The verbs of writing an application: its common part, each partner's own, and the signature under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.grants.budgets import Category
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.programme import call_letters, figures
from kuutio.programme import call_permissions as permissions
from kuutio.programme.actions.applying import demand_lead, writable
from kuutio.programme.core_form import CORE, KEYS
from kuutio.programme.models import Application, ApplicationPartner, BudgetLine
from kuutio.programme.models.applications import MOST_CENTS
from kuutio.programme.problems import ChangedMeanwhile
from kuutio.programme.written import digest_of, plain_text, written

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2090, 12, 31)
LONGEST = 8000
COMMON = frozenset(
    {
        "title",
        "summary",
        "texts",
        "answers",
        "cost_model",
        "starts_on",
        "ends_on",
        "eu_bp",
        "state_bp",
        "spearhead",
        "language",
    }
)
OWN = frozenset({"unit", "tasks", "costs", "income_cents", "city", "place", "actor_type"})


@transaction.atomic
def write_common(
    application: Application, *, revision: int, by: Person | None, at: datetime, **fields: Any
) -> Application:
    """Save the common part, all of it or some fields.

    Args:
        revision: the one that the writer read; None of what others wrote since is lost.
        fields: any of `COMMON`.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent.
        ChangedMeanwhile: it was saved by somebody else after it was read; what differs stands in the facts.
        Invalid: a field doesn't fit.
    """
    demand_lead(application, by)
    row = writable(application)
    kept = _common(row, fields)
    changed = {name: value for name, value in kept.items() if _now(row, name) != value}
    if not changed:
        return row
    if revision != row.revision:
        raise _meanwhile(row, row.revision, {name: _now(row, name) for name in changed}, changed)
    for name, value in changed.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    record("write_application", f"application:{row.uuid}", by=by, at=at, fields=sorted(changed), revision=row.revision)
    let_signatures_fall(row, at=at)
    return row


def _now(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return written(value) if name in ("title", "summary") else value


def _common(row: Application, fields: Mapping[str, Any]) -> dict[str, Any]:
    if strangers := sorted(set(fields) - COMMON):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    kept, errors = dict(fields), []
    for name in {"title", "summary"} & set(kept):
        kept[name] = written(kept[name])
        if any(len(text) > (200 if name == "title" else 2000) for text in kept[name].values()):
            errors.append(
                {"pointer": f"/{name}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
            )
    if "texts" in kept:
        kept["texts"] = {
            **row.texts,
            **{key: plain_text(str(text)) for key, text in kept["texts"].items() if key in KEYS},
        }
        errors += [
            {
                "pointer": f"/{one.key}",
                "detail": _("The text is %(over)s characters too long. Shorten it: nothing has been lost.")
                % {"over": over},
            }
            for one in CORE
            if (over := len(kept["texts"].get(one.key, "")) - one.longest) > 0
        ]
    if "answers" in kept:
        questions = {one["key"]: one for one in row.call.questions}
        told = {key: value for key, value in kept["answers"].items() if key in questions}
        for key, value in told.items():
            if isinstance(value, str) and len(value) > questions[key].get("longest", 1000):
                errors.append(
                    {"pointer": f"/{key}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
                )
        kept["answers"] = {**row.answers, **told}
    errors += wrong_days(kept)
    if errors:
        raise Invalid(_("Some parts don’t fit."), errors=errors)
    return kept


def wrong_days(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Errors of a project's first and last day that can only be slips of the hand: no fund's years hold them."""
    return [
        {"pointer": f"/{name}", "detail": _("Give a day between 1990 and 2090.")}
        for name in ("starts_on", "ends_on")
        if (day := fields.get(name)) is not None and not FIRST_DAY <= day <= LAST_DAY
    ]


def _meanwhile(row: Any, newest: int, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        _("Somebody saved this part after you opened it. Both texts are below: choose, and save again."),
        revision=newest,
        theirs={name: _told(value) for name, value in theirs.items()},
        yours={name: _told(value) for name, value in yours.items()},
    )


def _told(value: Any) -> Any:
    if isinstance(value, str | int | dict | list) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def write_part(
    partner: ApplicationPartner, *, revision: int, by: Person | None, at: datetime, **fields: Any
) -> ApplicationPartner:
    """Save a partner's own part: what it does, what it costs.

    Args:
        revision: of this part; another partner's writing doesn't touch it.
        fields: any of `OWN`; `costs` are cents by category, and what it doesn't name is none.

    Raises:
        NotAllowed: `by` doesn't write for this partner.
        IllegalMove: the application was sent.
        ChangedMeanwhile: somebody saved it after it was read.
        Invalid: a field doesn't fit.
    """
    if not permissions.may_write_part(by, partner):
        raise NotAllowed(_("Each partner writes its own part."))
    row = writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).prefetch_related("lines").get(pk=partner.pk)
    if strangers := sorted(set(fields) - OWN):
        raise Invalid(
            _("These fields can't be set."), errors=[{"pointer": f"/{name}", "detail": "unknown"} for name in strangers]
        )
    kept = dict(fields)
    costs = {name: cents for name, cents in kept.pop("costs", figures.costs_of(partner)).items() if cents}
    _check_money(costs, kept.get("income_cents", 0))
    for name, longest in (("tasks", LONGEST), ("unit", 200), ("place", 80)):
        if name in kept:
            kept[name] = plain_text(kept[name])
            if len(kept[name]) > longest:
                raise Invalid(
                    _("Some parts don’t fit."),
                    errors=[
                        {"pointer": f"/{name}", "detail": _("The text is too long. Shorten it: nothing has been lost.")}
                    ],
                )
    changed = {name: value for name, value in kept.items() if getattr(partner, name) != value}
    moves_money = costs != figures.costs_of(partner)
    if not changed and not moves_money:
        return partner
    if revision != partner.revision:
        theirs = {name: getattr(partner, name) for name in changed}
        yours: dict[str, Any] = dict(changed)
        if moves_money:
            theirs["costs"], yours["costs"] = figures.costs_of(partner), costs
        raise _meanwhile(partner, partner.revision, theirs, yours)
    for name, value in changed.items():
        setattr(partner, name, value)
    partner.revision += 1
    partner.save()
    if moves_money:
        set_costs(partner, costs)
    record("write_part", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, revision=partner.revision)
    let_signatures_fall(row, at=at)
    return partner


@transaction.atomic
def bring_costs(
    application: Application,
    costs: Mapping[str, Mapping[str, int]],
    revisions: Mapping[str, int],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Take the costs of a sheet into the partners' parts, all of them or none; each changed part waits for its signature again.

    Args:
        costs: by a partner's key as text: cents by category, and `INCOME`.
        revisions: of all parts, as they were when the sheet was read.

    Raises:
        NotAllowed: `by` doesn't write for the lead.
        IllegalMove: the application was sent.
        ChangedMeanwhile: a part was saved after the sheet was read.
        Invalid: an amount doesn't fit.
    """
    demand_lead(application, by)
    row = writable(application)
    there = {str(one.pk): one for one in row.partners.select_for_update().prefetch_related("lines") if one.is_in}
    for key, own in costs.items():
        partner = there.get(key)
        if partner is None or partner.revision != revisions.get(key):
            raise ChangedMeanwhile(_("A part was changed after the sheet was read. Bring the sheet again."))
        told = dict(own)
        income = told.pop("INCOME", 0)
        _check_money(told, income)
        partner.income_cents = income
        partner.revision += 1
        partner.save(update_fields=["income_cents", "revision"])
        set_costs(partner, told)
        record("bring_costs", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, revision=partner.revision)
    let_signatures_fall(row, at=at)


def _check_money(costs: Mapping[str, int], income: int) -> None:
    errors = [
        {"pointer": f"/{name}", "detail": _("The amount is from 0 to a thousand million euros.")}
        for name, cents in [*costs.items(), ("income_cents", income)]
        if not 0 <= cents <= MOST_CENTS
    ]
    errors += [{"pointer": f"/{name}", "detail": "unknown"} for name in costs if name not in set(Category)]
    if errors:
        raise Invalid(_("Some amounts don’t fit."), errors=errors)


def set_costs(partner: ApplicationPartner, costs: Mapping[str, int]) -> None:
    """Make these the partner's costs."""
    partner.lines.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(partner=partner, category=name, cents=cents) for name, cents in sorted(costs.items()) if cents
    )


# --- signatures -------------------------------------------------------------------------------------------------------


def part_digest(partner: ApplicationPartner, application: Application) -> str:
    """SHA-256 of what a signature stands for: the partner's own part, and the terms on which its money is worked out."""
    return digest_of(
        {
            "name": partner.name,
            "business_id": partner.business_id,
            "actor_type": partner.actor_type,
            "city": partner.city_id or partner.place,
            "unit": partner.unit,
            "tasks": partner.tasks,
            "costs": {name: cents for name, cents in sorted(figures.costs_of(partner).items()) if cents},
            "income": partner.income_cents,
            "cost_model": application.cost_model,
            "eu_bp": application.eu_bp,
            "state_bp": application.state_bp,
        }
    )


@transaction.atomic
def sign_part(partner: ApplicationPartner, *, revision: int, by: Person, at: datetime) -> ApplicationPartner:
    """Sign a partner's part: it takes part, does this, and pays its own share.

    Raises:
        NotAllowed: `by` doesn't write for this partner.
        IllegalMove: the application was sent.
        ChangedMeanwhile: the part isn't the one that was read.
    """
    if not permissions.may_write_part(by, partner):
        raise NotAllowed(_("Each partner signs its own part."))
    row = writable(partner.application)
    partner = ApplicationPartner.objects.select_for_update(of=("self",)).prefetch_related("lines").get(pk=partner.pk)
    if revision != partner.revision:
        raise ChangedMeanwhile(
            _("The part was changed after you opened it. Read it again before you sign."), revision=partner.revision
        )
    digest = part_digest(partner, row)
    if partner.signed_digest == digest:
        return partner
    partner.signed_at, partner.signed_by, partner.signed_digest = at, by, digest
    partner.save(update_fields=["signed_at", "signed_by", "signed_digest"])
    record("sign_part", f"application:{row.uuid}", by=by, at=at, partner=partner.pk, digest=digest)
    return partner


def let_signatures_fall(application: Application, *, at: datetime) -> None:
    """Take away each signature under something that isn't what it was; its organisation gets a letter."""
    rows = application.partners.exclude(signed_digest="").select_related("city").prefetch_related("lines")
    for partner in rows:
        if partner.signed_digest == part_digest(partner, application):
            continue
        partner.signed_at, partner.signed_by, partner.signed_digest = None, None, ""
        partner.save(update_fields=["signed_at", "signed_by", "signed_digest"])
        record("signature_falls", f"application:{application.uuid}", by=None, at=at, partner=partner.pk)
        call_letters.tell("sign", partner.pk)
