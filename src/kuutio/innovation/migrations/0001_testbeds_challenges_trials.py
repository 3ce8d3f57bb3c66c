import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import i18nfield.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cities", "0020_border_versions"),
        ("opendata", "0006_touched_notify"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=300)),
                ("summary", i18nfield.fields.I18nTextField(help_text="the need, in two or three sentences")),
                (
                    "description",
                    i18nfield.fields.I18nTextField(
                        blank=True, help_text="Markdown: whose problem it is, what was tried already"
                    ),
                ),
                (
                    "terms",
                    i18nfield.fields.I18nTextField(
                        blank=True, help_text="rights, data, insurance, permits, dismantling: what is agreed upon"
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "trl_from",
                    models.PositiveSmallIntegerField(
                        default=5, help_text="technology readiness, 1 to 9, of what suits"
                    ),
                ),
                ("trl_to", models.PositiveSmallIntegerField(default=9)),
                (
                    "budget_cents",
                    models.PositiveBigIntegerField(help_text="at most for one trial, without VAT, euro cents"),
                ),
                ("trials_wanted", models.PositiveSmallIntegerField(default=3)),
                (
                    "contact_role",
                    i18nfield.fields.I18nCharField(help_text="who answers: a role, not a person", max_length=200),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField(help_text="the last moment of an answer, by the server's clock")),
                ("questions_until", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Open"),
                            ("evaluation", "Being evaluated"),
                            ("chosen", "Chosen"),
                            ("running", "Trials are running"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "end_reason",
                    i18nfield.fields.I18nTextField(
                        blank=True, help_text="why it ended without a trial, or what it led to"
                    ),
                ),
                (
                    "pilot_project",
                    models.CharField(blank=True, help_text="the code of the project that it serves", max_length=40),
                ),
                (
                    "spearhead",
                    models.CharField(blank=True, help_text="the code of the spearhead project", max_length=40),
                ),
                ("is_demo", models.BooleanField(default=False, help_text="made up for the demonstration")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="owned_challenges", to="cities.city"
                    ),
                ),
            ],
            options={
                "ordering": ["-opens_at", "-pk"],
                "indexes": [models.Index(fields=["state", "closes_at"], name="challenge_state_closes")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug", ""), _negated=True), name="challenge_slug_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("published_at__isnull", False),
                                ("state__in", ["open", "evaluation", "chosen", "running", "ended"]),
                            ),
                            _connector="OR",
                        ),
                        name="challenge_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                        ),
                        name="challenge_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("trl_from__range", (1, 9)),
                            ("trl_to__gte", models.F("trl_from")),
                            ("trl_to__range", (1, 9)),
                        ),
                        name="challenge_readiness",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="challenge_times"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("budget_cents__range", (0, 5000000)), ("trials_wanted__range", (1, 50))),
                        name="challenge_money",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                (
                    "told_organisation",
                    models.JSONField(default=dict, help_text="as it stands in the form: kind, name, country, ids"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sent", "Sent"),
                            ("withdrawn", "Withdrawn"),
                            ("chosen", "Chosen"),
                            ("not_chosen", "Not chosen"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("summary", models.TextField(blank=True, help_text="public once it is chosen")),
                ("solution", models.TextField(blank=True, help_text="read by the jury")),
                ("plan", models.TextField(blank=True, help_text="read by the jury: what is done, when, with whom")),
                ("measures", models.TextField(blank=True, help_text="read by the jury: by what its success is seen")),
                (
                    "price_cents",
                    models.PositiveBigIntegerField(blank=True, help_text="without VAT, euro cents", null=True),
                ),
                (
                    "cities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        help_text="codes, where it may run",
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "receipt",
                    models.CharField(blank=True, help_text="the number of the receipt; never changes", max_length=20),
                ),
                (
                    "sha256",
                    models.CharField(blank=True, help_text="of what was sent, as the receipt says", max_length=64),
                ),
                ("ended_at", models.DateTimeField(blank=True, help_text="withdrawn, chosen or not", null=True)),
                ("reason", models.TextField(blank=True, help_text="the jury's, told to who answered")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenge_answers",
                        to="cities.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="challenge_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="innovation.challenge"
                    ),
                ),
            ],
            options={
                "ordering": ["challenge", "pk"],
                "indexes": [models.Index(fields=["challenge", "state"], name="answer_of_challenge")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "chosen", "not_chosen"])),
                        fields=("challenge", "organisation"),
                        name="answer_one_an_organisation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("state", "draft")),
                        fields=("challenge", "person"),
                        name="answer_one_draft",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("receipt", ""), _negated=True),
                        fields=("receipt",),
                        name="answer_receipt_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="answer_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "withdrawn"]),
                            models.Q(
                                ("state__in", ["sent", "chosen", "not_chosen"]),
                                ("organisation__isnull", False),
                                ("price_cents__isnull", False),
                                ("sent_at__isnull", False),
                                models.Q(("title", ""), _negated=True),
                                models.Q(("summary", ""), _negated=True),
                                models.Q(("solution", ""), _negated=True),
                                models.Q(("receipt", ""), _negated=True),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="answer_sent_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Testbed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", i18nfield.fields.I18nCharField(max_length=300)),
                (
                    "summary",
                    i18nfield.fields.I18nTextField(help_text="what can be tried here, in two or three sentences"),
                ),
                ("description", i18nfield.fields.I18nTextField(blank=True, help_text="Markdown")),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "trial_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("device", "Devices and sensors in the field"),
                                ("vehicle", "Vehicles, robots and drones"),
                                ("software", "Software, data and models"),
                                ("service", "Services with residents"),
                                ("structure", "Buildings, structures and materials"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "trl_from",
                    models.PositiveSmallIntegerField(
                        default=4, help_text="technology readiness, 1 to 9, of what suits here"
                    ),
                ),
                ("trl_to", models.PositiveSmallIntegerField(default=9)),
                ("equipment", i18nfield.fields.I18nTextField(blank=True)),
                ("users", i18nfield.fields.I18nTextField(blank=True, help_text="who can be asked to try things")),
                (
                    "users_count",
                    models.PositiveIntegerField(blank=True, help_text="about how many can be recruited", null=True),
                ),
                (
                    "rules",
                    i18nfield.fields.I18nTextField(
                        blank=True, help_text="what is asked of everybody who tries something here"
                    ),
                ),
                (
                    "permits",
                    i18nfield.fields.I18nTextField(blank=True, help_text="which permits are needed, and from whom"),
                ),
                ("price", i18nfield.fields.I18nTextField(blank=True, help_text="what it costs, in words")),
                (
                    "price_cents",
                    models.PositiveBigIntegerField(blank=True, help_text="of one slot, euro cents; 0: free", null=True),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), help_text="in which it serves", size=None
                    ),
                ),
                (
                    "contact_role",
                    i18nfield.fields.I18nCharField(help_text="who answers: a role, not a person", max_length=200),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, help_text="the role's own mailbox, not a person's", max_length=254),
                ),
                ("address", i18nfield.fields.I18nCharField(blank=True, max_length=300)),
                ("lon", models.FloatField(blank=True, help_text="degrees, CRS84", null=True)),
                ("lat", models.FloatField(blank=True, null=True)),
                ("slot_minutes", models.PositiveSmallIntegerField(default=240, help_text="of the shortest booking")),
                (
                    "notice_hours",
                    models.PositiveSmallIntegerField(default=48, help_text="how long before it may still be booked"),
                ),
                (
                    "days_ahead",
                    models.PositiveSmallIntegerField(default=120, help_text="how far ahead it may be booked"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("closed", "Closed")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, help_text="made up for the demonstration")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "city",
                    models.ForeignKey(
                        help_text="in which it is",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="testbeds",
                        to="cities.city",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="a city, a campus, a public body",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="testbeds",
                        to="cities.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["slug"],
                "indexes": [models.Index(fields=["state", "city"], name="testbed_of_city")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug", ""), _negated=True), name="testbed_slug_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                            ("trial_kinds__contained_by", ["device", "vehicle", "software", "service", "structure"]),
                        ),
                        name="testbed_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("languages__contained_by", ["fi", "sv", "en"]), ("languages__len__gt", 0)),
                        name="testbed_languages",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("trl_from__range", (1, 9)),
                            ("trl_to__gte", models.F("trl_from")),
                            ("trl_to__range", (1, 9)),
                        ),
                        name="testbed_readiness",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lat__isnull", True), ("lon__isnull", True)),
                            models.Q(("lat__range", (-90, 90)), ("lon__range", (-180, 180))),
                            _connector="OR",
                        ),
                        name="testbed_point",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_ahead__range", (1, 730)), ("slot_minutes__range", (15, 1440))),
                        name="testbed_measures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("state", "draft")),
                            models.Q(("published_at__isnull", False), ("state__in", ["published", "closed"])),
                            _connector="OR",
                        ),
                        name="testbed_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrialProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("key", models.UUIDField(help_text="of the form: sent again, it is the same proposal", unique=True)),
                ("language", models.CharField(max_length=2)),
                ("title", models.CharField(max_length=200)),
                ("summary", models.TextField(help_text="what would be tried and what for")),
                ("needs", models.TextField(blank=True, help_text="what is asked of the city: places, data, people")),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trial_proposals",
                        to="cities.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="trial_proposals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="trial_proposal_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("summary", ""), _negated=True)
                        ),
                        name="trial_proposal_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", i18nfield.fields.I18nCharField(max_length=300)),
                ("summary", i18nfield.fields.I18nTextField(help_text="what is tried and what for")),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("mobility", "Mobility and logistics"),
                                ("energy", "Energy and climate"),
                                ("circular", "Circular economy and materials"),
                                ("building", "Building and living"),
                                ("wellbeing", "Health and well-being"),
                                ("learning", "Learning and growing up"),
                                ("culture", "Culture, sports and events"),
                                ("safety", "Safety and resilience"),
                                ("services", "Digital services"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "technologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensors", "Sensors and internet of things"),
                                ("data", "Open data and interfaces"),
                                ("ai", "Artificial intelligence"),
                                ("robotics", "Robots and drones"),
                                ("xr", "Virtual and augmented reality"),
                                ("networks", "5G and other networks"),
                                ("materials", "New materials"),
                                ("apps", "Apps and web services"),
                                ("methods", "Service design and working methods"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "Being agreed on"),
                            ("agreed", "Agreed"),
                            ("running", "Running"),
                            ("ended", "Ended, learnings are being written"),
                            ("learned", "Ended, with what was learnt"),
                            ("given_up", "Given up before it began"),
                        ],
                        default="idea",
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("worked", "It worked as hoped"),
                            ("partly", "It worked in part"),
                            ("different", "Something else was found than was looked for"),
                            ("not_yet", "It didn’t work yet"),
                            ("not_suited", "It doesn’t suit this need"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "outcome_text",
                    i18nfield.fields.I18nTextField(
                        blank=True, help_text="what came out, in words: never only yes or no"
                    ),
                ),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stop", "Stop here"),
                            ("repeat", "Try again, changed"),
                            ("procure", "Procure"),
                            ("hand_over", "Hand over to a unit or another city"),
                        ],
                        max_length=10,
                    ),
                ),
                ("next_step_text", i18nfield.fields.I18nTextField(blank=True)),
                (
                    "next_step_owner",
                    i18nfield.fields.I18nCharField(
                        blank=True, help_text="who decides on the next step: a role", max_length=200
                    ),
                ),
                ("next_step_on", models.DateField(blank=True, help_text="by when", null=True)),
                ("next_step_done_on", models.DateField(blank=True, null=True)),
                (
                    "pilot_project",
                    models.CharField(blank=True, help_text="the code of the project that it belongs to", max_length=40),
                ),
                (
                    "spearhead",
                    models.CharField(blank=True, help_text="the code of the spearhead project", max_length=40),
                ),
                ("is_demo", models.BooleanField(default=False, help_text="made up for the demonstration")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("given_up_reason", i18nfield.fields.I18nTextField(blank=True)),
                (
                    "answer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trial",
                        to="innovation.answer",
                    ),
                ),
                (
                    "challenge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="innovation.challenge",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        help_text="of the firm: may write the diary and the measures",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="led_trials",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        help_text="whose thing is tried",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="cities.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="owned_trials", to="cities.city"
                    ),
                ),
                (
                    "testbed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="innovation.testbed",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="innovation.trialproposal",
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
                "indexes": [models.Index(fields=["state", "-changed_at"], name="trial_state_changed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("slug", ""), _negated=True), name="trial_slug_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technologies__contained_by",
                                ["sensors", "data", "ai", "robotics", "xr", "networks", "materials", "apps", "methods"],
                            ),
                            (
                                "themes__contained_by",
                                [
                                    "mobility",
                                    "energy",
                                    "circular",
                                    "building",
                                    "wellbeing",
                                    "learning",
                                    "culture",
                                    "safety",
                                    "services",
                                ],
                            ),
                        ),
                        name="trial_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("started_at__isnull", True),
                                ("state__in", ["idea", "agreed", "given_up"]),
                            ),
                            models.Q(("ended_at__isnull", True), ("started_at__isnull", False), ("state", "running")),
                            models.Q(
                                ("ended_at__gte", models.F("started_at")),
                                ("ended_at__isnull", False),
                                ("started_at__isnull", False),
                                ("state__in", ["ended", "learned"]),
                            ),
                            _connector="OR",
                        ),
                        name="trial_state_times",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["idea", "agreed", "given_up"]),
                            models.Q(("next_step_owner", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="trial_runs_with_next_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "learned"), _negated=True),
                            models.Q(
                                ("outcome__in", ["worked", "partly", "different", "not_yet", "not_suited"]),
                                models.Q(("outcome_text", ""), _negated=True),
                                ("next_step__in", ["stop", "repeat", "procure", "hand_over"]),
                                ("next_step_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="trial_learned_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "given_up"), _negated=True),
                            models.Q(("given_up_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="trial_given_up_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", i18nfield.fields.I18nCharField(max_length=300)),
                ("unit", models.CharField(blank=True, max_length=40)),
                (
                    "better",
                    models.CharField(
                        choices=[("up", "The more the better"), ("down", "The less the better")],
                        default="up",
                        max_length=4,
                    ),
                ),
                ("baseline", models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True)),
                ("target", models.DecimalField(decimal_places=4, max_digits=16)),
                (
                    "indicator",
                    models.CharField(
                        blank=True, help_text="the code of the programme's indicator it feeds", max_length=40
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="measures", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "ordering": ["trial", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("better__in", ["up", "down"])), name="measure_better")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChallengeCity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="innovation.challenge"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
            ],
            options={
                "verbose_name_plural": "cities of challenges",
                "ordering": ["challenge", "city__position"],
                "constraints": [models.UniqueConstraint(fields=("challenge", "city"), name="challenge_city_once")],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", i18nfield.fields.I18nCharField(max_length=300)),
                ("text", i18nfield.fields.I18nTextField(blank=True)),
                ("weight", models.PositiveSmallIntegerField(help_text="per cent")),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="innovation.challenge"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "criteria",
                "ordering": ["challenge", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("challenge", "position"), name="challenge_criterion_order"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__range", (1, 100))), name="challenge_criterion_weight"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("value", models.DecimalField(decimal_places=4, max_digits=16)),
                ("note", models.CharField(blank=True, max_length=300)),
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
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="innovation.measure"
                    ),
                ),
            ],
            options={
                "ordering": ["measure", "on"],
                "constraints": [models.UniqueConstraint(fields=("measure", "on"), name="measure_value_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(help_text="of the form: sent again, it is the same question", unique=True)),
                ("text", models.CharField(max_length=1000)),
                ("language", models.CharField(max_length=2)),
                ("asked_at", models.DateTimeField()),
                ("answer", i18nfield.fields.I18nTextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="innovation.challenge"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="challenge_questions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["challenge", "asked_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="question_answer_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="question_language"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), help_text="1 is Monday", size=None
                    ),
                ),
                ("opens", models.TimeField()),
                ("closes", models.TimeField()),
                (
                    "testbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="innovation.testbed"
                    ),
                ),
            ],
            options={
                "ordering": ["testbed", "first_on", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("last_on__gte", models.F("first_on"))),
                        name="opening_forwards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7]), ("weekdays__len__gt", 0)),
                        name="opening_weekdays",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChallengeTestbed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="innovation.challenge"
                    ),
                ),
                (
                    "testbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="innovation.testbed"
                    ),
                ),
            ],
            options={
                "ordering": ["challenge", "testbed__slug"],
                "constraints": [
                    models.UniqueConstraint(fields=("challenge", "testbed"), name="challenge_testbed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TestbedResource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sort",
                    models.CharField(choices=[("dataset", "Data set"), ("interface", "Interface")], max_length=10),
                ),
                (
                    "name",
                    i18nfield.fields.I18nCharField(
                        blank=True, help_text="of what isn't in the catalogue", max_length=300
                    ),
                ),
                ("url", models.URLField(blank=True, max_length=1000)),
                (
                    "dataset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="testbeds",
                        to="opendata.dataset",
                    ),
                ),
                (
                    "testbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="resources", to="innovation.testbed"
                    ),
                ),
            ],
            options={
                "ordering": ["testbed", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("testbed", "dataset"), name="testbed_dataset_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sort__in", ["dataset", "interface"])), name="testbed_resource_sort"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dataset__isnull", False),
                            models.Q(models.Q(("url", ""), _negated=True), models.Q(("name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="testbed_resource_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("likelihood", models.PositiveSmallIntegerField(help_text="1 to 5")),
                ("impact", models.PositiveSmallIntegerField(help_text="1 to 5")),
                ("response", models.CharField(help_text="what is done about it", max_length=500)),
                ("owner", models.CharField(help_text="a role", max_length=200)),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risks", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "ordering": ["trial", "closed_at", "-likelihood", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("impact__range", (1, 5)), ("likelihood__range", (1, 5))), name="risk_scale"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("key", models.UUIDField(help_text="of the form: sent again, it is the same feedback", unique=True)),
                ("grade", models.PositiveSmallIntegerField(help_text="1 to 5")),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("language", models.CharField(max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Waiting to be read"),
                            ("published", "Published"),
                            ("hidden", "Not published"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "feedback",
                "ordering": ["trial", "-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("grade__range", (1, 5))), name="feedback_grade"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["held", "published", "hidden"])), name="feedback_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="feedback_language"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiaryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                ("key", models.UUIDField(help_text="of the form: sent again, it is the same entry", unique=True)),
                ("on", models.DateField()),
                ("text", models.TextField()),
                ("language", models.CharField(max_length=2)),
                ("photo", models.BinaryField(blank=True, help_text="made anew", null=True)),
                ("photo_type", models.CharField(blank=True, max_length=20)),
                (
                    "photo_text",
                    models.CharField(blank=True, help_text="what it shows, for who can't see it", max_length=300),
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
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="diary", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "diary entries",
                "ordering": ["trial", "-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("photo__isnull", True), ("photo_text", ""), ("photo_type", "")),
                            models.Q(
                                ("photo__isnull", False),
                                models.Q(("photo_type", ""), _negated=True),
                                models.Q(("photo_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="diary_photo_described",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["fi", "sv", "en"])), name="diary_language"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uuid",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        help_text="of the form that asked: sent again, it is the same booking", unique=True
                    ),
                ),
                ("organisation_name", models.CharField(max_length=300)),
                (
                    "purpose",
                    models.CharField(
                        help_text="what is to be tried; read by the testbed's managers alone", max_length=1000
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for an answer"),
                            ("confirmed", "Confirmed"),
                            ("declined", "Refused"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, help_text="the manager's words; a refusal always has them", max_length=1000
                    ),
                ),
                ("sequence", models.PositiveSmallIntegerField(default=0, help_text="of its changes, for calendars")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="testbed_bookings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "testbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="innovation.testbed"
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bookings",
                        to="innovation.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [models.Index(fields=["testbed", "starts_at"], name="booking_of_testbed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="booking_forwards"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed", "declined", "cancelled"])),
                        name="booking_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="booking_declined_with_words",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed"])),
                        expressions=[
                            (
                                models.Func(
                                    models.F("testbed_id"),
                                    models.F("testbed_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (models.Func(models.F("starts_at"), models.F("ends_at"), function="tstzrange"), "&&"),
                        ],
                        name="booking_never_double",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parties", models.TextField(help_text="organisations and roles, not people")),
                ("place", models.CharField(max_length=300)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "price_cents",
                    models.PositiveBigIntegerField(default=0, help_text="what the city pays, without VAT, euro cents"),
                ),
                ("rights", models.TextField(help_text="to whom which intellectual property belongs")),
                (
                    "data_clause",
                    models.TextField(help_text="which data come of it, whose they are, which of them are opened"),
                ),
                ("permits", models.TextField(help_text="which are needed, who gets them")),
                ("insurance", models.TextField(help_text="who insures what")),
                ("dismantling", models.TextField(help_text="who takes it away, by when")),
                ("city_signed_on", models.DateField(blank=True, null=True)),
                ("firm_signed_on", models.DateField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "trial",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="agreement", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="agreement_forwards"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("city_signed_on__isnull", True), ("firm_signed_on__isnull", True)),
                            models.Q(
                                models.Q(("parties", ""), _negated=True),
                                models.Q(("place", ""), _negated=True),
                                models.Q(("rights", ""), _negated=True),
                                models.Q(("data_clause", ""), _negated=True),
                                models.Q(("permits", ""), _negated=True),
                                models.Q(("insurance", ""), _negated=True),
                                models.Q(("dismantling", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="agreement_signed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrialCity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "cities of trials",
                "ordering": ["trial", "city__position"],
                "constraints": [models.UniqueConstraint(fields=("trial", "city"), name="trial_city_once")],
            },
        ),
        migrations.CreateModel(
            name="TrialDataset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="trials", to="opendata.dataset"
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="datasets", to="innovation.trial"
                    ),
                ),
            ],
            options={
                "ordering": ["trial", "pk"],
                "constraints": [models.UniqueConstraint(fields=("trial", "dataset"), name="trial_dataset_once")],
            },
        ),
        migrations.CreateModel(
            name="TrialEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "challenge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="innovation.challenge",
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="innovation.trial",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("challenge__isnull", True), ("trial__isnull", False)),
                            models.Q(("challenge__isnull", False), ("trial__isnull", True)),
                            _connector="OR",
                        ),
                        name="trial_event_of_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposalCity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case_number",
                    models.CharField(blank=True, help_text="of the case in customer service", max_length=20),
                ),
                ("role", models.CharField(help_text="who answers: a role, not a person", max_length=200)),
                ("due_at", models.DateTimeField(help_text="by when the city promised to answer")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for an answer"),
                            ("interested", "Interested"),
                            ("declined", "Not now"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "city",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cities.city"),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="innovation.trialproposal"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "cities of proposals",
                "ordering": ["proposal", "city__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "city"), name="trial_proposal_city_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "waiting")),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state__in", ["interested", "declined"]),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trial_proposal_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Confidential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                (
                    "why",
                    models.CharField(blank=True, help_text="why it is secret, in the firm's words", max_length=500),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confidential",
                        to="innovation.answer",
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confidential",
                        to="innovation.trialproposal",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "confidential",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", False), ("proposal__isnull", True)),
                            models.Q(("answer__isnull", True), ("proposal__isnull", False)),
                            _connector="OR",
                        ),
                        name="confidential_of_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="innovation.answer"
                    ),
                ),
            ],
            options={
                "ordering": ["answer", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="answer_attachment_digest"
                    ),
                    models.UniqueConstraint(fields=("answer", "sha256"), name="answer_attachment_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="challenge",
            name="cities",
            field=models.ManyToManyField(
                related_name="challenges", through="innovation.ChallengeCity", to="cities.city"
            ),
        ),
        migrations.AddField(
            model_name="challenge",
            name="testbeds",
            field=models.ManyToManyField(
                related_name="challenges", through="innovation.ChallengeTestbed", to="innovation.testbed"
            ),
        ),
        migrations.AddField(
            model_name="trial",
            name="cities",
            field=models.ManyToManyField(related_name="trials", through="innovation.TrialCity", to="cities.city"),
        ),
    ]
