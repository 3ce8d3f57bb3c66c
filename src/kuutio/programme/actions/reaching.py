"""Indicators' targets and actuals, each actual with what shows it; and the library of results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.core.problems import Invalid, NotAllowed
from kuutio.programme import grant_files, grant_permissions
from kuutio.programme.models import (
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Project,
    Result,
    ResultFile,
    Source,
)
from kuutio.programme.problems import wrong

MOST = Decimal(10) ** 11


@dataclass(frozen=True, slots=True)
class Actual:
    """What was reached in a period, and what shows it: words, a link or a file, one of them at least."""

    starts_on: date
    ends_on: date
    value: Decimal
    city: City | None = None
    evidence: str = ""
    evidence_url: str = ""
    file: tuple[str, bytes] | None = None


def may_tell(person: Person | None, project: Project | None) -> bool:
    """The office; of a project, those who act for a partner of one of its grants."""
    if grant_permissions.is_office(person):
        return True
    if project is None or person is None:
        return False
    return person.grant_parts.filter(part__grant__project=project).exists()


@transaction.atomic
def set_target(
    indicator: Indicator,
    project: Project | None,
    value: Decimal,
    by_on: date,
    source: Source,
    *,
    by: Person | None,
    at: datetime,
) -> IndicatorTarget:
    """Set what is to be reached by a day, by a project or the whole; set again, it is changed.

    Raises:
        NotAllowed: not the programme office.
        Invalid: below zero, or finer than the indicator counts.
    """
    if not grant_permissions.is_office(by):
        raise NotAllowed(_("Targets are set by the programme office."))
    if errors := _value_errors(indicator, value):
        raise Invalid(_("The target doesn’t fit."), errors=errors)
    row, _made = IndicatorTarget.objects.update_or_create(
        indicator=indicator, project=project, by_on=by_on, defaults={"value": value, "source": source}
    )
    record(
        "set_target",
        f"indicator:{indicator.key}",
        by=by,
        at=at,
        project=project.code if project else "",
        value=str(value),
    )
    return row


@transaction.atomic
def tell_actual(
    indicator: Indicator, project: Project | None, actual: Actual, *, by: Person | None, at: datetime
) -> IndicatorValue:
    """Tell what was reached in a period. Told again for the same project, city and period it is changed; the audit line keeps both.

    Raises:
        NotAllowed: neither the office nor of the project.
        Invalid: nothing shows it, the period is backwards or overlaps another of the same, or the figure doesn't fit.
    """
    if not may_tell(by, project):
        raise NotAllowed(_("Figures are told by the project’s own people or the programme office."))
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    errors = _value_errors(indicator, actual.value)
    if actual.ends_on < actual.starts_on:
        errors.append(wrong("/ends_on", _("The end is before the start.")))
    url = actual.evidence_url.strip()
    if url and not _is_web(url):
        errors.append(wrong("/evidence_url", _("Give an address that begins with https://.")))
    same = IndicatorValue.objects.filter(indicator=indicator, project=project, city=actual.city, reference="")
    known = same.filter(starts_on=actual.starts_on, ends_on=actual.ends_on).first()
    overlapping = same.filter(starts_on__lte=actual.ends_on, ends_on__gte=actual.starts_on)
    if indicator.adds == Indicator.Adds.SUM and known is None and overlapping.exists():
        errors.append(wrong("/starts_on", _("Another figure is of the same days: they would be counted twice.")))
    kept = None
    if actual.file is not None and not errors:
        name, data = actual.file
        kept = grant_files.keep(data, name)
    has_file = kept is not None or bool(known and known.evidence_sha256)
    if not actual.evidence.strip() and not url and not has_file:
        errors.append(wrong("/evidence", _("Tell what shows it: in words, by a link or by a file.")))
    if errors:
        raise Invalid(_("The figure doesn’t fit."), errors=errors)
    row = known or IndicatorValue(
        indicator=indicator,
        project=project,
        city=actual.city,
        starts_on=actual.starts_on,
        ends_on=actual.ends_on,
    )
    before = str(row.value) if known else ""
    row.value, row.told_at = actual.value, at
    row.evidence, row.evidence_url = actual.evidence.strip(), url
    if kept is not None:
        row.evidence_name, row.evidence_type, row.evidence_sha256 = kept.name, kept.type, kept.sha256
    row.save()
    record(
        "tell_actual",
        f"indicator:{indicator.key}",
        by=by,
        at=at,
        project=project.code if project else "",
        before=before,
        value=str(actual.value),
    )
    return row


@transaction.atomic
def take_figure(
    reference: str,
    *,
    project: str,
    indicator: str,
    value: Decimal,
    on: date,
    evidence: str,
    evidence_url: str,
    by: Person | None,
    at: datetime,
) -> IndicatorValue | None:
    """Count what something else reached for a project, such as a trial; told again by the same reference, it is the same figure.

    Args:
        project: its code.
        indicator: its key.
        on: the day that the figure is of.
        evidence_url: the whole address of what shows it.

    Returns:
        The figure; None where the programme has no such project or indicator: then the figure stays with what told it.

    Raises:
        Invalid: the figure is below zero or finer than the indicator counts.
    """
    known = Project.objects.filter(code=project).first()
    if known is None:
        return None
    counted = Indicator.objects.filter(programme=known.programme_id, key=indicator).first()
    if counted is None:
        return None
    if errors := _value_errors(counted, value):
        raise Invalid(_("The figure doesn’t fit."), errors=errors)
    told = {
        "project": known,
        "starts_on": on,
        "ends_on": on,
        "value": value,
        "evidence": evidence,
        "evidence_url": evidence_url,
        "told_at": at,
    }
    row, _made = IndicatorValue.objects.update_or_create(indicator=counted, reference=reference, defaults=told)
    record(
        "take_figure",
        f"indicator:{counted.key}",
        by=by,
        at=at,
        project=known.code,
        reference=reference,
        value=str(value),
    )
    return row


@dataclass(frozen=True, slots=True)
class Told:
    """A result as it is told."""

    kind: str
    title: str
    summary: str
    text: str = ""
    language: str = "fi"
    learnings: Sequence[str] = ()
    links: Sequence[str] = ()


@transaction.atomic
def publish_result(
    project: Project,
    told: Told,
    *,
    files: Sequence[tuple[str, bytes]] = (),
    is_example: bool = False,
    by: Person | None,
    at: datetime,
) -> Result:
    """Put a project's final report or another result into the library that everybody reads, and into the search.

    The same title of the same project again is the same result, changed.

    Raises:
        NotAllowed: neither the office nor of the project.
        Invalid: no title, no summary, a link that is none, or a file that isn't taken.
    """
    from kuutio.programme import result_findable

    if not may_tell(by, project):
        raise NotAllowed(_("Results are published by the project’s own people or the programme office."))
    errors = []
    if not told.title.strip() or len(told.title) > 300:
        errors.append(wrong("/title", _("Write a title.")))
    if not told.summary.strip():
        errors.append(wrong("/summary", _("Write a summary.")))
    if not all(_is_web(link) for link in told.links):
        errors.append(wrong("/links", _("Give an address that begins with https://.")))
    if any(len(one) > 1000 for one in told.learnings):
        errors.append(wrong("/learnings", _("At most %(most)s characters.") % {"most": 1000}))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)
    area = project.spearhead.focus_area if project.spearhead else None
    row, _made = Result.objects.update_or_create(
        project=project,
        title=told.title.strip(),
        defaults={
            "focus_area": area,
            "kind": told.kind,
            "language": told.language,
            "summary": told.summary.strip(),
            "text": told.text.strip(),
            "learnings": [one.strip() for one in told.learnings if one.strip()],
            "links": list(told.links),
            "published_at": at,
            "is_example": is_example,
        },
    )
    for number, (name, data) in enumerate(files, 1):
        kept = grant_files.keep(data, name, number=number)
        ResultFile.objects.get_or_create(
            result=row, sha256=kept.sha256, defaults={"name": kept.name, "type": kept.type, "size": kept.size}
        )
    record("publish_result", f"result:{row.uuid}", by=by, at=at, project=project.code)
    result_findable.refresh(row, at=at)
    return row


def _is_web(address: str) -> bool:
    """An address of the web that a page can link to."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(address) <= 500
    except ValueError:  # such as http://[1
        return False


def _value_errors(indicator: Indicator, value: Decimal) -> list[dict[str, str]]:
    if not value.is_finite() or not 0 <= value < MOST:
        return [wrong("/value", _("The figure can’t be below zero."))]
    if value != round(value, indicator.decimals):
        return [wrong("/value", _("The figure is finer than the indicator counts."))]
    return []
