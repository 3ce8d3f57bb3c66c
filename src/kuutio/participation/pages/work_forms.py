"""The forms by which officers make a process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City
from kuutio.participation import shapes
from kuutio.participation.actions.processes import Decision
from kuutio.participation.kinds import STAGES, Option
from kuutio.participation.models import Milestone, Process, Section, Stage
from kuutio.participation.texts import written
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import localized


def needed(**words: Any) -> Any:
    """A text that must be written in one language at least: its form doesn't say that it may be left out."""
    field = I18nFormField(**words)
    field.is_needed = True
    return field


class PlanInput(forms.Textarea):
    """A plan to be drawn on the map; its GeoJSON below can be written or pasted as well.

    Attributes:
        bounds: `west,south,east,north` that the map begins with; "" for all of Finland.
    """

    bounds = ""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 4, "spellcheck": "false", "class": "code"})

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The text field with the map before it."""
        field = super().render(name, value, attrs, renderer)
        told = {"field": field, "id": (attrs or {}).get("id", name), "draw_bounds": self.bounds}
        return SafeString(render_to_string("participation/work/plan.html", told))


class ShapeField(forms.CharField):
    """A shape on the map as GeoJSON, kept as WKB; None for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=200_000,
            widget=PlanInput,
            help_text=_("Draw it, or paste it as GeoJSON in degrees (WGS 84) from a program for maps."),
            **kwargs,
        )

    def begin_at(self, process: Process, kept: bytes | memoryview | None) -> None:
        """Let the map begin with what is there, else with the process's place, else with its owner's city."""
        widget: Any = self.widget
        widget.bounds = shapes.bounds_near(process, kept)

    def prepare_value(self, value: Any) -> Any:
        """What is kept, as it is written."""
        return json.dumps(shapes.geometry_of(value)) if isinstance(value, bytes | memoryview) else value

    def clean(self, value: Any) -> Any:
        """The shape as it is kept."""
        try:
            return shapes.read(super().clean(value) or "")
        except shapes.NoShape as error:
            raise forms.ValidationError(_("This isn’t a place in Finland as GeoJSON.")) from error


class MomentField(forms.DateTimeField):
    """A day and a time of day on a Finnish clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class BeginForm(forms.Form):
    """A new process: whose it is, what it is called."""

    owner = forms.ModelChoiceField(label=_("The city that owns it"), queryset=City.objects.none())
    cities = forms.ModelMultipleChoiceField(
        label=_("Other cities that take part"),
        queryset=City.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their officers can write in it; the owner publishes and closes it."),
    )
    title = needed(label=_("Title"), widget=LanguagesTextInput)
    theme = forms.ChoiceField(label=_("Theme"), choices=Process.Theme.choices)

    def __init__(self, *args: Any, own: Sequence[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = City.objects.filter(pk__in=[city.pk for city in own])
        field.empty_label = None


class TextsForm(forms.Form):
    """What is said of a process, and who takes part."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    summary = I18nFormField(label=_("Summary"), widget=LanguagesTextarea, required=False)
    plain_summary = I18nFormField(
        label=_("Summary in plain language"),
        widget=LanguagesTextarea,
        required=False,
        help_text=_("Short sentences and everyday words: what is asked, of whom, until when, what comes of it."),
    )
    description = I18nFormField(label=_("Description"), widget=LanguagesTextarea, required=False)
    theme = forms.ChoiceField(label=_("Theme"), choices=Process.Theme.choices)
    place = I18nFormField(label=_("Name of the place"), widget=LanguagesTextInput, required=False)
    area = ShapeField(label=_("Place on the map"))
    contact = I18nFormField(
        label=_("Who answers questions"),
        widget=LanguagesTextarea,
        required=False,
        help_text=_("A role and its address, not a person."),
    )
    cities = forms.ModelMultipleChoiceField(
        label=_("Other cities that take part"),
        queryset=City.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, process: Process, may_decide: bool, **kwargs: Any) -> None:
        names = ("title", "summary", "plain_summary", "description", "theme", "place", "area", "contact")
        initial = {name: getattr(process, name) for name in names}
        others = City.objects.exclude(pk=process.owner_id)
        initial["cities"] = others.filter(processes=process)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.begin_at(process, process.area)
        field: Any = self.fields["cities"]
        field.queryset = others
        if not may_decide:
            del self.fields["cities"]


def option_name(option: Option) -> str:
    """The name of an option's field."""
    return f"option_{option.name}"


def option_field(option: Option) -> forms.Field:
    """The field that asks for an option of a stage."""
    words: dict[str, Any] = {"label": option.label, "help_text": option.hint, "required": False}
    match option.default:
        case bool():
            return forms.BooleanField(initial=option.default, **words)
        case int():
            words |= {"min_value": option.least, "max_value": option.most, "initial": option.default}
            return forms.IntegerField(**(words | {"required": True}))
        case str():
            return forms.ChoiceField(
                choices=option.choices, initial=option.default, widget=forms.RadioSelect, **(words | {"required": True})
            )
    return forms.MultipleChoiceField(
        choices=option.choices, initial=option.default, widget=forms.CheckboxSelectMultiple, **words
    )


class StageForm(forms.Form):
    """A stage's times and texts, and the options of its kind."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    text = I18nFormField(label=_("What happens and what is asked"), widget=LanguagesTextarea, required=False)
    opens_at = MomentField(label=_("Opens"))
    closes_at = MomentField(label=_("Closes"), help_text=_("At this moment it is over."))
    identification = forms.ChoiceField(
        label=_("Who takes part"),
        choices=Stage.Identification.choices,
        widget=forms.RadioSelect,
        initial=Stage.Identification.REGISTERED,
    )

    def __init__(self, *args: Any, kind: str, stage: Stage | None = None, **kwargs: Any) -> None:
        if stage is not None:
            names = ("title", "text", "opens_at", "closes_at", "identification")
            initial = {name: getattr(stage, name) for name in names}
            initial |= {f"option_{name}": value for name, value in stage.settings.items()}
            kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.kind = STAGES[kind]
        for option in self.kind.options:
            self.fields[option_name(option)] = option_field(option)
        if not self.kind.allows:
            del self.fields["identification"]

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        told = self.cleaned_data
        return {
            "title": written(told["title"]),
            "text": written(told["text"]),
            "opens_at": told["opens_at"],
            "closes_at": told["closes_at"],
            "identification": told.get("identification", Stage.Identification.OPEN),
            "settings": {option.name: told[option_name(option)] for option in self.kind.options},
        }


class SectionForm(forms.Form):
    """A part of the city's text."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    text = I18nFormField(
        label=_("Text"),
        widget=LanguagesTextarea,
        required=False,
        help_text=_("An empty line ends a paragraph. Each paragraph can be commented on by itself."),
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=Section.Kind.choices, initial=Section.Kind.PART)
    stage = forms.ModelChoiceField(
        label=_("In which stage is it commented on?"),
        queryset=Stage.objects.none(),
        required=False,
        empty_label=_("It belongs to the whole process"),
    )
    geometry = ShapeField(label=_("Plan on the map"))

    def __init__(self, *args: Any, process: Process, section: Section | None = None, **kwargs: Any) -> None:
        if section is not None:
            names = ("title", "text", "kind", "stage", "geometry")
            kwargs["initial"] = {name: getattr(section, name) for name in names}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stage"]
        field.queryset = process.stages.all()
        geometry: Any = self.fields["geometry"]
        geometry.begin_at(process, section.geometry if section is not None else None)
        field.label_from_instance = lambda row: localized(row.title)[0]

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        told = self.cleaned_data
        return {**told, "title": written(told["title"]), "text": written(told["text"])}


class MilestoneForm(forms.Form):
    """A day on the way."""

    title = needed(label=_("What happens"), widget=LanguagesTextInput)
    planned_on = forms.DateField(label=_("Planned for"), widget=DateInput)
    reached_on = forms.DateField(label=_("Happened on"), widget=DateInput, required=False)

    def __init__(self, *args: Any, milestone: Milestone | None = None, **kwargs: Any) -> None:
        if milestone is not None:
            kwargs["initial"] = {name: getattr(milestone, name) for name in ("title", "planned_on", "reached_on")}
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """What the verbs take."""
        return {**self.cleaned_data, "title": written(self.cleaned_data["title"])}


class OutcomeForm(forms.Form):
    """What was decided, and why."""

    decided = needed(
        label=_("What was decided"), widget=LanguagesTextarea, help_text=_("In plain words, for those who took part.")
    )
    why = needed(
        label=_("Why"),
        widget=LanguagesTextarea,
        help_text=_("What of what people said was taken in, what wasn’t, and for which reason."),
    )
    decided_by = I18nFormField(label=_("Who decided"), widget=LanguagesTextInput, required=False)
    decided_on = forms.DateField(label=_("Day of the decision"), widget=DateInput)
    reference = forms.CharField(label=_("Number in the city’s register"), max_length=80, required=False)
    link = forms.URLField(label=_("Address of the minutes"), max_length=1000, required=False, assume_scheme="https")

    def decision(self) -> Decision:
        """What the verb takes."""
        told = self.cleaned_data
        return Decision(
            decided=written(told["decided"]),
            why=written(told["why"]),
            decided_on=told["decided_on"],
            decided_by=written(told["decided_by"]),
            reference=told["reference"],
            link=told["link"],
        )


class CityLanguagesForm(forms.Form):
    """In which languages a city's processes must be written."""

    languages = forms.MultipleChoiceField(choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple)
    city = forms.CharField(widget=forms.HiddenInput, max_length=30)

    def __init__(self, *args: Any, of: City, chosen: Sequence[str], **kwargs: Any) -> None:
        kwargs |= {"prefix": of.pk, "initial": {"languages": list(chosen), "city": of.pk}}
        super().__init__(*args, **kwargs)
        self.of = of
        self.fields["languages"].label = localized(of.name)[0]
