"""The forms of the office and of those who decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import Organisation, Person, Role
from kuutio.core.money import NotMoney, parse
from kuutio.selection.models import Member, Round
from kuutio.ui.forms import LanguagesTextarea
from kuutio.ui.wording import localized


class MoneyField(forms.CharField):
    """An amount of euros as people write it, in cents; empty is None."""

    def prepare_value(self, value: Any) -> Any:
        """What is kept, as it is written."""
        return f"{value // 100},{value % 100:02}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The cents."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text)
        except NotMoney as error:
            raise forms.ValidationError(_("Write an amount of euros, such as 25 000.")) from error


#: The database keeps times that Python can't read again.
TIMES = [MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(2100, 1, 1, tzinfo=UTC))]


class SettingsForm(forms.Form):
    """How a round is run; what takes part in scores only while it is prepared."""

    budget_cents = MoneyField(
        label=_("Money to share, euros"), required=False, help_text=_("Empty: no line is drawn by money.")
    )
    review_by = forms.DateTimeField(
        label=_("Reviews are asked for by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=TIMES,
    )
    names_reviewers = forms.BooleanField(label=_("The published results name the reviewers"), required=False)
    names_rejected = forms.BooleanField(label=_("The published results name those who got nothing"), required=False)
    reviews_wanted = forms.IntegerField(label=_("Reviews of each candidate"), min_value=1, max_value=20)
    most_per_reviewer = forms.IntegerField(label=_("Reviews of each reviewer, at most"), min_value=1, max_value=1000)
    least_per_reviewer = forms.IntegerField(label=_("Reviews of each reviewer, at least"), min_value=0, max_value=1000)
    threshold = forms.IntegerField(label=_("Points of 100 that are needed"), min_value=0, max_value=100)
    employer = forms.ChoiceField(
        label=_("Who is employed by a party?"), choices=Round.Employer.choices, widget=forms.RadioSelect
    )
    blind = forms.BooleanField(
        label=_("Reviewers don’t see who applies until they have sent their review"), required=False
    )
    one_per_city = forms.BooleanField(label=_("No two reviewers of a candidate from one city"), required=False)
    one_outside = forms.BooleanField(label=_("One reviewer at least from outside the lead’s city"), required=False)

    LATER = ("budget_cents", "review_by", "names_reviewers", "names_rejected")

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(round_, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if round_.state != Round.State.DRAFT:
            for name in set(self.fields) - set(self.LATER):
                del self.fields[name]

    def told(self) -> dict[str, Any]:
        """What the verb takes."""
        return dict(self.cleaned_data)


class MemberForm(forms.Form):
    """One of those who decide."""

    email = forms.EmailField(label=_("E-mail of their account"))
    organisation = forms.ModelChoiceField(
        label=_("Whom they represent"), queryset=Organisation.objects.all(), empty_label=_("Choose")
    )
    part = forms.ChoiceField(label=_("Part"), choices=Member.Part.choices, initial="member")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.label_from_instance = lambda row: localized(row.name)[0]

    def clean(self) -> dict[str, Any]:
        """The person of the address."""
        told = super().clean() or {}
        if address := told.get("email"):
            told["person"] = Person.objects.filter(email=address.lower(), is_active=True).first()
            if told["person"] is None:
                self.add_error("email", _("Nobody has an account with this address."))
        return told


class AffiliationForm(forms.Form):
    """Which organisation is whose."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Organisation.objects.all(), empty_label=_("Choose"))
    organisation = forms.ModelChoiceField(
        label=_("What it owns or steers"), queryset=Organisation.objects.all(), empty_label=_("Choose")
    )
    ground = forms.CharField(label=_("How"), max_length=200, help_text=_("Such as: owns 51 per cent."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "organisation"):
            field: Any = self.fields[name]
            field.label_from_instance = lambda row: localized(row.name)[0]


class ReviewerForm(forms.Form):
    """Somebody who has the role of a reviewer, and their limits in this round."""

    seat = forms.ModelChoiceField(
        label=_("Reviewer"),
        queryset=Role.objects.filter(role="reviewer", person__is_active=True).select_related("person", "organisation"),
        empty_label=_("Choose"),
    )
    unit = forms.CharField(
        label=_("Unit that they work in"),
        max_length=300,
        required=False,
        help_text=_("Empty: taken to be the one that applies."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics that they know"), required=False, widget=forms.CheckboxSelectMultiple
    )
    most = forms.IntegerField(label=_("Reviews at most"), min_value=0, max_value=1000)
    least = forms.IntegerField(label=_("Reviews at least"), min_value=0, max_value=1000, required=False)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        kwargs["initial"] = {"most": round_.most_per_reviewer, "least": round_.least_per_reviewer}
        super().__init__(*args, **kwargs)
        seat: Any = self.fields["seat"]
        seat.label_from_instance = lambda row: f"{row.person}, {localized(row.organisation.name)[0]}"
        topics: Any = self.fields["topics"]
        topics.choices = [(one["key"], localized(one["title"])[0]) for one in round_.topics]
        if not round_.topics:
            del self.fields["topics"]

    def clean(self) -> dict[str, Any]:
        """Topics that the round hasn't are none."""
        told = super().clean() or {}
        told.setdefault("topics", [])
        return told


class DecisionForm(forms.Form):
    """What is decided on a candidate, and why."""

    act = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = I18nFormField(label=_("Reasons"), widget=LanguagesTextarea)
    conditions = I18nFormField(label=_("Conditions, if there are any"), widget=LanguagesTextarea, required=False)
    granted_cents = MoneyField(label=_("Granted, euros"), required=False, help_text=_("Empty: what was asked for."))
    granted_why = forms.CharField(
        label=_("Why another sum than was asked for"), required=False, widget=forms.Textarea, max_length=2000
    )
    number = forms.CharField(label=_("Number in the register"), required=False, max_length=60)
    by_lot = forms.BooleanField(label=_("The lots decided"), required=False)

    def __init__(self, *args: Any, acts: Any, grants: bool, drawn: bool, numbered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["act"]
        field.choices = acts
        needed: Any = self.fields["reason"]
        needed.is_needed = True
        unused = ["granted_cents", "granted_why", "conditions"] * (not grants)
        for name in [*unused, *(["by_lot"] * (not drawn)), *(["number"] * (not numbered))]:
            del self.fields[name]

    def told(self) -> dict[str, Any]:
        """What the verbs take."""
        told = dict(self.cleaned_data)
        for name in ("reason", "conditions"):
            if name in told:
                told[name] = getattr(told[name], "data", told[name]) or {}
        return told


class MeetingForm(forms.Form):
    """When and where those who decide meet."""

    held_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=TIMES,
    )
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
