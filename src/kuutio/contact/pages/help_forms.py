"""The forms by which templates and articles are written: a title and a text in each of the three languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.contact.models import Category, Help, HelpVersion
from kuutio.core.language import LANGUAGES
from kuutio.core.problems import Problem


class TextsForm(forms.Form):
    """A title and a text in each language; what is left empty isn't there in that language."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    titled = True

    def __init__(self, *args: Any, version: HelpVersion | None = None, **kwargs: Any) -> None:
        if version is not None:
            texts = {f"title_{code}": text for code, text in version.title.items()}
            texts |= {f"text_{code}": text for code, text in version.text.items()}
            kwargs["initial"] = texts | {"seen": version.number} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        names = dict(settings.LANGUAGES)
        for code in LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title, %(language)s") % {"language": names[code]},
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text, %(language)s") % {"language": names[code]},
                max_length=20_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 6, "lang": code}),
            )

    def texts(self, what: str) -> dict[str, str]:
        """What was written as title or as text, by language."""
        return {code: self.cleaned_data[f"{what}_{code}"] for code in LANGUAGES}

    def refuse(self, problem: Problem) -> None:
        """Show a refusal where it belongs: `/text/sv` beside the Swedish text."""
        for error in problem.errors:
            name = error["pointer"].strip("/").replace("/", "_")
            self.add_error(name if name in self.fields else None, error["detail"])
        if not problem.errors:
            self.add_error(None, str(problem.detail))


class GroupForm(TextsForm):
    """The common text, what it is suggested for, and whether it is in use."""

    categories = forms.ModelMultipleChoiceField(
        label=_("Suggested for"),
        queryset=Category.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: it is found by its words alone."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def codes(self) -> list[str]:
        """The codes of the categories that were chosen."""
        return [category.pk for category in self.cleaned_data["categories"]]


class NewForm(GroupForm):
    """A new template or article."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Help.Kind.choices, widget=forms.RadioSelect)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Letters a–z, digits and hyphens: it is a part of the address."),
    )
    field_order = ("kind", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active"], self.fields["seen"]


class OwnForm(TextsForm):
    """A city's own text."""

    way = forms.ChoiceField(label=_("The city’s own text"), choices=HelpVersion.Way.choices, widget=forms.RadioSelect)
    city = forms.CharField(widget=forms.HiddenInput, max_length=30)
    field_order = ("way",)

    def __init__(self, *args: Any, of: City, version: HelpVersion | None, **kwargs: Any) -> None:
        way = version.way if version else HelpVersion.Way.NONE
        super().__init__(*args, version=version, initial={"city": of.code, "way": way}, prefix=of.code, **kwargs)
        self.of = of
