"""What a text message says: the number of the case, what has happened, the link. Nothing of what was written."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from kuutio.contact.models import Contact, Message
from kuutio.contact.outgoing import link_for
from kuutio.core.short_messages import plain


def text_of(message: Message, contact: Contact) -> str:
    """The text message that tells one person of one message of their case, in their language.

    Telephones show it on locked screens and networks keep it, so that it holds no name and no word of the matter.
    """
    about = message.external_id.partition(":")[0] if message.is_automatic else "answer"
    with translation.override(contact.language):
        facts = {"case": message.case, "about": about, "link": link_for(message.case, contact)}
        return plain(render_to_string("contact/said/text.txt", facts).strip())
