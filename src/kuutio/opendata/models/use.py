"""Who follows a data set, how much each is used (no visitor is known), which links answer."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint

from kuutio.opendata.models.catalogue import Dataset, Distribution


class Follow(models.Model):
    """A person wants to hear when a data set changes."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_datasets")
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["dataset", "person"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.dataset_id}"


class Use(models.Model):
    """How many times a data set was asked for on a day at a door; a count, nothing of who asked."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    door = models.CharField(max_length=12)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["dataset", "day", "door"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.day} {self.door}: {self.count}"


class LinkCheck(models.Model):
    """What the last check of a distribution's address found."""

    distribution = models.OneToOneField(Distribution, on_delete=models.CASCADE, related_name="link_check")
    checked_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status; empty: no answer")
    problem = models.CharField(max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="in a row")

    def __str__(self) -> str:
        return f"{self.distribution_id} {self.status}"
