"""Telephone numbers, as people write them and as machines dial them."""

from __future__ import annotations

import phonenumbers


class NotAPhone(ValueError):
    """The text is no telephone number that could exist."""


def e164(text: str, country: str = "FI") -> str:
    """A number in its international form, `+358401234567`.

    Args:
        country: whose numbers are written without a country code.

    Raises:
        NotAPhone: it can't be a telephone number.

    Source: ITU-T E.164, by the numbering plans that the package `phonenumbers` holds.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(text) from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
