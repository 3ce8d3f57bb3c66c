"""The forms of applications: who applies, the common part, a partner's own part, changes, decided figures."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City, Organisation
from kuutio.core.grants.budgets import MODELS, Category, CostModel, Source
from kuutio.core.grants.decided import Decided
from kuutio.programme import figures
from kuutio.programme.actions.applying import Body
from kuutio.programme.actions.changing import Wish
from kuutio.programme.core_form import CORE
from kuutio.programme.models import Application, ApplicationPartner, ChangeRequest
from kuutio.programme.models.applications import ACTOR_TYPES, CATEGORIES, COST_MODELS, SOURCES
from kuutio.programme.pages.call_forms import CentsField, PercentField, needed
from kuutio.programme.written import written
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized, money

ELSEWHERE = ""


class _BodyForm(forms.Form):
    """An organisation."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    business_id = forms.CharField(label=_("Business ID"), max_length=20, help_text=_("Such as 0201256-6."))
    actor_type = forms.ChoiceField(label=_("Kind of organisation"), choices=[("", _("Choose")), *ACTOR_TYPES])
    city = forms.ChoiceField(
        label=_("Member city where it works"), required=False, help_text=_("It counts for this one city.")
    )
    place = forms.CharField(label=_("Town, when none of the member cities"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit that takes part"), max_length=200, required=False)

    def __init__(self, *args: Any, cities: Sequence[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cities = {one.pk: one for one in cities}
        field: Any = self.fields["city"]
        field.choices = [(ELSEWHERE, _("Elsewhere")), *((one.pk, localized(one.name)[0]) for one in cities)]

    def body(self) -> Body:
        """The organisation as the verbs take it."""
        told = self.cleaned_data
        return Body(
            told["name"],
            told["business_id"],
            told["actor_type"],
            self.cities.get(told["city"]),
            told["place"],
            told["unit"],
        )


class BeginForm(_BodyForm):
    """A new application: whose it is, what it is called."""

    title = needed(label=_("What the project is called"), widget=LanguagesTextInput)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("title", "name", "business_id", "actor_type", "city", "place", "unit", "key")


def begins_with(organisation: Organisation | None) -> dict[str, Any]:
    """What is known of the organisation that applies."""
    if organisation is None:
        return {}
    kinds = {"city": "MUNICIPALITY", "third-sector": "ASSOCIATION", "company": "COMPANY"}
    return {
        "name": localized(organisation.name)[0],
        "business_id": organisation.business_id,
        "actor_type": kinds.get(organisation.kind, ""),
        "city": organisation.city_id or "",
    }


class InviteForm(_BodyForm):
    """A partner to be invited."""

    email = forms.EmailField(
        label=_("E-mail address that gets the link"),
        max_length=254,
        help_text=_("Of somebody who acts for the organisation; the public never sees it."),
    )


class CommonForm(forms.Form):
    """The common part: the fixed core, then the call's own questions."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = needed(
        label=_("What the project is called"),
        widget=LanguagesTextInput,
        help_text=_("In Finnish or Swedish, and in English."),
    )
    summary = I18nFormField(
        label=_("Summary for everybody"),
        widget=LanguagesTextarea,
        required=False,
        help_text=_("In Finnish or Swedish, and in English. Public once it is decided on."),
    )
    language = forms.ChoiceField(
        label=_("Language of the application"), choices=settings.LANGUAGES, help_text=_("The decision comes in it.")
    )
    spearhead = forms.ChoiceField(label=_("Which spearhead it supports"), required=False)
    starts_on = forms.DateField(label=_("Starts"), widget=DateInput, required=False)
    ends_on = forms.DateField(label=_("Ends"), widget=DateInput, required=False)
    cost_model = forms.ChoiceField(label=_("Cost model, the same for all partners"), widget=forms.RadioSelect)
    eu_bp = PercentField(label=_("EU’s share, per cent of net costs"))
    state_bp = PercentField(label=_("State’s share, per cent of net costs"))

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        names = ("revision", "title", "summary", "language", "starts_on", "ends_on", "cost_model", "eu_bp", "state_bp")
        initial = {name: getattr(application, name) for name in names} | {"spearhead": application.spearhead_id or ""}
        initial |= {f"text_{key}": text for key, text in application.texts.items()}
        initial |= {f"answer_{key}": answer for key, answer in application.answers.items()}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        call = application.call
        chosen: Any = self.fields["cost_model"]
        chosen.choices = [choice for choice in COST_MODELS if choice[0] in call.cost_models]
        spearheads = figures.spearheads_of(call)
        if len(spearheads) > 1:
            field: Any = self.fields["spearhead"]
            field.choices = [
                ("", _("Choose")),
                *((str(one.pk), localized(one.focus_area.name)[0]) for one in spearheads),
            ]
            self.spearheads = {str(one.pk): one for one in spearheads}
        else:
            del self.fields["spearhead"]
            self.spearheads = {}
        for one in CORE:
            self.fields[f"text_{one.key}"] = forms.CharField(
                label=str(one.label), help_text=str(one.hint), required=False, max_length=None,
                widget=forms.Textarea(attrs={"rows": 6 if one.longest > 2000 else 3, "data-longest": one.longest}),
            )  # fmt: skip
            self.fields[f"text_{one.key}"].is_needed = one.needed  # type: ignore[attr-defined]  # as our field templates read it
        for question in call.questions:
            self.fields[f"answer_{question['key']}"] = _question_field(question)
            self.fields[f"answer_{question['key']}"].is_needed = question["needed"]  # type: ignore[attr-defined]
        for name in ("summary", "spearhead", "starts_on", "ends_on"):
            if name in self.fields:
                self.fields[name].is_needed = True  # type: ignore[attr-defined]  # to be sent, though not to be saved

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        told = self.cleaned_data
        found = {name: told[name] for name in ("starts_on", "ends_on", "cost_model", "language", "eu_bp", "state_bp")}
        found |= {name: written(told[name]) for name in ("title", "summary")}
        found["texts"] = {one.key: told[f"text_{one.key}"] for one in CORE}
        found["answers"] = {
            name.removeprefix("answer_"): _json(value) for name, value in told.items() if name.startswith("answer_")
        }
        if self.spearheads:
            found["spearhead"] = self.spearheads.get(told["spearhead"])
        return found


def _json(value: Any) -> Any:
    return value if isinstance(value, str | bool | int) or value is None else str(value)


def _question_field(question: Mapping[str, Any]) -> forms.Field:
    label = localized(question["text"])[0]
    match question["kind"]:
        case "number":
            return forms.DecimalField(label=label, required=False, max_digits=15, decimal_places=2)
        case "yes-no":
            return forms.ChoiceField(
                label=label, required=False, choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
            )
        case "choice":
            choices = [(one["key"], localized(one["text"])[0]) for one in question["choices"]]
            return forms.ChoiceField(label=label, required=False, choices=choices, widget=forms.RadioSelect)
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-longest": question.get("longest", 1000)}),
    )


class PartForm(forms.Form):
    """A partner's own part: what it does and what that costs."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    actor_type = forms.ChoiceField(label=_("Kind of organisation"), choices=ACTOR_TYPES)
    city = forms.ChoiceField(
        label=_("Member city where it works"), required=False, help_text=_("It counts for this one city.")
    )
    place = forms.CharField(label=_("Town, when none of the member cities"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit that takes part"), max_length=200, required=False)
    tasks = forms.CharField(
        label=_("What it does"), widget=forms.Textarea(attrs={"rows": 6, "data-longest": 8000}), required=False
    )

    def __init__(
        self, *args: Any, partner: ApplicationPartner, application: Application, cities: Sequence[City], **kwargs: Any
    ) -> None:
        costs = figures.costs_of(partner)
        initial = {name: getattr(partner, name) for name in ("revision", "actor_type", "place", "unit", "tasks")}
        initial |= {"city": partner.city_id or "", "income": partner.income_cents}
        initial |= {f"cost_{code}": costs.get(code, 0) for code, _name in CATEGORIES}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.cities = {one.pk: one for one in cities}
        field: Any = self.fields["city"]
        field.choices = [(ELSEWHERE, _("Elsewhere")), *((one.pk, localized(one.name)[0]) for one in cities)]
        allowed = MODELS[CostModel(application.cost_model)].categories
        for code, name in CATEGORIES:
            if Category(code) in allowed or costs.get(code):
                self.fields[f"cost_{code}"] = CentsField(label=f"{name}, €", required=False)
        self.fields["income"] = CentsField(label=_("Income of the project, €"), required=False)
        costs_asked = [field for field in self.fields if field.startswith("cost_")]
        for asked in ("tasks", "city", *costs_asked):
            self.fields[asked].is_needed = True  # type: ignore[attr-defined]  # to be sent, though not to be saved

    @property
    def money_fields(self) -> list[Any]:
        """The fields of the budget."""
        return [self[name] for name in self.fields if name.startswith("cost_") or name == "income"]

    @property
    def other_fields(self) -> list[Any]:
        """All the others that are seen."""
        return [
            field for field in self.visible_fields() if not (field.name.startswith("cost_") or field.name == "income")
        ]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        told = self.cleaned_data
        return {
            "actor_type": told["actor_type"],
            "city": self.cities.get(told["city"]),
            "place": "" if told["city"] else told["place"],
            "unit": told["unit"],
            "tasks": told["tasks"],
            "costs": {
                name.removeprefix("cost_"): cents or 0 for name, cents in told.items() if name.startswith("cost_")
            },
            "income_cents": told["income"] or 0,
        }


class ChangeForm(forms.Form):
    """A change request: dates, each partner's costs, who leaves, one that joins."""

    reason = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=8000,
        help_text=_("It is decided on by this."),
    )
    starts_on = forms.DateField(label=_("Starts"), widget=DateInput)
    ends_on = forms.DateField(label=_("Ends"), widget=DateInput)

    def __init__(
        self,
        *args: Any,
        application: Application,
        change: ChangeRequest | None = None,
        cities: Sequence[City],
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {"starts_on": application.starts_on, "ends_on": application.ends_on}
        if change is not None:
            initial |= {name: getattr(change, name) for name in ("reason", "starts_on", "ends_on")}
        self.application, self.partners = application, figures.partners_of(application)
        self.allowed = [
            (code, name)
            for code, name in CATEGORIES
            if Category(code) in MODELS[CostModel(application.cost_model)].categories
        ]
        for partner in self.partners:
            told = (change.costs if change else {}).get(str(partner.pk)) or {
                **figures.costs_of(partner),
                "INCOME": partner.income_cents,
            }
            initial |= {
                f"p{partner.pk}_{code}": told.get(code, 0)
                for code in [*(code for code, _name in self.allowed), "INCOME"]
            }
            initial[f"p{partner.pk}_leaves"] = change is not None and str(partner.pk) in change.leaving
        joins = change.joining[0] if change is not None and change.joining else {}
        initial |= {
            f"new_{name}": joins.get(name, "")
            for name in ("name", "business_id", "actor_type", "city", "place", "tasks")
        }
        initial |= {f"new_{code}": joins.get("costs", {}).get(code, 0) for code, _name in self.allowed}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for partner in self.partners:
            for code, name in [*self.allowed, ("INCOME", _("Income"))]:
                self.fields[f"p{partner.pk}_{code}"] = CentsField(label=f"{name}, €", required=False)
            if not partner.is_lead:
                self.fields[f"p{partner.pk}_leaves"] = forms.BooleanField(label=_("Leaves the project"), required=False)
        self.cities = {one.pk: one for one in cities}
        self.fields["new_name"] = forms.CharField(label=_("Name of the organisation"), max_length=200, required=False)
        self.fields["new_business_id"] = forms.CharField(label=_("Business ID"), max_length=20, required=False)
        self.fields["new_actor_type"] = forms.ChoiceField(
            label=_("Kind of organisation"), choices=[("", _("Choose")), *ACTOR_TYPES], required=False
        )
        places = [(ELSEWHERE, _("Elsewhere")), *((one.pk, localized(one.name)[0]) for one in cities)]
        self.fields["new_city"] = forms.ChoiceField(
            label=_("Member city where it works"), choices=places, required=False
        )
        self.fields["new_place"] = forms.CharField(
            label=_("Town, when none of the member cities"), max_length=80, required=False
        )
        self.fields["new_tasks"] = forms.CharField(
            label=_("What it does"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000, required=False
        )
        for code, name in self.allowed:
            self.fields[f"new_{code}"] = CentsField(label=f"{name}, €", required=False)

    @property
    def by_partner(self) -> list[tuple[ApplicationPartner, list[Any]]]:
        """Each partner with its fields."""
        return [(one, [self[name] for name in self.fields if name.startswith(f"p{one.pk}_")]) for one in self.partners]

    @property
    def of_new(self) -> list[Any]:
        """The fields of an organisation that joins."""
        return [self[name] for name in self.fields if name.startswith("new_")]

    @property
    def first_fields(self) -> list[Any]:
        """Why, and the dates."""
        return [self["reason"], self["starts_on"], self["ends_on"]]

    def wish(self) -> Wish:
        """What the verb takes: partners whose costs are as they were aren't in it."""
        told = self.cleaned_data
        costs = {}
        for partner in self.partners:
            own = {
                code: told.get(f"p{partner.pk}_{code}") or 0
                for code in [*(code for code, _name in self.allowed), "INCOME"]
            }
            own = {code: cents for code, cents in own.items() if cents}
            before = {**figures.costs_of(partner), "INCOME": partner.income_cents}
            if own != {code: cents for code, cents in before.items() if cents}:
                costs[str(partner.pk)] = own
        joining = []
        if told["new_name"].strip() or told["new_business_id"].strip():
            body = Body(
                told["new_name"],
                told["new_business_id"],
                told["new_actor_type"],
                self.cities.get(told["new_city"]),
                told["new_place"],
            )
            joining.append((body, told["new_tasks"], {code: told[f"new_{code}"] or 0 for code, _name in self.allowed}))
        leaving = [str(one.pk) for one in self.partners if told.get(f"p{one.pk}_leaves")]
        return Wish(told["reason"], told["starts_on"], told["ends_on"], costs, leaving, joining)


class DecidedForm(forms.Form):
    """Figures that the authority decided by hand, beside the computed ones."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.rows, _found = figures.beside_of(application)
        self.names = {str(one.pk): one.name for one in figures.partners_of(application)}
        kwargs["initial"] = {f"d{one.partner}_{one.source}": one.decided for one in self.rows} | {
            f"r{one.partner}_{one.source}": one.reason for one in self.rows
        }
        super().__init__(*args, **kwargs)
        sources = dict(SOURCES)
        for one in self.rows:
            label = f"{self.names[one.partner]}: {sources[one.source]}"
            self.fields[f"d{one.partner}_{one.source}"] = CentsField(
                label=label, required=False, help_text=_("Computed: %(money)s") % {"money": money(one.computed)}
            )
            self.fields[f"r{one.partner}_{one.source}"] = forms.CharField(
                label=_("Reason, when it differs: %(what)s") % {"what": label}, required=False, max_length=2000
            )

    def decided(self) -> list[Decided]:
        """What the verb takes."""
        return [
            Decided(
                one.partner,
                Source(one.source),
                told if told is not None else one.computed,
                self.cleaned_data[f"r{one.partner}_{one.source}"],
            )
            for one in self.rows
            for told in [self.cleaned_data[f"d{one.partner}_{one.source}"]]
        ]


class GrantForm(forms.Form):
    """What the authority's register says of the decision by which a grant is made."""

    code = forms.RegexField(
        r"^[A-Z][0-9]{5}$", label=_("The project’s code in the register"), help_text=_("Such as A80001.")
    )
    reference = forms.CharField(label=_("Number of the decision"), max_length=60)
    decided_on = forms.DateField(label=_("Day of the decision"), widget=DateInput)
    objective = forms.RegexField(
        r"^[0-9]{1,2}\.[0-9]$", label=_("Specific objective"), required=False, help_text=_("Such as 4.1.")
    )
    conditions_met = forms.BooleanField(label=_("The conditions of the decision are met"), required=False)
