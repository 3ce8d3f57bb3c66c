"""The joint first line: a desk that several cities let receive, answer and follow for them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kuutio.cities.models import Organisation


class JointDesk(models.Model):
    """A desk that serves for several cities; the default one receives what nobody can place."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="joint_desk")
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="joint_desk_one_default")
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Mandate(models.Model):
    """What a city lets a joint desk do for it, and for how long."""

    desk = models.ForeignKey(JointDesk, on_delete=models.CASCADE, related_name="mandates")
    giver = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    categories = ArrayField(models.SlugField(max_length=40), default=list, help_text="empty: all")
    may_answer = models.BooleanField(default=True, help_text="else it only reads and adds messages")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the last day")

    class Meta:
        ordering = ["desk", "giver", "starts_on"]
        constraints = [
            CheckConstraint(name="mandate_span", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))),
            UniqueConstraint(fields=["desk", "giver"], condition=Q(ends_on__isnull=True), name="mandate_one_endless"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} -> {self.desk_id}"
