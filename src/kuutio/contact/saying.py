"""What is said on the telephone, and what stands in a letter: whole in the resident's language, whatever the officer's is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kuutio.cities.models import ContactDoor
from kuutio.contact.links import secret_of, spoken_code_of
from kuutio.contact.models import Case, Contact, Message
from kuutio.contact.told import opens_again_until, words_to
from kuutio.core.case_numbers import spoken
from kuutio.core.language import LANGUAGES, Language
from kuutio.ui import wording


@dataclass(frozen=True, slots=True)
class Said:
    """Words to read aloud: one sentence or paragraph each, in `language`."""

    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, ready for paper."""

    language: str
    sender: str
    receiver: tuple[str, ...]
    date: str
    subject: str
    paragraphs: tuple[str, ...]
    ending: tuple[str, ...]


def said_of_case(case: Case, language: str) -> Said:
    """Where a case is now: its number and code to write down, who has it, until when they answer."""
    with translation.override(language):
        lines = [*_number_and_code(case, language), *_where_it_is(case)]
        lines.append(
            _(
                "You can ask about the case at any service point or telephone of the cities: say the number and the code."
            )
        )
    return Said(language, tuple(lines))


def said_of_message(message: Message, contact: Contact) -> Said:
    """What an officer says who tells one message by telephone."""
    case, language = message.case, contact.language
    with translation.override(language):
        who = wording.localized(case.responsible.name)[0]
        greeting = _("Good day, I am calling from %(who)s about your case %(number)s.") % {
            "who": who,
            "number": case.number,
        }
        lines = [greeting, *_said(message, contact), *_number_and_code(case, language)]
        lines.append(_("Would you like to answer something? I write it down for you."))
    return Said(language, tuple(lines))


def letter_of(message: Message, contact: Contact, at: datetime) -> Letter:
    """A message as a letter: from the city that has the case, to the one who chose letters."""
    case, language = message.case, contact.language
    with translation.override(language):
        ending = [
            _("Case number: %(number)s") % {"number": case.number},
            _("Code for the telephone and service points: %(code)s") % {"code": spoken_code_of(case)},
            _(
                "You can answer by letter, by telephone or at any service point of the cities: tell the number and the code."
            ),
        ]
        if phones := _phones(case):
            ending.append(_("Telephone: %(numbers)s") % {"numbers": ", ".join(phones)})
        address, secret = f"{settings.SITE_URL}{reverse('contact:find')}", secret_of(case)
        ending.append(_("On the web: %(address)s") % {"address": address})
        # In groups, as people copy letters one after another.
        groups = " ".join(secret[at : at + 5] for at in range(0, len(secret), 5))
        ending.append(_("Secret code for the web: %(code)s") % {"code": groups})
        return Letter(
            language=language,
            sender=wording.localized(case.responsible.name)[0],
            receiver=tuple(
                line.strip() for line in (contact.name, *contact.postal_address.splitlines()) if line.strip()
            ),
            date=wording.day(at),
            subject=_("Your case %(number)s") % {"number": case.number},
            paragraphs=tuple(_said(message, contact)),
            ending=tuple(ending),
        )


def _said(message: Message, contact: Contact) -> list[str]:
    """The message in paragraphs; where the case is done, until when it opens again."""
    lines = _paragraphs(words_to(message, contact))
    if (until := opens_again_until(message)) is not None:
        again = _("If it isn’t in order, answer by %(when)s, and the case is opened again.")
        lines.append(again % {"when": wording.moment(until)})
    return lines


def _number_and_code(case: Case, code: str) -> list[str]:
    language: Language = next((one for one in LANGUAGES if one == code), "fi")
    return [
        _("The case number is %(number)s: %(spoken)s.")
        % {"number": case.number, "spoken": spoken(case.number, language)},
        _("The code is %(code)s: %(spoken)s.")
        % {"code": spoken_code_of(case), "spoken": spoken(spoken_code_of(case), language)},
    ]


def _where_it_is(case: Case) -> list[str]:
    who = wording.localized(case.responsible.name)[0]
    lines = [
        _("It is taken care of by %(who)s.") % {"who": who},
        _("Its state is: %(state)s.") % {"state": case.get_state_display()},
    ]
    if case.answer_due_at:
        when = wording.moment(case.answer_due_at)
        lines.append(_("You will have an answer by %(when)s at the latest.") % {"when": when})
    elif case.resolve_due_at:
        when = wording.moment(case.resolve_due_at)
        lines.append(_("The matter is taken care of by %(when)s at the latest.") % {"when": when})
    return lines


def _phones(case: Case) -> list[str]:
    doors = ContactDoor.objects.filter(city=case.responsible.city_id or "", kind=ContactDoor.Kind.PHONE)
    return list(doors.values_list("value", flat=True)[:2])


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]
