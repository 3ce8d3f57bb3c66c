"""Other addresses of a person: nothing that was known of the old ones counts for the new."""

from __future__ import annotations

from datetime import datetime

from kuutio.contact.models import Contact


def readdress(contact: Contact, *, email: str, phone: str, at: datetime) -> None:
    """Give a contact, not saved yet, its e-mail and telephone.

    What came back from an old address doesn't shut a new one, and a number that was written from, or that an officer took down,
    vouches for no other: else somebody could put another's number into their own case and read what that person texts.

    Args:
        email: in any case; "" for none.
        phone: E.164; "" for none.
    """
    email = email.strip().lower()
    if contact.email != email:
        contact.email = email
        contact.verified_at = contact.failing_since = None
    if contact.phone != phone:
        contact.phone, contact.phone_changed_at = phone, at
        contact.texted_at = contact.texts_failing_since = None
