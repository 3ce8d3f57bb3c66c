"""Customer service: what a matter can be about, the cases, who may take them over."""

from kuutio.contact.models.cases import Case, Channel, Contact, Event, Participant, Rating
from kuutio.contact.models.categories import Category, CategoryGroup, CategoryRule, ExternalBody, Question
from kuutio.contact.models.figures import ServiceMonth
from kuutio.contact.models.handovers import Handover
from kuutio.contact.models.joint import JointDesk, Mandate
from kuutio.contact.models.mail import RawMail
from kuutio.contact.models.threads import Attachment, Delivery, Message
from kuutio.contact.models.unfinished import Draft, DraftFile

__all__ = [
    "Attachment",
    "Case",
    "Category",
    "CategoryGroup",
    "CategoryRule",
    "Channel",
    "Contact",
    "Delivery",
    "Draft",
    "DraftFile",
    "Event",
    "ExternalBody",
    "Handover",
    "JointDesk",
    "Mandate",
    "Message",
    "Participant",
    "Question",
    "Rating",
    "RawMail",
    "ServiceMonth",
]
