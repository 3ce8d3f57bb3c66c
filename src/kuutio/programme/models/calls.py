"""Calls: what is asked, by when and on which terms; what was changed after it opened; questions answered in public; subscribers."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import Organisation, Person
from kuutio.core.grants.budgets import CostModel
from kuutio.core.money import WHOLE_BP
from kuutio.programme.models.strategy import Programme, ProjectKind, Spearhead

MOST_MONTHS = 120


class Call(models.Model):
    """An invitation to apply for joint projects. It opens and closes by the clock of this server, to the second."""

    class State(models.TextChoices):
        """The states of `core.moves.tables.CALL`."""

        DRAFT = "draft", pgettext_lazy("call", "Draft")
        PUBLISHED = "published", pgettext_lazy("call", "Opens later")
        OPEN = "open", pgettext_lazy("call", "Open")
        CLOSED = "closed", pgettext_lazy("call", "Closed")
        EVALUATING = "evaluating", pgettext_lazy("call", "Being evaluated")
        DECIDED = "decided", pgettext_lazy("call", "Decided")
        ARCHIVED = "archived", pgettext_lazy("call", "Archived")

    class Shape(models.TextChoices):
        ONE_STAGE = "one-stage", _("One stage: the application")
        TWO_STAGES = "two-stages", _("Two stages: an idea first, then the application")
        CONTINUOUS = "continuous", _("Continuous, with cut-off days")

    class Fund(models.TextChoices):
        ERDF = "erdf", _("European Regional Development Fund (ERDF)")
        ESF = "esf", _("European Social Fund (ESF), on top of the strategy’s money")

    Kind = ProjectKind

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="calls")
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="whose office runs it"
    )
    slug = models.SlugField(max_length=60, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    shape = models.CharField(max_length=12, choices=Shape)
    fund = models.CharField(max_length=4, choices=Fund)
    kind = models.CharField(max_length=12, choices=ProjectKind, default=ProjectKind.PILOT)
    spearheads = models.ManyToManyField(
        Spearhead, blank=True, related_name="calls", help_text="which ones the projects may support; none: any"
    )
    title = I18nCharField(max_length=600)
    summary = I18nTextField(blank=True)
    text = I18nTextField(blank=True, help_text="Markdown")
    opens_at = models.DateTimeField(null=True, blank=True)
    ideas_close_at = models.DateTimeField(null=True, blank=True, help_text="last second for an idea")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="last second for an application")
    earliest_start = models.DateField(null=True, blank=True)
    latest_end = models.DateField(null=True, blank=True)
    max_months = models.PositiveSmallIntegerField(default=36)
    spearhead_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="E12: planned for exactly these"
    )
    max_support_bp = models.PositiveIntegerField(
        default=6700, help_text="the support's share of net costs, basis points"
    )
    eu_bp = models.PositiveIntegerField(default=5000, help_text="the EU's part where nobody asks for less")
    cost_models = ArrayField(models.CharField(max_length=8, choices=[(one.value, one.value) for one in CostModel]))
    lump_ceiling_cents = models.BigIntegerField(null=True, blank=True)
    ceiling_on_gross = models.BooleanField(default=False)
    budget_cents = models.BigIntegerField(null=True, blank=True, help_text="what the call shares out")
    threshold = models.PositiveSmallIntegerField(default=50, help_text="points of 100 that are fundable")
    questions = models.JSONField(default=list, blank=True, help_text="the call's own: see programme/questions.py")
    criteria = models.JSONField(default=list, blank=True, help_text='[{"key", "name": {"fi", …}, "weight"}]')
    contact = I18nCharField(max_length=300, blank=True, help_text="a role and its address, not a person")
    numbered = models.PositiveIntegerField(default=0, help_text="applications that were given a number")
    published_at = models.DateTimeField(null=True, blank=True)
    told_opening_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-opens_at", "slug"]
        constraints = [
            CheckConstraint(
                name="call_state",
                condition=Q(state__in=["draft", "published", "open", "closed", "evaluating", "decided", "archived"]),
            ),
            CheckConstraint(
                name="call_times_once_public",
                condition=Q(state="draft")
                | Q(
                    opens_at__isnull=False,
                    closes_at__gt=F("opens_at"),
                    earliest_start__isnull=False,
                    latest_end__gt=F("earliest_start"),
                    published_at__isnull=False,
                ),
            ),
            CheckConstraint(
                name="call_ideas_before_applications",
                condition=Q(ideas_close_at__isnull=True)
                | Q(shape="two-stages", ideas_close_at__gt=F("opens_at"), ideas_close_at__lt=F("closes_at")),
            ),
            CheckConstraint(
                name="call_shares", condition=Q(max_support_bp__lte=WHOLE_BP, eu_bp__lte=F("max_support_bp"))
            ),
            CheckConstraint(name="call_cost_models", condition=Q(cost_models__len__gt=0)),
            CheckConstraint(name="call_months", condition=Q(max_months__range=(1, MOST_MONTHS))),
            CheckConstraint(name="call_threshold", condition=Q(threshold__lte=100)),
            CheckConstraint(name="call_budget", condition=Q(budget_cents__isnull=True) | Q(budget_cents__gt=0)),
            CheckConstraint(
                name="call_ceiling", condition=Q(lump_ceiling_cents__isnull=True) | Q(lump_ceiling_cents__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def is_public(self) -> bool:
        """Everybody may read it."""
        return self.state != self.State.DRAFT

    @property
    def state_bp(self) -> int:
        """The state's part of net costs where nobody asks for less, basis points."""
        return self.max_support_bp - self.eu_bp

    def now(self, at: datetime) -> str:
        """Its state by the clock, also in the seconds before the clock's move is written down."""
        if self.state in (self.State.PUBLISHED, self.State.OPEN) and self.opens_at and self.closes_at:
            if at < self.opens_at:
                return self.State.PUBLISHED
            return self.State.OPEN if self.takes(at) else self.State.CLOSED
        return self.state

    def takes(self, at: datetime) -> bool:
        """Whether an application is in time at this moment; parts of a second, which no receipt shows, don't count (E10)."""
        if not self.opens_at or not self.closes_at or not self.is_public:
            return False
        return self.opens_at <= at.replace(microsecond=0) <= self.closes_at

    def takes_ideas(self, at: datetime) -> bool:
        """Whether an idea is in time at this moment."""
        last = self.ideas_close_at
        return (
            self.shape == self.Shape.TWO_STAGES
            and last is not None
            and self.takes(at)
            and at.replace(microsecond=0) <= last
        )


class CallCutoff(models.Model):
    """A day on which a continuous call takes what has come to evaluation; the last one is when it closes."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="cutoffs")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True, help_text="when what had come was handed to selection")

    class Meta:
        ordering = ["call", "at"]
        constraints = [UniqueConstraint(fields=["call", "at"], name="call_cutoff_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%Y-%m-%d}"


class CallChange(models.Model):
    """What was changed in a call that everybody had read already, and why; shown on its page and sent to those who apply."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    what = models.JSONField(help_text='{"field": [before, after]}')
    reason = I18nTextField()

    class Meta:
        ordering = ["call", "-at"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%Y-%m-%d}"


class CallQuestion(models.Model):
    """A question about a call and its answer, both for everybody; who asked is told to nobody."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="asked")
    text = models.TextField(max_length=2000)
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = I18nTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call", "asked_at"]
        constraints = [
            CheckConstraint(name="call_question_language", condition=Q(language__in=["fi", "sv", "en"])),
            CheckConstraint(name="call_question_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.asked_at:%Y-%m-%d}"


class CallSubscription(models.Model):
    """A person who is told of new calls, and of changes in those that are open."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="call_subscription")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)
