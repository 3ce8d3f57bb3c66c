"""The form of a data set's description."""

from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.core.problems import Problem
from kuutio.opendata.engine.contract import parse_declared
from kuutio.opendata.models import Dataset, Distribution
from kuutio.opendata.vocabularies import FREQUENCIES, HVD_CATEGORIES, LICENCES, THEMES, format_of
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput

_PLAIN = (
    "title",
    "notes",
    "themes",
    "licence",
    "rights",
    "access",
    "frequency",
    "temporal_start",
    "temporal_end",
    "contact_name",
    "contact_email",
    "contact_page",
    "landing_page",
    "author",
    "author_email",
    "version",
    "project",
    "valid_from",
    "valid_till",
    "hvd_category",
    "collection_type",
    "provenance",
)


_OFFERED = frozenset(code for code, _name in settings.LANGUAGES)


class DescriptionForm(forms.Form):
    """What is said of a data set, in three languages where it is text."""

    title = I18nFormField(label=_("Title"), widget=LanguagesTextInput)
    notes = I18nFormField(label=_("Description"), widget=LanguagesTextarea, required=False)
    themes = forms.MultipleChoiceField(
        label=_("Themes"), choices=list(THEMES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    licence = forms.ChoiceField(
        label=_("Licence"), required=False, choices=[("", "–"), *((code, one.title) for code, one in LICENCES.items())]
    )
    rights = I18nFormField(label=_("What else to know of rights"), widget=LanguagesTextInput, required=False)
    access = forms.ChoiceField(label=_("Who may use the data"), choices=Dataset.Access.choices)
    frequency = forms.ChoiceField(
        label=_("Update frequency"), required=False, choices=[("", "–"), *FREQUENCIES.items()]
    )
    coverage = forms.CharField(
        label=_("Municipalities that the data cover"),
        required=False,
        max_length=2000,
        help_text=_("Codes or names, separated by commas: 091, 049."),
    )
    temporal_start = forms.DateField(label=_("First day that the data cover"), required=False, widget=DateInput)
    temporal_end = forms.DateField(label=_("Last day that the data cover"), required=False, widget=DateInput)
    contact_name = forms.CharField(label=_("Who answers questions"), required=False, max_length=200)
    contact_email = forms.EmailField(
        label=_("E-mail address for questions"), required=False, help_text=_("Of a role, not of a person.")
    )
    contact_page = forms.URLField(label=_("Page for questions"), required=False, max_length=500, assume_scheme="https")
    landing_page = forms.URLField(
        label=_("Page about the data"), required=False, max_length=1000, assume_scheme="https"
    )
    external_urls = forms.CharField(
        label=_("More pages about the data"),
        required=False,
        max_length=10_000,
        help_text=_("One address a line."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    author = forms.CharField(label=_("Who made the data"), required=False, max_length=200)
    author_email = forms.EmailField(label=_("E-mail address of who made them"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages of the data"),
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.CharField(label=_("Version"), required=False, max_length=60)
    project = forms.CharField(
        label=_("Project"), required=False, max_length=60, help_text=_("The code of the project that made the data.")
    )
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=DateInput)
    valid_till = forms.DateField(label=_("Valid until"), required=False, widget=DateInput)
    hvd_category = forms.ChoiceField(
        label=_("Category of high-value data"),
        required=False,
        choices=[("", "–"), *HVD_CATEGORIES.items()],
        help_text=_("For data that Regulation (EU) 2023/138 names."),
    )
    collection_type = forms.ChoiceField(
        label=_("Kind of entry"),
        required=False,
        choices=[("open-data", _("Open data")), ("interoperability-tools", _("Interoperability tool"))],
    )
    provenance = I18nFormField(label=_("Where the data come from"), widget=LanguagesTextarea, required=False)
    contract = forms.CharField(
        label=_("Contract (YAML)"),
        required=False,
        max_length=100_000,
        help_text=_(
            "What you promise of the columns, the key, the number of rows and how often it is updated. A version that "
            "breaks it waits for your decision."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "code"}),
    )

    def __init__(self, data: Any = None, *, dataset: Dataset) -> None:
        super().__init__(data, initial=initial(dataset))
        self.dataset = dataset
        kinds: Any = self.fields["collection_type"]
        if dataset.collection_type not in dict(kinds.choices):
            kinds.choices = [*kinds.choices, (dataset.collection_type, dataset.collection_type)]
        for code, name in settings.LANGUAGES:
            self.fields[f"keywords_{code}"] = forms.CharField(
                label=_("Keywords: %(language)s") % {"language": name},
                required=False,
                max_length=2000,
                help_text=_("Separated by commas."),
                widget=forms.TextInput(attrs={"lang": code}),
            )
        words = [f"keywords_{code}" for code, _name in settings.LANGUAGES]
        self.order_fields(["title", "notes", *words])

    def clean_contract(self) -> dict[str, Any]:
        """The contract as JSON values; each of its faults is an error of the field."""
        text = self.cleaned_data["contract"].strip()
        if not text:
            return {}
        try:
            said = yaml.safe_load(text)
            parse_declared(said)
        except yaml.YAMLError as error:
            raise forms.ValidationError(_("This isn’t valid YAML: %(why)s") % {"why": error}) from error
        except Problem as problem:
            raise forms.ValidationError(
                [f"{one.get('pointer') or '/'}: {one['detail']}" for one in problem.errors] or [str(problem.detail)]
            ) from problem
        return dict(said)

    def clean(self) -> dict[str, Any]:
        """The time covered has its days in order."""
        said = super().clean() or {}
        first, last = said.get("temporal_start"), said.get("temporal_end")
        if first and last and last < first:
            self.add_error("temporal_end", _("The last day is before the first."))
        begins, ends = said.get("valid_from"), said.get("valid_till")
        if begins and ends and ends < begins:
            self.add_error("valid_till", _("The last day is before the first."))
        return said

    def changes(self) -> dict[str, Any]:
        """What was said, as `change_dataset` takes it."""
        said = self.cleaned_data
        words = {code: _words(said[f"keywords_{code}"]) for code, _name in settings.LANGUAGES}
        found = {name: said[name] for name in _PLAIN}
        return found | {
            "keywords": words,
            "coverage": _words(said["coverage"]),
            "contract": said["contract"],
            "collection_type": said["collection_type"] or self.dataset.collection_type,
            "external_urls": list(dict.fromkeys(said["external_urls"].split())),
            # Languages that the form has no box for stay: another catalogue named them.
            "languages": [*(one for one in self.dataset.languages if one not in _OFFERED), *said["languages"]],
        }


def initial(dataset: Dataset) -> dict[str, Any]:
    """A data set as the form shows it."""
    found = {name: getattr(dataset, name) for name in _PLAIN}
    words = {f"keywords_{code}": ", ".join(dataset.keywords.get(code, [])) for code, _name in settings.LANGUAGES}
    contract = yaml.safe_dump(dataset.contract, allow_unicode=True, sort_keys=False) if dataset.contract else ""
    more = {"external_urls": "\n".join(dataset.external_urls), "languages": dataset.languages}
    return found | words | more | {"coverage": ", ".join(dataset.coverage), "contract": contract}


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word for one in text.split(",") if (word := one.strip())))


class DistributionForm(forms.Form):
    """What is said of a table, a file or an address of a data set."""

    url = forms.URLField(
        label=_("Address"),
        max_length=2000,
        assume_scheme="https",
        help_text=_("Of a file, an interface or a page elsewhere."),
    )
    title = I18nFormField(label=_("Title"), widget=LanguagesTextInput, required=False)
    notes = I18nFormField(label=_("Description"), widget=LanguagesTextarea, required=False)
    format = forms.CharField(label=_("Format"), required=False, max_length=60, help_text=_("Such as CSV, WFS or PDF."))
    media_type = forms.CharField(
        label=_("Media type"),
        required=False,
        max_length=120,
        help_text=_("Such as text/csv; found by the format if empty."),
    )
    position = forms.IntegerField(
        label=_("Place among the others"), min_value=0, max_value=100_000, help_text=_("0 is the first.")
    )

    def __init__(self, data: Any = None, *, distribution: Distribution | None, position: int = 0) -> None:
        names = ("url", "title", "notes", "format", "media_type", "position")
        shown = {name: getattr(distribution, name) for name in names} if distribution else {"position": position}
        super().__init__(data, initial=shown)
        if distribution and distribution.kind != Distribution.Kind.LINK:
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Where the original is, if it is elsewhere.")

    def changes(self) -> dict[str, Any]:
        """What was said, as `add_distribution` and `change_distribution` take it."""
        said = dict(self.cleaned_data)
        known = format_of(said["format"])
        return said | {"media_type": said["media_type"] or (known.media_type if known else "")}
