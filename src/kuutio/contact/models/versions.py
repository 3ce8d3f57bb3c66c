"""Which state the catalogue of matters is in, so that a process may keep what it has read of it."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q


class CatalogueVersion(models.Model):
    """One row, given another id by the database with every change of the catalogue, its rules, or whose cities they are.

    The id is random, not a number that grows: what a transaction wrote and took back must never be met again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [CheckConstraint(name="catalogue_version_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.version)
