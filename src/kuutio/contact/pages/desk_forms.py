"""The forms of desks and telephones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kuutio.contact.models import Contact, DeskVisit
from kuutio.contact.pages.forms import CallForm, PhoneField, ReachForm
from kuutio.core.phones import NotAPhone, e164

IDENTIFIED = [one for one in DeskVisit.How.choices if one[0] not in {DeskVisit.How.OPENED, DeskVisit.How.CODE}]


class ByNumber(forms.Form):
    """A case's number and where the resident is."""

    channel = forms.ChoiceField(
        label=_("Where is the resident?"),
        choices=[("phone", _("On the telephone")), ("desk", _("At the service point"))],
        widget=forms.RadioSelect,
        initial="phone",
    )


class CodeForm(ByNumber):
    """Opening by what the resident says."""

    number = forms.CharField(
        label=_("Case number"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    code = forms.CharField(
        label=_("Code that the resident says"),
        max_length=40,
        help_text=_("Nine letters and digits, such as 7F3-K9Q-X9C. It stands in letters and on the page of the case."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("number", "code", "channel")


class IdentityForm(ByNumber):
    """Opening for a resident whom the officer has identified."""

    name = forms.CharField(label=_("Name, as in the document"), max_length=150)
    how = forms.ChoiceField(
        label=_("By what was the resident identified?"), choices=IDENTIFIED, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why isn’t the code used?"), max_length=300, help_text=_("It is kept in the history of the case.")
    )
    number = forms.CharField(label=_("Case number"), max_length=30, required=False)
    address = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=254,
        required=False,
        help_text=_("If the resident doesn’t remember the number: as they gave it when they wrote."),
    )
    field_order = ("name", "how", "reason", "number", "address", "channel")

    def clean_address(self) -> str:
        text = str(self.cleaned_data["address"]).strip()
        if not text or "@" in text:
            return text.lower()
        try:
            return e164(text)
        except NotAPhone as error:
            raise forms.ValidationError(
                _("This doesn’t look like a telephone number, such as 040 123 4567.")
            ) from error

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("number") and not told.get("address") and "address" not in self.errors:
            self.add_error("number", _("Give the case number, or a telephone number or e-mail."))
        return told


class SayForm(forms.Form):
    """What the resident says, written down for them."""

    text = forms.CharField(
        label=_("What the resident says"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class ChangeReachForm(ReachForm):
    """How the resident is told from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allows_anonymous=True, **kwargs)
        for field in ("website", "name"):
            del self.fields[field]


class ProxyForm(forms.Form):
    """Somebody who acts for the resident from now on."""

    name = forms.CharField(label=_("Name of the one who acts"), max_length=150)
    basis = forms.CharField(
        label=_("By what right"),
        max_length=200,
        help_text=_("For example guardian, letter of attorney, or the resident’s own word."),
    )
    phone = PhoneField(label=_("Telephone of the one who acts"))
    email = forms.EmailField(label=_("E-mail of the one who acts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "proxy_%s", **kwargs})

    def contact(self, language: str, at: datetime) -> Contact:
        """The one who acts, not yet kept."""
        told = self.cleaned_data
        return _acting(told["name"], told["email"], told["phone"], language, at)


def _acting(name: str, email: str, phone: str, language: str, at: datetime) -> Contact:
    """Somebody who acts for a resident: told by mail where they have any, else by telephone."""
    preference = "email" if email else "call" if phone else "none"
    return Contact(name=name, email=email.lower(), phone=phone, language=language, preference=preference, created_at=at)


class NewCaseForm(CallForm):
    """A matter that an officer writes down: with a note about the call, somebody who acts for the resident, and consent."""

    note = forms.CharField(
        label=_("Note for officers about the call or visit"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example when to call, or that the resident hears badly. The resident doesn’t see it."),
    )
    links = forms.BooleanField(
        label=_("The resident agrees that their cases in all the cities are shown beside this one"), required=False
    )
    proxy_name = forms.CharField(label=_("Name of the one who acts"), max_length=150, required=False)
    proxy_basis = forms.CharField(
        label=_("By what right"),
        max_length=200,
        required=False,
        help_text=_("For example guardian, letter of attorney, or the resident’s own word."),
    )
    proxy_phone = PhoneField(label=_("Telephone of the one who acts"))
    proxy_email = forms.EmailField(label=_("E-mail of the one who acts"), required=False)

    field_order = (
        *("channel", "language", "category", "text", "city", "address", "preference", "name", "phone", "email"),
        *("postal_address", "note", "links", "proxy_name", "proxy_basis", "proxy_phone", "proxy_email"),
    )

    @property
    def proxy_fields(self) -> list[forms.BoundField]:
        """The fields about somebody who acts for the resident: seldom needed, so they are folded away."""
        return [field for field in self.visible_fields() if field.name.startswith("proxy_")]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """All the others."""
        return [field for field in self.visible_fields() if not field.name.startswith("proxy_")]

    @property
    def is_proxy_told(self) -> bool:
        """Whether something is written there, or wrong."""
        return any(field.value() or field.errors for field in self.proxy_fields)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        said = [told.get(field) for field in ("proxy_name", "proxy_basis", "proxy_phone", "proxy_email")]
        if any(said) and not told.get("proxy_name"):
            self.add_error("proxy_name", _("Tell who acts for the resident."))
        if any(said) and not told.get("proxy_basis"):
            self.add_error("proxy_basis", _("Tell by what right they act."))
        return told

    def proxy(self, at: datetime) -> Contact | None:
        """The one who acts for the resident, not yet kept; None where nobody does."""
        told = self.cleaned_data
        if not told["proxy_name"]:
            return None
        return _acting(told["proxy_name"], told["proxy_email"], told["proxy_phone"], told["language"], at)
