"""Cases, the people they are about (kept apart), and all that happened to them."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import Municipality, Organisation, Unit
from kuutio.contact.models.categories import Category
from kuutio.contact.public_words import public_words

LANGUAGES = ["fi", "sv", "en"]
FAR = datetime(9999, 12, 31, tzinfo=UTC)
DUE = Coalesce("resolve_due_at", Value(FAR))
"""The order of the queue: a case whose clock stands comes after all that run."""


def words_of(*fields: str) -> CombinedExpression:
    """What fields are found by: their words as they stand, and by their Finnish and Swedish stems. Indexes are made of it."""
    plain, finnish, swedish = (SearchVector(*fields, config=config) for config in ("simple", "finnish", "swedish"))
    return plain + finnish + swedish


CASE_WORDS = words_of("title", "address")
NUMBER_FORM = r"^KU-[2-9CDFHJ-NP-RTVX]{4}-[2-9CDFHJ-NP-RTVX]{4}$"


class Channel(models.TextChoices):
    """The doors by which a matter, or a message about it, comes in or goes out."""

    WEB = "web", _("Web form")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    DESK = "desk", _("Service point")
    OPEN311 = "open311", _("Open311")
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Voice message")
    CHAT = "chat", _("Chat")
    LETTER = "letter", _("Letter")
    MESSENGER = "messenger", _("Messenger")


class Case(models.Model):
    """One matter of one resident, whatever the channel; number, link and thread are the same in every city.

    The row is the head of its events: what it says, the events can tell, and how it came about.
    """

    class State(models.TextChoices):
        NEW = "new", _("Received")
        OPEN = "open", _("Being handled")
        WAITING_RESIDENT = "waiting-resident", _("Waiting for the resident")
        WAITING_OTHER = "waiting-other", _("Waiting for others")
        RESOLVED = "resolved", _("Done")
        CLOSED = "closed", _("Closed")
        REJECTED = "rejected", _("Not for the city")
        DUPLICATE = "duplicate", _("Joined to another case")

    class PlaceSource(models.TextChoices):
        MAP = "map", _("Map")
        ADDRESS = "address", _("Address")
        POSITION = "position", _("Own position")
        PHOTO = "photo", _("Photo")
        UNIT = "unit", _("Service point")
        NONE = "none", _("No place")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(
        max_length=20, unique=True, help_text="said over the phone; carries no city, never changes"
    )
    salt = models.CharField(max_length=32, help_text="with the installation's key, makes the secret of the link")
    responsible = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases")
    origin = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", help_text="which had it first")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="assigned_cases"
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    language = models.CharField(max_length=2, help_text="of service: fi, sv, en; survives a hand-over")
    channel = models.CharField(max_length=10, choices=Channel, help_text="by which it came")
    title = models.CharField(max_length=200)
    answers = models.JSONField(default=dict, blank=True, help_text="question's code -> value or list of values")
    lon = models.FloatField(null=True, blank=True, help_text="degrees, CRS84")
    lat = models.FloatField(null=True, blank=True)
    place_source = models.CharField(max_length=10, choices=PlaceSource, default=PlaceSource.NONE)
    address = models.CharField(max_length=300, blank=True)
    is_near_border = models.BooleanField(default=False, help_text="another municipality may be the right one")
    public_text = models.TextField(blank=True, help_text="the only free text that the open data may hold")
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates")
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="resolved, rejected or joined to another")
    answer_due_at = models.DateTimeField(null=True, blank=True, help_text="the resident's clock")
    resolve_due_at = models.DateTimeField(null=True, blank=True, help_text="the resident's clock")
    city_due_at = models.DateTimeField(null=True, blank=True, help_text="the responsible city's clock")
    answer_minutes = models.PositiveIntegerField(
        default=960,
        db_default=960,
        help_text="promised to the resident when it came: business minutes to the first answer",
    )
    resolve_minutes = models.PositiveIntegerField(
        default=4800, db_default=4800, help_text="promised to the resident when it came: until it is settled"
    )
    promised_by = models.ForeignKey(
        Unit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="by whose hours the promise counts; empty: the office's",
    )
    city_minutes = models.PositiveIntegerField(
        default=4800, db_default=4800, help_text="promised by the responsible city since it has the case"
    )
    forget_at = models.DateTimeField(null=True, blank=True, help_text="when the person is taken out")
    erasure_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="when the resident asked to be taken out, as soon as the case is settled"
    )
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["responsible", "state", "resolve_due_at", "id"], name="case_queue"),
            models.Index(fields=["-opened_at", "-id"], include=["category"], name="case_newest_public"),
            models.Index(fields=["category", "-opened_at"], name="case_of_category"),
            models.Index(fields=["updated_at"], name="case_updated"),
            models.Index(fields=["lat", "lon"], condition=Q(lat__isnull=False), name="case_place"),
            models.Index(fields=["assignee", "state"], condition=Q(assignee__isnull=False), name="case_of_agent"),
            models.Index(fields=["forget_at"], condition=Q(forgotten_at__isnull=True), name="case_to_forget"),
            models.Index("responsible", DUE, "id", condition=Q(settled_at__isnull=True), name="case_waiting_of"),
            models.Index(DUE, "id", condition=Q(settled_at__isnull=True), name="case_waiting"),
            models.Index(DUE, "id", condition=Q(state="new"), name="case_new"),
            # What a joint desk counts of six cities, without reading their cases.
            models.Index(
                fields=["responsible"],
                include=["id", "category", "state", "assignee", "resolve_due_at", "answer_due_at", "settled_at"],
                condition=Q(settled_at__isnull=True),
                name="case_counted",
            ),
            models.Index(
                fields=["responsible", "-settled_at", "-id"], condition=Q(settled_at__isnull=False), name="case_done_of"
            ),
            models.Index(fields=["-settled_at", "-id"], condition=Q(settled_at__isnull=False), name="case_done"),
            models.Index(fields=["responsible", "-opened_at", "-id"], name="case_newest_of"),
            GinIndex(CASE_WORDS, name="case_words"),
        ]
        constraints = [
            CheckConstraint(name="case_number_form", condition=Q(number__regex=NUMBER_FORM)),
            CheckConstraint(
                name="case_state",
                condition=Q(
                    state__in=[
                        *("new", "open", "waiting-resident", "waiting-other"),
                        *("resolved", "closed", "rejected", "duplicate"),
                    ]
                ),
            ),
            CheckConstraint(name="case_language", condition=Q(language__in=LANGUAGES)),
            CheckConstraint(
                name="case_place_whole",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
            ),
            CheckConstraint(
                name="case_settled_has_time",
                condition=Q(state__in=["new", "open", "waiting-resident", "waiting-other"], settled_at__isnull=True)
                | Q(state__in=["resolved", "closed", "rejected", "duplicate"], settled_at__gte=F("opened_at")),
            ),
            CheckConstraint(
                name="case_duplicate_of_another",
                condition=Q(state="duplicate", duplicate_of__isnull=False) & ~Q(duplicate_of=F("id"))
                | ~Q(state="duplicate") & Q(duplicate_of__isnull=True),
            ),
            CheckConstraint(
                name="case_answered_after_opening",
                condition=Q(first_answer_at__isnull=True) | Q(first_answer_at__gte=F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def summary(self) -> str:
        """The public summary, as every public door shows it."""
        return public_words(self.public_text)

    @property
    def is_settled(self) -> bool:
        """Whether the city is done with it (it may be reopened)."""
        return self.settled_at is not None


class Contact(models.Model):
    """How a person is reached about their cases: personal data, kept apart from the matters."""

    class Preference(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        SMS = "sms", _("By text message")
        CALL = "call", _("By telephone")
        LETTER = "letter", _("By letter")
        MESSENGER = "messenger", _("By the messenger that they wrote with")
        NONE = "none", _("I follow the case with its link")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    postal_address = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    preference = models.CharField(max_length=10, choices=Preference, default=Preference.NONE)
    verified_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="since when its mail comes back for good")
    messenger = models.CharField(max_length=160, blank=True, help_text="PROVIDER:ID, as the messenger knows the person")
    texted_at = models.DateTimeField(
        null=True, blank=True, help_text="when they last wrote from the number: it is theirs"
    )
    phone_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="when another number was given for the first one: that may be anybody's"
    )
    texts_failing_since = models.DateTimeField(
        null=True, blank=True, help_text="since when text messages don't reach the number"
    )
    links_agreed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when they agreed that their cases in all the cities be shown beside each other",
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email"], condition=~Q(email=""), name="contact_by_email"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="contact_by_phone"),
            models.Index(fields=["messenger"], condition=~Q(messenger=""), name="contact_by_messenger"),
        ]
        constraints = [
            CheckConstraint(name="contact_language", condition=Q(language__in=LANGUAGES)),
            CheckConstraint(name="contact_phone_form", condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{5,17}$")),
            CheckConstraint(
                name="contact_preference_possible",
                condition=(~Q(preference="email") | ~Q(email=""))
                & (~Q(preference__in=["sms", "call"]) | ~Q(phone=""))
                & (~Q(preference="letter") | ~Q(postal_address=""))
                & (~Q(preference="messenger") | ~Q(messenger="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Participant(models.Model):
    """Who takes part in a case, and how."""

    class Kind(models.TextChoices):
        REPORTER = "reporter", _("Reported it")
        PROXY = "proxy", _("Acts for the person")
        FOLLOWER = "follower", _("Follows it")
        WRITER = "writer", _("Has written about it")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="participations")
    kind = models.CharField(
        max_length=10, choices=Kind, help_text="a follower is told what is public; the others read the thread's answers"
    )
    basis = models.CharField(
        max_length=200, blank=True, help_text="by what right a proxy acts: guardian, letter of attorney"
    )
    joined_at = models.DateTimeField()
    told_until = models.DateTimeField(
        null=True, blank=True, help_text="of a follower: the time of the last event that they were told"
    )
    receipt_due_at = models.DateTimeField(
        null=True, blank=True, help_text="of a reporter: since when a receipt is due; none is where this is empty"
    )

    class Meta:
        ordering = ["joined_at", "pk"]
        indexes = [
            models.Index(
                fields=["receipt_due_at"], condition=Q(receipt_due_at__isnull=False), name="participant_receipt_due"
            )
        ]
        constraints = [
            UniqueConstraint(fields=["case", "contact"], name="participant_once"),
            UniqueConstraint(fields=["case"], condition=Q(kind="reporter"), name="participant_one_reporter"),
            CheckConstraint(name="participant_kind", condition=Q(kind__in=["reporter", "proxy", "follower", "writer"])),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Event(models.Model):
    """One act upon a case. Rows are added, never changed: the database refuses. History, clocks and figures come from them."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Received")
        ROUTED = "routed", _("Directed to the right place")
        ASSIGNED = "assigned", _("Given to a case officer")
        STATE = "state", _("Changed state")
        ANSWERED = "answered", _("Answered")
        REPLIED = "replied", _("A message came")
        NOTED = "noted", _("A note was written")
        CATEGORISED = "categorised", _("Category changed")
        PLACED = "placed", _("Place changed")
        OFFERED = "offered", _("Offered to another city")
        ACCEPTED = "accepted", _("Handed over")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Offer withdrawn")
        ESCALATED = "escalated", _("Brought to the duty officer")
        DECIDED = "decided", _("Decided by the duty officer")
        JOINED = "joined", _("Joined to another case")
        PARTED = "parted", _("Parted from another case")
        REOPENED = "reopened", _("Reopened")
        RATED = "rated", _("Rated")
        FOLLOWED = "followed", _("Somebody follows it")
        PUBLISHED = "published", _("Public summary published")
        READ = "read", _("Read by another city")
        OPENED_AT_DESK = "opened-at-desk", _("Opened with the resident at a desk")
        NOTIFIED = "notified", _("Told to the resident")
        BOUNCED = "bounced", _("Mail came back")
        FORGOTTEN = "forgotten", _("Personal data removed")
        SPLIT = "split", _("Part taken into a case of its own")
        REJOINED = "rejoined", _("Split undone")
        DIARISED = "diarised", _("Diary number changed")
        UNIT_OFFERED = "unit-offered", _("Offered to another unit")
        UNIT_TAKEN = "unit-taken", _("Taken over by another unit")
        UNIT_RETURNED = "unit-returned", _("Returned by the unit")
        SPOKEN = "spoken", _("Language of service changed")
        PROXY_NAMED = "proxy-named", _("Somebody acts for the resident")
        PROXY_REMOVED = "proxy-removed", _("Nobody acts for the resident any more")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    facts = models.JSONField(default=dict, help_text="what changed, from and to; no personal data")
    is_public = models.BooleanField(default=False, help_text="shown to the resident")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["case", "at", "id"], name="case_event_history"),
            models.Index(fields=["kind", "at"], name="case_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class Rating(models.Model):
    """The resident's answer to the one question after closing: how well was it taken care of, 1 to 5."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="rating")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="rating_stars", condition=Q(stars__range=(1, 5)))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stars}"
