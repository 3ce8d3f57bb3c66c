"""What a contribution has besides its words when it is a proposal: its city, its authors, its versions, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Municipality
from kuutio.participation.models.contributions import Contribution
from kuutio.participation.models.processes import Process


class Proposal(models.Model):
    """A proposal: which city's matter it is, and how far it has come."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        FEASIBLE = "feasible", _("Can be done")
        CHOSEN = "chosen", _("Chosen")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")
        REJECTED = "rejected", _("Not carried out")

    contribution = models.OneToOneField(Contribution, on_delete=models.CASCADE, related_name="proposal")
    category = models.CharField(max_length=12, choices=Process.Theme)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="proposals", help_text="whose officers deal with it"
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="in which its place is",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    merged_at = models.DateTimeField(null=True, blank=True)
    earlier_supports = models.PositiveIntegerField(default=0, help_text="counted by the service that it came from")

    class Meta:
        indexes = [models.Index(fields=["city", "status"], name="proposal_of_city")]
        constraints = [
            CheckConstraint(
                name="proposal_status",
                condition=Q(status__in=["received", "feasible", "chosen", "in_progress", "done", "rejected"]),
            ),
            CheckConstraint(name="proposal_not_into_itself", condition=~Q(merged_into=F("pk"))),
            CheckConstraint(
                name="proposal_merged_has_time",
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contribution)


class Version(models.Model):
    """A proposal as it was at a time; the newest is what its contribution says."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    place = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["contribution", "number"]
        constraints = [
            UniqueConstraint(fields=["contribution", "number"], name="proposal_version_once"),
            CheckConstraint(name="proposal_version_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.number}"


class CoAuthor(models.Model):
    """Somebody whom an author has asked to write a proposal together."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="co_authors")
    email = models.EmailField(help_text="where the invitation went; empty when it was accepted", blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="co_authored"
    )
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contribution", "invited_at"]
        constraints = [
            UniqueConstraint(fields=["contribution", "email"], name="co_author_invited_once", condition=~Q(email="")),
            UniqueConstraint(fields=["contribution", "person"], name="co_author_once"),
            CheckConstraint(
                name="co_author_accepted",
                condition=Q(person__isnull=True, accepted_at__isnull=True) & ~Q(email="")
                | Q(person__isnull=False, accepted_at__isnull=False, email=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.accepted_at}"


class Photo(models.Model):
    """The picture of a proposal, written anew so that it tells of no camera and no place."""

    contribution = models.OneToOneField(Contribution, on_delete=models.CASCADE, related_name="photo")
    jpeg = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300, help_text="what it shows, for who can't see it")

    class Meta:
        constraints = [CheckConstraint(name="photo_described", condition=~Q(description=""))]

    def __str__(self) -> str:
        return self.description


class ProposalFollow(models.Model):
    """A person who is told what becomes of a proposal."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposal_follows")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["contribution", "person"], name="proposal_follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.contribution_id}"


class StatusChange(models.Model):
    """A step of a proposal: what a city decided or did, and why."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField(max_length=12, choices=Proposal.Status)
    words = I18nTextField(blank=True, help_text="what was decided and why; a rejection always has it")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["proposal", "at", "pk"]
        constraints = [
            CheckConstraint(
                name="status_change_status",
                condition=Q(status__in=["received", "feasible", "chosen", "in_progress", "done", "rejected"]),
            ),
            CheckConstraint(name="status_change_rejected_with_reason", condition=~Q(status="rejected") | ~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.status}"


class Handover(models.Model):
    """A proposal that went to another city: by its place, or because an officer knew better."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="handovers")
    before = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    is_automatic = models.BooleanField(default=False, help_text="by the border in which the place is")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["proposal", "at", "pk"]
        constraints = [
            CheckConstraint(name="proposal_handover_to_another", condition=~Q(before=F("after"))),
            CheckConstraint(name="proposal_handover_says_why", condition=Q(is_automatic=True) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.before_id} {self.after_id}"


class ProposalMilestone(models.Model):
    """A day on a proposal's way after it was chosen."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="milestones")
    title = I18nCharField(max_length=300)
    planned_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["proposal", "planned_on", "pk"]

    def __str__(self) -> str:
        return str(self.title)


class Spending(models.Model):
    """Money that was spent on what was chosen."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="spendings")
    on = models.DateField()
    amount_cents = models.BigIntegerField(help_text="euro cents; what came back is below zero")
    what = I18nCharField(max_length=300)

    class Meta:
        ordering = ["proposal", "on", "pk"]
        constraints = [CheckConstraint(name="spending_of_something", condition=~Q(amount_cents=0))]

    def __str__(self) -> str:
        return f"{self.on} {self.amount_cents}"


class Population(models.Model):
    """How many people live in a municipality on a day, by a source that is named."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="populations")
    on = models.DateField()
    residents = models.PositiveIntegerField()
    residents_15 = models.PositiveIntegerField(null=True, blank=True, help_text="who are fifteen or older")
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ["municipality", "-on"]
        constraints = [
            UniqueConstraint(fields=["municipality", "on"], name="population_once"),
            CheckConstraint(name="population_somebody", condition=Q(residents__gt=0) & ~Q(source="")),
            CheckConstraint(
                name="population_15_of_all",
                condition=Q(residents_15__isnull=True) | Q(residents_15__gt=0, residents_15__lte=F("residents")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.on}"


class Initiative(models.Model):
    """A proposal by which residents demand that their municipality takes up a matter or holds a referendum."""

    class Sort(models.TextChoices):
        INITIATIVE = "initiative", _("Residents’ initiative")
        REFERENDUM = "referendum", _("Initiative for a municipal referendum")

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="initiative")
    sort = models.CharField(max_length=10, choices=Sort)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True, help_text="since when the matter is pending")
    population = models.ForeignKey(
        Population,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="by which it is counted",
    )
    needed = models.PositiveIntegerField(null=True, blank=True, help_text="people, when it was handed in")
    counted = models.PositiveIntegerField(null=True, blank=True, help_text="people, when it was handed in")
    due_on = models.DateField(null=True, blank=True, help_text="until when it must be taken up")

    class Meta:
        constraints = [
            CheckConstraint(name="initiative_sort", condition=Q(sort__in=["initiative", "referendum"])),
            CheckConstraint(
                name="initiative_handed_in_with_its_count",
                condition=Q(handed_in_at__isnull=True, counted__isnull=True, needed__isnull=True, due_on__isnull=True)
                | Q(handed_in_at__isnull=False, counted__isnull=False),
            ),
            CheckConstraint(
                name="initiative_due_when_enough",
                condition=Q(due_on__isnull=True) | Q(needed__isnull=False, counted__gte=F("needed")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.proposal_id}"


class InitiativeSupport(models.Model):
    """Where a supporter of an initiative lives, and whether they are fifteen: what the law counts."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="initiative_supports")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    is_15 = models.BooleanField()
    is_identified = models.BooleanField(
        default=False, help_text="both by strong identification; else as the person told"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["initiative", "person"], name="initiative_support_once")]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.municipality_id}"
