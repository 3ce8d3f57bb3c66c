"""The forms of customer service's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City, Organisation, Person, Unit
from kuutio.contact.actions.receiving import LONGEST_TEXT
from kuutio.contact.incoming import Sender
from kuutio.contact.known import settled
from kuutio.contact.models import Case, Category, Contact, Message, Question
from kuutio.contact.models.categories import Asked
from kuutio.contact.public_words import LONGEST
from kuutio.contact.routing import queues_of
from kuutio.core.phones import NotAPhone, e164
from kuutio.ui import wording

SERVED = [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
"""The languages of service, each by its own name."""


class LongText(forms.CharField):
    """A text of people: as long as a case takes, and a kind word when it is longer.

    The browser isn't told the limit: it would cut a pasted text without a word.
    """

    def to_python(self, value: Any) -> str:
        """The text, a line's end counted once: browsers send two characters for it."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """Refuse what is too long, in words that say how much."""
        super().validate(value)
        if len(value) > LONGEST_TEXT:
            raise forms.ValidationError(
                _(
                    "The text is %(over)s characters too long. Shorten it, or send the rest in a message of its own:"
                    " nothing has been lost."
                )
                % {"over": wording.number(len(value) - LONGEST_TEXT)}
            )


class PhoneField(forms.CharField):
    """A telephone number as people write it, cleaned to E.164; "" for none."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30, "required": False, **kwargs})

    def clean(self, value: Any) -> str:
        """The number in its international form."""
        said = str(super().clean(value))
        try:
            return e164(said) if said else ""
        except NotAPhone as error:
            raise forms.ValidationError(
                _("This doesn’t look like a telephone number, such as 040 123 4567.")
            ) from error


class DetailsForm(forms.Form):
    """What has happened, the category's own questions, and a photo."""

    text = LongText(
        label=_("What has happened?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Tell in your own words. Don’t write personal identity codes or health information."),
    )

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q-{question.code}"] = field_of(question)
        self.fields["photo"] = forms.FileField(
            label=_("Photo"),
            required=False,
            help_text=_("JPEG, PNG or WebP, at most 25 megabytes. We remove the hidden data of the picture."),
            widget=forms.ClearableFileInput(
                attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
            ),
        )
        self.fields["photo_text"] = forms.CharField(
            label=_("What does the photo show?"), required=False, max_length=500
        )

    def answers(self) -> dict[str, Any]:
        """The category's questions with what was answered to each; unanswered ones are left out."""
        told = {question.code: self.cleaned_data.get(f"q-{question.code}") for question in self.questions}
        return {code: answer_of(value) for code, value in told.items() if value not in (None, "", [])}


def answer_of(value: Any) -> Any:
    """An answer as JSON keeps it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def field_of(question: Asked) -> forms.Field:
    """The field that asks a question."""
    words: dict[str, Any] = {
        "label": str(question.text),
        "help_text": str(question.hint),
        "required": question.is_required,
    }
    choices = [(value["key"], _name(value["name"])) for value in question.values]
    match question.kind:
        case Asked.Kind.ONE:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
        case Asked.Kind.MANY:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
        case Asked.Kind.NUMBER:
            return forms.FloatField(**words)
        case Asked.Kind.DATETIME:
            return forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **words)
        case Asked.Kind.TEXT:
            return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **words)
    return forms.CharField(max_length=500, **words)


def _name(texts: dict[str, str]) -> str:
    from django.utils.translation import get_language

    return texts.get(get_language() or "fi") or texts["fi"]


class ReachForm(forms.Form):
    """How the resident is told about their case, if they want to be."""

    preference = forms.ChoiceField(
        label=_("How do we tell you about the case?"),
        choices=[one for one in Contact.Preference.choices if one[0] != Contact.Preference.MESSENGER],
        widget=forms.RadioSelect,
        initial=Contact.Preference.EMAIL,
    )
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = PhoneField(label=_("Telephone"))
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    # People leave it empty, since they don't see it; programs that fill in everything don't.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, allows_anonymous: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allows_anonymous = allows_anonymous

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        needed = {
            Contact.Preference.EMAIL: ("email", _("Give your e-mail address, or choose another way.")),
            Contact.Preference.SMS: ("phone", _("Give your telephone number, or choose another way.")),
            Contact.Preference.CALL: ("phone", _("Give your telephone number, or choose another way.")),
            Contact.Preference.LETTER: ("postal_address", _("Give your postal address, or choose another way.")),
        }
        chosen = told.get("preference", "")
        if chosen in needed:
            field, said = needed[Contact.Preference(chosen)]
            if field not in self.errors and not told.get(field):
                self.add_error(field, said)
        elif not self.allows_anonymous and not (told.get("email") or told.get("phone")):
            self.add_error("email", _("We need a way to reach you about this matter."))
        return told


class ChangeReachForm(ReachForm):
    """Changing how one is told about a case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "reach_%s"  # the page has other forms, too
        del self.fields["website"]


class FollowForm(forms.Form):
    """Following a case near by, by who isn't signed in."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("We use it only to tell you about this case, and remove it when you stop following."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(
        label=_("Or your telephone number"), help_text=_("Without an e-mail address we send you a text message.")
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not told.get("email") and not told.get("phone"):
            self.add_error("email", _("Give your e-mail address or your telephone number."))
        return told


class ReplyForm(forms.Form):
    """One more message of a case, by its resident."""

    text = LongText(label=_("Your message"), widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(label=_("Photo"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "reply_%s"  # the page has other forms, too


class RateForm(forms.Form):
    """The one question after a case is done."""

    stars = forms.TypedChoiceField(
        label=_("How well was your case taken care of?"),
        coerce=int,
        choices=[
            ("5", _("5: very well")),
            ("4", _("4: well")),
            ("3", _("3: so-so")),
            ("2", _("2: badly")),
            ("1", _("1: very badly")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What could we do better?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FindForm(forms.Form):
    """Opening one's case by its number and the secret of its link."""

    number = forms.CharField(label=_("Case number"), max_length=30)
    secret = forms.CharField(
        label=_("Secret code"),
        max_length=60,
        help_text=_("The last part of the link that you got, 26 letters and digits."),
    )


class AnswerForm(forms.Form):
    """An officer's answer to the resident."""

    text = forms.CharField(
        label=_("Answer to the resident"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    then = forms.ChoiceField(
        label=_("After the answer"),
        required=False,
        choices=[
            ("", _("The case stays as it is")),
            ("waiting-resident", _("We wait for the resident’s answer")),
            ("resolved", _("The case is done")),
            ("rejected", _("The case isn’t for the city")),
        ],
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, keep_at: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keep_at:
            # What is written is kept as it is written; without script it is kept when it is sent.
            self.fields["text"].widget.attrs |= {
                "hx-post": keep_at,
                "hx-trigger": "input changed delay:1s, blur changed, keep",
                "hx-include": "closest form",
                "hx-target": "#answer-kept",
                "hx-sync": "this:replace",
            }


class NoteForm(forms.Form):
    """A note among officers."""

    text = forms.CharField(label=_("Note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    for_all = forms.BooleanField(label=_("Every city that handles the case may read it"), required=False)


class OfferForm(forms.Form):
    """Offering a case to another city."""

    to = forms.ModelChoiceField(
        label=_("To which city"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose the city"),
    )
    unit = forms.ChoiceField(label=_("To which unit"), required=False)
    reason = forms.CharField(
        label=_("Why does the case belong to it?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, giver: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "offer_%s", **kwargs})
        others = (
            Organisation.objects.filter(kind=Organisation.Kind.CITY)
            .exclude(pk=giver.pk)
            .select_related("city")
            .order_by("city__position")
        )
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            ("", _("The one that takes care of such cases there")),
            *queue_choices(others),
        ]

    def clean_unit(self) -> Unit | None:
        return Unit.objects.filter(slug=self.cleaned_data["unit"]).first() if self.cleaned_data["unit"] else None


def queue_choices(cities: Iterable[Organisation]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The units that have a queue, by their slugs, under the name of each city."""
    now = timezone.now()
    with settled():
        found = [(str(row.name), queues_of(row.city, now)) for row in cities if row.city is not None]
    return [(city, [(unit.slug, str(unit.name)) for unit in units]) for city, units in found if units]


class UnitOfferForm(forms.Form):
    """Offering a case to another unit of its city."""

    unit = forms.ModelChoiceField(
        label=_("To which unit"),
        queryset=Unit.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose the unit"),
    )
    reason = forms.CharField(
        label=_("Why does the case belong to it?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "within_%s", **kwargs})
        others = Unit.objects.filter(city=case.responsible.city, is_active=True)
        if case.unit_id is not None:
            others = others.exclude(pk=case.unit_id)
        self.fields["unit"].queryset = others  # type: ignore[attr-defined]


class DirectForm(forms.Form):
    """Correcting what a case is about and whose queue it is in."""

    category = forms.ModelChoiceField(label=_("What it is about"), queryset=Category.objects.filter(is_active=True))
    unit = forms.ModelChoiceField(
        label=_("Service unit"), queryset=Unit.objects.none(), required=False, empty_label=_("The city’s joint queue")
    )

    def __init__(self, *args: Any, city: City | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(city=city, is_active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        # Left out, the unit isn't spoken of; chosen empty, it is the joint queue.
        return told | {"joint_queue": "unit" in self.data and told.get("unit") is None}


def sender_of(told: Mapping[str, Any], person: Person | None = None) -> Sender:
    """Who writes, by what a `ReachForm` was told."""
    names = ("name", "email", "phone", "postal_address", "preference")
    return Sender(**{name: told[name] for name in names}, person=person)


class CallForm(ReachForm):
    """What an officer writes down for a resident who calls or comes to a desk."""

    channel = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[("phone", _("Telephone")), ("desk", _("Service point")), ("letter", _("Letter"))],
        widget=forms.RadioSelect,
        initial="phone",
    )
    language = forms.ChoiceField(
        label=_("Language of service"),
        choices=SERVED,
        initial="fi",
    )
    category = forms.ModelChoiceField(label=_("What it is about"), queryset=Category.objects.filter(is_active=True))
    city = forms.ChoiceField(label=_("City"), required=False)
    address = forms.CharField(label=_("Address or place"), max_length=300, required=False)
    text = forms.CharField(label=_("What has happened?"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    field_order: tuple[str, ...] = (
        "channel",
        "language",
        "category",
        "text",
        "city",
        "address",
        "preference",
        "name",
        "phone",
        "email",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allows_anonymous=True, **kwargs)
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose the city")),
            *((city.code, str(city.name)) for city in City.objects.all()),
        ]
        self.fields["preference"].initial = Contact.Preference.CALL
        del self.fields["website"]


class SummaryForm(forms.Form):
    """The public summary of a case."""

    text = forms.CharField(
        label=_("Public summary"),
        help_text=_(
            "A few sentences in your own words: what it was about and what was done. Nothing that tells of a person."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    has_looked = forms.BooleanField(
        label=_("I have looked: what was found is an organisation’s, not a person’s"), required=False
    )


class AssignForm(forms.Form):
    """Giving a case to an officer."""

    officer = forms.ModelChoiceField(
        label=_("Case officer"), queryset=Person.objects.none(), empty_label=_("Choose the officer")
    )

    def __init__(self, *args: Any, officers: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "assign_%s", **kwargs})
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Correcting where a case is."""

    address = forms.CharField(label=_("Address or place"), max_length=300, required=False)
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, help_text=_("Degrees, such as 60.1708.")
    )
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, help_text=_("Degrees, such as 24.9414.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "place_%s", **kwargs})


class LanguageForm(forms.Form):
    """Correcting the language in which a case is served."""

    language = forms.ChoiceField(label=_("Language of service"), choices=SERVED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "spoken_%s", **kwargs})


class DiaryForm(forms.Form):
    """The city's own diary number."""

    diary_number = forms.CharField(label=_("The city’s diary number"), max_length=60, required=False)


class SplitForm(forms.Form):
    """Messages that become a case of their own, and what they are about."""

    messages = forms.ModelMultipleChoiceField(queryset=Message.objects.none(), to_field_name="uuid")
    category = forms.ModelChoiceField(label=_("What it is about"), queryset=Category.objects.filter(is_active=True))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages"].queryset = case.messages.filter(direction="in")  # type: ignore[attr-defined]
