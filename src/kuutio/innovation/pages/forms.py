"""The forms of innovation's public pages: booking, answering, proposing, asking, telling what one thinks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.innovation.actions.answering import LONGEST_SECRET, WORDS
from kuutio.innovation.models import Challenge, Technology, Theme
from kuutio.innovation.pages.fields import EurosField, OrganisationMixin, SaidField


class BookingForm(forms.Form):
    """A time in a testbed and what for."""

    starts_at = forms.ChoiceField(label=_("Begins"))
    slots = forms.IntegerField(
        label=_("So many slots after each other"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("One slot is the shortest booking. Several run on to the next days, nights among them."),
    )
    organisation = forms.CharField(label=_("Firm or group"), max_length=300)
    purpose = SaidField(
        longest=1000,
        label=_("What do you want to try?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The testbed’s keepers read it; it isn’t public."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, times: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].choices = times  # type: ignore[attr-defined]


class QuestionForm(forms.Form):
    """A question on a challenge."""

    text = SaidField(
        longest=1000,
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It becomes public together with its answer, without your name. Don’t write trade secrets."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(OrganisationMixin):
    """A short answer to a challenge. Every part may be empty while it is a draft."""

    field_order = (
        "title",
        "summary",
        "solution",
        "plan",
        "measures",
        "price",
        "cities",
        *OrganisationMixin.ORGANISATION,
    )

    title = SaidField(longest=WORDS["title"], label=_("What do you offer, in one sentence?"))
    summary = SaidField(
        longest=WORDS["summary"],
        label=_("In short"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody can read this if your answer is chosen. At most 1,500 characters."),
    )
    solution = SaidField(
        longest=WORDS["solution"],
        label=_("How does it meet the need?"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Read by those who judge. At most 6,000 characters."),
    )
    plan = SaidField(
        longest=WORDS["plan"],
        required=False,
        label=_("How would you try it?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What is done, when, where and with whom; dismantling included."),
    )
    measures = SaidField(
        longest=WORDS["measures"],
        required=False,
        label=_("By what is its success seen?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    price = EurosField(label=_("Price in euros, without VAT"))
    cities = forms.MultipleChoiceField(
        label=_("In which cities would you try it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    confidential = SaidField(
        longest=LONGEST_SECRET,
        required=False,
        label=_("Confidential part"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Trade secrets. They are kept apart from the rest, are read by those who judge alone and are never published."
        ),
    )
    why = forms.CharField(label=_("Why is it a trade secret?"), required=False, max_length=500)
    language = forms.ChoiceField(label=_("Language of the answer"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(part.city_id, str(part.city)) for part in challenge.parts.select_related("city")]
        if len(choices) < 2:
            del self.fields["cities"]
        else:
            self.fields["cities"].choices = choices  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file to an answer."""

    file = forms.FileField(
        label=_("Attachment"),
        help_text=_("PDF, picture, text or office document, at most 25 megabytes. Read by those who judge alone."),
    )


class ProposalForm(OrganisationMixin):
    """A trial that nobody asked for."""

    field_order = ("title", "summary", "needs", "themes", "technologies", "cities", *OrganisationMixin.ORGANISATION)

    title = SaidField(longest=200, label=_("What would you try, in one sentence?"))
    summary = SaidField(
        longest=4000,
        label=_("What for, and how?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Which need it meets, what is tried and for how long."),
    )
    needs = SaidField(
        longest=4000,
        required=False,
        label=_("What do you need of the city?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A place, data, people who try it, a permit."),
    )
    themes = forms.MultipleChoiceField(label=_("Themes"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple)
    technologies = forms.MultipleChoiceField(
        label=_("Technologies"), choices=Technology.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    cities = forms.ModelMultipleChoiceField(
        label=_("To which cities?"), queryset=City.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    confidential = SaidField(
        longest=LONGEST_SECRET,
        required=False,
        label=_("Confidential part"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Trade secrets. They are kept apart from the rest, are read by the city alone and are never published."
        ),
    )
    why = forms.CharField(label=_("Why is it a trade secret?"), required=False, max_length=500)
    language = forms.ChoiceField(label=_("Language of the proposal"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)


class FeedbackForm(forms.Form):
    """What somebody thinks of a trial."""

    grade = forms.ChoiceField(
        label=_("How has it worked for you?"),
        choices=[(5, _("Very well")), (4, _("Well")), (3, _("So-so")), (2, _("Badly")), (1, _("Very badly"))],
        widget=forms.RadioSelect,
    )
    text = SaidField(
        longest=2000,
        required=False,
        label=_("Tell more, if you like"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The city reads it before everybody can. Your name isn’t asked for."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""
