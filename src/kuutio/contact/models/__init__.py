"""Customer service: what a matter can be about, the cases, who may take them over."""

from kuutio.contact.models.body_layers import BodyLayer
from kuutio.contact.models.cases import Case, Channel, Contact, Event, Participant, Rating
from kuutio.contact.models.categories import Category, CategoryGroup, CategoryRule, ExternalBody, Question
from kuutio.contact.models.channels import StoppedAddress
from kuutio.contact.models.chats import Chat, ChatPresence
from kuutio.contact.models.desks import DeskVisit
from kuutio.contact.models.diaries import DiaryNumber
from kuutio.contact.models.figures import ServiceMonth
from kuutio.contact.models.handovers import Handover
from kuutio.contact.models.helps import Help, HelpVersion
from kuutio.contact.models.joint import JointDesk, Mandate
from kuutio.contact.models.mail import RawMail
from kuutio.contact.models.services import Appointment, AppointmentKind, FormQuestion, ServiceForm
from kuutio.contact.models.threads import Attachment, Delivery, Message
from kuutio.contact.models.unfinished import Draft, DraftFile
from kuutio.contact.models.versions import CatalogueVersion
from kuutio.contact.models.workspace import AnswerDraft, Presence, SavedView, Split, WorkHabit

__all__ = [
    "AnswerDraft",
    "Appointment",
    "AppointmentKind",
    "Attachment",
    "BodyLayer",
    "Case",
    "CatalogueVersion",
    "Category",
    "CategoryGroup",
    "CategoryRule",
    "Channel",
    "Chat",
    "ChatPresence",
    "Contact",
    "Delivery",
    "DeskVisit",
    "DiaryNumber",
    "Draft",
    "DraftFile",
    "Event",
    "ExternalBody",
    "FormQuestion",
    "Handover",
    "Help",
    "HelpVersion",
    "JointDesk",
    "Mandate",
    "Message",
    "Participant",
    "Presence",
    "Question",
    "Rating",
    "RawMail",
    "SavedView",
    "ServiceForm",
    "ServiceMonth",
    "Split",
    "StoppedAddress",
    "WorkHabit",
]
