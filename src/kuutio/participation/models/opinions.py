"""Opinion maps: under which number a person stands in what is published, votes brought from elsewhere, the map as it was made last.

What somebody answers here is a `Reaction` to a statement.
"""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.cities.models import City
from kuutio.participation.models.contributions import Contribution, Reaction
from kuutio.participation.models.stages import Stage


class OpinionVoter(models.Model):
    """Somebody who answers in one stage, under a random number; it goes when the person does.

    Who was brought from another system is nobody here: no person, and the name that the export gave.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="opinion_voters")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="opinion_voters"
    )
    origin = models.CharField(max_length=100, blank=True, help_text="what an export called them")
    number = models.PositiveIntegerField(help_text="random; it stands for the person in what is published")
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="as they told it"
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["stage", "number"], name="opinion_voter_number_once"),
            UniqueConstraint(fields=["stage", "person"], condition=Q(person__isnull=False), name="opinion_voter_once"),
            UniqueConstraint(fields=["stage", "origin"], condition=~Q(origin=""), name="opinion_voter_brought_once"),
            CheckConstraint(
                name="opinion_voter_person_or_origin",
                condition=Q(person__isnull=False, origin="") | (Q(person__isnull=True) & ~Q(origin="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class BroughtVote(models.Model):
    """A vote that was cast in another system."""

    voter = models.ForeignKey(OpinionVoter, on_delete=models.CASCADE, related_name="brought_votes")
    statement = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="brought_votes")
    value = models.SmallIntegerField(choices=Reaction.Value)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["voter", "statement"], name="brought_vote_once"),
            CheckConstraint(name="brought_vote_value", condition=Q(value__in=[-1, 0, 1])),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.value}"


class OpinionMap(models.Model):
    """The last map of a stage, with all that it was made from: who wants to can make it again.

    Older ones aren't kept: an answer that was taken back is in them.
    """

    stage = models.OneToOneField(Stage, on_delete=models.CASCADE, related_name="opinion_map")
    made_at = models.DateTimeField(help_text="when its votes were read last")
    digest = models.CharField(max_length=64, help_text="SHA-256 of votes.csv and comments.csv, one after the other")
    seed = models.BigIntegerField(help_text="of the samples that the stability is measured by")
    stability = models.FloatField(null=True, blank=True)
    people = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    told = models.JSONField(help_text="what the page shows")
    files = models.BinaryField(help_text="a zip: the votes and statements as Polis exports them")

    class Meta:
        constraints = [
            CheckConstraint(name="opinion_map_digest", condition=Q(digest__regex="^[0-9a-f]{64}$")),
            CheckConstraint(
                name="opinion_map_stability",
                condition=Q(stability__isnull=True) | Q(stability__gte=-1, stability__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id} {self.digest[:12]}"
