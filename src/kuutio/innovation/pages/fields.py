"""Fields that several forms of innovation share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import Organisation
from kuutio.innovation.texts import plain_text
from kuutio.ui.wording import number

COUNTRIES = (
    *("FI", "SE", "EE", "NO", "DK", "IS", "LV", "LT", "DE", "NL", "BE", "LU", "FR", "ES", "PT", "IT", "AT", "CH", "PL"),
    *("CZ", "SK", "SI", "HR", "HU", "RO", "BG", "GR", "CY", "MT", "IE", "GB", "UA", "US", "CA", "AU", "NZ", "JP", "KR"),
    *("SG", "IN", "IL", "BR", "ZA"),
)
"""ISO 3166-1; who comes from elsewhere writes the two letters themselves."""


def needed(**words: Any) -> Any:
    """A text that must be written in one language at least: its form doesn't say that it may be left out."""
    field = I18nFormField(**words)
    field.is_needed = True
    return field


class SaidField(forms.CharField):
    """A text of people: the browser isn't told the limit, since it would cut a pasted text without a word."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """The text with one way to end a line."""
        return plain_text(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse what is too long, in words that say by how much."""
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                _("The text is %(over)s characters too long. Shorten it: nothing has been lost.")
                % {"over": number(len(value) - self.longest)}
            )


class MomentField(forms.DateTimeField):
    """A day and a time of day on a Finnish clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class EurosField(forms.DecimalField):
    """Euros as people write them, `7 500` or `7500,50`; kept as cents."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(widget=widget, max_digits=12, decimal_places=2, min_value=Decimal(0), **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number without spaces, with a point."""
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split()).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Cents as euros; what somebody typed stays as it is."""
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value // 100},{value % 100:02}" if value % 100 else str(value // 100)
        return value

    def clean(self, value: Any) -> int | None:
        """Euro cents; None where it is left empty."""
        euros = super().clean(value)
        return None if euros is None else int(euros * 100)


class OrganisationMixin(forms.Form):
    """Who it is: a Finnish organisation by its Business ID, a foreign one by its register, number and country."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=[
            (Organisation.Kind.COMPANY, _("Company")),
            (Organisation.Kind.RESEARCH, _("Research and education")),
            (Organisation.Kind.THIRD_SECTOR, _("Third sector")),
        ],
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        initial="FI",
        help_text=_("Two letters: FI for Finland, EE for Estonia, SE for Sweden."),
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "country", "size": 4}),
    )
    business_id = forms.CharField(
        label=_("Business ID"),
        required=False,
        max_length=9,
        help_text=_("Of a Finnish organisation, such as 0201256-6."),
    )
    register = forms.CharField(
        label=_("Foreign register"),
        required=False,
        max_length=120,
        help_text=_("Of an organisation elsewhere: the name of the trade register or of another one."),
    )
    number = forms.CharField(label=_("Number in that register"), required=False, max_length=60)
    home_page = forms.CharField(label=_("Home page"), required=False, max_length=200)

    ORGANISATION = ("name", "kind", "country", "business_id", "register", "number", "home_page")

    def organisation(self) -> dict[str, str]:
        """What was told of it, by the names of `organisations.Told`."""
        data = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        return {name: str(data.get(name) or "") for name in self.ORGANISATION}
