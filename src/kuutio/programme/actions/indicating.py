"""The office's verb of indicators: what is counted, in what unit, and what the whole is to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.identifiers import slug
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.programme import grant_permissions
from kuutio.programme.actions.reaching import set_target
from kuutio.programme.models import Indicator, IndicatorTarget, Programme, Source
from kuutio.programme.written import lacking, written

LONGEST = {"name": 200, "unit": 60, "definition": 2000}


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator as it is told.

    Attributes:
        name, unit, definition: by language; the name and the definition in all three.
        decimals: of its figures, 0 to 2.
        target: what the whole is to reach, and by when; None: it stays as it is.
    """

    name: Mapping[str, str]
    definition: Mapping[str, str]
    kind: str
    unit: Mapping[str, str]
    adds: str = Indicator.Adds.SUM
    decimals: int = 0
    counts_people: bool = False
    target: tuple[Decimal, date] | None = None


@transaction.atomic
def write_indicator(
    indicator: Indicator | None, told: Counted, *, programme: Programme, by: Person | None, at: datetime
) -> Indicator:
    """Begin to count something, or change what is said of it.

    Once figures were told, how they are counted stays: nobody's figure becomes another by it. That an indicator counts people, so
    that its small figures are hidden, can be said at any time and not taken back.

    Raises:
        NotAllowed: `by` doesn't work for the programme.
        Invalid: a text is missing or too long, or figures are there already; the target doesn't fit.
        Conflict: another indicator has the name.
    """
    if not grant_permissions.is_office(by):
        raise NotAllowed(_("Targets are set by the programme office."))
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    texts = {"name": written(told.name), "unit": written(told.unit), "definition": written(told.definition)}
    errors = [
        {"pointer": f"/{name}", "detail": _("Write it in Finnish, Swedish and English.")}
        for name in ("name", "definition")
        if lacking(texts[name], ("fi", "sv", "en"))
    ]
    errors += [
        {"pointer": f"/{name}", "detail": _("At most %(most)s characters.") % {"most": LONGEST[name]}}
        for name, text in texts.items()
        if any(len(words) > LONGEST[name] for words in text.values())
    ]
    others = [one for one in programme.indicators.all() if indicator is None or one.pk != indicator.pk]
    if any(set(written(one.name).values()) & set(texts["name"].values()) for one in others):
        raise Conflict(_("Another indicator has this name already."))
    if indicator is None:
        row = _new(programme, texts["name"])
    else:
        row = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
        errors += _fixed(row, told)
    if errors:
        raise Invalid(_("Some parts don’t fit."), errors=errors)
    for name, text in texts.items():
        setattr(row, name, text)
    row.kind, row.adds, row.decimals, row.counts_people = told.kind, told.adds, told.decimals, told.counts_people
    row.save()
    record("write_indicator", f"indicator:{row.key}", by=by, at=at, name=texts["name"])
    if told.target is not None:
        value, by_on = told.target
        whole = IndicatorTarget.objects.filter(indicator=row, project=None)
        latest = whole.order_by("by_on").last()
        if latest is None or (latest.value, latest.by_on) != told.target:
            whole.filter(by_on__gte=by_on).delete()  # the last one counts: what was to be reached later is taken back
            set_target(row, None, value, by_on, row.source, by=by, at=at)
    return row


def _new(programme: Programme, name: Mapping[str, str]) -> Indicator:
    base = slug(name.get("en") or next(iter(name.values()), ""), longest=50) or "indicator"
    taken = {"new", *programme.indicators.filter(key__startswith=base).values_list("key", flat=True)}
    key = next(one for one in [base, *(f"{base}-{number}" for number in range(2, 1000))] if one not in taken)
    last = programme.indicators.aggregate(last=Max("position"))["last"] or 0
    source = Source.objects.filter(key="kuutio").first() or programme.source
    return Indicator(programme=programme, key=key, position=last + 1, source=source)


def _fixed(row: Indicator, told: Counted) -> list[dict[str, str]]:
    """What can't change any more once figures were told."""
    if not row.values.exists():
        return []
    changed = {
        "adds": told.adds != row.adds,
        "decimals": told.decimals < row.decimals,
        "counts_people": row.counts_people and not told.counts_people,
    }
    return [
        {"pointer": f"/{name}", "detail": _("Figures were told already: how they are counted stays.")}
        for name, is_changed in changed.items()
        if is_changed
    ]
