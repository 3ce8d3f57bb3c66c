"""How Django's forms look here: one renderer, set in the settings, so that `{{ form }}` and `{{ form.name.as_field_group }}`
give our fields with label, hint, error and the summary of errors on top.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from i18nfield.forms import I18nTextarea, I18nTextInput, I18nWidget


class Renderer(TemplatesSetting):
    """Forms through the project's own templates."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"


class DateInput(forms.DateInput):
    """The browser's own date picker; it wants and gives ISO dates in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class _Languages(I18nWidget):  # type: ignore[misc]  # i18nfield has no types
    """One text in three languages: a row for each, with its language as the label."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        values = value if isinstance(value, list) else self.decompress(value)
        attrs = self.build_attrs(attrs or {})
        rows = []
        for position, (language, widget) in enumerate(zip(self.locales, self.widgets, strict=True)):
            id_ = f"{attrs.get('id', name)}_{position}"
            own = {**attrs, "id": id_, "class": "hds-text-input__input", "lang": language}
            own.pop("required", None)  # one language is enough
            text = widget.render(f"{name}_{position}", values[position], own, renderer)
            rows.append({"id": id_, "language": language, "name": dict(settings.LANGUAGES)[language], "control": text})
        return SafeString(render_to_string("ui/widgets/languages.html", {"rows": rows}))

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class LanguagesTextInput(_Languages, I18nTextInput):  # type: ignore[misc]
    """A short text in three languages."""


class LanguagesTextarea(_Languages, I18nTextarea):  # type: ignore[misc]
    """A long text in three languages."""


def kind_of(field: BoundField) -> str:
    """Which pattern of our field templates a form field follows."""
    widget = field.field.widget
    if isinstance(widget, I18nWidget):
        return "languages"
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "group"
    return "text"
