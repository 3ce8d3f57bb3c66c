"""The forms of sources."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation
from kuutio.federation.models import HarvestSource
from kuutio.opendata.vocabularies import LICENCES


class SourceForm(forms.Form):
    """Where a source is, how it is read, and in whose name its data sets are published."""

    title = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("Shown on the page of each data set that comes from here.")
    )
    kind = forms.ChoiceField(label=_("What it speaks"), choices=HarvestSource.Kind.choices)
    address = forms.CharField(
        label=_("Address"),
        max_length=1000,
        help_text=_("Of the site, the catalogue, the service or the list. It begins with https://."),
        widget=forms.URLInput(attrs={"autocomplete": "url", "spellcheck": "false"}),
    )
    publisher = forms.ModelChoiceField(label=_("Publisher"), queryset=Organisation.objects.none())
    rhythm = forms.ChoiceField(label=_("How often"), choices=HarvestSource.Rhythm.choices, initial="daily")
    tables = forms.BooleanField(
        label=_("Bring the tables and layers, and serve their rows here"),
        required=False,
        help_text=_("Otherwise the data sets lead to the files where they are."),
    )
    language = forms.ChoiceField(
        label=_("Language of texts that don’t say theirs"), choices=settings.LANGUAGES, initial="fi"
    )
    licence = forms.ChoiceField(
        label=_("Licence of data sets that name none"),
        required=False,
        choices=[("", "–"), *((code, licence.title) for code, licence in LICENCES.items() if licence.is_open)],
    )
    filter = forms.CharField(
        label=_("Only what fits"),
        required=False,
        max_length=500,
        help_text=_("A filter of a CKAN catalogue, such as organization:helsinki. Empty: everything."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )

    def __init__(self, *arguments: Any, publishers: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["publisher"].queryset = publishers  # type: ignore[attr-defined]  # of the ModelChoiceField above

    def options(self) -> dict[str, Any]:
        """The options of a source, without those that say nothing."""
        said = {word: self.cleaned_data[word] for word in ("filter", "licence", "language", "tables")}
        return {word: value for word, value in said.items() if value}


class ChangeForm(SourceForm):
    """The same for a source that is there; its publisher stays, and it may rest."""

    is_active = forms.BooleanField(
        label=_("Read it by itself"), required=False, help_text=_("Otherwise only when somebody asks for it.")
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        del self.fields["publisher"]


class RemoveForm(forms.Form):
    """What becomes of the data sets when a source is read no more."""

    fate = forms.ChoiceField(
        label=_("What becomes of its data sets?"),
        choices=[("keep", _("They stay, and are kept up by hand")), ("withdraw", _("They are withdrawn"))],
        initial="keep",
        widget=forms.RadioSelect,
    )
