"""The forms by which officers and keepers describe testbeds, state challenges and run trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City, Organisation
from kuutio.innovation import handing
from kuutio.innovation.actions.challenges import Weighed
from kuutio.innovation.actions.testbeds import MOST_USERS, Days
from kuutio.innovation.actions.trials import CLAUSES, Terms
from kuutio.innovation.models import Challenge, Measure, Technology, Testbed, TestbedResource, Theme, Trial, TrialKind
from kuutio.innovation.pages.fields import EurosField, MomentField, SaidField, needed
from kuutio.innovation.texts import written
from kuutio.opendata.models import Dataset
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized

WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)


def _texts(**words: Any) -> Any:
    return I18nFormField(widget=LanguagesTextarea, required=False, **words)


def _boxes(label: Any, choices: Any, **words: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **words)


class _Readiness(forms.Form):
    trl_from = forms.IntegerField(
        label=_("Technology readiness from"),
        min_value=1,
        max_value=9,
        initial=5,
        help_text=_("1 is an idea, 5 works in a realistic setting, 9 is in use."),
    )
    trl_to = forms.IntegerField(label=_("Technology readiness to"), min_value=1, max_value=9, initial=9)


class TestbedForm(_Readiness):
    """What is said of a testbed."""

    __test__ = False

    field_order = (
        *("owner", "name", "summary", "description", "themes", "trial_kinds", "technologies", "trl_from", "trl_to"),
    )

    owner = forms.ModelChoiceField(label=_("Whose it is"), queryset=Organisation.objects.none(), empty_label=None)
    city = forms.ModelChoiceField(label=_("City in which it is"), queryset=City.objects.all(), empty_label=None)
    name = needed(label=_("Name"), widget=LanguagesTextInput)
    summary = needed(label=_("What can be tried here, in short"), widget=LanguagesTextarea)
    description = _texts(label=_("Description"))
    themes = _boxes(_("Themes"), Theme.choices, required=False)
    trial_kinds = _boxes(_("What can be tried"), TrialKind.choices, required=False)
    technologies = _boxes(_("Technologies"), Technology.choices, required=False)
    equipment = _texts(label=_("Equipment"))
    users = _texts(label=_("Who can be asked to try things"))
    users_count = forms.IntegerField(
        label=_("About how many people"), required=False, min_value=0, max_value=MOST_USERS
    )
    rules = _texts(label=_("Rules"))
    permits = _texts(label=_("Permits: which, and from whom"))
    price = _texts(label=_("What it costs, in words"))
    price_cents = EurosField(label=_("Price of one slot in euros"), required=False, help_text=_("0: free of charge."))
    languages = _boxes(_("Languages of service"), settings.LANGUAGES, initial=["fi"])
    contact_role = needed(label=_("Who answers: a role"), widget=LanguagesTextInput)
    contact_email = forms.EmailField(label=_("The role’s own mailbox"), required=False, max_length=254)
    address = I18nFormField(label=_("Address"), widget=LanguagesTextInput, required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=59, max_value=71)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=19, max_value=32)
    slot_minutes = forms.IntegerField(label=_("One slot in minutes"), min_value=15, max_value=1440, initial=240)
    notice_hours = forms.IntegerField(
        label=_("Booked at least so many hours before"), min_value=0, max_value=2000, initial=48
    )
    days_ahead = forms.IntegerField(
        label=_("Booked at most so many days ahead"), min_value=1, max_value=730, initial=120
    )

    def __init__(self, *args: Any, testbed: Testbed | None, owners: Any = None, **kwargs: Any) -> None:
        if testbed is not None:
            names = [name for name in self.base_fields if name not in ("owner", "city")]
            kwargs["initial"] = {name: getattr(testbed, name) for name in names}
        super().__init__(*args, **kwargs)
        if testbed is not None:
            del self.fields["owner"], self.fields["city"]
        else:
            owner: Any = self.fields["owner"]
            owner.queryset = owners
            owner.label_from_instance = lambda row: localized(row.name)[0]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("owner", "city")}


def missing_lines(errors: Sequence[Mapping[str, str]], form: type[forms.Form]) -> list[dict[str, str]]:
    """What a draft lacks, by the names under which its form asks for it, with the language where one of them is missing."""
    languages = {code: str(name) for code, name in settings.LANGUAGES}
    found = []
    for error in errors:
        name, _apart, code = error["pointer"].strip("/").partition("/")
        field = form.base_fields.get(name)
        found.append(
            {
                "what": str(field.label) if field is not None else "",
                "language": languages.get(code, ""),
                "detail": error["detail"],
            }
        )
    return found


class DaysForm(forms.Form):
    """Days and hours in which a testbed can be booked."""

    first_on = forms.DateField(label=_("First day"), widget=DateInput)
    last_on = forms.DateField(label=_("Last day"), widget=DateInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, initial=[1, 2, 3, 4, 5]
    )
    opens = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def days(self) -> Days:
        """What the verb takes."""
        return Days(**self.cleaned_data)


class DatasetField(forms.CharField):
    """A data set of the catalogue by its name, as its address has it, or by the address itself."""

    def clean(self, value: Any) -> Dataset | None:
        """The data set; None where nothing is written."""
        told = super().clean(value).strip().rstrip("/").rpartition("/")[2]
        if not told:
            return None
        found = Dataset.objects.filter(name=told, state="published", access="PUBLIC").first()
        if found is None:
            raise forms.ValidationError(_("There is no public data set of this name."))
        return found


class ResourceForm(forms.Form):
    """A data set or an interface of a testbed."""

    sort = forms.ChoiceField(label=_("What is it?"), choices=TestbedResource.Sort.choices)
    dataset = DatasetField(
        label=_("Data set of the catalogue"),
        required=False,
        max_length=300,
        help_text=_("Its name or its address, such as helsinki-street-lights."),
    )
    name = I18nFormField(label=_("Or the name of what is elsewhere"), widget=LanguagesTextInput, required=False)
    url = forms.CharField(label=_("Its address"), required=False, max_length=1000)


class ChallengeForm(_Readiness):
    """What is said of a challenge."""

    field_order = ("owner", "cities", "title", "summary", "description", "terms", "themes", "technologies")

    owner = forms.ModelChoiceField(label=_("The city that owns it"), queryset=City.objects.none(), empty_label=None)
    cities = forms.ModelMultipleChoiceField(
        label=_("Other cities that state the need"),
        queryset=City.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = needed(label=_("Title"), widget=LanguagesTextInput, help_text=_("The problem, not its solution."))
    summary = needed(label=_("The need in short"), widget=LanguagesTextarea)
    description = _texts(label=_("Description"), help_text=_("Whose problem it is, and what was tried already."))
    terms = needed(
        label=_("Terms"),
        widget=LanguagesTextarea,
        help_text=_("Rights, data, insurance, permits and dismantling: what everybody can count on."),
    )
    themes = _boxes(_("Themes"), Theme.choices, required=False)
    technologies = _boxes(_("Technologies"), Technology.choices, required=False)
    budget_cents = EurosField(label=_("At most for one trial in euros, without VAT"), initial=800_000)
    trials_wanted = forms.IntegerField(label=_("So many trials"), min_value=1, max_value=50, initial=3)
    testbeds = forms.ModelMultipleChoiceField(
        label=_("Testbeds in which they may run"),
        queryset=Testbed.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    contact_role = needed(label=_("Who answers: a role"), widget=LanguagesTextInput)
    opens_at = MomentField(label=_("Answers from"))
    closes_at = MomentField(label=_("Answers until"), help_text=_("The last moment, by the server’s clock."))
    questions_until = MomentField(label=_("Questions until"), required=False)
    pilot_project = forms.ChoiceField(label=_("Pilot project that it serves"), required=False)
    spearhead = forms.ChoiceField(label=_("Spearhead project that it serves"), required=False)

    def __init__(self, *args: Any, challenge: Challenge | None, own: Sequence[City], **kwargs: Any) -> None:
        if challenge is not None:
            names = [name for name in self.base_fields if name not in ("owner", "cities", "testbeds")]
            kwargs["initial"] = {
                **{name: getattr(challenge, name) for name in names},
                "cities": [part.city_id for part in challenge.parts.all() if part.city_id != challenge.owner_id],
                "testbeds": list(challenge.places.values_list("testbed_id", flat=True)),
            }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        cities = (
            [part.city_id for part in challenge.parts.all()] if challenge is not None else [city.pk for city in own]
        )
        fields["testbeds"].queryset = Testbed.objects.filter(state="published", city__in=cities)
        if challenge is not None:
            del self.fields["owner"]
            if challenge.is_public:
                for name in ("cities", "budget_cents", "opens_at"):
                    del self.fields[name]
        else:
            fields["owner"].queryset = City.objects.filter(pk__in=[city.pk for city in own])
        project_choices(self, challenge)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "owner"}
        return {**said, "testbeds": list(said["testbeds"])} | (
            {"cities": list(said["cities"])} if "cities" in said else {}
        )


def project_choices(form: forms.Form, row: Challenge | Trial | None) -> None:
    """Let a form choose from the projects that are known; a code that nobody knows any more stays to be chosen."""
    known = handing.projects()
    for name, kinds in (("pilot_project", ("pilot",)), ("spearhead", ("spearhead",))):
        if name not in form.fields:
            continue
        choices = [(one.code, localized(one.name)[0]) for one in known if one.kind in kinds]
        code = getattr(row, name, "")
        if code and code not in dict(choices):
            choices.append((code, code))
        field: Any = form.fields[name]
        field.choices = [("", _("None")), *choices]


class CriteriaForm(forms.Form):
    """By what answers are judged: up to six rows, whose weights add up to a hundred."""

    ROWS = 6

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = list(challenge.criteria.all())
        for number in range(1, self.ROWS + 1):
            row = there[number - 1] if number <= len(there) else None
            self.fields[f"name_{number}"] = I18nFormField(
                label=_("Criterion %(number)s") % {"number": number},
                widget=LanguagesTextInput,
                required=False,
                initial=row.name if row else None,
            )
            self.fields[f"weight_{number}"] = forms.IntegerField(
                label=_("Its weight in a hundred"),
                required=False,
                min_value=1,
                max_value=100,
                initial=row.weight if row else None,
            )

    def criteria(self) -> list[Weighed]:
        """The rows that have a name or a weight."""
        found = []
        for number in range(1, self.ROWS + 1):
            name = written(self.cleaned_data.get(f"name_{number}"))
            weight = self.cleaned_data.get(f"weight_{number}")
            if name or weight:
                found.append(Weighed(name, weight or 0))
        return found


class WordsForm(forms.Form):
    """A text in three languages: an answer to a question, why a challenge ends."""

    text = needed(label=_("Text"), widget=LanguagesTextarea)

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, hint


class TrialForm(forms.Form):
    """What is said of a trial."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    summary = needed(label=_("What is tried, and what for"), widget=LanguagesTextarea)
    themes = _boxes(_("Themes"), Theme.choices, required=False)
    technologies = _boxes(_("Technologies"), Technology.choices, required=False)
    cities = forms.ModelMultipleChoiceField(
        label=_("Other cities that take part"),
        queryset=City.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    testbed = forms.ModelChoiceField(label=_("Testbed"), queryset=Testbed.objects.none(), required=False)
    next_step_owner = I18nFormField(
        label=_("Who decides on the next step: a role"),
        widget=LanguagesTextInput,
        required=False,
        help_text=_("Needed before the trial runs, so that what it teaches has somebody to go to."),
    )
    pilot_project = forms.ChoiceField(label=_("Pilot project that it belongs to"), required=False)
    spearhead = forms.ChoiceField(label=_("Spearhead project that it belongs to"), required=False)

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        names = [name for name in self.base_fields if name != "cities"]
        kwargs["initial"] = {name: getattr(trial, name) for name in names} | {
            "cities": [part.city_id for part in trial.parts.all() if part.city_id != trial.owner_id]
        }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["cities"].queryset = City.objects.exclude(pk=trial.owner_id)
        cities = [part.city_id for part in trial.parts.all()]
        fields["testbed"].queryset = Testbed.objects.exclude(state="draft").filter(city__in=cities)
        project_choices(self, trial)


class OutcomeForm(forms.Form):
    """What came out of a trial and what follows: never only yes or no."""

    outcome = forms.ChoiceField(label=_("What came out?"), choices=Trial.Outcome.choices, widget=forms.RadioSelect)
    outcome_text = needed(
        label=_("In words"),
        widget=LanguagesTextarea,
        help_text=_("What was tried, what happened, what was a surprise. A good failure is a result, too."),
    )
    next_step = forms.ChoiceField(label=_("Next step"), choices=Trial.NextStep.choices, widget=forms.RadioSelect)
    next_step_text = _texts(label=_("The next step in words"))
    next_step_owner = needed(label=_("Who owns it: a role"), widget=LanguagesTextInput)
    next_step_on = forms.DateField(label=_("By when"), widget=DateInput)

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(trial, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


_CLAUSE_LABELS = {
    "parties": _("Parties"),
    "place": _("Place"),
    "rights": _("Rights: whose is what"),
    "data_clause": _("Data: which come of it, whose they are, which of them are opened"),
    "permits": _("Permits: which, and who gets them"),
    "insurance": _("Insurance"),
    "dismantling": _("Dismantling: who, by when"),
}


class AgreementForm(forms.Form):
    """An agreement, clause by clause."""

    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
    price_cents = EurosField(label=_("What the city pays in euros, without VAT"), initial=0)

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        agreement = getattr(trial, "agreement", None)
        if agreement is not None:
            names = ("starts_on", "ends_on", "price_cents", *CLAUSES)
            kwargs["initial"] = {name: getattr(agreement, name) for name in names}
        super().__init__(*args, **kwargs)
        for name in CLAUSES:
            is_line = name == "place"
            self.fields[name] = SaidField(
                longest=300 if is_line else 6000,
                label=_CLAUSE_LABELS[name],
                required=False,
                widget=forms.TextInput() if is_line else forms.Textarea(attrs={"rows": 3}),
            )

    def terms(self) -> Terms:
        """What the verb takes."""
        said = self.cleaned_data
        return Terms(
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            clauses={name: said[name] for name in CLAUSES},
            price_cents=said["price_cents"] or 0,
        )


class MeasureForm(forms.Form):
    """By what a trial's success is seen."""

    name = needed(label=_("What is measured"), widget=LanguagesTextInput)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    better = forms.ChoiceField(
        label=_("Which way is better?"), choices=Measure.Better.choices, widget=forms.RadioSelect
    )
    baseline = forms.DecimalField(label=_("As it is now"), required=False, max_digits=15, decimal_places=4)
    target = forms.DecimalField(label=_("Target"), max_digits=15, decimal_places=4)
    indicator = forms.CharField(
        label=_("Indicator of the project that it counts for"),
        required=False,
        max_length=40,
        help_text=_("Its code, if the trial belongs to a project."),
    )


class ValueForm(forms.Form):
    """A measure on a day."""

    on = forms.DateField(label=_("Day"), widget=DateInput)
    value = forms.DecimalField(label=_("Value"), max_digits=15, decimal_places=4)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class DiaryForm(forms.Form):
    """An entry of a trial's diary."""

    on = forms.DateField(label=_("Day"), widget=DateInput)
    text = SaidField(
        longest=6000,
        label=_("What happened?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody can read it. No people by name, no trade secrets."),
    )
    photo = forms.FileField(label=_("Photo"), required=False)
    photo_text = forms.CharField(label=_("What does the photo show?"), required=False, max_length=300)
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)


class RiskForm(forms.Form):
    """What could go wrong."""

    text = forms.CharField(label=_("What could go wrong?"), max_length=500)
    likelihood = forms.IntegerField(label=_("How likely, from 1 to 5"), min_value=1, max_value=5)
    impact = forms.IntegerField(label=_("How bad, from 1 to 5"), min_value=1, max_value=5)
    response = forms.CharField(label=_("What is done about it?"), max_length=500)
    owner = forms.CharField(label=_("By whom: a role"), max_length=200)


class LinkForm(forms.Form):
    """A data set that came of a trial."""

    dataset = DatasetField(
        label=_("Data set of the catalogue"),
        max_length=300,
        help_text=_("Its name or its address. Publish it in the catalogue first."),
    )


class ProlongForm(forms.Form):
    """A longer period."""

    ends_on = forms.DateField(label=_("New last day"), widget=DateInput)
    why = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DayForm(forms.Form):
    """A day on which something was done."""

    on = forms.DateField(label=_("On which day?"), widget=DateInput)


class ReasonForm(forms.Form):
    """Why something is done."""

    why = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ProposalAnswerForm(forms.Form):
    """A city's answer to an offered trial."""

    interested = forms.ChoiceField(
        label=_("What do you answer?"),
        choices=[("yes", _("We want to talk on")), ("no", _("Not now"))],
        widget=forms.RadioSelect,
    )
    answer = SaidField(
        longest=4000,
        label=_("Answer to the proposer"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What happens next, or why not now. The proposer gets these words."),
    )
