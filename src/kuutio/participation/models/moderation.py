"""Moderation: what was decided on a contribution and why, who reported it, and the appeal that another person decides."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from kuutio.cities.models import City
from kuutio.participation.models.contributions import Contribution, Reaction


class Ground(models.TextChoices):
    """The fixed list of reasons for which a contribution may be hidden.

    Source: Regulation (EU) 2022/2065, Article 17(3): a statement names the ground and the facts.
    """

    ILLEGAL = "illegal", _("It breaks the law")
    HATE = "hate", _("It incites hatred or threatens")
    PRIVACY = "privacy", _("It tells of somebody’s private life")
    INSULT = "insult", _("It insults somebody")
    SPAM = "spam", _("It advertises, or is sent again and again")
    OFF_TOPIC = "off_topic", _("It is about something else")
    COPYRIGHT = "copyright", _("It uses somebody’s work without permission")
    MISLEADING = "misleading", _("It pretends to come from somebody else")


GROUNDS = ["illegal", "hate", "privacy", "insult", "spam", "off_topic", "copyright", "misleading"]


class ModerationRule(models.Model):
    """How careful a city is with new accounts; a city without a row keeps to the defaults."""

    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="moderation_rule")
    first_held = models.PositiveSmallIntegerField(
        default=0, help_text="so many first contributions wait for a moderator"
    )
    links_held_days = models.PositiveSmallIntegerField(default=7, help_text="links of accounts younger than this wait")
    per_hour = models.PositiveSmallIntegerField(default=20, help_text="contributions of a person in an hour")

    class Meta:
        constraints = [CheckConstraint(name="moderation_rule_lets_speak", condition=Q(per_hour__gte=1))]

    def __str__(self) -> str:
        return str(self.city_id)


class Moderation(models.Model):
    """A decision on a contribution, with its statement of reasons. The newest one stands."""

    class Act(models.TextChoices):
        HIDE = "hide", _("Hidden")
        PUBLISH = "publish", _("Published")
        RESTORE = "restore", _("Shown again")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="moderations")
    act = models.CharField(max_length=8, choices=Act)
    ground = models.CharField(max_length=12, choices=Ground, blank=True)
    facts = models.TextField(blank=True, max_length=2000, help_text="what in it, told to its author")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="moderation_newest")]
        constraints = [
            UniqueConstraint(fields=["id", "by"], name="moderation_and_moderator"),
            CheckConstraint(name="moderation_act", condition=Q(act__in=["hide", "publish", "restore"])),
            CheckConstraint(
                name="moderation_hides_with_reason",
                condition=(Q(act="hide", ground__in=GROUNDS) & ~Q(facts="")) | (~Q(act="hide") & Q(ground="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.contribution_id}"


class Sealed(models.Model):
    """The words of what was hidden, kept apart for the time in which its author can appeal."""

    moderation = models.OneToOneField(Moderation, on_delete=models.CASCADE, related_name="sealed")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    place = models.CharField(max_length=200, blank=True)
    signature = models.CharField(max_length=80, blank=True)
    geometry = models.BinaryField(null=True, blank=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sealed"
        indexes = [models.Index(fields=["until"], name="sealed_until")]

    def __str__(self) -> str:
        return f"{self.moderation_id} {self.until}"


class Appeal(models.Model):
    """An author's appeal against a decision; the database sees to it that another person decides."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        OVERTURNED = "overturned", _("The decision was overturned")

    moderation = models.OneToOneField(Moderation, on_delete=models.CASCADE, related_name="appeal")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            CheckConstraint(name="appeal_says_why", condition=~Q(text="")),
            CheckConstraint(
                name="appeal_outcome",
                condition=Q(outcome="", answer="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(outcome__in=["upheld", "overturned"], decided_at__gte=F("at")) & ~Q(answer=""),
            ),
            CheckConstraint(
                name="appeal_decided_by_another",
                condition=Q(moderator__isnull=True) | Q(decided_by__isnull=True) | ~Q(moderator=F("decided_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moderation_id} {self.outcome}"


class Report(models.Model):
    """Somebody says that a contribution should not be there."""

    key = models.UUIDField(unique=True, default=uuid4)
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reports")
    ground = models.CharField(max_length=12, choices=Ground)
    text = models.TextField(blank=True, max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when a moderator had decided on it")

    class Meta:
        ordering = ["at"]
        constraints = [CheckConstraint(name="report_ground", condition=Q(ground__in=GROUNDS))]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.ground}"


class Held(models.Model):
    """Why a contribution waits for a moderator."""

    class Why(models.TextChoices):
        LINK = "link", _("A link from a new account")
        FIRST = "first", _("One of an account’s first contributions")
        SAME = "same", _("The same text was sent before")

    contribution = models.OneToOneField(Contribution, on_delete=models.CASCADE, related_name="held")
    why = models.CharField(max_length=8, choices=Why)

    class Meta:
        verbose_name_plural = "held"
        constraints = [CheckConstraint(name="held_why", condition=Q(why__in=["link", "first", "same"]))]

    def __str__(self) -> str:
        return self.why


class SupportFlag(models.Model):
    """A support that bears a sign of coordination. It counts; readers are told how many are without a sign."""

    class Why(models.TextChoices):
        BURST = "burst", _("Many new accounts within an hour")
        ALIKE = "alike", _("Several accounts with exactly the same choices")

    reaction = models.ForeignKey(Reaction, on_delete=models.CASCADE, related_name="flags")
    why = models.CharField(max_length=5, choices=Why)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["reaction", "why"], name="support_flag_once"),
            CheckConstraint(name="support_flag_why", condition=Q(why__in=["burst", "alike"])),
        ]

    def __str__(self) -> str:
        return f"{self.reaction_id} {self.why}"
