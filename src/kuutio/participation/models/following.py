"""Who wants to be told what happens in a process, or with a proposal."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from kuutio.participation.models.contributions import Contribution
from kuutio.participation.models.processes import Process


class Follow(models.Model):
    """A person who is told when a stage opens and what was decided."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="process_follows")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [UniqueConstraint(fields=["process", "person"], name="process_follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.process_id}"


class MailFollow(models.Model):
    """Somebody without an account who is told by e-mail, of a process or of a proposal, once they have confirmed their address.

    Personal data: the address, and nothing else. It goes when they stop, a week after it was written where nobody confirms it, and
    with its time, see `actions.mail_following.forget`.
    """

    process = models.ForeignKey(
        Process, on_delete=models.CASCADE, null=True, blank=True, related_name="mail_follows", help_text="or a proposal"
    )
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, null=True, blank=True, related_name="mail_follows"
    )
    email = models.EmailField(help_text="in small letters; never shown")
    language = models.CharField(max_length=2, help_text="of the letters")
    asked_at = models.DateTimeField(help_text="when the last letter that asks to confirm was sent")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(
                name="mail_follow_of_one_thing",
                condition=Q(process__isnull=False, contribution__isnull=True)
                | Q(process__isnull=True, contribution__isnull=False),
            ),
            CheckConstraint(name="mail_follow_language", condition=Q(language__in=["fi", "sv", "en"])),
            UniqueConstraint(fields=["process", "email"], name="mail_follow_of_process_once"),
            UniqueConstraint(fields=["contribution", "email"], name="mail_follow_of_proposal_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
