"""The forms of participation's public pages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kuutio.participation import corners, shapes
from kuutio.participation.kinds import CONTRIBUTIONS
from kuutio.participation.models import Section
from kuutio.participation.texts import plain_text
from kuutio.ui.wording import localized, number


@dataclass(frozen=True, slots=True)
class Topic:
    """A section or a paragraph of it, to be commented on.

    Attributes:
        code: `12`, or `12-3` for the third paragraph.
    """

    section: Section
    label: str
    paragraph: int | None = None
    quote: str = ""

    @property
    def code(self) -> str:
        """What stands in the form and in addresses."""
        return f"{self.section.pk}-{self.paragraph}" if self.paragraph else str(self.section.pk)


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


SHAPES = (("point", _("A point")), ("line", _("A line, such as a path")), ("area", _("An area")))


class CommentForm(WordsForm):
    """A comment on the whole, on a section or on one of its paragraphs; with a place where the stage takes one."""

    about = forms.ChoiceField(label=_("What do you comment on?"), required=False)
    place = forms.CharField(
        label=_("Place in words"),
        required=False,
        max_length=200,
        help_text=_("An address, a crossing or the name of a place. It is shown with the comment."),
    )
    shape = forms.ChoiceField(
        label=_("What do you mark?"), required=False, choices=SHAPES, widget=forms.RadioSelect, initial="point"
    )
    corners = forms.CharField(
        label=_("Coordinates"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"}),
        help_text=_("You need not write them: the map does. One corner a line, such as 60.1708, 24.9414."),
    )
    field_order = ("about", "text", "place", "shape", "corners", "signature", "language", "key")

    def __init__(
        self, *args: Any, topics: Sequence[Topic], places: frozenset[str], signed_in: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {topic.code: topic for topic in topics}
        choices = [("", _("The whole")), *((topic.code, topic.label) for topic in topics)]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if not topics:
            del self.fields["about"]
        kinds = [one for one in SHAPES if one[0] in places]
        self.fields["shape"].choices = kinds  # type: ignore[attr-defined]
        for name in ("place", "shape", "corners") if not places else ("shape",) if len(kinds) == 1 else ():
            del self.fields[name]
        self.places = places
        if signed_in:
            del self.fields["website"]

    def topic(self) -> Topic | None:
        """What the comment is about, None for the whole."""
        return self.topics.get(self.cleaned_data.get("about", ""))

    def clean(self) -> dict[str, Any]:
        """The corners read as a shape, `geometry`."""
        told = super().clean() or {}
        told["geometry"] = None
        if "corners" not in self.fields:
            return told
        kind = told.get("shape") or "point"
        try:
            told["geometry"] = corners.read(kind, told.get("corners", ""))
        except corners.NoCorners as error:
            said = (
                _("Line %(line)s isn’t a position. Write it as 60.1708, 24.9414.") % {"line": error.line}
                if error.line
                else {
                    "point": _("A point has one line of coordinates."),
                    "line": _("A line has two corners at least."),
                    "area": _("An area has three corners at least."),
                }[kind]
            )
            self.add_error("corners", said)
        except shapes.NoShape:
            self.add_error("corners", _("The place isn’t in Finland, or its edge crosses itself."))
        return told


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
