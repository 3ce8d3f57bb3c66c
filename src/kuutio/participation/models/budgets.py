"""A participatory budget: money that people vote on, and the projects that it may go to."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City
from kuutio.participation.models.contributions import Contribution
from kuutio.participation.models.processes import Process
from kuutio.participation.models.stages import Stage


class Budget(models.Model):
    """One sum of money with one ballot paper: a city's, a district's, or the common one of all the process's cities.

    What could be bent is frozen when the vote is opened: from then on `opened_at` is set and the log's first entry holds it.
    """

    class Paper(models.TextChoices):
        """What a ballot asks; the kinds are Pabulib's, an approval within the budget being called knapsack."""

        APPROVAL = "approval", _("Choose the projects you support")
        KNAPSACK = "knapsack", _("Spend the budget: choose projects that fit in it")
        ORDINAL = "ordinal", _("Put projects in order, the best first")
        CUMULATIVE = "cumulative", _("Divide points among projects")
        SCORING = "scoring", _("Give each project points")
        CHOOSE_1 = "choose-1", _("Choose one project")

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        OPEN = "open", _("Frozen for the vote")
        CLOSED = "closed", _("Closed, being counted")
        COUNTED = "counted", _("Counted")

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="budgets")
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, related_name="budgets", help_text="in which it is voted on"
    )
    slug = models.SlugField(max_length=60, help_text="its part of the address, unchanging")
    group = models.SlugField(max_length=60, help_text="of the budgets of one group, each person votes on one")
    position = models.PositiveSmallIntegerField()
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="budgets", help_text="empty: common to all"
    )
    title = I18nCharField(max_length=600)
    area = I18nCharField(max_length=300, blank=True, help_text="the district's name, where it is for one")
    postal_codes = ArrayField(
        models.CharField(max_length=5), default=list, blank=True, help_text="of the district; none: the whole city"
    )
    amount_cents = models.BigIntegerField()
    paper = models.CharField(max_length=10, choices=Paper, default=Paper.APPROVAL)
    limits = models.JSONField(default=dict, blank=True, help_text="of a ballot, by Pabulib's names; money in cents")
    rule = models.JSONField(help_text="of core.budgeting")
    least_age = models.PositiveSmallIntegerField(default=12, help_text="years, reached when the vote closes")
    most_age = models.PositiveSmallIntegerField(null=True, blank=True)
    work_city_counts = models.BooleanField(default=False, help_text="who works in the city may vote, too")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when all was frozen")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="as it was frozen")

    class Meta:
        ordering = ["process", "position"]
        constraints = [
            UniqueConstraint(fields=["process", "slug"], name="budget_slug_once"),
            CheckConstraint(name="budget_amount", condition=Q(amount_cents__gt=0)),
            CheckConstraint(
                name="budget_paper",
                condition=Q(paper__in=["approval", "knapsack", "ordinal", "cumulative", "scoring", "choose-1"]),
            ),
            CheckConstraint(
                name="budget_ages",
                condition=Q(least_age__lte=100)
                & (Q(most_age__isnull=True) | Q(most_age__gte=F("least_age"), most_age__isnull=False)),
            ),
            CheckConstraint(
                name="budget_frozen_when_opened",
                condition=Q(state="draft", opened_at__isnull=True, closes_at__isnull=True)
                | Q(
                    state__in=["open", "closed", "counted"],
                    opened_at__isnull=False,
                    closes_at__isnull=False,
                    closes_at__gt=F("opened_at"),
                ),
            ),
            CheckConstraint(name="budget_district_of_a_city", condition=Q(postal_codes__len=0) | Q(city__isnull=False)),
            CheckConstraint(name="budget_named", condition=~Q(slug="") & ~Q(group="")),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_frozen(self) -> bool:
        """Whether the vote was opened, so that nothing of it changes any more."""
        return self.state != self.State.DRAFT


class Project(models.Model):
    """Something that a budget's money may go to. Officers say whether it can be done, and why not."""

    class Feasibility(models.TextChoices):
        WAITING = "waiting", _("Not looked into yet")
        FEASIBLE = "feasible", _("Can be done: on the ballot")
        INFEASIBLE = "infeasible", _("Can’t be done")

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="projects")
    key = models.CharField(max_length=40, help_text="its id on the ballot and in the log")
    title = I18nCharField(max_length=600)
    text = I18nTextField(blank=True)
    cost_cents = models.BigIntegerField()
    category = models.CharField(max_length=80, blank=True)
    area = I18nCharField(max_length=300, blank=True)
    source = models.ForeignKey(
        Contribution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="projects",
        help_text="the proposal that it was made of",
    )
    feasibility = models.CharField(max_length=10, choices=Feasibility, default=Feasibility.WAITING)
    reason = I18nTextField(blank=True, help_text="why it can or can’t be done")

    class Meta:
        ordering = ["budget", "pk"]
        constraints = [
            UniqueConstraint(fields=["budget", "key"], name="project_key_once"),
            UniqueConstraint(fields=["budget", "source"], name="project_source_once"),
            CheckConstraint(name="project_cost", condition=Q(cost_cents__gt=0)),
            CheckConstraint(name="project_key", condition=Q(key__regex=r"^[A-Za-z0-9_.-]+$")),
            CheckConstraint(
                name="project_feasibility", condition=Q(feasibility__in=["waiting", "feasible", "infeasible"])
            ),
            CheckConstraint(
                name="project_infeasible_has_reason",
                condition=~Q(feasibility="infeasible") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)


class TakenBack(models.Model):
    """A project that won its vote and can't be carried out after all: said by the city, with why. The result of the vote stays."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="taken_back")
    why = I18nTextField(help_text="told to everybody")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "taken back"
        constraints = [CheckConstraint(name="taken_back_says_why", condition=~Q(why=""))]

    def __str__(self) -> str:
        return f"{self.project_id} {self.at}"
