"""The forms of participation's public pages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.participation.kinds import CONTRIBUTIONS
from kuutio.participation.models import Section
from kuutio.participation.texts import plain_text
from kuutio.ui.wording import localized, number


class SaidField(forms.CharField):
    """A text of people: the browser isn't told the limit, since it would cut a pasted text without a word."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """The text with one way to end a line."""
        return plain_text(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        """Refuse what is too long, in words that say by how much."""
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                _("The text is %(over)s characters too long. Shorten it: nothing has been lost.")
                % {"over": number(len(value) - self.longest)}
            )


class WordsForm(forms.Form):
    """A text with its language and, if one likes, a name."""

    text = SaidField(
        longest=CONTRIBUTIONS["comment"].longest,
        label=_("Your comment"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It is shown to everybody. Don’t write about other people’s private matters."),
    )
    signature = forms.CharField(
        label=_("Name to be shown"),
        required=False,
        max_length=80,
        help_text=_("You may leave it empty: the comment counts the same."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    key = forms.UUIDField(widget=forms.HiddenInput)
    # People leave it empty, since they don't see it; programs that fill in everything don't.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_website(self) -> str:
        """Refuse what only a program fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""


class CommentForm(WordsForm):
    """A comment on a section, or on the whole."""

    section = forms.ChoiceField(label=_("What is it about?"), required=False)
    field_order = ("section", "text", "signature", "language", "key")

    def __init__(self, *args: Any, sections: Sequence[Section], signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = {str(section.pk): section for section in sections}
        choices = [("", _("The whole")), *((pk, localized(row.title)[0]) for pk, row in self.sections.items())]
        self.fields["section"].choices = choices  # type: ignore[attr-defined]
        if not sections:
            del self.fields["section"]
        if signed_in:
            del self.fields["website"]

    def chosen_section(self) -> Section | None:
        """The section that was chosen, None for the whole."""
        return self.sections.get(self.cleaned_data.get("section", ""))


class ReplyForm(WordsForm):
    """An answer to somebody's comment, or a city's official reply."""

    organisation = forms.ChoiceField(label=_("As whom do you answer?"), required=False)
    field_order = ("organisation", "text", "signature", "language", "key")

    def __init__(
        self, *args: Any, organisations: Sequence[Any], may_answer: bool, signed_in: bool, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.organisations = {row.slug: row for row in organisations}
        choices = [
            (row.slug, _("Official reply: %(name)s") % {"name": localized(row.name)[0]}) for row in organisations
        ]
        if may_answer:
            choices.append(("", str(_("As myself"))))
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        if not organisations:
            del self.fields["organisation"]
        if signed_in:
            del self.fields["website"]
