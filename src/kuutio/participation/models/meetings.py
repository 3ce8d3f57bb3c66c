"""Meetings of a process: where people come together, who has registered, what was said."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.participation.models.processes import Process


class Meeting(models.Model):
    """A time and a place, or an address on the web, at which people meet about a process."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="meetings")
    title = I18nCharField(max_length=300)
    text = I18nTextField(blank=True, help_text="Markdown")
    place = I18nCharField(max_length=300, blank=True)
    link = models.URLField(max_length=1000, blank=True, help_text="of a meeting on the web")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="seats; none: as many as come")
    is_cancelled = models.BooleanField(default=False)
    minutes = I18nTextField(blank=True, help_text="Markdown; what was said, after the meeting")
    sequence = models.PositiveIntegerField(default=0, help_text="how often it was changed, for calendars")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            CheckConstraint(name="meeting_ends_later", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(name="meeting_is_somewhere", condition=~Q(place="") | ~Q(link="")),
            CheckConstraint(name="meeting_has_seats", condition=Q(capacity__isnull=True) | Q(capacity__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.title)


class Registration(models.Model):
    """A person's seat, or place in the waiting list."""

    class State(models.TextChoices):
        GOING = "going", _("Has a seat")
        WAITING = "waiting", _("Waits for a seat")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="registrations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(max_length=7, choices=State)
    at = models.DateTimeField()

    class Meta:
        ordering = ["meeting", "at", "pk"]
        constraints = [
            UniqueConstraint(fields=["meeting", "person"], name="registration_once"),
            CheckConstraint(name="registration_state", condition=Q(state__in=["going", "waiting"])),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"
