"""The rows of what the programme publishes of its strategy. No person is in them: contacts are roles and units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Text
from kuutio.core.published import Row
from kuutio.programme import evidence, queries, spending
from kuutio.programme.models import ListedProject, PartImplementation
from kuutio.programme.spending import MoneySource
from kuutio.programme.written import written
from kuutio.ui.wording import localized

_CHUNK = 2000


def site(path: str) -> str:
    """The address of a path of this installation."""
    return f"{settings.SITE_URL}{path}"


def project_page(code: str) -> str:
    """The permanent address of a project, in Finnish."""
    with translation.override("fi"):
        return site(reverse("programme:project", kwargs={"code": code}))


def command_of(key: str) -> str:
    """The command that computes a figure again."""
    return f"./kuutio programme promises {key}"


def project_rows() -> Iterator[Row]:
    """The strategy's projects with their money by the official list."""
    programme = queries.current_programme()
    for row in spending.projects_of(programme) if programme else ():
        project, listed, lead = row.project, row.listed, row.project.lead
        yield {
            "project": project.code,
            "name": localized(project.name)[0],
            "kind": project.kind,
            "fund": row.fund,
            "focus_area": spending.area_key(row) or None,
            "told_by": project.told_by or None,
            "objective": project.objective or None,
            "lead": lead.name if lead else None,
            "lead_business_id": lead.business_id if lead else None,
            "lead_city": row.city.pk if row.city else None,
            "cities": ", ".join(city.pk for city in row.cities),
            "partners": len(project.partners.all()),
            "single_applicant": project.is_alone,
            "starts_on": project.starts_on,
            "first_ends_on": listed.ends_on if listed and listed.ends_on else project.ends_on,
            "ends_on": project.ends_on,
            "planned_cents": row.planned_cents if listed else None,
            "granted_cents": listed.granted_cents if listed else None,
            "paid_cents": listed.paid_cents if listed else None,
            "realised_cents": listed.realised_cents if listed else None,
            "source": localized(project.source.title)[0],
            "page": project_page(project.code),
        }


def money_rows() -> Iterator[Row]:
    """What each project got of each source: their sums are the figures of the page *Where the money went*."""
    programme = queries.current_programme()
    for row in spending.projects_of(programme) if programme else ():
        for source, cents in ((MoneySource.GRANTED, row.granted_cents), (MoneySource.OTHER, row.other_cents)):
            if row.listed:
                yield {
                    "project": row.project.code,
                    "fund": row.fund,
                    "money_source": str(source),
                    "focus_area": spending.area_key(row) or None,
                    "city": row.city.pk if row.city else None,
                    "cents": cents,
                }


def listed_rows() -> Iterator[Row]:
    """All projects of the official lists, as the lists tell them."""
    for row in ListedProject.objects.order_by("list", "code").iterator(chunk_size=_CHUNK):
        yield {
            "list": row.list_id,
            "project": row.code,
            "name": row.name,
            "fund": row.fund or None,
            "priority": row.priority or None,
            "authority": row.authority or None,
            "state": row.state or None,
            "lead": row.lead or None,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "granted_cents": row.granted_cents,
            "paid_cents": row.paid_cents,
            "planned_cents": row.planned_cents,
            "realised_cents": row.realised_cents,
        }


def role_rows() -> Iterator[Row]:
    """The contact roles of the spearheads: titles and units, never persons."""
    rows = PartImplementation.objects.select_related("spearhead__focus_area", "desk")
    for part in rows.order_by("spearhead__focus_area__position", "city__position"):
        area = part.spearhead.focus_area
        reachable = part.desk is not None and part.desk.is_active
        with translation.override("fi"):
            write_to = site(reverse("contact:report-to", kwargs={"key": part.contact_key})) if reachable else None
        yield {
            "focus_area": area.slug,
            "city": part.city_id,
            **_three("responsible", written(part.responsible)),
            **_three("unit", written(part.unit)),
            **_three("role", written(part.contact_role)),
            "reachable": reachable,
            "write_to": write_to,
        }


def promise_rows() -> Iterator[Row]:
    """The promises and how each stands."""
    programme = queries.current_programme()
    for row in evidence.judged(programme) if programme else ():
        missing = [one.evidence.missing for one in row.figures if one.is_missing] + [gap.text for gap in row.gaps]
        yield {
            "promise": row.promise.key,
            "focus_area": row.promise.focus_area.slug if row.promise.focus_area else None,
            **_three("text", written(row.promise.text)),
            "standing": str(row.standing),
            "figures": sum(one.standing is not None for one in row.figures),
            **{f"missing_{code}": " ".join(_said(text, code) for text in missing) or None for code in LANGUAGES},
        }


def evidence_rows() -> Iterator[Row]:
    """Each figure of the promises with where it comes from and how anybody computes it again."""
    programme = queries.current_programme()
    for row in evidence.judged(programme) if programme else ():
        for one in row.figures:
            figure, told = one.figure, one.evidence
            yield {
                "evidence": told.key,
                "promise": told.promise,
                "value": figure.value if figure else None,
                "of": figure.of if figure else None,
                "unit": told.unit or None,
                "standing": figure.standing or None if figure else None,
                "as_of": figure.as_of if figure else None,
                "measured_at": figure.measured_at.replace(microsecond=0) if figure else None,
                **{f"label_{code}": _said(told.label, code) for code in LANGUAGES},
                **{f"rule_{code}": _said(told.rule, code) for code in LANGUAGES},
                **{f"origin_{code}": _said(told.source, code) for code in LANGUAGES},
                "rows": site(told.rows),
                "command": command_of(told.key),
            }


def _said(text: Text, code: str) -> str:
    with translation.override(code):
        return str(text)


def _three(name: str, texts: dict[str, str]) -> dict[str, Any]:
    return {f"{name}_{code}": texts.get(code) for code in LANGUAGES}
