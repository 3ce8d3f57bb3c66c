"""The fields of a service's form and of a booking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kuutio.contact.models import ServiceForm
from kuutio.contact.pages.directory import municipalities
from kuutio.contact.pages.forms import PhoneField, ReachForm, answer_of, field_of


class ApplicationForm(ReachForm):
    """Where the applicant lives, the form's own questions, a file, and how they are answered."""

    home = forms.ChoiceField(label=_("Your municipality of residence"))
    text = forms.CharField(
        label=_("What else should we know?"),
        max_length=15_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Don’t write personal identity codes or health information."),
    )

    def __init__(self, *args: Any, service_form: ServiceForm, **kwargs: Any) -> None:
        super().__init__(*args, allows_anonymous=service_form.category.allows_anonymous, **kwargs)
        self.questions = list(service_form.questions.all())
        self.fields["home"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose the municipality")),
            *((row.pk, row.name_here) for row in municipalities()),
        ]
        for question in self.questions:
            self.fields[f"q-{question.code}"] = field_of(question)
        if service_form.takes_files:
            self.fields["file"] = forms.FileField(
                label=_("Attachment"),
                required=False,
                help_text=_(
                    "A picture, a PDF or a text document, at most 25 megabytes. You can add several, one at a time."
                ),
            )
        reach = ("preference", "name", "email", "phone", "postal_address", "website")
        self.order_fields(["home", *(f"q-{one.code}" for one in self.questions), "text", "file", *reach])

    def answers(self) -> dict[str, Any]:
        """The questions with what was answered to each; unanswered ones are left out."""
        return {
            one.code: answer_of(value)
            for one in self.questions
            if (value := self.cleaned_data.get(f"q-{one.code}")) not in (None, "", [])
        }


class BookingForm(forms.Form):
    """Who books a time."""

    slot = forms.CharField(widget=forms.HiddenInput, max_length=40)
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("The time, a link to cancel it and a calendar file come here.")
    )
    phone = PhoneField(label=_("Telephone"))
    note = forms.CharField(
        label=_("What is it about?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Don’t write personal identity codes or health information."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One of the two is needed: neither is marked as something that can be left out.
        self.fields["email"].is_needed = self.fields["phone"].is_needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a booking that leads to nobody."""
        told = super().clean() or {}
        if not self.errors and not (told.get("email") or told.get("phone")):
            self.add_error("email", _("Give your e-mail address or your telephone number."))
        return told
