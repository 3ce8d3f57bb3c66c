"""The gallery: every component in its states, on one page of a development installation (`/ui/`, KUUTIO_DEBUG only)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.ui.forms import DateInput, LanguagesTextInput

_CITIES = ("helsinki", "espoo", "vantaa", "tampere", "turku", "oulu")
_SEASON = (38, 42, 61, 88, 118, 131, 120, 129, 112, 84, 57, 40)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), help_text=_("We send the receipt here."))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    rows = forms.IntegerField(label=_("Rows"), required=False)
    on = forms.DateField(label=_("Date"), widget=DateInput, required=False)
    city = forms.ChoiceField(label=_("City"), choices=[(code, code.title()) for code in _CITIES])
    state = forms.ChoiceField(
        label=_("State"), choices=[("draft", _("Draft")), ("served", _("Served"))], widget=forms.RadioSelect
    )
    cities = forms.MultipleChoiceField(
        label=_("Cities"),
        choices=[(code, code.title()) for code in _CITIES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    file = forms.FileField(label=_("File"), required=False, help_text=_("CSV, Excel, GeoJSON or another table."))
    text = forms.CharField(label=_("Description"), widget=forms.Textarea, required=False)
    title = I18nFormField(label=_("Title"), widget=LanguagesTextInput, required=False)
    agreed = forms.BooleanField(label=_("The data holds no personal data"))


def show(request: HttpRequest) -> HttpResponse:
    """All of it; `?errors` shows the form as it comes back."""
    bound = SampleForm({"name": "", "email": "liisa@", "rows": "kaksi"}) if "errors" in request.GET else None
    return render(request, "ui/gallery.html", {"form": bound or SampleForm(), "colours": range(1, 7), **samples()})


def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page as a reader would meet it."""
    if status not in {400, 403, 404, 429, 500}:
        raise Http404
    return render(request, f"ui/errors/{status}.html", status=status)


def samples() -> dict[str, Any]:
    """Invented figures and places to draw."""
    now = timezone.now()
    months: list[dict[str, Any]] = [
        {"month": f"2026-{month:02}-01", "city": city, "riders": round(figure * (1 - 0.11 * n))}
        for n, city in enumerate(_CITIES)
        for month, figure in enumerate(_SEASON, start=1)
    ]
    names = {code: code.title() for code in _CITIES}
    words = {"order": list(_CITIES), "names": names}
    return {
        "times": [now, now - dt.timedelta(minutes=4), now - dt.timedelta(days=1), now - dt.timedelta(days=40)],
        "line": {"type": "line", "x": "month", "y": "riders", "color": "city", "data": months, **words},
        "bar": {
            "type": "bar",
            "x": "city",
            "y": "riders",
            "color": "city",
            "data": [row for row in months if row["month"] == "2026-06-01"],
            **words,
        },
        "dot": {
            "type": "dot",
            "x": "riders",
            "y": "rain",
            "color": "city",
            "labels": {"x": "Pyöräilijöitä", "y": "Sadetta, mm"},
            "data": [{**row, "rain": (n * 37) % 90} for n, row in enumerate(months)],
            **words,
        },
        "histogram": {"type": "histogram", "x": "riders", "labels": {"x": "Pyöräilijöitä"}, "data": months},
        "translated": {"sv": "Öppna data från Esbo"},
    }
