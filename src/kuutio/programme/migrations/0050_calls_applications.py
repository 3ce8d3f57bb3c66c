import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import i18nfield.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0020_border_versions"),
        ("programme", "0041_withdrawn_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Opens later"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("evaluating", "Being evaluated"),
                            ("decided", "Decided"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("one-stage", "One stage: the application"),
                            ("two-stages", "Two stages: an idea first, then the application"),
                            ("continuous", "Continuous, with cut-off days"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "fund",
                    models.CharField(
                        choices=[
                            ("erdf", "European Regional Development Fund (ERDF)"),
                            ("esf", "European Social Fund (ESF), on top of the strategy’s money"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spearhead", "Spearhead project"),
                            ("pilot", "Pilot project"),
                            ("office", "Strategy office"),
                        ],
                        default="pilot",
                        max_length=12,
                    ),
                ),
                ("title", i18nfield.fields.I18nCharField(max_length=600)),
                ("summary", i18nfield.fields.I18nTextField(blank=True)),
                ("text", i18nfield.fields.I18nTextField(blank=True, help_text="Markdown")),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("ideas_close_at", models.DateTimeField(blank=True, help_text="last second for an idea", null=True)),
                ("closes_at", models.DateTimeField(blank=True, help_text="last second for an application", null=True)),
                ("earliest_start", models.DateField(blank=True, null=True)),
                ("latest_end", models.DateField(blank=True, null=True)),
                ("max_months", models.PositiveSmallIntegerField(default=36)),
                (
                    "spearhead_months",
                    models.PositiveSmallIntegerField(blank=True, help_text="E12: planned for exactly these", null=True),
                ),
                (
                    "max_support_bp",
                    models.PositiveIntegerField(
                        default=6700, help_text="the support's share of net costs, basis points"
                    ),
                ),
                (
                    "eu_bp",
                    models.PositiveIntegerField(default=5000, help_text="the EU's part where nobody asks for less"),
                ),
                (
                    "cost_models",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ACTUAL", "ACTUAL"),
                                ("FLAT_7", "FLAT_7"),
                                ("FLAT_15", "FLAT_15"),
                                ("FLAT_17", "FLAT_17"),
                                ("FLAT_24", "FLAT_24"),
                                ("FLAT_40", "FLAT_40"),
                                ("LUMP", "LUMP"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                    ),
                ),
                ("lump_ceiling_cents", models.BigIntegerField(blank=True, null=True)),
                ("ceiling_on_gross", models.BooleanField(default=False)),
                ("budget_cents", models.BigIntegerField(blank=True, help_text="what the call shares out", null=True)),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(default=50, help_text="points of 100 that are fundable"),
                ),
                (
                    "questions",
                    models.JSONField(blank=True, default=list, help_text="the call's own: see programme/questions.py"),
                ),
                (
                    "criteria",
                    models.JSONField(blank=True, default=list, help_text='[{"key", "name": {"fi", …}, "weight"}]'),
                ),
                (
                    "contact",
                    i18nfield.fields.I18nCharField(
                        blank=True, help_text="a role and its address, not a person", max_length=300
                    ),
                ),
                ("numbered", models.PositiveIntegerField(default=0, help_text="applications that were given a number")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("told_opening_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="whose office runs it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="programme.programme"
                    ),
                ),
                (
                    "spearheads",
                    models.ManyToManyField(
                        blank=True,
                        help_text="which ones the projects may support; none: any",
                        related_name="calls",
                        to="programme.spearhead",
                    ),
                ),
            ],
            options={
                "ordering": ["-opens_at", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "published", "open", "closed", "evaluating", "decided", "archived"])
                        ),
                        name="call_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("closes_at__gt", models.F("opens_at")),
                                ("earliest_start__isnull", False),
                                ("latest_end__gt", models.F("earliest_start")),
                                ("opens_at__isnull", False),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="call_times_once_public",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ideas_close_at__isnull", True),
                            models.Q(
                                ("ideas_close_at__gt", models.F("opens_at")),
                                ("ideas_close_at__lt", models.F("closes_at")),
                                ("shape", "two-stages"),
                            ),
                            _connector="OR",
                        ),
                        name="call_ideas_before_applications",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("eu_bp__lte", models.F("max_support_bp")), ("max_support_bp__lte", 10000)),
                        name="call_shares",
                    ),
                    models.CheckConstraint(condition=models.Q(("cost_models__len__gt", 0)), name="call_cost_models"),
                    models.CheckConstraint(condition=models.Q(("max_months__range", (1, 120))), name="call_months"),
                    models.CheckConstraint(condition=models.Q(("threshold__lte", 100)), name="call_threshold"),
                    models.CheckConstraint(
                        condition=models.Q(("budget_cents__isnull", True), ("budget_cents__gt", 0), _connector="OR"),
                        name="call_budget",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lump_ceiling_cents__isnull", True), ("lump_ceiling_cents__gt", 0), _connector="OR"
                        ),
                        name="call_ceiling",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Idea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Sent"),
                            ("sparring", "Being talked through"),
                            ("green", "Go on to an application"),
                            ("not_green", "No application"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(max_length=8000)),
                ("cities", models.CharField(blank=True, help_text="with whom, in which cities", max_length=300)),
                ("organisation_name", models.CharField(max_length=200)),
                ("answer", models.TextField(blank=True, help_text="what the office said", max_length=8000)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.UUIDField(default=uuid.uuid4, help_text="a form sent twice makes one idea")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ideas", to="programme.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "submitted_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "sparring", "green", "not_green", "withdrawn"])
                        ),
                        name="idea_state",
                    ),
                    models.UniqueConstraint(fields=("actor", "key"), name="idea_key_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "number",
                    models.CharField(blank=True, help_text="given when it is sent for the first time", max_length=80),
                ),
                (
                    "cutoff_at",
                    models.DateTimeField(
                        blank=True, help_text="of a continuous call: the day that takes it", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Sent"),
                            ("returned", "Returned to be completed"),
                            ("eligible", "Eligible"),
                            ("ineligible", "Not eligible"),
                            ("in_review", "Being reviewed"),
                            ("reviewed", "Reviewed"),
                            ("proposed_yes", "Proposed to be funded"),
                            ("proposed_no", "Proposed not to be funded"),
                            ("at_line", "At the funding line"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("rejected", "Not funded"),
                            ("contracted", "Running"),
                            ("in_change", "Change being decided"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=24,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spearhead", "Spearhead project"),
                            ("pilot", "Pilot project"),
                            ("office", "Strategy office"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    models.CharField(default="fi", help_text="in which it is written and decided on", max_length=2),
                ),
                ("title", i18nfield.fields.I18nCharField(blank=True, max_length=600)),
                ("summary", i18nfield.fields.I18nTextField(blank=True, help_text="public once it is decided on")),
                (
                    "texts",
                    models.JSONField(
                        blank=True, default=dict, help_text="the common part, by the keys of programme/core_form.py"
                    ),
                ),
                (
                    "answers",
                    models.JSONField(blank=True, default=dict, help_text="to the call's own questions, by their keys"),
                ),
                (
                    "cost_model",
                    models.CharField(
                        choices=[
                            ("ACTUAL", "Actual costs, each shown with its receipt"),
                            ("FLAT_7", "Flat rate: 7 % of direct costs"),
                            ("FLAT_15", "Flat rate: 15 % of salaries"),
                            ("FLAT_17", "Flat rate: 17 % of salaries"),
                            ("FLAT_24", "Flat rate: 24 % of salaries"),
                            ("FLAT_40", "Flat rate: 40 % of salaries covers everything else"),
                            ("LUMP", "Lump sum against an agreed output"),
                        ],
                        max_length=8,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "first_ends_on",
                    models.DateField(
                        blank=True, help_text="as first decided; stays when a change moves the end", null=True
                    ),
                ),
                ("eu_bp", models.PositiveIntegerField()),
                ("state_bp", models.PositiveIntegerField()),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="of the common part; a writer says which one it read"
                    ),
                ),
                ("versions_sent", models.PositiveSmallIntegerField(default=0)),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, help_text="when it first came, by the server's clock", null=True),
                ),
                (
                    "note",
                    models.TextField(blank=True, help_text="why it was returned or decided as it was", max_length=8000),
                ),
                ("began_at", models.DateTimeField()),
                ("key", models.UUIDField(default=uuid.uuid4, help_text="a form sent twice begins one application")),
                (
                    "began_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "spearhead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="programme.spearhead",
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="programme.call"
                    ),
                ),
                (
                    "idea",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="programme.idea",
                    ),
                ),
            ],
            options={
                "ordering": ["call", "number", "began_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "eligible",
                                    "ineligible",
                                    "in_review",
                                    "reviewed",
                                    "proposed_yes",
                                    "proposed_no",
                                    "at_line",
                                    "approved",
                                    "approved_with_conditions",
                                    "rejected",
                                    "contracted",
                                    "in_change",
                                    "closed",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="application_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn"]),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                ("submitted_at__isnull", False),
                                ("versions_sent__gte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="application_sent_has_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("number",),
                        name="application_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("eu_bp__lte", 10000), ("state_bp__lte", 10000)), name="application_shares"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="application_language"
                    ),
                    models.UniqueConstraint(fields=("began_by", "key"), name="application_key_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationPartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("joined", "Joined"),
                            ("declined", "Declined"),
                            ("removed", "Left out"),
                        ],
                        default="invited",
                        max_length=8,
                    ),
                ),
                ("is_lead", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=200)),
                ("business_id", models.CharField(max_length=20)),
                (
                    "actor_type",
                    models.CharField(
                        choices=[
                            ("MUNICIPALITY", "City or municipality"),
                            ("JOINT_MUNICIPAL_AUTHORITY", "Joint municipal authority"),
                            ("UNIVERSITY", "University"),
                            ("UAS", "University of applied sciences"),
                            ("RESEARCH_INSTITUTE", "Research institute"),
                            ("STATE_AGENCY", "State agency"),
                            ("REGIONAL_COUNCIL", "Regional council"),
                            ("PUBLIC_COMPANY", "Publicly owned technology or competence centre"),
                            ("EDUCATION_PROVIDER", "Education provider"),
                            ("ASSOCIATION", "Association"),
                            ("FOUNDATION", "Foundation"),
                            ("COOPERATIVE", "Co-operative"),
                            ("COMPANY", "Company"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, help_text="where it is, when not in a member city", max_length=80),
                ),
                ("unit", models.CharField(blank=True, help_text="which part of it takes part", max_length=200)),
                ("tasks", models.TextField(blank=True, max_length=8000)),
                ("income_cents", models.BigIntegerField(default=0)),
                (
                    "invited_email",
                    models.EmailField(
                        blank=True, help_text="where the link went; shown to the consortium alone", max_length=254
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "signed_digest",
                    models.CharField(blank=True, help_text="SHA-256 of the part that was signed", max_length=64),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="partners", to="programme.application"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        help_text="the one that it counts for (E2)",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cities.city",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        help_text="who writes for it", related_name="consortium_parts", to=settings.AUTH_USER_MODEL
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
                (
                    "signed_by",
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
                "ordering": ["application", "-is_lead", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "position"), name="application_partner_position_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_lead", True), ("state", "joined")),
                        fields=("application",),
                        name="application_partner_one_leads",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("income_cents__gte", 0)), name="application_partner_income"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", True), ("signed_digest", "")),
                            models.Q(("signed_at__isnull", False), models.Q(("signed_digest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="application_partner_signed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(help_text="SHA-256 of the content as canonical JSON", max_length=64)),
                (
                    "key",
                    models.CharField(help_text="the same submission sent again makes no second version", max_length=80),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="programme.application"
                    ),
                ),
            ],
            options={
                "ordering": ["application", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "number"), name="application_version_once"),
                    models.UniqueConstraint(fields=("application", "key"), name="application_version_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="application_version_digest"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorityRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(help_text="SHA-256 of what the row says", max_length=64, unique=True)),
                ("decision", models.CharField(max_length=24)),
                ("decided_on", models.DateField()),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="the decision's number in the authority's register", max_length=80
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authority_rows",
                        to="programme.application",
                    ),
                ),
            ],
            options={
                "ordering": ["application", "taken_at"],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("STAFF", "Salaries"),
                            ("TRAVEL", "Travel"),
                            ("SERVICES", "Bought services"),
                            ("EQUIPMENT", "Machines and equipment"),
                            ("OFFICE", "Office costs"),
                            ("OTHER", "Other costs"),
                            ("LUMP", "Lump sum"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cents", models.BigIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="programme.applicationpartner",
                    ),
                ),
            ],
            options={
                "ordering": ["partner", "category"],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "category"), name="budget_line_once"),
                    models.CheckConstraint(condition=models.Q(("cents__gte", 0)), name="budget_line_cents"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("what", models.JSONField(help_text='{"field": [before, after]}')),
                ("reason", i18nfield.fields.I18nTextField()),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="programme.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "-at"],
            },
        ),
        migrations.CreateModel(
            name="CallCutoff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "taken_at",
                    models.DateTimeField(blank=True, help_text="when what had come was handed to selection", null=True),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cutoffs", to="programme.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "at"],
                "constraints": [models.UniqueConstraint(fields=("call", "at"), name="call_cutoff_once")],
            },
        ),
        migrations.CreateModel(
            name="CallQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000)),
                ("language", models.CharField(max_length=2)),
                ("asked_at", models.DateTimeField()),
                ("answer", i18nfield.fields.I18nTextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asked", to="programme.call"
                    ),
                ),
            ],
            options={
                "ordering": ["call", "asked_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="call_question_language"
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="call_question_text"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_subscription",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Sent"),
                            ("returned", "Returned to be completed"),
                            ("accepted", "Accepted"),
                            ("rejected", "Not accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("base_version", models.PositiveSmallIntegerField(help_text="the version that it would change")),
                ("reason", models.TextField(max_length=8000)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "costs",
                    models.JSONField(
                        default=dict,
                        help_text='{"partner id": {"STAFF": cents, …, "INCOME": cents}}: changed ones alone',
                    ),
                ),
                ("leaving", models.JSONField(blank=True, default=list, help_text="ids of partners that leave")),
                (
                    "joining",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='[{"name", "business_id", "actor_type", "city", "place", "tasks", "costs"}]',
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, help_text="the decision's words", max_length=8000)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
                        to="programme.application",
                    ),
                ),
            ],
            options={
                "ordering": ["application", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("application", "number"), name="change_request_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted", "returned"])),
                        fields=("application",),
                        name="change_request_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="change_request_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "accepted", "rejected", "withdrawn"])
                        ),
                        name="change_request_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signed_at", models.DateTimeField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="programme.changerequest",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programme.applicationpartner"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("change", "partner"), name="change_signature_once")],
            },
        ),
        migrations.CreateModel(
            name="DecidedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("EU", "EU"), ("STATE", "State"), ("OWN_PUBLIC", "Own public funding")], max_length=10
                    ),
                ),
                ("cents", models.BigIntegerField()),
                ("reason", models.TextField(max_length=2000)),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decided",
                        to="programme.applicationpartner",
                    ),
                ),
            ],
            options={
                "ordering": ["partner", "source"],
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "source"), name="decided_figure_once"),
                    models.CheckConstraint(condition=models.Q(("cents__gte", 0)), name="decided_figure_cents"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="decided_figure_reason"
                    ),
                ],
            },
        ),
    ]
