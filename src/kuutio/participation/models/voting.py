"""A vote: who got a pass, and apart from it the log of ballots. Nothing joins the two: no key, no column, no time, no order.

Passes and entries have random ids. A ballot that waits for its batch is rewritten with the others of the batch in a drawn order, in
one transaction; when the vote closes, so are the passes. What is left tells of nobody when they voted, or what.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.participation.models.budgets import Budget
from kuutio.participation.models.processes import Process


class Channel(models.TextChoices):
    """How a ballot came."""

    WEB = "web", _("Browser")
    FORM = "form", _("Form without scripts")
    DESK = "desk", _("Service desk")
    PAPER = "paper", _("Paper")


CHANNELS = ["web", "form", "desk", "paper"]


class ProcessKey(models.Model):
    """The secret by which persons become nullifiers in one process; after the appeals it is destroyed."""

    process = models.OneToOneField(Process, on_delete=models.PROTECT, related_name="voting_key")
    secret = models.BinaryField(null=True, help_text="sealed; NULL once it is destroyed")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="process_key_destroyed_or_there",
                condition=Q(secret__isnull=False, destroyed_at__isnull=True)
                | Q(secret__isnull=True, destroyed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.process_id)


class VoteKey(models.Model):
    """The keys of one budget's vote: what signs its log, and what signs its passes and nothing else."""

    budget = models.OneToOneField(Budget, on_delete=models.PROTECT, related_name="keys")
    origin = models.CharField(max_length=200, unique=True, help_text="the log's name for all its life")
    log_key = models.BinaryField(help_text="sealed: 32 bytes, Ed25519")
    pass_key = models.BinaryField(null=True, help_text="sealed: PKCS #8, RSA; NULL once it is destroyed")
    pass_public = models.BinaryField(help_text="SubjectPublicKeyInfo")
    frontier = models.BinaryField(help_text="of the log, so that adding doesn't read it all")
    size = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.origin


class Pass(models.Model):
    """That a person may cast one ballot. The row has no time: when it was issued would tell whose ballot came next."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    group = models.SlugField(max_length=60)
    nullifier = models.BinaryField(help_text="HMAC of the person by the process's key")
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="passes")
    channel = models.CharField(max_length=5, choices=Channel)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+", help_text="of the voter, for statistics")
    district = models.CharField(max_length=5, blank=True, help_text="the voter’s postal code, or `work`")
    asked = models.BinaryField(
        null=True, blank=True, help_text="hash of the blinded token, so that asking again gives the same answer"
    )

    class Meta:
        verbose_name_plural = "passes"
        constraints = [
            UniqueConstraint(fields=["process", "group", "nullifier"], name="pass_once_a_person"),
            CheckConstraint(name="pass_channel", condition=Q(channel__in=CHANNELS)),
            CheckConstraint(name="pass_asked_in_browser", condition=Q(channel="web") | Q(asked__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Entry(models.Model):
    """An entry of a vote's log; without a number it waits for its batch."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(null=True, blank=True)
    content = models.BinaryField(help_text="canonical JSON, as it is hashed")
    leaf = models.BinaryField(unique=True, help_text="the hash of the content")
    token = models.BinaryField(null=True, unique=True, help_text="hash of the token that it spends")
    commitment = models.BinaryField(null=True, unique=True, help_text="hash of the token that may replace it")

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["budget", "number"]
        indexes = [models.Index(fields=["budget"], condition=Q(number__isnull=True), name="entry_waiting")]
        constraints = [
            UniqueConstraint(fields=["budget", "number"], name="entry_number_once"),
            CheckConstraint(name="entry_only_ballots_wait", condition=Q(number__isnull=False) | Q(token__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Head(models.Model):
    """A signed head of a vote's log, with the signatures of its witnesses as they come."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="heads")
    size = models.PositiveIntegerField()
    signed = models.BinaryField(help_text="C2SP checkpoint, as it is published")
    at = models.DateTimeField()

    class Meta:
        ordering = ["budget", "size"]
        constraints = [UniqueConstraint(fields=["budget", "size"], name="head_size_once")]

    def __str__(self) -> str:
        return str(self.size)


class Witness(models.Model):
    """A city as a witness of the other cities' logs: its key signs heads that continue those that it signed before.

    An internal one's key is kept here; an external one signs on a machine of its own, and only its public key is known. A city may
    change from one to the other: the old one stays for the votes that name it.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="witnesses")
    name = models.CharField(max_length=200, unique=True)
    key = models.BinaryField(null=True, blank=True, help_text="sealed: 32 bytes, Ed25519; NULL for an external one")
    public = models.CharField(max_length=400, blank=True, help_text="of an external one: NAME+ID+BASE64")
    is_current = models.BooleanField(default=True, help_text="whether further votes name it")

    class Meta:
        verbose_name_plural = "witnesses"
        constraints = [
            UniqueConstraint(fields=["city"], condition=Q(is_current=True), name="witness_current_of_a_city"),
            CheckConstraint(
                name="witness_here_or_elsewhere",
                condition=Q(key__isnull=False, public="") | (Q(key__isnull=True) & ~Q(public="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        """Whether it signs elsewhere, with a key that nobody here has."""
        return bool(self.public)


class Witnessed(models.Model):
    """The newest head of a log that a witness has signed."""

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="seen")
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="witnessed")
    size = models.PositiveIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "witnessed"
        constraints = [UniqueConstraint(fields=["witness", "budget"], name="witnessed_once")]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.size}"


class Sheet(models.Model):
    """A paper ballot, typed in by one officer and again by another; then it is in the log like any other."""

    key = models.UUIDField(unique=True, default=uuid4, help_text="of the form: sent twice, it counts once")
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="sheets")
    serial = models.CharField(max_length=40, help_text="the number that is printed on it")
    channel = models.CharField(max_length=5, choices=Channel)
    choice = models.JSONField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", help_text="empty: has left"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    leaf = models.BinaryField(null=True, blank=True, help_text="its entry in the log")

    class Meta:
        ordering = ["budget", "serial"]
        constraints = [
            UniqueConstraint(fields=["budget", "serial"], name="sheet_serial_once"),
            CheckConstraint(name="sheet_channel", condition=Q(channel__in=["desk", "paper"])),
            CheckConstraint(
                name="sheet_two_people",
                condition=Q(confirmed_by__isnull=True) | (Q(leaf__isnull=False) & ~Q(confirmed_by=F("entered_by"))),
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class Count(models.Model):
    """The result of a vote: by which rule, from which entries, what it said."""

    budget = models.OneToOneField(Budget, on_delete=models.PROTECT, related_name="count")
    rule = models.JSONField()
    inputs = models.BinaryField(help_text="root of the log that was counted: 32 bytes")
    result = models.JSONField(help_text="core.budgeting: steps with payers, losers with what they lacked")
    comparison = models.JSONField(help_text="beside greedy by votes")
    alike = models.JSONField(default=dict, help_text="groups of identical ballots, and the winners without them")
    turnout = models.JSONField(help_text="passes by city, district and channel; small numbers left out")
    bundle = models.FileField(upload_to="votes/")
    counted_at = models.DateTimeField()
    handed_on_at = models.DateTimeField(null=True, blank=True, help_text="when the winners became projects")

    def __str__(self) -> str:
        return str(self.budget_id)


class TurnoutDay(models.Model):
    """How far a vote was on an evening, in numbers rounded down to fives: its passes and the entries of its log."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    entries = models.PositiveIntegerField(help_text="of the log, as its signed head says")
    passes = models.JSONField(help_text="by city, district and channel")

    class Meta:
        ordering = ["budget", "day"]
        constraints = [UniqueConstraint(fields=["budget", "day"], name="turnout_day_once")]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.day}"
