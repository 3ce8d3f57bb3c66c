"""Using a city's service: a form that opens a case, and appointments at a unit."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import CityService, Unit
from kuutio.contact.models.cases import LANGUAGES
from kuutio.contact.models.categories import IS_KIND, Asked, Category


class ServiceForm(models.Model):
    """What a city asks of those who apply for a service: sent, it is a case of its category."""

    city_service = models.OneToOneField(CityService, on_delete=models.CASCADE, related_name="form")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", help_text="of the case it opens")
    name = I18nCharField(max_length=600)
    text = I18nTextField(blank=True, help_text="what to know before filling it in")
    needs_identity = models.BooleanField(default=False, help_text="sent only by who signed in by strong identification")
    only_entitled = models.BooleanField(
        default=True, help_text="sent only by who says to live where the service is for"
    )
    takes_files = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["city_service"]

    def __str__(self) -> str:
        return str(self.name)


class FormQuestion(Asked):
    """A question of a service's form."""

    form = models.ForeignKey(ServiceForm, on_delete=models.CASCADE, related_name="questions")

    class Meta:
        ordering = ["form", "position"]
        constraints = [
            UniqueConstraint(fields=["form", "code"], name="form_question_once"),
            UniqueConstraint(fields=["form", "position"], name="form_question_order"),
            CheckConstraint(name="form_question_kind", condition=IS_KIND),
        ]


class AppointmentKind(models.Model):
    """What can be booked at a unit: how long it takes, at how many desks at once, and how far ahead."""

    slug = models.SlugField(max_length=80, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="appointment_kinds")
    city_service = models.ForeignKey(
        CityService, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointment_kinds"
    )
    name = I18nCharField(max_length=600)
    text = I18nTextField(blank=True, help_text="what to bring, what happens")
    minutes = models.PositiveSmallIntegerField(default=30)
    desks = models.PositiveSmallIntegerField(default=1, help_text="how many are served at the same time")
    notice_minutes = models.PositiveIntegerField(default=120, help_text="how long before it may still be booked")
    days_ahead = models.PositiveSmallIntegerField(default=30)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["unit", "slug"]
        constraints = [
            CheckConstraint(
                name="appointment_kind_measures",
                condition=Q(minutes__range=(5, 480), desks__range=(1, 50), days_ahead__range=(1, 180)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Appointment(models.Model):
    """A booked time. Personal: the contact details are taken out two weeks after it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField(unique=True, help_text="of the form that booked it: sent again, it is the same booking")
    kind = models.ForeignKey(AppointmentKind, on_delete=models.PROTECT, related_name="appointments")
    desk = models.PositiveSmallIntegerField(help_text="from 1")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    note = models.CharField(max_length=500, blank=True, help_text="what it is about")
    language = models.CharField(max_length=2)
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the booking was mailed")
    told_cancelled_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["kind", "starts_at"], name="appointment_of_kind"),
            models.Index(fields=["ends_at"], condition=Q(forgotten_at__isnull=True), name="appointment_to_forget"),
        ]
        constraints = [
            CheckConstraint(name="appointment_forwards", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(name="appointment_desk", condition=Q(desk__gte=1)),
            CheckConstraint(name="appointment_language", condition=Q(language__in=LANGUAGES)),
            # Ranges of one number instead of equality: a bare PostgreSQL has no btree_gist.
            ExclusionConstraint(
                name="appointment_never_double",
                expressions=[
                    (Func(F("kind_id"), F("kind_id"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("desk"), F("desk"), Value("[]"), function="int4range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
