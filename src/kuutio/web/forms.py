"""The forms of a person's own pages."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.cities.keys import SCOPES


class ProfileForm(forms.Form):
    """How a person is called, and the language of their pages and mail."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        help_text=_("Shown to you, and to the officers whom you deal with."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of pages and messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class KeyForm(forms.Form):
    """A new key for a program."""

    name = forms.CharField(
        label=_("What will use the key?"),
        max_length=80,
        help_text=_("A name by which you will know it later, such as: nightly upload of bicycle counts."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may the key do?"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )


class EraseForm(forms.Form):
    """The last question before an account goes."""

    sure = forms.BooleanField(
        label=_("I understand that my account and my keys are erased and can’t be brought back."),
        error_messages={
            "required": _("Tick the box if you want to erase your account. Otherwise go back to your page.")
        },
    )
