"""The forms of proposals, of what officers do with them, and of moderation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City, Municipality
from kuutio.participation import shapes
from kuutio.participation.kinds import CONTRIBUTIONS
from kuutio.participation.models import Ground, Initiative, ModerationRule, Process, Proposal
from kuutio.participation.pages.forms import SaidField
from kuutio.participation.texts import written
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized


class ProposalForm(forms.Form):
    """A proposal. Its place may be written, or given as a position; a map is one way among others."""

    title = forms.CharField(label=_("What do you propose?"), max_length=200, help_text=_("In one sentence."))
    text = SaidField(
        longest=CONTRIBUTIONS["proposal"].longest,
        label=_("Why, and how?"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Everybody can read it. Don’t write about other people’s private matters."),
    )
    category = forms.ChoiceField(label=_("Theme"), choices=[("", "–"), *Process.Theme.choices])
    initiative = forms.ChoiceField(
        label=_("What do you demand?"),
        choices=Initiative.Sort.choices,
        widget=forms.RadioSelect,
        initial=Initiative.Sort.INITIATIVE,
    )
    municipality = forms.ModelChoiceField(
        label=_("Municipality"), queryset=Municipality.objects.none(), empty_label=None
    )
    place = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=200,
        help_text=_("An address or the name of the place, if there is one."),
    )
    position = forms.CharField(
        label=_("Position on the map"),
        required=False,
        max_length=60,
        help_text=_("Latitude and longitude, such as 60.1699, 24.9384. You may leave it empty."),
    )
    photo = forms.FileField(label=_("Photo"), required=False)
    photo_text = forms.CharField(label=_("What does the photo show?"), required=False, max_length=300)
    signature = forms.CharField(
        label=_("Name to be shown"),
        required=False,
        max_length=80,
        help_text=_("You may leave it empty: the proposal counts the same."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(
        self, *args: Any, process: Process, kind: str, has_place: bool, signed_in: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind == "initiatives":
            field: Any = self.fields["municipality"]
            cities = [part.city_id for part in process.parts.all()]
            field.queryset = Municipality.objects.filter(city__in=cities)
            field.label_from_instance = lambda row: row.name_here
        else:
            del self.fields["initiative"], self.fields["municipality"]
        if not has_place:
            del self.fields["place"], self.fields["position"]
        if signed_in:
            del self.fields["website"]

    def clean_position(self) -> bytes | None:
        """A point, from two numbers as maps give them."""
        told = self.cleaned_data["position"].replace("°", "").strip()
        if not told:
            return None
        numbers = told.replace(";", " ").replace(", ", " ").split()
        if len(numbers) == 1:
            numbers = told.split(",")
        try:
            lat, lon = (float(number.rstrip(",").replace(",", ".")) for number in numbers)
            return shapes.point(lon, lat)
        except (ValueError, TypeError) as error:
            raise forms.ValidationError(
                _("Write the latitude and the longitude of a place in Finland, such as 60.1699, 24.9384.")
            ) from error

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""


class EditForm(forms.Form):
    """A proposal's words, changed by its authors."""

    title = forms.CharField(label=_("What do you propose?"), max_length=200)
    text = SaidField(
        longest=CONTRIBUTIONS["proposal"].longest, label=_("Why, and how?"), widget=forms.Textarea(attrs={"rows": 9})
    )
    place = forms.CharField(label=_("Where?"), required=False, max_length=200)


class ArgumentForm(forms.Form):
    """One thing that speaks for or against a proposal."""

    side = forms.ChoiceField(
        label=_("Does it speak for or against?"),
        choices=[("argument_for", _("For")), ("argument_against", _("Against"))],
        widget=forms.RadioSelect,
    )
    text = SaidField(
        longest=CONTRIBUTIONS["argument_for"].longest,
        label=_("Your argument"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)


class SignForm(forms.Form):
    """Supporting an initiative: where one lives."""

    municipality = forms.ModelChoiceField(
        label=_("In which municipality do you live?"),
        queryset=Municipality.objects.filter(ended_on=None).order_by("name_fi"),
        empty_label=_("Choose"),
    )
    is_15 = forms.BooleanField(label=_("I am fifteen or older"), required=False)

    def __init__(self, *args: Any, is_known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:  # by strong identification
            self.fields.clear()
            return
        field: Any = self.fields["municipality"]
        field.label_from_instance = lambda row: row.name_here


class InviteForm(forms.Form):
    """Asking somebody to write together."""

    email = forms.EmailField(label=_("E-mail address of the person whom you invite"))


class StatusForm(forms.Form):
    """How far a proposal has come."""

    status = forms.ChoiceField(label=_("Status"), choices=Proposal.Status.choices, widget=forms.RadioSelect)
    words = I18nFormField(
        label=_("What was decided, and why"),
        widget=LanguagesTextarea,
        required=False,
        help_text=_("Its followers get these words. A proposal that isn’t carried out always has a reason."),
    )

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {"status": self.cleaned_data["status"], "words": written(self.cleaned_data["words"])}


class HandoverForm(forms.Form):
    """Giving a proposal to another city."""

    city = forms.ModelChoiceField(label=_("City"), queryset=City.objects.all(), empty_label=None)
    reason = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return dict(self.cleaned_data)


class MergeForm(forms.Form):
    """Joining a proposal to one that means the same; the likest ones stand first."""

    into = forms.ChoiceField(label=_("The proposal that stays"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, likely: Sequence[Proposal], others: Sequence[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {row.pk for row in likely}
        self.rows = {str(row.pk): row for row in [*likely, *(row for row in others if row.pk not in known)]}
        self.fields["into"].choices = [(pk, row.contribution.title) for pk, row in self.rows.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {"into": self.rows[self.cleaned_data["into"]]}


class StepForm(forms.Form):
    """A day on the way of what was chosen."""

    title = I18nFormField(label=_("What happens"), widget=LanguagesTextInput)
    planned_on = forms.DateField(label=_("Planned for"), widget=DateInput)
    reached_on = forms.DateField(label=_("Happened on"), widget=DateInput, required=False)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {**self.cleaned_data, "title": written(self.cleaned_data["title"])}


class SpendingForm(forms.Form):
    """What was paid."""

    what = I18nFormField(label=_("What was paid for"), widget=LanguagesTextInput)
    amount = forms.DecimalField(label=_("Euros"), decimal_places=2, max_digits=12)
    on = forms.DateField(label=_("Paid on"), widget=DateInput)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        told = self.cleaned_data
        return {"what": written(told["what"]), "amount_cents": int(told["amount"] * 100), "on": told["on"]}


class PopulationForm(forms.Form):
    """How many people live in a city's municipality."""

    city = forms.ModelChoiceField(label=_("City"), queryset=City.objects.none(), empty_label=None)
    on = forms.DateField(label=_("Day of the figure"), widget=DateInput)
    residents = forms.IntegerField(label=_("Residents"), min_value=1)
    residents_15 = forms.IntegerField(label=_("Residents who are fifteen or older"), min_value=1, required=False)
    source = forms.CharField(label=_("Source"), max_length=300)

    def __init__(self, *args: Any, own: Sequence[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["city"]
        field.queryset = City.objects.filter(pk__in=[city.pk for city in own]).select_related("municipality")


class ReportForm(forms.Form):
    """Why something should not be there."""

    ground = forms.ChoiceField(label=_("What is wrong with it?"), choices=Ground.choices, widget=forms.RadioSelect)
    text = SaidField(
        longest=2000, label=_("Tell more, if you like"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class HideForm(forms.Form):
    """Hiding, with the statement of reasons."""

    ground = forms.ChoiceField(label=_("Reason"), choices=Ground.choices, widget=forms.RadioSelect)
    facts = SaidField(
        longest=2000,
        label=_("What in it breaks the rule"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Its author is told these words."),
    )


class AppealForm(forms.Form):
    """Asking another person to look at it."""

    text = SaidField(longest=2000, label=_("Why should it be shown?"), widget=forms.Textarea(attrs={"rows": 4}))


class AppealDecisionForm(forms.Form):
    """Deciding an appeal."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("upheld", _("It stays hidden")), ("overturned", _("Show it again"))],
        widget=forms.RadioSelect,
    )
    answer = SaidField(longest=2000, label=_("Why? The author is told."), widget=forms.Textarea(attrs={"rows": 4}))


class RuleForm(forms.Form):
    """How careful a city is with new accounts."""

    first_held = forms.IntegerField(
        label=_("So many first contributions of an account wait for a moderator"), min_value=0, max_value=50
    )
    links_held_days = forms.IntegerField(
        label=_("Links of accounts younger than so many days wait"), min_value=0, max_value=365
    )
    per_hour = forms.IntegerField(label=_("So much a person may write in an hour"), min_value=1, max_value=500)
    city = forms.CharField(widget=forms.HiddenInput, max_length=30)

    def __init__(self, *args: Any, of: City, rule: ModerationRule, **kwargs: Any) -> None:
        names = ("first_held", "links_held_days", "per_hour")
        kwargs |= {"prefix": of.pk, "initial": {name: getattr(rule, name) for name in names} | {"city": of.pk}}
        super().__init__(*args, **kwargs)
        self.of = of
        self.title = localized(of.name)[0]

    def values(self) -> dict[str, int]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "city"}
