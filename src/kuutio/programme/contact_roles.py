"""The contact roles of the spearheads, by the key in the address of their button (`PartImplementation.contact_key`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from kuutio.cities.models import Unit
from kuutio.programme.models import PartImplementation
from kuutio.programme.written import written


@dataclass(frozen=True, slots=True)
class ContactRole:
    """A role that can be written to: its unit, its title and what it answers for by language, the page that shows it."""

    unit: Unit
    title: Mapping[str, str]
    about: Mapping[str, str]
    page: str


def role_of(key: str) -> ContactRole | None:
    """The role of a key; None where there is no such part, or nobody can be written to."""
    area, dot, city = key.rpartition(".")
    if not dot:
        return None
    parts = PartImplementation.objects.filter(
        spearhead__focus_area__slug=area, city=city, desk__isnull=False
    ).select_related("desk__city", "spearhead__focus_area")
    part = parts.order_by("-spearhead__focus_area__programme__first_year").first()
    if part is None or part.desk is None:
        return None
    return ContactRole(
        unit=part.desk,
        title=written(part.contact_role),
        about=written(part.spearhead.focus_area.name),
        page=reverse("programme:focus-area", kwargs={"area": area}),
    )
