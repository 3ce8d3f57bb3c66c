"""What officers keep while they work: their views of the queue, answers on the way, who is at which case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kuutio.cities.models import Organisation
from kuutio.contact.models.cases import Case


class SavedView(models.Model):
    """A way to look at the queue, under a name: an officer's own, or one that an organisation's officers share."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        help_text="whose own it is",
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose officers share it",
    )
    filters = models.JSONField(default=dict, help_text="as `contact.filters.Filters` writes them")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            CheckConstraint(name="saved_view_named", condition=~Q(name="")),
            CheckConstraint(
                name="saved_view_own_or_shared",
                condition=Q(person__isnull=True, organisation__isnull=False)
                | Q(person__isnull=False, organisation__isnull=True),
            ),
            UniqueConstraint(fields=["person", "name"], name="saved_view_own_name"),
            UniqueConstraint(fields=["organisation", "name"], name="saved_view_shared_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AnswerDraft(models.Model):
    """What an officer has written to a resident and not yet sent; one for an officer and a case.

    With a time to be sent at it is an answer on its way, which can still be taken back; when it is sent the row is gone.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answer_drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answer_drafts")
    text = models.TextField()
    then = models.CharField(max_length=20, blank=True, help_text="the state that the case goes to with the answer")
    key = models.CharField(max_length=40, blank=True, help_text="of the page that it was written on")
    changed_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="why it could not be sent")

    class Meta:
        indexes = [
            models.Index(fields=["send_at"], condition=Q(send_at__isnull=False), name="answer_draft_on_its_way"),
            models.Index(fields=["changed_at"], name="answer_draft_changed"),
        ]
        constraints = [
            UniqueConstraint(fields=["case", "person"], name="answer_draft_once"),
            CheckConstraint(name="answer_draft_says_something", condition=~Q(text="")),
            CheckConstraint(name="answer_draft_sent_or_refused", condition=Q(send_at__isnull=True) | Q(problem="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"


class Presence(models.Model):
    """An officer who has a case on the screen now; it expires by itself."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(db_index=True)
    typed_at = models.DateTimeField(null=True, blank=True, help_text="when they last wrote at an answer")

    class Meta:
        constraints = [UniqueConstraint(fields=["case", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"


class WorkHabit(models.Model):
    """How an officer wants their workspace to behave."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="work_habit"
    )
    uses_keys = models.BooleanField(default=True, help_text="single letters do things (WCAG 2.2, 2.1.4)")

    def __str__(self) -> str:
        return str(self.person_id)


class Split(models.Model):
    """Messages that were taken out of a case into one of their own, and whether that was undone."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="split", help_text="the new one")
    origin = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="splits")
    messages = models.ManyToManyField("contact.Message", related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(name="split_from_another", condition=~Q(case=F("origin"))),
            CheckConstraint(name="split_undone_later", condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("at"))),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} -> {self.case_id}"
