"""Official lists of funded projects: all that an authority funded in a period, as it published it; the programme's own are among them."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class ProjectList(models.Model):
    """One authority's list of one funding period."""

    key = models.SlugField(primary_key=True, max_length=40)
    read_at = models.DateTimeField(help_text="when its last change came in")

    def __str__(self) -> str:
        return self.key


class ListedProject(models.Model):
    """A project as a list tells it. What the list leaves empty is empty here."""

    list = models.ForeignKey(ProjectList, on_delete=models.CASCADE, related_name="projects")
    code = models.CharField(max_length=60, help_text="in the authority's register, such as A70202")
    name = models.CharField(max_length=600)
    fund = models.CharField(max_length=60, blank=True)
    priority = models.CharField(max_length=60, blank=True, help_text="the programme's priority axis")
    authority = models.CharField(max_length=600, blank=True)
    state = models.CharField(max_length=60, blank=True)
    lead = models.CharField(max_length=600, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    granted_cents = models.BigIntegerField(null=True, blank=True, help_text="EU and state funding granted")
    paid_cents = models.BigIntegerField(null=True, blank=True, help_text="EU and state funding paid")
    planned_cents = models.BigIntegerField(null=True, blank=True, help_text="all public funding planned")
    realised_cents = models.BigIntegerField(
        null=True, blank=True, help_text="all public funding realised; a correction can take it below zero"
    )

    class Meta:
        ordering = ["list", "code"]
        constraints = [
            UniqueConstraint(fields=["list", "code"], name="listed_project_once"),
            CheckConstraint(name="listed_project_named", condition=~Q(code="") & ~Q(name="")),
            CheckConstraint(
                name="listed_project_period",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.code
