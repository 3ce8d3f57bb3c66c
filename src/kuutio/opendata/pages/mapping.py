"""Harmonised data sets: how well each city conforms, and where a city's mapping is drawn with a preview."""

from typing import Any

import yaml
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kuutio.cities.models import City
from kuutio.core.identifiers import slug
from kuutio.core.problems import Problem
from kuutio.opendata import permissions
from kuutio.opendata.actions.harmonising import set_mapping
from kuutio.opendata.engine import harmonise
from kuutio.opendata.engine.contract import Contract, parse
from kuutio.opendata.engine.snapshot import GEOMETRY, Manifest, read_manifest
from kuutio.opendata.models import Dataset, Distribution, Mapping
from kuutio.opendata.pages.frame import Framed, context, framed, page, reader
from kuutio.opendata.tables import files_of


@page
def cities_page(frame: Framed) -> HttpResponse:
    """Each city's part: what it was made of, how many rows came along, what is lacking."""
    rows = frame.dataset.mappings.select_related("city", "source__dataset")
    if not rows:
        raise Http404
    made = [{"mapping": row, "report": row.report, "may_draw": _may_draw(frame, row.source.dataset)} for row in rows]
    return render(frame.request, "opendata/dataset/cities.html", context(frame, "dataset-cities") | {"parts": made})


def _may_draw(frame: Framed, source: Dataset) -> bool:
    person = reader(frame.request)
    return person is not None and (
        permissions.may_change(person, source) or permissions.may_change(person, frame.dataset)
    )


class MappingForm(forms.Form):
    """The city's table and the mapping as YAML."""

    source = forms.ChoiceField(label=gettext_lazy("The city's table"))
    manifest = forms.CharField(
        label=gettext_lazy("The mapping"),
        help_text=gettext_lazy(
            "For each harmonised column: from which column of the city it comes, in which unit, by which codes."
        ),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        max_length=60_000,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mapping_page(request: HttpRequest, name: str, city: str) -> HttpResponse:
    """Draw a city's mapping: see the first harmonised rows, then keep it."""
    frame = framed(request, name)
    person = reader(request)
    place = get_object_or_404(City, code=city)
    if person is None or not frame.dataset.contract:
        raise Http404
    tables = {
        str(one.pk): one
        for one in Distribution.objects.filter(dataset__city=place, kind="table", current__isnull=False)
        .select_related("dataset__publisher", "current")
        .order_by("table")
        if permissions.may_change(person, one.dataset) or permissions.may_change(person, frame.dataset)
    }
    if not tables:
        raise Http404
    schema = parse(frame.dataset.contract)
    row = Mapping.objects.filter(joint=frame.dataset, city=place).first()
    chosen = tables.get(
        str(request.GET.get("source", "")) or (str(row.source_id) if row else ""), next(iter(tables.values()))
    )
    manifest = row.manifest if row and row.source_id == chosen.pk else suggested(place.code, chosen, schema)
    form = MappingForm(request.POST or None, initial={"source": str(chosen.pk), "manifest": manifest})
    form.fields["source"].choices = [(key, str(one.table)) for key, one in tables.items()]  # type: ignore[attr-defined]
    preview: list[dict[str, Any]] = []
    if form.is_valid():
        chosen = tables[form.cleaned_data["source"]]
        try:
            mapping = harmonise.parse(form.cleaned_data["manifest"])
            preview = harmonise.sample(schema, harmonise.Part(mapping, _directory(chosen)))
            if "keep" in request.POST:
                set_mapping(
                    frame.dataset,
                    chosen,
                    form.cleaned_data["manifest"],
                    city=place,
                    by=person,
                    at=timezone.now(),
                )
                return redirect("opendata:dataset-cities", name=name)
        except Problem as problem:
            form.add_error(
                "manifest", " ".join([str(problem.detail), *(f"{e['pointer']}: {e['detail']}" for e in problem.errors)])
            )
    more = context(frame, "dataset-cities") | {
        "form": form,
        "place": place,
        "preview": preview,
        "names": list(preview[0]) if preview else [],
        "wanted": schema.columns,
        "there": _manifest(chosen).columns,
        "page_title": _("The mapping of %(city)s") % {"city": place.name},
    }
    return render(request, "opendata/dataset/mapping.html", more, status=422 if form.is_bound and form.errors else 200)


def _directory(source: Distribution) -> Any:
    if source.current is None:
        raise Http404
    return files_of(str(source.table), source.current.content)


def _manifest(source: Distribution) -> Manifest:
    return read_manifest(_directory(source))


def suggested(city: str, source: Distribution, schema: Contract) -> str:
    """A first mapping: each harmonised column from the city's column of the same or nearly the same name."""
    there = {slug(column.name): column.name for column in _manifest(source).columns}
    columns: dict[str, Any] = {}
    for rule in schema.columns:
        same = there.get(slug(rule.name))
        if same and rule.name != GEOMETRY:
            columns[rule.name] = {"from": same}
    made = {"city": city, "dataset": source.table, "columns": columns}
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=False)
