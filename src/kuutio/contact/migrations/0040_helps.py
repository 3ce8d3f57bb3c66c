import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("contact", "0032_event_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Help",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("template", "Answer template"), ("article", "Article")], max_length=10),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="empty: any",
                        size=None,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["kind", "slug"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["template", "article"])), name="help_kind"),
                    models.CheckConstraint(condition=models.Q(("slug", ""), _negated=True), name="help_slug_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("is_current", models.BooleanField(default=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("whole", "In place of the common text"),
                            ("paragraph", "After the common text"),
                            ("none", "No text of our own"),
                        ],
                        default="whole",
                        max_length=10,
                    ),
                ),
                (
                    "title",
                    models.JSONField(blank=True, default=dict, help_text="{fi, sv, en}, as far as it is written"),
                ),
                ("text", models.JSONField(blank=True, default=dict, help_text="{fi, sv, en}, Markdown")),
                (
                    "terms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="stems it is suggested by",
                        size=None,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.city",
                    ),
                ),
                (
                    "help",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="contact.help"
                    ),
                ),
            ],
            options={
                "ordering": ["help", "city", "-number"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["terms"], name="help_version_terms")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("help", "city", "number"), name="help_version_once", nulls_distinct=False
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("help", "city"),
                        name="help_version_one_current",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="help_version_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("way", "whole"),
                            models.Q(("city__isnull", False), ("way__in", ["paragraph", "none"])),
                            _connector="OR",
                        ),
                        name="help_version_way",
                    ),
                ],
            },
        ),
    ]
