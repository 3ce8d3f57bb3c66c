"""The form that asks where something is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City, Municipality, Unit
from kuutio.contact.models import Case, Category
from kuutio.contact.nearby import municipality_named
from kuutio.core.positions import swapped
from kuutio.ui.wording import localized


class WhereForm(forms.Form):
    """Where a matter is: a city and an address in words, a service point, or a position that the browser or the map gave."""

    city = forms.ChoiceField(label=_("City"), required=False)
    address = forms.CharField(
        label=_("Address or place"),
        max_length=200,
        required=False,
        help_text=_("A street and number, a crossing, or the name of a park or a service point."),
    )
    unit = forms.SlugField(required=False, max_length=80)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    source = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        self.named: Municipality | None = None
        """The municipality that the address itself names, where there is no position."""
        # Needed unless there is a position: not marked as something that can be left out.
        self.fields["city"].is_needed = True  # type: ignore[attr-defined]
        self.fields["address"].is_needed = category.place == Category.Place.REQUIRED  # type: ignore[attr-defined]
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose the city")),
            *((city.code, str(city.name)) for city in City.objects.all()),
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["address"] = (told.get("address") or "").strip()
        has_position = told.get("lon") is not None and told.get("lat") is not None
        if told.get("unit"):
            self._take_unit(told)
        elif has_position and swapped(told["lon"], told["lat"]):
            self.add_error(
                None, _("The position fits Finland only with latitude and longitude swapped. Give longitude first.")
            )
        elif not has_position:
            told["lon"] = told["lat"] = None
            told["source"] = ""
            self._ask_for_words(told)
        return told

    def _take_unit(self, told: dict[str, Any]) -> None:
        """A service point gives position, city and address; what was written beside it goes in brackets."""
        unit = Unit.objects.filter(slug=told["unit"], is_active=True, lat__isnull=False).first()
        if unit is None:
            self.add_error(None, _("This place isn’t in the list any more. Choose another one, or write the address."))
            return
        name = localized(unit.name)[0]
        beside = told["address"] if told["address"].casefold() not in name.casefold() else ""
        told["address"] = f"{name} ({beside})" if beside else name
        told |= {"lon": unit.lon, "lat": unit.lat, "city": unit.city_id, "source": Case.PlaceSource.UNIT.value}

    def _ask_for_words(self, told: dict[str, Any]) -> None:
        """Without a position the words must tell the city: the same street is in many of them, so none is taken for granted."""
        address, city = told["address"], told.get("city")
        if self.category.place == Category.Place.REQUIRED and not address and "address" not in self.errors:
            self.add_error("address", _("Tell where it is, so that we find the place."))
        if "city" in self.errors:
            return
        named = municipality_named(address)
        own = getattr(named, "city", None)
        if named is not None and own is None:
            self.named = named
        elif own is not None and city and own.code != city:
            said = _now("The address says %(named)s, but you chose another city. Which is right?")
            self.add_error("city", said % {"named": localized(own.name)[0]})
        elif own is not None:
            told["city"] = own.code
        elif not city and address:
            self.add_error("city", _("The same street may be in several cities: choose the city."))
        elif not city:
            self.add_error("city", _("Choose the city, or use your position."))
