"""The opening hours of units as rows: what `core.opening` computes with. Open data, no person in here."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from i18nfield.fields import I18nCharField

from kuutio.cities.units import Unit


class HoursState(models.TextChoices):
    """In which way a unit is open."""

    OPEN = "open", pgettext_lazy("directory", "Open")
    SELF_SERVICE = "self-service", _("Self-service")
    WITH_KEY = "with-key", _("With a key")
    BY_APPOINTMENT = "by-appointment", _("By appointment")
    WEATHER = "weather-permitting", _("Weather permitting")
    CLOSED = "closed", pgettext_lazy("directory", "Closed")
    UNKNOWN = "unknown", _("Not known")


STATES = [str(state) for state in HoursState.values]


class DatePeriod(models.Model):
    """Days on which a unit keeps certain hours; one that overrides puts the ordinary ones aside.

    Source: the model of Hauki, City of Helsinki.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="periods")
    name = I18nCharField(max_length=300, blank=True, help_text="such as: Midsummer")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="the last day")
    override = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20, choices=HoursState, default=HoursState.UNKNOWN, help_text="the whole day's, without groups"
    )
    skips_holidays = models.BooleanField(
        default=False, help_text="closed on public holidays, midsummer eve and Christmas eve"
    )
    source = models.CharField(max_length=12, blank=True, help_text="the register it was read from; empty: written here")

    class Meta:
        ordering = ["unit", "override", F("starts_on").asc(nulls_first=True), "pk"]
        constraints = [
            CheckConstraint(
                name="date_period_span",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            CheckConstraint(name="date_period_state", condition=Q(state__in=STATES)),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on or ''}/{self.ends_on or ''}"


class TimeSpanGroup(models.Model):
    """Hours of a period that hold together, on the days on which all their rules hold."""

    period = models.ForeignKey(DatePeriod, on_delete=models.CASCADE, related_name="groups")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)


class TimeSpan(models.Model):
    """Hours on some days of the week."""

    group = models.ForeignKey(TimeSpanGroup, on_delete=models.CASCADE, related_name="spans")
    start = models.TimeField(null=True, blank=True, help_text="empty: from the day's beginning")
    end = models.TimeField(null=True, blank=True, help_text="empty: to the day's end")
    end_on_next_day = models.BooleanField(default=False)
    full_day = models.BooleanField(default=False)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="1 Monday to 7 Sunday; empty: all"
    )
    state = models.CharField(max_length=20, choices=HoursState, default=HoursState.OPEN)

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(name="time_span_state", condition=Q(state__in=STATES)),
            CheckConstraint(name="time_span_weekdays", condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])),
            # Up to a day long: backwards only over midnight, and then not further than to where it began.
            CheckConstraint(
                name="time_span_forwards",
                condition=Q(full_day=True)
                | Q(start__isnull=True, end_on_next_day=False) & (Q(end__isnull=True) | Q(end__gt="00:00"))
                | Q(start__isnull=False, end__isnull=True, end_on_next_day=False)
                | Q(start__isnull=False, end__gt=F("start"), end_on_next_day=False)
                | Q(start__isnull=False, end__lte=F("start"), end_on_next_day=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start or ''}-{self.end or ''}"


class HoursRule(models.Model):
    """On which days a group holds: even or odd ones, or every so many-th from a place in its context."""

    class Context(models.TextChoices):
        PERIOD = "period", _("Of the period")
        MONTH = "month", _("Of the month")
        YEAR = "year", _("Of the year")

    class Subject(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        MONDAY = "mon", _("Monday")
        TUESDAY = "tue", _("Tuesday")
        WEDNESDAY = "wed", _("Wednesday")
        THURSDAY = "thu", _("Thursday")
        FRIDAY = "fri", _("Friday")
        SATURDAY = "sat", _("Saturday")
        SUNDAY = "sun", _("Sunday")

    group = models.ForeignKey(TimeSpanGroup, on_delete=models.CASCADE, related_name="rules")
    context = models.CharField(max_length=8, choices=Context)
    subject = models.CharField(max_length=8, choices=Subject)
    parity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 even, 1 odd; empty: by start and every"
    )
    start = models.SmallIntegerField(default=1, help_text="from 1; -1 is the last")
    every = models.PositiveSmallIntegerField(default=0, help_text="0: that one alone")

    class Meta:
        ordering = ["pk"]
        constraints = [
            CheckConstraint(
                name="hours_rule_known",
                condition=Q(context__in=["period", "month", "year"])
                & Q(subject__in=["day", "week", "month", "mon", "tue", "wed", "thu", "fri", "sat", "sun"])
                & (Q(parity__isnull=True) | Q(parity__in=[0, 1])),
            ),
            CheckConstraint(
                name="hours_rule_start", condition=Q(start__gt=0) | (Q(start__lt=0) & ~Q(context="period"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.context} {self.subject}"
