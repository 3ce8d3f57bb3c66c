"""What people say: comments, proposals, arguments, statements, and what others think of them."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kuutio.cities.models import Organisation
from kuutio.core.language import LANGUAGES
from kuutio.participation.models.processes import Process
from kuutio.participation.models.sections import Section
from kuutio.participation.models.stages import Stage


class Contribution(models.Model):
    """One thing that somebody said in a stage. The author may be nobody: not signed in, or no longer with us."""

    class Kind(models.TextChoices):
        COMMENT = "comment", pgettext_lazy("noun", "Comment")
        PROPOSAL = "proposal", _("Proposal")
        ARGUMENT_FOR = "argument_for", _("Argument for")
        ARGUMENT_AGAINST = "argument_against", _("Argument against")
        STATEMENT = "statement", _("Statement")

    class State(models.TextChoices):
        PUBLISHED = "published", _("Published")
        HELD = "held", _("Waits for a moderator")
        HIDDEN = "hidden", _("Hidden by a moderator")
        WITHDRAWN = "withdrawn", _("Withdrawn by its author")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    key = models.UUIDField(unique=True, default=uuid4, help_text="of the form: sent twice, it counts once")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="contributions")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="contributions")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the section, from 1")
    quote = models.CharField(max_length=200, blank=True, help_text="how that paragraph began when it was commented on")
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True, help_text="as it was written; empty when it was withdrawn")
    language = models.CharField(max_length=2)
    geometry = models.BinaryField(null=True, blank=True, help_text="WKB, CRS84: the place it is about")
    place = models.CharField(max_length=200, blank=True, help_text="the place in words, such as an address")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions"
    )
    signature = models.CharField(max_length=80, blank=True, help_text="the name that its author wants shown")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="an official reply: for whom it was written",
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["stage", "state", "kind", "-made_at"], name="contribution_of_stage"),
            models.Index(fields=["section", "state"], name="contribution_of_section"),
            models.Index(fields=["author", "-made_at"], name="contribution_of_author"),
        ]
        constraints = [
            CheckConstraint(
                name="contribution_kind",
                condition=Q(kind__in=["comment", "proposal", "argument_for", "argument_against", "statement"]),
            ),
            CheckConstraint(
                name="contribution_state", condition=Q(state__in=["published", "held", "hidden", "withdrawn"])
            ),
            CheckConstraint(name="contribution_language", condition=Q(language__in=list(LANGUAGES))),
            CheckConstraint(
                name="contribution_says_something",
                # What a moderator hid is empty, too: its words are sealed elsewhere.
                condition=(Q(state__in=["withdrawn", "hidden"]) & Q(text="", title=""))
                | (~Q(state="withdrawn") & ~Q(text="")),
            ),
            CheckConstraint(
                name="contribution_paragraph_of_section",
                condition=Q(paragraph__isnull=True) | Q(paragraph__gte=1, section__isnull=False),
            ),
            CheckConstraint(name="contribution_not_its_own_parent", condition=~Q(parent=F("pk"))),
            CheckConstraint(name="contribution_changed_later", condition=Q(changed_at__gte=F("made_at"))),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:60]


class Reaction(models.Model):
    """What a person thinks of a contribution: one each, the last one counts."""

    class Value(models.IntegerChoices):
        AGAINST = -1, _("Against")
        NEUTRAL = 0, _("Neither")
        FOR = 1, _("For")

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    value = models.SmallIntegerField(choices=Value)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["contribution", "person"], name="reaction_once"),
            CheckConstraint(name="reaction_value", condition=Q(value__in=[-1, 0, 1])),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.value}"
