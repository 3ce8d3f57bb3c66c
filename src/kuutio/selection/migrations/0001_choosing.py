import uuid

import django.contrib.postgres.fields
import django.core.serializers.json
import django.db.models.deletion
import i18nfield.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cities", "0020_border_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="such as call:pilots-2017-1", max_length=120, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=600)),
                (
                    "body",
                    i18nfield.fields.I18nCharField(
                        help_text="who decides on expediency, or alone: steering group, jury", max_length=300
                    ),
                ),
                (
                    "decisions",
                    models.CharField(
                        choices=[
                            ("two", "Expediency by the cities, legality by the authority"),
                            ("one", "One decision by a jury"),
                        ],
                        default="two",
                        max_length=4,
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, help_text="path of the call or challenge, without a language", max_length=300
                    ),
                ),
                (
                    "budget_cents",
                    models.BigIntegerField(blank=True, help_text="empty: no line is drawn by money", null=True),
                ),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(default=50, help_text="points of 100 that are needed (V4)"),
                ),
                ("scale_low", models.PositiveSmallIntegerField(default=0)),
                ("scale_high", models.PositiveSmallIntegerField(default=5)),
                (
                    "blind",
                    models.BooleanField(default=False, help_text="who applies is hidden until a review is sent (V9)"),
                ),
                (
                    "names_reviewers",
                    models.BooleanField(default=False, help_text="the published results name the reviewers"),
                ),
                (
                    "names_rejected",
                    models.BooleanField(default=True, help_text="the published results name those who got nothing"),
                ),
                (
                    "employer",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Whoever works for a partner organisation stands aside"),
                            ("UNIT", "Whoever works for the unit that takes part stands aside"),
                        ],
                        default="ORGANISATION",
                        max_length=12,
                    ),
                ),
                ("reviews_wanted", models.PositiveSmallIntegerField(default=3, help_text="of each candidate")),
                ("most_per_reviewer", models.PositiveSmallIntegerField(default=30)),
                ("least_per_reviewer", models.PositiveSmallIntegerField(default=0)),
                (
                    "one_per_city",
                    models.BooleanField(default=False, help_text="no two reviewers of a candidate from one city"),
                ),
                (
                    "one_outside",
                    models.BooleanField(default=False, help_text="one at least from outside the lead's city"),
                ),
                (
                    "topics",
                    models.JSONField(
                        blank=True,
                        default=list,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text='what it is about: [{"key", "title": {"fi": …}}]',
                    ),
                ),
                (
                    "review_by",
                    models.DateTimeField(blank=True, help_text="until when reviews are asked for", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("declaring", "Conflicts of interest are declared"),
                            ("reviewing", "Under review"),
                            ("ranked", "Ranking made, decisions pending"),
                            ("decided", "Decided"),
                            ("published", "Results published"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "seed",
                    models.CharField(
                        blank=True, help_text="of the lots; drawn and published with `declare`", max_length=64
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("ranked_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        help_text="who decides on legality, where two decide",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds_of_authority",
                        to="cities.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="whose office runs it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="cities.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z]+:[a-z0-9][a-z0-9-]*$")), name="round_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "declaring", "reviewing", "ranked", "decided", "published", "cancelled"],
                            )
                        ),
                        name="round_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority__isnull", True), ("decisions", "one")),
                            models.Q(("authority__isnull", False), ("decisions", "two")),
                            _connector="OR",
                        ),
                        name="round_decisions",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scale_high__gt", models.F("scale_low")), ("scale_high__lte", 100)),
                        name="round_scale",
                    ),
                    models.CheckConstraint(condition=models.Q(("threshold__lte", 100)), name="round_threshold"),
                    models.CheckConstraint(
                        condition=models.Q(("budget_cents__isnull", True), ("budget_cents__gte", 0), _connector="OR"),
                        name="round_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_per_reviewer__gte", models.F("least_per_reviewer"))),
                        name="round_loads",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reviews_wanted__gte", 1), ("reviews_wanted__lte", 20)),
                        name="round_reviews",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("employer__in", ["ORGANISATION", "UNIT"])), name="round_employer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(("seed", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="round_seed_published_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ranked_at__isnull", False), ("state__in", ["ranked", "decided", "published"])),
                            models.Q(
                                models.Q(("state__in", ["ranked", "decided", "published"]), _negated=True),
                                ("ranked_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="round_ranked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", False), ("state", "published")),
                            models.Q(models.Q(("state", "published"), _negated=True), ("published_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="round_published_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[("chair", "Chair"), ("member", "Member"), ("deputy", "Deputy member")],
                        default="member",
                        max_length=6,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="empty: has left Kuutio",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="selection.round"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "person"), name="member_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("part", "chair")), fields=("round",), name="member_one_chair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["chair", "member", "deputy"])), name="member_part"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("held_at", models.DateTimeField(help_text="when it begins, or began")),
                ("place", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("going", "Going on"),
                            ("ended", "Ended, minutes to be confirmed"),
                            ("confirmed", "Minutes confirmed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("note", models.TextField(blank=True, help_text="why it was cancelled")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="selection.member",
                    ),
                ),
                ("present", models.ManyToManyField(blank=True, related_name="+", to="selection.member")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meetings", to="selection.round"
                    ),
                ),
            ],
            options={
                "ordering": ["-held_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "going", "ended", "confirmed", "cancelled"])),
                        name="meeting_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="meeting_confirmed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reference", models.CharField(help_text="such as application:0b8c…", max_length=120, unique=True)),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="in the round, by the order of coming in: what people call it by"
                    ),
                ),
                ("title", i18nfield.fields.I18nCharField(max_length=600)),
                ("language", models.CharField(help_text="in which decisions are written to it", max_length=2)),
                (
                    "address",
                    models.CharField(blank=True, help_text="path of its page, without a language", max_length=300),
                ),
                ("asked_cents", models.BigIntegerField(default=0)),
                (
                    "cities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        help_text="member cities in it",
                        size=None,
                    ),
                ),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(help_text="the newest that was handed over")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("handed", "Handed in"),
                            ("in_review", "Under review"),
                            ("reviewed", "Reviewed"),
                            ("proposed_yes", "Proposed for funding"),
                            ("proposed_no", "Not proposed for funding"),
                            ("at_line", "At the funding line"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="handed",
                        max_length=24,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("handed_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        help_text="who gets the decisions",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named",
                    models.ManyToManyField(
                        blank=True,
                        help_text="who is named in it: can't judge it",
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="candidates", to="selection.round"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "number"],
                "indexes": [models.Index(fields=["round", "state"], name="candidate_round_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="candidate_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^[a-z]+:[A-Za-z0-9-]+$")), name="candidate_reference"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="candidate_language"
                    ),
                    models.CheckConstraint(condition=models.Q(("asked_cents__gte", 0)), name="candidate_asked"),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="candidate_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "handed",
                                    "in_review",
                                    "reviewed",
                                    "proposed_yes",
                                    "proposed_no",
                                    "at_line",
                                    "approved",
                                    "approved_with_conditions",
                                    "rejected",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="candidate_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Expertise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=600)),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expertise",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "expertise",
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(blank=True, help_text="of another matter", max_length=300)),
                ("minutes", models.TextField(blank=True, help_text="what was said and noted")),
                ("is_done", models.BooleanField(default=False)),
                (
                    "candidate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="selection.candidate",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="selection.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["meeting", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "position"), name="item_position_once"),
                    models.UniqueConstraint(fields=("meeting", "candidate"), name="item_candidate_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("candidate__isnull", False), models.Q(("title", ""), _negated=True), _connector="OR"
                        ),
                        name="item_about",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("expediency", "Expediency"), ("legality", "Legality"), ("jury", "Jury")],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("handed", "Handed in"),
                            ("in_review", "Under review"),
                            ("reviewed", "Reviewed"),
                            ("proposed_yes", "Proposed for funding"),
                            ("proposed_no", "Not proposed for funding"),
                            ("at_line", "At the funding line"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        help_text="the state that it led to",
                        max_length=24,
                    ),
                ),
                ("reason", i18nfield.fields.I18nTextField()),
                ("conditions", i18nfield.fields.I18nTextField(blank=True)),
                (
                    "granted_cents",
                    models.BigIntegerField(blank=True, help_text="empty: nothing was granted by it", null=True),
                ),
                ("granted_why", models.TextField(blank=True, help_text="why it isn't what was asked for (M8)")),
                ("by_lot", models.BooleanField(default=False, help_text="the lots decided")),
                ("number", models.CharField(blank=True, help_text="in the register of who decided", max_length=60)),
                ("made_at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="selection.candidate"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="selection.item",
                    ),
                ),
            ],
            options={
                "ordering": ["candidate", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["expediency", "legality", "jury"])), name="decision_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "expediency"), ("outcome__in", ["proposed_yes", "proposed_no", "at_line"])
                            ),
                            models.Q(
                                ("kind", "legality"),
                                ("outcome__in", ["approved", "approved_with_conditions", "rejected"]),
                            ),
                            models.Q(
                                ("kind", "jury"),
                                ("outcome__in", ["approved", "approved_with_conditions", "rejected", "at_line"]),
                            ),
                            _connector="OR",
                        ),
                        name="decision_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("granted_cents__isnull", True),
                            models.Q(
                                ("granted_cents__gte", 0), ("outcome__in", ["approved", "approved_with_conditions"])
                            ),
                            _connector="OR",
                        ),
                        name="decision_granted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("language", models.CharField(max_length=2)),
                ("file", models.BinaryField(help_text="PDF")),
                ("digest", models.CharField(help_text="SHA-256 of the file, hexadecimal", max_length=64)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter", to="selection.decision"
                    ),
                ),
            ],
            options={
                "ordering": ["decision"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="letter_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=600)),
                ("business_id", models.CharField(blank=True, max_length=9)),
                ("foreign_register", models.CharField(blank=True, max_length=120)),
                ("foreign_number", models.CharField(blank=True, max_length=60)),
                ("unit", models.CharField(blank=True, help_text="that takes part; empty: not told", max_length=300)),
                (
                    "city",
                    models.CharField(blank=True, help_text="code of the member city that it counts for", max_length=30),
                ),
                ("is_lead", models.BooleanField(default=False)),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="selection.candidate"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "parties",
                "ordering": ["candidate", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("candidate", "position"), name="party_position_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True)), fields=("candidate",), name="party_one_lead"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="party_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(help_text="core.choosing.conflicts.Ground", max_length=24)),
                ("why", models.CharField(blank=True, max_length=600)),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recusals", to="selection.item"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="selection.member"
                    ),
                ),
            ],
            options={
                "ordering": ["item", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "member"), name="recusal_once"),
                    models.CheckConstraint(condition=models.Q(("ground", ""), _negated=True), name="recusal_ground"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reviewer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.CharField(blank=True, help_text="of the organisation; empty: not told", max_length=300),
                ),
                (
                    "city",
                    models.CharField(
                        blank=True, help_text="code of the reviewer's own city; empty: of none", max_length=30
                    ),
                ),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="that they know",
                        size=None,
                    ),
                ),
                ("most", models.PositiveSmallIntegerField(help_text="reviews at most")),
                ("least", models.PositiveSmallIntegerField(default=0)),
                ("alias", models.PositiveSmallIntegerField(help_text="what results call them; drawn, tells nothing")),
                (
                    "declared_at",
                    models.DateTimeField(blank=True, help_text="when they said what conflicts they have", null=True),
                ),
                ("left_at", models.DateTimeField(blank=True, help_text="no more reviews are given to them", null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="empty: has left Kuutio",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviewers", to="selection.round"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "alias"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "person"), name="reviewer_once"),
                    models.UniqueConstraint(fields=("round", "alias"), name="reviewer_alias_once"),
                    models.CheckConstraint(condition=models.Q(("most__gte", models.F("least"))), name="reviewer_loads"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(help_text="of the candidate that is read")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("assigned", "Requested"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("draft", "Being written"),
                            ("submitted", "Sent"),
                            ("reopened", "Opened again"),
                            ("excused", "Excused"),
                            ("void", "Void for a conflict of interest"),
                        ],
                        default="assigned",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "by_hand",
                    models.TextField(
                        blank=True, help_text="why the office gave it out by hand; empty: the assignment did"
                    ),
                ),
                ("scores", models.JSONField(blank=True, default=dict, help_text="by criterion: whole numbers")),
                ("why", models.JSONField(blank=True, default=dict, help_text="by criterion: reasons, in words (V12)")),
                ("to_applicant", models.TextField(blank=True, help_text="what the applicant is told")),
                ("to_office", models.TextField(blank=True, help_text="what only the office reads")),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="grows with each saving: two windows don't overwrite"
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="why it was declined, reopened, excused or made void")),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="selection.candidate"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="selection.reviewer"
                    ),
                ),
            ],
            options={
                "ordering": ["candidate", "pk"],
                "indexes": [models.Index(fields=["reviewer", "state"], name="review_reviewer_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("reviewer", "candidate"), name="review_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "assigned",
                                    "accepted",
                                    "declined",
                                    "draft",
                                    "submitted",
                                    "reopened",
                                    "excused",
                                    "void",
                                ],
                            )
                        ),
                        name="review_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "submitted"), _negated=True),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="review_submitted_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["declined", "reopened", "excused", "void"]), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.PositiveSmallIntegerField(choices=[(0, "Little"), (1, "Somewhat"), (2, "Well")])),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interests", to="selection.candidate"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interests", to="selection.reviewer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reviewer", "candidate"), name="interest_once"),
                    models.CheckConstraint(condition=models.Q(("value__in", [0, 1, 2])), name="interest_value"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consensus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "candidate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consensus", to="selection.candidate"
                    ),
                ),
                ("agreed", models.ManyToManyField(blank=True, related_name="+", to="selection.reviewer")),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="selection.reviewer"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "consensus notes",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="consensus_text")
                ],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "found",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        default=list,
                        help_text="grounds in the data",
                        size=None,
                    ),
                ),
                (
                    "found_level",
                    models.CharField(
                        blank=True, choices=[("SOFT", "May judge, is flagged"), ("HARD", "May not judge")], max_length=4
                    ),
                ),
                (
                    "declared",
                    models.CharField(blank=True, help_text="the ground that somebody declared", max_length=24),
                ),
                ("declared_why", models.TextField(blank=True, help_text="in their own words; for the office")),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ruled",
                    models.CharField(
                        blank=True,
                        choices=[("SOFT", "May judge, is flagged"), ("HARD", "May not judge")],
                        help_text="what the office decided",
                        max_length=4,
                    ),
                ),
                ("ruled_why", models.TextField(blank=True)),
                ("ruled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "level",
                    models.CharField(
                        choices=[("SOFT", "May judge, is flagged"), ("HARD", "May not judge")],
                        help_text="that holds now",
                        max_length=4,
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="selection.candidate"
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="selection.reviewer"
                    ),
                ),
            ],
            options={
                "ordering": ["reviewer", "candidate"],
                "indexes": [models.Index(fields=["candidate", "level"], name="conflict_candidate_level")],
                "constraints": [
                    models.UniqueConstraint(fields=("reviewer", "candidate"), name="conflict_once"),
                    models.CheckConstraint(condition=models.Q(("level__in", ["SOFT", "HARD"])), name="conflict_level"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found__len__gt", 0),
                            models.Q(("declared", ""), _negated=True),
                            models.Q(("ruled", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="conflict_has_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ruled", ""), ("ruled_at__isnull", True)),
                            models.Q(models.Q(("ruled_why", ""), _negated=True), ("ruled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="conflict_ruling_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found_level", "HARD"), _negated=True), ("level", "HARD"), _connector="OR"
                        ),
                        name="conflict_found_hard_stays",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("declared", ""), ("level", "HARD"), ("ruled", "SOFT"), _connector="OR"),
                        name="conflict_declared_hard",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "table",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text="core.choosing.records: rows, line, advice",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ranking", to="selection.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.JSONField(help_text="ids of those at the line in the order in which their lots came out"),
                ),
                ("funded", models.JSONField(help_text="those that the money reaches in this order")),
                ("drawn_at", models.DateTimeField()),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draw", to="selection.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40)),
                ("position", models.PositiveSmallIntegerField()),
                ("title", i18nfield.fields.I18nCharField(max_length=300)),
                ("help", i18nfield.fields.I18nTextField(blank=True, help_text="what a high and a low score mean")),
                ("weight", models.PositiveSmallIntegerField()),
                ("threshold", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="selection.round"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["round", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "key"), name="criterion_key_once"),
                    models.UniqueConstraint(fields=("round", "position"), name="criterion_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gt", 0), ("weight__lte", 100)), name="criterion_weight"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__isnull", True), ("threshold__gte", 0), _connector="OR"),
                        name="criterion_threshold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "origin",
                    models.CharField(
                        help_text="the log's name, like an address without its scheme", max_length=200, unique=True
                    ),
                ),
                ("secret", models.BinaryField(help_text="the signing key, sealed")),
                ("public", models.CharField(max_length=300)),
                ("frontier", models.BinaryField(default=bytes)),
                ("size", models.PositiveIntegerField(default=0)),
                ("bundle", models.BinaryField(blank=True, help_text="the published zip file", null=True)),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log", to="selection.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoundHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.PositiveIntegerField()),
                ("signed", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="heads", to="selection.roundlog"
                    ),
                ),
            ],
            options={
                "ordering": ["log", "size"],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "size"), name="round_head_once"),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="round_head_size"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("leaf", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="selection.roundlog"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "round entries",
                "ordering": ["log", "number"],
                "constraints": [models.UniqueConstraint(fields=("log", "number"), name="round_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "document",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text='ordered sections: [{"heading", "text", "figures": [{"label", "value"}], "identifies": false}]',
                    ),
                ),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of the document as canonical JSON, hexadecimal", max_length=64),
                ),
                ("handed_at", models.DateTimeField()),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="selection.candidate"
                    ),
                ),
            ],
            options={
                "ordering": ["candidate", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("candidate", "number"), name="version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="version_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Affiliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(help_text="such as: owns 51 %", max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cities.organisation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cities.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["owner", "organisation"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "organisation"), name="affiliation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("owner", models.F("organisation")), _negated=True),
                        name="affiliation_of_another",
                    ),
                ],
            },
        ),
    ]
