import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import i18nfield.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("programme", "0050_calls_applications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        help_text="of the decision, in the authority's register", max_length=100, unique=True
                    ),
                ),
                (
                    "application",
                    models.CharField(blank=True, help_text="what it was decided on; its id", max_length=100, null=True),
                ),
                ("decided_on", models.DateField()),
                (
                    "cost_model",
                    models.CharField(help_text="one for the whole project; it doesn't change", max_length=10),
                ),
                (
                    "eu_bp",
                    models.PositiveIntegerField(
                        help_text="the EU's share of accepted net cost, hundredths of a per cent"
                    ),
                ),
                ("state_bp", models.PositiveIntegerField(help_text="the state's share, hundredths of a per cent")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(help_text="as it is now")),
                ("first_ends_on", models.DateField(help_text="as it was decided first; it stays")),
                ("conditions", models.TextField(blank=True, help_text="of the decision, in the project's language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted by the project"),
                            ("refused", "Turned down by the project"),
                            ("running", "Running"),
                            ("suspended", "Suspended"),
                            ("cancelled", "Cancelled"),
                            ("closed", "Closed"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("awarded_at", models.DateTimeField(help_text="when it came here")),
                ("is_example", models.BooleanField(default=False, help_text="made up for the demonstration")),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="programme.fundingsource"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ["-decided_on", "reference"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["offered", "accepted", "refused", "running", "suspended", "cancelled", "closed"],
                            )
                        ),
                        name="grant_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="grant_reference"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cost_model__in", ("ACTUAL", "FLAT_7", "FLAT_15", "FLAT_17", "FLAT_24", "FLAT_40", "LUMP"))
                        ),
                        name="grant_cost_model",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "eu_bp__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.Value(10000), "-", models.F("state_bp")
                                ),
                            )
                        ),
                        name="grant_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="grant_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        help_text="that the partner counts for",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.city",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="programme.grant"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grant_parts", to="programme.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["grant", "-partner__is_lead", "partner__name"],
                "constraints": [models.UniqueConstraint(fields=("grant", "partner"), name="grant_part_once")],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(help_text="of the partner's claims, from 1")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("income_cents", models.BigIntegerField(default=0, help_text="what the project earned in the period")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Sent"),
                            ("returned", "Returned to be mended"),
                            ("in_control", "In control"),
                            ("accepted", "Accepted"),
                            ("partly_accepted", "Accepted in part"),
                            ("rejected", "Rejected"),
                            ("paid", "Paid"),
                            ("reopened", "Opened again"),
                            ("reopened_limited", "Opened again, text only"),
                        ],
                        default="draft",
                        max_length=16,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="1, and one more each time that numbers or text are opened again"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, help_text="first, which tells the order of claims", null=True),
                ),
                (
                    "flat_claimed_cents",
                    models.BigIntegerField(default=0, help_text="by the flat rate, of what is claimed"),
                ),
                (
                    "flat_accepted_cents",
                    models.BigIntegerField(default=0, help_text="by the flat rate, of what is accepted"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision", models.TextField(blank=True, help_text="the decision's words")),
                ("pay_cents", models.BigIntegerField(default=0, help_text="what the decision orders to pay")),
                ("numbers_fixed", models.BooleanField(default=False, help_text="opened again for its text alone")),
                ("said", models.TextField(blank=True, help_text="why it was returned or opened again")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="programme.grantpart"
                    ),
                ),
            ],
            options={
                "ordering": ["part", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("part", "number"), name="claim_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "in_control",
                                    "accepted",
                                    "partly_accepted",
                                    "rejected",
                                    "paid",
                                    "reopened",
                                    "reopened_limited",
                                ],
                            )
                        ),
                        name="claim_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="claim_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("flat_accepted_cents__gte", 0),
                            ("flat_accepted_cents__lte", models.F("flat_claimed_cents")),
                            ("income_cents__gte", 0),
                            ("pay_cents__gte", 0),
                        ),
                        name="claim_cents",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["accepted", "partly_accepted", "rejected", "paid"]), _negated=True),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="claim_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("sent_at__isnull", False), _connector="OR"),
                        name="claim_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("category", models.CharField(max_length=10)),
                ("text", models.CharField(help_text="what was paid for; no names of persons", max_length=300)),
                ("voucher", models.CharField(blank=True, help_text="in the partner's books", max_length=60)),
                ("paid_on", models.DateField(blank=True, null=True)),
                ("claimed_cents", models.BigIntegerField()),
                (
                    "accepted_cents",
                    models.BigIntegerField(blank=True, help_text="empty: control hasn't come to it", null=True),
                ),
                ("cut_reason", models.CharField(blank=True, max_length=600)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="programme.claim"
                    ),
                ),
            ],
            options={
                "ordering": ["claim", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("claim", "position"),
                        name="claim_line_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("category__in", ("STAFF", "TRAVEL", "SERVICES", "EQUIPMENT", "OFFICE", "OTHER", "LUMP"))
                        ),
                        name="claim_line_category",
                    ),
                    models.CheckConstraint(condition=models.Q(("claimed_cents__gt", 0)), name="claim_line_claimed"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_cents__isnull", True),
                            models.Q(
                                ("accepted_cents__gte", 0),
                                ("accepted_cents__isnull", False),
                                ("accepted_cents__lte", models.F("claimed_cents")),
                            ),
                            _connector="OR",
                        ),
                        name="claim_line_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_cents__isnull", True),
                            ("accepted_cents", models.F("claimed_cents")),
                            models.Q(("cut_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="claim_line_cut_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("type", models.CharField(help_text="told by its bytes", max_length=100)),
                ("size", models.PositiveIntegerField(help_text="bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="programme.claim"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evidence",
                        to="programme.claimline",
                    ),
                ),
            ],
            options={
                "ordering": ["claim", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "sha256"), name="claim_evidence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="claim_evidence_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimSubmission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("content", models.JSONField(help_text="the whole claim and its report, amounts in cents")),
                ("digest", models.CharField(help_text="SHA-256 of the content as canonical JSON", max_length=64)),
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
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="submissions", to="programme.claim"
                    ),
                ),
            ],
            options={
                "ordering": ["claim", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "number"), name="claim_submission_once"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="claim_submission_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cents", models.BigIntegerField(help_text="of direct costs, above zero")),
                ("flat_cents", models.BigIntegerField(default=0, help_text="what the flat rate had paid of them")),
                ("reason", models.TextField()),
                ("reference", models.CharField(help_text="of the decision", max_length=100, unique=True)),
                ("made_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="programme.claim"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="programme.claimline",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__gt", 0), ("flat_cents__gte", 0)), name="correction_cents"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("reference", ""), _negated=True)
                        ),
                        name="correction_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="1 is the grant itself, each change decision the next"),
                ),
                ("reference", models.CharField(help_text="of the decision that made it", max_length=100)),
                ("decided_on", models.DateField()),
                ("ends_on", models.DateField(help_text="of the project, by this decision")),
                ("reason", models.TextField(blank=True, help_text="of the change, for the public")),
                ("made_at", models.DateTimeField()),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="programme.grant"
                    ),
                ),
            ],
            options={
                "ordering": ["grant", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "number"), name="budget_version_once"),
                    models.UniqueConstraint(fields=("grant", "reference"), name="budget_version_reference_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), models.Q(("reference", ""), _negated=True)),
                        name="budget_version_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DecidedCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.CharField(help_text="a category, FLAT or INCOME", max_length=10)),
                ("cents", models.BigIntegerField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="programme.budgetversion"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="programme.grantpart"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "part", "line"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "part", "line"), name="decided_cost_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "line__in",
                                (
                                    "STAFF",
                                    "TRAVEL",
                                    "SERVICES",
                                    "EQUIPMENT",
                                    "OFFICE",
                                    "OTHER",
                                    "LUMP",
                                    "FLAT",
                                    "INCOME",
                                ),
                            )
                        ),
                        name="decided_cost_line",
                    ),
                    models.CheckConstraint(condition=models.Q(("cents__gte", 0)), name="decided_cost_cents"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=10)),
                ("year", models.PositiveSmallIntegerField()),
                ("cents", models.BigIntegerField()),
                (
                    "reason",
                    models.TextField(blank=True, help_text="where the decided figure differs from the computed one"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="programme.budgetversion",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="programme.grantpart",
                    ),
                ),
            ],
            options={
                "ordering": ["version", "part", "source", "year"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "part", "source", "year"), name="commitment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("EU", "STATE", "OWN_PUBLIC"))), name="commitment_source"
                    ),
                    models.CheckConstraint(condition=models.Q(("cents__gte", 0)), name="commitment_cents"),
                    models.CheckConstraint(condition=models.Q(("year__range", (1990, 2099))), name="commitment_year"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60)),
                ("name", i18nfield.fields.I18nCharField(max_length=300)),
                ("unit", i18nfield.fields.I18nCharField(blank=True, max_length=100)),
                ("definition", i18nfield.fields.I18nTextField(blank=True, help_text="what is counted, and how")),
                ("kind", models.CharField(choices=[("output", "Output"), ("result", "Result")], max_length=8)),
                (
                    "adds",
                    models.CharField(
                        choices=[("sum", "added up"), ("last", "the latest figure")], default="sum", max_length=6
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=0)),
                ("counts_people", models.BooleanField(default=False, help_text="small figures of it aren't published")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="programme.programme"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.source"
                    ),
                ),
            ],
            options={
                "ordering": ["programme", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "key"), name="indicator_once"),
                    models.UniqueConstraint(fields=("programme", "position"), name="indicator_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["output", "result"])), name="indicator_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("adds__in", ["sum", "last"])), name="indicator_adds"),
                    models.CheckConstraint(condition=models.Q(("decimals__lte", 2)), name="indicator_decimals"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.DecimalField(decimal_places=2, max_digits=14)),
                ("by_on", models.DateField()),
                ("is_example", models.BooleanField(default=False, help_text="made up for the demonstration")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="programme.indicator"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: the whole",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="indicator_targets",
                        to="programme.project",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.source"
                    ),
                ),
            ],
            options={
                "ordering": ["indicator", "project", "by_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "project", "by_on"), name="indicator_target_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="indicator_target_value"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("value", models.DecimalField(decimal_places=2, max_digits=14)),
                ("about", models.BooleanField(default=False, help_text="told as “nearly” or “about”")),
                ("evidence", models.TextField(blank=True, help_text="what shows it, in words")),
                ("evidence_url", models.URLField(blank=True, max_length=500)),
                ("evidence_name", models.CharField(blank=True, help_text="of the file", max_length=200)),
                ("evidence_type", models.CharField(blank=True, max_length=100)),
                ("evidence_sha256", models.CharField(blank=True, max_length=64)),
                ("told_at", models.DateTimeField()),
                ("is_example", models.BooleanField(default=False, help_text="made up for the demonstration")),
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
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="programme.indicator"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: the whole",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="indicator_values",
                        to="programme.project",
                    ),
                ),
            ],
            options={
                "ordering": ["indicator", "ends_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "project", "city", "starts_on", "ends_on"),
                        name="indicator_value_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="indicator_value_period"
                    ),
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="indicator_value_value"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evidence", ""), _negated=True),
                            models.Q(("evidence_url", ""), _negated=True),
                            models.Q(("evidence_sha256", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="indicator_value_evidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holders", to="programme.grantpart"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grant_parts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("part", "person"), name="part_holder_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("advance", "Advance"), ("claim", "Payment of a claim"), ("back", "Paid back")],
                        max_length=8,
                    ),
                ),
                (
                    "round",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="of the claim: each time that it is opened again, the next"
                    ),
                ),
                ("cents", models.BigIntegerField()),
                ("paid_on", models.DateField()),
                (
                    "reference",
                    models.CharField(
                        help_text="of the payment, in the authority's system", max_length=100, unique=True
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="programme.claim",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="programme.grantpart"
                    ),
                ),
            ],
            options={
                "ordering": ["paid_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cents__gte", 0), ("claim__isnull", False), ("kind", "claim")),
                            models.Q(("cents__gt", 0), ("claim__isnull", True), ("kind__in", ["advance", "back"])),
                            _connector="OR",
                        ),
                        name="payment_kind",
                    ),
                    models.UniqueConstraint(fields=("claim", "round"), name="payment_of_a_claim_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="payment_reference"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("done", models.TextField(help_text="what was done")),
                ("results", models.TextField(blank=True, help_text="what came of it")),
                ("changed", models.TextField(blank=True, help_text="what went otherwise than planned, and why")),
                ("coming", models.TextField(blank=True, help_text="what comes next")),
                ("is_final", models.BooleanField(default=False, help_text="the partner's last one")),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="report", to="programme.claim"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="progress_report_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done", ""), _negated=True), name="progress_report_done"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("final-report", "Final report"), ("result", "Result")], max_length=14),
                ),
                ("language", models.CharField(default="fi", help_text="of the text", max_length=2)),
                ("title", models.CharField(max_length=300)),
                ("summary", models.TextField()),
                ("text", models.TextField(blank=True, help_text="Markdown")),
                (
                    "learnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=1000),
                        blank=True,
                        default=list,
                        help_text="one a line",
                        size=None,
                    ),
                ),
                (
                    "links",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.URLField(max_length=500), blank=True, default=list, size=None
                    ),
                ),
                ("published_at", models.DateTimeField()),
                ("is_example", models.BooleanField(default=False, help_text="made up for the demonstration")),
                (
                    "focus_area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="results",
                        to="programme.focusarea",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="results", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["final-report", "result"])), name="result_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="result_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("summary", ""), _negated=True)
                        ),
                        name="result_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("type", models.CharField(help_text="told by its bytes", max_length=100)),
                ("size", models.PositiveIntegerField(help_text="bytes")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="programme.result"
                    ),
                ),
            ],
            options={
                "ordering": ["result", "pk"],
                "constraints": [models.UniqueConstraint(fields=("result", "sha256"), name="result_file_once")],
            },
        ),
    ]
