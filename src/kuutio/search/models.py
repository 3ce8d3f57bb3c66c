from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class WordForm(models.Model):
    """A word as somebody wrote it, with its base forms; analysed once, by the worker.

    `bases` is empty for a word that says nothing and null for one that waits to be learnt.
    """

    language = models.CharField(max_length=2)
    form = models.CharField(max_length=80)
    bases = ArrayField(models.CharField(max_length=200), null=True, blank=True)
    trigrams = ArrayField(models.CharField(max_length=3), default=list)

    class Meta:
        constraints = [UniqueConstraint(fields=["language", "form"], name="word_form_once")]
        indexes = [
            GinIndex(fields=["trigrams"], name="word_form_trigrams"),
            models.Index(fields=["language", "id"], condition=Q(bases__isnull=True), name="word_form_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.form}"


class Entry(models.Model):
    """One findable thing in one language."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=100, help_text="of the thing, among those of its kind")
    language = models.CharField(max_length=2)
    city = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=1000)
    keywords = models.TextField(blank=True)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=500, help_text="of its page, with the language")
    audience = ArrayField(
        models.CharField(max_length=60), help_text="public, or organisation:ID of those who may see it"
    )
    boost = models.FloatField(default=1.0)
    vector = SearchVectorField()
    sort_key = models.CharField(max_length=200)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            UniqueConstraint(fields=["kind", "key", "language"], name="search_entry_once"),
            CheckConstraint(name="search_entry_language", condition=Q(language__in=["fi", "sv", "en"])),
            CheckConstraint(name="search_entry_audience", condition=Q(audience__len__gt=0)),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="search_entry_vector"),
            models.Index(fields=["kind", "language", "sort_key"], name="search_entry_order"),
            models.Index(fields=["changed_at"], name="search_entry_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.language}"


class Gist(models.Model):
    """A findable thing with nothing but the words it is found by: what a search over all things reads.

    The database keeps it, by triggers on the entries; its rows are small, their words stand elsewhere.
    """

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=100)
    city = models.CharField(max_length=30, blank=True)
    audience = ArrayField(models.CharField(max_length=60), null=True, help_text="null for all")
    vector = SearchVectorField(help_text="words marked by their language, without places")

    class Meta:
        # The key first: an index that begins by the kind would tempt the planner to read the words of all its things.
        constraints = [UniqueConstraint(fields=["key", "kind"], name="search_gist_once")]
        indexes = [GinIndex(fields=["vector"], name="search_gist_vector")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
