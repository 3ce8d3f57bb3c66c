"""A round: a call's applications or a challenge's answers, judged together by one method, decided by the same people."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import Organisation, Person


class Round(models.Model):
    """What is judged together: by which method, with which money, by whom it is decided. The domain that opened it knows its key."""

    class State(models.TextChoices):
        """`core.moves.selecting.ROUND`."""

        DRAFT = "draft", _("Being prepared")
        DECLARING = "declaring", _("Conflicts of interest are declared")
        REVIEWING = "reviewing", _("Under review")
        RANKED = "ranked", _("Ranking made, decisions pending")
        DECIDED = "decided", _("Decided")
        PUBLISHED = "published", _("Results published")
        CANCELLED = "cancelled", _("Cancelled")

    class Decisions(models.TextChoices):
        TWO = "two", _("Expediency by the cities, legality by the authority")
        ONE = "one", _("One decision by a jury")

    class Employer(models.TextChoices):
        """How "employed by a party" is read; `core.choosing.conflicts.Employer`."""

        ORGANISATION = "ORGANISATION", _("Whoever works for a partner organisation stands aside")
        UNIT = "UNIT", _("Whoever works for the unit that takes part stands aside")

    key = models.CharField(max_length=120, unique=True, help_text="such as call:pilots-2017-1")
    title = I18nCharField(max_length=600)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="rounds", help_text="whose office runs it"
    )
    authority = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rounds_of_authority",
        help_text="who decides on legality, where two decide",
    )
    body = I18nCharField(max_length=300, help_text="who decides on expediency, or alone: steering group, jury")
    decisions = models.CharField(max_length=4, choices=Decisions, default=Decisions.TWO)
    address = models.CharField(
        max_length=300, blank=True, help_text="path of the call or challenge, without a language"
    )
    budget_cents = models.BigIntegerField(null=True, blank=True, help_text="empty: no line is drawn by money")
    threshold = models.PositiveSmallIntegerField(default=50, help_text="points of 100 that are needed (V4)")
    scale_low = models.PositiveSmallIntegerField(default=0)
    scale_high = models.PositiveSmallIntegerField(default=5)
    blind = models.BooleanField(default=False, help_text="who applies is hidden until a review is sent (V9)")
    names_reviewers = models.BooleanField(default=False, help_text="the published results name the reviewers")
    names_rejected = models.BooleanField(default=True, help_text="the published results name those who got nothing")
    employer = models.CharField(max_length=12, choices=Employer, default=Employer.ORGANISATION)
    reviews_wanted = models.PositiveSmallIntegerField(default=3, help_text="of each candidate")
    most_per_reviewer = models.PositiveSmallIntegerField(default=30)
    least_per_reviewer = models.PositiveSmallIntegerField(default=0)
    one_per_city = models.BooleanField(default=False, help_text="no two reviewers of a candidate from one city")
    one_outside = models.BooleanField(default=False, help_text="one at least from outside the lead's city")
    topics = models.JSONField(
        default=list, blank=True, encoder=DjangoJSONEncoder, help_text='what it is about: [{"key", "title": {"fi": …}}]'
    )
    review_by = models.DateTimeField(null=True, blank=True, help_text="until when reviews are asked for")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField()
    seed = models.CharField(max_length=64, blank=True, help_text="of the lots; drawn and published with `declare`")
    opened_at = models.DateTimeField()
    ranked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "key"]
        constraints = [
            CheckConstraint(name="round_key", condition=Q(key__regex=r"^[a-z]+:[a-z0-9][a-z0-9-]*$")),
            CheckConstraint(
                name="round_state",
                condition=Q(
                    state__in=["draft", "declaring", "reviewing", "ranked", "decided", "published", "cancelled"]
                ),
            ),
            CheckConstraint(
                name="round_decisions",
                condition=Q(decisions="one", authority__isnull=True) | Q(decisions="two", authority__isnull=False),
            ),
            CheckConstraint(name="round_scale", condition=Q(scale_high__gt=F("scale_low"), scale_high__lte=100)),
            CheckConstraint(name="round_threshold", condition=Q(threshold__lte=100)),
            CheckConstraint(name="round_budget", condition=Q(budget_cents__isnull=True) | Q(budget_cents__gte=0)),
            CheckConstraint(name="round_loads", condition=Q(most_per_reviewer__gte=F("least_per_reviewer"))),
            CheckConstraint(name="round_reviews", condition=Q(reviews_wanted__gte=1, reviews_wanted__lte=20)),
            CheckConstraint(name="round_employer", condition=Q(employer__in=["ORGANISATION", "UNIT"])),
            CheckConstraint(
                name="round_seed_published_before", condition=Q(state__in=["draft", "cancelled"]) | ~Q(seed="")
            ),
            CheckConstraint(
                name="round_ranked_at",
                condition=Q(state__in=["ranked", "decided", "published"], ranked_at__isnull=False)
                | (~Q(state__in=["ranked", "decided", "published"]) & Q(ranked_at__isnull=True)),
            ),
            CheckConstraint(
                name="round_published_at",
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_frozen(self) -> bool:
        """Whether the ranking is made, so that no review changes any more (V14)."""
        return self.ranked_at is not None


class Criterion(models.Model):
    """What is scored, how much it weighs of 100, and below which mean a candidate can't be funded (V1, V13)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    title = I18nCharField(max_length=300)
    help = I18nTextField(blank=True, help_text="what a high and a low score mean")
    weight = models.PositiveSmallIntegerField()
    threshold = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["round", "position"]
        verbose_name_plural = "criteria"
        constraints = [
            UniqueConstraint(fields=["round", "key"], name="criterion_key_once"),
            UniqueConstraint(fields=["round", "position"], name="criterion_position_once"),
            CheckConstraint(name="criterion_weight", condition=Q(weight__gt=0, weight__lte=100)),
            CheckConstraint(name="criterion_threshold", condition=Q(threshold__isnull=True) | Q(threshold__gte=0)),
        ]

    def __str__(self) -> str:
        return self.key


class Member(models.Model):
    """Somebody who decides: of the cities' steering group, or of a jury."""

    class Part(models.TextChoices):
        CHAIR = "chair", _("Chair")
        MEMBER = "member", _("Member")
        DEPUTY = "deputy", _("Deputy member")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", help_text="empty: has left Kuutio"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=6, choices=Part, default=Part.MEMBER)

    class Meta:
        ordering = ["round", "pk"]
        constraints = [
            UniqueConstraint(fields=["round", "person"], name="member_once"),
            UniqueConstraint(fields=["round"], condition=Q(part="chair"), name="member_one_chair"),
            CheckConstraint(name="member_part", condition=Q(part__in=["chair", "member", "deputy"])),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.person_id}"


class Affiliation(models.Model):
    """An organisation that another one owns or steers: who works for one of them is not free of the other."""

    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    ground = models.CharField(max_length=200, help_text="such as: owns 51 %")

    class Meta:
        ordering = ["owner", "organisation"]
        constraints = [
            UniqueConstraint(fields=["owner", "organisation"], name="affiliation_once"),
            CheckConstraint(name="affiliation_of_another", condition=~Q(owner=F("organisation"))),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.organisation_id}"


class Expertise(models.Model):
    """What a reviewer knows: topics of a round, and words of their own."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="expertise")
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    words = models.CharField(max_length=600, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "expertise"

    def __str__(self) -> str:
        return str(self.person_id)
