"""The forms by which officers make budgets, judge projects, mark voters and type paper ballots in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City, Municipality
from kuutio.core.budgeting import name_of, rule_from_json
from kuutio.core.money import NotMoney, parse
from kuutio.participation.eligibility import cities_of
from kuutio.participation.models import Budget, Channel, Contribution, Process, Project, Sheet, Stage
from kuutio.participation.pages.work_forms import needed
from kuutio.participation.papers import SHAPES, Paper, euros
from kuutio.participation.texts import written
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized

_SHARES = {
    "mes-cost": _("Equal Shares by cost"),
    "mes-cardinality": _("Equal Shares by the number of projects"),
    "mes-points": _("Equal Shares by points"),
}
_RAISED = {
    "": _("one round"),
    "+add1": _("raised until it would cost too much"),
    "+add1-exhaustive": _("raised until nothing more fits"),
}
_REST = {"+u": _("the rest by votes"), "": _("the rest is left")}
RULES = (
    ("", _("As usual for this ballot paper")),
    *(
        (f"{base}{until}{rest}", format_lazy("{}, {}, {}", words, raised, left))
        for base, words in _SHARES.items()
        for until, raised in _RAISED.items()
        for rest, left in _REST.items()
    ),
    ("greedy", _("Most votes or points first")),
    ("greedy-per-cost", _("Most votes or points per euro first")),
    ("greedy-no-skip", _("Most votes or points first, ending at the first that doesn’t fit")),
    ("phragmen", _("Phragmén’s method")),
)
"""All that `./kuutio count` knows by name, and what they mean."""
_LIMITS = {
    "min_length": _("Fewest projects on a ballot"),
    "max_length": _("Most projects on a ballot"),
    "max_points": _("Most points for a project"),
    "max_sum_points": _("Points to be given in all"),
}


class MoneyField(forms.CharField):
    """An amount of euros as people write it, in cents."""

    def prepare_value(self, value: Any) -> Any:
        """What is kept, as it is written."""
        return euros(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The cents."""
        try:
            return parse(super().clean(value))
        except NotMoney as error:
            raise forms.ValidationError(_("Write an amount of euros, such as 25 000.")) from error


class BudgetForm(forms.Form):
    """A sum of money, whose people vote on it, how they vote and how it is counted."""

    stage = forms.ModelChoiceField(label=_("Stage of voting"), queryset=Stage.objects.none(), empty_label=None)
    title = I18nFormField(label=_("Title"), widget=LanguagesTextInput)
    city = forms.ModelChoiceField(
        label=_("Whose money?"), queryset=City.objects.none(), required=False, empty_label=_("Common to all the cities")
    )
    amount_cents = MoneyField(label=_("Amount, euros"))
    paper = forms.ChoiceField(label=_("What is asked of voters"), choices=Paper.choices, widget=forms.RadioSelect)
    rule = forms.ChoiceField(label=_("How it is counted"), choices=RULES, required=False)
    area = I18nFormField(label=_("Name of the district"), widget=LanguagesTextInput, required=False)
    postal_codes = forms.CharField(
        label=_("Postal codes of the district"),
        required=False,
        max_length=2000,
        help_text=_("Only people who live there may vote. Empty: the whole city."),
    )
    least_age = forms.IntegerField(label=_("Youngest voters, years"), min_value=0, max_value=100, initial=12)
    most_age = forms.IntegerField(label=_("Oldest voters, years"), min_value=0, max_value=120, required=False)
    work_city_counts = forms.BooleanField(label=_("People who work in the city may vote, too"), required=False)
    group = forms.SlugField(
        label=_("Group"),
        required=False,
        max_length=60,
        help_text=_("Each person votes on one of the budgets that have the same word here."),
    )

    def __init__(self, *args: Any, process: Process, budget: Budget | None = None, **kwargs: Any) -> None:
        if budget is not None:
            names = ("stage", "title", "city", "amount_cents", "paper", "area", "least_age", "most_age")
            initial = {name: getattr(budget, name) for name in (*names, "work_city_counts", "group")}
            initial["postal_codes"] = " ".join(budget.postal_codes)
            name = name_of(rule_from_json(budget.rule))
            initial["rule"] = "" if name == SHAPES[budget.paper].rule else name
            kwargs["initial"] = initial | {f"limit_{name}": value for name, value in budget.limits.items()}
        super().__init__(*args, **kwargs)
        if budget is not None and name not in dict(RULES):  # such as another step: it stays unless it is changed
            rules: Any = self.fields["rule"]
            rules.choices = [*RULES, (name, name)]
        for name, label in _LIMITS.items():
            self.fields[f"limit_{name}"] = forms.IntegerField(
                label=label, min_value=0, max_value=1000, required=False, help_text=_("Empty: as usual for the paper.")
            )
        stage: Any = self.fields["stage"]
        stage.queryset = process.stages.filter(kind="vote")
        stage.label_from_instance = lambda row: localized(row.title)[0]
        city: Any = self.fields["city"]
        city.queryset = City.objects.filter(processes=process)

    def told(self) -> dict[str, Any]:
        """What the verbs take."""
        told = dict(self.cleaned_data)
        paper = told["paper"]
        limits = {name: told.pop(f"limit_{name}") for name in _LIMITS}
        told["limits"] = {
            name: value for name, value in limits.items() if name in SHAPES[paper].limits and value is not None
        }
        told["postal_codes"] = told["postal_codes"].replace(",", " ").split()
        told["title"], told["area"] = told["title"].data, told["area"].data
        return told


class ProjectForm(forms.Form):
    """Something that the money may go to."""

    title = I18nFormField(label=_("Title"), widget=LanguagesTextInput)
    text = I18nFormField(label=_("What is done"), widget=LanguagesTextarea, required=False)
    cost_cents = MoneyField(label=_("Cost, euros"))
    category = forms.CharField(label=_("Category"), max_length=80, required=False)
    area = I18nFormField(label=_("Place"), widget=LanguagesTextInput, required=False)
    source = forms.ModelChoiceField(
        label=_("Made of the proposal"), queryset=Contribution.objects.none(), required=False
    )

    def __init__(self, *args: Any, process: Process, project: Project | None, **kwargs: Any) -> None:
        if project is not None:
            names = ("title", "text", "cost_cents", "category", "area")
            kwargs["initial"] = {name: getattr(project, name) for name in names}
        super().__init__(*args, **kwargs)
        proposals = process.contributions.filter(kind="proposal", state="published", proposal__merged_into=None)
        if project is not None or not proposals.exists():
            del self.fields["source"]
        else:
            field: Any = self.fields["source"]
            field.queryset = proposals
            self.fields["title"].required = False
            self.fields["title"].help_text = _("Empty: title, text and place are taken from the proposal.")

    def clean(self) -> dict[str, Any]:
        """The texts by language."""
        told = super().clean() or {}
        for name in ("title", "text", "area"):
            if name in told:
                told[name] = written(told[name])
        if "title" in told and not told["title"] and not told.get("source"):
            self.add_error("title", _("Write a title in one language at least."))
        return told


class JudgeForm(forms.Form):
    """Whether a project can be done."""

    feasible = forms.ChoiceField(
        label=_("Can it be done?"),
        choices=(("yes", _("Yes: it goes on the ballot")), ("no", _("No"))),
        widget=forms.RadioSelect,
    )
    reason = I18nFormField(
        label=_("Why"), widget=LanguagesTextarea, required=False, help_text=_("Everybody reads it. Needed for a no.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        states = {Project.Feasibility.FEASIBLE: "yes", Project.Feasibility.INFEASIBLE: "no"}
        kwargs["initial"] = {"feasible": states.get(Project.Feasibility(project.feasibility)), "reason": project.reason}
        super().__init__(*args, **kwargs)


class ImportForm(forms.Form):
    """A `.pb` file whose projects are brought in."""

    file = forms.FileField(label=_("File"), help_text=_("A .pb file of Pabulib. Its votes are not brought in."))
    language = forms.ChoiceField(label=_("Language of the names"), choices=settings.LANGUAGES)


class DeskForm(forms.Form):
    """Who stands at the desk."""

    code = forms.CharField(
        label=_("Personal identity code"), max_length=20, widget=forms.TextInput({"autocomplete": "off"})
    )
    municipality = forms.ChoiceField(label=_("Municipality of residence, by the register"))
    postal_code = forms.CharField(label=_("Postal code of the home"), max_length=5, required=False)
    works_in = forms.ChoiceField(label=_("Works in, if that is why they vote"), required=False)
    channel = forms.ChoiceField(
        label=_("How they vote"),
        choices=[(Channel.PAPER.value, _("On paper")), (Channel.DESK.value, _("With the officer’s help"))],
        widget=forms.RadioSelect,
        initial=Channel.PAPER.value,
    )

    def __init__(self, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = [(city.municipality_id, localized(city.name)[0]) for city in cities_of(budget)]
        others = Municipality.objects.filter(ended_on=None).exclude(pk__in=[code for code, _name in cities])
        rest = [(row.pk, row.name_fi) for row in others.only("code", "name_fi").order_by("name_fi")]
        municipality: Any = self.fields["municipality"]
        municipality.choices = [*cities, *rest]
        works: Any = self.fields["works_in"]
        works.choices = [("", "–"), *((city.pk, localized(city.name)[0]) for city in cities_of(budget))]
        if not budget.work_city_counts:
            works.widget = forms.HiddenInput()


class SheetForm(forms.Form):
    """The number on a paper ballot and where it came from; its choice is the paper itself."""

    serial = forms.CharField(label=_("Number printed on the ballot"), max_length=40)
    channel = forms.ChoiceField(
        label=_("Where it was filled in"),
        choices=[(Channel.PAPER.value, _("By the voter, on paper")), (Channel.DESK.value, _("At the desk, with help"))],
        initial=Channel.PAPER.value,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: Sheet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sheet is not None:
            for name in ("serial", "channel", "key"):
                del self.fields[name]


class TakeBackForm(forms.Form):
    """Why a winner isn't carried out."""

    why = needed(
        label=_("Why it can’t be carried out"),
        widget=LanguagesTextarea,
        help_text=_("Everybody reads it beside the result of the vote."),
    )
