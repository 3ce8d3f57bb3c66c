"""The forms of calls: the office's, and the short ones of the public pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from i18nfield.forms import I18nFormField

from kuutio.cities.models import City
from kuutio.core.language import LANGUAGES
from kuutio.core.money import NotMoney, parse, plain
from kuutio.core.when import HELSINKI
from kuutio.programme.models import Call, Programme, ProjectKind, Spearhead
from kuutio.programme.models.applications import COST_MODELS
from kuutio.programme.questions import LONGEST_ANSWER
from kuutio.programme.written import written
from kuutio.ui.forms import DateInput, LanguagesTextarea, LanguagesTextInput
from kuutio.ui.wording import language, localized


def needed(**words: Any) -> Any:
    """A text that must be written in one language at least: its form doesn't say that it may be left out."""
    field = I18nFormField(**words)
    field.is_needed = True
    return field


class MomentField(forms.DateTimeField):
    """A day and a time of day on a Finnish clock."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
        formats = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
        super().__init__(widget=widget, input_formats=formats, **kwargs)


class CentsField(forms.CharField):
    """An amount of euros as people write it, kept as cents; empty is none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num", "autocomplete": "off"})
        )
        super().__init__(max_length=40, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Cents as they are written in the reader's language."""
        if isinstance(value, int):
            return plain(value) if language() == "en" else plain(value).replace(".", ",")
        return value

    def clean(self, value: Any) -> Any:
        """The amount in cents."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text, language())
        except NotMoney as error:
            raise forms.ValidationError(_("This isn’t an amount of euros, such as 1 234,50.")) from error


class PercentField(forms.DecimalField):
    """A share in per cent, kept in hundredths of a per cent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Hundredths of a per cent as per cent."""
        return f"{value / 100:g}" if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The share in hundredths of a per cent."""
        found = super().clean(value)
        return None if found is None else int(found * 100)


class DaysField(forms.CharField):
    """Days and times, one on each line: `29.3.2027 16.15`."""

    def clean(self, value: Any) -> Any:
        """The moments in their order."""
        found: list[datetime] = []
        for line in (super().clean(value) or "").splitlines():
            text = line.strip().replace(".", "-", 2) if line.count(".") >= 2 else line.strip()
            if not text:
                continue
            for form in ("%d-%m-%Y %H.%M.%S", "%d-%m-%Y %H.%M", "%d-%m-%Y %H:%M", "%Y-%m-%d %H:%M"):
                try:
                    found.append(datetime.strptime(text, form).replace(tzinfo=HELSINKI))
                    break
                except ValueError:
                    continue
            else:
                raise forms.ValidationError(
                    _("%(line)s isn’t a day and a time such as 29.3.2027 16.15.") % {"line": line[:40]}
                )
        return sorted(found)


class CriteriaField(forms.CharField):
    """Criteria, one on each line: weight, then its name in Finnish, Swedish and English between bars."""

    def prepare_value(self, value: Any) -> Any:
        """What is kept, a line each."""
        if isinstance(value, list):
            return "\n".join(
                " | ".join([str(one["weight"]), *(one["name"].get(code, "") for code in LANGUAGES)]) for one in value
            )
        return value

    def clean(self, value: Any) -> Any:
        """The criteria as they are kept."""
        found: list[dict[str, Any]] = []
        for at, line in enumerate((super().clean(value) or "").splitlines(), 1):
            if not line.strip():
                continue
            weight, *names = (part.strip() for part in line.split("|"))
            told = {code: name[:300] for code, name in zip(LANGUAGES, names, strict=False) if name}
            fits = weight.isdecimal() and len(weight) <= 3 and 1 <= int(weight) <= 100
            if not fits or not told or len(names) > 3:
                raise forms.ValidationError(
                    _("Line %(at)s: write the weight, then the name in Finnish, Swedish and English between bars.")
                    % {"at": at}
                )
            found.append({"key": f"c{len(found) + 1}", "name": told, "weight": int(weight)})
        return found


class ChoicesField(forms.CharField):
    """Choices of an answer, one on each line: in Finnish, Swedish and English between bars."""

    def prepare_value(self, value: Any) -> Any:
        """What is kept, a line each."""
        if isinstance(value, list):
            return "\n".join(" | ".join(one["text"].get(code, "") for code in LANGUAGES) for one in value)
        return value

    def clean(self, value: Any) -> Any:
        """The choices as they are kept."""
        found: list[dict[str, Any]] = []
        for at, line in enumerate((super().clean(value) or "").splitlines(), 1):
            if not line.strip():
                continue
            words = [part.strip() for part in line.split("|")]
            told = {code: text[:300] for code, text in zip(LANGUAGES, words, strict=False) if text}
            if not told or len(words) > len(LANGUAGES):
                raise forms.ValidationError(
                    _("Line %(at)s: write the choice in Finnish, Swedish and English between bars.") % {"at": at}
                )
            found.append({"key": f"a{len(found) + 1}", "text": told})
        return found


QUESTION_KINDS = [
    ("text", _("With words")),
    ("number", _("With a number")),
    ("yes-no", _("Yes or no")),
    ("choice", _("By choosing one of the choices")),
]


def _new_key() -> str:
    return f"q{uuid.uuid4().hex[:8]}"


class QuestionForm(forms.Form):
    """A question of a call's own; its key is made with the empty form, so that a form sent twice asks one question."""

    text = needed(
        label=_("The question"), widget=LanguagesTextInput, help_text=_("In Finnish or Swedish, and in English.")
    )
    kind = forms.ChoiceField(
        label=_("How it is answered"),
        choices=QUESTION_KINDS,
        widget=forms.RadioSelect,
        initial="text",
    )
    needed = forms.BooleanField(label=_("It must be answered before the application is sent"), required=False)
    choices = ChoicesField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line: Finnish | Swedish | English. From 2 to 20 choices."),
    )
    longest = forms.IntegerField(
        label=_("Longest answer, characters"), min_value=1, max_value=LONGEST_ANSWER, initial=1000, required=False
    )
    key = forms.RegexField(r"^q[0-9a-f]{8}$", widget=forms.HiddenInput, initial=_new_key)

    def __init__(self, *args: Any, known: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.known = known
        kwargs["initial"] = dict(known or {})
        super().__init__(*args, **kwargs)
        if known is not None:
            del self.fields["key"]

    def question(self) -> dict[str, Any]:
        """The question as the verb takes it."""
        told = self.cleaned_data
        key = self.known["key"] if self.known else told["key"]
        row = {"key": key, "kind": told["kind"], "text": written(told["text"]), "needed": told["needed"]}
        if told["kind"] == "text":
            row["longest"] = told["longest"]
        if told["kind"] == "choice":
            row["choices"] = told["choices"]
        return row


class CallForm(forms.Form):
    """A call that nobody has seen yet."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    shape = forms.ChoiceField(label=_("How one applies"), choices=Call.Shape.choices, widget=forms.RadioSelect)
    fund = forms.ChoiceField(label=_("Fund"), choices=Call.Fund.choices, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("What is applied for"),
        choices=[choice for choice in ProjectKind.choices if choice[0] != "office"],
        widget=forms.RadioSelect,
    )
    spearheads = forms.ModelMultipleChoiceField(
        label=_("Which spearheads the projects support"),
        queryset=Spearhead.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    summary = I18nFormField(label=_("Summary"), widget=LanguagesTextarea, required=False)
    text = I18nFormField(label=_("Text of the call"), widget=LanguagesTextarea, required=False)
    opens_at = MomentField(label=_("Opens"), required=False)
    ideas_close_at = MomentField(
        label=_("Ideas close"), required=False, help_text=_("Of two stages: the last second for an idea.")
    )
    closes_at = MomentField(
        label=_("Closes"),
        required=False,
        help_text=_("The last second in which an application is in time, by this server’s clock."),
    )
    cutoffs = DaysField(
        label=_("Cut-off days"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Of a continuous call: one on each line, such as 29.3.2027 16.15; the last one is when it closes."),
    )  # fmt: skip
    earliest_start = forms.DateField(label=_("Projects start at the earliest"), widget=DateInput, required=False)
    latest_end = forms.DateField(label=_("Projects end at the latest"), widget=DateInput, required=False)
    max_months = forms.IntegerField(label=_("Longest project, months"), min_value=1, max_value=120, initial=36)
    spearhead_months = forms.IntegerField(
        label=_("A spearhead’s planned length, months"), min_value=1, max_value=120, required=False
    )
    budget_cents = CentsField(label=_("Money to share out, euros"), required=False)
    max_support_bp = PercentField(label=_("Support at most, per cent of net costs"), initial=6700)
    eu_bp = PercentField(label=_("Of it from the EU, per cent of net costs"), initial=5000)
    cost_models = forms.MultipleChoiceField(
        label=_("Cost models"), choices=COST_MODELS, widget=forms.CheckboxSelectMultiple
    )
    lump_ceiling_cents = CentsField(label=_("A lump sum at most, euros"), required=False)
    threshold = forms.IntegerField(label=_("Points of 100 that are fundable"), min_value=0, max_value=100, initial=50)
    criteria = CriteriaField(
        label=_("Selection criteria"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One on each line: weight | Finnish | Swedish | English. The weights are 100 together."),
    )  # fmt: skip
    contact = I18nFormField(
        label=_("Who answers"),
        widget=LanguagesTextInput,
        required=False,
        help_text=_("A role and its address, not a person."),
    )

    def __init__(self, *args: Any, programme: Programme, call: Call | None = None, **kwargs: Any) -> None:
        if call is not None:
            names = [name for name in self.base_fields if name not in ("cutoffs", "spearheads")]
            kwargs["initial"] = {name: getattr(call, name) for name in names}
            days = [row.at.astimezone(HELSINKI) for row in call.cutoffs.all()]
            kwargs["initial"]["cutoffs"] = "\n".join(f"{day.day}.{day.month}.{day.year} {day:%H.%M.%S}" for day in days)
            kwargs["initial"]["spearheads"] = call.spearheads.all()
        super().__init__(*args, **kwargs)
        field: Any = self.fields["spearheads"]
        field.queryset = Spearhead.objects.filter(focus_area__programme=programme).select_related("focus_area")
        field.label_from_instance = lambda row: localized(row.focus_area.name)[0]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        told = dict(self.cleaned_data)
        for name in ("title", "summary", "text", "contact"):
            told[name] = written(told[name])
        told["spearheads"] = list(told["spearheads"])
        return told


class ChangeCallForm(forms.Form):
    """What may still change in a call that everybody has read."""

    title = needed(label=_("Title"), widget=LanguagesTextInput)
    summary = needed(label=_("Summary"), widget=LanguagesTextarea)
    text = needed(label=_("Text of the call"), widget=LanguagesTextarea)
    closes_at = MomentField(label=_("Closes"), help_text=_("A time only moves later."))
    ideas_close_at = MomentField(label=_("Ideas close"), required=False)
    latest_end = forms.DateField(label=_("Projects end at the latest"), widget=DateInput)
    max_months = forms.IntegerField(label=_("Longest project, months"), min_value=1, max_value=120)
    budget_cents = CentsField(
        label=_("Money to share out, euros"), help_text=_("It only grows: nobody who has begun loses by it.")
    )
    contact = I18nFormField(label=_("Who answers"), widget=LanguagesTextInput, required=False)
    reason = needed(
        label=_("Why it is changed"),
        widget=LanguagesTextarea,
        help_text=_("Everybody reads it; who applies gets it by mail."),
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(call, name) for name in self.base_fields if name != "reason"}
        super().__init__(*args, **kwargs)
        if call.shape != Call.Shape.TWO_STAGES:
            del self.fields["ideas_close_at"]

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        told = dict(self.cleaned_data)
        for name in ("title", "summary", "text", "contact", "reason"):
            told[name] = written(told[name])
        return told


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000)


class AnswerForm(forms.Form):
    """An answer that everybody reads."""

    answer = needed(label=_("Answer"), widget=LanguagesTextarea)


class AskForm(forms.Form):
    """A question about a call."""

    text = forms.CharField(
        label=_("Your question"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text=_("It stands on this page with its answer, without your name."),
    )  # fmt: skip


class CanIForm(forms.Form):
    """Who wants to know what they can apply for."""

    kind = forms.ChoiceField(label=_("What kind of organisation are you?"))
    city = forms.ChoiceField(label=_("Where do you work?"))

    def __init__(self, *args: Any, cities: list[City], kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = kinds
        city: Any = self.fields["city"]
        city.choices = [*((one.pk, localized(one.name)[0]) for one in cities), ("", _("Elsewhere"))]
        city.required = False


class IdeaForm(forms.Form):
    """An idea, in a page."""

    title = forms.CharField(label=_("What it is called"), max_length=200)
    organisation_name = forms.CharField(label=_("Your organisation"), max_length=200)
    text = forms.CharField(
        label=_("The idea"), widget=forms.Textarea(attrs={"rows": 10}), max_length=8000,
        help_text=_("What is wrong today, what would be done about it, what would be there at the end. A page is enough."),
    )  # fmt: skip
    cities = forms.CharField(label=_("With whom, and in which cities"), max_length=300, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class IdeaAnswerForm(forms.Form):
    """The office's answer to an idea."""

    act = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("spar", _("Begin to talk it through")),
            ("green", _("It may become an application")),
            ("not_green", _("No application")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("What you say to its writer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=8000, required=False
    )


class FileForm(forms.Form):
    """A file to bring in."""

    file = forms.FileField(label=_("File"))
