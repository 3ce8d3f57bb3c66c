"""The forms by which a city's administrator sets rules and gives mandates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City, Organisation, Unit
from kuutio.contact.models import Category, JointDesk

LONGEST_HOURS = 10_000


def day_field(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    """A day, by the browser's own calendar where it has one."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **kwargs)


class RuleForm(forms.Form):
    """Who takes care of a category in the whole city from a day on."""

    category = forms.ModelChoiceField(label=_("What it is about"), queryset=Category.objects.filter(is_active=True))
    unit = forms.ModelChoiceField(
        label=_("Service unit"), queryset=Unit.objects.none(), required=False, empty_label=_("The city’s joint queue")
    )
    answer_hours = forms.IntegerField(
        label=_("Business hours to the first answer"), min_value=1, max_value=LONGEST_HOURS, initial=16
    )
    resolve_hours = forms.IntegerField(
        label=_("Business hours to the solution"),
        min_value=1,
        max_value=LONGEST_HOURS,
        initial=80,
        help_text=_(
            "A working day has eight. Residents are promised these from the first day on; what was promised before stays."
        ),
    )
    valid_from = day_field(_("First day"))
    valid_to = day_field(_("Last day"), required=False, help_text=_("Empty: until another rule begins."))

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(city=city, is_active=True)  # type: ignore[attr-defined]


class MandateForm(forms.Form):
    """What a joint desk does for a city."""

    giver = forms.ModelChoiceField(
        label=_("City"), queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )
    desk = forms.ModelChoiceField(label=_("Joint desk"), queryset=JointDesk.objects.none(), empty_label=None)
    categories = forms.ModelMultipleChoiceField(
        label=_("For which categories"),
        queryset=Category.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: for all of them, the confidential ones included."),
    )
    may_answer = forms.BooleanField(
        label=_("The desk also answers and hands on; else it reads and adds notes"), required=False
    )
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"), required=False, help_text=_("Empty: until it is ended."))

    def __init__(self, *args: Any, cities: Sequence[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        givers = Organisation.objects.filter(kind=Organisation.Kind.CITY, city__in=cities).order_by("city__position")
        self.fields["giver"].queryset = givers  # type: ignore[attr-defined]
        self.fields["desk"].queryset = JointDesk.objects.select_related("organisation")  # type: ignore[attr-defined]
