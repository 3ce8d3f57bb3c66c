"""Testbeds: real places and services of a city or a campus in which something can be tried, and when they are free."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation
from kuutio.core.language import LANGUAGES
from kuutio.innovation.models.words import Technology, Theme, TrialKind, shown
from kuutio.opendata.models import Dataset


class Testbed(models.Model):
    """A place or a service that a city or a campus opens for trials."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="testbeds", help_text="a city, a campus, a public body"
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="testbeds", help_text="in which it is")
    name = I18nCharField(max_length=300)
    summary = I18nTextField(help_text="what can be tried here, in two or three sentences")
    description = I18nTextField(blank=True, help_text="Markdown")
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    trial_kinds = ArrayField(models.CharField(max_length=12, choices=TrialKind), default=list)
    trl_from = models.PositiveSmallIntegerField(default=4, help_text="technology readiness, 1 to 9, of what suits here")
    trl_to = models.PositiveSmallIntegerField(default=9)
    equipment = I18nTextField(blank=True)
    users = I18nTextField(blank=True, help_text="who can be asked to try things")
    users_count = models.PositiveIntegerField(null=True, blank=True, help_text="about how many can be recruited")
    rules = I18nTextField(blank=True, help_text="what is asked of everybody who tries something here")
    permits = I18nTextField(blank=True, help_text="which permits are needed, and from whom")
    price = I18nTextField(blank=True, help_text="what it costs, in words")
    price_cents = models.PositiveBigIntegerField(null=True, blank=True, help_text="of one slot, euro cents; 0: free")
    languages = ArrayField(models.CharField(max_length=2), help_text="in which it serves")
    contact_role = I18nCharField(max_length=200, help_text="who answers: a role, not a person")
    contact_email = models.EmailField(blank=True, help_text="the role's own mailbox, not a person's")
    address = I18nCharField(max_length=300, blank=True)
    lon = models.FloatField(null=True, blank=True, help_text="degrees, CRS84")
    lat = models.FloatField(null=True, blank=True)
    slot_minutes = models.PositiveSmallIntegerField(default=240, help_text="of the shortest booking")
    notice_hours = models.PositiveSmallIntegerField(default=48, help_text="how long before it may still be booked")
    days_ahead = models.PositiveSmallIntegerField(default=120, help_text="how far ahead it may be booked")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        indexes = [models.Index(fields=["state", "city"], name="testbed_of_city")]
        constraints = [
            CheckConstraint(name="testbed_slug_not_empty", condition=~Q(slug="")),
            CheckConstraint(
                name="testbed_words",
                condition=Q(
                    themes__contained_by=[*Theme.values],
                    technologies__contained_by=[*Technology.values],
                    trial_kinds__contained_by=[*TrialKind.values],
                ),
            ),
            CheckConstraint(
                name="testbed_languages", condition=Q(languages__contained_by=list(LANGUAGES), languages__len__gt=0)
            ),
            CheckConstraint(
                name="testbed_readiness",
                condition=Q(trl_from__range=(1, 9), trl_to__range=(1, 9), trl_to__gte=F("trl_from")),
            ),
            CheckConstraint(
                name="testbed_point",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            CheckConstraint(
                name="testbed_measures", condition=Q(slot_minutes__range=(15, 1440), days_ahead__range=(1, 730))
            ),
            CheckConstraint(
                name="testbed_state",
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state__in=["published", "closed"], published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state != self.State.DRAFT

    @property
    def themes_display(self) -> list[str]:
        """The themes as people call them."""
        return shown(Theme, self.themes)

    @property
    def technologies_display(self) -> list[str]:
        """The technologies as people call them."""
        return shown(Technology, self.technologies)

    @property
    def trial_kinds_display(self) -> list[str]:
        """What can be tried, as people call it."""
        return shown(TrialKind, self.trial_kinds)

    @property
    def languages_display(self) -> list[str]:
        """The languages of service as people call them."""
        names = dict(settings.LANGUAGES)
        return [str(names[code]) for code in self.languages if code in names]


class TestbedResource(models.Model):
    """A data set or an interface that a testbed offers: of our own catalogue, or an address elsewhere."""

    class Sort(models.TextChoices):
        DATASET = "dataset", _("Data set")
        INTERFACE = "interface", _("Interface")

    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="resources")
    sort = models.CharField(max_length=10, choices=Sort)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, null=True, blank=True, related_name="testbeds")
    name = I18nCharField(max_length=300, blank=True, help_text="of what isn't in the catalogue")
    url = models.URLField(max_length=1000, blank=True)

    class Meta:
        ordering = ["testbed", "pk"]
        constraints = [
            UniqueConstraint(fields=["testbed", "dataset"], name="testbed_dataset_once"),
            CheckConstraint(name="testbed_resource_sort", condition=Q(sort__in=["dataset", "interface"])),
            CheckConstraint(
                name="testbed_resource_somewhere",
                condition=Q(dataset__isnull=False) | (~Q(url="") & ~Q(name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.testbed_id} {self.dataset_id or self.url}"


class Opening(models.Model):
    """Days and hours in which a testbed can be booked, by the clock in Finland."""

    testbed = models.ForeignKey(Testbed, on_delete=models.CASCADE, related_name="openings")
    first_on = models.DateField()
    last_on = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="1 is Monday")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["testbed", "first_on", "opens"]
        constraints = [
            CheckConstraint(name="opening_forwards", condition=Q(last_on__gte=F("first_on"), closes__gt=F("opens"))),
            CheckConstraint(
                name="opening_weekdays",
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7], weekdays__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.testbed_id} {self.first_on} {self.opens}"


class Booking(models.Model):
    """Somebody's time in a testbed. What is asked for is held, until it is confirmed or refused."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for an answer")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    key = models.UUIDField(unique=True, help_text="of the form that asked: sent again, it is the same booking")
    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, related_name="bookings")
    organisation_name = models.CharField(max_length=300)
    purpose = models.CharField(max_length=1000, help_text="what is to be tried; read by the testbed's managers alone")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="testbed_bookings"
    )
    trial = models.ForeignKey(
        "innovation.Trial", on_delete=models.SET_NULL, null=True, blank=True, related_name="bookings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True, help_text="the manager's words; a refusal always has them")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="of its changes, for calendars")

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["testbed", "starts_at"], name="booking_of_testbed")]
        constraints = [
            CheckConstraint(name="booking_forwards", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(
                name="booking_state", condition=Q(state__in=["requested", "confirmed", "declined", "cancelled"])
            ),
            CheckConstraint(name="booking_declined_with_words", condition=~Q(state="declined") | ~Q(answer="")),
            # Ranges of one number instead of equality: a bare PostgreSQL has no btree_gist.
            ExclusionConstraint(
                name="booking_never_double",
                expressions=[
                    (
                        Func(F("testbed_id"), F("testbed_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("starts_at"), F("ends_at"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["requested", "confirmed"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
