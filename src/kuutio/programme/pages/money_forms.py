"""The forms of grants, claims, payments, indicators and results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City, Person
from kuutio.programme.actions.indicating import Counted
from kuutio.programme.models import ClaimLine, Grant, GrantPart, Indicator, Project, Result
from kuutio.programme.pages.call_forms import CentsField, needed
from kuutio.programme.written import written as texts_of
from kuutio.ui.findings import token
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized


def written(cents: int) -> str:
    """Cents as a person would write them into a field."""
    text = f"{cents // 100}.{cents % 100:02}"
    return text if language() == "en" else text.replace(".", ",")


class PeriodForm(forms.Form):
    """A claim's period."""

    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)


class NewClaimForm(PeriodForm):
    """A new claim, of a partner where there are several."""

    part = forms.ModelChoiceField(label=_("Partner"), queryset=GrantPart.objects.none(), empty_label=None)
    field_order = ("part", "starts_on", "ends_on")

    def __init__(self, *args: Any, parts: Sequence[GrantPart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["part"]
        field.queryset = GrantPart.objects.filter(pk__in=[part.pk for part in parts]).select_related("partner", "grant")
        field.label_from_instance = lambda part: part.partner.name


class ClaimForm(PeriodForm):
    """A claim's period and income."""

    income = CentsField(
        label=_("Income of the period"),
        required=False,
        help_text=_("What the project earned; it is taken off the costs."),
    )


class LineForm(forms.Form):
    """A cost line."""

    category = forms.ChoiceField(label=_("Cost category"))
    text = forms.CharField(label=_("What was paid for"), max_length=300, help_text=_("No names of persons."))
    voucher = forms.CharField(label=_("Voucher"), max_length=60, required=False)
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput, required=False)
    cents = CentsField(label=pgettext_lazy("heading of a column", "Euros"))
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=100_000)

    def __init__(self, *args: Any, categories: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.choices = [(name, token(name).capitalize()) for name in categories]


class ReportForm(forms.Form):
    """The report of the claim's period, in the same form."""

    done = forms.CharField(label=_("What was done"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000)
    results = forms.CharField(
        label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000, required=False
    )
    changed = forms.CharField(
        label=_("What went otherwise than planned, and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=20_000,
        required=False,
    )
    coming = forms.CharField(
        label=_("What comes next"), widget=forms.Textarea(attrs={"rows": 3}), max_length=20_000, required=False
    )
    is_final = forms.BooleanField(label=_("This is our last report in the project"), required=False)


class SheetForm(forms.Form):
    """A sheet that is brought."""

    file = forms.FileField(
        label=_("CSV file or Excel workbook"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"})
    )


class EvidenceForm(forms.Form):
    """A file beside a claim."""

    file = forms.FileField(
        label=_("File"), help_text=_("A PDF, a picture, a text or an office document, at most 25 megabytes.")
    )
    line = forms.ModelChoiceField(
        label=_("Which line it belongs to"),
        queryset=ClaimLine.objects.none(),
        required=False,
        empty_label=_("The whole claim"),
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["line"]
        field.queryset = lines
        field.label_from_instance = lambda line: f"{line.position}. {line.text}"


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=pgettext_lazy("why somebody does it", "Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )


class DecisionForm(forms.Form):
    """A decision's words."""

    reason = forms.CharField(
        label=_("Reasons of the decision"),
        help_text=_("Needed where something was cut. The partner reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        required=False,
    )


class PaymentForm(forms.Form):
    """A payment that was made in the state's system."""

    reference = forms.CharField(label=_("Payment reference"), max_length=100)
    cents = CentsField(label=pgettext_lazy("heading of a column", "Euros"))
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput)


class PartPaymentForm(PaymentForm):
    """An advance or a payback of a partner."""

    part = forms.ModelChoiceField(label=_("Partner"), queryset=GrantPart.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind of payment"), choices=[("advance", _("Advance")), ("back", _("Paid back"))])
    field_order = ("part", "kind", "cents", "paid_on", "reference")

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["part"]
        field.queryset = grant.parts.select_related("partner")
        field.label_from_instance = lambda part: part.partner.name


class CorrectionForm(forms.Form):
    """A correction of a decided claim."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=ClaimLine.objects.none(), empty_label=None)
    cents = CentsField(label=_("Euros that are accepted no more"))
    reason = forms.CharField(
        label=pgettext_lazy("why somebody does it", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    reference = forms.CharField(label=_("Decision reference"), max_length=100)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["line"]
        field.queryset = lines
        field.label_from_instance = lambda line: f"{line.position}. {line.text}"


class ActualForm(forms.Form):
    """What was reached in a period, and what shows it."""

    indicator = forms.ModelChoiceField(label=_("Indicator"), queryset=Indicator.objects.none(), empty_label=None)
    city = forms.ModelChoiceField(
        label=_("City"), queryset=City.objects.none(), required=False, empty_label=_("Not told by city")
    )
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
    value = forms.DecimalField(label=_("Figure"), max_digits=14, decimal_places=2, localize=True)
    evidence = forms.CharField(
        label=_("What shows it"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False
    )
    evidence_url = forms.CharField(
        label=_("Link to what shows it"), max_length=500, required=False, widget=forms.URLInput
    )
    file = forms.FileField(
        label=_("File that shows it"), required=False, help_text=_("Everybody can read it. No personal data.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator: Any = self.fields["indicator"]
        indicator.queryset = project.programme.indicators.all()
        indicator.label_from_instance = lambda row: localized(row.name)[0]
        city: Any = self.fields["city"]
        city.queryset = project.programme.cities.all()
        city.label_from_instance = lambda row: localized(row.name)[0]


class HolderForm(forms.Form):
    """Who acts for a partner."""

    part = forms.ModelChoiceField(label=_("Partner"), queryset=GrantPart.objects.none(), empty_label=None)
    email = forms.EmailField(label=_("E-mail of their account"))

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["part"]
        field.queryset = grant.parts.select_related("partner", "grant")
        field.label_from_instance = lambda part: part.partner.name

    def clean_email(self) -> Person:
        """The account of the address."""
        person = Person.objects.filter(email=self.cleaned_data["email"].lower(), is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("There is no account with this address. Ask them to sign in once."))
        return person


class TargetForm(forms.Form):
    """What a project is to reach."""

    indicator = forms.ModelChoiceField(label=_("Indicator"), queryset=Indicator.objects.none(), empty_label=None)
    value = forms.DecimalField(label=_("Target"), max_digits=14, decimal_places=2, localize=True)
    by_on = forms.DateField(label=_("To be reached by"), widget=DateInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator: Any = self.fields["indicator"]
        indicator.queryset = project.programme.indicators.all()
        indicator.label_from_instance = lambda row: localized(row.name)[0]


class ResultForm(forms.Form):
    """A final report or another result for the library."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Result.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=300)
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea(attrs={"rows": 3}), max_length=3000)
    text = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), max_length=100_000, required=False
    )
    learnings = forms.CharField(
        label=_("What was learnt"),
        help_text=_("One on each line: what should others do, or leave undone?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        required=False,
    )
    links = forms.CharField(
        label=_("Links"),
        help_text=_("One address on each line."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5000,
        required=False,
    )
    file = forms.FileField(label=_("File"), required=False, help_text=_("Everybody can read it. No personal data."))


def half_year(day: date) -> tuple[date, date]:
    """The half-year of a day."""
    return (
        (date(day.year, 1, 1), date(day.year, 6, 30))
        if day.month <= 6
        else (date(day.year, 7, 1), date(day.year, 12, 31))
    )


class IndicatorForm(forms.Form):
    """What is counted, in what unit, and what the whole is to reach."""

    name = needed(label=_("Name"), widget=LanguagesTextInput, help_text=_("In Finnish, Swedish and English."))
    definition = needed(
        label=_("What is counted, and how"),
        widget=LanguagesTextarea,
        help_text=_("In Finnish, Swedish and English. So that two people count the same."),
    )
    unit = I18nFormField(
        label=_("Unit"), widget=LanguagesTextInput, required=False, help_text=_("Such as companies or person-years.")
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("of an indicator", "Kind"), choices=Indicator.Kind.choices, widget=forms.RadioSelect
    )
    adds = forms.ChoiceField(
        label=_("How figures of several periods become one"), choices=Indicator.Adds.choices, widget=forms.RadioSelect
    )
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=2, initial=0)
    counts_people = forms.BooleanField(
        label=_("It counts people"), required=False, help_text=_("Figures of fewer than five people are then hidden.")
    )
    target = forms.DecimalField(
        label=_("Target of the whole programme"), max_digits=14, decimal_places=2, localize=True, required=False
    )
    by_on = forms.DateField(label=_("To be reached by"), widget=DateInput, required=False)

    def __init__(self, *args: Any, indicator: Indicator | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"adds": Indicator.Adds.SUM, "kind": Indicator.Kind.OUTPUT}
        if indicator is not None:
            names = ("name", "definition", "unit", "kind", "adds", "decimals", "counts_people")
            initial = {name: getattr(indicator, name) for name in names}
            latest = indicator.targets.filter(project=None).order_by("by_on").last()
            if latest is not None:
                initial |= {"target": latest.value, "by_on": latest.by_on}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A target has its day."""
        told = super().clean() or {}
        if (told.get("target") is None) != (told.get("by_on") is None) and not {"target", "by_on"} & set(self.errors):
            name = "by_on" if told.get("by_on") is None else "target"
            self.add_error(name, _("A target has a figure and a day."))
        return told

    def counted(self) -> Counted:
        """The indicator as the verb takes it."""
        told = dict(self.cleaned_data)
        target, by_on = told.pop("target"), told.pop("by_on")
        told |= {name: texts_of(told[name]) for name in ("name", "definition", "unit")}
        return Counted(**told, target=(target, by_on) if target is not None else None)
