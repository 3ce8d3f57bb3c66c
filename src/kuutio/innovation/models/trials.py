"""Trials: small, short, agreed upon, measured, and ended with something that was learnt."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from kuutio.cities.models import City, Organisation
from kuutio.innovation.models.answers import Answer, TrialProposal
from kuutio.innovation.models.challenges import Challenge
from kuutio.innovation.models.testbeds import Testbed
from kuutio.innovation.models.words import Technology, Theme, shown
from kuutio.opendata.models import Dataset


class Trial(models.Model):
    """A trial of one firm or group with one city or several. Its stages are those of `core.moves`.

    The database lets none run without a measure of success, a signed agreement and who owns the next step; see the triggers
    in the migrations for what a check of one row can't say.
    """

    class State(models.TextChoices):
        IDEA = "idea", _("Being agreed on")
        AGREED = "agreed", _("Agreed")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended, learnings are being written")
        LEARNED = "learned", _("Ended, with what was learnt")
        GIVEN_UP = "given_up", _("Given up before it began")

    class Outcome(models.TextChoices):
        WORKED = "worked", _("It worked as hoped")
        PARTLY = "partly", _("It worked in part")
        DIFFERENT = "different", _("Something else was found than was looked for")
        NOT_YET = "not_yet", _("It didn’t work yet")
        NOT_SUITED = "not_suited", _("It doesn’t suit this need")

    class NextStep(models.TextChoices):
        STOP = "stop", _("Stop here")
        REPEAT = "repeat", _("Try again, changed")
        PROCURE = "procure", _("Procure")
        HAND_OVER = "hand_over", _("Hand over to a unit or another city")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    owner = models.ForeignKey(City, on_delete=models.PROTECT, related_name="owned_trials")
    cities = models.ManyToManyField(City, through="TrialCity", related_name="trials")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="trials", help_text="whose thing is tried"
    )
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, null=True, blank=True, related_name="trials")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, null=True, blank=True, related_name="trial")
    proposal = models.ForeignKey(TrialProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="trials")
    testbed = models.ForeignKey(Testbed, on_delete=models.PROTECT, null=True, blank=True, related_name="trials")
    title = I18nCharField(max_length=300)
    summary = I18nTextField(help_text="what is tried and what for")
    themes = ArrayField(models.CharField(max_length=12, choices=Theme), default=list)
    technologies = ArrayField(models.CharField(max_length=12, choices=Technology), default=list, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_trials",
        help_text="of the firm: may write the diary and the measures",
    )
    state = models.CharField(max_length=10, choices=State, default=State.IDEA)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    outcome_text = I18nTextField(blank=True, help_text="what came out, in words: never only yes or no")
    next_step = models.CharField(max_length=10, choices=NextStep, blank=True)
    next_step_text = I18nTextField(blank=True)
    next_step_owner = I18nCharField(max_length=200, blank=True, help_text="who decides on the next step: a role")
    next_step_on = models.DateField(null=True, blank=True, help_text="by when")
    next_step_done_on = models.DateField(null=True, blank=True)
    pilot_project = models.CharField(max_length=40, blank=True, help_text="the code of the project that it belongs to")
    spearhead = models.CharField(max_length=40, blank=True, help_text="the code of the spearhead project")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    given_up_reason = I18nTextField(blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["state", "-changed_at"], name="trial_state_changed")]
        constraints = [
            CheckConstraint(name="trial_slug_not_empty", condition=~Q(slug="")),
            CheckConstraint(
                name="trial_words",
                condition=Q(themes__contained_by=[*Theme.values], technologies__contained_by=[*Technology.values]),
            ),
            CheckConstraint(
                name="trial_state_times",
                condition=Q(state__in=["idea", "agreed", "given_up"], started_at__isnull=True, ended_at__isnull=True)
                | Q(state="running", started_at__isnull=False, ended_at__isnull=True)
                | Q(
                    state__in=["ended", "learned"],
                    started_at__isnull=False,
                    ended_at__isnull=False,
                    ended_at__gte=F("started_at"),
                ),
            ),
            CheckConstraint(
                name="trial_runs_with_next_owner",
                condition=Q(state__in=["idea", "agreed", "given_up"]) | ~Q(next_step_owner=""),
            ),
            CheckConstraint(
                name="trial_learned_whole",
                condition=~Q(state="learned")
                | (
                    Q(outcome__in=["worked", "partly", "different", "not_yet", "not_suited"])
                    & ~Q(outcome_text="")
                    & Q(next_step__in=["stop", "repeat", "procure", "hand_over"], next_step_on__isnull=False)
                ),
            ),
            CheckConstraint(name="trial_given_up_with_reason", condition=~Q(state="given_up") | ~Q(given_up_reason="")),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it: once it is agreed on."""
        return self.state not in (self.State.IDEA, self.State.GIVEN_UP)

    @property
    def themes_display(self) -> list[str]:
        """The themes as people call them."""
        return shown(Theme, self.themes)

    @property
    def technologies_display(self) -> list[str]:
        """The technologies as people call them."""
        return shown(Technology, self.technologies)


class TrialCity(models.Model):
    """A city in which a trial runs, or which has taken it over since."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="parts")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["trial", "city__position"]
        verbose_name_plural = "cities of trials"
        constraints = [UniqueConstraint(fields=["trial", "city"], name="trial_city_once")]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.city_id}"


class Agreement(models.Model):
    """What the parties of a trial have agreed upon, clause by clause."""

    trial = models.OneToOneField(Trial, on_delete=models.CASCADE, related_name="agreement")
    parties = models.TextField(help_text="organisations and roles, not people")
    place = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField()
    price_cents = models.PositiveBigIntegerField(default=0, help_text="what the city pays, without VAT, euro cents")
    rights = models.TextField(help_text="to whom which intellectual property belongs")
    data_clause = models.TextField(help_text="which data come of it, whose they are, which of them are opened")
    permits = models.TextField(help_text="which are needed, who gets them")
    insurance = models.TextField(help_text="who insures what")
    dismantling = models.TextField(help_text="who takes it away, by when")
    city_signed_on = models.DateField(null=True, blank=True)
    firm_signed_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(name="agreement_forwards", condition=Q(ends_on__gte=F("starts_on"))),
            CheckConstraint(
                name="agreement_signed_whole",
                condition=Q(city_signed_on__isnull=True, firm_signed_on__isnull=True)
                | (
                    ~Q(parties="")
                    & ~Q(place="")
                    & ~Q(rights="")
                    & ~Q(data_clause="")
                    & ~Q(permits="")
                    & ~Q(insurance="")
                    & ~Q(dismantling="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.starts_on} {self.ends_on}"


class Measure(models.Model):
    """By what a trial's success is seen, said before it runs."""

    class Better(models.TextChoices):
        UP = "up", _("The more the better")
        DOWN = "down", _("The less the better")

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="measures")
    name = I18nCharField(max_length=300)
    unit = models.CharField(max_length=40, blank=True)
    better = models.CharField(max_length=4, choices=Better, default=Better.UP)
    baseline = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(max_digits=16, decimal_places=4)
    indicator = models.CharField(max_length=40, blank=True, help_text="the code of the programme's indicator it feeds")

    class Meta:
        ordering = ["trial", "pk"]
        constraints = [CheckConstraint(name="measure_better", condition=Q(better__in=["up", "down"]))]

    def __str__(self) -> str:
        return str(self.name)


class MeasureValue(models.Model):
    """A measure on a day."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="values")
    on = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["measure", "on"]
        constraints = [UniqueConstraint(fields=["measure", "on"], name="measure_value_once_a_day")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.on} {self.value}"


class DiaryEntry(models.Model):
    """What happened, with a photo or without; the photo is written anew and tells of no camera and no place."""

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    key = models.UUIDField(unique=True, help_text="of the form: sent again, it is the same entry")
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="diary")
    on = models.DateField()
    text = models.TextField()
    language = models.CharField(max_length=2)
    photo = models.BinaryField(null=True, blank=True, help_text="made anew")
    photo_type = models.CharField(max_length=20, blank=True)
    photo_text = models.CharField(max_length=300, blank=True, help_text="what it shows, for who can't see it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["trial", "-on", "-pk"]
        verbose_name_plural = "diary entries"
        constraints = [
            CheckConstraint(
                name="diary_photo_described",
                condition=Q(photo__isnull=True, photo_type="", photo_text="")
                | (Q(photo__isnull=False) & ~Q(photo_type="") & ~Q(photo_text="")),
            ),
            CheckConstraint(name="diary_language", condition=Q(language__in=["fi", "sv", "en"])),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.on}"


class Risk(models.Model):
    """What could go wrong in a trial, how bad it would be, and what is done about it."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="risks")
    text = models.CharField(max_length=500)
    likelihood = models.PositiveSmallIntegerField(help_text="1 to 5")
    impact = models.PositiveSmallIntegerField(help_text="1 to 5")
    response = models.CharField(max_length=500, help_text="what is done about it")
    owner = models.CharField(max_length=200, help_text="a role")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["trial", "closed_at", "-likelihood", "pk"]
        constraints = [CheckConstraint(name="risk_scale", condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)))]

    def __str__(self) -> str:
        return self.text


class Feedback(models.Model):
    """What a resident says of a trial; the city reads it before everybody does."""

    class State(models.TextChoices):
        HELD = "held", _("Waiting to be read")
        PUBLISHED = "published", _("Published")
        HIDDEN = "hidden", _("Not published")

    uuid = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    key = models.UUIDField(unique=True, help_text="of the form: sent again, it is the same feedback")
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="feedback")
    grade = models.PositiveSmallIntegerField(help_text="1 to 5")
    text = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    at = models.DateTimeField()

    class Meta:
        ordering = ["trial", "-at", "-pk"]
        verbose_name_plural = "feedback"
        constraints = [
            CheckConstraint(name="feedback_grade", condition=Q(grade__range=(1, 5))),
            CheckConstraint(name="feedback_state", condition=Q(state__in=["held", "published", "hidden"])),
            CheckConstraint(name="feedback_language", condition=Q(language__in=["fi", "sv", "en"])),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class TrialDataset(models.Model):
    """A data set in the catalogue that came of a trial."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="datasets")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="trials")
    at = models.DateTimeField()

    class Meta:
        ordering = ["trial", "pk"]
        constraints = [UniqueConstraint(fields=["trial", "dataset"], name="trial_dataset_once")]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.dataset_id}"


class TrialEvent(models.Model):
    """A move of a trial or of a challenge: from which state to which, when, and why. Public, without who made it."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(
                name="trial_event_of_one_thing",
                condition=Q(trial__isnull=False, challenge__isnull=True)
                | Q(trial__isnull=True, challenge__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} {self.after}"

    @property
    def after_words(self) -> str:
        """What the state is called that it led to."""
        states = Trial.State if self.trial_id is not None else Challenge.State
        return str(dict(states.choices).get(self.after, self.after))
