"""The forms by which somebody tells of a solution, and an officer answers."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kuutio.core.texts import written
from kuutio.innovation.actions.solutions import Needed, Told
from kuutio.innovation.models import Solution, Technology, Theme
from kuutio.innovation.pages.fields import needed
from kuutio.innovation.subjects import Interface
from kuutio.ui.forms import LanguagesTextarea, LanguagesTextInput

ROWS = 6
_APART = re.compile(r"[,;\s]+")
_PAGE_OF_DATASET = re.compile(r"^https?://[^/]+/(?:fi|sv|en)/data/([a-z0-9-]+)/?.*$")


class SolutionForm(forms.Form):
    """A solution with the data that it can't do without, a line for each data set."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = needed(label=_("What is it called?"), widget=LanguagesTextInput)
    text = needed(
        label=_("What does it do, and for whom?"),
        widget=LanguagesTextarea,
        help_text=_("Write it in one language at least. Everybody reads it, so no personal data."),
    )
    maker = forms.CharField(label=_("Who made it?"), max_length=120, help_text=_("A firm, a group or a city."))
    maker_kind = forms.ChoiceField(label=_("What kind of maker is that?"), choices=Solution.Maker.choices)
    home_page = forms.CharField(
        label=_("Address of the service"), max_length=500, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    source_code = forms.CharField(
        label=_("Address of its source code"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    themes = forms.MultipleChoiceField(label=_("Themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple)
    technologies = forms.MultipleChoiceField(
        label=_("Technologies"), choices=Technology.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    interfaces = forms.MultipleChoiceField(
        label=_("By which interfaces does it take its data?"),
        choices=Interface.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    contact = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("For the answer alone. It is never shown, and removed with the answer."),
    )
    # People leave it empty, since they don't see it; programs that fill in everything don't.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, signed_in: bool, solution: Solution | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(solution) if solution else {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        for row in range(ROWS):
            self.fields[f"dataset_{row}"] = forms.CharField(
                label=_("Data set"),
                required=False,
                max_length=300,
                help_text=_("Its name in the catalogue, or the address of its page.") if row == 0 else "",
                widget=forms.TextInput(attrs={"list": "dataset-names", "autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[f"fields_{row}"] = forms.CharField(
                label=_("Fields that it reads"),
                required=False,
                max_length=1000,
                help_text=_("With commas between; empty: any will do.") if row == 0 else "",
                widget=forms.TextInput(attrs={"spellcheck": "false"}),
            )
            self.fields[f"days_{row}"] = forms.IntegerField(
                label=_("How many days old may the data be?"),
                required=False,
                min_value=1,
                max_value=36_500,
                help_text=_("Empty: as its publisher promises.") if row == 0 else "",
            )
            if row:
                self.fields[f"same_{row}"] = forms.BooleanField(
                    label=_("The same data as on the line above, of another city"), required=False
                )
        if signed_in:
            del self.fields["contact"], self.fields["website"]

    def rows(self) -> list[list[forms.BoundField]]:
        """The lines of data sets, as they are laid out."""
        names = ("same", "dataset", "fields", "days")
        return [[self[f"{name}_{row}"] for name in names if f"{name}_{row}" in self.fields] for row in range(ROWS)]

    def others(self) -> list[forms.BoundField]:
        """The fields that aren't in these lines."""
        apart = {field.name for row in self.rows() for field in row}
        return [self[name] for name in self.fields if name not in apart and name not in {"key", "website"}]

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def clean(self) -> None:
        """Refuse a data set that stands on two lines: the second would take the place of the first."""
        super().clean()
        seen: set[str] = set()
        for row in range(ROWS):
            name = self._name(row)
            if name and name in seen:
                self.add_error(f"dataset_{row}", _("Name each data set once: %(name)s.") % {"name": name[:100]})
            seen.add(name)

    def _name(self, row: int) -> str:
        """The data set of a line, whether its name or its page's address was given."""
        return _PAGE_OF_DATASET.sub(r"\1", self.cleaned_data.get(f"dataset_{row}", "").strip())

    def told(self) -> Told:
        """What was told, as the verb takes it."""
        data = self.cleaned_data
        return Told(
            title=written(data["title"]),
            text=written(data["text"]),
            maker=data["maker"],
            maker_kind=data["maker_kind"],
            home_page=data["home_page"],
            source_code=data["source_code"],
            themes=data["themes"],
            technologies=data["technologies"],
            interfaces=data["interfaces"],
            needs=self._needs(),
        )

    def _needs(self) -> list[Needed]:
        found: list[tuple[dict[str, list[str]], int | None]] = []
        for row in range(ROWS):
            name = self._name(row)
            if not name:
                continue
            fields = [word for word in _APART.split(self.cleaned_data.get(f"fields_{row}", "")) if word]
            days = self.cleaned_data.get(f"days_{row}")
            if found and self.cleaned_data.get(f"same_{row}"):
                found[-1][0][name] = fields
            else:
                found.append(({name: fields}, days))
        return [Needed(datasets, days) for datasets, days in found]

    def place(self, number: int) -> str:
        """The field of a need, by its number among the needs, for what is wrong with it."""
        seen = -1
        for row in range(ROWS):
            if self.cleaned_data.get(f"dataset_{row}", "").strip():
                seen += not (seen >= 0 and self.cleaned_data.get(f"same_{row}"))
                if seen == number:
                    return f"dataset_{row}"
        return "dataset_0"


def _initial(solution: Solution) -> dict[str, Any]:
    names = ("key", "title", "text", "maker", "maker_kind", "home_page", "source_code", "themes", "technologies")
    found = {name: getattr(solution, name) for name in (*names, "interfaces")}
    row = 0
    for need in solution.needs.all():
        for place, one in enumerate(need.datasets.all()):
            if row < ROWS:
                found |= {f"dataset_{row}": one.name, f"fields_{row}": ", ".join(one.fields)}
                found |= {f"days_{row}": need.most_days, f"same_{row}": place > 0}
            row += 1
    return found


class DecideForm(forms.Form):
    """An officer's answer."""

    verdict = forms.ChoiceField(choices=[("publish", ""), ("decline", "")])
    reason = forms.CharField(
        label=_("Why isn’t it published?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Its maker reads this. Say what would have to be mended."),
    )
