"""The one thread of a case: what the resident and the cities say to each other, and what they keep to themselves."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Organisation
from kuutio.contact.models.cases import LANGUAGES, Case, Channel, Contact, words_of

MESSAGE_WORDS = words_of("text")


class Message(models.Model):
    """One message of a thread: from the resident, to the resident, or a note of the officers."""

    class Direction(models.TextChoices):
        IN = "in", _("From the resident")
        OUT = "out", _("To the resident")
        NOTE = "note", _("Note")

    class Seen(models.TextChoices):
        PARTICIPANTS = "participants", _("The resident and the officers")
        ORGANISATION = "organisation", _("Officers of this city")
        GROUP = "group", _("Officers of all cities that handle it")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    channel = models.CharField(max_length=10, choices=Channel)
    seen_by = models.CharField(max_length=12, choices=Seen, default=Seen.PARTICIPANTS)
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="whose officer wrote"
    )
    language = models.CharField(max_length=2)
    text = models.TextField(blank=True)
    external_id = models.CharField(
        max_length=250, blank=True, help_text="the channel's own id: the same again is the same message"
    )
    message_id = models.CharField(max_length=250, blank=True, help_text="of e-mail")
    is_automatic = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["case", "at", "id"], name="message_thread"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="message_by_message_id"),
            GinIndex(MESSAGE_WORDS, name="message_words"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="message_external_once"
            ),
            CheckConstraint(name="message_direction", condition=Q(direction__in=["in", "out", "note"])),
            CheckConstraint(
                name="message_note_inside",
                condition=Q(direction="note", seen_by__in=["organisation", "group"], organisation__isnull=False)
                | (~Q(direction="note") & Q(seen_by="participants")),
            ),
            CheckConstraint(name="message_language", condition=Q(language__in=LANGUAGES)),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.case_id}"


class Delivery(models.Model):
    """One message on its way to one person, by the channel that they chose; kept so that nothing is sent twice or forgotten."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENT = "sent", _("Sent")
        BY_HAND = "by-hand", _("To be told by an officer")
        DONE = "done", _("Told by an officer")
        FAILED = "failed", _("Could not be delivered")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["state", "changed_at"], condition=Q(state__in=["waiting", "by-hand"]), name="delivery_open"
            )
        ]
        constraints = [
            UniqueConstraint(fields=["message", "contact"], name="delivery_once"),
            CheckConstraint(
                name="delivery_state", condition=Q(state__in=["waiting", "sent", "by-hand", "done", "failed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class Attachment(models.Model):
    """A file of a message. Its bytes lie outside the web's root and are given out by the rights of its case."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100, help_text="told by its bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, help_text="below the folder of attachments")
    description = models.CharField(max_length=500, blank=True, help_text="what a picture shows, for who can't see it")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["message", "pk"]
        constraints = [CheckConstraint(name="attachment_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$"))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it (SVG never comes this far)."""
        return self.type in {"image/jpeg", "image/png", "image/webp", "image/gif"}
