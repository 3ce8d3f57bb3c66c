"""The diary numbers of the organisations that have had a case, beside the number that all of them share."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.cities.models import Organisation
from kuutio.contact.models.cases import Case


class DiaryNumber(models.Model):
    """An organisation's own number of a case; each sees its own, the resident that of who is responsible."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="diary_numbers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=60)

    class Meta:
        ordering = ["case", "organisation"]
        indexes = [models.Index(fields=["number"], name="diary_by_number")]
        constraints = [
            UniqueConstraint(fields=["case", "organisation"], name="diary_one_of_each"),
            CheckConstraint(name="diary_number_told", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.number
